"""Samples that came twice: packets that were delivered once more, by their stamps and by their values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_BLOCK = 1 << 24
_SAME_STAMP = 1e-9


def repeated(stamps: np.ndarray, fingerprints: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """(k,) indices, rising, of samples that repeat earlier ones.

    Stamps alone do not tell: those of a fast device, or of a clock that was set back, may fall on earlier ones. So a
    run of samples counts whose stamps and values are those of samples as far before each, and which are not all the
    same: a packet under one single stamp, and one of a signal that stands still, are kept.

    Parameters
    ----------
    stamps : (n,) seconds.
    fingerprints : of the samples of rising indices (m,), a number (m,) each, by their values; asked for few.
    """
    if all((np.diff(stamps[k : k + _BLOCK + 1]) > 0).all() for k in range(0, len(stamps), _BLOCK)):
        return np.zeros(0, np.int64)
    newest = np.maximum.accumulate(stamps)
    behind = np.append(False, stamps[1:] <= newest[:-1] + _SAME_STAMP)
    first = np.flatnonzero(~behind)  # of each stamp, which rise here
    again = np.flatnonzero(behind)
    of = first[np.minimum(np.searchsorted(stamps[first], stamps[again] - _SAME_STAMP), len(first) - 1)]
    same = np.abs(stamps[of] - stamps[again]) <= _SAME_STAMP
    again, of = again[same], of[same]
    if not len(again):
        return np.zeros(0, np.int64)
    asked = np.union1d(again, of)
    told = fingerprints(asked)
    values = told[np.searchsorted(asked, again)]
    same = values == told[np.searchsorted(asked, of)]
    again, of, values = again[same], of[same], values[same]
    runs = np.flatnonzero((np.diff(again) > 1) | (np.diff(again - of) != 0)) + 1
    found = [
        run
        for run, value in zip(np.split(again, runs), np.split(values, runs), strict=True)
        if len(np.unique(stamps[run])) > 1 and len(np.unique(value)) > 1
    ]
    return np.concatenate([np.zeros(0, np.int64), *found])
