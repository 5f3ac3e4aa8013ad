"""From a mel frame back to linear magnitudes, without weights.

Below 1 kHz a mel band spans fewer than two bins and the question is where in it the sound lies: there the spectrum is
written as a sum of Hann main lobes on a half-bin grid, found by Richardson-Lucy updates (Richardson 1972, Lucy 1974)
that start from the lobes of the frame before. Above, each band's level is spread over its bins. Then a few
exponentiated-gradient updates make the mel of the result the mel that came.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bk_realtime.compiled import njit
from bk_realtime.config import MelSettings
from bk_realtime.vocoder.mel import mel_filterbank

LOBES_PER_BIN = 2
MEMORY = 0.3
"""Share of the previous frame's lobes in the start (geometric)."""


class InversionTables(NamedTuple):
    """The filterbank in sparse form, and the lobes.

    weights : (n_mels, n_bins) float64, the filterbank.
    low : (n_bins,) int64, first of the at most two bands that hold a bin, -1 where none does.
    pair : (n_bins, 2) float64, that bin's weight in bands low and low + 1.
    share : (n_bins, 2) float64, the same, summing to one.
    area : (n_mels,) float64, sum of each filter.
    lobes : (n_lobes, 8) float64, Hann main lobes of unit height; lobe j from bin ``j // LOBES_PER_BIN - 3`` on.
    lobe_bands : (n_lobes, n_low_bands) float32, their mel, with rows and columns of zeros up to a multiple of 16.
    band_lobes : its transpose.
    n_low : bins below this come from the lobes.
    floor : mel magnitude that means silence.
    top : log-mel above which a frame is clamped.
    """

    weights: np.ndarray
    low: np.ndarray
    pair: np.ndarray
    share: np.ndarray
    area: np.ndarray
    lobes: np.ndarray
    lobe_bands: np.ndarray
    band_lobes: np.ndarray
    n_low: int
    floor: float
    top: float


def inversion_tables(settings: MelSettings) -> InversionTables:
    """Tables for one mel convention."""
    weights = mel_filterbank(settings)
    n_bins = weights.shape[1]
    low = np.where((weights > 0).any(0), (weights > 0).argmax(0), -1)
    pair, share = np.zeros((n_bins, 2)), np.zeros((n_bins, 2))
    for b in np.flatnonzero(low >= 0):
        both = weights[low[b] : low[b] + 2, b]
        pair[b, : len(both)], share[b, : len(both)] = both, both / both.sum()
    n_low = min(math.ceil(1000.0 * settings.n_fft / settings.sample_rate) + 1, n_bins - 8)
    centres = np.arange((n_low + 4) * LOBES_PER_BIN + 1) / LOBES_PER_BIN
    away = (np.arange(n_bins) - centres[:, None]) * (settings.win_length / settings.n_fft)
    lobes = np.where(np.abs(away) < 2, np.sinc(away) + 0.5 * np.sinc(away - 1) + 0.5 * np.sinc(away + 1), 0.0)
    lobe_bands = lobes @ weights.T
    lobe_bands = lobe_bands[:, : int((weights[:, : n_low + 4].sum(1) > 0).sum())]
    n_lobes, n_bands = lobe_bands.shape
    padded = np.pad(lobe_bands, ((0, -n_lobes % 16), (0, -n_bands % 16))).astype(np.float32)
    bins = np.arange(n_lobes)[:, None] // LOBES_PER_BIN + np.arange(-3, 5)
    near = np.where(bins >= 0, lobes[np.arange(n_lobes)[:, None], np.maximum(bins, 0)], 0.0)
    # a full-scale sine in the narrowest band is the loudest thing that can be meant; four times that for clipping
    top = math.log(4.0 * settings.win_length / 4.0 * weights.max())
    return InversionTables(
        *(weights, low, pair, share, np.maximum(weights.sum(1), 1e-30)),
        *(near, padded, np.ascontiguousarray(padded.T)),
        *(n_low, settings.floor, top),
    )


@njit
def read_level(mel: np.ndarray, tables: InversionTables, level: np.ndarray) -> bool:
    """Mel magnitudes above the floor; what lies there, or is not a number, is silence. Whether anything sounds."""
    sounds = False
    for m in range(len(mel)):
        level[m] = 0.0
        if mel[m] == mel[m]:
            value = math.exp(min(mel[m], tables.top)) - tables.floor
            if value > 1e-3 * tables.floor:
                level[m] = value
                sounds = True
    return sounds


@njit(error_model="numpy")
def _spread(level: np.ndarray, tables: InversionTables, magnitude: np.ndarray) -> None:
    """Every band's ``level`` evenly over its bins: magnitudes ``(n_bins,)``."""
    for b in range(len(magnitude)):
        m = tables.low[b]
        magnitude[b] = tables.share[b, 0] * level[m] / tables.area[m] if m >= 0 else 0.0
        if 0 <= m < len(level) - 1:
            magnitude[b] += tables.share[b, 1] * level[m + 1] / tables.area[m + 1]


@njit
def _place_lobes(
    level: np.ndarray, n_updates: int, tables: InversionTables, magnitude: np.ndarray, memory: np.ndarray
) -> None:
    """Heights of the lobes for ``level`` into ``memory`` (n_lobes,), which holds the previous frame's, and the bins
    below ``n_low`` from them."""
    n_lobes = len(memory)
    start, total, before = np.empty(n_lobes), 0.0, 0.0
    for j in range(n_lobes):
        value, weight, bin_ = 1e-30, 1e-30, j // LOBES_PER_BIN - 3
        for i in range(max(1, -bin_), 7):
            value += tables.lobes[j, i] * magnitude[bin_ + i]
            weight += tables.lobes[j, i]
        start[j] = value / weight
        total += start[j]
        before += memory[j]
    for j in range(n_lobes):
        if before > 0:
            old = max(memory[j] * (total / before), 1e-3 * start[j])
            memory[j] = start[j] * math.exp(MEMORY * math.log(old / start[j]))
        else:
            memory[j] = start[j]
    _update_lobes(level, n_updates, tables, memory)
    magnitude[: tables.n_low] = 0.0
    for j in range(n_lobes):
        bin_ = j // LOBES_PER_BIN - 3
        for i in range(max(0, -bin_), min(8, tables.n_low - bin_)):
            magnitude[bin_ + i] += memory[j] * tables.lobes[j, i]


