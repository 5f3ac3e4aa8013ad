"""One stream at the times of another one's samples: what it gives, what is missing, what is not waited for."""

from __future__ import annotations

import numpy as np

from bk_realtime.join import Line, Partner
from bk_realtime.join.fractional import FractionalDelay

RATE = 100.0


def partner(start_s: float, seconds: float) -> Partner:
    """A ramp, 1 a second, in packets of ten samples."""
    made = Partner(RATE, 1, Line(RATE, None), FractionalDelay(RATE, RATE))
    times = start_s + np.arange(round(seconds * RATE)) / RATE
    for packet in np.split(times, len(times) // 10):
        made.push(packet[:, None], packet, np.inf)
    return made


def test_rows_between_its_samples_and_before_the_first_one() -> None:
    made = partner(50.0, 6.0)
    rows = 49.0 + (np.arange(600) + 0.5) / RATE
    made.ask(rows)
    made.finish()
    made.advance()
    values = made.take(600)[:, 0]
    missing = np.isnan(values)
    begins = 150 + made.between.half  # half a second has no line yet
    assert missing[: begins - 2].all()
    assert not missing[begins:].any()
    assert made.missing == missing.sum()
    inner = slice(begins, 600)
    np.testing.assert_allclose(values[inner], rows[inner], atol=0.02)


def test_rows_that_it_has_not_reached_wait_until_they_are_given_up() -> None:
    made = partner(50.0, 4.0)
    made.ask(51.0 + np.arange(500) / RATE)
    made.advance()
    there = made.n_done
    assert 200 < there < 300
    made.give_up(there, 55.0, 1000)
    assert made.away
    assert made.n_late == 400 - there
    assert made.late == [(there, 400)]
    given = made.take(500)[:, 0]
    assert len(given) == 400
    assert np.isnan(given[there:]).all()
    assert not np.isnan(given[there - 10 : there]).any()
