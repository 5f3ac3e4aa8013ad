"""An EDF or BDF file as a :class:`~offline.io.channel_file.ChannelFile`: each channel at its own rate."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soxr

from bk_realtime.errors import OptionError
from bk_realtime.montage import ChannelInfo
from bk_realtime.shown import some
from offline.io.channel_file import Neural
from offline.io.companions import rational
from offline.io.edf import EdfSignal, blocks, digital, read_header
from offline.io.edf_annotations import Timeline, record_grid
from offline.io.grid import Grid
from offline.io.pauses import axis_seconds

_MARGIN = 100
"""Samples before and after a part that a resampler looks at."""


class EdfFile:
    """See :class:`~offline.io.channel_file.ChannelFile`; ``sfreq`` tells another rate than the header."""

    def __init__(self, path: Path, sfreq: float | None = None) -> None:
        self._header = read_header(path)
        self._timeline = Timeline(self._header)
        self._sfreq = sfreq
        self._laid: tuple[Grid, int] | None = None
        self._stretch = 1.0  # true rate of the file's clock by the header's
        signals = self._header.signals
        self.channels = tuple(ChannelInfo(s.label, "", s.unit if s.gain else "none (no range)") for s in signals)
        self.rates = tuple(s.rate for s in signals)
        self.bad: tuple[str, ...] = ()
        self.volts: np.ndarray | None = None
        self.files: tuple[Path, ...] = (path,)
        self.also: tuple[Path, ...] = ()
        self.notes = list(self._header.notes)

    def neural(self, keep: Sequence[int], scale: np.ndarray, counts: bool) -> Neural:
        """Channels of a lower rate than the highest among them are resampled to it."""
        header, signals = self._header, [self._header.signals[i] for i in keep]
        most = max(s.samples for s in signals)
        if self._sfreq and any(s.samples != most for s in signals):
            raise OptionError(
                f"{header.path}: --sfreq {self._sfreq:g}, but the channels have several rates; "
                "choose those of one rate with --channels, or leave it out"
            )
        if self._sfreq:
            self._stretch = self._sfreq / float(most / header.record_s)
        grid = record_grid(header, self._timeline, most, self._sfreq, self.notes)
        self.notes += grid.notes
        self._laid = (grid, most)
        out = grid.empty(len(keep))
        slow = {
            j: np.empty(header.n_records * s.samples, np.float32) for j, s in enumerate(signals) if s.samples < most
        }
        digest = hashlib.sha256(str([(s.label, s.samples) for s in header.signals]).encode())
        annotations = np.zeros(header.record_bytes, bool)
        for at, size in header.annotation_columns:
            annotations[at : at + size] = True
        for first, block in blocks(header):
            digest.update(np.ascontiguousarray(block[:, ~annotations] if annotations.any() else block).data)
            part = np.empty((len(block) * most, len(keep)), np.float32)
            for j, (signal, factor) in enumerate(zip(signals, scale.tolist(), strict=True)):
                gain, offset = (factor, 0.0) if counts else (factor * signal.gain, factor * signal.offset)
                values = digital(header, signal, block) * gain + offset
                if j in slow:
                    slow[j][first * signal.samples : first * signal.samples + len(values)] = values
                else:
                    part[:, j] = values
            grid.place(out, first * most, part)
        for j, values in slow.items():
            for begin, stop, at in grid.pieces:
                part = values[begin // most * signals[j].samples : stop // most * signals[j].samples]
                out[at : at + stop - begin, j] = _resampled(part, signals[j].samples, most, stop - begin)
        self._say_rates(signals, most)
        sfreq = rational(self._sfreq or float(most / header.record_s), str(header.path))
        return Neural(out, sfreq, grid.rate, digest.hexdigest())

    def line(self, channel: int) -> np.ndarray:
        signal = self._header.signals[channel]
        return np.asarray(self._digital(signal) * (signal.gain or 1.0) + signal.offset)

    def codes(self, channel: int) -> np.ndarray:
        signal = self._header.signals[channel]
        if self._header.width == 3 or not signal.gain:
            return self._digital(signal)
        values = self.line(channel)
        whole = np.rint(values)
        # a code lies up to half a step beside what was stored
        near = abs(signal.gain) < 0.5 and bool((np.abs(values - whole) <= abs(signal.gain) / 2 + 1e-6).all())
        return whole.astype(np.int64) if near or abs(signal.gain) == 1 else values

    def grid(self, channel: int) -> Grid:
        samples = self._header.signals[channel].samples
        true = float(samples / self._header.record_s) * self._stretch if self._sfreq else None
        return record_grid(self._header, self._timeline, samples, true, [])

    def seconds(self, channel: int, sample: int) -> float:
        signal = self._header.signals[channel]
        grid, most = self._laid or (self.grid(channel), signal.samples)
        # by the neural samples of the same record: a slow channel's own grid is too coarse
        record, rest = divmod(sample, signal.samples)
        return axis_seconds(grid, record * most) + rest / signal.samples * most / grid.rate

    def events(self) -> list[tuple[float, str]]:
        return [(t / self._stretch, text) for t, text in self._timeline.markers]

    def _digital(self, signal: EdfSignal) -> np.ndarray:
        return np.concatenate([digital(self._header, signal, block) for _, block in blocks(self._header)])

    def _say_rates(self, signals: Sequence[EdfSignal], most: int) -> None:
        high = next(s.rate for s in signals if s.samples == most)
        for samples in sorted({s.samples for s in signals} - {most}):
            labels = [s.label for s in signals if s.samples == samples]
            rate = next(s.rate for s in signals if s.samples == samples)
            self.notes.append(
                f"{len(labels)} channels of {float(rate):g} Hz resampled to the {float(high):g} Hz of the others; they "
                f"hold nothing above {float(rate) / 2:g} Hz: {some(labels, 12)}"
            )


def _resampled(values: np.ndarray, samples: int, most: int, n: int) -> np.ndarray:
    """(n,) from a part without pauses; sample 0 stays sample 0. The part is continued point-symmetrically at both ends,
    so that it does not begin and end with a step."""
    whole = samples // math.gcd(samples, most)  # this many samples make a whole number at the higher rate
    margin = min(-(-_MARGIN // whole), (len(values) - 1) // whole) * whole
    longer = np.pad(values, margin, mode="reflect", reflect_type="odd") if margin else values
    level = longer[len(longer) // 2]
    skip = margin * most // samples
    out = (soxr.resample(longer - level, samples, most) + level)[skip : skip + n]
    return np.pad(out, (0, n - len(out)), mode="edge")
