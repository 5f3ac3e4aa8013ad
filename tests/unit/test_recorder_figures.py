"""What a recorder tells of its file, and what the window makes of it."""

from __future__ import annotations

import json
import types
from pathlib import Path

import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.logs import LONGEST_LINE
from bk_realtime.recorder.figures import MOST, figures_line, saved_line
from bk_realtime.shown import shown
from gui.record import recorder_process
from gui.record.recorder_process import HUNG_S, RecorderProcess


def stream(number: int, name: str, gone: bool = False, source_id: str = "") -> types.SimpleNamespace:
    description = StreamDescription(name, "sEEG", source_id or name, 1000.0, ("A1",), ("microvolts",))
    return types.SimpleNamespace(stream_id=number, description=description, gone_since=1.0 if gone else None)


def test_parts_of_a_stream_are_added_and_a_line_stays_short() -> None:
    streams = [stream(1, "amp", gone=True), stream(2, "amp"), stream(3, "mic", gone=True)]
    told = json.loads(figures_line(streams, {1: 5, 2: 7}, 1234, 2.5))["figures"]  # type: ignore[arg-type]
    assert told["streams"] == [
        {"name": "amp", "type": "sEEG", "rate": 1000.0, "n": 12, "gone": False},
        {"name": "mic", "type": "sEEG", "rate": 1000.0, "n": 0, "gone": True},
    ]
    assert (told["bytes"], told["seconds"], told["more"]) == (1234, 2.5, 0)
    many = figures_line([stream(n, f"{n} " + "\u623f\x1b\u202e" * 100) for n in range(99)], {}, 0, 0.0)  # type: ignore[misc]
    assert json.loads(many)["figures"]["more"] == 99 - MOST
    assert shown(many, LONGEST_LINE) == many
    rows = [{"name": "amp", "n_samples": 3}, {"name": "amp", "n_samples": 4}, {"name": "x", "n_samples": 0}]
    assert json.loads(saved_line(rows)) == {"saved": {"amp": 7, "x": 0}}


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> RecorderProcess:
    """A recorder that is no process: lines are put by hand, and so is the clock."""
    fake = types.SimpleNamespace(poll=lambda: None, stdout=None)
    monkeypatch.setattr(recorder_process.subprocess, "Popen", lambda *a, **k: fake)
    monkeypatch.setattr(RecorderProcess, "_read", lambda self: None)
    made = RecorderProcess(Path("a.xdf"), now=lambda: clock[0])
    return made


clock = [0.0]


def figures(seconds: float, n: int, markers: int = 0) -> str:
    streams = [{"name": "amp", "type": "sEEG", "rate": 1000.0, "n": n, "gone": False}]
    streams += [{"name": "Prompts", "type": "Markers", "rate": 0.0, "n": markers, "gone": False}]
    return json.dumps({"figures": {"seconds": seconds, "bytes": n, "streams": streams, "more": 0}})


def look(process: RecorderProcess, seconds: float, *lines: str) -> None:
    clock[0] += seconds
    for line in lines:
        process._lines.put(line)
    process.look()


def test_samples_a_second_silence_and_what_was_saved(process: RecorderProcess) -> None:
    look(process, 30.0, "recording to a.xdf")  # waits for streams: no word is due
    assert not process.hangs
    assert not process.recording
    for k in range(9):
        look(process, 0.1, figures(0.25 * k, 250 * k, k))
    assert process.rates["amp"] == pytest.approx(1000.0)
    assert process.markers == 8
    for _ in range(8):
        look(process, 0.1)
    assert process.hangs
    assert HUNG_S < process.silent_s < 1.0
    look(process, 0.1, figures(3.0, 3000), '{"figures": nonsense')
    assert not process.hangs
    look(process, 60.0)  # the window itself stood still
    assert not process.hangs
    look(process, 0.1, '{"saved": {"amp": 3000, "Prompts": 11}}', "read back and complete")
    assert process.markers == 11
    assert process.last == "read back and complete"
