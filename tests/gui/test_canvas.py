"""Columns that go round: where they stand, what is written, what has to be drawn again."""

from __future__ import annotations

import numpy as np

from gui.canvas import Canvas


def canvas(left: int = 0) -> Canvas:
    made = Canvas()
    assert made.resize(2, 10, 1.0)
    made.left = left
    return made


def test_columns_go_round_the_edge() -> None:
    made = canvas()
    made.put(7, np.arange(1, 6, dtype=np.uint32)[None].repeat(2, 0))
    assert made.pixels.tolist() == [[4, 5, 0, 0, 0, 0, 0, 1, 2, 3]] * 2
    assert made.spans(7, 12) == [(7, 10), (0, 2)]
    assert made.spans(12, 15) == [(2, 5)]
    assert made.spans(7, 10) == [(7, 10)]
    assert made.spans(0, 25) == [(0, 10)]


def test_a_moment_stands_from_its_left_edge_on() -> None:
    made = canvas(left=103)
    assert [made.place(column) for column in (103, 112, 113)] == [0, 9, 0]
    made.put(103, np.full((2, 3), 7, np.uint32))
    assert made.pixels[0].tolist() == [7, 7, 7, 0, 0, 0, 0, 0, 0, 0]
    assert made.spans(111, 113) == [(8, 10)]


def test_qt_sees_what_is_written() -> None:
    made = canvas()
    made.pixels[1, 4] = 0xFF102030
    assert made.image.pixel(4, 1) == 0xFF102030
    assert (made.image.width(), made.image.height()) == (10, 2)
    before = made.image
    assert not made.resize(2, 10, 1.0)
    assert made.image is before
    assert made.resize(2, 11, 1.0)
    assert made.image.width() == made.width == 11


def test_each_place_has_the_newest_column_of_time_that_stands_there() -> None:
    for made, end in ((canvas(), 23), (canvas(left=103), 113)):
        columns = [made.column_at(place, end) for place in range(10)]
        assert sorted(filter(None, columns)) == list(range(end - 10, end))
        assert [made.place(column or 0) for column in columns] == list(range(10))
        assert (made.column_at(-1, end), made.column_at(10, end)) == (None, None)
        assert [made.holds(column, end) for column in (end - 11, end - 10, end - 1, end)] == [False, True, True, False]
