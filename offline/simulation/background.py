"""What the electrodes pick up without speech: coloured noise with spatial covariance, line noise, artefacts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.signal

from offline.simulation.participant import Participant

PSD_KNOTS_HZ = np.array([0.5, 2.0, 6.0, 12.0, 20.0, 45.0, 90.0, 140.0, 200.0, 375.0, 1000.0])
PSD_KNOTS_DB = np.array([31.0, 30.5, 29.0, 25.0, 19.0, 8.0, -2.0, -7.0, -9.5, -12.5, -15.0])
"""Power spectral density in dB re 1 uV^2/Hz: the shape of depth recordings (38 / 25 / 6 / 0.4 / -3.4 dB in
2-8, 13-30, 70-110, 130-170, 300-450 Hz, relative), at a level of about 70 uV RMS."""

Amplitude = Callable[[np.ndarray], np.ndarray]
"""Frequencies in Hz -> amplitude density in uV/sqrt(Hz)."""


def default_amplitude(freqs: np.ndarray) -> np.ndarray:
    """Amplitude density of the built-in spectrum."""
    at = np.log(np.maximum(freqs, PSD_KNOTS_HZ[0]))
    amplitude: np.ndarray = 10 ** (np.interp(at, np.log(PSD_KNOTS_HZ), PSD_KNOTS_DB) / 20)
    return amplitude * (freqs > 0.1)  # amplifiers are AC coupled


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Amplitude density and spatial mixing of a background.

    Attributes
    ----------
    amplitude : amplitude density over frequency.
    mixing : (n_channels, n_channels); rows of unit norm; ``mixing @ mixing.T`` is the correlation at low frequency.
    samples : (n, n_sources) real noise of unit variance at the session's rate that takes the place of Gaussian noise,
        or None.
    """

    amplitude: Amplitude
    mixing: np.ndarray
    samples: np.ndarray | None = None


def default_mixing(participant: Participant, length_mm: float = 10.0, common: float = 0.3) -> np.ndarray:
    """Correlation that falls off with distance, over a part that the reference shares with all contacts."""
    distance = np.linalg.norm(participant.positions[:, None] - participant.positions[None], axis=-1)
    correlation = common + (1 - common) * np.exp(-distance / length_mm)
    mixing: np.ndarray = np.linalg.cholesky(correlation + 1e-6 * np.eye(len(correlation))) / np.sqrt(1 + 1e-6)
    return mixing


def coloured(n: int, sfreq: float, amplitude: Amplitude, rng: np.random.Generator) -> np.ndarray:
    """(n,) Gaussian noise with the amplitude density given, in its unit."""
    size = scipy.fft.next_fast_len(n, real=True)
    spectrum = scipy.fft.rfft(rng.standard_normal(size))
    spectrum *= amplitude(scipy.fft.rfftfreq(size, 1 / sfreq)) * np.sqrt(sfreq / 2)
    noise: np.ndarray = scipy.fft.irfft(spectrum, size)[:n]
    return noise


def shared_part(freqs: np.ndarray) -> np.ndarray:
    """Share of power that follows the mixing: slow activity is common, high gamma is local."""
    return 0.08 + 0.9 / (1 + (freqs / 40.0) ** 2)


def background(participant: Participant, n: int, sfreq: float, spectrum: Spectrum, seed: int) -> np.ndarray:
    """(n, n_channels) float32, uV."""
    n_channels = participant.n_channels
    x = np.empty((n, n_channels), np.float32)
    for c in range(n_channels):
        rng = np.random.default_rng([seed, 2, c])
        if spectrum.samples is None:
            x[:, c] = coloured(n, sfreq, lambda f: spectrum.amplitude(f) * np.sqrt(shared_part(f)), rng)
        else:
            x[:, c] = _looped(spectrum.samples[:, c % spectrum.samples.shape[1]], n, rng)
    mixing = spectrum.mixing.T.astype(np.float32)
    for start in range(0, n, 1 << 16):
        x[start : start + (1 << 16)] = x[start : start + (1 << 16)] @ mixing
    if spectrum.samples is None:
        for c in range(n_channels):
            rng = np.random.default_rng([seed, 3, c])
            x[:, c] += coloured(n, sfreq, lambda f: spectrum.amplitude(f) * np.sqrt(1 - shared_part(f)), rng)
    x *= participant.level.astype(np.float32)
    return x


