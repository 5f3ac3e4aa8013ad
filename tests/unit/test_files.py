"""Atomic files: the old content or the new, never half of it, and nothing left beside it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bk_realtime.files import atomic, write_bytes, write_text


def test_written_whole_into_new_folders(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "x.json", "ü\n")
    assert (tmp_path / "a" / "b" / "x.json").read_bytes() == "ü\n".encode()
    write_bytes(tmp_path / "a" / "b" / "x.json", b"new")
    assert [p.name for p in (tmp_path / "a" / "b").iterdir()] == ["x.json"]
    assert (tmp_path / "a" / "b" / "x.json").read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "x.json"
    link.symlink_to(tmp_path / "disk" / "real.json")
    for text in ("first", "second"):
        write_text(link, text)
        assert link.is_symlink()
        assert (tmp_path / "disk" / "real.json").read_text() == text
    assert len(list(tmp_path.rglob("*"))) == 3


def test_a_failure_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(b"old")

    def fail() -> None:
        with atomic(path) as part:
            assert part.suffix == ".npz"
            part.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
