"""The watch of a session over real LSL: an amplifier that holds the microphone's sound, and one that does not."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pylsl
import pytest

from bk_realtime.processes.child import Child
from bk_realtime.session.control import ControlServer
from bk_realtime.session.folder import Session, write_session
from bk_realtime.session.settings import InletSettings, SessionSettings
from bk_realtime.source.microphone import MicrophoneSearch
from tests.bench.contamination import NOISE, RATE, session
from tests.engine_fakes import tiny_bundle
from tests.lsl.outlets import make_outlet

pytestmark = pytest.mark.lsl
SFREQ, SECONDS = 512, 30
FASTER = 8
"""Times real time, with the stamps of real time: it catches up with the present at the end."""
BEHIND_S = SECONDS * (1 - 1 / FASTER)
"""So old are the stamps until then: stamps that were ahead of the present would not be believed."""
SETTLED_S = 6
"""So long, in real time, stamps that went back are looked at before they are believed again, and a second more."""


@pytest.mark.parametrize(
    ("labels", "colour", "text"),
    [((*NOISE, "B1"), "red", "CONTAMINATED: B1"), (NOISE, "green", "no contamination heard")],
)
def test_the_watch_of_a_session(
    tmp_path: Path, source_id: str, labels: tuple[str, ...], colour: str, text: str
) -> None:
    """The stream holds B1 always; it is judged only where the decoder reads it. Ends at once when asked."""
    made = session(5, SFREQ, folded=True, seconds=float(SECONDS))
    stream = (*NOISE, "B1")
    amp = make_outlet(source_id, sfreq=SFREQ, n_channels=len(stream), labels=[f"EEG {c}-REF" for c in stream])
    mic = pylsl.StreamOutlet(pylsl.StreamInfo("mic", "Audio", 1, RATE, "float32", "mic-" + source_id))
    bundle = tiny_bundle(tmp_path / "model", labels=labels, sfreq=SFREQ)
    settings = SessionSettings(
        bundle.path, inlet=InletSettings(source_id=source_id), microphone="mic-" + source_id, headless=True
    )
    (tmp_path / "session").mkdir()
    live = Session(tmp_path / "session", "test", settings)
    write_session(live, {})
    lines: list[tuple[str, str]] = []
    listening, answered = threading.Event(), threading.Event()

    def handle(command: dict) -> dict:
        lines.append((command["colour"], command["text"]))
        if command["colour"] != "grey":
            listening.set()
        if lines[-1] == (colour, text):
            answered.set()
        return {}

    watch = Child(
        "watch", ["-m", "bk_realtime", "watch", "--folder", str(live.folder), "--every-s", "0.5"], tmp_path / "log"
    )
    with ControlServer(handle) as server:
        server.write_file(live.folder)
        watch.start()
        try:
            assert _send_until(listening, amp, mic, watch, tmp_path, lines)
            for _ in range(5):  # where a busy machine stands still the watch begins anew, and so does the signal
                assert _send(amp, mic, made.neural[:, : len(stream)], made.audio)
                if answered.wait(4):
                    break
                _silence(amp, mic, SETTLED_S)
            assert answered.is_set(), (lines, (tmp_path / "log").read_text())
        finally:
            code = watch.stop(120.0)
    assert (colour, text) in lines
    assert code == 0


def _silence(amp, mic, seconds: float = 1 / 8) -> None:
    pause = threading.Event()
    for i in range(round(8 * seconds)):
        if i:
            pause.wait(1 / 8)
        now = pylsl.local_clock() - BEHIND_S
        amp.push_chunk(np.zeros((SFREQ // 8, amp.get_info().channel_count()), np.float32), now)
        mic.push_chunk(np.zeros((RATE // 8, 1), np.float32), now)


def _send_until(heard: threading.Event, amp, mic, watch: Child, tmp_path: Path, lines: list) -> bool:
    """Silence in real time until the watch has found both."""
    n = 0
    while not heard.is_set():
        assert watch.alive, (tmp_path / "log").read_text()
        _silence(amp, mic)
        heard.wait(0.125)
        n += 1
        assert n < 8 * 240, lines
    return True


def _send(amp, mic, x: np.ndarray, sound: np.ndarray) -> bool:
    start, pause = pylsl.local_clock() - BEHIND_S, threading.Event()
    for i in range(8 * SECONDS):
        now = start + (i + 1) / 8 - 1 / RATE
        amp.push_chunk(x[i * SFREQ // 8 : (i + 1) * SFREQ // 8].astype(np.float32), now)
        mic.push_chunk(sound[i * RATE // 8 : (i + 1) * RATE // 8, None].astype(np.float32), now)
        pause.wait(1 / 8 / FASTER)
    return True


def test_check_hears_it_before_anything_was_trained(tmp_path: Path, source_id: str) -> None:
    """`preflight --listen`: all that is brain, but for what is left out."""
    made = session(5, SFREQ, folded=True, seconds=float(SECONDS))
    stream = (*NOISE, "B1")
    amp = make_outlet(source_id, sfreq=SFREQ, n_channels=len(stream), labels=list(stream))
    mic = pylsl.StreamOutlet(pylsl.StreamInfo("mic", "Audio", 1, RATE, "float32", "mic-" + source_id))
    words = ["-m", "bk_realtime", "preflight", "--source-id", source_id, "--microphone", "mic-" + source_id]
    words += ["--listen", "0.5", "--leave-out", NOISE[0]]
    listening, answered, lines = threading.Event(), threading.Event(), []
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)

    def hear() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            lines.append((said["item"], said["colour"], said["text"]))
            if said["colour"] != "grey":
                listening.set()
            if said["colour"] == "red":
                answered.set()

    reader = threading.Thread(target=hear)
    reader.start()
    try:
        n = 0
        while not listening.is_set():
            assert process.poll() is None, lines
            _silence(amp, mic)
            listening.wait(0.125)
            n += 1
            assert n < 8 * 240, lines
        for _ in range(5):
            assert _send(amp, mic, made.neural[:, : len(stream)], made.audio)
            if answered.wait(4):
                break
            _silence(amp, mic, SETTLED_S)
    finally:
        process.kill()
        process.wait()
        reader.join(60)
        assert process.stdout is not None
        process.stdout.close()
    assert ("contamination", "red", "CONTAMINATED: B1") in lines, lines


def test_sound_that_is_stamped_with_no_time_has_times(source_id: str) -> None:
    mic = make_outlet("mic-" + source_id, type="Audio", sfreq=100.0)
    search, deadline = MicrophoneSearch("mic-" + source_id), time.monotonic() + 240
    while isinstance(found := search.find(), str):
        assert time.monotonic() < deadline, found
    mic.push_chunk(np.zeros((10, 4), np.float32), [np.nan] * 10)
    n = 0
    while n < 10:
        assert time.monotonic() < deadline
        _, times = found.pull()
        assert np.isfinite(times).all()
        n += len(times)
    found.close()
