"""A recording replayed over real LSL: every value, every relation between stamps, every word of the metadata."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pylsl
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.commands.replay import Replay
from bk_realtime.errors import BkError
from bk_realtime.replay.faults import Fault
from bk_realtime.replay.streamer import Streamer
from bk_realtime.xdf import XdfStream, XdfWriter, info_xml, read_xdf, stream_description

pytestmark = pytest.mark.lsl


def write(path: Path, seconds: float = 1.5) -> list[XdfStream]:
    """Jittered sEEG with a gap, a microphone, whole numbers and markers, all on one axis."""
    rng = np.random.default_rng(5)
    neural = StreamDescription("amp", "sEEG", "amp-1", 512.0, ("A1", "A2", "B'1"), ("microvolts",) * 3)
    audio = StreamDescription("mic", "Audio", "", 8000.0, ("mono",), ("",))
    count = StreamDescription("count", "Trigger", "c", 100.0, ("x",), ("",), "int16")
    marks = StreamDescription("words", "Markers", "w", 0.0, ("text", "more"), ("", ""), "string")
    with XdfWriter(path) as writer:
        for i, said in enumerate((neural, audio, count, marks), 1):
            writer.add_stream(
                i, info_xml(said, {"simulated": "true", "acquisition/maker": "a & <b>"} if i == 1 else {})
            )
        n = int(512 * seconds)
        stamps = 700 + np.arange(n) / 512 + rng.normal(scale=1e-4, size=n)
        stamps[n // 2 :] += 0.2
        writer.write(1, stamps, rng.normal(size=(n, 3)).astype(np.float32))
        m = int(8000 * seconds)
        writer.write(2, 700.0123 + np.arange(m) / 8000, rng.normal(size=(m, 1)).astype(np.float32))
        writer.write(3, 700.5 + np.arange(50) / 100, rng.integers(-30000, 30000, (50, 1)).astype(np.int16))
        writer.write(4, [700.25, 700.75, 701.0], [["één", "a"], ["<two>", ""], ["3", "c"]])
    return read_xdf(path)


class Listener:
    """Inlets on all streams of a replay, with everything they get."""

    def __init__(self, streamer: Streamer) -> None:
        self.inlets, self.xml = [], []
        for source_id in streamer.source_ids:
            (info,) = pylsl.resolve_byprop("source_id", source_id, timeout=60)
            inlet = pylsl.StreamInlet(info, recover=True)
            inlet.open_stream(timeout=60)
            self.xml.append(inlet.info(timeout=60).as_xml())
            self.inlets.append(inlet)
        self.data: list[list] = [[] for _ in self.inlets]  # type: ignore[type-arg]
        self.stamps: list[list[float]] = [[] for _ in self.inlets]

    def close(self) -> None:
        """Before the outlets go: an inlet without a sender searches for it and holds ports meanwhile."""
        self.inlets.clear()

    def pull(self) -> None:
        for inlet, data, stamps in zip(self.inlets, self.data, self.stamps, strict=True):
            values, times = inlet.pull_chunk(timeout=0.0, max_samples=8192)
            data += values
            stamps += times

    def listen(self, streamer: Streamer, **how: Any) -> None:
        """Pull while the replay runs, and until all it sent is here."""
        player = threading.Thread(target=streamer.run, kwargs=how)
        player.start()
        end = time.monotonic() + 240
        while (player.is_alive() or [len(s) for s in self.stamps] != streamer.sent) and time.monotonic() < end:
            self.pull()
            time.sleep(0.01)
        player.join()


def test_loopback_is_exact(tmp_path: Path) -> None:
    recorded = write(tmp_path / "x.xdf")
    streamer = Streamer(tmp_path / "x.xdf")
    try:
        listener = Listener(streamer)
        began = pylsl.local_clock()
        listener.listen(streamer)
        assert began < listener.stamps[0][0] < pylsl.local_clock()
        shift = listener.stamps[0][0] - recorded[0].stamps[0]
        for stream, data, stamps in zip(recorded, listener.data, listener.stamps, strict=True):
            if stream.description.channel_format == "string":
                assert data == stream.data
            else:
                np.testing.assert_array_equal(np.array(data, stream.data.dtype), stream.data)
            np.testing.assert_allclose(np.array(stamps) - shift, stream.stamps, atol=1e-6)
        for stream, xml, source_id in zip(recorded, listener.xml, streamer.source_ids, strict=True):
            heard, said = stream_description(xml), stream.description
            assert heard.source_id == source_id
            assert source_id.startswith("replay-")
            for field in ("name", "type", "sfreq", "labels", "units", "channel_format"):
                assert getattr(heard, field) == getattr(said, field)
            assert heard.extra.items() >= said.extra.items()
            assert heard.extra["replay_of"] == "x.xdf"
            assert heard.extra["replay_source_id"] == said.source_id
        assert stream_description(listener.xml[0]).extra["simulated"] == "true"
        assert len(set(streamer.source_ids)) == 4
    finally:
        streamer.close()


def test_loop_and_speed_over_lsl(tmp_path: Path) -> None:
    recorded = write(tmp_path / "x.xdf")[0]
    streamer = Streamer(tmp_path / "x.xdf", speed=4.0, loop=True)
    try:
        listener = Listener(streamer)
        n = len(recorded)
        listener.listen(streamer, stopped=lambda: streamer.sent[0] > 2.5 * n)
        assert len(listener.stamps[0]) > 2 * n
        data = np.array(listener.data[0], np.float32)
        np.testing.assert_array_equal(data[n : 2 * n], recorded.data)
        seam = listener.stamps[0][n] - listener.stamps[0][n - 1]
        assert seam == pytest.approx(1 / 512 / 4, abs=1e-5)
        assert np.ptp(listener.stamps[0][:n]) == pytest.approx(np.ptp(recorded.stamps) / 4, abs=1e-6)
    finally:
        streamer.close()


def test_a_dropped_stream_comes_back(tmp_path: Path) -> None:
    write(tmp_path / "x.xdf", seconds=9)  # the inlet may be slow to find it again
    streamer = Streamer(tmp_path / "x.xdf", faults=[Fault("drop", 1.0, 1.0)])
    try:
        listener = Listener(streamer)
        player = threading.Thread(target=streamer.run)
        player.start()
        end = time.monotonic() + 240
        while (player.is_alive() or len(listener.stamps[1]) < 72000) and time.monotonic() < end:
            listener.pull()  # until all that the others sent is here
            time.sleep(0.01)
        player.join()
        stamps = np.array(listener.stamps[0])
        assert np.diff(stamps).max() > 0.9
        assert stamps[-1] - stamps[0] > 8
        assert len(stamps) < 512 * 8.2
        assert len(listener.stamps[1]) == 72000  # the others noticed nothing
    finally:
        streamer.close()


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bk_realtime", "replay", *args], capture_output=True, text=True, timeout=240, check=False
    )


def test_command(tmp_path: Path) -> None:
    write(tmp_path / "x.xdf")
    done = run(str(tmp_path / "x.xdf"), "--speed", "10", "--fault", "gap:0.5:0.25")
    assert done.returncode == 0, done.stderr
    assert "amp (sEEG) SIMULATED: 640 samples" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("sent 640 of amp, 12000 of mic, 50 of count, 3 of words")


@pytest.fixture
def _own_signals() -> Iterator[None]:
    """The command takes over Ctrl-C and SIGTERM; give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_own_signals")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"speed": 0.0}, "speed above 0"),
        ({"start_s": 100.0}, "cannot start"),
        ({"fault": ("gap:1:1", "flood:1")}, "unknown"),
        ({"wait_for_consumer": True, "timeout_s": 0.3}, "nobody listened"),
        ({"wait_for": "name='nobody-sends-this'", "timeout_s": 0.3}, "no LSL stream"),
    ],
)
def test_wrong_options(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    write(tmp_path / "x.xdf")
    with pytest.raises(BkError, match=said) as raised:
        Replay(tmp_path / "x.xdf", **wrong).run()
    assert "\n" not in str(raised.value)


def test_command_on_a_missing_file(tmp_path: Path) -> None:
    done = run(str(tmp_path / "nowhere.xdf"))
    assert done.returncode == 2
    assert done.stderr == f"error: {tmp_path / 'nowhere.xdf'}: no such file\n"


@pytest.mark.shared_data
def test_real_files_replay_without_fault(shared_data: Path) -> None:
    files = sorted((shared_data / "xdf").glob("*.xdf"))
    assert len(files) == 6
    for path in files:
        streamer = Streamer(path, speed=1000.0)
        try:
            listener = Listener(streamer)
            listener.listen(streamer)
            for stream, data in zip(read_xdf(path), listener.data, strict=True):
                if stream.description.channel_format == "string":
                    assert data == stream.data
                else:
                    np.testing.assert_array_equal(
                        np.array(data, stream.data.dtype).reshape(stream.data.shape), stream.data
                    )
            listener.close()
        finally:
            streamer.close()
