"""Events as lines: counts in place of floods, the banner's clock, what was before a window that is new."""

from __future__ import annotations

import json
from pathlib import Path

from bk_realtime.session.event_log import EventLog
from gui.panels.event_lines import KEPT, TAIL, EventLines


def said(kind: str, text: str, **more: object) -> str:
    return json.dumps({"event": kind, "text": text, **more})


def test_what_repeats_is_one_line_with_a_count_whatever_its_figures() -> None:
    lines = EventLines()
    for k in range(300):
        lines.add(100.0 + k, said("gap", f"gap of {k}.5 ms bridged"))
        if k % 3 == 0:
            lines.add(100.2 + k, said("underrun", f"{k} samples of sound were due"))
    assert [(line.kind, line.count) for line in lines.lines] == [("gap", 300), ("underrun", 100)]
    assert lines.lines[0].words == "300 × gap of 299.5 ms bridged"
    assert lines.lines[0].time == "0:04:59"
    assert lines.lines[0].fault
    lines.add(500.0, said("lost", "the stream is lost"))
    lines.add(501.0, said("gap", "another thing altogether"))
    assert [line.words for line in lines.lines][:2] == ["gap: another thing altogether", "lost: the stream is lost"]


def test_what_somebody_did_stands_for_itself_and_old_lines_go() -> None:
    lines = EventLines()
    for k in range(2 * KEPT):
        lines.add(float(k), said("marker", "cough"))
    assert len(lines.lines) == KEPT
    assert {line.count for line in lines.lines} == {1}
    lines.add(0.0, "no json")
    assert lines.lines[0].words == "event: no json"


def test_time_is_that_of_the_banner() -> None:
    lines = EventLines()
    lines.zero = 1000.0
    lines.add(1000.0 + 3600 + 65.2, said("marker", "x"))
    lines.add(998.0, said("matched", "before the first frame"))
    assert [line.time for line in lines.lines] == ["−0:00:02", "1:01:05"]


def test_a_new_window_takes_up_what_is_on_record_and_nothing_twice(tmp_path: Path) -> None:
    record = EventLog(tmp_path)
    for k in range(3):
        record.write({"time": 50.0 + k, "event": "marker", "text": f"word {k}"})
    with record.path.open("ab") as file:
        file.write(b'{"time": 53.0, "ev')  # being written
    lines = EventLines()
    lines.zero = 40.0
    lines.take_earlier(tmp_path)
    assert [line.text for line in lines.lines] == ["word 2", "word 1", "word 0"]
    assert lines.add(52.0, said("marker", "word 2", time=52.0)) == "", "on its way when the record was read"
    assert lines.add(54.0, said("marker", "word 2", time=54.0)) == "marker"
    assert len(lines.lines) == 4
    lines.take_earlier(tmp_path / "nowhere")
    assert len(lines.lines) == 4
    with record.path.open("wb") as file:
        for k in range(5000):
            file.write(said("marker", f"word {k}", time=float(k)).encode() + b"\n")
    assert record.path.stat().st_size > TAIL
    long = EventLines()
    long.take_earlier(tmp_path)
    assert [line.text for line in long.lines] == [f"word {k}" for k in range(4999, 4999 - KEPT, -1)]


def test_what_came_before_the_clock_ran_goes_by_it_too() -> None:
    """Times of a session's first events ran backwards in the list: each by what was known of the clock then."""
    lines = EventLines()
    lines.add(100.0, said("start", "the session starts"))
    lines.add(107.0, said("sound place", "played on a card"))
    lines.set_zero(108.0, settled=False)  # no frame yet
    lines.set_zero(110.0, settled=True)
    lines.add(111.0, said("command", "unmute"))
    assert [line.time for line in lines.lines] == ["0:00:01", "−0:00:03", "−0:00:10"]
    lines.set_zero(130.0, settled=True)  # nothing was decoded for 20 s: what was said before keeps its time
    lines.add(132.0, said("marker", "back"))
    assert [line.time for line in lines.lines] == ["0:00:02", "0:00:01", "−0:00:03", "−0:00:10"]
