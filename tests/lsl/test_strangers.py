"""Streams of strangers against the real processes: whatever is announced, the others are recorded, and it is told."""

from __future__ import annotations

import contextlib
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pylsl
import pytest
from rich.console import Console

import bk_realtime.commands.devices as devices
from bk_realtime.chunks import Chunk
from bk_realtime.commands.replay import _wait_for
from bk_realtime.conditions.markers import ConditionMarkers
from bk_realtime.errors import BkError, StreamError
from bk_realtime.source.inlet import LslInlet
from bk_realtime.source.microphone import MicrophoneSearch
from bk_realtime.source.resolve import Wanted, find
from bk_realtime.xdf import read_xdf, verify_xdf
from gui.feed import Feed
from tests.lsl.outlets import Sender, make_outlet
from tests.lsl.stranger import Stranger
from tests.lsl.test_devices import listed

pytestmark = pytest.mark.lsl

ROOT = Path(__file__).resolve().parents[2]
BAD = (
    {"name": "rate", "nominal_srate": "1e308"},
    {"name": "fast", "nominal_srate": "1e12"},
    {"name": "infinite", "nominal_srate": "inf"},
    {"name": "none", "channel_count": "0"},
    {"name": "many", "channel_count": "5000000", "channel_format": "string"},
    {"name": "words", "nominal_srate": "1e9", "channel_format": "string", "channel_count": "1"},
    {"name": "clear\x1b[2J"},
    {"name": "bytes\udcff\udcfe"},
    {"name": "long" * 3000},
)


REFUSED = ("rate", "fast", "none", "many", "words", "clear\\x1b[2J", "deep")
TOLD = (*(f"refused '{name}'" for name in REFUSED), "LSL cannot read its announcement", "at most 1000 letters")


def answer_until(said: str, ask: Callable[[], object]) -> str:
    """What is refused, in words, once they match ``said``: on a busy machine not everybody is heard in time."""
    deadline = time.monotonic() + 120
    while True:
        with pytest.raises(BkError) as caught:
            ask()
        if re.search(said, str(caught.value)):
            return str(caught.value)
        assert time.monotonic() < deadline, caught.value


def deep_outlet(source_id: str) -> pylsl.StreamOutlet:
    info = pylsl.StreamInfo("deep", "sEEG", 1, 100, "float32", source_id)
    node = info.desc()
    for _ in range(3000):
        node = node.append_child("a")
    return pylsl.StreamOutlet(info)


def wait_for_line(process: subprocess.Popen[str], wanted: str) -> list[str]:
    """Lines up to the one that holds ``wanted``."""
    assert process.stdout is not None
    lines = []
    while wanted not in (line := process.stdout.readline()):
        assert line, f"ended without {wanted!r}: {lines}"
        lines.append(line)
    return [*lines, line]


def test_strangers_end_no_recording_and_hide_no_later_stream(tmp_path: Path, source_id: str) -> None:
    path = tmp_path / "x.xdf"
    first = make_outlet(f"{source_id}-1", name="first")
    with contextlib.ExitStack() as there:
        for fields in BAD:
            there.enter_context(Stranger(**fields))
        deep = deep_outlet(f"{source_id}-deep")
        command = [sys.executable, "-u", "-m", "bk_realtime", "record", "--out", str(path)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            said = wait_for_line(process, "recording 'first'")
            end = time.monotonic() + 240.0
            while any(not any(words in line for line in said) for words in TOLD) and time.monotonic() < end:
                said += wait_for_line(process, "")  # there is a line every ten seconds
            later = make_outlet(f"{source_id}-2", name="later")
            said += wait_for_line(process, "recording 'later'")
            for outlet in (first, later):
                for k in range(50):
                    outlet.push_sample([float(k)] * 4)
            end = time.monotonic() + 240.0
            while sum(s["n_samples"] for s in verify_xdf(path)["streams"]) < 100 and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGINT)
            said += process.communicate(timeout=240)[0].splitlines()
    assert process.returncode == 0, said
    kept = tomllib.loads((tmp_path / "x.xdf.check.toml").read_text(encoding="utf-8"))["refused"]
    for words in TOLD:
        assert any(words in line for line in kept), (words, kept)
        assert any("not recorded: refused" in line and words in line for line in said), (words, said)
    assert not any("\x1b" in line for line in said)
    assert sorted(s.description.name for s in read_xdf(path) if len(s)) == ["first", "later"]
    assert all(len(s) == 50 for s in read_xdf(path) if s.description.name in ("first", "later"))
    del deep


def test_a_stream_is_chosen_among_strangers(source_id: str) -> None:
    """All of them answer the question for this name and source_id, as a sender that ignores the question does."""
    with contextlib.ExitStack() as there:
        for fields in BAD:
            there.enter_context(Stranger(**fields))
        answer = answer_until("no LSL stream .* refused '", lambda: find(Wanted(name="amp", source_id=source_id), 1.0))
        assert answer.isprintable()
        with Sender(source_id=source_id):
            inlet = LslInlet(timeout=120.0, name="amp", source_id=source_id)
            try:
                assert inlet.describe().name == "amp"
            finally:
                inlet.close()


def test_one_that_says_too_much_is_refused_when_it_is_chosen(source_id: str) -> None:
    deep = deep_outlet(source_id)
    with pytest.raises(StreamError, match=r"refused 'deep' .*: expected a description"):
        LslInlet(timeout=120.0, source_id=source_id)
    del deep


