"""How long the disk lasts: the pace, what is refused, what is said and when, what is spared."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.commands.record import Record
from bk_realtime.engine.disk_watch import DiskWatch
from bk_realtime.engine.voice_file import VoiceFile
from bk_realtime.errors import FileError
from bk_realtime.recorder.care import Care
from bk_realtime.recorder.target import recording_path
from bk_realtime.session.disk import DiskRoom, bytes_in, in_words, own_pace, pace, refuse_full_disk
from bk_realtime.session.settings import DiskPolicy
from bk_realtime.xdf import XdfWriter, info_xml, read_xdf

AMP = StreamDescription("amp", "sEEG", "a", 1024.0, ("x",) * 32, ("uV",) * 32, "int16")
MIC = StreamDescription("mic", "Audio", "m", 22050.0, ("m",), ("",), "float32")
CUES = StreamDescription("cues", "Markers", "c", 0.0, ("c",), ("",), "string")


class Disk:
    """A disk that is turned by hand: ``free`` bytes of it, ``written`` of the recording."""

    def __init__(self, free: float, expected: float = 1e6) -> None:
        self.free, self.written, self.broken = free, 0.0, False
        self.room = DiskRoom(Path(), lambda: int(self.written), lambda: expected, self.usage)

    def usage(self, _: Path) -> Any:
        if self.broken:
            raise OSError(5, os.strerror(5))
        return SimpleNamespace(free=int(self.free))

    def write(self, n: float, others: float = 0.0) -> None:
        self.written, self.free = self.written + n, self.free - n - others


def test_the_pace_is_that_of_a_written_file(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(AMP))
        writer.add_stream(2, info_xml(MIC))
        for k in range(320):  # 5 s in packets of 16 samples, and the same of sound
            writer.write(1, k / 64 + np.arange(16) / 1024, np.ones((16, 32), np.int16), 1e-7)
            writer.write(2, k / 64 + np.arange(344) / 22050, np.ones((344, 1), np.float32), 1e-7)
    assert pace([AMP, MIC]) * 5 == pytest.approx(path.stat().st_size, rel=0.1)
    assert 0 < pace([CUES]) < 1000
    assert own_pace(22050, 22050 / 256, 80, 128) == pytest.approx(22050 * 9.5 + 86.13 * 850 + 30e3, rel=0.01)


@pytest.mark.parametrize(("free", "fits"), [(599e6, False), (601e6, True)])
def test_less_than_ten_minutes_are_refused(tmp_path: Path, free: float, fits: bool) -> None:
    def start() -> None:
        refuse_full_disk(tmp_path / "not" / "there", 1e6, 10.0, lambda place: Disk(free).usage(place))

    if fits:
        start()
    else:
        with pytest.raises(
            FileError, match=r"599 MB are free, 10\.0 minutes .* expected at least 10: .*--disk-least-min"
        ):
            start()
    refuse_full_disk(tmp_path, 1e6, 0.0, Disk(0.0).usage)  # 0: never refused


def test_a_recording_of_nothing_yet_needs_room_too(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        refuse_full_disk(tmp_path, 0.0, 10.0, Disk(50e6).usage)


def test_hours_by_the_pace_expected_then_measured_also_of_others() -> None:
    disk = Disk(free=3.6e9, expected=1e6)
    assert disk.room.hours(0.0) == pytest.approx(1.0)
    for second in range(1, 31):  # twice the pace expected
        disk.write(2e6)
        hours = disk.room.hours(float(second))
    assert hours == pytest.approx(disk.free / 2e6 / 3600)
    for second in range(31, 160):  # another program takes as much again
        disk.write(2e6, others=2e6)
        hours = disk.room.hours(float(second))
    assert hours == pytest.approx(disk.free / 4e6 / 3600, rel=0.02)
    for second in range(160, 300):  # nothing is sent any more: what was expected counts
        hours = disk.room.hours(float(second))
    assert hours == pytest.approx(disk.free / 1e6 / 3600)


def watch(disk: Disk) -> tuple[DiskWatch, list[dict[str, Any]], list[str]]:
    """A watch, its events, and what was spared."""
    events: list[dict[str, Any]] = []
    spared: list[str] = []
    watching = DiskWatch(disk.room, DiskPolicy(), events.append)
    watching.spare = lambda: spared.append("voice")
    return watching, events, spared


def test_few_hours_stand_as_a_fault_and_what_can_be_made_again_is_spared() -> None:
    disk = Disk(free=0.0)
    watching, events, spared = watch(disk)
    disk.room.hours = lambda _: disk.free / 3.6e9  # type: ignore[method-assign]
    now = 0.0
    said = []
    for minutes in (90, 61, 59, 58, 31, 29, 20, 9, 6, 4, 3, 2):
        disk.free, now = minutes * 60e6, now + 2.5
        watching.look(now)
        said.append(len(events))
    #                      90 61 59 58 31 29 20  9  6  4  3  2
    assert np.diff([0, *said]).tolist() == [0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0]
    assert all(event["event"] == "disk" and event["active_fault"] == "disk" for event in events)
    assert events[0]["text"] == "the disk is full in 59 minutes: free some room"
    assert events[-1]["text"].endswith("what can be made again from the recording is not written any more")
    assert spared == ["voice"]
    assert watching.figures()["disk_hours"] == pytest.approx(2 / 60)
    disk.free = 71 * 60e6  # over the limit, but not by enough
    watching.look(now + 3)
    assert len(events) == 4
    disk.free = 75 * 60e6
    watching.look(now + 6)
    assert (events[-1]["event"], events[-1]["corrected"]) == ("disk right", "disk")


def test_somebody_who_copies_a_large_file_ends_no_recording_of_the_voice(tmp_path: Path) -> None:
    """What is spared is spared for good: not because of a minute in which others write fast."""
    disk = Disk(free=100e9)
    watching, events, spared = watch(disk)
    recorder = care(tmp_path / "session.xdf", disk, [], session=tmp_path)
    recorder._room = disk.room
    recorder.begin([AMP], [SimpleNamespace(description=AMP, lost=False)], 0.0)  # type: ignore[list-item]
    for now in range(0, 60, 3):
        watching.look(float(now))
        recorder._look_at_disk(float(now))
        disk.write(3e6, others=3 * 500e6)
    assert events[-1]["text"] == "the disk is full in 3 minutes: free some room"
    assert (spared, recorder.spare) == ([], False)
    disk.free = 250e6  # 4 minutes by the recording alone
    watching.look(60.0)
    recorder._look_at_disk(60.0)
    recorder.close()
    assert (spared, recorder.spare) == (["voice"], True)


def test_a_disk_that_does_not_say_is_a_fault_once() -> None:
    disk = Disk(free=1e12)
    watching, events, _ = watch(disk)
    disk.broken = True
    for now in (0.0, 2.5, 5.0):
        watching.look(now)
    assert [event["text"] for event in events] == [f"how long the disk lasts cannot be told: {os.strerror(5)}"]
    assert watching.figures()["disk_hours"] is None
    disk.broken = False
    watching.look(7.5)
    assert events[-1]["corrected"] == "disk"


def test_the_voice_file_takes_no_more_and_stays_whole(tmp_path: Path) -> None:
    import soundfile

    voice = VoiceFile(tmp_path / "v.wav", 22050)
    voice.write(np.full(500, 0.25, np.float32))
    voice.end()
    voice.write(np.full(700, 0.5, np.float32))
    voice.drain()
    voice.close()
    sound, _ = soundfile.read(tmp_path / "v.wav", dtype="float32")
    np.testing.assert_array_equal(sound, np.full(500, 0.25, np.float32))
    assert voice.events() == []


def care(path: Path, disk: Disk, said: list[str], session: Path | None = None) -> Care:
    return Care(path, DiskPolicy(), (), 3.0, said.append, session, disk.usage)


def test_a_recorder_by_itself_refuses_and_warns(tmp_path: Path) -> None:
    path, said = tmp_path / "x.xdf", list[str]()
    path.touch()
    disk = Disk(free=pace([AMP, MIC]) * 60 * 9)
    with pytest.raises(FileError, match=r"are free, 9\.0 minutes"):
        care(path, disk, said).begin([AMP, MIC], [], 0.0)
    of_session = care(path, disk, said, session=tmp_path)  # what is to be refused was refused before
    of_session.begin([AMP, MIC], [], 0.0)
    of_session.close()
    disk.free = pace([AMP]) * 3600 * 0.75
    alone = care(path, disk, said)
    stream = SimpleNamespace(description=AMP, lost=False)
    alone.begin([AMP], [stream], 0.0)  # type: ignore[list-item]
    alone.look(1.0)
    alone.look(4.0)
    assert said == ["warning: the disk is full in 45 minutes: free some room"]
    assert alone.in_words() == "; the disk lasts 45 minutes"
    assert not alone.spare  # it records what it was asked to record


def test_what_was_spared_is_missing_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    """The file is whole as far as it goes; that the voice is not in all of it is no whole recording."""

    class Spares:
        def __init__(self, path: Path, predicate: str, say: object, session: str, care: Care) -> None:
            care.spare = True

        def run(self, *_: object, **__: object) -> None:
            pass

        def close(self) -> dict[str, Any]:
            return {"streams": [], "problems": [], "complete": True, "bytes": 9, "sha256": "0", "chain": {}}

    monkeypatch.setattr("bk_realtime.commands.record.asked_to_end", threading.Event)
    monkeypatch.setattr("bk_realtime.recorder.recorder.Recorder", Spares)
    assert Record(out=tmp_path / "x.xdf").run() == 1
    assert "voice, mel, features and attention are not recorded to the end: the disk was nearly full" in caplog.text


def test_a_failed_recording_is_not_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next recorder waits for the end of this one."""
    asked: list[bool] = []

    class Fails:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def run(self, *_: object, **__: object) -> None:
            raise FileError("the disk took no more")

        def close(self, read_back: bool = True) -> None:
            asked.append(read_back)

    monkeypatch.setattr("bk_realtime.commands.record.asked_to_end", threading.Event)
    monkeypatch.setattr("bk_realtime.recorder.recorder.Recorder", Fails)
    with pytest.raises(FileError, match="took no more"):
        Record(out=tmp_path / "x.xdf").run()
    assert asked == [False]


