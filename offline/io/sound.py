"""Sound files: find them, read them as mono at a rate, join short ones. The one place that reads sound."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
import soxr

from bk_realtime.errors import FileError, InputError
from offline.io.sound_track import one_track, sound_track

log = logging.getLogger(__name__)

SOUND_ENDINGS = (".wav", ".flac", ".ogg", ".mp3", ".aiff")
"""Endings by which sound files are found in folders; a file that is named may have any."""
MOST_BYTES, PACKED = 1 << 26, 500
"""A file may unpack to so many bytes, or to so many times its size where that is more: silence packs best."""
_PIECE = 1 << 20
_ESTIMATED = (".mp3",)
"""Endings of files whose length in samples is an estimate."""
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
    data, rate = read_samples(path)
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
    data, rate = read_samples(path)
    if not one_track(data):
        if path.parent not in _SAID:
            _SAID.add(path.parent)
            log.warning("%s: its channels differ; the first is used, here and in all others of its folder", path)
        data = data[:, 0]
    return _at(sound_track(data, str(path), []), rate, sample_rate)


def read_samples(path: Path) -> tuple[np.ndarray, int]:
    """All channels, (n, n_channels) float32 with full scale 1, and the rate in Hz.

    Raises
    ------
    FileError
        No such file, or libsndfile cannot read it.
    InputError
        It holds fewer samples than it says, or says far more than fit into its size.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such audio file")
    most = max(MOST_BYTES, PACKED * path.stat().st_size)
    try:
        with soundfile.SoundFile(path) as file:
            rate, told = int(file.samplerate), int(file.frames)
            if 4 * told * file.channels > most:
                raise InputError(
                    f"{path}: states {told} samples of {file.channels} channels, over {most / 1e6:.0f} MB: damaged, "
                    "or made to hurt"
                )
            data = np.empty((told, file.channels), np.float32)  # takes memory where it is written, piece by piece
            n, step = 0, max(1, _PIECE // file.channels)
            while n < told and (read := len(file.read(out=data[n : n + step]))):
                n += read
    except (soundfile.SoundFileError, OSError) as error:
        raise FileError(f"{path}: not a readable sound file ({error}); {_EXPECTED}") from None
    if n < told and path.suffix.lower() not in _ESTIMATED:
        raise InputError(f"{path}: is cut off or damaged: its header says {told} samples, {n} are there")
    return data[:n], rate


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
    except (soundfile.SoundFileError, OSError) as error:
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
