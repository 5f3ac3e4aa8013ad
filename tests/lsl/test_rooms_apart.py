"""Two LSL sessions on one machine: nobody looks into the other's, whatever condition the streams are chosen by."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pylsl
import pytest

from bk_realtime.commands.replay import _wait_for
from bk_realtime.errors import BkError
from bk_realtime.processes.children import recorded_streams
from bk_realtime.recorder.finder import StreamFinder
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import SessionSettings
from bk_realtime.source.resolve import Search, Wanted
from gui.feed import _predicate

pytestmark = pytest.mark.lsl

SENDER = """
import sys, pylsl
outlets = [
    pylsl.StreamOutlet(pylsl.StreamInfo("NextDoor", "sEEG", 2, 1000, "float32", "next-door-amp")),
    pylsl.StreamOutlet(pylsl.StreamInfo("NextDoor microphone", "Audio", 1, 16000, "float32", "next-door-mic")),
]
while len(pylsl.resolve_bypred("starts-with(source_id,'next-door')", 2, 5.0)) < 2:
    pass
print("sending", flush=True)
sys.stdin.read()
"""
EITHER = "type='sEEG' or starts-with(source_id,'next-door')"
SECONDS = 2.0
"""Streams of one session are found within half of this."""


@pytest.fixture(scope="module")
def next_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An amplifier and a microphone in another LSL session, which found each other there."""
    config = tmp_path_factory.mktemp("next_door") / "lsl.cfg"
    ours = Path(os.environ["LSLAPICFG"]).read_text(encoding="utf-8")  # the same ports: only the session keeps us apart
    config.write_text(re.sub("SessionID = .*", f"SessionID = next_door_{uuid.uuid4().hex[:8]}", ours), encoding="utf-8")
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER], env={**os.environ, "LSLAPICFG": str(config)}, stdin=pipe, stdout=pipe, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "sending\n"
    yield
    process.communicate(input="")


def look(search: Search) -> list[str]:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found = [info.source_id() for info in search.found()]
        time.sleep(0.05)
    return [name for name in found if name.startswith("next-door")]


def test_a_bare_or_does_see_the_next_room(next_door: None) -> None:
    # what all the others are held against: were it not so, they would prove nothing
    seen: set[str] = set()
    end = time.monotonic() + 60.0
    while not seen >= {"next-door-amp", "next-door-mic"}:
        assert time.monotonic() < end, seen
        seen |= {info.source_id() for info in pylsl.resolve_bypred(EITHER, 2, 5.0)}


def test_a_search_stays_in_its_room(next_door: None) -> None:
    assert look(Search(Wanted(predicate=EITHER))) == []
    assert look(Search(Wanted())) == []


def test_the_recorder_stays_in_its_room(next_door: None) -> None:
    said: list[str] = []
    finder = StreamFinder(EITHER, [], said.append)
    with pytest.raises(queue.Empty):
        finder.opened.get(timeout=SECONDS)
    finder.close()


def test_the_window_stays_in_its_room(next_door: None) -> None:
    found = pylsl.resolve_bypred(_predicate("NextDoor", "next-door-amp", ""), 2, SECONDS)
    assert [info.source_id() for info in found if info.source_id().startswith("next-door")] == []


def test_a_replay_does_not_wait_for_the_next_room(next_door: None) -> None:
    with pytest.raises(BkError, match="no LSL stream"):
        _wait_for(EITHER, SECONDS, threading.Event())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (None, {"replay-1a2b-amp", "amp", "bk-TEST-mel"}),
        (Path("demo.xdf"), {"session-replay-TEST-amp", "bk-TEST-mel"}),
    ],
)
def test_a_session_records_a_replay_started_by_hand_and_no_other_sessions_streams(
    tmp_path: Path, source: Path | None, expected: set[str]
) -> None:
    kinds = ("replay-1a2b-amp", "amp", "bk-TEST-mel", "bk-OTHER-mel", "session-replay-TEST-amp", "session-replay-X-amp")
    mark = uuid.uuid4().hex[:8]
    outlets = [pylsl.StreamOutlet(pylsl.StreamInfo(mark, "sEEG", 1, 100, "float32", kind)) for kind in kinds]
    session = Session(tmp_path, "TEST", SessionSettings(tmp_path, source=source))
    assert len(pylsl.resolve_byprop("name", mark, len(kinds), 60.0)) == len(outlets)
    predicate = f"{recorded_streams(session)} and name='{mark}'"
    found = pylsl.resolve_bypred(predicate, len(expected), 60.0)  # what must come is waited for
    found += pylsl.resolve_bypred(predicate, len(kinds), SECONDS)
    assert {info.source_id() for info in found} == expected
