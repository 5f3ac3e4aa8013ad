"""Gaps, duplicates, clock jumps and backlog, found from time stamps, sample counts and arrival times alone.

LSL never reports loss: a queue that overflows drops its oldest samples in silence. What gives it away is the line
"stamp against sample count". Raw stamps scatter around it (the sender stamps each packet when it sends it and fills
the stamps inside a packet in at the NOMINAL rate, so they even step backwards at packet edges), a device may run half
a per cent beside its nominal rate, and a busy sender stamps one packet late. So nothing is judged by a single step:
the level of the line must shift by more than its own scatter and lie still there for ``confirm_s`` of both samples
and stamps. A sender that fell behind and works off what waits shifts the stamps too, but they do not lie still. Then
arrival times tell missing samples (the age of data is as before) from a clock that was set (the age jumped along).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from statistics import median

import numpy as np

from bk_realtime.chunks import Chunk
from bk_realtime.source.backlog import Backlog
from bk_realtime.source.base import EventKind, SourceEvent
from bk_realtime.source.line_fit import ageing, robust_slope, steady_part

_SAME_STAMP = 1e-9
_REPEAT_S = 2.0  # how far back a repetition is recognised
_REFIT_S = 0.5
_STANDSTILL_S = 5.0


@dataclass(frozen=True)
class GapSettings:
    """Thresholds in seconds of :class:`StreamMonitor`."""

    confirm_s: float = 0.1
    """A shift of the stamps counts when it has lain still for this long, and for as long as it is large."""
    level_s: float = 1.0
    """Span of the running level (median)."""
    fit_s: float = 30.0
    """Span of the regression that gives the effective rate."""
    settle_s: float = 5.0
    """Until this much was seen, ``start_tolerance_s`` is the least tolerance and the rate is the nominal one."""
    start_tolerance_s: float = 0.03
    scatter_factor: float = 6.0
    """Tolerance in robust standard deviations of the stamps."""
    rate_error: float = 0.01
    """An effective rate this far (relative) from the nominal one is reported; again when it is right."""
    backlog_s: float = 0.25
    """Samples that arrive this much later than the quickest ones are a backlog."""
    spacing_s: float = 0.05
    """Closest two points of the running level."""


class StreamMonitor:
    """Watches one contiguous stream. Feed it every chunk; it returns what went wrong.

    Parameters
    ----------
    sfreq : nominal rate in Hz; 0 (irregular) watches nothing.
    settings : thresholds.
    live : arrival times mean something. Off for recordings read faster than real time: there a shift forward is a
        gap, one backward a clock jump unless stamps repeat, and backlog is not judged.
    """

    def __init__(self, sfreq: float, settings: GapSettings | None = None, live: bool = True) -> None:
        self.sfreq, self.settings, self.live = sfreq, settings or GapSettings(), live
        self._backlog = Backlog(self.settings.backlog_s, self.settings.fit_s)
        self._rate_is_off = False
        self.restart()

    def restart(self) -> None:
        """A new segment: forget everything (after a reconnection, or where the caller dropped samples)."""
        self._next_index: int | None = None
        self._origin = (0, 0.0)
        # points of the line: sample time x in nominal seconds, y = stamp - x, age of data
        self._points: deque[tuple[float, float, float]] = deque()
        self._pending: list[tuple[float, float, float, float]] = []
        self._pending_sign, self._pending_index = 0, 0
        self._slope, self._level, self._tolerance = 0.0, 0.0, np.inf
        self._ageing = 0.0
        self._x_fitted = -np.inf
        self._history = np.zeros(0)
        self._last_stamp = -np.inf
        self._offset: float | None = None
        self._backlog.forget()

    @property
    def effective_rate(self) -> float:
        """Samples per second of the sender's clock, by regression; the nominal rate during the first seconds."""
        return self.sfreq / (1.0 + self._slope) if self._settled else self.sfreq

    @property
    def _settled(self) -> bool:
        return len(self._points) > 2 and self._points[-1][0] - self._points[0][0] >= self.settings.settle_s

    def observe(self, chunk: Chunk) -> list[SourceEvent]:
        """Take one chunk in; returns events, oldest first, ``index`` on the axis of ``Chunk.first_index``."""
        if not self.sfreq or not len(chunk):
            return []
        events: list[SourceEvent] = []
        stamps = chunk.stamps
        if self._next_index is None:
            self._origin = (chunk.first_index, float(stamps[0]))
        elif chunk.first_index != self._next_index:
            missing = chunk.first_index - self._next_index
            kind: EventKind = "gap" if missing > 0 else "duplicate"
            seconds = missing / self.sfreq
            events.append(self._event(kind, self._next_index, seconds, "by the sample index"))
            self.restart()
            self._origin = (chunk.first_index, float(stamps[0]))
        if self._offset is not None and abs(chunk.offset - self._offset) > 5e-3:
            self._backlog.forget()  # the time correction became known, or was refined: no news about the stream
        self._offset = chunk.offset
        self._next_index = chunk.first_index + len(chunk)
        repeated = self._repeated(stamps)
        if repeated:
            events.append(self._event("duplicate", chunk.first_index, repeated / self.sfreq, "with the same stamps"))
            self._origin = (self._origin[0] + repeated, self._origin[1])
        self._history = np.concatenate([self._history, stamps])[-max(64, int(_REPEAT_S * self.sfreq)) :]
        events += self._follow(chunk)
        self._last_stamp = float(stamps[-1])
        if self.live and not self._pending:
            events += self._backlog.observe(chunk)
        return events

    def _event(self, kind: EventKind, index: int, seconds: float, how: str) -> SourceEvent:
        n = round(abs(seconds) * self.sfreq)
        what = {
            "gap": f"{n} samples ({seconds:.3f} s) are missing",
            "duplicate": f"{n} samples ({abs(seconds):.3f} s) came twice",
            "clock jump": f"the sender's clock was set by {seconds:+.3f} s",
        }.get(kind, kind)
        return SourceEvent(kind, index, abs(seconds) if kind == "duplicate" else seconds, f"{what}, {how}")

    def _repeated(self, stamps: np.ndarray) -> int:
        """How many of ``stamps`` repeat earlier ones: at least two that differ, so equal stamps in a packet do not
        count, and nor does a back-filled packet that merely overlaps the one before."""
        stamps = stamps[stamps <= self._last_stamp + _SAME_STAMP]
        if not len(stamps):
            return 0
        known = np.unique(self._history)
        at = np.searchsorted(known, stamps)
        near = np.minimum(
            np.abs(known[np.minimum(at, len(known) - 1)] - stamps), np.abs(known[np.maximum(at - 1, 0)] - stamps)
        )
        hits = stamps[near < _SAME_STAMP]
        return len(hits) if len(np.unique(hits)) >= 2 else 0

    def _follow(self, chunk: Chunk) -> list[SourceEvent]:
        stamps, index0 = chunk.stamps, chunk.first_index
        x = (np.arange(index0, index0 + len(stamps)) - self._origin[0]) / self.sfreq
        y = stamps - self._origin[1] - x
        # one observation a packet: its last sample, which the sender stamped; the others were filled in
        ends = np.append(np.flatnonzero(np.abs(y[1:] - y[:-1]) > 0.5 / self.sfreq), len(y) - 1)
        age = chunk.received - (stamps + chunk.offset)
        if not self._points:
            self._add(float(x[ends[0]]), float(y[ends[0]]), float(age[ends[0]]))
            self._update()
        residual = np.abs(y[ends] - self._slope * x[ends] - self._level)
        if not self._pending and residual.max() <= self._tolerance:
            due = self._points[-1][0] + self.settings.spacing_s
            if x[-1] >= due:
                for i in ends[x[ends] >= due]:
                    if x[i] >= due:
                        self._add(float(x[i]), float(y[i]), float(age[i]))
                        due = x[i] + self.settings.spacing_s
                self._update()
            return self._check_rate()
        events: list[SourceEvent] = []
        start = 0
        for end in ends:
            self._judge(float(x[end]), float(y[end]), float(age[end]), index0 + start, events)
            start = int(end) + 1
        return events + self._check_rate()

    def _check_rate(self) -> list[SourceEvent]:
        """The rate was found to be off, or right again; what is found lasts until then, across restarts."""
        if not self._settled:
            return []
        error = self._slope if abs(self._slope) > self.settings.rate_error else self._ageing
        limit = self.settings.rate_error * (0.8 if self._rate_is_off else 1.0)
        if (abs(error) > limit) == self._rate_is_off:
            return []
        self._rate_is_off = not self._rate_is_off
        kind: EventKind = "rate" if self._rate_is_off else "rate right"
        at, rate = self._next_index or 0, self.sfreq / (1 + error)
        text = (
            f"the device runs at {rate:.2f} Hz instead of {self.sfreq:g} Hz; set its program to announce the true rate"
        )
        if not self._rate_is_off:
            text = f"the device runs at its announced {self.sfreq:g} Hz again"
        details = {"active_fault" if self._rate_is_off else "corrected": "rate"}
        return [SourceEvent(kind, at, 0.0, text, details)]

    def _judge(self, x: float, y: float, age: float, index: int, events: list[SourceEvent]) -> None:
        """One packet, while something is off the line."""
        residual = y - self._slope * x - self._level
        if self._pending and residual * self._pending_sign < 0.5 * self._tolerance:
            # back on the line: packets were only stamped late, and say nothing about the line
            self._pending = []
        if not self._pending:
            if abs(residual) <= self._tolerance:
                if x - self._points[-1][0] >= self.settings.spacing_s:
                    self._add(x, y, age)
                    self._update()
                return
            self._pending_sign, self._pending_index = (1 if residual > 0 else -1), index
        self._pending.append((x, y, age, residual))
        first = self._pending[0]
        still = steady_part(self._pending, self.settings.confirm_s, self._tolerance)
        if still is not None:
            # what began while the sender was late only looks too early later on
            began_late = self._pending_sign < 0 and first[0] - self._points[0][0] < self.settings.level_s
            event = self._confirm(still)
            if not began_late:
                events.append(event)
        elif (counted := x - first[0]) > _STANDSTILL_S:
            if x + y - first[0] - first[1] < self.settings.confirm_s:
                event = SourceEvent("clock jump", self._pending_index, -counted, "the time stamps stand still")
            else:
                text = f"packets are late by ever different times; what is missing in {counted:.0f} s cannot be told"
                event = SourceEvent("backlog", self._pending_index, residual, text)
            events.append(event)
            self._restart_line(x, y, age)

    def _confirm(self, still: int) -> SourceEvent:
        points = np.array(self._pending[still:])
        shift, age_after = float(np.median(points[:, 3])), float(points[:, 2].min())
        x_now = self._pending[-1][0]
        before = [p[2] for p in self._points if p[0] >= x_now - 2 * self.settings.level_s] or [self._points[-1][2]]
        aged = age_after - min(before)
        if self.live:
            jumped = aged < -shift / 2 if shift > 0 else aged > -shift / 2
        else:
            jumped = shift < 0
        how = "by the time stamps"
        if jumped:
            event = self._event("clock jump", self._pending_index, shift, how)
            self._backlog.forget()
        else:
            event = self._event("gap" if shift > 0 else "duplicate", self._pending_index, shift, how)
        # the line goes on, shifted: what was learnt of rate and scatter stays
        aged = aged if jumped else 0.0
        self._points = deque((px, py + shift, page + aged) for px, py, page in self._points)
        for px, py, page, _ in points:
            self._add(float(px), float(py), float(page))
        self._pending = []
        self._level += shift
        self._x_fitted = -np.inf
        self._update()
        return event

    def _add(self, x: float, y: float, age: float) -> None:
        self._points.append((x, y, age))
        while self._points[0][0] < x - self.settings.fit_s:
            self._points.popleft()

    def _update(self) -> None:
        """Slope, level and tolerance from the points."""
        s = self.settings
        newest = self._points[-1][0]
        if newest - self._x_fitted < _REFIT_S and len(self._points) > 2 * s.level_s / s.spacing_s:
            recent = islice(reversed(self._points), int(s.level_s / s.spacing_s))
            self._level = median(y - self._slope * x for x, y, _ in recent)
            return
        self._x_fitted = newest
        points = np.array(self._points)
        x, y = points[:, 0], points[:, 1]
        span = x[-1] - x[0]
        if span >= s.level_s and len(x) >= 5:
            self._slope = robust_slope(x, y)
        self._ageing = ageing(x, points[:, 2]) if self.live and span > 0.9 * s.fit_s else 0.0
        flat = y - self._slope * x
        near = x >= newest - s.level_s
        near[-8:] = True  # with packets of a second there are not more
        self._level = float(np.median(flat[near]))
        spread = 1.4826 * float(np.median(np.abs(flat - np.median(flat))))
        least = 1.5 / self.sfreq if span >= s.settle_s else max(s.start_tolerance_s, 1.5 / self.sfreq)
        self._tolerance = max(least, s.scatter_factor * spread)

    def _restart_line(self, x: float, y: float, age: float) -> None:
        self._points.clear()
        self._pending = []
        self._slope, self._ageing, self._x_fitted = 0.0, 0.0, -np.inf
        self._add(x, y, age)
        self._update()
        self._backlog.forget()
