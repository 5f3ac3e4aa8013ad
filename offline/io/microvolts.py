"""Recorded numbers of any type to µV on a regular grid, piece by piece: never twice in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from offline.io.grid import Grid
from offline.io.recording import ArrayHash


def microvolts_on_grid(
    blocks: Iterable[np.ndarray],
    shape: tuple[int, int],
    dtype: np.dtype,
    grid: Grid,
    keep: Sequence[int],
    scale: np.ndarray,
    offset: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, str]:
    """The channels that are kept, in µV and in their places, and the hash of all numbers as the file holds them.

    Parameters
    ----------
    blocks : consecutive pieces (m, n_channels) of the recorded numbers, ``shape`` and ``dtype`` of the whole.
    keep, scale : indices of the channels to keep and their factors to µV.
    offset : (len(keep),) µV to add.

    Returns
    -------
    (grid.length, len(keep)) float32, NaN where nothing was recorded; and as of
    :func:`~offline.io.recording.array_hash`.
    """
    digest = ArrayHash(dtype, shape)
    out = grid.empty(len(keep))
    every = list(keep) == list(range(shape[1]))
    factor = np.asarray(scale, np.float32)
    plain = bool((factor == 1.0).all())
    first = 0
    for block in blocks:
        digest.update(block)
        kept = (block if every else block[:, list(keep)]).astype(np.float32, copy=False)
        kept = kept if plain else kept * factor
        grid.place(out, first, kept if not np.any(offset) else kept + np.asarray(offset, np.float32))
        first += len(block)
    return out, digest.hexdigest()
