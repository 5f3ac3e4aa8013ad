"""Events of a machine that does not answer: said once, and again when it does; never of one that is only silent."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest
from pylsl.util import LostError
from pylsl.util import TimeoutError as LslTimeout

from bk_realtime.chunks import StreamDescription
from bk_realtime.recorder import release
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.recorder.unanswered import UNANSWERED_S, UnansweredWatch


def events(name: str, host: str = "stimulus-pc", sfreq: float = 0.0) -> RecordedStream:
    """A stream that was last heard of at 1000 s."""
    said = StreamDescription(name, "Markers", name, sfreq, ("0",), ("",), channel_format="string", hostname=host)
    inlet: Any = SimpleNamespace(samples_available=lambda: 0)
    return RecordedStream(1, inlet, name, said, None, 1000.0, drained=True, info=name)


@pytest.fixture
def said() -> list[tuple[str, dict[str, str]]]:
    return []


def watch(said: list[tuple[str, dict[str, str]]], *streams: RecordedStream) -> UnansweredWatch:
    return UnansweredWatch(streams, lambda text, **values: said.append((text, values)))


def test_it_is_said_once_and_corrected(said: list[tuple[str, dict[str, str]]]) -> None:
    cues, well = events("cues"), events("well")
    watching = watch(said, cues, well)
    watching.look(5000.0)
    assert said == []  # an hour of silence is none of its business
    cues.unanswered = 5000.0
    watching.look(5000.0 + UNANSWERED_S)
    assert said == []  # a cable that is in again by now has lost nothing
    for later in (1.0, 2.0):
        watching.look(5000.0 + UNANSWERED_S + later)
    concerned = "events of 'cues' on host 'stimulus-pc'"
    assert said == [(f"cannot tell whether {concerned} are missing: no answer for 21 s", {"active_fault": concerned})]
    cues.unanswered = None
    for later in (100.0, 101.0):
        watching.look(5000.0 + later)
    assert len(said) == 2
    assert said[1] == (
        "'cues' on host 'stimulus-pc' answers again: what it sent in 100 s before may be missing",
        {"corrected": concerned},
    )


def test_streams_of_this_machine_signals_and_what_came_since_are_no_matter(
    said: list[tuple[str, dict[str, str]]],
) -> None:
    here, signal, heard = events("here", socket.gethostname()), events("amp", sfreq=500.0), events("heard")
    for s in (here, signal, heard):
        s.unanswered = 1000.0
    heard.last_seen = 1001.0
    watch(said, here, signal, heard).look(2000.0)
    assert said == []


@pytest.mark.parametrize(
    ("answer", "unanswered"), [(LslTimeout, 1002.0), (LostError, None), ("cues", None), ("another", None)]
)
def test_whether_it_answers_is_found_out_where_it_is_not_announced(
    monkeypatch: pytest.MonkeyPatch, answer: Any, unanswered: float | None
) -> None:
    def info(timeout: float) -> Any:
        if isinstance(answer, str):
            return SimpleNamespace(uid=lambda: answer)
        raise answer

    monkeypatch.setattr(release, "connect", lambda *_, **__: SimpleNamespace(info=info))
    cues = events("cues")
    cues.gone_since = cues.asked = 1002.0
    for before in (None, 1002.0):
        cues.unanswered = before
        release._find_out(cues, "cues", "cues")
        assert cues.unanswered == unanswered


def test_where_nobody_could_be_asked_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> Any:
        raise LostError

    monkeypatch.setattr(release, "connect", no_room)
    cues = events("cues")
    cues.gone_since = 1002.0
    release._find_out(cues, "cues", "cues")
    assert cues.unanswered is None
