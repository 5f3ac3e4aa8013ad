"""From a mel frame back to linear magnitudes by multiplicative updates (no weights)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from bk_realtime.config import MelSettings
from bk_realtime.vocoder.mel import mel_filterbank


class InversionTables(NamedTuple):
    """The filterbank in sparse form.

    first, last : (n_mels,) int64, bins [first, last) under each triangle.
    weights : (n_mels, n_bins) float64, the filterbank.
    low : (n_bins,) int64, first of the at most two bands that hold a bin, -1 where none does.
    share : (n_bins, 2) float64, that bin's weight in bands low and low + 1, summing to one.
    area : (n_mels,) float64, sum of each filter.
    floor : mel magnitude that means silence.
    top : log-mel above which a frame is clamped.
    """

    first: np.ndarray
    last: np.ndarray
    weights: np.ndarray
    low: np.ndarray
    share: np.ndarray
    area: np.ndarray
    floor: float
    top: float


def inversion_tables(settings: MelSettings) -> InversionTables:
    """Tables for one mel convention."""
    weights = mel_filterbank(settings)
    under = weights > 0
    first = np.where(under.any(1), under.argmax(1), 0)
    last = np.where(under.any(1), weights.shape[1] - under[:, ::-1].argmax(1), 0)
    low = np.where(under.any(0), under.argmax(0), -1)
    share = np.zeros((weights.shape[1], 2))
    for b in np.flatnonzero(low >= 0):
        both = weights[low[b] : low[b] + 2, b]
        share[b, : len(both)] = both / both.sum()
    # a full-scale sine in the narrowest band is the loudest thing that can be meant; four times that for clipping
    top = math.log(4.0 * settings.win_length / 4.0 * weights.max())
    return InversionTables(first, last, weights, low, share, weights.sum(1), settings.floor, top)


@numba.njit(cache=True, nogil=True)
def invert_mel(
    mel: np.ndarray, n_updates: int, tables: InversionTables, magnitude: np.ndarray, target: np.ndarray
) -> bool:
    """Linear magnitudes ``(n_bins,)`` whose mel is ``mel`` ``(n_mels,)`` (natural log, clamped at the floor).

    Starts from each band's mean magnitude spread over its bins and multiplies ``n_updates`` times by
    ``exp(share . log(wanted / got))``, an exponentiated-gradient step that keeps magnitudes positive. What lies at
    the floor, or is not a number, is silence. ``target`` is scratch ``(n_mels,)``. Returns whether anything sounds.
    """
    sounds = False
    for m in range(len(mel)):
        value = mel[m]
        level = 0.0
        if value == value:
            level = math.exp(min(value, tables.top)) - tables.floor
        if level > 1e-3 * tables.floor:
            sounds = True
        else:
            level = 0.0
        target[m] = level
    n_bins, n_mels = len(magnitude), len(mel)
    if not sounds:
        magnitude[:] = 0.0
        return False
    for b in range(n_bins):
        m = tables.low[b]
        value = 0.0
        if m >= 0:
            value = tables.share[b, 0] * target[m] / tables.area[m]
            if m + 1 < n_mels:
                value += tables.share[b, 1] * target[m + 1] / tables.area[m + 1]
        magnitude[b] = value
    step = np.empty(n_mels)
    for _ in range(n_updates):
        for m in range(n_mels):
            got = 0.0
            for b in range(tables.first[m], tables.last[m]):
                got += tables.weights[m, b] * magnitude[b]
            step[m] = math.log(target[m] / got) if target[m] > 0 and got > 0 else 0.0
        for b in range(n_bins):
            m = tables.low[b]
            if m >= 0:
                change = tables.share[b, 0] * step[m]
                if m + 1 < n_mels:
                    change += tables.share[b, 1] * step[m + 1]
                magnitude[b] *= math.exp(change)
    return True
