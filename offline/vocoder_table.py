"""`python -m offline.vocoder_table VOICE… --work DIR`: every vocoder on the same held-out clips, clean and harmed."""

from __future__ import annotations

import fnmatch
import math
import sys
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
from bk_realtime.vocoder import build_vocoder
from bk_realtime.vocoder.learnt.vocoder import WEIGHTS
from bk_realtime.vocoder.mel import log_mel
from offline.decoded_mels import Decoder, decode_clips
from offline.scoring.speech_quality import vocode_clip
from offline.simulation.speech import find_speech, load_audio
from offline.vocoder_lab.clips import mark, split_files, spread_files
from offline.vocoder_lab.degrade import DEGRADATIONS
from offline.vocoder_lab.griffin_lim import griffin_lim
from offline.vocoder_lab.material import check_held_out, marks_trained_on
from offline.vocoder_lab.scores import (
    ScoredClip,
    ScoreStore,
    by_voice,
    check_marked,
    clips_file,
    opinion_scorer,
    overview,
    put_between,
    read_clips,
    write_clips,
)

Vocode = Callable[[np.ndarray], np.ndarray]
DECODED: dict[str, Decoder] = {"decoder output": "seq2seq", "ridge output": "ridge"}
"""Conditions that are decoder output: of the decoder that offline.train makes by default, and of ridge regression."""
FOLDS = 8
"""The clips lie in one of so many folds of the SIMULATED participant's session; the decoder is fitted on the others."""
ORIGINAL = "the speech itself"
CLIP_S, LEAST_S = 4.0, 2.0


@dataclass(frozen=True)
class VocoderTable:
    """PESQ-WB, ESTOI, log-spectral distance and DNSMOS of every vocoder on held-out speech, as Markdown tables."""

    voices: Annotated[tuple[str, ...], tyro.conf.Positional]
    """NAME=FOLDER or NAME=FOLDER:PATTERN. Without a pattern the voice was trained on, and of its files each
    --hold-out-every-th counts, which training left out; with one, the files that match it."""
    work: Path
    """Folder for the clips and every finished score, kept condition by condition: a run that was stopped goes on where
    it was, a later run of other rows takes the very same clips, and one of other conditions loses nothing. Where other
    files are held out than before, the clips are theirs."""
    conditions: tuple[str, ...] = ("clean", "smooth", "noisy", "decoder output")
    """What the mel is: clean; smooth (five frames); noisy (half a nat); 'correlated noise'; 'smooth and noisy'; decoder
    output (of a SIMULATED participant's Seq2Seq decoder, out of fold); ridge output (the same of ridge regression)."""
    clips: int = 3
    """Clips a voice."""
    hold_out_every: int = 20
    """As in training."""
    decoder_minutes: float = 8.0
    """Speech a voice that the SIMULATED participant's decoder is fitted on, out of fold; or what there is of it."""
    decoder_coupling: float = 4.0
    """How much the SIMULATED participant's high gamma follows the speech (the demo recording: 1.5)."""
    weights: Path = WEIGHTS
    """Weights of the learnt vocoder."""
    hifigan: tuple[Path, ...] = ()
    """HiFi-GAN checkpoints, each with config.json beside it; rows take the name of the folder."""
    only: tuple[str, ...] = ()
    """Rows to score, by any part of their name, e.g. 'learnt' '11.6'; default all. Others stay as they were scored."""
    anew: tuple[str, ...] = ()
    """Rows to score again, by any part of their name, e.g. 'learnt' after a training."""
    time_anew: tuple[str, ...] = ()
    """Rows to time again on the clips of the first condition, by any part of their name ('ms' or 'Griffin' ...); their
    scores stay. For a machine that was busy while it scored."""
    into: Path | None = None
    """Markdown file whose table, between two marked lines, is replaced."""
    out: Path | None = None
    """Markdown file to write: the table, then voice by voice."""
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
        held = [f for f in files if fnmatch.fnmatchcase(f.name, pattern)]
        everything = held
    else:
        held, everything = split_files(files, (), every)[1], files
    if not held:
        raise BkError(f"voice {voice!r}: no file is held out; expected files that match {pattern or 'every n-th'}")
    return name, held, everything


