"""What happens often is said once in a while, and nothing of it is lost."""

from __future__ import annotations

from bk_realtime.sink.counted import Counted


def test_the_first_at_once_then_one_line_for_many() -> None:
    counted, said = Counted(10.0), []
    for i in range(600):  # 80 a minute for a minute
        said.append(counted.due(0.1 * i, round(0.1 * i * 80 / 60)))
    said.append(counted.due(60.0, 80, last=True))
    lines = [n for n in said if n]
    assert lines[0] == 1
    assert len(lines) <= 8
    assert sum(lines) == 80


def test_a_counter_that_begins_anew() -> None:
    counted = Counted(1.0)
    assert counted.due(0.0, 5) == 5
    assert counted.due(0.1, 7) == 0
    assert counted.due(0.2, 7, last=True) == 2
    assert counted.due(5.0, 1) == 1
    assert counted.due(6.0, 1) == 0
