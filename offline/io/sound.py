"""Sound files: find them, read them as mono at a rate, join short ones. The one place that reads sound."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
import soxr

from bk_realtime.errors import FileError
from offline.io.sound_track import one_track, sound_track

log = logging.getLogger(__name__)

SOUND_ENDINGS = (".wav", ".flac", ".ogg", ".mp3", ".aiff")
"""Endings by which sound files are found in folders; a file that is named may have any."""
_SAID: set[Path] = set()
"""Folders of which it was said that first channels are used."""
_EXPECTED = f"expected an audio file ({', '.join(e[1:] for e in SOUND_ENDINGS)})"


class Joined(NamedTuple):
    """Audio (n,) float32, full scale 1, and the files that it is of."""

    audio: np.ndarray
    files: list[Path]


def read_sound(path: Path, channel: str | None = None, notes: list[str] | None = None) -> tuple[np.ndarray, int]:
    """Mono audio (n,) float32 with full scale 1, and its rate in Hz.

    Parameters
    ----------
    channel : number (from 1) of the channel to take, where the file has several that differ.
    notes : gets a line for everything that was decided.

    Raises
    ------
    FileError
        No such file, or libsndfile cannot read it.
    InputError
        It is empty, holds values that are not finite, or several channels that differ and none is named.
    """
    data, rate = _read(path)
    return sound_track(data, str(path), [] if notes is None else notes, channel), rate


def read_sound_at(
    path: Path, sample_rate: int, channel: str | None = None, notes: list[str] | None = None
) -> np.ndarray:
    """:func:`read_sound`, resampled to ``sample_rate`` Hz: (n,) float32."""
    return _at(*read_sound(path, channel, notes), sample_rate)


def read_speech_at(path: Path, sample_rate: int) -> np.ndarray:
    """A file of a corpus of speech, of which nobody names channels: (n,) float32 at ``sample_rate`` Hz.

    Of channels that differ the first one is taken, which is said once.
    """
    data, rate = _read(path)
    if not one_track(data):
        if path.parent not in _SAID:
            _SAID.add(path.parent)
            log.warning("%s: its channels differ; the first is used, here and in all others of its folder", path)
        data = data[:, 0]
    return _at(sound_track(data, str(path), []), rate, sample_rate)


def _read(path: Path) -> tuple[np.ndarray, int]:
    """(n, n_channels) float32 and the rate in Hz."""
    if not path.is_file():
        raise FileError(f"{path}: no such audio file")
    try:
        data, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise FileError(f"{path}: not a readable sound file ({error}); {_EXPECTED}") from None
    return data, int(rate)


def _at(audio: np.ndarray, rate: int, sample_rate: int) -> np.ndarray:
    resampled: np.ndarray = soxr.resample(audio, rate, sample_rate)
    return resampled


def sound_seconds(path: Path) -> float:
    """Length in seconds by the file's header.

    Raises
    ------
    FileError
        libsndfile cannot read it.
    """
    return float(_info(path).duration)


def sound_channels(path: Path) -> int:
    """Number of channels by the file's header; errors as above."""
    return int(_info(path).channels)


def _info(path: Path) -> Any:
    try:
        return soundfile.info(path)
    except (soundfile.LibsndfileError, OSError) as error:
        raise FileError(f"{path}: not a readable sound file ({error}); {_EXPECTED}") from None


def sound_files(sources: Sequence[Path]) -> list[Path]:
    """The sound files among ``sources``; folders are searched with their subfolders, in order of name.

    Raises
    ------
    FileError
        One of ``sources`` does not exist, or there is no sound file among all of them.
    """
    expected = f"expected a sound file or a folder of them ({', '.join(SOUND_ENDINGS)})"
    files: list[Path] = []
    for source in sources:
        if source.is_dir():
            found = (p for p in source.rglob("*") if p.suffix.lower() in SOUND_ENDINGS)
            files += sorted(found, key=lambda p: p.parts)  # paths themselves sort otherwise on Windows
        elif source.is_file():
            files.append(source)
        else:
            raise FileError(f"{source}: no such file or folder; {expected}")
    if not files:
        raise FileError(f"{', '.join(map(str, sources)) or 'no path given'}: no sound file there; {expected}")
    return files


def join_files(files: Sequence[Path], n: int, sample_rate: int, least_s: float, most_s: float) -> list[Joined]:
    """``n`` clips of at most ``most_s`` seconds, spread evenly over ``files``; one shorter than ``least_s`` (single
    words) is joined with the files after it, as far as there are any."""
    clips = []
    for i in range(min(n, len(files))):
        clip, used = np.zeros(0, np.float32), list[Path]()
        for path in files[i * len(files) // n :]:
            clip = np.concatenate([clip, read_speech_at(path, sample_rate)])
            used.append(path)
            if len(clip) >= least_s * sample_rate:
                break
        clips.append(Joined(clip[: int(most_s * sample_rate)], used))
    return clips
