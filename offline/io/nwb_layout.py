"""What an NWB file holds and where: series in every container, the electrode table, time axes, factors to µV."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import ChannelInfo, is_brain, voltage
from bk_realtime.montage.kinds import OTHER_TYPES
from bk_realtime.shown import some
from offline.io import companions
from offline.io.grid import Grid, regular_grid
from offline.io.nwb_values import column, length, number, numbers, rows_named, shape_of, text, text_of
from offline.io.own_channels import OwnChannels, described_channels

LABEL_COLUMNS = (
    "label labels channel_name electrode_name electrode_label contact contact_name ch_name name channel electrode "
    "location"
).split()
TYPE_COLUMNS = ("type", "channel_type", "ch_type", "electrode_type", "kind")
USUAL = ("iEEG", "ieeg", "sEEG", "ECoG", "ElectricalSeries")
"""Names in ``acquisition`` that are taken as the neural signal, the first that there is."""


@dataclass(frozen=True)
class Found:
    """A series and its path in the file, such as ``acquisition/LFP/ElectricalSeries``."""

    path: str
    series: Any

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def all_series(file: Any) -> list[Found]:
    """Every time series of a file, those in ``acquisition`` first."""
    from pynwb import TimeSeries

    found: list[Found] = []

    def collect(path: str, item: Any) -> None:
        if isinstance(item, TimeSeries):
            found.append(Found(path, item))
        else:
            for child in getattr(item, "children", ()):
                collect(f"{path}/{child.name}", child)

    places = [("acquisition", file.acquisition), ("stimulus", file.stimulus)]
    places += [(f"processing/{name}", module.data_interfaces) for name, module in file.processing.items()]
    for place, items in places:
        for name, item in items.items():
            collect(f"{place}/{name}", item)
    return found


def named(found: Sequence[Found], wanted: str, path: Path) -> Found | None:
    """The series of this path, end of path or name, no matter the case; None where there is none.

    Raises
    ------
    OptionError
        Several series end so.
    """
    key = wanted.strip("/")
    for same in (
        lambda f: f.path == key,
        lambda f: f.path.endswith(f"/{key}"),
        lambda f: f.path.lower().endswith(f"/{key.lower()}") or f.path.lower() == key.lower(),
    ):
        fitting = [f for f in found if same(f)]
        if len(fitting) > 1:
            raise OptionError(f"{path}: several series {wanted!r}: {listed(fitting)}; give the whole path")
        if fitting:
            return fitting[0]
    return None


def listed(found: Sequence[Found]) -> str:
    """Paths for messages."""
    return some([f.path for f in found], 20)


def is_electrical(found: Found) -> bool:
    """An ElectricalSeries or one derived from it; not spikes."""
    kinds = [kind.__name__ for kind in type(found.series).__mro__]
    return "ElectricalSeries" in kinds and "SpikeEventSeries" not in kinds


def asked_for(found: Sequence[Found], wanted: str, path: Path) -> Found:
    """The series of that name or path; :class:`OptionError` where there is none."""
    chosen = named(found, wanted, path)
    if chosen is None:
        raise OptionError(f"{path}: no series {wanted}; it has {listed(found) or 'no series'}")
    return chosen


def neural_series(found: Sequence[Found], wanted: str | None, path: Path, notes: list[str]) -> Found:
    """The series that is read as the neural signal; which one, and which others there are, is said.

    Raises
    ------
    OptionError
        No such series.
    InputError
        None, or several.
    """
    if wanted is not None:
        return asked_for(found, wanted, path)
    raw = [f for f in found if f.path.startswith("acquisition/")]
    electrical = [f for f in found if is_electrical(f) and is_brain(f.name)[0]]
    fitting = [f for name in USUAL for f in raw if f.path == f"acquisition/{name}"][:1]
    if not fitting:
        fitting = [f for f in electrical if f in raw]
        if not fitting and (fitting := electrical):
            notes.append("no raw neural signal in acquisition: what follows was processed before")
    if not fitting:
        held = listed(found) or "no acquisition"
        raise InputError(
            f"{path}: expected acquisition/iEEG, got {held}; name it with --neural, or neural in NAME.toml beside it"
        )
    if len(fitting) > 1:
        about = ", ".join(f"{f.path} {shape_of(f.series.data)}" for f in fitting)
        raise InputError(
            f"{path}: {len(fitting)} neural series: {about}; choose one with --neural, or neural in NAME.toml beside it"
        )
    others = [f for f in electrical if f is not fitting[0]]
    if others or fitting[0] not in raw or fitting[0].path.count("/") > 1:
        more = f"; not read: {listed(others)}" if others else ""
        notes.append(f"neural signal: {fitting[0].path}{more}")
    return fitting[0]


def time_axis(
    found: Found, n: int, option: float | None, path: Path, flag: str, usual: tuple[int, ...], least_gap_s: float = 0.0
) -> Grid:
    """Where each of ``n`` samples lies: by rate and start, else by time stamps, whose gaps become gaps of the grid.

    Raises
    ------
    InputError
        Neither rate nor stamps, as many stamps as there are no samples, or stamps that do not increase.
    """
    series, where = found.series, f"{path}: {found.name}"
    rate = number(series, "rate", where, 0.0)
    if rate < 0:
        raise InputError(f"{where}: rate: expected Hz above 0, got {rate:g}: damaged; take another copy")
    if rate:
        start_s = number(series, "starting_time", where, 0.0)
        return Grid(start_s, float(option or rate), n, ((0, n, 0),))
    if series.timestamps is None or (length(series.timestamps) or 0) < 2:
        if option is None:
            raise InputError(f"{where} has neither rate nor time stamps; name its rate with --{flag.replace('_', '-')}")
        return Grid(0.0, float(option), n, ((0, n, 0),))
    stamps = numbers(series.timestamps, f"{where}: timestamps", "seconds")
    if len(stamps) != n:
        raise InputError(f"{where}: {len(stamps)} time stamps for {n} samples")
    if not np.isfinite(stamps).all() or stamps[-1] <= stamps[0]:
        raise InputError(f"{where}: time stamps are not increasing numbers")
    mean = (n - 1) / (stamps[-1] - stamps[0])
    if np.abs(np.diff(stamps) * mean - 1).max() <= 0.5:
        return Grid(float(stamps[0]), float(option or mean), n, ((0, n, 0),))
    lag = max(1, min(n // 4, 1000))  # stamps may be coarser than a sample: distant pairs
    interval = float(np.median(stamps[lag:] - stamps[:-lag])) / lag
    rate = option or (companions.nominal(1 / interval, usual) if interval > 0 else mean)
    return regular_grid(stamps, float(rate), where, least_gap_s, flag)


def channel_infos(
    series: Any, table: list[dict[str, str]], n: int, path: Path, notes: list[str]
) -> tuple[list[ChannelInfo], tuple[str, ...]]:
    """Label, stated type and unit of each channel, and the labels that are listed as bad, by the table
    ``*_channels.tsv`` and the electrode table."""
    labels, types, bad = _electrodes(series, n, str(path), notes)
    stated = text(series, "unit", str(path))
    unit = stated if voltage(stated) is not None else ""
    return described_channels(OwnChannels(labels, types, [unit] * n, bad), n, table, path, notes)


def _electrodes(series: Any, n: int, where: str, notes: list[str]) -> tuple[list[str], list[str], list[bool]]:
    """Labels (none where the table has none), types and bad ones of the channels, by the electrode table."""
    region = getattr(series, "electrodes", None)
    if region is None:
        return [], [""] * n, [False] * n
    index = rows_named(region.data, f"{where}: electrodes")
    if len(index) != n:
        notes.append(f"the electrode table has {len(index)} rows for {n} channels: not used")
        return [], [""] * n, [False] * n
    table = region.table

    def texts_of(name: str) -> list[str] | None:
        cells = column(table, name, where)
        there = cells is not None and index.min() >= 0 and index.max() < len(cells)
        return [text_of(cells[i]).strip() for i in index] if cells is not None and there else None

    groups = texts_of("group_name")
    labels: list[str] = []
    for name in LABEL_COLUMNS:
        texts = texts_of(name)
        if texts is None or not all(texts):
            continue
        if (
            groups and name != "location" and (len(set(texts)) < n or all(t.isdigit() for t in texts))
        ):  # contact numbers within a shaft
            texts = [t if t.startswith(g) else f"{g}{t}" for g, t in zip(groups, texts, strict=True)]
        if len(set(texts)) == n and not all(t.isdigit() for t in texts):
            labels = texts
            break
    if not labels and groups and len(set(groups)) > 1:
        seen: dict[str, int] = {}
        for group in groups:
            seen[group] = seen.get(group, 0) + 1
            labels.append(f"{group}{'-' if group[-1:].isdigit() else ''}{seen[group]}")
        notes.append("the electrode table has no labels: made of the group and the place in it")
    types = next((c for name in TYPE_COLUMNS if (c := texts_of(name)) is not None), [""] * n)
    if groups and not any(types):  # a group that is called ECG or AUX
        types = [g if re.sub(r"[^a-z]", "", g.lower()) in OTHER_TYPES else "" for g in groups]
    bad = [False] * n
    for name, word in (
        ("status", "bad"),
        ("bad", "true"),
        ("is_bad", "true"),
        ("bad_channel", "true"),
        ("good", "false"),
    ):
        texts = texts_of(name) or []
        bad = [b or t.lower() == word for b, t in zip(bad, texts, strict=True)] if texts else bad
    return labels, types, bad


def looks_like_sound(name: str) -> bool:
    """A series named as a recording of sound."""
    return bool(
        re.search(r"audio|microphone|(?:^|[_\W])mic(?:$|[_\W\d])|speech|voice|sound|acoustic", name, re.IGNORECASE)
    )
