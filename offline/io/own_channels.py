"""Label, type and unit of each channel: what a file states itself, and the table ``*_channels.tsv`` beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, bare_label
from bk_realtime.montage.kinds import BRAIN_TYPES


@dataclass(frozen=True)
class OwnChannels:
    """What a file states of its n channels: labels (none where it has none), types, units (``""`` where none), bad."""

    labels: Sequence[str]
    types: Sequence[str]
    units: Sequence[str]
    bad: Sequence[bool]


def described_channels(
    own: OwnChannels, n: int, table: list[dict[str, str]], path: Path, notes: list[str]
) -> tuple[list[ChannelInfo], tuple[str, ...]]:
    """Each channel, and the labels that are listed as bad. The table counts before what the file states.

    The table is matched by name where the file has names that occur in it, else in order. The unit of a brain channel
    is that of the file where the table has none. A channel that the table does not list is brain only where the file
    itself states such a type.

    Raises
    ------
    InputError
        The table lists another number of channels, and the file has no names to match them by.
    """
    rows = _matched(own, n, table, path, notes) if table else [None] * n
    infos: list[ChannelInfo] = []
    bad: list[str] = []
    for i, row in enumerate(rows):
        label = row["name"] if row is not None else own.labels[i] if own.labels else f"ch{i + 1}"
        kind = (row or {}).get("type", "") or own.types[i]
        if table and row is None and kind.strip().lower() not in BRAIN_TYPES:
            kind = "misc"  # the table lists what was recorded: what it does not know is no contact
        kind = "" if kind.strip().lower() == "n/a" else kind
        unit = (row or {}).get("units", "")
        if unit.lower() in ("", "n/a") and (not kind or kind.strip().lower() in BRAIN_TYPES):
            unit = own.units[i]
        infos.append(ChannelInfo(label, kind, unit))
        if (row is not None and row.get("status", "").lower() == "bad") or (row is None and own.bad[i]):
            bad.append(label)
    return infos, tuple(bad)


def _matched(
    own: OwnChannels, n: int, table: list[dict[str, str]], path: Path, notes: list[str]
) -> list[dict[str, str] | None]:
    """The row of each channel."""
    by_name = {bare_label(row["name"]).lower(): row for row in table}
    rows = [by_name.get(bare_label(label).lower()) for label in own.labels]
    hits = len({row["name"] for row in rows if row is not None})
    if hits and (2 * hits >= n or hits == len(table)):
        if lacking := [label for label, row in zip(own.labels, rows, strict=True) if row is None]:
            notes.append(f"not listed in channels.tsv, so no brain unless the file says so: {', '.join(lacking[:12])}")
        if len(table) > hits:
            notes.append(f"channels.tsv lists {len(table) - hits} channels that are not in {path.name}")
        return rows
    if len(table) != n:
        raise InputError(
            f"{path}: {n} channels, but its channels.tsv lists {len(table)}; expected as many, "
            "or labels in the file that are in it"
        )
    if own.labels:
        notes.append("channels.tsv names other channels than the file: taken in order")
    return list(table)
