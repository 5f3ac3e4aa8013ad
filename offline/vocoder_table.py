"""`python -m offline.vocoder_table VOICE… --decoded …`: every vocoder on the same held-out clips, clean and harmed."""

from __future__ import annotations

import fnmatch
import importlib.util
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import tyro
from rich.console import Console

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.vocoder import VOCODERS, build_vocoder
from bk_realtime.vocoder.learnt import WEIGHTS
from bk_realtime.vocoder.mel import log_mel
from offline.copy_synthesis import score, vocode_clip
from offline.decoded_mels import decode_clips
from offline.degrade import DEGRADATIONS
from offline.griffin_lim import griffin_lim
from offline.simulation.speech import find_speech, load_audio
from offline.vocoder_data import split_files, spread_files

Vocode = Callable[[np.ndarray], np.ndarray]
DECODED = "decoder output"
CLIP_S, LEAST_S = 5.0, 2.0


@dataclass(frozen=True)
class VocoderTable:
    """PESQ-WB, ESTOI and log-spectral distance of every vocoder on held-out speech; writes a Markdown table."""

    voices: Annotated[tuple[str, ...], tyro.conf.Positional]
    """NAME=FOLDER or NAME=FOLDER:PATTERN. Without a pattern the voice was trained on, and of its files each
    --hold-out-every-th counts, which training left out; with one, the files that match it."""
    clips: int = 4
    """Clips a voice."""
    hold_out_every: int = 20
    """As in training."""
    decoder_minutes: float = 3.0
    """Speech a voice that the SIMULATED participant's decoder is fitted on, out of fold (0: no decoder output)."""
    weights: Path = WEIGHTS
    """Weights of the learnt vocoder."""
    hifigan: tuple[Path, ...] = ()
    """HiFi-GAN checkpoints, each with config.json beside it."""
    only: tuple[str, ...] = ()
    """Rows to show, by any part of their name, e.g. 'learnt' '11.6'; default all."""
    quick: bool = False
    """One clip a voice, no decoder output, fewer methods."""
    out: Path | None = None
    """Markdown file to write."""
    overwrite: bool = False
    """Replace an existing file."""


def held_out_files(voice: str, every: int) -> tuple[str, list[Path], list[Path]]:
    """Name, held-out files and all files that share the voice's recording (for the decoder, which may know them)."""
    name, equals, rest = voice.partition("=")
    folder, _, pattern = rest.partition(":")
    if not equals or not folder:
        raise BkError(f"voice {voice!r}: expected NAME=FOLDER or NAME=FOLDER:PATTERN")
    files = find_speech([Path(folder)])
    if pattern:
        held = [f for f in files if fnmatch.fnmatch(f.name, pattern)]
        everything = held
    else:
        held, everything = split_files(files, (), every)[1], files
    if not held:
        raise BkError(f"voice {voice!r}: no file is held out; expected files that match {pattern or 'every n-th'}")
    return name, held, everything


