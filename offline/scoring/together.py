"""Several recordings scored together, each about its own mean: which one a frame is of must count for nothing.

A microphone that stands nearer gives a recording another mean spectrum, and whoever tells by a drift of the contacts
which recording it hears would correlate with that difference, inside speech too, without a word decoded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from offline.scoring.loudness import LEAST_FRAMES, Loudness, partial_correlation
from offline.scoring.mel import mean_correlation


def recording_of(segments: Sequence[np.ndarray], of: Sequence[int] = ()) -> np.ndarray:
    """Number of the recording of every frame (T,): ``of`` each of the segments (n, n_mels); default one for all."""
    return np.repeat(np.array(of or (0,) * len(segments), int), [len(y) for y in segments])


def centred(mel: np.ndarray, which: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """Log-mel (T, n_mels) less the mean that each recording has, over the frames of ``mask`` (T,) bool, default all; of
    one recording as it is.

    Parameters
    ----------
    which : (T,) of :func:`recording_of`.
    """
    each = np.unique(which)
    if len(each) < 2:
        return mel
    out = mel.astype(np.float64)
    for number in each:
        here = which == number
        known = here if mask is None else here & mask
        if known.any():
            out[here] -= out[known].mean(0)
    return out


def correlation(mel: np.ndarray, truth: np.ndarray, which: np.ndarray, mask: np.ndarray | None = None) -> float:
    """:func:`~offline.scoring.mel.mean_correlation` of log-mels (T, n_mels) within recordings, over ``mask``."""
    return mean_correlation(centred(mel, which, mask), centred(truth, which, mask), mask)


def partial(mel: np.ndarray, truth: np.ndarray, mask: np.ndarray, which: np.ndarray) -> float:
    """:func:`~offline.scoring.loudness.partial_correlation` within recordings."""
    if len(np.unique(which)) < 2 or mask.sum() < LEAST_FRAMES:
        return partial_correlation(mel, truth, mask)
    loudness = Loudness.of(truth, mask)
    return correlation(loudness.off(mel[mask]), loudness.off(truth[mask]), which[mask])
