"""A file that only grows: whole pieces, and why it ended."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from bk_realtime.errors import FileError
from bk_realtime.xdf.growing import GrowingFile


def test_pieces_stand_behind_each_other_and_nothing_after_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x"
    file = GrowingFile(path, lambda: 3.0, None, lambda: "")
    file.append(b"one")
    file.append(b"two")
    assert (path.read_bytes(), file.n_bytes, file.began) == (b"onetwo", 6, 3.0)
    assert file.sha256 == hashlib.sha256(b"onetwo").hexdigest()
    file.close()
    with pytest.raises(ValueError, match="write after close"):
        file.append(b"three")
    with pytest.raises(FileError, match="never overwritten"):
        GrowingFile(path, lambda: 3.0, None, lambda: "")


def test_half_a_piece_is_taken_back_and_what_is_saved_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, write = tmp_path / "x", os.write
    file = GrowingFile(path, lambda: 0.0, None, lambda: "5 words")
    file.append(b"whole")

    def full(fd: int, rest: memoryview) -> int:
        if len(rest) < 5:
            raise OSError(28, "No space left on device")
        return write(fd, rest[:3])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(FileError, match="saved and readable: 5 words in 5 bytes; free space"):
        file.append(b"piece")
    assert path.read_bytes() == b"whole"
    assert file.failure
    with pytest.raises(FileError, match="took no more"):
        file.append(b"more")
    file.close()
