"""Scores of decoders that were each trained with some seeds and decoded the same: means, spread, chance, cost, and what
one has over another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from offline.scoring.mel import mel_cepstral_distortion, speech_mask
from offline.scoring.paired import Gain, Paired
from offline.scoring.resampling import circular_shift, p95
from offline.scoring.together import centred, partial, recording_of

N_SHIFTS = 40
FIGURES = ("r_speech", "spread", "r_partial", "mcd_db", "chance", "cpu_s")
UNTOLD: Gain = (float("nan"),) * 3
"""Of what stands beside itself."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class SeedRow:
    """One decoder; means over the seeds.

    Attributes
    ----------
    r_speech, r_partial, mcd_db : inside speech, the second with the recorded level taken off.
    spread : range of ``r_speech`` among the seeds; NaN of one seed.
    chance : 95th percentile of ``r_speech`` of the first seed at circular shifts.
    cpu_s : CPU seconds of a training.
    """

    kind: str
    r_speech: float
    spread: float
    r_partial: float
    mcd_db: float
    chance: float
    cpu_s: float

    def told(self, gains: Mapping[str, Gain]) -> dict[str, Any]:
        """Plain values, with intervals of named gains; what cannot be told is left out."""
        numbers: dict[str, float] = {name: getattr(self, name) for name in FIGURES}
        for name, interval in gains.items():
            numbers |= {f"{name}{end}": x for end, x in zip(("", "_low", "_high"), interval, strict=True)}
        told = {name: round(float(value), 5) for name, value in numbers.items() if np.isfinite(value)}
        return {"decoder": self.kind, **told}


class SeedScores(Generic[Key]):
    """All of what decoded the same.

    Parameters
    ----------
    decoded : key of a decoder -> for each seed what it decoded of all segments (T, n_mels) log-mel, and CPU seconds of
        a training.
    reference : recorded log-mel of the same segments.
    frame_rate : frames a second.
    of : the recording that each segment is of; default one for all.
    """

    def __init__(
        self,
        decoded: Mapping[Key, Sequence[tuple[np.ndarray, float]]],
        reference: Sequence[np.ndarray],
        frame_rate: float,
        of: Sequence[int] = (),
    ) -> None:
        self._truth = np.concatenate(list(reference))
        self._speech = np.concatenate([speech_mask(y) for y in reference])
        self._rate, self._decoded, self._which = frame_rate, decoded, recording_of(reference, of)
        self._paired = paired = Paired(self._truth, self._speech, frame_rate, which=self._which)
        self._each = {key: [paired.r(mel) for mel, _ in seeds] for key, seeds in decoded.items()}
        # a decoder's seeds are averaged in each draw
        self._drawn = {
            key: np.mean([paired.samples(mel) for mel, _ in seeds], axis=0) for key, seeds in decoded.items()
        }

    def row(self, key: Key, kind: str) -> SeedRow:
        """What stands in a table of the decoder ``key``, which is of this kind."""
        truth, speech, each = self._truth, self._speech, self._each[key]
        mels = [mel for mel, _ in self._decoded[key]]
        ours, theirs = (centred(mel, self._which, speech) for mel in (mels[0], truth))
        moved = circular_shift(ours, theirs, speech, self._rate, N_SHIFTS, np.random.default_rng(0))
        return SeedRow(
            kind,
            r_speech=float(np.mean(each)),
            spread=float(np.ptp(each)) if len(each) > 1 else float("nan"),
            r_partial=float(np.mean([partial(mel, truth, speech, self._which) for mel in mels])),
            mcd_db=float(np.mean([mel_cepstral_distortion(mel, truth, speech) for mel in mels])),
            chance=p95(moved["r_speech"]),
            cpu_s=float(np.mean([cpu_s for _, cpu_s in self._decoded[key]])),
        )

    def gain(self, key: Key, rival: Key) -> Gain:
        """r inside speech of the one over the other, on the same frames; NaN over itself or one that is not there."""
        if key == rival or rival not in self._each:
            return UNTOLD
        more = float(np.mean(self._each[key]) - np.mean(self._each[rival]))
        return self._paired.interval(more, self._drawn[key] - self._drawn[rival])
