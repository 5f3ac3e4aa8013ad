"""How long the disk lasts: what a recording takes a second, and the hours that are left at that pace."""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import FileError
from bk_realtime.xdf.header import FORMATS

log = logging.getLogger(__name__)

LEAST_PACE = 200e3
"""Bytes a second that a recording is taken to need before anything is sent: 64 channels at 512 Hz and a microphone."""
MEASURED_S = 60.0
"""Over how long the pace is measured, in seconds."""
_KNOWN_S = 10.0
_LOOKS = 32
_PER_SAMPLE = 1.5
_TEXT_PACE = 300.0
_STATUS_PACE = 30e3


class Usage(Protocol):
    """What :func:`shutil.disk_usage` says."""

    @property
    def free(self) -> int: ...


def pace(streams: Iterable[StreamDescription]) -> float:
    """Bytes a second that streams take in an XDF file, stamps and frames with them."""
    total = 0.0
    for stream in streams:
        number = FORMATS[stream.channel_format]
        if not number or stream.sfreq <= 0:
            total += _TEXT_PACE
        else:
            total += stream.sfreq * (stream.n_channels * np.dtype(number).itemsize + _PER_SAMPLE)
    return total


def own_pace(sample_rate: float, frame_rate: float, n_mels: int, n_features: int) -> float:
    """Bytes a second that an engine adds: the voice in the recording and in decoded.wav, mel, features, status.

    Parameters
    ----------
    sample_rate, frame_rate : Hz, of the voice and of the mel frames.
    n_mels, n_features : values a frame.
    """
    return sample_rate * (8 + _PER_SAMPLE) + frame_rate * (4 * (n_mels + n_features) + 18) + _STATUS_PACE


def refuse_full_disk(
    folder: Path, expected: float, least_min: float, usage: Callable[[Path], Usage] = shutil.disk_usage
) -> None:
    """Refuse to begin a recording that the disk cannot take for long.

    Parameters
    ----------
    folder : where it will lie; it may not be there yet.
    expected : bytes a second.
    least_min : minutes that must fit.

    Raises
    ------
    FileError
        They do not.
    """
    place = next((place for place in (folder, *folder.absolute().parents) if place.exists()), folder)
    try:
        free = usage(place).free
    except OSError as error:
        log.warning("how much room is left in %s cannot be told (%s)", place, error.strerror or error)
        return
    expected = expected or LEAST_PACE
    minutes = free / expected / 60
    if minutes < least_min:
        raise FileError(
            f"{place}: {free / 1e6:.0f} MB are free, {minutes:.1f} minutes of recording at {expected / 1e6:.2f} MB "
            f"a second; expected at least {least_min:g}: free some, name another disk with --out, or ask for less "
            "with --disk-least-min"
        )


class DiskRoom:
    """Measures how many hours are left.

    Parameters
    ----------
    folder : on the disk in question.
    written : bytes of the recording so far.
    expected : bytes a second, which hold until the pace was measured for a while.
    usage : asks for the free room.

    Attributes
    ----------
    others : how many times as fast the disk fills as by the recording alone. What is given up to spare the disk is for
        good, and somebody who copies a large file is done in a minute.
    """

    def __init__(
        self,
        folder: Path,
        written: Callable[[], int],
        expected: Callable[[], float],
        usage: Callable[[Path], Usage] = shutil.disk_usage,
    ) -> None:
        self._folder, self._written, self._expected, self._usage = folder, written, expected, usage
        self._looks: deque[tuple[float, int, int]] = deque(maxlen=_LOOKS)
        self.others = 1.0

    def hours(self, now: float) -> float:
        """Hours that the disk lasts at the pace of the last minute, also where others fill it; to be asked every few
        seconds.

        Raises
        ------
        OSError
            The disk does not say.
        """
        written, free = self._written(), self._usage(self._folder).free
        if not self._looks or now - self._looks[-1][0] >= MEASURED_S / (_LOOKS - 2):
            self._looks.append((now, written, free))
        while len(self._looks) > 1 and now - self._looks[1][0] >= MEASURED_S:
            self._looks.popleft()
        then, written_then, free_then = self._looks[0]
        used = own = self._expected()
        if now - then >= _KNOWN_S:
            own = max(own, (written - written_then) / (now - then))
            grown = max(written - written_then, free_then - free) / (now - then)
            used = grown if grown > 0 else used
        self.others = max(1.0, used / max(own, 1.0))
        return free / max(used, 1.0) / 3600


def in_words(hours: float) -> str:
    """ "3.2 hours", "45 minutes", "more than a month"."""
    if hours > 31 * 24:
        return "more than a month"
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.1f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"


def bytes_in(folder: Path) -> int:
    """Bytes of the files that lie in a folder."""
    total = 0
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # it was there a moment ago: half a file that got its name
            total += path.stat().st_size if path.is_file() else 0
    return total
