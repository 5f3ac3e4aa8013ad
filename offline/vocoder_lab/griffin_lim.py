"""Offline Griffin-Lim over a whole clip, librosa's: the reference that streaming vocoders are measured against."""

from __future__ import annotations

import librosa
import numpy as np

from bk_realtime.config import MelSettings
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
    Søndergaard (2013). The mel is inverted as in the live vocoder, so that rows differ in how they find phases only.
    """
    s = settings or MelSettings()
    audio = librosa.griffinlim(
        linear_magnitudes(mel, s).T,
        n_iter=n_iterations,
        hop_length=s.hop_length,
        win_length=s.win_length,
        n_fft=s.n_fft,
        center=False,  # frames begin where they begin in LogMel, before the first hop
        momentum=momentum,
        random_state=seed,
    )
    pad = (s.n_fft - s.hop_length) // 2
    return np.asarray(audio[pad : pad + len(mel) * s.hop_length], dtype=np.float32)
