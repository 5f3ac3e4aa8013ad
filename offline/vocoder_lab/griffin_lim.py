"""Offline Griffin-Lim over a whole clip: the reference that streaming vocoders are measured against."""

from __future__ import annotations

import numpy as np
from scipy import fft

from bk_realtime.config import MelSettings
from bk_realtime.vocoder.mel import hann_window
from bk_realtime.vocoder.phase.inversion import inversion_tables, invert_mel


def linear_magnitudes(mel: np.ndarray, settings: MelSettings | None = None) -> np.ndarray:
    """Log-mel ``(n, n_mels)`` -> linear magnitudes ``(n, n_fft // 2 + 1)`` by the live vocoder's inversion."""
    tables = inversion_tables(settings or MelSettings())
    memory, out = np.zeros(len(tables.lobes)), np.zeros((len(mel), tables.weights.shape[1]))
    for frame, row in zip(mel.astype(np.float64), out, strict=True):
        invert_mel(frame, (40, 3), tables, row, memory)
    return out


def griffin_lim(
    mel: np.ndarray, n_iterations: int = 60, momentum: float = 0.99, settings: MelSettings | None = None, seed: int = 0
) -> np.ndarray:
    """Audio ``(n * hop,)`` float32 for log-mel ``(n, n_mels)``, aligned as :class:`~bk_realtime.vocoder.LogMel`.

    Griffin and Lim (1984) from random phases; with ``momentum`` the fast version of Perraudin, Balazs and
    Søndergaard (2013).
    """
    settings = settings or MelSettings()
    n_fft, hop, window = settings.n_fft, settings.hop_length, hann_window(settings)
    magnitude = linear_magnitudes(mel, settings)
    length = (len(mel) - 1) * hop + n_fft
    power = np.zeros(length)
    for k in range(len(mel)):
        power[k * hop : k * hop + n_fft] += window**2

    def signal(spectrum: np.ndarray) -> np.ndarray:
        frames, out = fft.irfft(spectrum, n_fft) * window, np.zeros(length)
        for k, frame in enumerate(frames):
            out[k * hop : k * hop + n_fft] += frame
        return out / np.maximum(power, 1e-2)

    def project(spectrum: np.ndarray) -> np.ndarray:
        frames = np.lib.stride_tricks.sliding_window_view(signal(spectrum), n_fft)[::hop]
        return np.asarray(fft.rfft(frames * window))

    spectrum = magnitude * np.exp(2j * np.pi * np.random.default_rng(seed).random(magnitude.shape))
    before: np.ndarray | None = None
    for _ in range(n_iterations):
        consistent = project(spectrum)
        target = consistent if before is None else consistent + momentum * (consistent - before)
        before = consistent
        spectrum = target * (magnitude / np.maximum(np.abs(target), 1e-30))
    pad = (n_fft - hop) // 2
    return signal(spectrum)[pad : pad + len(mel) * hop].astype(np.float32)