def _looped(samples: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Real noise from a random point on, repeated with 0.5 s cross-fades of equal power until it is long enough."""
    fade = min(len(samples) // 4, 512)
    ramp = np.sin(np.linspace(0, np.pi / 2, fade)) ** 2
    up, down = np.sqrt(ramp), np.sqrt(ramp[::-1])
    start = int(rng.integers(0, len(samples)))
    loop = samples[: len(samples) - fade].copy()
    loop[:fade] = loop[:fade] * up + samples[len(samples) - fade :] * down
    sign = float(rng.choice([-1.0, 1.0]))
    return sign * np.resize(np.roll(loop, -start), n)


def add_line_noise(
    x: np.ndarray, participant: Participant, sfreq: float, line_freq: float, seed: int, level_uv: float = 6.0
) -> None:
    """Mains hum and its harmonics in place: one wandering phase, an amplitude and sign of its own per contact."""
    if line_freq <= 0 or level_uv <= 0:
        return
    rng = np.random.default_rng([seed, 4])
    n = len(x)
    t = np.arange(n) / sfreq
    wander = 2 * np.pi * 0.02 * smooth_noise(n, sfreq, 0.02, rng)  # mains frequency moves by some 10 mHz
    for k, share in enumerate((1.0, 0.12, 0.35, 0.06, 0.15, 0.04, 0.08), start=1):
        if k * line_freq >= 0.45 * sfreq:
            break
        carrier = np.exp(1j * (2 * np.pi * k * line_freq * t + k * wander))
        amount = level_uv * share * rng.lognormal(0, 0.6, participant.n_channels)
        phase = rng.normal(0, 0.5, participant.n_channels)
        for c in range(participant.n_channels):
            x[:, c] += (amount[c] * (carrier * np.exp(1j * phase[c])).real).astype(np.float32)


def add_artefacts(x: np.ndarray, participant: Participant, sfreq: float, seed: int, per_minute: float = 2.0) -> None:
    """Interictal spikes on one shaft, electrode pops on one contact and cable movement on all, in place."""
    rng = np.random.default_rng([seed, 5])
    minutes = len(x) / sfreq / 60
    for _ in range(rng.poisson(per_minute * minutes)):
        start = int(rng.integers(0, max(1, len(x) - round(2 * sfreq))))
        kind = rng.choice(["spike", "pop", "movement"], p=[0.5, 0.3, 0.2])
        t = np.arange(round(2 * sfreq)) / sfreq
        if kind == "spike":
            wave = 260 * (np.exp(-(((t - 0.1) / 0.018) ** 2)) - 0.45 * np.exp(-(((t - 0.28) / 0.09) ** 2)))
            where = np.linalg.norm(participant.positions - rng.permutation(participant.positions)[0], axis=1)
            gain = np.exp(-where / 8.0)
        elif kind == "pop":
            wave = rng.choice([-1, 1]) * 700 * np.exp(-t / 0.25)
            gain = np.zeros(participant.n_channels)
            gain[rng.integers(participant.n_channels)] = 1.0
        else:
            wave = 150 * np.sin(2 * np.pi * 1.3 * t) * np.hanning(len(t))
            gain = rng.lognormal(0, 0.3, participant.n_channels)
        stop = min(len(x), start + len(t))
        x[start:stop] += (wave[: stop - start, None] * gain).astype(np.float32)


def spoil_bad_channels(x: np.ndarray, participant: Participant, seed: int) -> None:
    """Flat contacts become one constant value, noisy ones get white noise of 20 times their own level, in place."""
    for label, reason in participant.bad.items():
        c = participant.labels.index(label)
        if reason == "flat":
            x[:, c] = np.float32(3.0)
        else:
            rng = np.random.default_rng([seed, 6, c])
            x[:, c] += rng.standard_normal(len(x), dtype=np.float32) * np.float32(20 * x[:, c].std())


def smooth_noise(n: int, sfreq: float, cutoff_hz: float, rng: np.random.Generator) -> np.ndarray:
    """(n,) noise of unit variance without content above ``cutoff_hz``, drawn at a low rate and interpolated."""
    step = max(1, int(sfreq / (cutoff_hz * 8)))
    coarse = rng.standard_normal(n // step + 24)
    coarse = scipy.signal.sosfiltfilt(scipy.signal.butter(2, 0.25, output="sos"), coarse)
    coarse /= coarse.std() + 1e-12
    noise: np.ndarray = np.interp(np.arange(n) / step, np.arange(len(coarse)), coarse)
    return noise
