"""`python -m offline.decoded_mels SPEECH… --out FILE.npz`: what real decoders make of speech, for vocoders.

A SIMULATED participant says the clips, the features are the live ones, and a decoder that was fitted on the other folds
of the session predicts each clip's log-mel: ridge regression, or a network trained as offline.train does it, only for
fewer updates.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
import torch
import tyro
from rich.console import Console

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.vocoder.mel import log_mel
from offline.data.augment import AugmentSettings
from offline.data.dataset import build_corpus, feature_reach_s, load_session
from offline.data.split import SplitSettings, fold_splits
from offline.scoring.mel import mean_correlation
from offline.simulate import Simulate, simulate
from offline.simulation.speech import SpeechTrack, find_speech, load_audio
from offline.training.fitting import TrainerSettings, decode_part, fit_decoder
from offline.training.lightning_module import OptimiserSettings
from offline.vocoder_lab.clips import mark, split_files, spread_files

GAP_S = 0.4
"""Silence before each clip."""
GUARD_S = 1.0
"""Left out at either side of a fold."""
UPDATES = 240
"""Of a network, half of what offline.train takes."""
Decoder = Literal["ridge", "gru", "seq2seq"]


def decode_clips(
    audios: Sequence[np.ndarray],
    mel: MelSettings,
    folds: int = 4,
    participant: int = 1,
    coupling: float = 1.0,
    seed: int = 0,
    channels: int = 64,
    decoder: Decoder = "ridge",
    updates: int = UPDATES,
    wanted: Sequence[int] | None = None,
) -> list[np.ndarray]:
    """Log-mel ``(T // hop, n_mels)`` float32 of every clip, or of those ``wanted``, by a decoder that never saw it.

    Parameters
    ----------
    audios : clips (T,) float at ``mel.sample_rate``, full scale 1, together at least a minute.
    folds : contiguous folds of the session; each is decoded by the decoder of the others.
    participant, coupling, seed, channels : of the simulation.
    decoder : the decoder, with its default sizes.
    updates : of a network's training.
    wanted : indices of the clips to decode; folds that hold none of them get no decoder. Default all.
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
    recording = simulate(settings, SpeechTrack(track, rate, [])).recording()
    features = FeatureSettings()
    labels = [label for label in recording.labels if label not in recording.bad]
    session = load_session(recording, features, mel, labels)
    decoded = np.full((len(track) // hop, mel.n_mels), np.log(mel.floor), np.float32)
    n_frames = min(len(session.log_power), len(session.audio) // hop)
    spoken = [
        (starts[i], starts[i] + len(audios[i]) // hop) for i in (range(len(audios)) if wanted is None else wanted)
    ]
    cuts = SplitSettings(guard_s=GUARD_S)
    for split in fold_splits(n_frames, folds, cuts, Fraction(rate, hop), feature_reach_s(features, mel)):
        a, b = split.test
        if not any(start < b and stop > a for start, stop in spoken):
            continue
        corpus = build_corpus([session], features, mel, labels, recording.sfreq, splits=[split])
        standard = OptimiserSettings()
        seconds = updates * standard.batch * standard.segment_s
        optimiser = OptimiserSettings(epochs=max(1, round(seconds / corpus.seconds("training"))))
        with tempfile.TemporaryDirectory() as folder:  # for checkpoints
            machine = TrainerSettings(accelerator="cpu")
            fit = fit_decoder(decoder, {}, corpus, optimiser, AugmentSettings(), machine, Path(folder), seed)
        first = corpus.first[0]
        [mel_out] = decode_part(fit.decoder, corpus)
        decoded[first + a : first + a + len(mel_out)] = mel_out[: len(decoded) - first - a]
    return [decoded[start:stop] for start, stop in spoken]


@dataclass(frozen=True)
class DecodedMels:
    """Write pairs of speech and decoder output of SIMULATED participants, to train vocoders on real decoder errors.

    A run that was stopped goes on where it was: each session lies beside --out until all are done.
    """

    speech: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Sound files or folders; each folder is one participant's voice."""
    out: Path
    """File to write (npz)."""
    decoders: tuple[Decoder, ...] = ("ridge", "gru", "seq2seq")
    """Decoders; each has participants of its own."""
    minutes_each: float = 6.0
    """Minutes of each folder that a participant says."""
    hold_out: tuple[str, ...] = ()
    """Patterns of file names to leave out."""
    hold_out_every: int = 20
    """Of every folder's other files, each so manieth is left out too (0: none)."""
    participants: int = 2
    """Simulated participants for each voice and decoder, each with a coupling of its own."""
    coupling: tuple[float, float] = (0.7, 3.0)
    """Least and most coupling."""
    folds: int = 3
    """Parts of a session, each decoded by the decoder of the others."""
    updates: int = UPDATES
    """Of each network's training."""
    seed: int = 0
    """Everything random."""
    overwrite: bool = False
    """Replace an existing file."""


class ClipPair(NamedTuple):
    """One clip: audio (T,) float32, decoded mel (T // hop, n_mels) float16, and the mark of the file it comes from."""

    name: str
    audio: np.ndarray
    mel: np.ndarray
    mark: str


def write_pairs(
    path: Path,
    names: Sequence[str],
    audios: Sequence[np.ndarray],
    mels: Sequence[np.ndarray],
    marks: Sequence[str],
) -> None:
    """Write what :func:`read_pairs` reads, in one move."""
    part = path.with_suffix(".part.npz")
    path.parent.mkdir(parents=True, exist_ok=True)
    lengths = np.array([[len(a), len(m)] for a, m in zip(audios, mels, strict=True)])
    audio = np.clip(np.round(np.concatenate(audios) * 32768), -32768, 32767).astype(np.int16)
    texts = {"names": np.array(names), "marks": np.array(marks)}
    np.savez(part, **texts, lengths=lengths, audio=audio, mel=np.concatenate(mels).astype(np.float16))
    part.replace(path)


def read_pairs(path: Path) -> list[ClipPair]:
    """What :func:`write_pairs` wrote."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            if "names" in stored and "marks" not in stored:
                raise BkError(
                    f"{path}: made by an earlier version, it does not say which files it comes from; make it again "
                    "with offline.decoded_mels"
                )
            names, lengths, audio, mel, marks = (stored[k] for k in ("names", "lengths", "audio", "mel", "marks"))
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise BkError(f"{path}: expected decoder output made by offline.decoded_mels ({error})") from None
    pairs, a, b = [], 0, 0
    for name, own, (n_audio, n_mel) in zip(names.tolist(), marks.tolist(), lengths.tolist(), strict=True):
        pairs.append(ClipPair(name, audio[a : a + n_audio].astype(np.float32) / 32768, mel[b : b + n_mel], own))
        a, b = a + n_audio, b + n_mel
    return pairs


def decode_session(
    settings: DecodedMels, files: Sequence[Path], who: tuple[int, int, int], mel: MelSettings, console: Console
) -> Path:
    """One participant says ``files``; the file of pairs, made now or by a run that was stopped.

    Parameters
    ----------
    who : numbers of participant, voice and decoder.
    """
    same = dataclasses.replace(settings, speech=(), out=Path(), participants=0, overwrite=False)
    key = hashlib.sha256(repr((same, who, [(f.name, mark(f)) for f in files])).encode()).hexdigest()[:12]
    path = settings.out.with_name(f"{settings.out.stem}.session-{key}.npz")
    if path.exists():
        return path
    rng = np.random.default_rng([settings.seed, *who])
    coupling, participant, seed = float(rng.uniform(*settings.coupling)), *rng.integers(1, 2**31, 2).tolist()
    order = rng.permutation(len(files)).tolist()
    spoken = [load_audio(files[k], mel.sample_rate) for k in order]
    decoder = settings.decoders[who[2]]
    decoded = decode_clips(
        spoken, mel, settings.folds, participant, coupling, seed, decoder=decoder, updates=settings.updates
    )
    likeness = mean_correlation(np.concatenate(decoded), np.concatenate([log_mel(a, mel) for a in spoken]))
    names = [f"{files[k].stem} {decoder} {who[0] + 1}" for k in order]
    write_pairs(path, names, spoken, decoded, [mark(files[k]) for k in order])
    console.print(
        f"{'/'.join(files[0].parts[-3:-1])}: SIMULATED participant {who[0] + 1}, coupling {coupling:.1f}, {decoder}, "
        f"{len(files)} clips, mel r {likeness:.2f}",
        highlight=False,
        soft_wrap=True,
    )
    return path


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(DecodedMels, prog="python -m offline.decoded_mels", args=argv)
    if settings.out.exists() and not settings.overwrite:
        raise BkError(f"{settings.out} exists already; name another file or add --overwrite")
    torch.set_num_threads(1)
    mel, console = MelSettings(), Console()
    files, _ = split_files(find_speech(settings.speech), settings.hold_out, settings.hold_out_every)
    voices = []
    for folder in sorted({f.parent for f in files}, key=lambda p: p.parts):
        voices.append(spread_files([f for f in files if f.parent == folder], settings.minutes_each))
    parts = [
        decode_session(settings, voices[v], (i, v, m), mel, console)
        for i in range(settings.participants)
        for v in range(len(voices))
        for m in range(len(settings.decoders))
    ]
    pairs = [pair for part in parts for pair in read_pairs(part)]
    names, audios, mels, marks = zip(*pairs, strict=True)
    write_pairs(settings.out, names, audios, mels, marks)
    for part in parts:
        part.unlink()
    console.print(f"{settings.out}: {len(names)} clips", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
