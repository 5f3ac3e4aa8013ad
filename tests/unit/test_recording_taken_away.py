"""A recording that somebody removes, cuts off or renames while it is written: said at once, never found at the end."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bk_realtime.errors import FileError
from bk_realtime.processes.recordings import next_recording
from bk_realtime.recorder.care import Care
from bk_realtime.recorder.whole import check_whole
from bk_realtime.session.settings import DiskPolicy
from bk_realtime.xdf import XdfWriter, info_xml
from tests.unit.test_disk import AMP

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody remove a file that is open")


@pytest.fixture
def writer(tmp_path: Path) -> XdfWriter:
    writer = XdfWriter(tmp_path / "session.xdf", session="s")
    writer.add_stream(1, info_xml(AMP))
    return writer


def write(writer: XdfWriter) -> None:
    writer.write(1, np.arange(4) / 1024, np.ones((4, 32), np.int16))


def test_a_file_that_was_removed_ends_the_recording_and_the_next_has_another_name(
    writer: XdfWriter,
) -> None:
    write(writer)
    writer.path.unlink()
    with pytest.raises(FileError, match=r"the file was removed while it was written, and all \d+ bytes of it are lost"):
        write(writer)
    assert writer.failed
    writer.close()
    # its chain is still there: under that name no recorder would begin, and nothing more be recorded
    assert next_recording(writer.path.parent).name == "session_2.xdf"


def test_a_file_that_another_program_cuts_off_ends_the_recording(writer: XdfWriter) -> None:
    write(writer)
    os.truncate(writer.path, 100)
    with pytest.raises(FileError, match=rf"cut the file off at byte 100 of {writer.n_bytes}"):
        write(writer)


def test_a_disk_that_tells_sizes_of_before_or_does_not_answer_ends_no_recording(
    writer: XdfWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for found in (os.fstat(writer._file._fd), None):  # a while ago; not at all

        def fstat(fd: int, found: os.stat_result | None = found) -> os.stat_result:
            if found is None:
                raise OSError(116, "Stale file handle")
            return found

        with monkeypatch.context() as patched:
            patched.setattr(os, "fstat", fstat)
            write(writer)
            write(writer)
    os.truncate(writer.path, 100)
    with pytest.raises(FileError, match="cut the file off at byte 100"):
        write(writer)


def test_a_file_that_was_renamed_is_written_on_and_where_it_is_not_is_said(writer: XdfWriter) -> None:
    said: list[str] = []
    disk = SimpleNamespace(free=10**12)
    care = Care(writer.path, DiskPolicy(), (), 3.0, said.append, usage=lambda _: disk)
    care.begin([AMP], [SimpleNamespace(description=AMP, lost=False)], 0.0)  # type: ignore[list-item]
    care.look(2.0)
    other = writer.path.rename(writer.path.with_name("patient.xdf"))
    for now in (4.0, 6.0):
        write(writer)
        care.look(now)
    assert said == ["warning: session.xdf was renamed or moved and is recorded on there: put it back"]
    disk.free = 10**8  # it fills the disk where it is now, too
    care.look(7.0)
    care.look(8.0)
    assert said.pop().startswith("warning: the disk is full in ")
    other.rename(writer.path)
    care.look(10.0)
    assert said[1:] == ["session.xdf is at its place again"]
    writer.path.rename(other)
    writer.close()
    assert other.stat().st_size == writer.n_bytes
    with pytest.raises(FileError, match=rf"renamed or moved while it was recorded.*all {writer.n_bytes} bytes"):
        check_whole(writer, [], said.append)