def read_voice(files: Sequence[Path], n: int, rate: int) -> tuple[list[np.ndarray], set[Path]]:
    """``n`` clips of 2 to 4 seconds, spread over ``files``, and the files used; short ones are joined with the next."""
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


def methods(settings: VocoderTable, mel: MelSettings) -> dict[str, Callable[[], Vocode]]:
    """What makes every vocoder of the table, by its row name."""

    def operator(name: str, lookahead_ms: float, weights: Path | None = None) -> Callable[[], Vocode]:
        def build() -> Vocode:
            path = str(weights.resolve()) if weights else ""
            vocoder = build_vocoder(VocoderSettings(name, lookahead_ms, path), mel)
            return lambda frames: vocode_clip(vocoder, frames)

        return build

    hop_ms = 1000.0 * mel.hop_length / mel.sample_rate
    hops = (0.0, 0.5, 1.0, 1.5, 2.0)
    rows = {f"phase reconstruction, {h * hop_ms:.1f} ms": operator("phase", h * hop_ms) for h in hops}
    rows |= {f"learnt, {h * hop_ms:.1f} ms": operator("learnt", h * hop_ms, settings.weights) for h in hops}
    for path in settings.hifigan:
        label = path.resolve().parent.name.replace("hifigan", "HiFi-GAN").replace("_", " ").replace(" v", " V")
        for frames in (0, 1, 2):
            rows[f"{label}, {frames * hop_ms:.1f} ms"] = operator("hifigan", frames * hop_ms, path)
        rows[f"{label}, full lookahead"] = operator("hifigan", math.inf, path)
    rows["Griffin-Lim 60, whole clip"] = lambda: lambda frames: griffin_lim(frames, 60, 0.0, mel)
    rows["fast Griffin-Lim 60, whole clip"] = lambda: lambda frames: griffin_lim(frames, 60, 0.99, mel)
    return rows


def clips_key(settings: VocoderTable, condition: str, marks: Sequence[str]) -> str:
    """What a condition's clips hang on; ``marks`` are those of the files they are made from."""
    key = f"{settings.voices} {settings.clips} {settings.hold_out_every} {condition}"
    key = f"{key} {settings.decoder_minutes} {settings.decoder_coupling}" if condition in DECODED else key
    return " ".join([key, *marks])


def find_clips(settings: VocoderTable, condition: str, mel: MelSettings, console: Console) -> list[ScoredClip]:
    """The clips of the files that are held out now: those in ``settings.work`` where they are of these very files, else
    made anew. Another file in a folder moves "each n-th", and a clip kept from before may have been trained on since.

    Clips kept before files had marks are taken over where they hold what the files held out now sound like.
    """
    voices = [held_out_files(voice, settings.hold_out_every) for voice in settings.voices]
    marks = [mark(f) for _, held, everything in voices for f in (everything if condition in DECODED else held)]
    path = clips_file(settings.work, condition, clips_key(settings, condition, marks))
    earlier = clips_file(settings.work, condition, clips_key(settings, condition, ()))
    if not path.exists() and earlier.exists():
        sound = [clip for _, held, _ in voices for clip in read_voice(held, settings.clips, mel.sample_rate)[0]]
        kept = [pair.audio for pair in read_clips(earlier)]
        if len(kept) == len(sound) and all(map(np.array_equal, kept, sound)):
            earlier.replace(path)
    if not path.exists():
        write_clips(path, make_clips(settings, condition, mel, console))
    return read_clips(path)


