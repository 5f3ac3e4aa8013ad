"""A ridge bundle carried on by today's frames, by the learner that does it live: the same frames give the same."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from bk_realtime.config import FeatureSettings
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.learning.compared import Carried as Compared
from bk_realtime.learning.feed import BLOCK
from bk_realtime.learning.learner import FIRST_S, Learner
from bk_realtime.learning.prior import Prior
from bk_realtime.learning.speech import SpeechSoFar
from offline.training.carried import Carried, Frames


class Onward:
    """Goes on from a bundle through one recording, from its first frame; each row is learnt once.

    Parameters
    ----------
    prior : yesterday's ridge, in the features of the frames.
    n_mels, rate : bins, and frames a second.
    settings : size of the ridge, and how much silence counts.
    features : whose normalisation is meant.
    """

    known = True

    def __init__(
        self, prior: Prior, n_mels: int, rate: Fraction, settings: RidgeSettings, features: FeatureSettings
    ) -> None:
        self.features = features
        self.learner = Learner(len(prior.mean), n_mels, settings, rate, prior)
        self._speech, self._seen = SpeechSoFar(), 0

    def carry_on(self, today: Frames, guard: int, rate: float) -> tuple[Carried, Carried]:
        """Learn what is new of what is known of today. What it counts for is chosen as live: by what decoded best
        before it was learnt, so nothing is kept aside and ``guard`` is not needed.

        Parameters
        ----------
        today : the first rows of the recording, as many as the last time or more.

        Returns
        -------
        With yesterday, and from today alone.

        Raises
        ------
        InputError
            Too little of today.
        """
        self._learn(today)
        if not self.learner.n_learnt:
            raise InputError(
                f"expected {FIRST_S:.0f} s of a live signal of today or more to learn from, got "
                f"{len(today.mel) / rate:.0f} s; record longer"
            )
        return self._fitted(None), self._fitted(self.learner.penalty)

    @property
    def compared(self) -> Compared:
        """How what is carried on fared beside today alone, on what neither had learnt."""
        found = self.learner.progress().carried
        assert found is not None  # there is a prior
        return found

    @property
    def even(self) -> bool:
        """Whether silence was to be weighed, and no frame so far was told to be speech."""
        return self.learner.settings.silence_weight != 1.0 and not self.learner.progress().speech_s

    def _learn(self, today: Frames) -> None:
        n = len(today.mel)
        for a, b in today.pieces(0, n, 1):
            # what lies between two pieces is a bad trial; the few frames behind it have a past that is none
            begin = max(a, self._seen)
            # the last block waits until it is whole, as live: its level tells what is speech
            stop = b if b < n else begin + max(0, b - begin) // BLOCK * BLOCK
            for start in range(begin, stop, BLOCK):
                self._seen = min(stop, start + BLOCK)
                mel = today.mel[start : self._seen]
                self.learner.add(today.power[start : self._seen], mel, self._speech.take(mel))

    def _fitted(self, penalty: float | None) -> Carried:
        ridge, mean, std = self.learner.solution(penalty)
        counts_s = self.learner.counts_s if penalty is None else 0.0
        nothing = float("nan")
        chosen = self.learner.penalty if counts_s == 0 else nothing
        return Carried(ridge.float(), np.asarray(mean), np.asarray(std), nothing, chosen, nothing, counts_s)
