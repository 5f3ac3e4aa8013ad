"""Fingerprints of a recording by its content: bits that stay when its file, unit, channels or reference change.

A band of the signal is taken on a grid of 100 Hz as complex numbers. The channels are whitened over space, so that any
invertible mixing of them (another reference, order, unit, polarity) gives the same picture, and each moment is set to
length 1, so that no loudness or task rhythm is left. What is kept is how much a moment resembles those 50 to 200 ms
later: one byte a moment, the signs of four complex products. Sound goes the same way, its bands in the place of
channels. Neither waveform nor spectrum is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.fft

from offline.io.recording import Recording

GRID_HZ = 100
NEURAL_BANDS = ((12.0, 45.0), (65.0, 95.0))
"""Hz, free of the mains at 50 and 60 Hz; each is a code of its own, so that a band-passed copy has one of them left."""
SOUND_BANDS = tuple((float(f), float(f + 70)) for f in range(300, 3300, 200))
"""Hz; the channels of the sound."""
STEPS = (5, 9, 14, 20)
"""Moments (10 ms) between those that are compared: further apart than either band remembers."""
BLOCK_S, EDGE_S = 64, 2
"""Seconds that are transformed and whitened at once, and how much of either end its neighbour gives."""
TILT = 1.5
"""Power of the frequency that makes 1/f signals flat over a band."""
LEAST_EIGENVALUE = 1e-3
"""Share of a channel's power from which on a direction counts: below are rounding and what a reference took away."""
LEAST_MOMENT = 1e-3
"""Share of the mean power below which a moment has no signal: a gap, digital silence."""
INSIDE = 0.475
"""Share of a sampling rate up to which a recording has a band."""
CHANNELS_AT_ONCE = 16

Band = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Code:
    """Bits of one band.

    Attributes
    ----------
    bits : (n,) uint8, one a moment of 10 ms: signs of the real (low half) and imaginary parts of four products.
    valid : (n,) bool, moments in which there is a signal.
    directions : independent channels that it was made of, most in any block; those left of many agree the less.
    """

    bits: np.ndarray
    valid: np.ndarray
    directions: int = 1

    @property
    def seconds(self) -> float:
        """Length of what can be compared."""
        return float(self.valid.sum() / GRID_HZ)

    def only(self, ranges: Sequence[tuple[float, float]]) -> Code:
        """The same with nothing valid outside ``ranges`` (seconds)."""
        inside = np.zeros(len(self.valid), bool)
        for start, stop in ranges:
            inside[max(0, round(start * GRID_HZ)) : max(0, round(stop * GRID_HZ))] = True
        return replace(self, valid=self.valid & inside)


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """Codes of one recording.

    Attributes
    ----------
    neural : one a band of :data:`NEURAL_BANDS`; None where the recording has no such band. Moment k is the neural
        sample at ``k / 100 s``, of the nominal rate.
    sound : of the audio, from its first sample on; None without audio.
    sound_offset_s : seconds from the first neural sample to the first one of the audio.
    """

    neural: tuple[Code | None, ...]
    sound: Code | None
    sound_offset_s: float = 0.0

    def only(self, ranges: Sequence[tuple[float, float]]) -> Fingerprint:
        """The same with nothing valid outside ``ranges`` (seconds of the neural signal)."""
        heard = [(a - self.sound_offset_s, b - self.sound_offset_s) for a, b in ranges]
        neural = tuple(code and code.only(ranges) for code in self.neural)
        return replace(self, neural=neural, sound=self.sound and self.sound.only(heard))


def fingerprint(recording: Recording) -> Fingerprint:
    """Codes of a recording's neural signal and sound; without those of its neural signal where it holds features."""
    neural: tuple[Code | None, ...] = (None,) * len(NEURAL_BANDS)
    if not recording.holds_features:
        neural = neural_codes(recording.neural, float(recording.sfreq))
    sound = None if recording.audio is None else sound_code(recording.audio, float(recording.sample_rate))
    return Fingerprint(neural, sound, recording.audio_start_s - recording.neural_start_s)


def neural_codes(neural: np.ndarray, sfreq: float) -> tuple[Code | None, ...]:
    """Codes of (n, n_channels) at ``sfreq`` Hz, one a band; None where it is not below :data:`INSIDE` of the rate."""
    bands = [(band,) for band in NEURAL_BANDS if band[1] <= INSIDE * sfreq]
    codes = iter(_codes(neural, sfreq, bands, whiten=True))
    return tuple(next(codes) if band[1] <= INSIDE * sfreq else None for band in NEURAL_BANDS)


def sound_code(audio: np.ndarray, rate: float) -> Code:
    """Code of audio (m,) at ``rate`` Hz, from the bands of it that lie below :data:`INSIDE` of the rate."""
    bands = [band for band in SOUND_BANDS if band[1] <= INSIDE * rate]
    return _codes(audio[:, None], rate, [bands], whiten=False)[0]