def make_clips(settings: VocoderTable, condition: str, mel: MelSettings, console: Console) -> list[ScoredClip]:
    """Voice, reference audio and mel to vocode of every clip, voice by voice."""
    pairs: list[ScoredClip] = []
    for i, voice in enumerate(settings.voices):
        name, held, everything = held_out_files(voice, settings.hold_out_every)
        clips, used = read_voice(held, settings.clips, mel.sample_rate)
        if condition in DECODED:
            others = [f for f in spread_files(everything, settings.decoder_minutes) if f not in used]
            spoken = [load_audio(f, mel.sample_rate) for f in others] + clips
            mels = decode_clips(
                spoken, mel, FOLDS, participant=i + 1, coupling=settings.decoder_coupling, seed=i,
                decoder=DECODED[condition], wanted=range(len(others), len(spoken)),
            )  # fmt: skip
        else:
            mels = [DEGRADATIONS[condition](log_mel(clip, mel), 100 * i + k) for k, clip in enumerate(clips)]
        pairs += [ScoredClip(name, clip, frames) for clip, frames in zip(clips, mels, strict=True)]
        console.print(f"{condition}, {name}: {len(clips)} held-out clips", highlight=False)
    return pairs


def notes(settings: VocoderTable) -> list[str]:
    """What the reader must know of the conditions that are decoder output."""
    return [
        f"{condition}: out of fold, by a {DECODED[condition]} decoder of a SIMULATED participant for each voice "
        f"(coupling {settings.decoder_coupling:g}, {settings.decoder_minutes:g} minutes of the voice or what there is)."
        for condition in settings.conditions
        if condition in DECODED
    ]


def run_table(settings: VocoderTable, console: Console) -> tuple[str, str]:
    """Score what is missing; the table of everything, and those voice by voice, as Markdown."""
    torch.set_num_threads(1)
    mel = MelSettings()
    unknown = [name for name in settings.conditions if name not in (*DEGRADATIONS, *DECODED)]
    if unknown or not settings.conditions:
        raise BkError(f"conditions: expected some of {', '.join((*DEGRADATIONS, *DECODED))}, got {unknown or 'none'}")
    known = marks_trained_on(settings.weights)
    if known is None:
        text = "does not say what it was trained on; that the clips are held out goes by --hold-out-every alone"
        console.print(f"{settings.weights} {text}", highlight=False, soft_wrap=True)
    for voice in settings.voices:
        check_held_out(held_out_files(voice, settings.hold_out_every)[1], {str(settings.weights): known or ()})
    pairs = {name: find_clips(settings, name, mel, console) for name in settings.conditions}
    scores = ScoreStore(settings.work / "scores.json", pairs, opinion_scorer())
    rows = methods(settings, mel)
    for row, build in {ORIGINAL: None, **rows}.items():
        if settings.only and not any(part in row for part in settings.only):
            continue
        if any(part in row for part in settings.anew):
            scores.forget(row)
        wanted = list(pairs) if build is not None else list(pairs)[:1]  # the speech knows no condition
        missing = [name for name in wanted if not scores.have(row, name)]
        slow = build is not None and any(part in row for part in settings.time_anew)
        if not missing and not slow:
            continue
        vocode = build() if build is not None else None
        for name in missing:
            scores.rate(row, name, pairs[name], vocode, mel.sample_rate)
        if slow and vocode is not None:
            scores.time(row, wanted[0], pairs[wanted[0]], vocode)
        console.print(scores.line(row, list(pairs)), highlight=False, soft_wrap=True)
    names = [ORIGINAL, *rows]
    return overview(scores, names, pairs, notes(settings)), by_voice(scores, names, pairs)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(VocoderTable, prog="python -m offline.vocoder_table", args=argv)
    if not settings.voices:
        raise BkError("voices: expected NAME=FOLDER at least once, got none")
    if settings.out is not None and settings.out.exists() and not settings.overwrite:
        raise BkError(f"{settings.out} exists already; name another file or add --overwrite")
    if settings.into is not None:
        check_marked(settings.into)
    table, voices = run_table(settings, Console())
    if settings.into is not None:
        put_between(settings.into, table)
    if settings.out is not None:
        settings.out.write_text(f"# Vocoders on held-out speech\n\n{table}\n{voices}", encoding="utf-8")
    if settings.into is None and settings.out is None:
        print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
