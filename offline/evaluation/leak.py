"""The leak probe: how well the scored part can be copied from training frames, with no brain at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from offline.scoring.mel import mean_correlation, speech_mask

COPY_LIMIT = 0.5
"""Correlation of copied training frames inside speech from which a split leaks; 0.97 under random frames."""
DUPLICATE_LIMIT = 0.05
"""Share of spoken test frames that stand in the training part bit by bit, from which it holds the same recording."""


@dataclass(frozen=True)
class LeakProbe:
    """What the nearest training frame knows about each scored frame.

    Attributes
    ----------
    gap_s : smallest time between a scored and a training frame; None where no training frame is in the recording.
    needed_s : signal that goes into one decoded frame and its target.
    r_copy, r_copy_speech : correlation of the nearest (in time) training frames with the scored ones.
    duplicates : share of scored speech frames that occur in the training part as they are.
    repeated_s : seconds of the scored neural data that stand in the training part too, by content.
    """

    gap_s: float | None
    needed_s: float
    r_copy: float
    r_copy_speech: float
    duplicates: float
    repeated_s: float = 0.0

    @property
    def finding(self) -> str:
        """One line naming the leak; empty where there is none."""
        if self.repeated_s:
            return f"LEAK: {self.repeated_s:.0f} s of the scored neural data stand in the training data too, by content"
        if self.duplicates > DUPLICATE_LIMIT:
            return f"LEAK: {self.duplicates:.0%} of the scored speech frames stand in the training data as they are"
        if self.gap_s is not None and self.gap_s < self.needed_s:
            return (
                f"LEAK: training frames lie {self.gap_s:.3f} s from scored ones, one frame sees {self.needed_s:.3f} s; "
                f"copying the nearest training frame scores r {self.r_copy:.3f} with no brain at all"
            )
        if self.r_copy_speech > COPY_LIMIT:
            return (
                f"LEAK: copying the nearest training frame scores r {self.r_copy_speech:.3f} inside speech with no "
                f"brain at all (limit {COPY_LIMIT})"
            )
        return ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "finding": self.finding}


def probe_split(
    mel: np.ndarray, training: np.ndarray, test: np.ndarray, frame_rate: float, needed_s: float
) -> LeakProbe:
    """Probe a split of one recording, by whatever rule it was made.

    Parameters
    ----------
    mel : (T, n_mels) recorded log-mel of the whole recording.
    training, test : frame indices that fitted something (validation included), and those that are scored.
    needed_s : seconds of signal behind one decoded frame and its target.
    """
    reference = mel[test]
    spoken = speech_mask(reference)
    if not len(training):
        return LeakProbe(None, needed_s, 0.0, 0.0, 0.0)
    training = np.unique(training)
    at = np.clip(np.searchsorted(training, test), 1, max(1, len(training) - 1))
    before, after = training[at - 1], training[np.minimum(at, len(training) - 1)]
    nearest = np.where(np.abs(test - before) <= np.abs(after - test), before, after)
    copy = mel[nearest]
    return LeakProbe(
        gap_s=float((np.abs(test - nearest).min() - 1) / frame_rate),
        needed_s=float(needed_s),
        r_copy=mean_correlation(copy, reference),
        r_copy_speech=mean_correlation(copy, reference, spoken),
        duplicates=duplicate_share([mel[training]], reference),
    )


def duplicate_share(training: list[np.ndarray], test: np.ndarray) -> float:
    """Share of the spoken frames of ``test`` (T, n_mels) that stand in one of ``training`` as they are, to 0.01 in each
    bin: frames of other sounds never agree in all bins, those of the same sound do, whatever file they came in.
    """
    spoken = _rows(test[speech_mask(test)])
    known = {row for mel in training for row in _rows(mel)}
    return float(np.mean([row in known for row in spoken])) if spoken else 0.0


def _rows(mel: np.ndarray) -> list[bytes]:
    return [row.tobytes() for row in np.round(mel.astype(np.float32), 2) + 0.0]  # + 0.0: no negative zeros
