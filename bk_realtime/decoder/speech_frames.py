"""Which frames of a log-mel hold speech, by their level."""

from __future__ import annotations

import numpy as np

ABOVE_FLOOR_DB = 10.0
"""Speech stands out by so much over the quietest tenth; nothing else does where nobody speaks."""
LEAST_SPEECH = 43
"""Frames (half a second) that must stand out so where speech is less than a twentieth."""


def frame_level(mel: np.ndarray) -> np.ndarray:
    """Level of each frame in dB: natural-log mel magnitudes (T, n_mels) -> (T,)."""
    level: np.ndarray = 10.0 * np.log10(np.exp(2.0 * mel.astype(np.float64)).mean(1))
    return level


def speech_threshold(mel: np.ndarray, span_db: float = 60.0) -> float:
    """Level in dB that parts speech from silence: :func:`level_threshold` of the frame levels of ``mel``."""
    return level_threshold(frame_level(mel), span_db)


def told_threshold(mel: np.ndarray) -> float | None:
    """:func:`speech_threshold` of ``mel``; None where its levels do not tell speech from silence: the loudest twentieth
    is not :data:`ABOVE_FLOOR_DB` over the quietest tenth, or there is no frame."""
    if not len(mel):
        return None
    floor, top = np.percentile(level := frame_level(mel), (10, 95))
    return level_threshold(level) if top > floor + ABOVE_FLOOR_DB else None


def level_threshold(level: np.ndarray, span_db: float = 60.0) -> float:
    """Otsu's (1979) threshold on levels (T,) in dB.

    Levels more than ``span_db`` under the 95th percentile count as that far under it, so that digital silence does
    not pull the threshold down.
    """
    top = np.percentile(level, 95)
    counts, edges = np.histogram(np.clip(level, top - span_db, top), bins=120)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sum_below = np.cumsum(counts * centres)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (sum_below / below - (sum_below[-1] - sum_below) / above) ** 2
    between = np.nan_to_num(between[:-1])
    best = np.flatnonzero(between == between.max())  # a gap between the two classes is a plateau: take its middle
    return float(edges[1 + round(best.mean())])


def own_threshold(mel: np.ndarray) -> float:
    """Level in dB that parts speech from silence in a part (T, n_mels) of which nobody knows whether anybody speaks in
    it: :func:`speech_threshold`, which knows no speech that is less than a twentieth; then :data:`ABOVE_FLOOR_DB` over
    the quietest tenth."""
    told = told_threshold(mel)
    if told is not None or not len(mel):
        return told or 0.0
    return float(np.percentile(frame_level(mel), 10)) + ABOVE_FLOOR_DB


def speech_mask(mel: np.ndarray, threshold_db: float | None = None) -> np.ndarray:
    """Frames of a reference log-mel (T, n_mels) that hold speech, by energy: (T,) bool.

    Without a threshold it is :func:`own_threshold`, and where not half a second stands out nobody speaks: of noise or a
    hum alone half of the frames would count otherwise, and be scored as speech.
    """
    if threshold_db is not None:
        return frame_level(mel) > threshold_db
    mask = frame_level(mel) > own_threshold(mel)
    return mask if told_threshold(mel) is not None or mask.sum() >= LEAST_SPEECH else np.zeros(len(mel), bool)
