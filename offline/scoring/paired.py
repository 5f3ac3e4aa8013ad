"""What one decoder has over another on the same frames: paired bootstrap, corrected for as many as were compared."""

from __future__ import annotations

import numpy as np

from offline.scoring.resampling import LEAST_UNITS, bootstrap_correlation, difference_interval, draw_weights, units
from offline.scoring.together import centred, correlation

LEVEL = 0.95
N_DRAWS = 2000
Gain = tuple[float, float, float]
"""Difference of r inside speech, and its interval; NaN ends where there is too little to tell."""


class Paired:
    """r inside speech of decoders that all decoded the same, and differences of it.

    Bootstrap samples of blocks of 5 s (Efron 1979), the same blocks for all, and Student's t over the blocks.

    Parameters
    ----------
    truth : recorded log-mel (T, n_mels).
    speech : which frames count, (T,) bool.
    frame_rate : frames a second.
    n_draws, seed : bootstrap samples, and what they are drawn from.
    which : recording of every frame (T,), of :func:`~offline.scoring.together.recording_of`; default one for all.
    """

    def __init__(
        self,
        truth: np.ndarray,
        speech: np.ndarray,
        frame_rate: float,
        n_draws: int = N_DRAWS,
        seed: int = 0,
        which: np.ndarray | None = None,
    ) -> None:
        self._truth, self._speech = truth, speech
        self._which = np.zeros(len(truth), int) if which is None else which
        self._unit = units(len(truth), (), frame_rate)
        self._n_units = int(self._unit[-1]) + 1
        self._weights = draw_weights(self._n_units, n_draws, np.random.default_rng(seed))

    @property
    def tells(self) -> bool:
        """Whether there are blocks enough for an interval."""
        return self._n_units >= LEAST_UNITS

    def r(self, decoded: np.ndarray) -> float:
        """Of log-mel (T, n_mels)."""
        return correlation(decoded, self._truth, self._which, self._speech)

    def samples(self, decoded: np.ndarray) -> np.ndarray:
        """``r`` of every bootstrap sample, (n_draws,)."""
        own, truth = (centred(mel, self._which, self._speech) for mel in (decoded, self._truth))
        return bootstrap_correlation(own, truth, self._speech, self._unit, self._weights)

    def interval(self, gain: float, samples: np.ndarray, compared: int = 1) -> Gain:
        """A difference, or a value, with its interval, from its bootstrap samples.

        Parameters
        ----------
        compared : differences of which this is one; the best of several looks better than it is, so that the intervals
            of all of them together hold what is true in 95 of 100 (Bonferroni's correction).
        """
        return gain, *difference_interval(gain, samples, self._n_units, level=1.0 - (1.0 - LEVEL) / compared)

    def over(self, ours: np.ndarray, theirs: np.ndarray, compared: int = 1) -> Gain:
        """What ``ours`` has over ``theirs``, both log-mel (T, n_mels)."""
        return self.interval(self.r(ours) - self.r(theirs), self.samples(ours) - self.samples(theirs), compared)
