"""NPZ archives, and mels in any file: what leads elsewhere, holds objects or unpacks without end is one line."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import h5py
import numpy as np
import pytest

from bk_realtime.errors import BkError, FileError, InputError
from offline.evaluation.store import JobResult, Store
from offline.io.npy_file import load_npy
from offline.io.npz_file import load_npz
from offline.simulation.noise import load_noise
from offline.vocode import main
from offline.vocoder_lab.decoded_clips import ClipPair, read_pairs, write_pairs
from offline.vocoder_lab.table_clips import read_clips
from tests.recording_damage import cut, flipped, npy, odd_npy, written

T = TypeVar("T", Path, io.BytesIO)
MEL = np.full((20, 80), -5.0, np.float32)
ROOT = Path(__file__).parents[2]


def archive(path: T, content: bytes, packing: int = zipfile.ZIP_STORED, name: str = "mel.npy") -> T:
    with zipfile.ZipFile(path, "w", packing) as file:
        file.writestr(name, content)
    return path


def npy_of(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


@functools.cache
def zeros() -> bytes:
    """An archive of 80 MB of zeros."""
    out = io.BytesIO()
    archive(out, npy("'<f4'", f"({1 << 18}, 80)", bytes(80 << 20)), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def bomb(folder: Path) -> Path:
    return written(folder, "x.npz", zeros())


def other_packing(folder: Path) -> Path:
    return archive(folder / "x.npz", npy_of(MEL), zipfile.ZIP_BZIP2)


def objects(folder: Path) -> Path:
    return archive(folder / "x.npz", npy_of(np.array([{}, None])))


def more_than_it_holds(folder: Path) -> Path:
    return archive(folder / "x.npz", npy("'<f4'", f"({1 << 34}, 80)", MEL.tobytes()))


def two_of_one_name(folder: Path) -> Path:
    path = archive(folder / "x.npz", npy_of(MEL))
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("mel.npy", npy_of(MEL))
    return path


def none_of_the_name(folder: Path) -> Path:
    return archive(folder / "x.npz", npy_of(MEL), name="a\x1b[31m" + "b" * 5000 + ".npy")


def linked(folder: Path) -> Path:
    with h5py.File(folder / "other.h5", "w") as file:
        file["mel"] = MEL
    with h5py.File(folder / "x.h5", "w") as file:
        file["mel"] = h5py.ExternalLink("other.h5", "/mel")
    return folder / "x.h5"


def raw(folder: Path) -> Path:
    (folder / "raw.bin").write_bytes(MEL.tobytes())
    with h5py.File(folder / "x.h5", "w") as file:
        file.create_dataset("mel", MEL.shape, "f4", external=[("raw.bin", 0, MEL.nbytes)])
    return folder / "x.h5"


def unwritten(folder: Path) -> Path:
    with h5py.File(folder / "x.h5", "w") as file:
        file.create_dataset("mel", (1 << 30, 80), "f4", chunks=(1024, 80))
    return folder / "x.h5"


def group(folder: Path) -> Path:
    with h5py.File(folder / "x.h5", "w") as file:
        file.create_group("mel")
    return folder / "x.h5"


def objects_npy(folder: Path) -> Path:
    return written(folder, "x.npy", npy_of(np.array([{}, None])))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (bomb, "made to hurt"),
        (other_packing, "packed in another way than NumPy"),
        (objects, "Python objects"),
        (more_than_it_holds, "states 5497558138880 bytes"),
        (two_of_one_name, "two arrays named 'mel'"),
        (none_of_the_name, "expected an array named 'mel', found a"),
        (linked, "link to another file"),
        (raw, "in another file"),
        (unwritten, "file holds"),
        (group, "expected an array named 'mel'"),
        (objects_npy, "Python objects"),
    ],
)
def test_mels_that_are_refused(
    make: Callable[[Path], Path], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main([str(make(tmp_path)), "--out", str(tmp_path / "x.wav")])
    error = capsys.readouterr().err
    assert stop.value.code == 2
    assert said in error
    assert error.count("\n") == 1
    assert len(error) < 1000
    assert "\x1b" not in error


def test_whatever_is_wrong_with_an_archive_is_one_line(tmp_path: Path) -> None:
    content = archive(tmp_path / "x.npz", npy_of(MEL[:2, :3])).read_bytes()
    inner = [archive(tmp_path / "x.npz", odd).read_bytes() for _, odd in odd_npy(npy_of(MEL))]
    damaged = [odd for _, odd in (*flipped(content, len(content), 1), *cut(content, 40))]
    for odd in [*damaged, *inner, b"", b"PK", b"PK\5\6" + bytes(18)]:
        try:
            load_npz(written(tmp_path, "x.npz", odd), ("mel",))
        except BkError as error:
            lines = str(error).splitlines()
        else:
            lines = []
        assert len(lines) < 2
    with pytest.raises(FileError, match="no such file"):
        load_npz(tmp_path / "none.npz")


def test_what_numpy_writes_is_read_as_it_is(tmp_path: Path) -> None:
    arrays = {
        "a/b": MEL,
        "t": np.array(["A1", "é"]),
        "z": np.zeros((0, 3)),
        "f": np.asfortranarray(MEL),
        "n": MEL[0, 0],
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "x.npz", **arrays)  # type: ignore[operator]
        found = load_npz(tmp_path / "x.npz")
        assert list(found) == list(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == np.asarray(array).dtype


def test_kept_results_and_clips_that_are_damaged_say_what_to_do(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep("job", "key", JobResult({"fit": {"alpha": 1.0}}))
    bomb(tmp_path).replace(tmp_path / "job.npz")
    with pytest.raises(InputError, match="made to hurt; remove it, and it is computed again"):
        store.find("job", "key")
    (tmp_path / "job.json").write_text("[1]", encoding="utf-8")
    assert store.find("job", "key") is None
    store.keep("job", "key", JobResult({}))
    (tmp_path / "job.json").write_text('{"key": "key", "segments": [3], "values": 1}', encoding="utf-8")
    with pytest.raises(InputError, match=r"expected a result that offline.evaluate kept"):
        store.find("job", "key")
    for read, said in ((read_clips, "expected clips"), (read_pairs, "expected decoder output")):
        with pytest.raises(FileError, match=said):
            read(bomb(tmp_path))  # type: ignore[operator]
    with pytest.raises(InputError, match=r"made to hurt|expected an array named 'data'"):
        load_noise(bomb(tmp_path))


def test_pairs_that_do_not_fit_each_other(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    write_pairs(path, [ClipPair("a", np.zeros(512, np.float32), MEL[:2].astype(np.float16), "m")])
    assert len(read_pairs(path)[0].audio) == 512
    arrays = load_npz(path)
    for odd in ({"lengths": [[512, 9]]}, {"lengths": [512, 2]}, {"lengths": [[-1, 2]]}, {"marks": ["m", "n"]}):
        np.savez(path, **{**arrays, **odd})
        with pytest.raises(FileError, match="do not fit each other"):
            read_pairs(path)


DOORS = {
    r"\bnp\.load\(": {"offline/io/npy_file.py"},
    r"\bh5py\.File\((?!part, \"w\")": {"offline/io/hdf5_file.py"},
}


@pytest.mark.parametrize("call", DOORS)
def test_there_is_one_door_to_each_format(call: str) -> None:
    sources = [p for folder in ("bk_realtime", "offline", "gui") for p in (ROOT / folder).rglob("*.py")]
    found = {p.relative_to(ROOT).as_posix() for p in sources if re.search(call, p.read_text(encoding="utf-8"))}
    assert found == DOORS[call]


@pytest.mark.parametrize("order", ["<", ">"])
def test_texts_of_what_is_no_letter_are_told(order: str, tmp_path: Path) -> None:
    texts = np.array(["ook", "als"], f"{order}U3")
    good, bad = tmp_path / "a.npy", tmp_path / "b.npz"
    np.save(good, texts)
    assert load_npy(good).tolist() == ["ook", "als"]
    texts.view(f"{order}u4")[4] = 0x11_0000
    np.save(good, texts)
    np.savez(bad, x=texts)
    for load in (lambda: load_npy(good), lambda: load_npz(bad)):
        with pytest.raises(InputError, match="no letters"):
            load()
