"""A ridge that learns while somebody reads: every stretch is decoded before it is learnt from, and scored so.

Frames may come in pieces of any length: what is decoded, learnt and decided hangs on the frames alone. Nothing is
learnt twice and nothing old is looked at again, so it costs the same after an hour as after a minute.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from bk_realtime.config import FRAME_RATE
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.features.normalise import CLIP, ZScore, fit_statistics
from bk_realtime.learning.compared import Carried, Pairs
from bk_realtime.learning.curve import expected_gain
from bk_realtime.learning.decision import decide
from bk_realtime.learning.judge import WINDOW_S, Judge
from bk_realtime.learning.loudness_only import AHEAD, LoudnessOnly
from bk_realtime.learning.prior import COUNTS_S, Prior, ridge_with
from bk_realtime.learning.progress import Progress
from bk_realtime.learning.running import RunningRidge
from bk_realtime.learning.window import Window

STRETCH_S, FIRST_S, MORE_S = 5.0, 20.0, 300.0
"""Seconds: decoded and learnt at once; before anything is decoded; of more reading whose worth is told."""
GROWTH = 1.1
"""The ridge is solved again when it has a tenth more frames."""
PENALTIES = (1e-1, 1e-2, 1.0)
"""The first one until another has decoded better."""
LEADS = (-17, -9, 0, 9, 17)
"""Frames after its newest signal (about -200, -100, 0, 100 and 200 ms) that the sound is decoded for, side by side."""
MAIN = LEADS.index(0)


class Learner:
    """Learns and judges itself.

    Parameters
    ----------
    n_in, n_mels : features and mel bins a frame.
    settings : size of the ridge, and how much silence counts.
    frame_rate : frames a second.
    prior : yesterday's ridge to go on from, of the same features and bins. It decodes beside one of today alone, and
        what it counts for is what has decoded best so far.

    Raises
    ------
    InputError
        A prior of another size.
    """

    def __init__(
        self,
        n_in: int,
        n_mels: int,
        settings: RidgeSettings | None = None,
        frame_rate: Fraction = FRAME_RATE,
        prior: Prior | None = None,
    ) -> None:
        self.n_in, self.n_mels, self.settings = n_in, n_mels, settings or RidgeSettings()
        self.rate = float(frame_rate)
        self._stretch, self._first_frames = round(STRETCH_S * self.rate), round(FIRST_S * self.rate)
        self._back, self._ahead = max(self.settings.n_past - 1, -min(LEADS)), max(LEADS)
        self._features, self._mel = np.zeros((0, n_in)), np.zeros((0, n_mels), np.float32)
        self._speech = np.zeros(0, bool)
        self._n_frames = self._n_speech = 0
        self._rival, self._judge = LoudnessOnly(self.settings.n_past), Judge(MAIN, self.rate)
        self._prior, self._anew_at = prior, 0
        self._begin()
        wanted = (self.settings.n_past * n_in, n_mels)
        if prior is not None and tuple(prior.weight.shape) != wanted:
            raise InputError(
                f"learning: expected yesterday's ridge of {wanted[0]} weights and {wanted[1]} bins, got "
                f"{tuple(prior.weight.shape)}; carry on a bundle of the same features"
            )
        self._contaminated = ""

    def _begin(self) -> None:
        """Nothing is learnt yet, and nothing is known of it."""
        self._judge.begin_anew()
        self._pairs = Pairs(self.rate)
        self._first: tuple[np.ndarray, np.ndarray] | None = None
        self._ridge = RunningRidge(self.settings.n_past, self.n_in)
        self._solved: dict[float, tuple[Tensor, Tensor]] = {}
        self._carried: dict[float, tuple[Tensor, Tensor]] = {}
        self._solved_at = self._speech_at = self._speech_learnt = self._n_clipped = 0
        self._errors = dict.fromkeys(PENALTIES, 0.0)
        self._carried_errors = dict.fromkeys(() if self._prior is None else COUNTS_S, 0.0)

    @property
    def n_learnt(self) -> int:
        """Frames learnt so far."""
        return self._ridge.n_frames

    def looked(self, windows: Sequence[Window]) -> None:
        """Windows of a learner before it in the same session: these looks count, and say nothing of what it learns."""
        self._judge.windows[:0] = windows
        self._judge.begin_anew()

    def contaminated(self, text: str) -> None:
        """The audit says that the microphone is in the electrodes: nothing is claimed from now on."""
        self._contaminated = self._contaminated or text

    def add(self, features: np.ndarray, mel: np.ndarray, speech: np.ndarray) -> None:
        """Take further frames.

        Parameters
        ----------
        features : (T, n_in) log power as the feature operators give it, NaN where masked.
        mel : (T, n_mels) natural-log mel of the same frames.
        speech : (T,) bool, the frames that hold speech.

        Raises
        ------
        InputError
            Other numbers of features or bins.
        """
        if features.shape != (len(mel), self.n_in) or mel.shape[1:] != (self.n_mels,) or speech.shape != (len(mel),):
            raise InputError(
                f"learning: expected (T, {self.n_in}) features, (T, {self.n_mels}) mel and (T,) speech, got "
                f"{features.shape}, {mel.shape} and {speech.shape}; one stream is learnt from at a time"
            )
        self._n_frames += len(mel)
        self._n_speech += int(speech.sum())
        self._features = np.concatenate([self._features, features])
        self._mel, self._speech = np.concatenate([self._mel, mel]), np.concatenate([self._speech, speech])
        while self._ready():
            self._take_stretch()

    def progress(self) -> Progress:
        """What can be said so far."""
        judge, share = self._judge, self._n_speech / max(1, self._n_frames)
        learnt_s, r = np.array(judge.points).reshape(-1, 2).T
        now_s = self._speech_learnt / self.rate
        leads = np.mean(judge.by_lead, 0) if judge.by_lead else ()
        return Progress(
            seconds=self._n_frames / self.rate,
            speech_s=self._n_speech / self.rate,
            judged_s=(len(judge.windows) - judge.since) * WINDOW_S + judge.part_s,
            windows=tuple(judge.windows),
            points=tuple(judge.points),
            gain=expected_gain(learnt_s, r, now_s, MORE_S * share) if now_s > 0 and share > 0 else None,
            leads={1000.0 * lead / self.rate: float(r) for lead, r in zip(LEADS, leads, strict=False)},
            decision=decide(judge.windows, WINDOW_S, judge.part_s, self._contaminated, judge.since),
            carried=None if self._prior is None else Carried(self.counts_s, *self._pairs.over()),
            anew_s=self._anew_at / self.rate,
            n_dead=0 if self._first is None else int(np.isnan(self._first[1]).sum()),
        )

    @property
    def counts_s(self) -> float:
        """Seconds of today that yesterday's weights stand for in :meth:`solution`; 0: none of them are in it."""
        if self._prior is None:
            return 0.0
        if not self._ridge.known:
            return math.inf
        count = self._best_count
        return 0.0 if self._errors[self.penalty] < self._carried_errors[count] else count

    @property
    def penalty(self) -> float:
        """The penalty that decoded best so far, of today alone."""
        return min(PENALTIES, key=lambda p: self._errors[p])

    def solution(self, penalty: float | None = None) -> tuple[Ridge, np.ndarray, np.ndarray]:
        """The ridge of all frames learnt so far, for features that are z-scored with the mean and deviation beside it.

        Parameters
        ----------
        penalty : of today alone; where none is given, what decoded best so far: with yesterday or without it.

        Returns
        -------
        ridge, float64; mean and deviation (n_in,) of the features, NaN where a channel was dead at first. Before
        anything that counts was learnt these are yesterday's.

        Raises
        ------
        InputError
            Too little was learnt, and there is nothing to go on from.
        """
        if self._first is None or not self._ridge.known:
            if self._prior is not None and penalty is None:
                return self._prior.ridge, self._prior.mean, self._prior.std
            lacks = "speech, as silence counts nothing" if self._first else f"more than {FIRST_S:g} s of a live signal"
            raise InputError(f"learning: expected {lacks}, got less; record more")
        weight, bias = self._solution(penalty)
        middle, spread = (torch.from_numpy(values)[:, None] for values in self._ridge.mean_and_deviation())
        by_feature = weight.reshape(self.settings.n_past, self.n_in, self.n_mels)
        bias = bias + (by_feature * middle).sum((0, 1))
        settings = self.settings if self._speech_learnt else replace(self.settings, silence_weight=1.0)  # of one kind
        ridge = ridge_with(settings, self.n_in, (by_feature * spread).flatten(0, 1), bias)
        mean, std = self._first
        return ridge, mean + std * middle[:, 0].numpy(), std * spread[:, 0].numpy()

    def _solution(self, penalty: float | None) -> tuple[Tensor, Tensor]:
        """Weights and intercept of the main lead, for features as they are learnt."""
        if self._prior is not None and penalty is None and (count := self.counts_s):
            return self._toward(self._prior, (count,))[count]
        penalty = self.penalty if penalty is None else penalty
        weight, bias = self._ridge.solve((penalty,))[penalty]
        return weight[..., self._targets], bias[self._targets]

    def _toward(self, prior: Prior, counts: Sequence[float]) -> dict[float, tuple[Tensor, Tensor]]:
        """The same with yesterday's weights, by the seconds that they stand for, at the penalty that is best without
        them: they are frames more, and no reason to believe frames more."""
        frames = [count * self.rate for count in counts]
        solved = self._ridge.solve_toward(prior.weight, frames, self._targets, self.penalty)
        return dict(zip(counts, solved.values(), strict=True))

    @property
    def _targets(self) -> slice:
        """Of the main lead, among the bins of all leads."""
        return slice(MAIN * self.n_mels, (MAIN + 1) * self.n_mels)

    @property
    def _stop(self) -> int:
        """Frames at the front of what waits, up to the end of the next stretch."""
        return self._back + self._stretch if self.n_learnt else self._first_frames

    def _ready(self) -> bool:
        return len(self._mel) >= self._stop + self._ahead

    def _take_stretch(self) -> None:
        """Decode, score and learn the next stretch; the first one is only learnt."""
        back, stop, past = self._back, self._stop, self.settings.n_past - 1
        if self._first is None:
            mean, std = fit_statistics(self._features[:stop])
            if not np.isfinite(std).any():  # no live channel yet: these frames are nothing
                self._drop(self._stretch)
                return
            self._first = mean, std
        rows = np.ascontiguousarray(self._features[back - past : stop])
        z = ZScore(*self._first).step(torch.from_numpy(rows)[None], ())[0][0]
        if self._is_another(z[past:].numpy()):
            self._begin()
            self._anew_at = self._n_frames - len(self._mel) + stop
            self._drop(stop - back)
            return
        wanted = np.stack([self._mel[back + lead : stop + lead] for lead in LEADS], 1)
        spoken = np.stack([self._speech[back + lead : stop + lead] for lead in LEADS], 1)
        renew = self.n_learnt + len(wanted) >= GROWTH * self._solved_at
        around = slice(back - past, stop + max(AHEAD))
        rival = self._rival.take(self._mel[around], self._speech[around], renew)
        self._judge.hear(wanted[:, MAIN])
        if self._solved and rival is not None:
            decoded = {p: self._ridge.decode(z, one).reshape(wanted.shape) for p, one in self._solved.items()}
            best, speech, true = decoded[self.penalty], spoken[:, MAIN], wanted[:, MAIN]
            carried = {count: self._ridge.decode(z, one) for count, one in self._carried.items()}
            if carried:
                self._pairs.add(carried[self._best_count], best[:, MAIN], true, speech)
                if count := self.counts_s:
                    best = best.copy()
                    best[:, MAIN] = carried[count]
            self._judge.add(best, wanted, spoken, rival, self._speech_at / self.rate)
            # an error counts as much as had been learnt then: one of a ridge of 20 s says little of one of two minutes,
            # and what is better at first only, yesterday or a high penalty, would stay for long
            kept = self.n_learnt / (self.n_learnt + len(wanted))
            _add_errors(self._errors, {p: one[:, MAIN] for p, one in decoded.items()}, true, speech, kept)
            _add_errors(self._carried_errors, carried, true, speech, kept)
        silence = self.settings.silence_weight
        weights = None if silence == 1.0 else np.where(spoken[:, MAIN], 1.0, silence)
        self._ridge.add(z, wanted.reshape(len(wanted), -1), weights)
        self._speech_learnt += int(spoken[:, MAIN].sum())
        if renew and self._ridge.known:
            self._solved = self._ridge.solve(PENALTIES)
            if self._prior is not None:
                self._carried = self._toward(self._prior, COUNTS_S)
            self._solved_at, self._speech_at = self.n_learnt, self._speech_learnt
        self._drop(stop - back)

    def _is_another(self, z: np.ndarray) -> bool:
        """Whether more of the signal so far lies outside the range of its first seconds than inside: the amplifier was
        on before its electrodes were plugged in, say, and nothing could be learnt of what came then."""
        assert self._first is not None
        live = np.isfinite(self._first[1])
        self._n_clipped += len(z) * int((np.abs(z[:, live]) >= CLIP).mean() > 0.5)
        return 2 * self._n_clipped > self.n_learnt + len(z)

    def _drop(self, n: int) -> None:
        self._features, self._mel, self._speech = self._features[n:], self._mel[n:], self._speech[n:]

    @property
    def _best_count(self) -> float:
        return min(COUNTS_S, key=lambda count: self._carried_errors[count])


def _add_errors(
    errors: dict[float, float], decoded: dict[float, np.ndarray], true: np.ndarray, speech: np.ndarray, kept: float
) -> None:
    """Squared errors inside ``speech`` of what each decoded of ``true``; of those before only a share is ``kept``."""
    for key, one in decoded.items():
        errors[key] = kept * errors[key] + float(np.square((one - true)[speech]).sum())
