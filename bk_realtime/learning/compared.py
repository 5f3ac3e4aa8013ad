"""Carried on against from scratch: both decoded before they were learnt from, piece by piece of the same speech."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from bk_realtime.learning.curve import COVERAGE, Gain
from bk_realtime.learning.judge import POINT_S
from bk_realtime.measures.mel import mean_correlation

LEAST_PIECES = 4
NEWEST = 12
"""Pieces that count, at the most: two minutes of speech, for what one has over the other fades as more is learnt."""


@dataclass(frozen=True)
class Carried:
    """How a decoder that goes on from yesterday fares.

    Attributes
    ----------
    counts_s : seconds of today that yesterday's weights stand for now; 0: from scratch decoded better so far, ``inf``:
        yesterday's weights as they are.
    over_scratch : what it has in r inside speech over one of today alone, on the newest speech; None where there is too
        little to tell.
    judged_s : seconds of speech that this is of.
    """

    counts_s: float
    over_scratch: Gain | None
    judged_s: float

    @property
    def text(self) -> str:
        """In words."""
        gain = self.over_scratch
        if self.counts_s == 0:
            now = "today alone decodes best so far"
        elif np.isinf(self.counts_s):
            now = "yesterday's weights stay as they are"
        else:
            now = f"yesterday counts as {self.counts_s:.0f} s of today"
        if gain is None:
            return f"carried on or from scratch: cannot be told yet; {now}"
        found = f"r {gain.r:+.3f}, {gain.low:+.3f} to {gain.high:+.3f}, newest {self.judged_s:.0f} s of speech"
        if gain.low > 0:
            return f"carried on is better than from scratch ({found}); {now}"
        if gain.high < 0:
            return f"carried on is WORSE than from scratch ({found}); {now}"
        return f"no difference between carried on and from scratch can be told ({found}); {now}"


class Pairs:
    """Gathers speech that both have decoded.

    Parameters
    ----------
    rate : frames a second.
    """

    def __init__(self, rate: float) -> None:
        self._size = round(POINT_S * rate)
        self._waiting: list[np.ndarray] = []
        self._n = 0
        self._differences: list[float] = []

    def add(self, carried: np.ndarray, scratch: np.ndarray, wanted: np.ndarray, spoken: np.ndarray) -> None:
        """Take (T, n_mels) log-mel that both decoded, what was recorded, and (T,) which frames hold speech."""
        self._waiting.append(np.stack([x[spoken] for x in (carried, scratch, wanted)]).astype(np.float32))
        self._n += int(spoken.sum())
        while self._n >= self._size:
            whole = np.concatenate(self._waiting, 1)
            self._waiting, self._n = [whole[:, self._size :]], self._n - self._size
            ours, theirs, true = whole[:, : self._size]
            found = mean_correlation(ours, true) - mean_correlation(theirs, true)
            if np.isfinite(found):
                self._differences.append(found)

    def over(self) -> tuple[Gain | None, float]:
        """Mean difference in r with its 95 % interval (Student's t over pieces), and the seconds of speech that it is
        of."""
        newest = np.array(self._differences[-NEWEST:])
        judged_s = POINT_S * len(newest)
        if len(newest) < LEAST_PIECES:
            return None, judged_s
        half = float(student.ppf(0.5 + COVERAGE / 2, len(newest) - 1) * newest.std(ddof=1) / np.sqrt(len(newest)))
        middle = float(newest.mean())
        return Gain(middle, middle - half, middle + half), judged_s
