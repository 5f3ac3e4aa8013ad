"""HDF5 and NWB files that lead to another file, or that hold more than their bytes: refused in one line."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from bk_realtime.errors import InputError
from offline.io import read_recording
from tests.unit.test_readers import make_hdf5, make_nwb


def other(folder: Path) -> Path:
    """A file that is not the recording: whatever is in it must not get into one."""
    path = folder / "other.h5"
    with h5py.File(path, "w") as file:
        file["names"] = [b"S1", b"S2", b"S3", b"S4"]
        file["numbers"] = np.arange(4000, dtype=np.float32).reshape(1000, 4)
    (folder / "raw.bin").write_bytes(b"S1S2S3S4" * 1000)
    return path


def link_group(file: h5py.File) -> None:
    file["electrodes"] = h5py.ExternalLink("other.h5", "/names")


def link_within_groups(file: h5py.File) -> None:
    file["a/b/labels"] = h5py.ExternalLink("other.h5", "/names")


def raw_labels(file: h5py.File) -> None:
    file.create_dataset("electrodes", (4,), "S2", external=[("raw.bin", 0, 8)])


def virtual_labels(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "S2")
    layout[:] = h5py.VirtualSource("other.h5", "names", (4,), "S2")
    file.create_virtual_dataset("electrodes", layout)


def virtual_of_itself(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((100, 4), "f4")
    for i in range(100):
        layout[i] = h5py.VirtualSource(".", "row", (4,), "f4")
    file["row"] = np.zeros(4, "f4")
    file.create_virtual_dataset("more", layout)


LEADS = [link_group, link_within_groups, raw_labels, virtual_labels, virtual_of_itself]


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("make", [make_hdf5, make_nwb])
def test_a_file_that_leads_elsewhere_is_refused(
    make: Callable[[Path], Path], lead: Callable[[h5py.File], None], tmp_path: Path
) -> None:
    path = make(tmp_path)
    other(tmp_path)
    with h5py.File(path, "a") as file:
        if "electrodes" in file:
            del file["electrodes"]
        lead(file)
    with pytest.raises(InputError, match=r"link to another file|in another file|is virtual") as caught:
        read_recording(path)
    assert "\n" not in str(caught.value)


def test_links_within_the_file_are_no_harm(tmp_path: Path) -> None:
    path = make_hdf5(tmp_path)
    with h5py.File(path, "a") as file:
        file["here"] = h5py.SoftLink("/there")
        file["there"] = h5py.SoftLink("/here")
        file["group/of"] = h5py.SoftLink("/group")
        file["group/again"] = file["group"]
        file["nowhere"] = h5py.SoftLink("/not/there")
    assert read_recording(path).n_channels == 3


def test_groups_without_end(tmp_path: Path) -> None:
    path = make_hdf5(tmp_path)
    with h5py.File(path, "a") as file:
        group = file
        for _ in range(300):
            group = group.create_group("a")
    with pytest.raises(InputError, match="groups within groups"):
        read_recording(path)


def test_numbers_that_the_file_cannot_hold(tmp_path: Path) -> None:
    path = make_hdf5(tmp_path)
    with h5py.File(path, "a") as file:
        del file["ecog"]
        made = file.create_dataset("ecog", (1 << 20, 100), "i1", chunks=(1 << 20, 100), compression="gzip")
        made.id.write_direct_chunk((0, 0), zlib.compress(bytes(100 << 20), 9))
    with pytest.raises(InputError, match=r"made to hurt|file holds"):
        read_recording(path)


def test_a_small_array_in_a_huge_chunk(tmp_path: Path) -> None:
    path = make_hdf5(tmp_path)
    with h5py.File(path, "a") as file:
        del file["ecogSR"]
        made = file.create_dataset(
            "ecogSR", (1, 1), "i1", chunks=(1 << 20, 100), maxshape=(None, None), compression="gzip"
        )
        made.id.write_direct_chunk((0, 0), zlib.compress(bytes(100 << 20), 9))
    with pytest.raises(InputError, match="chunks of"):
        read_recording(path)


def test_texts_that_are_all_one_large_one(tmp_path: Path) -> None:
    path = make_hdf5(tmp_path)
    text = h5py.string_dtype()
    with h5py.File(path, "a") as file:
        names = file.create_dataset("notes", (200,), text)
        names[0] = "x" * (1 << 20)
        where, of = int(names.id.get_offset()), names.shape[0]
    content = bytearray(path.read_bytes())
    content[where : where + 16 * of] = content[where : where + 16] * of
    path.write_bytes(content)
    with pytest.raises(InputError, match="made to hurt"):
        read_recording(path)


def test_an_error_of_our_own_is_not_called_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object, **__: object) -> None:
        raise KeyError("a fault of ours")

    for kind, make in (("hdf5", make_hdf5), ("nwb", make_nwb)):
        path = make(tmp_path)
        monkeypatch.setattr(f"offline.io.{kind}.choose_channels", wrong)
        with pytest.raises(KeyError):
            read_recording(path)
