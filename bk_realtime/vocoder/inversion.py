"""From a mel frame back to linear magnitudes, without weights.

Below 1 kHz a mel band spans fewer than two bins and the question is where in it the sound lies: there the spectrum is
written as a sum of Hann main lobes on a half-bin grid, found by Richardson-Lucy updates (Richardson 1972, Lucy 1974)
that start from the lobes of the frame before. Above, each band's level is spread over its bins. Then a few
exponentiated-gradient updates make the mel of the result the mel that came.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from bk_realtime.config import MelSettings
from bk_realtime.vocoder.mel import mel_filterbank

LOBES_PER_BIN = 2
MEMORY = 0.3
"""Share of the previous frame's lobes in the start (geometric)."""


class InversionTables(NamedTuple):
    """The filterbank in sparse form, and the lobes.

    first, last : (n_mels,) int64, bins [first, last) under each triangle.
    weights : (n_mels, n_bins) float64, the filterbank.
    low : (n_bins,) int64, first of the at most two bands that hold a bin, -1 where none does.
    share : (n_bins, 2) float64, that bin's weight in bands low and low + 1, summing to one.
    area : (n_mels,) float64, sum of each filter.
    lobes : (n_lobes, n_bins) float64, Hann main lobes of unit height.
    lobe_bands : (n_lobes, n_low_bands) float64, their mel.
    lobe_first, lobe_last : (n_lobes,) int64, bands [first, last) that see each lobe.
    n_low : bins below this come from the lobes.
    floor : mel magnitude that means silence.
    top : log-mel above which a frame is clamped.
    """

    first: np.ndarray
    last: np.ndarray
    weights: np.ndarray
    low: np.ndarray
    share: np.ndarray
    area: np.ndarray
    lobes: np.ndarray
    lobe_bands: np.ndarray
    lobe_first: np.ndarray
    lobe_last: np.ndarray
    n_low: int
    floor: float
    top: float


