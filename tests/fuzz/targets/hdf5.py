"""HDF5 files: recordings of the plain layout, and NWB."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.fuzz import mutations, seeds
from tests.fuzz.targets.base import Target, read_whole


def _make_hdf5(rng: random.Random) -> bytes:
    if rng.random() < 0.4:
        return mutations.octets(rng, seeds.hdf5(), first=rng.choice((200, 4000)))
    return seeds.hdf5(lambda file: [_odd_dataset(rng, file) for _ in range(rng.randint(1, 2))])


def _odd_dataset(rng: random.Random, file: h5py.File) -> None:
    odd_dataset(rng, file, rng.choice(("ecog", "ecogSR", "audio", "audioSR", "electrodes", "words")))


def odd_dataset(rng: random.Random, file: h5py.Group, name: str) -> None:
    """Data ``name`` of another kind, shape or size, a link, or none."""
    if name in file:
        del file[name]
    how = rng.randrange(8)
    shape = rng.choice(((), (0,), (1,), (2,), (seeds.N,), (seeds.N, 2), (2, seeds.N), (2, 2, 2), (0, 2)))
    if how == 0:
        return
    if how == 1:
        file[name] = rng.choice((0, -1, 1e308, float("nan"), float("inf"), True, "x", 1 << 62))
    elif how == 2:
        file[name] = np.zeros(shape, rng.choice(("f4", "f2", "i8", "u1", "S3", "c16", "?", "f4,i4", ">f8")))
    elif how == 3:
        file.create_dataset(
            name, shape=(rng.choice((10**9, 10**12)), 2), dtype="f4", chunks=(65536, 2), compression="gzip"
        )
    elif how == 4:
        file.create_group(name)["x"] = 1
    elif how == 5:
        file[name] = h5py.Empty("f4")
    elif how == 6:
        file[name] = rng.choice(
            (h5py.SoftLink("/nothing"), h5py.SoftLink(f"/{name}"), h5py.ExternalLink("s.h5", "/ecog"))
        )
    else:
        file.create_dataset(name, data=[b"a", b"bc"] if rng.random() < 0.5 else ["x", "ü"], dtype=h5py.string_dtype())


def _read_hdf5(data: bytes, folder: Path) -> None:
    path = folder / "s.h5"
    path.write_bytes(data)
    read_whole(path)


def _make_nwb(rng: random.Random) -> bytes:
    data = seeds.nwb(rng.choice(("plain", "tables")))
    if rng.random() < 0.3:
        return mutations.octets(rng, data, first=rng.choice((200, 4000, len(data))))
    return seeds.changed(data, lambda file: [_odd_part(rng, file) for _ in range(rng.randint(1, 3))])


_PARTS = {
    "acquisition/iEEG": ("data", "electrodes", "starting_time", "timestamps", "channel_conversion"),
    "acquisition/Audio": ("data", "starting_time", "timestamps"),
    "acquisition/Stimulus": ("data", "starting_time", "timestamps"),
    "general/extracellular_ephys/electrodes": ("id", "location", "group", "group_name", "label"),
    "intervals/trials": ("id", "start_time", "stop_time", "word"),
    "general/extracellular_ephys/shaft": ("device",),
}
"""Group -> what is in it, of which some are there."""
_ATTRIBUTES = ("unit", "rate", "conversion", "resolution", "offset", "neurodata_type", "namespace", "colnames")
_ATTRIBUTES += ("table", "object_id", "description", "help", "nwb_version")


def _odd_part(rng: random.Random, file: h5py.File) -> None:
    """A data set, an attribute or a whole group of another kind, size or value, or missing."""
    group_name = rng.choice([name for name in _PARTS if _there(file, name)] + ["/"])
    group = file[group_name]
    how = rng.randrange(6)
    if how == 0 and group_name != "/":
        if rng.random() < 0.3:
            del file[group_name]
        return
    name = rng.choice(_PARTS.get(group_name, ("session_start_time", "identifier", "file_create_date")))
    if how <= 2:
        holder = group[name] if _there(group, name) and rng.random() < 0.7 else group
        holder.attrs[rng.choice([*holder.attrs, *_ATTRIBUTES])] = _odd_attribute(rng, holder)
    elif how == 3 and _there(group, name):
        kept = group[name]
        if isinstance(kept, h5py.Dataset) and kept.dtype.kind in "fiu" and 0 < (kept.size or 0) < 10_000:
            values = np.array(kept[()], "f8")
            values.flat[rng.randrange(values.size)] = rng.choice(mutations.FLOATS)
            attributes = dict(kept.attrs)
            del group[name]
            group[name] = values
            group[name].attrs.update(attributes)
    else:
        attributes = dict(group[name].attrs) if _there(group, name) else {}
        odd_dataset(rng, group, name)
        if _there(group, name) and rng.random() < 0.7:
            group[name].attrs.update(attributes)


def _there(group: h5py.Group, name: str) -> bool:
    """No link to nothing or to another file."""
    return isinstance(group.get(name, getlink=True), h5py.HardLink)


def _odd_attribute(rng: random.Random, holder: Any) -> Any:
    return rng.choice(
        (0, -1, 1.5, float("nan"), float("inf"), 1e308, True, "", "x", "ü" * 300, "ElectricalSeries", "TimeSeries",
         h5py.Empty("f4"), np.zeros(3), np.array(["a", "b"], dtype=h5py.string_dtype()), holder.ref)
    )  # fmt: skip


def _read_nwb(data: bytes, folder: Path) -> None:
    path = folder / "n.nwb"
    path.write_bytes(data)
    read_whole(path)


TARGETS = (Target("hdf5", _make_hdf5, _read_hdf5), Target("nwb", _make_nwb, _read_nwb))