def _codes(x: np.ndarray, rate: float, groups: Sequence[Sequence[Band]], whiten: bool) -> list[Code]:
    """One code a group of bands, of (n, n_channels): block by block, so that memory stays small; whitened by itself
    each."""
    n_grid = int(len(x) / rate * GRID_HZ)
    codes = [Code(np.zeros(n_grid, np.uint8), np.zeros(n_grid, bool)) for _ in groups]
    size = round(BLOCK_S * rate)
    last = max(0, len(x) - size)
    for start in [*range(0, last, round((BLOCK_S - 2 * EDGE_S) * rate)), last]:
        first = int(np.ceil(start / rate * GRID_HZ - 1e-9))
        keep = EDGE_S * GRID_HZ if start else 0
        stop = min(BLOCK_S * GRID_HZ, n_grid - first)
        own = slice(first + keep, first + stop)
        for i, z in enumerate(_on_grid(x, start, size, rate, groups, first / GRID_HZ)):
            z = _flat(z, whiten)
            bits, valid = _bits(z)
            codes[i].bits[own], codes[i].valid[own] = bits[keep:stop], valid[keep:stop]
            codes[i] = replace(codes[i], directions=max(codes[i].directions, z.shape[1]))
    return codes


def _on_grid(
    x: np.ndarray, start: int, size: int, rate: float, groups: Sequence[Sequence[Band]], at: float
) -> list[np.ndarray]:
    """Analytic signals (n_moments, n_bands * n_channels) complex64, one a group, of ``size`` samples from ``start`` on
    (zeros after the end), at ``at`` seconds and every 10 ms after it."""
    freqs = scipy.fft.rfftfreq(size, 1 / rate)
    n_moments = BLOCK_S * GRID_HZ
    out = [np.empty((len(bands), x.shape[1], n_moments), np.complex64) for bands in groups]
    piece = x[start : start + size]
    for a in range(0, x.shape[1], CHANNELS_AT_ONCE):
        spectrum = scipy.fft.rfft(_centred(piece[:, a : a + CHANNELS_AT_ONCE]), size)
        for group, bands in zip(out, groups, strict=True):
            for i, (low, high) in enumerate(bands):
                bins = np.flatnonzero((freqs > low) & (freqs < high))
                f = freqs[bins]
                taper = np.minimum(1.0, np.minimum(f - low, high - f) / (0.15 * (high - low)))
                weight = taper * (f / low) ** TILT * np.exp(2j * np.pi * f * (at - start / rate))
                placed = np.zeros((len(spectrum), n_moments), np.complex64)
                placed[:, bins % n_moments] = spectrum[:, bins] * weight.astype(np.complex64)
                group[i, a : a + len(spectrum)] = scipy.fft.ifft(placed, axis=1, overwrite_x=True)
    return [group.reshape(-1, n_moments).T for group in out]


def _centred(piece: np.ndarray) -> np.ndarray:
    """(n_channels, n) float32 of (n, n_channels), mean 0; 0 where a value is missing."""
    part = np.ascontiguousarray(piece.T, np.float32)
    mean = part.mean(1, keepdims=True, dtype=np.float64)
    if not np.isfinite(mean).all():
        good = np.isfinite(part)
        mean = np.where(good, part, 0.0).sum(1, keepdims=True) / np.maximum(1, good.sum(1, keepdims=True))
        part = np.where(good, part, mean)
    centred: np.ndarray = part - mean.astype(np.float32)
    return centred


def _flat(z: np.ndarray, whiten: bool) -> np.ndarray:
    """Moments (n, n_directions) in which every direction has the same mean power; channels without power left out."""
    power = np.mean(z.real**2 + z.imag**2, 0)
    z = z[:, power > 1e-9 * np.max(power, initial=0.0)]
    z = z / np.sqrt(np.mean(z.real**2 + z.imag**2, 0))
    if not whiten or z.shape[1] < 2:
        return z
    covariance = (z.real.T @ z.real + z.imag.T @ z.imag) / len(z)
    values, vectors = np.linalg.eigh(covariance.astype(np.float64))
    kept = values > LEAST_EIGENVALUE
    flat: np.ndarray = z @ (vectors[:, kept] / np.sqrt(values[kept])).astype(np.float32)
    return flat


def _bits(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) uint8 and bool of moments (n, n_directions)."""
    n = len(z)
    power = np.sum(z.real**2 + z.imag**2, 1)
    here = power > LEAST_MOMENT * max(1, z.shape[1])
    z = z / np.sqrt(np.maximum(power, 1e-30))[:, None]
    bits, valid = np.zeros(n, np.uint8), here.copy()
    for i, step in enumerate(STEPS):
        product = np.sum(z[: n - step].conj() * z[step:], 1)
        both = here[: n - step] & here[step:]
        product -= product[both].mean() if both.any() else 0.0  # what a rhythm gives to all moments
        bits[: n - step] |= (product.real > 0).astype(np.uint8) << i
        bits[: n - step] |= (product.imag > 0).astype(np.uint8) << (i + len(STEPS))
        valid[: n - step] &= both
    valid[n - max(STEPS) :] = False
    return bits, valid
