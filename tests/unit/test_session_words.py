"""What engine, window, recorder and report say to each other is written once: status, events and commands."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console

from bk_realtime import chain
from bk_realtime.errors import FileError
from bk_realtime.session.control import COMMANDS
from bk_realtime.session.events import EVENTS, NO_FAULTS, EventKind, EventList, make_event
from bk_realtime.session.status import STAGES, Status, read_status
from bk_realtime.source.base import EventKind as SourceEventKind
from gui.panels import banner, latency
from offline.session_report import FIGURES, _print_latency

NAMES = {f.name for f in dataclasses.fields(Status)}


def test_every_kind_of_event_is_described() -> None:
    assert set(get_args(EventKind)) == set(EVENTS)
    assert set(get_args(SourceEventKind)) < set(EVENTS)
    assert NO_FAULTS < set(EVENTS)
    assert {"marker", "notice"} <= set(COMMANDS) & set(EVENTS)


def test_events_are_taken_once_in_order() -> None:
    events = EventList()
    events.add("gap", "10 ms", seconds=0.01)
    events.append(make_event("lost", "gone"))
    assert events.take() == [{"event": "gap", "text": "10 ms", "seconds": 0.01}, {"event": "lost", "text": "gone"}]
    assert events.take() == []


def test_window_and_report_show_fields_that_there_are() -> None:
    assert {key for key, *_ in (*latency.BUDGET, *latency.COUNTS, *FIGURES)} <= NAMES
    assert STAGES == (*chain.STAGES, "total")
    assert {"starting", "running", "muted", "stale", "signal lost", "no sound", "stopped"} < set(banner.WORDS)


def test_a_status_comes_back_from_its_text(tmp_path: Path) -> None:
    stages = {"total": {"p50": 1.0, "p99": 2.0, "max": 3.0}}
    status = Status(state="muted", age_ms=4.5, gaps=2, stages=stages, bad_channels=("A1",), faults={"sound": "gone"})
    text = json.dumps(status.as_dict())
    assert Status.parse(text) == status
    (tmp_path / "latency.json").write_text(text)
    assert read_status(tmp_path / "latency.json") == status


def test_the_report_names_the_delay_of_each_band() -> None:
    text = io.StringIO()
    _print_latency(Console(file=text, width=120), Status(group_delay_ms=11.0, band_delays_ms={"low": 16.04}))
    assert "filter group delay, ms: 11.0" in text.getvalue()
    assert "band low: filter group delay and half of what it is taken over, ms: 16.0" in text.getvalue()


@pytest.mark.parametrize("text", ["", "[]", '{"state": 3}'])
def test_a_file_that_holds_no_status(tmp_path: Path, text: str) -> None:
    (tmp_path / "latency.json").write_text(text)
    with pytest.raises(FileError, match="session folder"):
        read_status(tmp_path / "latency.json")
    with pytest.raises(FileError, match="session folder"):
        read_status(tmp_path / "missing.json")