def pulled(inlet: LslInlet, enough: str) -> list[Chunk]:
    """Chunks until there is an event of this kind."""
    chunks, kinds, end = [], [], time.monotonic() + 240.0
    while enough not in kinds:
        assert time.monotonic() < end, kinds
        chunk = inlet.pull(0.1)
        chunks += [] if chunk is None else [chunk]
        kinds += [event.kind for event in inlet.take_events()]
    return chunks


def test_a_stranger_called_like_a_lost_amplifier_is_not_taken_for_it(source_id: str) -> None:
    """Its description is too deep, or its rate none: the session goes on, and takes the amplifier when it is back."""
    fields = {"name": "amp", "source_id": source_id}
    with Sender(source_id=source_id) as sender:
        inlet = LslInlet(timeout=120.0, source_id=source_id)
        while inlet.pull(0.2) is None:
            pass
        sender.kill()
        pulled(inlet, "lost")
    info = pylsl.StreamInfo("amp", "sEEG", 4, 1000, "float32", source_id)
    node = info.desc()
    for _ in range(3000):
        node = node.append_child("a")
    deep = pylsl.StreamOutlet(info)
    with Stranger(**fields, nominal_srate="1e308"), Sender(source_id=source_id, first=7e6):
        chunks = pulled(inlet, "returned")
        while not chunks or chunks[-1].data[-1, 0] < 7e6:
            chunk = inlet.pull(0.2)
            chunks += [] if chunk is None else [chunk]
    inlet.close()
    del deep


def test_devices_lists_who_is_refused(
    source_id: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(devices, "Console", lambda **kwargs: Console(width=240, soft_wrap=True, **kwargs))
    monkeypatch.setattr("bk_realtime.sink.portaudio.output_devices", list)
    good = make_outlet(source_id, name="good [bold]\\", type="$x$\u202e")
    wanted = ("good [bold]\\", "Not listed: refused 'rate'", "Not listed: refused 'clear\\x1b[2J[red]'")
    with Stranger(name="rate", nominal_srate="1e308"), Stranger(name="clear\x1b[2J[red]"):
        said = listed(capsys, *wanted)
    assert "\x1b" not in said
    assert "\u202e" not in said
    del good


def test_the_microphone_and_markers_are_found_among_strangers(source_id: str) -> None:
    source_id = source_id.removeprefix("bk-")
    noted: queue.Queue[str] = queue.Queue()
    heeded: queue.Queue[str] = queue.Queue()
    markers = ConditionMarkers(
        f"{source_id}-m", "", "session-replay-", lambda text, why: heeded.put(text), lambda e: noted.put(e["text"])
    )
    with Stranger(name="mic", type="Audio", nominal_srate="1e308"), Stranger(name="m", channel_count="0"):
        search = MicrophoneSearch(f"{source_id}-mic")
        end = time.monotonic() + 240.0
        while "refused 'mic'" not in (found := search.find()):
            assert time.monotonic() < end
            time.sleep(0.05)
        sound = make_outlet(f"{source_id}-mic", type="Audio", sfreq=8000.0, n_channels=1)
        words = make_outlet(
            f"{source_id}-m", type="Markers", sfreq=0.0, n_channels=1, channel_format="string", unit=None, labels=[]
        )
        while isinstance(found := search.find(), str):
            assert time.monotonic() < end, found
            time.sleep(0.05)
        found.close()
        markers.start()
        while "switch conditions" not in noted.get(timeout=60):  # not found, or not answered, at first
            pass
        words.push_sample(["condition" + " " * 1_000_000 + "a"])  # its pattern would be tried for minutes
        for _ in range(5000):
            words.push_sample(["flood"])
        words.push_sample(["condition a"])
        while heeded.get(timeout=60) != "condition a":
            pass
    markers.close()
    del sound


def test_the_window_shows_its_own_streams_among_strangers(source_id: str) -> None:
    own = make_outlet(f"bk-{source_id}-status", name="BrainKaraoke-status", type="status", sfreq=0.0, n_channels=1,
                      channel_format="string", unit=None, labels=[])  # fmt: skip
    fields = {"name": "BrainKaraoke-status", "source_id": f"bk-{source_id}-status", "type": "status"}
    deep = deep_outlet(f"{source_id}-deep")
    feed = Feed(source_id)
    end = time.monotonic() + 240.0
    try:
        feed.follow_neural("deep", f"{source_id}-deep")
        while not feed.connected("status"):
            assert time.monotonic() < end
            feed.poll()
            time.sleep(0.02)
        with Stranger(**fields, nominal_srate="1e308"), Stranger(**fields, created_at="1e9", nominal_srate="0"):
            seen: list[str] = []
            while seen[-3:] != ["a", "b", "c"] or not feed._door.refused:
                assert time.monotonic() < end, (seen, feed._door.refused)
                for text in ("a", "x" * 2_000_000, "b", "c"):
                    own.push_sample([text])
                    feed.poll() if text == "a" and not seen else None
                seen += [text for arrival in feed.poll() if arrival.key == "status" for text in arrival.data]
                time.sleep(0.05)
            assert feed._thread.is_alive()
    finally:
        feed.close()
    del deep


def test_a_replay_does_not_begin_for_a_stranger(source_id: str) -> None:
    with Stranger(name="go", nominal_srate="1e308"):
        said = "no LSL stream with .*refused 'go'.*--wait-for"
        answer_until(said, lambda: _wait_for(f"source_id='{source_id}'", 1.0, threading.Event()))
    go = make_outlet(source_id, name="go")
    _wait_for(f"source_id='{source_id}'", 60.0, threading.Event())
    del go
