"""What waited while nobody took it, without LSL."""

from __future__ import annotations

import numpy as np

from bk_realtime.source.waited import Samples, all_that_waited
from tests.manual_clock import ManualClock


def piece(first: int, n: int) -> Samples:
    return np.arange(first, first + n, dtype=np.float32)[:, None], np.arange(first, first + n) / 1000


class Connection:
    """Pieces that come in turn, each after 40 ms; then it is gone."""

    def __init__(self, *lengths: int) -> None:
        self.clock, self.lengths, self.first = ManualClock(5.0), [*lengths], 10

    def take(self, _: float) -> Samples:
        self.clock.advance(0.04)
        got = piece(self.first, self.lengths.pop(0))
        self.first += len(got[1])
        return got

    def all(self) -> Samples:
        return all_that_waited(piece(0, 10), self.take, lambda: bool(self.lengths), 1000.0, self.clock)


def test_pieces_become_one_until_only_a_short_one_comes() -> None:
    one = Connection(300, 300, 300, 300, 40, 300)
    data, stamps = one.all()
    np.testing.assert_array_equal(data[:, 0], np.arange(1250))
    np.testing.assert_array_equal(stamps, np.arange(1250) / 1000)
    assert one.lengths == [300]  # the stream as it goes on


def test_a_short_piece_at_first_is_not_the_end_of_what_waits_in_the_network() -> None:
    data, _ = Connection(0, 5, 300).all()
    assert len(data) == 315


def test_nobody_waits_for_a_sender_that_never_stops_or_is_gone() -> None:
    endless = Connection(*[300] * 50)
    endless.all()
    assert 0.5 <= endless.clock.now() - 5.0 < 0.6
    assert len(Connection().all()[1]) == 10
