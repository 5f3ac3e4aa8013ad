"""Short runs of missing samples, bridged: a lost packet must not hide what is beside it."""

from __future__ import annotations

import warnings

import numpy as np

FILL_S = 0.02
"""Longest run of missing samples that is bridged."""


def filled(x: np.ndarray, most: int) -> np.ndarray:
    """Samples (n, n_channels) less each channel's mean, with straight lines over up to ``most`` missing ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a channel without any value
        out: np.ndarray = x - np.nan_to_num(np.nanmean(x, axis=0, dtype=np.float64)).astype(x.dtype)
    for c in np.flatnonzero(np.isnan(out).any(axis=0)):
        missing = np.isnan(out[:, c])
        if missing.all():
            continue
        edges = np.flatnonzero(np.diff(np.r_[False, missing, False].astype(np.int8)))
        for a, b in zip(edges[::2], edges[1::2], strict=True):
            if b - a <= most and a > 0 and b < len(out):
                out[a:b, c] = np.linspace(out[a - 1, c], out[b, c], b - a + 2)[1:-1]
    return out