@njit
def _add_rows(rows: np.ndarray, by: np.ndarray, to: np.ndarray) -> None:
    """``to += by @ rows``, four rows at a time; they come in multiples of sixteen."""
    for i in range(0, len(rows), 4):
        a, b, c, d = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        wa, wb, wc, wd = by[i], by[i + 1], by[i + 2], by[i + 3]
        for k in range(len(to)):
            to[k] += (wa * a[k] + wb * b[k]) + (wc * c[k] + wd * d[k])


@njit(error_model="numpy")
def _update_lobes(level: np.ndarray, n_updates: int, tables: InversionTables, memory: np.ndarray) -> None:
    """Richardson-Lucy updates of heights ``memory`` (n_lobes,), relative to the loudest band, in float32."""
    n_lobes, n_bands = tables.lobe_bands.shape
    loudest = max(level.max(), 1e-30)
    wanted, heights = np.zeros(n_bands, np.float32), np.zeros(n_lobes, np.float32)
    seen, ratio, change = np.empty(n_lobes, np.float32), np.empty(n_bands, np.float32), np.empty(n_lobes, np.float32)
    for m in range(min(n_bands, len(level))):
        wanted[m] = level[m] / loudest
    for j in range(len(memory)):
        heights[j] = memory[j] / loudest
    seen[:] = 1e-12
    for m in range(n_bands):
        for j in range(n_lobes):
            seen[j] += tables.band_lobes[m, j]
    for _ in range(n_updates):
        ratio[:] = 1e-30
        _add_rows(tables.lobe_bands, heights, ratio)
        for m in range(n_bands):
            ratio[m] = wanted[m] / ratio[m]
        change[:] = 0.0
        _add_rows(tables.band_lobes, ratio, change)
        for j in range(n_lobes):
            heights[j] *= change[j] / seen[j]
    for j in range(len(memory)):
        memory[j] = heights[j] * loudest


@njit
def _mel_of(magnitude: np.ndarray, tables: InversionTables, mel: np.ndarray) -> None:
    """Mel magnitudes ``(n_mels,)`` of ``magnitude`` (n_bins,) into ``mel``."""
    mel[:] = 0.0
    for b in range(len(magnitude)):
        m = tables.low[b]
        if m >= 0:
            mel[m] += tables.pair[b, 0] * magnitude[b]
            mel[min(m + 1, len(mel) - 1)] += tables.pair[b, 1] * magnitude[b]


@njit(error_model="numpy")
def _correct(level: np.ndarray, tables: InversionTables, magnitude: np.ndarray) -> None:
    """One update ``x *= exp(share . log(wanted / got))`` of the magnitudes, which keeps them positive."""
    n_mels = len(level)
    got, step = np.empty(n_mels), np.empty(n_mels)
    _mel_of(magnitude, tables, got)
    for m in range(n_mels):
        step[m] = math.log(level[m] / got[m]) if level[m] > 0 and got[m] > 0 else 0.0
    for b in range(len(magnitude)):
        m = tables.low[b]
        if m >= 0:
            above = min(m + 1, n_mels - 1)
            magnitude[b] *= math.exp(tables.share[b, 0] * step[m] + tables.share[b, 1] * step[above])


@njit
def invert_mel(
    mel: np.ndarray,
    n_updates: tuple[int, int],
    tables: InversionTables,
    magnitude: np.ndarray,
    memory: np.ndarray,
) -> bool:
    """Linear magnitudes ``(n_bins,)`` whose mel is ``mel`` ``(n_mels,)`` (natural log, clamped at the floor).

    ``n_updates`` counts the lobes' updates and the final corrections. ``memory`` ``(n_lobes,)`` is the previous frame's
    lobes and becomes this one's. Returns whether anything sounds.
    """
    level = np.empty(len(mel))
    if not read_level(mel, tables, level):
        magnitude[:] = 0.0
        memory[:] = 0.0
        return False
    _spread(level, tables, magnitude)
    if n_updates[0] > 0:
        _place_lobes(level, n_updates[0], tables, magnitude, memory)
    for _ in range(n_updates[1]):
        _correct(level, tables, magnitude)
    # no band sees the lowest bin; the window smears its neighbour into it
    if tables.low[0] < 0:
        magnitude[0] = magnitude[1]
    return True


@njit(error_model="numpy")
def match_mel(level: np.ndarray, share: float, tables: InversionTables, magnitude: np.ndarray) -> None:
    """Scale ``magnitude`` (n_bins,) by ``share`` of the way to where its mel is ``level`` (n_mels,), in place. Silent
    bands are silent at once."""
    n_mels = len(level)
    got, scale = np.empty(n_mels, np.float32), np.zeros(n_mels, np.float32)
    _mel_of(magnitude, tables, got)
    for m in range(n_mels):
        if level[m] > 0.0:
            scale[m] = 1.0 + share * (level[m] / max(got[m], np.float32(1e-20)) - 1.0)
    for b in range(len(magnitude)):
        m = tables.low[b]
        if m >= 0:
            magnitude[b] *= tables.share[b, 0] * scale[m] + tables.share[b, 1] * scale[min(m + 1, n_mels - 1)]
