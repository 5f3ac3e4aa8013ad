"""One window of speech that was decoded before it was learnt from: how well, and how well it is by chance.

Chance is the same decoded trajectory moved in time within the window (circular shifts): it keeps its own rhythm and
the voice keeps its own, only what binds the two is gone. Slow drift of either over the window is taken off first, for
two drifts resemble each other whatever the shift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, rfft

from bk_realtime.measures.loudness import Loudness, loudness_alone, loudness_oracles, partial_correlation

LEAST_SHIFT = 172
"""Frames (2 s) from which a shift counts as chance: nearer, words still lie on themselves."""
LIMIT = 0.95
"""Quantile of chance that a window must be above."""
DRIFT_ORDER = 2
_TINY = 1e-10


@dataclass(frozen=True)
class Window:
    """One window.

    Attributes
    ----------
    speech_s : seconds of speech in it.
    r, r_limit : mean correlation over mel bins inside speech, and the 95th percentile of chance.
    partial, partial_limit : the same with the recorded loudness taken off; to its limit is added what
        decoders get that know the loudness and no more.
    """

    speech_s: float
    r: float
    r_limit: float
    partial: float
    partial_limit: float

    @property
    def above(self) -> bool:
        """Whether both are above their limits."""
        return self.follows and self.partial > self.partial_limit

    @property
    def follows(self) -> bool:
        """Whether the sound is followed at all, be it only how loud it is."""
        return self.r > self.r_limit


def judge_window(
    decoded: np.ndarray,
    reference: np.ndarray,
    mask: np.ndarray,
    rival: np.ndarray,
    heard: np.ndarray,
    frame_rate: float,
) -> Window:
    """Score one window.

    Parameters
    ----------
    decoded, reference : (T, n_mels) log-mel of contiguous frames.
    mask : (T,) bool, its speech frames; more than twice :data:`LEAST_SHIFT`.
    rival : (T, n_mels) what knows loudness alone decoded of the same frames.
    heard : (N, n_mels) recorded log-mel so far, of which only the spectrum at each loudness is used.
    frame_rate : frames a second.
    """
    loudness = Loudness.of(reference, mask)
    r, partial = shifted_correlations(decoded[mask], reference[mask], loudness)
    chance = slice(LEAST_SHIFT, len(r) - LEAST_SHIFT)
    oracles = loudness_oracles(reference, mask, [heard])
    alone = [*loudness_alone(oracles, reference, mask, loudness).values()]
    alone.append(partial_correlation(rival, reference, mask, loudness))
    limits = [float(np.quantile(values[chance], LIMIT)) for values in (r, partial)]
    limits[1] += max([0.0, *(value for value in alone if np.isfinite(value))])  # chance lies around what loudness gives
    return Window(float(mask.sum() / frame_rate), float(r[0]), limits[0], float(partial[0]), limits[1])


def shifted_correlations(
    decoded: np.ndarray, reference: np.ndarray, loudness: Loudness
) -> tuple[np.ndarray, np.ndarray]:
    """Mean correlation over bins, and that without loudness, for every circular shift of what was decoded.

    Parameters
    ----------
    decoded, reference : (n, n_mels) speech frames; slow drift over them is taken off first.
    loudness : of the same frames.

    Returns
    -------
    two (n,) arrays: entry s for what was decoded s frames later; entry 0 is what was found.
    """
    n = len(reference)
    t = np.linspace(-1.0, 1.0, n)
    slow = np.linalg.qr(np.polynomial.legendre.legvander(t, DRIFT_ORDER))[0]
    x, y = (a.astype(np.float64) - slow @ (slow.T @ a) for a in (decoded, reference))
    powers = np.square(x).sum(0), np.square(y).sum(0)
    r = _correlation(_at_each_shift(x, y), *powers, n)
    # what the curves of loudness explain of a trajectory hangs on where it lies; what they leave of the voice does not
    left = loudness.off(y)
    flat = x - x.mean(1, keepdims=True)
    explained = np.zeros((n, x.shape[1]))
    for curve in loudness.common.T:
        explained += np.square(_at_each_shift(flat, curve[:, None]))
    for k in range(loudness.own.shape[2]):
        explained += np.square(_at_each_shift(flat, loudness.own[:, :, k].astype(np.float64)))
    rest = np.maximum(np.square(flat).sum(0) - explained, 0.0)
    partial = _correlation(_at_each_shift(flat, left), rest, np.square(left).sum(0), n)
    return r, partial


def _at_each_shift(x: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Inner products (n, n_mels) of each bin of ``x``, moved by 0 … n - 1, with (n, 1 | n_mels) curves."""
    return np.asarray(irfft(np.conj(rfft(x, axis=0)) * rfft(curves, axis=0), len(x), axis=0))


def _correlation(product: np.ndarray, x_power: np.ndarray, y_power: np.ndarray, n: int) -> np.ndarray:
    """Mean over bins of correlations (n, n_mels) from products and powers; a bin that does not vary counts as 0."""
    tiny = _TINY * n
    norm = np.sqrt(np.maximum(x_power, tiny) * np.maximum(y_power, tiny))
    varies = (x_power > tiny) & (y_power > tiny)
    return np.asarray(np.where(varies, product / norm, 0.0).mean(1))
