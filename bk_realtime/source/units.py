"""Voltages of any unit in microvolts, for every source alike."""

from __future__ import annotations

import numpy as np

from bk_realtime.chunks import StreamDescription, microvolt_scale
from bk_realtime.errors import InputError


def in_microvolts(description: StreamDescription, unit: str | None) -> tuple[StreamDescription, np.ndarray | None]:
    """Description with voltages in microvolts, and the (n_channels,) factors that make them so (``None``: all 1).

    Channels of another kind beside voltages (triggers, counters) keep values and unit.
    """
    units = (unit,) * description.n_channels if unit else description.units
    if not any(units):
        raise InputError(
            f"stream {description.name!r} does not say its unit; expected microvolts, volts, ... in "
            "desc/channels/channel/unit; name it with --unit"
        )
    scale, ours, unknown = np.ones(description.n_channels), list(units), []
    for i, text in enumerate(units):
        try:
            scale[i] = microvolt_scale(text)
            ours[i] = "microvolts"
        except InputError:
            unknown.append(i)
    if len(unknown) == description.n_channels:
        microvolt_scale(units[unknown[0]])
    fields = {**vars(description), "units": tuple(ours), "channel_format": "float32"}
    return StreamDescription(**fields), None if np.all(scale == 1) else scale
