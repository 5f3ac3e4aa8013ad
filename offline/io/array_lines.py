"""Trigger lines among the channels of a neural array."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import OptionError
from bk_realtime.montage import ChannelInfo, Montage
from bk_realtime.montage.choice import labelled
from offline.io.grid import Grid
from offline.io.markers import edges, is_trigger
from offline.io.stored import StoredSignal


def trigger_lines(
    infos: Sequence[ChannelInfo], montage: Montage, exclude: Sequence[str], audio: int | None
) -> list[int]:
    """Indices of the channels that carry trigger codes by their type or name, and are neither used as brain or sound
    nor excluded."""
    unwanted = {i for label in exclude for i in labelled(infos, label)}
    return [
        i
        for i, channel in enumerate(infos)
        if i not in montage.keep and i not in unwanted and i != audio and is_trigger(channel.label, channel.type)
    ]


def named_line(infos: Sequence[ChannelInfo], wanted: str, path: Path) -> list[int]:
    """Index of the channel that ``--markers`` names, in a list; empty where there is none.

    Raises
    ------
    OptionError
        Several channels of this name.
    """
    found = labelled(infos, wanted)
    if len(found) > 1:
        listed = ", ".join(infos[i].label for i in found)
        raise OptionError(f"{path}: --markers {wanted}: several channels of that name ({listed}); write one in full")
    return found


def line_markers(
    stored: StoredSignal, infos: Sequence[ChannelInfo], lines: Sequence[int], grid: Grid, notes: list[str]
) -> list[tuple[float, str]]:
    """Edges of trigger lines, in seconds on the axis of the grid. Where several lines have some, each is named before
    its code."""
    found = {infos[i].label: edges(_codes(stored.column(i)), infos[i].label, notes) for i in lines}
    found = {label: events for label, events in found.items() if events}
    at = np.empty(stored.shape[0] if found else 0, np.int64)
    for start, stop, position in grid.pieces if found else ():
        at[start:stop] = position + np.arange(stop - start)
    return [
        (float(grid.start_s + at[i] / grid.rate), f"{label}={code}" if len(found) > 1 else code)
        for label, events in found.items()
        for i, code in events
    ]


def _codes(values: np.ndarray) -> np.ndarray:
    """Codes as they were before a program wrote them, like all channels, as if they were µV in volts."""
    if values.dtype.kind != "f" or not np.isfinite(values).all() or np.abs(values).max(initial=0.0) >= 1:
        return values
    codes = np.rint(values.astype(np.float64) * 1e6)
    same = np.allclose(values.astype(np.float64) * 1e6, codes, rtol=1e-6, atol=1e-3)
    return codes if same and codes.any() else values
