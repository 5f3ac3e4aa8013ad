"""`--expect` and the disk with real streams: what is refused before the start, and what is said while it runs."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pylsl
import pytest

from bk_realtime.__main__ import main
from bk_realtime.errors import FileError, StreamError
from bk_realtime.recorder.care import Care
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.recorder.start import look_around
from bk_realtime.session.control import ControlServer
from bk_realtime.session.names import OWN
from bk_realtime.session.settings import DiskPolicy
from bk_realtime.xdf import read_xdf
from tests.engine_fakes import tiny_bundle

pytestmark = pytest.mark.lsl
RATE = 200.0


class Lab:
    """An amplifier, a microphone, markers and a voice, sent from here; what is in ``silent`` sends nothing."""

    def __init__(self) -> None:
        self.id = f"lab-{uuid.uuid4().hex}"
        self.predicate = f"contains(source_id,'{self.id}')"
        self.silent: set[str] = set()
        self.outlets = {
            name: pylsl.StreamOutlet(pylsl.StreamInfo(name, kind, 1, rate, form, source_id))
            for name, kind, rate, form, source_id in (
                ("Amp", "sEEG", RATE, "float32", f"{self.id}-amp"),
                ("Microphone", "Audio", RATE, "float32", f"{self.id}-mic"),
                ("BrainKaraoke-audio", "Audio", RATE, "float32", f"{OWN}{self.id}-audio"),
                ("Stimulus", "Markers", 0.0, "string", f"{self.id}-cues"),
            )
        }
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._send, daemon=True)
        self.thread.start()

    def _send(self) -> None:
        while not self.ended.wait(0.02):
            for name, outlet in list(self.outlets.items()):
                if name != "Stimulus" and name not in self.silent:
                    outlet.push_chunk(np.zeros((4, 1), np.float32))

    def close(self) -> None:
        self.ended.set()
        self.thread.join()
        self.outlets.clear()  # whoever still holds this object must not keep the streams visible


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


def look(lab: Lab, *expect: str, timeout_s: float = 60.0) -> list[str]:
    """Names of what is there, and what is said."""
    said: list[str] = []
    found = look_around(lab.predicate, expect, timeout_s, threading.Event(), said.append)
    return sorted(d.name for d in found) + said


def test_all_that_is_expected_is_there(lab: Lab) -> None:
    assert look(lab, "audio", f"{lab.id}-AMP", "Stimulus") == [
        *("Amp", "BrainKaraoke-audio", "Microphone", "Stimulus"),
        "'Stimulus' is there; no sample yet",
    ]


def test_the_one_that_fails_is_named_with_what_is_there(lab: Lab) -> None:
    lab.silent.add("Microphone")
    with pytest.raises(StreamError) as refused:
        look(lab, "Audio", "Amp", timeout_s=2.0)  # the decoded voice, which is there, is no microphone
    assert str(refused.value).startswith(
        "--expect Audio: 'Microphone' is announced and sends nothing within 2 s; visible: "
    )
    assert f"'Stimulus' (type Markers, source_id '{lab.id}-cues')" in str(refused.value)
    lab.silent.clear()
    del lab.outlets["Microphone"]  # LSL announces it for a while: that is not enough
    with pytest.raises(StreamError, match="--expect Microphone: "):
        look(lab, "Microphone", timeout_s=2.0)
    with pytest.raises(StreamError, match="--expect Camera: no such stream within"):
        look(lab, "Camera", "Amp", timeout_s=2.0)


def test_run_starts_nothing_without_them(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = tiny_bundle(tmp_path / "model").path, tmp_path / "out"
    command = ["run", "--bundle", str(model), "--out", str(out), "--headless", "--timeout-s", "0.6"]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--expect", "Amp", "Camera"])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: --expect Camera: no such stream within 0.6 s; visible: ")
    assert not out.exists()


def test_run_starts_nothing_on_a_full_disk(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bk_realtime.commands import run
    from bk_realtime.session import disk

    seen: list[float] = []

    def nearly_full(folder: Path, expected: float, least_min: float) -> None:
        seen.append(expected)
        disk.refuse_full_disk(folder, expected, least_min, lambda _: SimpleNamespace(free=int(expected * 500)))

    monkeypatch.setattr(run, "refuse_full_disk", nearly_full)
    model, out = tiny_bundle(tmp_path / "model").path, tmp_path / "out"
    with pytest.raises(SystemExit) as ended:
        main(["run", "--bundle", str(model), "--out", str(out), "--headless"])
    assert ended.value.code == 2
    assert "8.3 minutes of recording at" in capsys.readouterr().err
    assert seen[0] > 22050 * 8  # the voice, twice, whatever else is sent
    assert not out.exists()


def test_a_stream_that_fails_in_a_session_is_a_fault_until_it_is_back(lab: Lab, tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []
    usage = SimpleNamespace(free=10**12)
    care = Care(
        tmp_path / "session.xdf", DiskPolicy(), ("Microphone", "Stimulus"), 0.6, print, tmp_path, lambda _: usage
    )
    recorder = Recorder(tmp_path / "session.xdf", lab.predicate, say=print, care=care)
    ended = threading.Event()
    running = threading.Thread(target=recorder.run, args=(ended,), kwargs={"every_s": 0.05})
    running.start()

    def wait_for(n: int) -> None:
        end = time.monotonic() + 60
        while len(heard) < n:
            assert time.monotonic() < end, heard
            time.sleep(0.02)

    time_to_find = time.monotonic() + 60
    while len(recorder.counts) < 4:
        assert time.monotonic() < time_to_find
        time.sleep(0.02)
    lab.silent.add("Microphone")
    with ControlServer(lambda command: heard.append(command) or {}) as server:  # the engine starts only now
        server.write_file(tmp_path)
        wait_for(1)
        lab.silent.clear()
        wait_for(2)
        del lab.outlets["Stimulus"]
        wait_for(3)
        usage.free = 1000  # the disk fills up: the voice is spared, the rest goes on
        wait_for(4)
        for _ in range(2):  # what was on its way when that was said is written; nothing comes after
            before = recorder.counts
            time_to_go_on = time.monotonic() + 60
            while recorder.counts["Amp (sEEG)"] < before["Amp (sEEG)"] + 60:
                assert time.monotonic() < time_to_go_on
                time.sleep(0.02)
        assert recorder.counts["BrainKaraoke-audio (Audio)"] == before["BrainKaraoke-audio (Audio)"]
        ended.set()
        running.join()
        report = recorder.close()
    assert [command["command"] for command in heard] == ["notice"] * 4
    assert heard[0]["active_fault"] == heard[1]["corrected"] == "expected Microphone"
    assert "it is announced still" in heard[0]["text"]
    assert heard[2]["active_fault"] == "expected Stimulus"
    assert "not announced any more" in heard[2]["text"]
    assert "voice, mel, features and attention are not recorded any more" in heard[3]["text"]
    assert report is not None
    assert report["complete"]
    assert {s.description.name for s in read_xdf(tmp_path / "session.xdf") if len(s)} >= {"Amp", "Microphone"}


def test_record_refuses_a_full_disk_before_it_makes_a_file(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    care = Care(path, DiskPolicy(), (), 3.0, print, usage=lambda _: SimpleNamespace(free=10_000))
    recorder = Recorder(path, lab.predicate, say=print, care=care)
    with pytest.raises(FileError, match="minutes of recording at"):
        recorder.run(threading.Event(), 5.0)
    assert recorder.close() is None
    assert not path.exists()
