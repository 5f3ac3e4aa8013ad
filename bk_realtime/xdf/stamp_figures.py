"""What the time stamps of a recorded stream say of it: length, rate, gaps, steps backwards. Memory stays small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bk_realtime.xdf.reader import GAP_S, find_segments
from bk_realtime.xdf.salvage import StreamScan
from bk_realtime.xdf.stored import StoredNumbers


@dataclass
class StampFigures:
    """Figures of the stamps as recorded, on the sender's clock.

    Attributes
    ----------
    seconds : from the first stamp to the last; where the sender's clock was set back, its parts together.
    rate : samples a second between gaps; nan where it cannot be told, and of a stream without a rate.
    gaps : steps that :func:`find_segments` takes for the end of a segment; a stream without a rate has none.
    missing_s : what the gaps are longer than one interval, all together.
    steps_back : how often a stamp lies before the one before it.
    furthest_back_s : the largest of these steps.
    """

    seconds: float = 0.0
    rate: float = float("nan")
    gaps: int = 0
    missing_s: float = 0.0
    steps_back: int = 0
    furthest_back_s: float = 0.0


def stamp_figures(stream: StreamScan, buffer: Any) -> StampFigures:
    """Figures of one stream of :func:`~bk_realtime.xdf.salvage.scan_xdf`, which must have kept the samples."""
    if stream.description.channel_format == "string":
        return _figures(stream.stamps, stream.description.sfreq)
    numbers = StoredNumbers(buffer, stream.chunks, stream.description, stream.n_samples)
    return _figures(numbers.stamp_blocks(), stream.description.sfreq)


def _figures(blocks: Iterable[np.ndarray], sfreq: float) -> StampFigures:
    """
    Parameters
    ----------
    blocks : consecutive stamps in s.
    sfreq : nominal rate in Hz; 0 for none.
    """
    figures = StampFigures()
    n, between, last = 0, 0.0, np.zeros(0)
    for block in blocks:
        stamps = np.concatenate([last, block])
        steps = np.diff(stamps)
        ends = np.array([stop for _, stop in find_segments(stamps, sfreq)][:-1], int)  # of all segments but the last
        gaps = steps[ends - 1]
        figures.gaps += len(gaps)
        figures.missing_s += float(np.maximum(gaps - 1 / sfreq, 0).sum()) if len(gaps) else 0.0
        back = steps[steps < 0]
        figures.steps_back += len(back)
        figures.furthest_back_s = max(figures.furthest_back_s, -float(back.min(initial=0.0)))
        figures.seconds += float(steps[steps >= -GAP_S].sum())
        between += float(steps.sum() - gaps.sum())
        n += len(block)
        last = block[-1:] if len(block) else last
    steps_within = n - 1 - figures.gaps
    if sfreq > 0 and steps_within > 0 and between > 0:
        figures.rate = steps_within / between
    return figures
