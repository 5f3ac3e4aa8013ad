"""What a file of named channels gives to the reader, whoever opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np

from bk_realtime.montage import ChannelInfo
from offline.io.grid import Grid


@dataclass(frozen=True, eq=False)
class Neural:
    """The neural channels on their axis.

    Attributes
    ----------
    data : (n, n_channels) float32, µV, NaN where nothing was recorded.
    sfreq : nominal rate in Hz.
    rate : rate on the axis in Hz.
    digest : sha256 (hex) of all numbers of the file, whichever channels were taken.
    """

    data: np.ndarray
    sfreq: Fraction
    rate: float
    digest: str


class ChannelFile(Protocol):
    """An open file. Its axis begins with the first sample, at 0 s.

    Attributes
    ----------
    channels : all channels in order, with type and unit where the file states them.
    rates : of each channel in Hz.
    bad : labels that the file lists as bad.
    volts : what makes each channel's numbers volts, by the header; None where an option for the unit can only mean the
        numbers as they stand.
    files : files whose content is the recording's.
    also : files beside them that were read too.
    notes : what had to be decided, one line each; grows while the file is read.
    """

    channels: tuple[ChannelInfo, ...]
    rates: tuple[Fraction, ...]
    bad: tuple[str, ...]
    volts: np.ndarray | None
    files: tuple[Path, ...]
    also: tuple[Path, ...]
    notes: list[str]

    def neural(self, keep: Sequence[int], scale: np.ndarray, counts: bool) -> Neural:
        """Channels ``keep``; ``scale`` (len(keep),) turns the file's own numbers, or its counts, into µV."""

    def line(self, channel: int) -> np.ndarray:
        """(m,) numbers of one channel in its own unit, as recorded: without pauses."""

    def codes(self, channel: int) -> np.ndarray:
        """The same of a trigger channel, as whole numbers where they are codes."""

    def grid(self, channel: int) -> Grid:
        """Where the samples of :meth:`line` lie."""

    def seconds(self, channel: int, sample: int) -> float:
        """When a sample of :meth:`line` lies on the axis of the neural channels, which were read before."""

    def events(self) -> list[tuple[float, str]]:
        """Annotations on the axis."""
