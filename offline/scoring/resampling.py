"""Bootstrap over trials or blocks, and chance by circular shift."""

from __future__ import annotations

import numpy as np
from scipy import stats

from offline.data.trials import Trial
from offline.scoring.loudness import LEAST_FRAMES, Loudness
from offline.scoring.measures import cepstra, lag_correlations, window_correlations
from offline.scoring.mel import mean_correlation

BLOCK_S = 5.0
LEAST_UNITS = 3
"""Fewest trials or blocks that a confidence interval can come from."""
SHIFT_LEAST_S = 1.0
"""Smallest circular shift that counts as chance."""


def units(n_frames: int, trials: tuple[Trial, ...], frame_rate: float) -> np.ndarray:
    """Unit of every frame (T,), for resampling: a trial with the pause after it, or 5 s where there are few trials."""
    starts = sorted({t.first for t in trials})
    if len(starts) < LEAST_UNITS + 2:
        starts = list(range(0, n_frames, max(1, round(BLOCK_S * frame_rate))))
    return np.searchsorted(np.array(starts[1:], int), np.arange(n_frames), side="right")


def draw_weights(n_units: int, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each unit is drawn in each bootstrap sample: (n_draws, n_units)."""
    return rng.multinomial(n_units, np.full(n_units, 1.0 / n_units), n_draws).astype(np.float64)


def bootstrap_correlation(
    decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, unit: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Mean-over-bins correlation of every bootstrap sample (n_draws,), from sums per unit."""
    x, y = (a[mask].astype(np.float64) for a in (decoded, reference))
    unit = unit[mask]
    if len(x) < 3:
        return np.full(len(weights), np.nan)
    x, y = x - x.mean(0), y - y.mean(0)
    order = np.arange(weights.shape[1])
    first = np.searchsorted(unit, order)  # units are in order of time

    def total(a: np.ndarray) -> np.ndarray:
        sums = np.concatenate([np.zeros((1, a.shape[1])), np.cumsum(a, 0)])
        per_unit = sums[np.append(first[1:], len(unit))] - sums[first]
        return np.asarray(np.einsum("du,ub->db", weights, per_unit))

    n = total(np.ones((len(x), 1)))
    xy, xx, yy, xs, ys = total(x * y), total(x * x), total(y * y), total(x), total(y)
    with np.errstate(invalid="ignore", divide="ignore"):
        x_power, y_power = xx - xs**2 / n, yy - ys**2 / n
        tiny = 1e-10 * n
        norm = np.sqrt(np.maximum(x_power, tiny) * np.maximum(y_power, tiny))
        r = np.where(x_power > tiny, (xy - xs * ys / n) / norm, 0.0)
    good = y_power > tiny
    return np.where(good.any(1), np.where(good, r, 0.0).sum(1) / np.maximum(good.sum(1), 1), np.nan)


def bootstrap_mean(
    values: np.ndarray, unit: np.ndarray, weights: np.ndarray, size: np.ndarray | None = None
) -> np.ndarray:
    """Mean of ``values`` (k,) in every bootstrap sample (n_draws,).

    Parameters
    ----------
    unit : (k,) trial or block that each value belongs to.
    size : (k,) how much each value counts; default all alike.
    """
    counts = weights[:, unit] * (1.0 if size is None else size)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((counts * values).sum(1) / counts.sum(1))


def difference_interval(
    value: float, samples: np.ndarray, n_units: int, n_segments: int = 1, level: float = 0.95
) -> tuple[float, float]:
    """Interval of a value, such as a paired difference, from its bootstrap samples, 95 % by default, by Student's t
    over the units.

    Percentiles of a bootstrap over few units are too narrow: over nine blocks, twice as many differences of equals
    leave 0 out as should. NaN where there are too few units or samples.

    Parameters
    ----------
    n_units, n_segments : units drawn from, and the segments that they were drawn in.
    level : share of such intervals that hold the true value.
    """
    free = n_units - n_segments
    good = samples[np.isfinite(samples)]
    if n_units < LEAST_UNITS * n_segments or not len(good):
        return float("nan"), float("nan")
    reach = float(stats.t.ppf((1 + level) / 2, free) * good.std() * np.sqrt(n_units / free))
    return value - reach, value + reach


def mean_interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Interval of the mean of independent values (n,), such as one of each participant, by Student's t; NaN of fewer
    than three."""
    n = len(values)
    if n < LEAST_UNITS:
        return float("nan"), float("nan")
    reach = float(stats.t.ppf((1 + level) / 2, n - 1) * values.std(ddof=1) / np.sqrt(n))
    mean = float(values.mean())
    return mean - reach, mean + reach


def p95(draws: np.ndarray) -> float:
    """The 95th percentile of chance, of draws (n,); NaN where none is a number."""
    good = draws[np.isfinite(draws)]
    return float(np.percentile(good, 95)) if len(good) else float("nan")


def circular_shift(
    decoded: np.ndarray,
    reference: np.ndarray,
    mask: np.ndarray,
    frame_rate: float,
    n_draws: int,
    rng: np.random.Generator,
    loudness: Loudness | None = None,
) -> dict[str, np.ndarray]:
    """Scores of the decoded mel at random circular shifts of at least a second: chance with the decoded mel's own
    statistics. (Angrick et al. 2021 use it; its 95th percentile is far from 0 where speech is periodic.)

    Returns
    -------
    ``r``, ``r_speech``, ``r_partial``, ``r_windows``, ``mcd_db``: (n_draws,) each; ``shift``, the frames moved by.
    """
    n = len(reference)
    least = min(round(SHIFT_LEAST_S * frame_rate), n // 4)
    shifts = rng.integers(least, n - least + 1, n_draws)
    whole, speech = lag_correlations(decoded, reference)[shifts], lag_correlations(decoded, reference, mask)[shifts]
    partial, windows, distortion = (np.full(n_draws, np.nan) for _ in range(3))
    spectra, wanted_spectra = cepstra(decoded), cepstra(reference[mask])
    loudness = loudness or Loudness.of(reference, mask)
    wanted = loudness.off(reference[mask])
    for i, shift in enumerate(shifts):
        moved = np.roll(decoded, int(shift), 0)
        values, _ = window_correlations(moved, reference, mask, frame_rate)
        if mask.sum() >= LEAST_FRAMES:
            partial[i] = mean_correlation(loudness.off(moved[mask]), wanted)
        windows[i] = values.mean() if len(values) else np.nan
        if mask.any():
            distortion[i] = np.linalg.norm(np.roll(spectra, int(shift), 0)[mask] - wanted_spectra, axis=1).mean()
    measured = {"r": whole, "r_speech": speech, "r_partial": partial, "r_windows": windows, "mcd_db": distortion}
    return {**measured, "shift": shifts}
