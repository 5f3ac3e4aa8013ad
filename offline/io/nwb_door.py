"""What is refused of an NWB file by HDF5 alone, before pynwb, which takes a second to load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py

from bk_realtime.errors import InputError
from offline.io.stored import check_held

NEURAL = ("ElectricalSeries", b"ElectricalSeries")


def check_nwb(file: h5py.File, path: Path, any_series: bool) -> None:
    """Refuse an HDF5 file that is no NWB file, or none of whose ElectricalSeries holds the numbers that it states.

    Parameters
    ----------
    any_series : another series may be asked for: look at none.

    Raises
    ------
    InputError
        See above.
    """
    if "nwb_version" not in file.attrs and not any("nwb_version" in name for name in file):
        raise InputError(f"{path}: not a readable NWB file: truncated, damaged or not NWB (it states no NWB version)")
    if any_series:
        return
    refusals = []
    for name, data in _signals(file):
        try:
            check_held(data, f"{path}: {name}")
        except InputError as error:
            refusals.append(error)
        else:
            return
    if refusals:
        raise refusals[0]


def _signals(file: h5py.File) -> list[tuple[str, h5py.Dataset]]:
    """Name and numbers of every ElectricalSeries, those in ``acquisition`` first."""
    found: list[tuple[str, h5py.Dataset]] = []

    def look(path: str, item: Any) -> None:
        try:
            kind = item.attrs.get("neurodata_type") if isinstance(item, h5py.Group) else None
        except OSError:  # an attribute that cannot be decoded: pynwb says what it makes of the file
            return
        data = item.get("data") if isinstance(kind, str | bytes) and kind in NEURAL else None
        if isinstance(data, h5py.Dataset):
            found.append((path.rpartition("/")[2], data))

    for place in ("acquisition", "processing"):
        group = file.get(place)
        if isinstance(group, h5py.Group):
            group.visititems(look)
    return found
