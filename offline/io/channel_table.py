"""What the BIDS table ``*_channels.tsv`` says of the channels of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, bare_label
from bk_realtime.montage.choice import voltage
from bk_realtime.shown import some
from offline.io import companions

_NOTHING = ("", "n/a", "na", "none", "unknown")


def described(channels: Sequence[ChannelInfo], path: Path) -> tuple[list[ChannelInfo], list[str], list[str]]:
    """The channels with the types of the table beside ``path``, the labels that it calls bad, and notes.

    The table's type goes before the file's. Its unit counts where the file has none: mne-bids writes V beside files in
    µV. A channel that it does not list is none of the brain's.

    Raises
    ------
    InputError
        The table lists none of the channels.
    """
    rows = {row["name"]: row for row in companions.channel_rows(path)}
    if not rows:
        return list(channels), [], []
    bare: dict[str, list[str]] = {}
    for name in rows:
        bare.setdefault(bare_label(name).lower(), []).append(name)
    out: list[ChannelInfo] = []
    unlisted: list[str] = []
    units: list[str] = []
    bad: list[str] = []
    for channel in channels:
        names = bare.get(bare_label(channel.label).lower(), [])
        row = rows.get(channel.label) or (rows[names[0]] if len(names) == 1 else None)
        if row is None:
            unlisted.append(channel.label)
            out.append(ChannelInfo(channel.label, "misc", channel.unit))
            continue
        if row.get("status", "").lower() == "bad":
            bad.append(channel.label)
        stated = row.get("type", "")
        kind = channel.type if stated.lower() in _NOTHING else stated
        unit = row.get("units", "")
        theirs, ours = voltage(unit), voltage(channel.unit)
        if theirs is not None and ours is not None and theirs != ours:
            units.append(f"{channel.label} ({channel.unit}, table {unit})")
        out.append(ChannelInfo(channel.label, kind, channel.unit or (unit if theirs is not None else "")))
    table = companions.bids_table(path, "channels")
    if len(unlisted) == len(channels):
        raise InputError(
            f"{table}: lists {', '.join(list(rows)[:6])}, none of the channels of {path.name} "
            f"({', '.join(c.label for c in channels[:6])}); correct the names in the table"
        )
    notes = []
    if unlisted:
        notes.append(f"not listed in channels.tsv, so taken as no brain: {some(unlisted, 6)}")
    if units:
        notes.append(f"units of the file taken, where channels.tsv has others: {some(units, 6)}")
    return out, bad, notes
