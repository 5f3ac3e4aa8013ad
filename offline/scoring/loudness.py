"""Loudness taken off: :mod:`bk_realtime.measures.loudness`, which the learning beside a recording uses too."""

from __future__ import annotations

from bk_realtime.measures.loudness import (
    FRAMES_PER_LEVEL,
    LEAST_FRAMES,
    LOUDNESS,
    LOUDNESS_STEPS,
    MOST_LEVELS,
    N_STEPS,
    ORDER,
    SMOOTHED,
    Loudness,
    loudness_alone,
    loudness_oracles,
    partial_correlation,
    without_a_brain,
)

__all__ = [
    "FRAMES_PER_LEVEL",
    "LEAST_FRAMES",
    "LOUDNESS",
    "LOUDNESS_STEPS",
    "MOST_LEVELS",
    "N_STEPS",
    "ORDER",
    "SMOOTHED",
    "Loudness",
    "loudness_alone",
    "loudness_oracles",
    "partial_correlation",
    "without_a_brain",
]