def test_a_file_that_goes_while_it_is_counted(tmp_path: Path) -> None:
    class Folder:
        def iterdir(self) -> list[Any]:
            return [tmp_path / "half.part", kept, Gone(tmp_path / "gone")]

    class Gone(type(tmp_path)):  # type: ignore[misc]
        def is_file(self) -> bool:
            return True

    kept = tmp_path / "kept"
    kept.write_bytes(bytes(5))
    assert bytes_in(Folder()) == 5  # type: ignore[arg-type]


def test_words() -> None:
    assert [in_words(h) for h in (0.05, 1.5, 2.25, 60.0, 1e6)] == [
        "3 minutes", "90 minutes", "2.2 hours", "2 days", "more than a month",
    ]  # fmt: skip


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB and 8 files."""
    place = tmp_path / "small"
    place.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system takes root on Linux")
    options = ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=8", "tmpfs", str(place)]
    if subprocess.run(options, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)  # lazily: a map of a file may still live


def test_a_real_disk_that_fills_up(small_disk: Path) -> None:
    path = small_disk / "x.xdf"
    with pytest.raises(FileError, match=r"1 MB are free, 0\.\d minutes"):
        refuse_full_disk(small_disk, pace([AMP]), 10.0)
    room = DiskRoom(small_disk, lambda: bytes_in(small_disk), lambda: pace([AMP]))
    writer = XdfWriter(path)
    writer.add_stream(1, info_xml(AMP))
    written, hours = 0, [room.hours(0.0)]
    with pytest.raises(FileError) as full:  # noqa: PT012  # what was written before counts
        for second in range(100):
            writer.write(1, second + np.arange(1024) / 1024, np.ones((1024, 32), np.int16), 1e-7)
            written += 1024
            hours.append(room.hours(second + 1.0))
    writer.close()
    assert f"the disk took no more (No space left on device); saved and readable: {written} samples of amp" in str(
        full.value
    )
    assert hours == sorted(hours, reverse=True)
    assert hours[-1] * 3600 < 2  # at the last, there were less than two seconds
    assert len(read_xdf(path)[0]) == written
    for k in range(20):
        try:
            (small_disk / f"{k}").touch()
        except OSError:
            break
    with pytest.raises(FileError, match="there is no room for a new file"):
        recording_path(small_disk / "y.xdf", datetime.now())
