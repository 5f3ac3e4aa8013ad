"""Small synthetic recordings: band noise on N channels whose high-gamma power follows a random 'speech' signal."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.signal import butter, sosfilt

from offline.io.recording import Recording

BANDS = ((150, 500), (500, 1200), (1200, 2500), (2500, 5500))
AUDIO_RATE = 22050


def _smooth(rng: np.random.Generator, n: int, rate: float, cutoff: float) -> np.ndarray:
    """Smooth random trajectory (n,) with unit deviation."""
    x = sosfilt(butter(2, cutoff, fs=rate, output="sos"), rng.standard_normal(n))
    return x / x.std()


def envelopes(rng: np.random.Generator, seconds: float, rate: float = 200.0) -> np.ndarray:
    """(n, len(BANDS)) loudness of each band at ``rate`` Hz: words of 0.3-0.9 s, pauses of 0.3-1 s between."""
    n = int(seconds * rate)
    gate, t = np.zeros(n), 0.3
    while t < seconds:
        word = rng.uniform(0.3, 0.9)
        gate[int(t * rate) : int((t + word) * rate)] = 1.0
        t += word + rng.uniform(0.3, 1.0)
    gate = np.convolve(gate, np.hanning(11) / np.hanning(11).sum(), "same")
    return np.stack([gate * np.exp(0.8 * _smooth(rng, n, rate, 4.0)) for _ in BANDS], 1)


def synthetic_recording(
    seconds: float = 60.0,
    n_channels: int = 8,
    sfreq: float = 512.0,
    seed: int = 0,
    gain: float = 2.0,
    lag_s: float = 0.0,
    name: str = "synthetic",
) -> Recording:
    """A simulated recording.

    Parameters
    ----------
    seconds, n_channels, sfreq : size; ``sfreq`` in Hz, above 340.
    gain : high-gamma amplitude in speech relative to rest; 0 makes brain and speech unrelated.
    lag_s : seconds by which the neural signal follows (positive) or leads (negative) the sound.
    """
    rng = np.random.default_rng(seed)
    loud = envelopes(rng, seconds)
    t_loud = np.arange(len(loud)) / 200.0
    t_audio = np.arange(int(seconds * AUDIO_RATE)) / AUDIO_RATE
    audio = 1e-4 * rng.standard_normal(len(t_audio))
    for i, band in enumerate(BANDS):
        carrier = sosfilt(butter(2, band, "bandpass", fs=AUDIO_RATE, output="sos"), rng.standard_normal(len(t_audio)))
        audio += 0.15 * carrier / carrier.std() * np.interp(t_audio, t_loud, loud[:, i])
    t_neural = np.arange(int(seconds * sfreq)) / sfreq
    high_gamma = butter(2, (70, 170), "bandpass", fs=sfreq, output="sos")
    neural = np.empty((len(t_neural), n_channels))
    for c in range(n_channels):
        trajectory = np.interp(t_neural - lag_s, t_loud, loud[:, c % len(BANDS)])
        carrier = sosfilt(high_gamma, rng.standard_normal(len(t_neural)))
        slow = 20.0 * _smooth(rng, len(t_neural), sfreq, 10.0)
        neural[:, c] = slow + 3.0 * carrier / carrier.std() * (1.0 + gain * trajectory)
    neural += 2.0 * np.sin(2 * np.pi * 50.0 * t_neural)[:, None]
    return Recording(
        neural=neural.astype(np.float32),
        sfreq=Fraction(sfreq),
        labels=tuple(f"A{c + 1}" for c in range(n_channels)),
        audio=(0.9 * audio / np.abs(audio).max()).astype(np.float32),
        sample_rate=AUDIO_RATE,
        name=name,
        simulated=True,
        source_hash=f"{seed:064x}",
    )
