"""Voltages of any unit in microvolts, for every source alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import OptionError
from bk_realtime.montage.choice import channel_infos, choose_channels, voltage

WHICH_ARE_THE_DECODERS = "say with --label-map FILE which of them the decoder's channels are"
"""What to do about a stream without brain channels, where there is a decoder."""


def in_microvolts(
    description: StreamDescription,
    unit: str | None,
    gain: float | None = None,
    also: Sequence[str] = (),
    features: bool = False,
    advice: str = WHICH_ARE_THE_DECODERS,
) -> tuple[StreamDescription, np.ndarray | None, tuple[str, ...]]:
    """A stream as its chunks come in microvolts.

    Which channels are brain, and their units, is what :func:`~bk_realtime.montage.choose_channels` says of files too.
    Channels of another kind beside them (triggers, counters) keep values and unit, but for those in a voltage.

    Parameters
    ----------
    unit, gain : unit of all brain channels, or µV of one count, instead of what the stream says.
    also : labels, as written, of channels that count as brain whatever their type.
    features : the numbers are features that were made elsewhere: they and their units stay as they are.
    advice : what to do where no channel is brain.

    Returns
    -------
    description, scale, notes
        The description with voltages in microvolts; (n_channels,) factors that make them so (``None``: all 1); what was
        left out, inherited or taken from an option, one line each.

    Raises
    ------
    InputError
        No brain channel, or none with a voltage.
    OptionError
        A unit or gain for features, which have none.
    """
    if features:
        refuse_unit_of_features(unit, gain)
    channels = channel_infos(description)
    where = f"stream {description.name!r}"
    montage = choose_channels(channels, where, unit=unit, gain=gain, features=features, also=also, advice=advice)
    if features:
        return dataclasses.replace(description, channel_format="float32"), None, montage.notes
    scale, units = np.ones(description.n_channels), list(description.units)
    for i, _ in montage.left_out:
        factor = voltage(units[i]) if not units[i].strip().lstrip("-").isdigit() else None
        if factor is not None:
            scale[i], units[i] = factor, "microvolts"
    for i, factor in zip(montage.keep, montage.scale, strict=True):
        scale[i], units[i] = float(factor), "microvolts"
    fields = {**vars(description), "units": tuple(units), "channel_format": "float32"}
    return StreamDescription(**fields), None if np.all(scale == 1) else scale, montage.notes


def refuse_unit_of_features(unit: str | None, gain: float | None) -> None:
    """Features that were made elsewhere have no unit.

    Raises
    ------
    OptionError
        One is told.
    """
    if unit or gain is not None:
        told = f"--unit {unit}" if unit else f"--gain {gain:g}"
        raise OptionError(f"{told}: the decoder takes features that were made elsewhere, which have none; leave it out")


def to_microvolts(samples: np.ndarray, scale: np.ndarray | None) -> np.ndarray:
    """(T, n_channels) numbers of any type as float32 in µV, by the factors of :func:`in_microvolts`; bit by bit what
    readers of recordings make of them."""
    values = samples.astype(np.float32)
    return values if scale is None else values * scale.astype(np.float32)
