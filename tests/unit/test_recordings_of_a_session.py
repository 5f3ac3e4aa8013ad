"""The files of one session's recorders: what they are called, and what none of them holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bk_realtime.processes.child import Child
from bk_realtime.processes.recordings import Checked
from bk_realtime.xdf import XdfWriter, info_xml
from tests.engine_fakes import SFREQ, description, noise
from tests.unit.test_supervisor import supervise


def test_names_of_recordings(tmp_path: Path) -> None:
    """A dead recorder that made no file leaves its name to the next; one that hangs may still make its own."""
    supervisor = supervise(tmp_path, 1)
    child = Child("recorder", ["--out", str(tmp_path / "session.xdf")])
    supervisor.care.name_recording(child)
    assert child.argv[-1] == str(tmp_path / "session.xdf")
    supervisor.care.aside.append(Child("recorder", list(child.argv)))
    supervisor.care.name_recording(child)
    assert child.argv[-1] == str(tmp_path / "session_2.xdf")
    (tmp_path / "session_2.xdf").touch()
    supervisor.care.name_recording(child)
    assert child.argv[-1] == str(tmp_path / "session_3.xdf")


def amplifier(path: Path, *stretches: tuple[float, float]) -> Path:
    """A recording of samples of those seconds."""
    writer = XdfWriter(path)
    writer.add_stream(1, info_xml(description(), {}))
    for start, stop in stretches:
        stamps = np.arange(round(start * SFREQ), round(stop * SFREQ)) / SFREQ
        writer.write(1, stamps, noise(len(stamps)))
    writer.close()
    return path


@pytest.mark.parametrize(
    ("first", "second", "missing"),
    [
        ([(0, 5)], [(3, 9)], 0.0),
        ([(0, 5)], [(7.5, 9)], 2.5),
        ([(0, 4), (6, 9)], [(3, 7)], 0.0),  # what the one that hung lacks, the other has
        ([(0, 4), (6, 9)], [(5, 7)], 1.0),
    ],
)
def test_what_no_file_holds_is_told(tmp_path: Path, first: list, second: list, missing: float) -> None:
    checked = Checked(lambda line: None)
    checked.add(amplifier(tmp_path / "session.xdf", *first), in_pieces=True)
    assert checked.holes() == {}
    checked.add(amplifier(tmp_path / "session_2.xdf", *second))
    assert checked.whole
    assert checked.holes() == ({"amp": pytest.approx(missing, abs=0.002)} if missing else {})


def test_a_gap_of_the_amplifier_is_no_hole_of_the_recorder(tmp_path: Path) -> None:
    checked = Checked(lambda line: None)
    checked.add(amplifier(tmp_path / "session.xdf", (0, 2), (4, 5)))
    checked.add(amplifier(tmp_path / "session_2.xdf", (4.5, 6)))
    assert checked.holes() == {}


def test_a_session_with_a_hole_between_its_files_is_not_whole(tmp_path: Path, caplog) -> None:
    amplifier(tmp_path / "session.xdf", (0, 5))
    amplifier(tmp_path / "session_2.xdf", (7.5, 9))
    assert supervise(tmp_path, 0, seconds=0.0).run() == 1
    assert "2.5 s of amp are in none of the files" in caplog.text
