"""A ridge of several days: yesterday's sums carried on with today's, as much of them as today's own frames ask for.

Each recording is z-scored with statistics of its own and its mel stands about its own mean: what is learnt together is
how the one moves with the other. What is chosen, is chosen on a contiguous last piece of what is known of today.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.base import FrameSegment
from bk_realtime.decoder.least_squares import RidgeSums
from bk_realtime.decoder.ridge import Ridge, RidgeSettings, frame_weights, mean_squares
from bk_realtime.decoder.speech_frames import told_threshold
from bk_realtime.errors import InputError
from bk_realtime.features import fit_statistics
from bk_realtime.features.normalise import ZScore
from offline.data.dataset import bad_rows, target_mel, target_rows
from offline.data.processed import ProcessedRecording
from offline.data.split import Part, without

SHARES = (0.0, 0.1, 0.3, 1.0, 3.0, math.inf)
"""How much a frame of yesterday may count against one of today: from nothing (today alone) to all (yesterday alone)."""
PENALTIES = (3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0, 100.0)
VALIDATION, LEAST_S = 0.25, 10.0
"""Share at the end of what is known of today that chooses, and the seconds that it and the rest must have at least."""


@dataclass(frozen=True, eq=False)
class Frames:
    """One recording, or the first part of it.

    Attributes
    ----------
    power : (T, n_features) log power, NaN where masked.
    mel : (T, n_mels) natural-log mel; row t is the sound that goes with row t of the power.
    left_out : rows of trials that are marked as bad.
    first : frame of the recording that row 0 is.
    """

    power: np.ndarray
    mel: np.ndarray
    left_out: tuple[Part, ...] = ()
    first: int = 0

    @classmethod
    def of(cls, session: ProcessedRecording, mel: MelSettings, lead_ms: float) -> Frames:
        """All rows that have both."""
        first, stop = target_rows(session, mel, lead_ms)
        sound = target_mel(session.audio, mel, lead_ms)[first:stop]
        return cls(session.log_power[first:stop], sound, bad_rows(session, first, mel, lead_ms), first)

    def until(self, stop: int) -> Frames:
        """The first ``stop`` rows."""
        return Frames(self.power[:stop], self.mel[:stop], self.left_out, self.first)

    def sound(self) -> np.ndarray:
        """(n, n_mels) log-mel of all rows that may be learnt from."""
        return np.concatenate([self.mel[a:b] for a, b in self.pieces(0, len(self.mel), 1)])

    def pieces(self, start: int, stop: int, shortest: int) -> tuple[Part, ...]:
        """Rows of a part that may be learnt from or scored, in pieces of ``shortest`` rows or more."""
        return without((start, stop), self.left_out, shortest)


@dataclass(frozen=True, eq=False)
class Carried:
    """A fitted ridge for features that are z-scored with ``mean`` and ``std``: how much a frame of yesterday counts in
    it against one of today, its penalty, and its mean squared error on the piece that chose both. Where a bundle was
    carried on and not its recordings (:mod:`offline.training.onward`), ``counts_s`` is how many seconds of today its
    weights stand for, and what is not known is NaN."""

    decoder: Ridge
    mean: np.ndarray
    std: np.ndarray
    share: float
    penalty: float
    error: float
    counts_s: float = math.nan


class OtherDays:
    """What was recorded before today, ready to be carried on.

    Parameters
    ----------
    days : each recording by itself, all of the same features and bins.
    settings : size of the ridge, and how much silence counts.
    features : whose normalisation is meant: ``frozen``, or ``running`` from each recording's own statistics on.
    """

    def __init__(self, days: Sequence[Frames], settings: RidgeSettings, features: FeatureSettings) -> None:
        self.settings, self.features = settings, features
        self.even = False
        """Whether a recording so far did not tell speech from silence: its frames all count the same."""
        self._sums = RidgeSums(settings.n_past)
        for day in days:
            self._add(
                self._sums, day, self._z(day)[2], day.sound().mean(0), day.pieces(0, len(day.mel), settings.n_past)
            )

    @property
    def known(self) -> bool:
        """Whether there is anything to carry on."""
        return self._sums.weight > 0

    def carry_on(self, today: Frames, guard: int, rate: float) -> tuple[Carried, Carried]:
        """Fit with what is known of today.

        Parameters
        ----------
        today : all of it is fitted, after its last quarter chose how much yesterday counts, and the penalty.
        guard : rows left out between the two while it chooses.
        rate : frames a second.

        Returns
        -------
        With yesterday, and from today alone; the first may be the second where the choice is so.

        Raises
        ------
        InputError
            Too little of today.
        """
        n, n_past = len(today.mel), self.settings.n_past
        cut = n - max(round(VALIDATION * n), round(LEAST_S * rate))
        mean, std, z = self._z(today)
        sound = today.sound().mean(0)
        fitted = today.pieces(0, max(0, cut - guard), n_past)
        chosen = today.pieces(cut, n, n_past)
        if sum(b - a for a, b in fitted) < LEAST_S * rate or not chosen:
            raise InputError(
                f"expected {2 * LEAST_S + guard / rate:.0f} s of today or more to learn from, got {n / rate:.0f} s; "
                "record longer"
            )
        known, everything = RidgeSums(n_past), RidgeSums(n_past)
        self._add(known, today, z, sound, fitted)
        self._add(everything, today, z, sound, today.pieces(0, n, n_past))
        solved = {
            (share, penalty): (weight, bias + torch.from_numpy(sound).double())
            for share in (SHARES if self.known else (0.0,))
            for penalty, (weight, bias) in self._together(known, share).solve(PENALTIES).items()
        }
        judged: list[FrameSegment] = [(_tensor(z[a:b]), torch.from_numpy(today.mel[a:b])) for a, b in chosen]
        errors = mean_squares(solved, judged, self.settings, self._threshold(today))

        def fit(shares: Sequence[float]) -> Carried:
            share, penalty = min((key for key in errors if key[0] in shares), key=lambda key: errors[key])
            weight, bias = self._together(everything, share).solve((penalty,))[penalty]
            ridge = Ridge(self.settings, z.shape[1], len(sound)).double()
            ridge.weight.copy_(weight)
            ridge.bias.copy_(bias + torch.from_numpy(sound).double())
            return Carried(ridge.float(), mean, std, share, penalty, errors[share, penalty])

        return fit(SHARES), fit((0.0,))

    def _together(self, today: RidgeSums, share: float) -> RidgeSums:
        return self._sums if math.isinf(share) else today.and_also(self._sums, share)

    def _z(self, day: Frames) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean and deviation of its features (n_features,), and their z-scores (T, n_features)."""
        kept = [day.power[a:b] for a, b in day.pieces(0, len(day.power), 1)]
        mean, std = fit_statistics(np.concatenate(kept))
        return mean, std, z_scored(day.power, mean, std, self.features)

    def _threshold(self, day: Frames) -> float | None:
        if self.settings.silence_weight == 1.0:
            return None
        found = told_threshold(day.sound())
        self.even |= found is None
        return found

    def _add(self, sums: RidgeSums, day: Frames, z: np.ndarray, sound: np.ndarray, pieces: Sequence[Part]) -> None:
        threshold = self._threshold(day)
        for a, b in pieces:
            weights = frame_weights(torch.from_numpy(day.mel[a:b]), threshold, self.settings.silence_weight)
            sums.add(_tensor(z[a:b]), _tensor(day.mel[a:b] - sound), weights)


def z_scored(power: np.ndarray, mean: np.ndarray, std: np.ndarray, features: FeatureSettings) -> np.ndarray:
    """(T, n_features) log power -> float32 z-scores as a session with these settings makes them."""
    score = ZScore(mean, std, features.normalisation, features.running_s)
    z, _ = score.step(torch.from_numpy(np.ascontiguousarray(power))[None], score.init_state(1))
    return np.asarray(z[0].numpy().astype(np.float32))


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values)).double()
