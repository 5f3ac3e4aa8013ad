"""Scores of one held-out part, for decoders that are compared on it: values, chance, intervals, paired differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bk_realtime.decoder.base import Decoder
from bk_realtime.errors import InputError
from offline.data.decoding import decode_features
from offline.scoring.loudness import partial_correlation
from offline.scoring.mel import speech_mask
from offline.scoring.paired import Gain, Paired
from offline.scoring.resampling import circular_shift, p95
from offline.training.carried import Frames

WARM_S = 10.0
"""Seconds before the scored part that decoders begin with."""


@dataclass(frozen=True)
class Score:
    """r inside speech with its 95 % interval, the same correlation with the loudness taken off, and the 95th percentile
    of both under circular shifts."""

    r: float
    low: float
    high: float
    r_chance: float
    partial: float
    partial_chance: float


class Judge:
    """Scores what was decoded of the rows from ``start`` on, without trials that are marked as bad.

    Parameters
    ----------
    today : the recording whose end is scored.
    rate : frames a second.
    shifts, bootstrap, seed : how much is drawn, and from what.

    Raises
    ------
    InputError
        Nothing is left to score.
    """

    def __init__(self, today: Frames, start: int, rate: float, shifts: int, bootstrap: int, seed: int) -> None:
        self.rate, self._start, self._shifts, self._seed = rate, start, shifts, seed
        n = len(today.mel)
        keep = np.zeros(n, bool)
        for a, b in today.pieces(start, n, 1):
            keep[a:b] = True
        if not keep.any():
            raise InputError("every trial of the part that is scored is marked bad: nothing is left of it; record more")
        self._keep = keep[start:]
        self._reference = today.mel[start:][self._keep]
        self._mask = speech_mask(self._reference)
        self.speech_s = float(self._mask.sum() / rate)
        self._paired = Paired(self._reference, self._mask, rate, bootstrap, seed)

    def decode(self, decoder: Decoder, z: np.ndarray) -> np.ndarray:
        """The scored rows, from z-scores of all of today."""
        warm = min(self._start, round(WARM_S * self.rate))
        return decode_features(decoder, z[self._start - warm :])[warm:][self._keep]

    def score(self, decoded: np.ndarray) -> Score:
        """Of (T, n_mels) log-mel from :meth:`decode`."""
        truth, mask = self._reference, self._mask
        draws = circular_shift(decoded, truth, mask, self.rate, self._shifts, np.random.default_rng(self._seed))
        r, low, high = self._paired.interval(self._paired.r(decoded), self._paired.samples(decoded))
        return Score(
            r, low, high, p95(draws["r_speech"]),
            partial_correlation(decoded, truth, mask), p95(draws["r_partial"]),
        )  # fmt: skip

    def difference(self, ours: np.ndarray, theirs: np.ndarray) -> Gain:
        """How much r inside speech ``ours`` has over ``theirs``, and its paired 95 % interval over blocks of 5 s."""
        return self._paired.over(ours, theirs)
