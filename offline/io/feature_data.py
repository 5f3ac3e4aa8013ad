"""Files that hold features instead of a signal: how their numbers are laid out, what they are called, what is doubted.

The numbers have no unit, so that none is asked for and no level is too high or too low.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from bk_realtime.clock import rational_rate
from bk_realtime.config import FRAME_RATE
from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import ChannelInfo
from offline.io.recording import Recording
from offline.io.stored import StoredSignal

NAMES = tuple(
    "features feature feats feat high_gamma highgamma high-gamma hgamma hga hg hg_power hg_envelope gamma_power "
    "envelope envelopes band_power bandpower power".split()
)
"""Of series, datasets and files that hold features, in lower case, most certain first."""
BAND_NAMES = ("bands", "band_names", "bandnames", "frequency_bands")
"""Datasets with the names of several features a channel."""
RAW_FROM_HZ = 600.0
"""Features come at 100 to 500 Hz; from here on they are more likely a signal."""


def feature_columns(
    data: np.ndarray, channels: Sequence[ChannelInfo], bands: Sequence[str], where: str, notes: list[str]
) -> tuple[np.ndarray, list[ChannelInfo]]:
    """Features as (n, n_features) and what each is, from (samples, channels) or (samples, channels, bands).

    Time is the longest axis, wherever it stands. Of several bands a channel each is a feature of its own, called
    ``CHANNEL_BAND``. Infinite values (the logarithm of zero) become NaN, with a note.

    Parameters
    ----------
    channels : one a channel, or one a feature; empty where the file names none.
    bands : names of the bands; empty where the file names none.

    Raises
    ------
    InputError
        No numbers, no such layout, or names that do not fit it.
    """
    if data.dtype.kind not in "fiu" or data.ndim not in (1, 2, 3) or 0 in data.shape:
        raise InputError(
            f"{where}: expected features (samples, channels) or (samples, channels, bands) as numbers, got "
            f"{data.shape} {data.dtype}"
        )
    if data.dtype.kind == "f" and (infinite := int(np.isinf(data).sum())):
        data = np.where(np.isinf(data), np.nan, data)
        notes.append(f"{infinite} infinite features (the logarithm of zero?) taken as missing")
    if data.ndim == 1:
        data = data[:, None]
    if data.ndim == 2:
        data = data.T if data.shape[0] < data.shape[1] else data
        infos = list(channels) or [ChannelInfo(f"ch{i + 1}") for i in range(data.shape[1])]
    else:
        data = _time_channel_band(data, len(channels), len(bands), where)
        n_channels, n_bands = data.shape[1:]
        notes.append(f"features: {n_bands} bands of {n_channels} channels")
        data = data.reshape(len(data), -1)
        infos = list(channels)
        if len(infos) != data.shape[1]:
            of_channels = infos or [ChannelInfo(f"ch{i + 1}") for i in range(n_channels)]
            named = list(bands) or [str(b + 1) for b in range(n_bands)]
            infos = [dataclasses.replace(c, label=f"{c.label}_{b}") for c in of_channels for b in named]
    if len(infos) != data.shape[1]:
        raise InputError(
            f"{where}: {len(infos)} names for {data.shape[1]} features; expected one a channel or one a feature"
        )
    return data, infos


def stored_features(
    data: np.ndarray,
    channels: Sequence[ChannelInfo],
    bad: Sequence[str],
    bands: Sequence[str],
    where: str,
    notes: list[str],
) -> tuple[StoredSignal, list[ChannelInfo], tuple[str, ...]]:
    """:func:`feature_columns` as readers take them: the numbers, what each is, and which are on channels of ``bad``."""
    table, infos = feature_columns(data, channels, bands, where, notes)
    per = max(1, len(infos) // max(1, len(channels)))
    spoilt = tuple(c.label for k, c in enumerate(infos) if channels and channels[k // per].label in bad)
    return StoredSignal(table, where, table.shape[1]), infos, spoilt


def feature_prefix(stem: str) -> str:
    """What files beside ``PREFIX_hg`` are called by; the name itself where it ends like no features."""
    endings = (f"_{name}" for name in sorted(NAMES, key=len, reverse=True))
    return next((stem[: -len(end)] for end in endings if stem.lower().endswith(end)), stem)


def _time_channel_band(data: np.ndarray, n_labels: int, n_bands: int, where: str) -> np.ndarray:
    """The three axes in this order: the longest one is time, channels and bands are told by the number of their names,
    else channels come first."""
    time = int(np.argmax(data.shape))
    channel, band = (axis for axis in range(3) if axis != time)
    if (data.shape[band] == n_labels != data.shape[channel]) or (data.shape[channel] == n_bands != data.shape[band]):
        channel, band = band, channel
    data = data.transpose(time, channel, band)
    if len(data) <= data.shape[1] * data.shape[2]:
        raise InputError(
            f"{where}: expected features (samples, channels, bands) of one whole session, got {data.shape}; "
            "join trials to one array"
        )
    if n_bands not in (0, data.shape[2]):
        raise InputError(f"{where}: {n_bands} names for {data.shape[2]} bands; expected one each")
    if n_labels not in (0, data.shape[1], data.shape[1] * data.shape[2]):
        raise InputError(
            f"{where}: {n_labels} names for {data.shape[1]} channels of {data.shape[2]} bands; expected one a channel "
            "or one a feature"
        )
    return data


def refuse_units(options: dict[str, Any], where: object) -> None:
    """Features have no unit: refuse options that name one."""
    for name in ("unit", "gain"):
        if options.get(name) is not None:
            raise OptionError(
                f"{where}: --{name} {options[name]}: given features have no unit; expected it without --{name}, "
                "or a signal with features.kind high-gamma"
            )


def as_features(recording: Recording) -> Recording:
    """The recording, said to hold features; the rate that is the frame rate but for its written decimals is that."""
    rate, notes = float(recording.sfreq), list(recording.notes)
    notes.append(f"the numbers are features, made elsewhere, {recording.n_channels} of them at {rate:g} Hz")
    exact: dict[str, Any] = {}
    if recording.sfreq != FRAME_RATE and abs(rate / float(FRAME_RATE) - 1) < 1e-4:
        exact = {"sfreq": rational_rate(FRAME_RATE), "neural_rate": float(FRAME_RATE)}
        notes.append(f"{rate:g} Hz taken as the frame rate, {float(FRAME_RATE):.6g} Hz")
    if rate > RAW_FROM_HZ:
        notes.append(
            f"features at {rate:g} Hz? they come at 100 to 500 Hz: a raw signal is read with features.kind high-gamma"
        )
    return dataclasses.replace(recording, holds_features=True, notes=tuple(notes), **exact)


def doubt_of_signal(neural: np.ndarray) -> str:
    """A note where a signal looks like features: voltages go both ways, power and envelopes never below zero."""
    piece = neural[: 1 << 16]
    with np.errstate(invalid="ignore"):
        alive = np.nanmax(piece, axis=0, initial=-np.inf) > np.nanmin(piece, axis=0, initial=np.inf)
        positive = np.nanmin(piece, axis=0, initial=np.inf) >= 0
    if alive.any() and positive[alive].all():
        return "no number is negative: power or envelopes? features are read with features.kind given"
    return ""
