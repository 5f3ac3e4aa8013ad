"""The features that an NWB file holds: which series, its bands and its channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo
from offline.io.feature_data import NAMES, stored_features
from offline.io.nwb_layout import Found, asked_for, channel_infos, is_electrical, listed, looks_like_sound
from offline.io.nwb_values import column, length, shape_of, text_of, values
from offline.io.stored import StoredSignal


def feature_series(found: Sequence[Found], wanted: str | None, path: Path, notes: list[str]) -> Found:
    """The series of features: the one asked for, else the only DecompositionSeries, else the only one of a name that
    features have, else the only ElectricalSeries.

    Raises
    ------
    OptionError
        No such series.
    InputError
        None, or several.
    """
    if wanted is not None:
        return asked_for(found, wanted, path)
    rules: tuple[Callable[[Found], bool], ...] = (
        lambda f: type(f.series).__name__ == "DecompositionSeries",
        lambda f: f.name.lower() in NAMES,
        lambda f: is_electrical(f) and not looks_like_sound(f.name),
    )
    for rule in rules:
        fitting = [f for f in found if rule(f)]
        if len(fitting) > 1:
            about = ", ".join(f"{f.path} {shape_of(f.series.data)}" for f in fitting)
            raise InputError(f"{path}: {len(fitting)} series of features: {about}; choose one with --neural")
        if fitting:
            notes.append(f"features: {fitting[0].path}")
            return fitting[0]
    raise InputError(
        f"{path}: expected a series of features (a DecompositionSeries, or one named features), got "
        f"{listed(found) or 'no series'}; name it with --neural"
    )


def nwb_features(
    brain: Found, table: list[dict[str, str]], path: Path, notes: list[str]
) -> tuple[StoredSignal, list[ChannelInfo], tuple[str, ...]]:
    """The features as (samples, features), what each is, and the labels of those on channels that are listed as bad."""
    series, where = brain.series, f"{path}: {brain.name}"
    stored = values(series.data, where)
    region = _electrodes(series)
    n_named = len(table) if region is None else length(region.data)
    infos: list[ChannelInfo] = []
    bad: tuple[str, ...] = ()
    if n_named is not None and n_named in stored.shape:
        source = SimpleNamespace(electrodes=region, unit="")
        infos, bad = channel_infos(source, table if len(table) == n_named else [], n_named, path, notes)
    return stored_features(stored, infos, bad, _bands(series, where), where, notes)


def _bands(series: Any, where: str) -> list[str]:
    """Names of the bands of a DecompositionSeries; empty where it has none."""
    table = getattr(series, "bands", None)
    told = None if table is None else column(table, "band_name", where)
    return [] if told is None else [text_of(name) for name in told]


def _electrodes(series: Any) -> Any:
    """The electrodes of a series, or of the signal that it was made from; None where it names none."""
    for name in ("electrodes", "source_channels"):
        if getattr(series, name, None) is not None:
            return getattr(series, name)
    return getattr(getattr(series, "source_timeseries", None), "electrodes", None)
