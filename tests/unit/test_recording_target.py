"""Where a recording may go: every bad place is one line, and nothing is left there."""

from __future__ import annotations

import errno
import os
from datetime import datetime
from pathlib import Path

import pytest

from bk_realtime.errors import BkError
from bk_realtime.recorder.target import recording_path

NOW = datetime(2026, 1, 31, 9, 5, 7)


def refusal(out: Path) -> str:
    """What is said of a place; nothing is made."""
    with pytest.raises(BkError) as refused:
        recording_path(out, NOW)
    said = str(refused.value)
    assert said.isprintable()
    assert len(said.splitlines()) == 1
    return said


def test_a_file_is_named_or_a_folder_gets_one(tmp_path: Path) -> None:
    assert recording_path(tmp_path / "a" / "p.01.XDF", NOW) == tmp_path / "a" / "p.01.XDF"
    assert recording_path(tmp_path / "b" / "2026.01", NOW) == tmp_path / "b" / "2026.01" / "2026-01-31_09-05-07.xdf"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2026.01", "a", "b"]  # the file itself not yet


def test_what_exists_stays(tmp_path: Path) -> None:
    (tmp_path / "x.xdf").write_text("precious")
    (tmp_path / "dir.xdf").mkdir()
    (tmp_path / "link.xdf").symlink_to(tmp_path / "gone.xdf")
    assert "never overwritten" in refusal(tmp_path / "x.xdf")
    assert "never overwritten" in refusal(tmp_path / "link.xdf")  # also where it leads nowhere
    assert "is a folder" in refusal(tmp_path / "dir.xdf")
    assert "a file stands where a folder is expected" in refusal(tmp_path / "x.xdf" / "y.xdf")
    assert (tmp_path / "x.xdf").read_text() == "precious"


@pytest.mark.parametrize("name", ["x.edf", "x.xdfz", "x.xdf.gz", "notes.txt"])
def test_other_files_are_not_made_folders(tmp_path: Path, name: str) -> None:
    assert "expected NAME.xdf, or a folder" in refusal(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_without_ending_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "expected NAME.xdf, or a folder" in refusal(tmp_path / "file")


@pytest.mark.parametrize(
    "name",
    [
        "a:b.xdf",
        "what?.xdf",
        "a|b.xdf",
        "a\\b.xdf",
        "nul.xdf",
        "CON",
        "com1.2026.xdf",
        "LPT9.xdf",
        "rec. ",
        "rec.",
        ".xdf",
    ],
)
def test_names_that_not_every_system_takes(tmp_path: Path, name: str) -> None:
    refusal(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a\0b.xdf", "a\nb.xdf", "\x1b[31m.xdf", "sub\n/x.xdf", os.fsdecode(b"caf\xe9.xdf")])
def test_names_that_cannot_be_shown(tmp_path: Path, name: str) -> None:
    refusal(tmp_path / name)


def test_names_that_are_too_long(tmp_path: Path) -> None:
    assert "longer than this disk takes" in refusal(tmp_path / ("n" * 252 + ".xdf"))
    assert "longer than this disk takes" in refusal(tmp_path / ("n" * 300))
    assert "longer than this disk takes" in refusal(tmp_path.joinpath(*["n" * 200] * 30, "x.xdf"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "there is no room for a new file"),
        (errno.EROFS, "nothing can be written there"),
        (errno.EACCES, "nothing can be written there"),
        (errno.EIO, "no file can be made there"),
    ],
)
def test_what_the_disk_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    assert said in refusal(tmp_path / "x.xdf")
