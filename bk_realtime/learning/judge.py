"""What was decoded before it was learnt from, gathered into windows of speech and scored."""

from __future__ import annotations

import numpy as np

from bk_realtime.learning.window import Window, judge_window
from bk_realtime.measures.mel import mean_correlation

WINDOW_S, POINT_S, HEARD_S = 30.0, 10.0, 300.0
"""Seconds of speech in a window and in a point of the learning curve; of sound kept for what knows loudness alone."""


class Judge:
    """Windows, points of the learning curve and a score for each lead.

    Parameters
    ----------
    main : index of the lead that is judged, among those decoded side by side.
    rate : frames a second.
    """

    def __init__(self, main: int, rate: float) -> None:
        self._main, self._rate = main, rate
        self._size = round(WINDOW_S * rate)
        self._heard: list[np.ndarray] = []
        self._parts: list[tuple[np.ndarray, ...]] = []
        self._in_part = 0
        self.windows: list[Window] = []
        self.points: list[tuple[float, float]] = []
        """Seconds of speech learnt before a stretch was decoded, and its r."""
        self.by_lead: list[list[float]] = []
        """A window's mean correlation inside speech for each lead."""
        self.since = 0
        """The first window of what is learnt now; points and leads are of these alone."""

    @property
    def part_s(self) -> float:
        """Seconds of speech in the window that is not full yet."""
        return self._in_part / self._rate

    def begin_anew(self) -> None:
        """Forget what was learnt, and the window that is not full yet. The whole ones stay: they were looked at."""
        self._parts, self._in_part, self.since = [], 0, len(self.windows)
        self.points.clear()
        self.by_lead.clear()

    def hear(self, mel: np.ndarray) -> None:
        """Take recorded log-mel (T, n_mels), decoded or not."""
        self._heard.append(mel)
        while sum(map(len, self._heard[1:])) > HEARD_S * self._rate:
            self._heard.pop(0)

    def add(
        self, decoded: np.ndarray, wanted: np.ndarray, spoken: np.ndarray, rival: np.ndarray, learnt_s: float
    ) -> None:
        """Take a decoded stretch.

        Parameters
        ----------
        decoded, wanted : (T, n_leads, n_mels) log-mel.
        spoken : (T, n_leads) bool, speech in what is wanted.
        rival : (T, n_mels) what knows loudness alone decoded of the main lead.
        learnt_s : seconds of speech that were learnt when it was decoded.
        """
        at = np.full(len(decoded), learnt_s)
        self._parts.append(
            (decoded.astype(np.float32), wanted.astype(np.float32), spoken, rival.astype(np.float32), at)
        )
        self._in_part += int(spoken[:, self._main].sum())
        while self._in_part >= self._size:
            self._close_window()

    def _close_window(self) -> None:
        whole = [np.concatenate(arrays) for arrays in zip(*self._parts, strict=True)]
        stop = int(np.searchsorted(np.cumsum(whole[2][:, self._main]), self._size)) + 1
        decoded, wanted, spoken, rival, learnt_s = (array[:stop] for array in whole)
        self._parts = [tuple(array[stop:] for array in whole)]
        self._in_part -= self._size
        leads = range(decoded.shape[1])
        scores = [mean_correlation(decoded[:, i], wanted[:, i], spoken[:, i]) for i in leads]
        self.by_lead.append([r if np.isfinite(r) else 0.0 for r in scores])
        own, true, mask = decoded[:, self._main], wanted[:, self._main], spoken[:, self._main]
        self.windows.append(judge_window(own, true, mask, rival, np.concatenate(self._heard), self._rate))
        for piece in np.array_split(np.flatnonzero(mask), round(WINDOW_S / POINT_S)):
            r, before = mean_correlation(own[piece], true[piece]), float(learnt_s[piece].mean())
            if np.isfinite(r) and before > 0:
                self.points.append((before, r))
