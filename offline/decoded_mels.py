"""`python -m offline.decoded_mels SPEECH… --out FILE.npz`: what a real decoder makes of speech, for vocoders.

A SIMULATED participant says the clips, the features are the live ones, and a decoder (ridge regression) that was fitted
on the other folds of the session predicts each clip's log-mel.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import tyro
from rich.console import Console

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.ridge import RidgeSettings, fit_ridge
from bk_realtime.errors import BkError, exit_cleanly
from offline.dataset import build_corpus, load_session
from offline.fitting import decode_part
from offline.simulate import Simulate, simulate
from offline.simulation.speech import Session, find_speech, load_audio
from offline.split import Split
from offline.vocoder_data import split_files, spread_files

GAP_S = 0.4
"""Silence before each clip."""
GUARD_S = 1.0
"""Left out of training at either side of a fold."""


def decode_clips(
    audios: Sequence[np.ndarray],
    mel: MelSettings,
    folds: int = 4,
    participant: int = 1,
    coupling: float = 1.0,
    seed: int = 0,
    channels: int = 64,
) -> list[np.ndarray]:
    """Log-mel ``(T // hop, n_mels)`` float32 of every clip, by a ridge decoder that never saw it.

    Parameters
    ----------
    audios : clips (T,) float at ``mel.sample_rate``, full scale 1, together at least a minute.
    folds : contiguous folds of the session; each is decoded by the decoder of the others.
    participant, coupling, seed, channels : of the simulation.
    """
    hop, rate = mel.hop_length, mel.sample_rate
    if sum(len(a) for a in audios) < 60 * rate:
        raise BkError("decoded mel: expected at least a minute of speech to fit a decoder on; name more clips")
    gap = round(GAP_S * rate / hop) * hop
    starts, pieces, n = [], [], 0
    for audio in audios:
        whole = np.zeros(gap + -(-len(audio) // hop) * hop, np.float32)
        whole[gap : gap + len(audio)] = audio
        starts.append((n + gap) // hop)
        pieces.append(whole)
        n += len(whole)
    pieces.append(np.zeros(2 * gap, np.float32))
    track = np.concatenate(pieces)
    settings = Simulate(
        speech=(), out=Path("simulated.xdf"), channels=channels, coupling=coupling, participant=participant, seed=seed,
        audio_ppm=0.0,
    )  # fmt: skip
    recording = simulate(settings, Session(track, rate, [])).recording()
    features = FeatureSettings()
    labels = [label for label in recording.labels if label not in recording.bad]
    session = load_session(recording, features, mel, labels)
    decoded = np.full((len(track) // hop, mel.n_mels), np.log(mel.floor), np.float32)
    n_frames = min(len(session.log_power), len(session.audio) // hop)
    guard = round(GUARD_S * rate / hop)
    edges = np.linspace(0, n_frames, folds + 1).round().astype(int)
    for fold in range(folds):
        a, b = int(edges[fold]), int(edges[fold + 1])
        others = [(0, a - guard), (b + guard, n_frames)]
        longest = max(others, key=lambda part: part[1] - part[0])
        cut = longest[1] - (longest[1] - longest[0]) // 8
        parts = [p for p in others if p != longest] + [(longest[0], cut - guard)]
        training = tuple(p for p in parts if p[1] - p[0] > guard)
        split = Split(training, (cut, longest[1]), (a, b))
        corpus = build_corpus([session], features, mel, labels, recording.sfreq, splits=[split])
        pairs = [
            [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in corpus.segments(k)]
            for k in ("training", "validation")
        ]
        ridge, _, _ = fit_ridge(pairs[0], pairs[1], RidgeSettings())
        first = corpus.first[0]
        [mel_out] = decode_part(ridge.eval(), corpus)
        decoded[first + a : first + a + len(mel_out)] = mel_out[: len(decoded) - first - a]
    return [decoded[s : s + len(a) // hop] for s, a in zip(starts, audios, strict=True)]


@dataclass(frozen=True)
class DecodedMels:
    """Write pairs of speech and decoder output of SIMULATED participants, to train vocoders on real decoder errors."""

    speech: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Sound files or folders; each folder is one participant's voice."""
    out: Path
    """File to write (npz)."""
    minutes_each: float = 5.0
    """Minutes of each folder."""
    hold_out: tuple[str, ...] = ()
    """Patterns of file names to leave out."""
    hold_out_every: int = 20
    """Of every folder's other files, each so manieth is left out too (0: none)."""
    participants: int = 2
    """Simulated participants for each voice, with different couplings."""
    seed: int = 0
    """Everything random."""
    overwrite: bool = False
    """Replace an existing file."""


def write_pairs(path: Path, names: list[str], audios: list[np.ndarray], mels: list[np.ndarray]) -> None:
    """Write what :func:`read_pairs` reads, in one move."""
    part = path.with_suffix(".part.npz")
    path.parent.mkdir(parents=True, exist_ok=True)
    lengths = np.array([[len(a), len(m)] for a, m in zip(audios, mels, strict=True)])
    audio = np.clip(np.round(np.concatenate(audios) * 32768), -32768, 32767).astype(np.int16)
    np.savez(part, names=np.array(names), lengths=lengths, audio=audio, mel=np.concatenate(mels).astype(np.float16))
    part.replace(path)


def read_pairs(path: Path) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """``[(name, audio (T,) float32, decoded mel (T // hop, n_mels) float16)]``."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            names, lengths, audio, mel = (stored[k] for k in ("names", "lengths", "audio", "mel"))
    except (OSError, KeyError, ValueError) as error:
        raise BkError(f"{path}: expected decoder output made by offline.decoded_mels ({error})") from None
    pairs, a, b = [], 0, 0
    for name, (n_audio, n_mel) in zip(names.tolist(), lengths.tolist(), strict=True):
        pairs.append((name, audio[a : a + n_audio].astype(np.float32) / 32768, mel[b : b + n_mel]))
        a, b = a + n_audio, b + n_mel
    return pairs


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(DecodedMels, prog="python -m offline.decoded_mels", args=argv)
    if settings.out.exists() and not settings.overwrite:
        raise BkError(f"{settings.out} exists already; name another file or add --overwrite")
    mel, console = MelSettings(), Console()
    files, _ = split_files(find_speech(settings.speech), settings.hold_out, settings.hold_out_every)
    names: list[str] = []
    audios: list[np.ndarray] = []
    mels: list[np.ndarray] = []
    rng = np.random.default_rng(settings.seed)
    for folder in sorted({f.parent for f in files}):
        own = spread_files([f for f in files if f.parent == folder], settings.minutes_each)
        clips = [load_audio(f, mel.sample_rate) for f in own]
        for i in range(settings.participants):
            order = rng.permutation(len(clips))
            spoken = [clips[k] for k in order]
            coupling = float(rng.uniform(0.6, 2.5))
            decoded = decode_clips(spoken, mel, 4, settings.seed * 100 + i + 1, coupling, settings.seed + i)
            names += [f"{own[k].stem}_participant{i + 1}" for k in order]
            audios += spoken
            mels += decoded
            console.print(f"{folder.name}: SIMULATED participant {i + 1}, coupling {coupling:.1f}, {len(own)} clips")
    write_pairs(settings.out, names, audios, mels)
    console.print(f"{settings.out}: {len(names)} clips", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
