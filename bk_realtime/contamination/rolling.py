"""The audit of the last minute of a live signal: neural samples and microphone in, a traffic light out."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from bk_realtime.contamination.audit import CONTAMINATED, MIN_SFREQ, SUSPECT, audit_signals
from bk_realtime.errors import InputError

GREEN, YELLOW, RED, GREY = "green", "yellow", "red", "grey"
FIRST_S = 20.0
"""Seconds of both signals below which nothing is said."""


@dataclass(frozen=True)
class Light:
    """What the last minute says: green (clean), yellow (suspect, or it cannot be told), red (``channels`` hold the
    sound itself) or grey (there is no microphone), with one line of words."""

    colour: str
    channels: tuple[str, ...] = ()
    text: str = ""


class _Kept(deque[tuple[np.ndarray, np.ndarray]]):
    """Packets of samples with their stamps, and how many samples these are: a sender of single samples has a hundred
    thousand packets here, which cannot be counted with each one that comes."""

    n = 0


class RollingAudit:
    """Keeps the last minute of both signals on one clock.

    Parameters
    ----------
    labels : channels of the neural signal, in order; after the reference, if the decoder has one.
    sfreq, sample_rate : nominal rates in Hz; what both really run at is read from their stamps.
    seconds : how much is kept.
    """

    def __init__(
        self,
        labels: tuple[str, ...],
        sfreq: float,
        sample_rate: float,
        line_freq: float = 50.0,
        seconds: float = 60.0,
    ) -> None:
        self.labels, self.sfreq, self.sample_rate = labels, sfreq, sample_rate
        self.line_freq, self.seconds = line_freq, seconds
        self._neural, self._sound = _Kept(), _Kept()

    def push_neural(self, samples: np.ndarray, stamps: np.ndarray) -> None:
        """Take (n, n_channels) µV with (n,) stamps in seconds."""
        self._keep(self._neural, np.asarray(samples, np.float32), stamps, self.sfreq)

    def push_sound(self, samples: np.ndarray, stamps: np.ndarray) -> None:
        """Take (n,) sound of any scale with (n,) stamps on the same clock."""
        self._keep(self._sound, np.asarray(samples, np.float32), stamps, self.sample_rate)

    def light(self) -> Light:
        """Audit what is kept; takes a second or so for 100 channels."""
        if not self._sound:
            return Light(GREY, text="no microphone")
        if self.sfreq < MIN_SFREQ:
            return Light(YELLOW, text=f"cannot tell: neural rate {self.sfreq:g} Hz, expected {MIN_SFREQ:g} Hz or more")
        if not self._neural:
            return Light(YELLOW, text="cannot tell: no neural signal")
        neural, t_neural = _joined(self._neural)
        sound, t_sound = _joined(self._sound)
        start, stop = max(t_neural[0], t_sound[0]), min(t_neural[-1], t_sound[-1])
        if stop - start < FIRST_S:
            return Light(YELLOW, text=f"cannot tell yet: {max(0.0, stop - start):.0f} s of both signals")
        # stamps jitter from chunk to chunk; a line through them is the clock
        at = start + np.arange(int((stop - start) * self.sfreq)) / self.sfreq
        rows = np.clip(np.round(np.interp(at, *_line(t_neural))).astype(int), 0, len(neural) - 1)
        fine = start + np.arange(int((stop - start) * self.sample_rate)) / self.sample_rate
        index, count = _line(t_sound)
        track = np.interp(np.interp(fine, index, count), np.arange(len(sound)), sound)
        try:
            found = audit_signals(
                neural[rows], track, self.sfreq, self.labels, self.line_freq, sample_rate=self.sample_rate
            )
        except InputError as error:
            return Light(YELLOW, text=f"cannot tell: {str(error).removeprefix('contamination audit: ')}")
        bad, suspect = found.labels(CONTAMINATED), found.labels(SUSPECT)
        if bad:
            return Light(RED, bad, f"the sound itself is in {', '.join(bad[:12])}")
        if suspect:
            return Light(YELLOW, suspect, f"the sound may be in {', '.join(suspect[:12])}")
        return Light(GREEN, text="no channel holds the sound itself")

    def _keep(self, kept: _Kept, samples: np.ndarray, stamps: np.ndarray, rate: float) -> None:
        if not len(samples):
            return
        stamps = np.asarray(stamps, np.float64)
        if kept and abs(stamps[0] - kept[-1][1][-1]) > 1.0:
            kept.clear()  # an interruption, or a clock that was set: what was before is not on the same line
            kept.n = 0
        kept.append((samples, stamps))
        kept.n += len(samples)
        # by number, too: stamps that stand still would let all be kept that ever comes
        while len(kept) > 1 and (kept[-1][1][-1] - kept[0][1][-1] > self.seconds or kept.n > 2 * self.seconds * rate):
            kept.n -= len(kept.popleft()[0])


def _joined(kept: _Kept) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([x for x, _ in kept]), np.concatenate([t for _, t in kept])


def _line(stamps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two times, and the sample counts that belong to them, on the straight line through all stamps."""
    count = np.arange(len(stamps))
    slope, offset = np.polyfit(count, stamps - stamps[0], 1)
    ends = np.array([0, len(stamps) - 1])
    return stamps[0] + offset + slope * ends, ends.astype(float)
