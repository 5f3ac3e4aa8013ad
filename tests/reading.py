"""Somebody who reads, simulated as frames: log-mel, speech, features that know it, or its loudness, or nothing."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter

from bk_realtime.config import FRAME_RATE

RATE = float(FRAME_RATE)
SOUNDS = 12


def _wander(rng: np.random.Generator, n: int, n_columns: int, seconds: float) -> np.ndarray:
    """(n, n_columns) of unit deviation and this time constant."""
    keep = np.exp(-1.0 / (seconds * RATE))
    noise = rng.standard_normal((n, n_columns))
    start = rng.standard_normal((1, n_columns)) * keep
    return np.asarray(lfilter([np.sqrt(1 - keep**2)], [1.0, -keep], noise, axis=0, zi=start)[0])


def reading(
    seed: int,
    minutes: float,
    coupling: float = 0.0,
    artefact: float = 0.0,
    n_in: int = 10,
    n_mels: int = 20,
    drift: float = 0.5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One session.

    Parameters
    ----------
    coupling : how much each feature follows two mel bins, in deviations of its own noise.
    artefact : the same of the voice's loudness, in every feature.
    drift : deviation of slow drift over minutes, in features and loudness alike.

    Returns
    -------
    features (T, n_in), log-mel (T, n_mels) float32 and speech (T,) bool.
    """
    rng = np.random.default_rng(seed)
    n = round(60.0 * minutes * RATE)
    gate, loud, sounds = np.zeros(n), np.zeros(n), np.zeros((n, n_mels))
    spectra = gaussian_filter1d(rng.standard_normal((SOUNDS, n_mels)), 1.5, axis=1) * 3.0
    at = round(0.5 * RATE)
    while at < n:
        parts = rng.integers(2, 6)
        loudness = rng.normal(0.0, 0.4)
        for _ in range(parts):
            stop = at + round(rng.uniform(0.08, 0.2) * RATE)
            gate[at:stop], loud[at:stop] = 1.0, loudness + rng.normal(0.0, 0.3)
            sounds[at:stop] = spectra[rng.integers(SOUNDS)]
            at = stop
        at += round(rng.uniform(0.2, 0.9) * RATE)
    speech = gate > 0
    level = gaussian_filter1d(loud * gate, 3.0) + drift * _wander(rng, n, 1, 120.0)[:, 0] * gate
    sounds = gaussian_filter1d(sounds, 3.0, axis=0)
    mel = np.where(speech[:, None], -4.0 + level[:, None] + sounds, -9.0) + 0.3 * rng.standard_normal((n, n_mels))
    features = _wander(rng, n, n_in, 0.1) + drift * _wander(rng, n, n_in, 120.0)
    if coupling:
        mixed = sounds @ (rng.standard_normal((n_mels, n_in)) * (rng.random((n_mels, n_in)) < 2.0 / n_mels))
        features += coupling * np.roll(mixed, -5, axis=0)  # the brain is 60 ms ahead
    features += artefact * (gate * (1.0 + level))[:, None]
    return features, mel.astype(np.float32), speech