def _spans(positive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and one past the last true column of each row; an empty span where there is none."""
    any_ = positive.any(1)
    first = np.where(any_, positive.argmax(1), 0)
    return first, np.where(any_, positive.shape[1] - positive[:, ::-1].argmax(1), 0)


def inversion_tables(settings: MelSettings) -> InversionTables:
    """Tables for one mel convention."""
    weights = mel_filterbank(settings)
    n_bins = weights.shape[1]
    first, last = _spans(weights > 0)
    low = np.where((weights > 0).any(0), (weights > 0).argmax(0), -1)
    share = np.zeros((n_bins, 2))
    for b in np.flatnonzero(low >= 0):
        both = weights[low[b] : low[b] + 2, b]
        share[b, : len(both)] = both / both.sum()
    n_low = min(math.ceil(1000.0 * settings.n_fft / settings.sample_rate) + 1, n_bins - 8)
    centres = np.arange((n_low + 4) * LOBES_PER_BIN + 1) / LOBES_PER_BIN
    away = (np.arange(n_bins) - centres[:, None]) * (settings.win_length / settings.n_fft)
    lobes = np.where(np.abs(away) < 2, np.sinc(away) + 0.5 * np.sinc(away - 1) + 0.5 * np.sinc(away + 1), 0.0)
    lobe_bands = lobes @ weights.T
    lobe_bands = lobe_bands[:, : int((weights[:, : n_low + 4].sum(1) > 0).sum())]
    # a full-scale sine in the narrowest band is the loudest thing that can be meant; four times that for clipping
    top = math.log(4.0 * settings.win_length / 4.0 * weights.max())
    return InversionTables(
        *(first, last, weights, low, share, np.maximum(weights.sum(1), 1e-30)),
        *(np.ascontiguousarray(lobes), np.ascontiguousarray(lobe_bands), *_spans(lobe_bands > 0)),
        *(n_low, settings.floor, top),
    )


@numba.njit(cache=True, nogil=True)
def _read_level(mel: np.ndarray, tables: InversionTables, level: np.ndarray) -> bool:
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


@numba.njit(cache=True, nogil=True)
def _place_lobes(
    level: np.ndarray, n_updates: int, tables: InversionTables, magnitude: np.ndarray, memory: np.ndarray
) -> None:
    """Heights of the lobes for ``level`` into ``memory`` (n_lobes,), which holds the previous frame's, and the bins
    below ``n_low`` from them."""
    n_lobes, n_bands = tables.lobe_bands.shape
    start, seen, ratio, total, before = np.empty(n_lobes), np.empty(n_lobes), np.empty(n_bands), 0.0, 0.0
    for j in range(n_lobes):
        value, weight = 1e-30, 1e-30
        for b in range(max(0, j // LOBES_PER_BIN - 2), j // LOBES_PER_BIN + 4):
            value += tables.lobes[j, b] * magnitude[b]
            weight += tables.lobes[j, b]
        start[j] = value / weight
        total += start[j]
        before += memory[j]
        seen[j] = 1e-12
        for m in range(tables.lobe_first[j], tables.lobe_last[j]):
            seen[j] += tables.lobe_bands[j, m]
    for j in range(n_lobes):
        if before > 0:
            old = max(memory[j] * (total / before), 1e-3 * start[j])
            memory[j] = start[j] * math.exp(MEMORY * math.log(old / start[j]))
        else:
            memory[j] = start[j]
    for _ in range(n_updates):
        ratio[:] = 1e-30
        for j in range(n_lobes):
            for m in range(tables.lobe_first[j], tables.lobe_last[j]):
                ratio[m] += memory[j] * tables.lobe_bands[j, m]
        for m in range(n_bands):
            ratio[m] = level[m] / ratio[m]
        for j in range(n_lobes):
            change = 0.0
            for m in range(tables.lobe_first[j], tables.lobe_last[j]):
                change += ratio[m] * tables.lobe_bands[j, m]
            memory[j] *= change / seen[j]
    magnitude[: tables.n_low] = 0.0
    for j in range(n_lobes):
        for b in range(max(0, j // LOBES_PER_BIN - 3), min(tables.n_low, j // LOBES_PER_BIN + 5)):
            magnitude[b] += memory[j] * tables.lobes[j, b]


@numba.njit(cache=True, nogil=True)
def invert_mel(
    mel: np.ndarray,
    n_updates: tuple[int, int],
    tables: InversionTables,
    magnitude: np.ndarray,
    memory: np.ndarray,
) -> bool:
    """Linear magnitudes ``(n_bins,)`` whose mel is ``mel`` ``(n_mels,)`` (natural log, clamped at the floor).

    ``n_updates`` counts the lobes' updates and the final ones, ``x *= exp(share . log(wanted / got))``, which keep
    magnitudes positive. ``memory`` ``(n_lobes,)`` is the previous frame's lobes and becomes this one's. Returns
    whether anything sounds.
    """
    n_bins, n_mels = len(magnitude), len(mel)
    level, step = np.empty(n_mels), np.empty(n_mels)
    if not _read_level(mel, tables, level):
        magnitude[:] = 0.0
        memory[:] = 0.0
        return False
    for b in range(n_bins):
        m = tables.low[b]
        value = 0.0
        if m >= 0:
            value = tables.share[b, 0] * level[m] / tables.area[m]
            if m + 1 < n_mels:
                value += tables.share[b, 1] * level[m + 1] / tables.area[m + 1]
        magnitude[b] = value
    if n_updates[0] > 0:
        _place_lobes(level, n_updates[0], tables, magnitude, memory)
    for _ in range(n_updates[1]):
        for m in range(n_mels):
            got = 0.0
            for b in range(tables.first[m], tables.last[m]):
                got += tables.weights[m, b] * magnitude[b]
            step[m] = math.log(level[m] / got) if level[m] > 0 and got > 0 else 0.0
        for b in range(n_bins):
            m = tables.low[b]
            if m >= 0:
                change = tables.share[b, 0] * step[m]
                if m + 1 < n_mels:
                    change += tables.share[b, 1] * step[m + 1]
                magnitude[b] *= math.exp(change)
    # no band sees the lowest bin; the window smears its neighbour into it
    if tables.low[0] < 0:
        magnitude[0] = magnitude[1]
    return True
