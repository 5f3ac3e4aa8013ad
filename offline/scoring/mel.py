"""Scores of a decoded log-mel: :mod:`bk_realtime.measures.mel`, which the learning beside a recording uses too."""

from __future__ import annotations

from bk_realtime.measures.mel import (
    MEAN,
    N_CEPSTRA,
    ORACLE,
    baselines,
    frame_level,
    mean_correlation,
    mel_cepstral_distortion,
    own_threshold,
    pearson_per_bin,
    speech_mask,
    speech_threshold,
)

__all__ = [
    "MEAN",
    "N_CEPSTRA",
    "ORACLE",
    "baselines",
    "frame_level",
    "mean_correlation",
    "mel_cepstral_distortion",
    "own_threshold",
    "pearson_per_bin",
    "speech_mask",
    "speech_threshold",
]
