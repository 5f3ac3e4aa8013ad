"""`--expect` and the disk with real streams: what is refused before the start, and what is said while it runs."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pylsl
import pytest

from bk_realtime.__main__ import main
from bk_realtime.engine.active_faults import update_faults
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


def until(true: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


class Lab:
    """An amplifier, a microphone, markers and a voice, sent from here; what is in ``silent`` sends nothing."""

    def __init__(self) -> None:
        self.id = f"lab-{uuid.uuid4().hex}"
        self.predicate = f"contains(source_id,'{self.id}')"
        self.silent: set[str] = set()
        self.rounds = 0
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
            self.rounds += 1

    def silence(self, name: str) -> None:
        """Nothing of it is sent from now on."""
        self.silent.add(name)
        last = self.rounds + 2  # the round that is under way may still send it
        until(lambda: self.rounds >= last)

    def close(self) -> None:
        self.ended.set()
        self.thread.join()
        self.outlets.clear()  # whoever still holds this object must not keep the streams visible


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


PATIENCE_S = (2.0, 20.0, 60.0)
"""In so many seconds all that is there is found; the longer ones where the machine is busy."""


def refused(lab: Lab, *expect: str, knows: tuple[str, ...] = ()) -> str:
    """Why that is refused, by one that has found the streams ``knows``."""
    for seconds in PATIENCE_S:
        with pytest.raises(StreamError) as caught:
            look_around(lab.predicate, expect, seconds, threading.Event(), print)
        answer = str(caught.value).replace(f" within {seconds:g} s", " in time")
        if all(f"'{name}' (type " in answer for name in knows) and "--expect Amp" not in answer:
            break
    return answer


def test_all_that_is_expected_is_there(lab: Lab) -> None:
    said: list[str] = []
    # a stream that is not expected may be found too late on a busy machine
    expect = ("audio", f"{lab.id}-AMP", "Stimulus", "BrainKaraoke-audio")
    found = look_around(lab.predicate, expect, 240.0, threading.Event(), said.append)
    assert sorted(d.name for d in found) == ["Amp", "BrainKaraoke-audio", "Microphone", "Stimulus"]
    assert [line for line in said if "does not answer" not in line] == ["'Stimulus' is there; no sample yet"]


def test_the_one_that_fails_is_named_with_what_is_there(lab: Lab) -> None:
    lab.silence("Microphone")
    # the decoded voice, which is there, is no microphone
    answer = refused(lab, "Audio", "Amp", knows=("Microphone", "Stimulus"))
    assert answer.startswith("--expect Audio: 'Microphone' is announced and sends nothing in time; visible: ")
    assert f"'Stimulus' (type Markers, source_id '{lab.id}-cues')" in answer
    lab.silent.clear()
    del lab.outlets["Microphone"]  # LSL announces it for a while: that is not enough
    assert refused(lab, "Microphone").startswith("--expect Microphone: ")
    assert refused(lab, "Camera", "Amp", knows=("Amp",)).startswith("--expect Camera: no such stream in time")


def test_run_starts_nothing_without_them(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = tiny_bundle(tmp_path / "model").path, tmp_path / "out"
    command = ["run", "--bundle", str(model), "--out", str(out), "--headless", "--expect", "Amp", "Camera"]
    for seconds in ("0.6", "20", "60"):
        with pytest.raises(SystemExit) as ended:
            main([*command, "--timeout-s", seconds])
        assert ended.value.code == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert not out.exists()
        if "--expect Amp" not in line:  # where a busy machine has not found it yet
            break
    assert line.startswith(f"error: --expect Camera: no such stream within {seconds} s; visible: ")


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
    faults: dict[str, str] = {}

    def take(command: dict[str, Any]) -> dict[str, Any]:
        heard.append(command)  # as an engine does it
        update_faults(faults, {"event": "notice", "text": command["text"], "values": command})
        return {}

    usage = SimpleNamespace(free=10**12)
    care = Care(
        tmp_path / "session.xdf", DiskPolicy(), ("Microphone", "Stimulus"), 0.6, print, tmp_path, lambda _: usage
    )
    recorder = Recorder(tmp_path / "session.xdf", lab.predicate, say=print, care=care)
    ended = threading.Event()
    running = threading.Thread(target=recorder.run, args=(ended,), kwargs={"every_s": 0.05})
    running.start()

    until(lambda: len(recorder.counts) >= 4)
    lab.silence("Microphone")
    with ControlServer(take) as server:  # the engine starts only now
        server.write_file(tmp_path)
        # where the machine stands still they are said to fail, and to be back, more than once
        until(lambda: "it is announced still" in faults.get("expected Microphone", ""))
        lab.silent.clear()
        until(lambda: "expected Microphone" not in faults)
        del lab.outlets["Stimulus"]
        until(lambda: "not announced any more" in faults.get("expected Stimulus", ""))
        usage.free = 1000  # the disk fills up: the voice is spared, the rest goes on
        until(lambda: "voice recording" in faults)
        for _ in range(2):  # what was on its way when that was said is written; nothing comes after
            before = recorder.counts
            until(lambda before=before: recorder.counts["Amp (sEEG)"] >= before["Amp (sEEG)"] + 60)
        assert recorder.counts["BrainKaraoke-audio (Audio)"] == before["BrainKaraoke-audio (Audio)"]
        ended.set()
        running.join()
        report = recorder.close()
    assert {command["command"] for command in heard} == {"notice"}
    concerned = {command.get("active_fault", command.get("corrected")) for command in heard}
    assert concerned <= {*(f"expected {name}" for name in ("Microphone", "Stimulus")), "voice recording"}
    assert "voice, mel, features and attention are not recorded any more" in faults["voice recording"]
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