def read_voice(files: Sequence[Path], n: int, rate: int) -> tuple[list[np.ndarray], set[Path]]:
    """``n`` clips of 2 to 5 seconds, spread over ``files``, and the files used; short ones are joined with the next."""
    clips, used = [], set()
    for i in range(min(n, len(files))):
        clip = np.zeros(0, np.float32)
        for path in files[i * len(files) // n :]:
            clip = np.concatenate([clip, load_audio(path, rate)])
            used.add(path)
            if len(clip) >= LEAST_S * rate:
                break
        clips.append(clip[: int(CLIP_S * rate)])
    return [c for c in clips if len(c) >= rate // 2], used


def methods(settings: VocoderTable, mel: MelSettings) -> dict[str, Vocode]:
    """Every vocoder of the table by its row name."""

    def operator(name: str, latency_ms: float, weights: str = "") -> Vocode:
        vocoder = build_vocoder(VocoderSettings(name, latency_ms, weights), mel)
        return lambda frames: vocode_clip(vocoder, frames)

    hop_ms = 1000.0 * mel.hop_length / mel.sample_rate
    hops = (0.0, 1.0, 2.0) if settings.quick else (0.0, 0.5, 1.0, 1.5, 2.0)
    rows = {f"phase reconstruction, {h * hop_ms:.1f} ms": operator("phase", h * hop_ms) for h in hops}
    if settings.weights.is_file():
        for h in hops if not settings.quick else (2.0,):
            rows[f"learnt, {h * hop_ms:.1f} ms"] = operator("learnt", h * hop_ms, str(settings.weights.resolve()))
    for path in settings.hifigan if "hifigan" in VOCODERS else ():
        label = f"HiFi-GAN {path.parent.name.split('_')[1].upper()}" if "_" in path.parent.name else "HiFi-GAN"
        for frames in (0, 1, 2):
            rows[f"{label}, {frames * hop_ms:.1f} ms"] = operator("hifigan", frames * hop_ms, str(path.resolve()))
        rows[f"{label}, full lookahead"] = operator("hifigan", math.inf, str(path.resolve()))
    if not settings.quick:
        rows["Griffin-Lim 60, whole clip"] = lambda frames: griffin_lim(frames, 60, 0.0, mel)
    rows["fast Griffin-Lim 60, whole clip"] = lambda frames: griffin_lim(frames, 60, 0.99, mel)
    return {name: row for name, row in rows.items() if not settings.only or any(part in name for part in settings.only)}


def opinion_scorer() -> Callable[[np.ndarray, int], float] | None:
    """DNSMOS overall quality (Reddy et al. 2022) where the package speechmos is installed, else None."""
    if importlib.util.find_spec("speechmos") is None:
        return None
    import soxr
    from speechmos import dnsmos

    def rate(audio: np.ndarray, sample_rate: int) -> float:
        x = np.clip(soxr.resample(audio, sample_rate, 16000), -1.0, 1.0)
        return float(dnsmos.run(x, sr=16000)["ovrl_mos"])

    return rate


def conditions(
    settings: VocoderTable, mel: MelSettings, console: Console
) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
    """Condition -> (reference audio, mel to vocode) of every clip, voice by voice."""
    pairs: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in DEGRADATIONS}
    n_clips = 1 if settings.quick else settings.clips
    for i, voice in enumerate(settings.voices):
        name, held, everything = held_out_files(voice, settings.hold_out_every)
        clips, used = read_voice(held, n_clips, mel.sample_rate)
        for k, clip in enumerate(clips):
            frames = log_mel(clip, mel)
            for condition, change in DEGRADATIONS.items():
                pairs[condition].append((clip, change(frames, 100 * i + k)))
        if settings.decoder_minutes > 0 and not settings.quick:
            others = [f for f in spread_files(everything, settings.decoder_minutes) if f not in used]
            spoken = [load_audio(f, mel.sample_rate) for f in others]
            step = max(1, len(spoken) // len(clips))
            order: list[np.ndarray] = []
            places = []
            for k, clip in enumerate(clips):  # the clips lie spread over the session, so that folds part them
                order += spoken[k * step : (k + 1) * step]
                places.append(len(order))
                order.append(clip)
            decoded = decode_clips(order, mel, participant=i + 1, seed=i)
            pairs.setdefault(DECODED, []).extend((c, decoded[p]) for c, p in zip(clips, places, strict=True))
        console.print(f"{name}: {len(clips)} held-out clips", highlight=False)
    return pairs


def run_table(settings: VocoderTable, console: Console) -> str:
    """The table as Markdown."""
    torch.set_num_threads(1)
    mel = MelSettings()
    rows = methods(settings, mel)
    opinion = opinion_scorer()
    pairs = conditions(settings, mel, console)
    names = list(pairs)
    n = len(pairs["clean"])
    lines = [
        f"PESQ-WB / ESTOI / log-spectral distance in dB{' / DNSMOS' if opinion else ''}: mean over {n} held-out clips "
        f"of {len(settings.voices)} voices ({', '.join(v.partition('=')[0] for v in settings.voices)}).",
        "" if opinion else "No MOS predictor was installed (pip install speechmos).",
        "",
        f"| vocoder | {' | '.join(names)} | ms/frame |",
        f"|---|{'---|' * len(names)}---|",
    ]
    for row, vocode in rows.items():
        cells, spent, frames = [], 0.0, 0
        for condition in names:
            scores = []
            for reference, heard in pairs[condition]:
                start = time.perf_counter()
                audio = vocode(heard.astype(np.float32))
                spent += time.perf_counter() - start
                frames += len(heard)
                found = score(reference, audio)
                values = [found["pesq"], found["estoi"], found["lsd"]]
                scores.append(values + ([opinion(audio, mel.sample_rate)] if opinion else []))
            mean = np.nanmean(np.array(scores), 0)
            cells.append(" / ".join(f"{v:.{d}f}" for v, d in zip(mean, (2, 3, 1, 2), strict=False)))
        lines.append(f"| {row} | {' | '.join(cells)} | {1e3 * spent / max(frames, 1):.2f} |")
        console.print(lines[-1], highlight=False, soft_wrap=True)
    return "\n".join(lines) + "\n"


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(VocoderTable, prog="python -m offline.vocoder_table", args=argv)
    if not settings.voices:
        raise BkError("voices: expected NAME=FOLDER at least once, got none")
    if settings.out is not None and settings.out.exists() and not settings.overwrite:
        raise BkError(f"{settings.out} exists already; name another file or add --overwrite")
    text = run_table(settings, Console())
    if settings.out is not None:
        settings.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
