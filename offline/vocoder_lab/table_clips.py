"""Held-out clips of the vocoder table, of each condition, kept in files."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError, FileError, OptionError
from bk_realtime.files import atomic
from bk_realtime.vocoder.mel import log_mel
from offline.io.npz_file import load_npz
from offline.io.sound import join_files, read_speech_at, sound_files
from offline.vocoder_lab.clips import file_mark, split_files, spread_files
from offline.vocoder_lab.degrade import DEGRADATIONS
from offline.vocoder_lab.settings import Decoder, Report, VocoderTable
from offline.vocoder_lab.simulated_decoding import decode_clips

DECODED: dict[str, Decoder] = {"decoder output": "seq2seq", "ridge output": "ridge"}
"""Conditions that are decoder output: of the decoder that offline.train makes by default, and of ridge regression."""
CONDITIONS = (*DEGRADATIONS, *DECODED)
FOLDS = 8
"""The clips lie in one of so many folds of the SIMULATED participant's session; the decoder is fitted on the others."""


class ScoredClip(NamedTuple):
    """One held-out clip: whose voice, its audio ``(T,)`` float32, and the mel ``(T // hop, n_mels)`` to vocode."""

    voice: str
    audio: np.ndarray
    mel: np.ndarray


def write_clips(path: Path, pairs: Sequence[ScoredClip]) -> None:
    """Write what :func:`read_clips` reads, in one move."""
    stored: dict[str, Any] = {"voices": np.array([pair.voice for pair in pairs])}
    for k, pair in enumerate(pairs):
        stored[f"audio{k}"], stored[f"mel{k}"] = pair.audio, pair.mel.astype(np.float32)
    with atomic(path) as part:
        np.savez_compressed(part, **stored)


def read_clips(path: Path) -> list[ScoredClip]:
    """The clips of one condition; a :class:`FileError` where the file holds something else."""
    try:
        stored = load_npz(path)
        voices = stored["voices"].ravel().tolist()
        return [ScoredClip(voice, stored[f"audio{k}"], stored[f"mel{k}"]) for k, voice in enumerate(voices)]
    except (BkError, KeyError) as error:
        raise FileError(f"{path}: expected clips that offline.vocoder_table chose ({error}); remove it") from None


def digest(pairs: Sequence[ScoredClip]) -> str:
    """Name of clips by what they hold."""
    whole = hashlib.sha256()
    for pair in pairs:
        for part in (pair.voice.encode(), pair.audio.tobytes(), pair.mel.tobytes()):
            whole.update(len(part).to_bytes(8, "little") + part)
    return whole.hexdigest()[:24]


def held_out_files(voice: str, every: int) -> tuple[str, list[Path], list[Path]]:
    """Name, held-out files and all files that share the voice's recording (for the decoder, which may know them)."""
    name, equals, rest = voice.partition("=")
    folder, _, pattern = rest.partition(":")
    if not equals or not folder:
        raise OptionError(f"voice {voice!r}: expected NAME=FOLDER or NAME=FOLDER:PATTERN")
    files = sound_files([Path(folder)])
    if pattern:
        held = [f for f in files if fnmatch.fnmatchcase(f.name, pattern)]
        everything = held
    else:
        held, everything = split_files(files, (), every)[1], files
    if not held:
        raise OptionError(f"voice {voice!r}: no file is held out; expected files that match {pattern or 'every n-th'}")
    return name, held, everything


def read_voice(files: Sequence[Path], n: int, rate: int) -> tuple[list[np.ndarray], set[Path]]:
    """``n`` clips of 2 to 4 seconds, spread over ``files``, and the files used; short ones are joined with the next."""
    joined = join_files(files, n, rate, 2.0, 4.0)
    return [c.audio for c in joined if len(c.audio) >= rate // 2], {f for c in joined for f in c.files}


def find_clips(settings: VocoderTable, condition: str, mel: MelSettings, report: Report) -> list[ScoredClip]:
    """The clips of the files that are held out now: those in ``settings.work`` where they are of these very files, else
    made anew. Another file in a folder moves "each n-th", and a clip kept from before may have been trained on since.
    """
    voices = [held_out_files(voice, settings.hold_out_every) for voice in settings.voices]
    key = [str(settings.voices), str(settings.clips), str(settings.hold_out_every), condition]
    if condition in DECODED:
        key += [str(settings.decoder_minutes), str(settings.decoder_coupling)]
    key += [file_mark(f) for _, held, everything in voices for f in (everything if condition in DECODED else held)]
    digest = hashlib.sha256(" ".join(key).encode()).hexdigest()[:12]
    path = settings.work / f"{condition.replace(' ', '_')}-{digest}.npz"
    if not path.exists():
        write_clips(path, make_clips(settings, condition, mel, report))
    return read_clips(path)


def make_clips(settings: VocoderTable, condition: str, mel: MelSettings, report: Report) -> list[ScoredClip]:
    """Voice, reference audio and mel to vocode of every clip, voice by voice."""
    pairs: list[ScoredClip] = []
    for i, voice in enumerate(settings.voices):
        name, held, everything = held_out_files(voice, settings.hold_out_every)
        clips, used = read_voice(held, settings.clips, mel.sample_rate)
        if condition in DECODED:
            others = [f for f in spread_files(everything, settings.decoder_minutes) if f not in used]
            spoken = [read_speech_at(f, mel.sample_rate) for f in others] + clips
            mels = decode_clips(
                spoken, mel, FOLDS, participant=i + 1, coupling=settings.decoder_coupling, seed=i,
                decoder=DECODED[condition], wanted=range(len(others), len(spoken)),
            )  # fmt: skip
        else:
            mels = [DEGRADATIONS[condition](log_mel(clip, mel), 100 * i + k) for k, clip in enumerate(clips)]
        pairs += [ScoredClip(name, clip, frames) for clip, frames in zip(clips, mels, strict=True)]
        report(f"{condition}, {name}: {len(clips)} held-out clips")
    return pairs
