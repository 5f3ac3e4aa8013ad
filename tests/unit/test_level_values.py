"""The buffer before the card by hand: one step of the level's control, the reserve's quantiles, and when it is told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bk_realtime.sink.drift import HALF, LevelState, hold_level, kernel, resample, resampler_state
from bk_realtime.sink.player import WATCH_S
from bk_realtime.sink.playout_level import HOP_S, PlayoutLevel
from bk_realtime.sink.reserve import Reserve
from bk_realtime.sink.ring import Ring

RATE = 22050


# ---- the control ----


def test_one_step_of_the_control_by_hand() -> None:
    omega = 2 * math.pi / 40
    first, state = hold_level(0.0125, 0.012, 0.5, LevelState())
    assert state.error == pytest.approx(0.0005)  # nothing to smooth yet
    assert first == pytest.approx(1 - 2 * omega * 0.0005)
    assert state.integral == pytest.approx(omega**2 * 0.0005 * 0.5)
    second, after = hold_level(0.011, 0.012, 0.25, state)
    error = 0.0005 + (-0.001 - 0.0005) * (1 - math.exp(-0.25))
    assert after.error == pytest.approx(error)
    assert second == pytest.approx(1 - (2 * omega * error + state.integral))
    assert after.integral == pytest.approx(state.integral + omega**2 * error * 0.25)
    quick, _ = hold_level(0.0125, 0.012, 0.5, LevelState(), period_s=20.0)
    assert 1 - quick == pytest.approx(2 * (1 - first))
    _, smooth = hold_level(0.011, 0.012, 0.25, state, smooth_s=2.0)
    assert smooth.error == pytest.approx(0.0005 - 0.0015 * (1 - math.exp(-0.125)))


def test_the_kernel_passes_samples_at_their_own_places_and_keeps_a_constant() -> None:
    table = kernel()
    assert table.shape[1] == 2 * HALF
    np.testing.assert_allclose(table[0], np.eye(2 * HALF)[HALF - 1], atol=1e-7)
    np.testing.assert_allclose(table[-1], np.eye(2 * HALF)[HALF], atol=1e-7)
    np.testing.assert_allclose(table.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(table, table[::-1, ::-1], atol=1e-7)


def test_at_the_same_rate_the_first_sample_is_the_first_and_nothing_is_lost() -> None:
    x = np.arange(1, 101, dtype=np.float32)
    y, state = resample(x, resampler_state(), 1.0, kernel())
    np.testing.assert_allclose(y, x[: 100 - HALF], rtol=1e-5)
    assert len(state.held) == 2 * HALF - 1
    assert state.position == HALF - 1
    none, same = resample(np.zeros(0, np.float32), state, 1.0, kernel())
    assert (len(none), same.position) == (0, state.position)
    np.testing.assert_array_equal(same.held, state.held)


# ---- the reserve ----


def dipped(reserve: Reserve, dips: list[float], first: float = 0.0) -> float:
    """One window of a second for each; returns the time of the last."""
    for k, dip in enumerate(dips):
        reserve.observe(first + k, 0.05, 0.05 - dip)
    return first + len(dips) - 1


def test_what_is_needed_is_a_quantile_of_the_dips_and_little_more() -> None:
    reserve = Reserve(0.01, 0.003, 0.3)
    dips = [0.001 * k for k in range(1, 51)]
    dipped(reserve, [*dips, 0.0])
    # 50 windows: 90 % is the 45th, 98 % the 49th, half of them the 25th; the lower one of two. The worst of an hour
    # would be 2 * 0.049 - 0.025, no more than the deepest, and no more than 20 ms beyond the usual: so 45 ms
    assert reserve.needed_s == pytest.approx(0.045 + 0.0015)
    flat = Reserve(0.01, 0.003, 0.3)
    dipped(flat, [*[0.004] * 47, 0.010, 0.012, 0.030, 0.0])
    # often: 4 ms; worst: 2 * 12 - 4 = 20 ms, which is less than the 30 ms that came, and than 4 + 20
    assert flat.needed_s == pytest.approx(0.020 + 0.0015)
    low = Reserve(0.01, 0.003, 0.3)
    dipped(low, [0.0005] * 20)
    assert low.needed_s == 0.003
    low.limit(0.0)
    assert (low.most_s, low.target_s) == (0.003, 0.003)
    high = Reserve(0.01, 0.003, 0.3)
    dipped(high, [0.9] * 20)
    assert high.needed_s == 0.3


def test_bounds_of_the_reserve() -> None:
    assert Reserve(0.001, 0.003, 0.3).target_s == 0.003
    assert Reserve(0.5, 0.003, 0.3).most_s == 0.5
    reserve = Reserve(0.1, 0.003, 0.3)
    reserve.limit(0.05)
    assert reserve.target_s == 0.05
    reserve.limit(9.0)
    assert (reserve.most_s, reserve.target_s) == (0.3, 0.1)


def test_nothing_is_given_back_before_ten_windows_and_then_a_few_milliseconds_a_second_at_most() -> None:
    reserve = Reserve(0.1, 0.003, 0.3)
    at = dipped(reserve, [0.004] * 10)  # nine have ended
    assert reserve.target_s == 0.1
    for _ in range(3):  # of what a start cost, three in the first minute
        before = reserve.target_s
        at = dipped(reserve, [0.004], at + 1)
        assert before - reserve.target_s == pytest.approx(0.003)
    late = Reserve(0.5, 0.003, 0.3)
    at = dipped(late, [0.004] * 61)
    for _ in range(3):
        before = late.target_s
        at = dipped(late, [0.004], at + 1)
        assert before - late.target_s == pytest.approx(0.001)
    small = Reserve(0.0085, 0.003, 0.3)
    dipped(small, [0.004] * 11)
    assert small.target_s == pytest.approx(0.0085 - 0.003 / 15)
    raised = Reserve(0.0085, 0.003, 0.3)
    dipped(raised, [0.02] * 11)
    assert raised.target_s == pytest.approx(0.0215)  # at once


def test_a_lack_is_made_up_for_within_the_bounds_and_a_second_large_one_is_no_rare_one() -> None:
    reserve = Reserve(0.01, 0.003, 0.3)
    assert not reserve.ran_dry(0.0, 0.01, 0.31)
    assert reserve.ran_dry(100.0, 0.01, 0.02)
    assert reserve.target_s == pytest.approx(0.0315)
    assert not reserve.ran_dry(101.0, 0.0, 0.02)  # less than is held already
    assert not reserve.ran_dry(111.0, 0.05, 0.021)  # ten seconds later: the first of its kind
    assert reserve.ran_dry(120.9, 0.05, 0.021)
    assert reserve.target_s == pytest.approx(0.0725)
    assert reserve.ran_dry(121.0, 0.29, 0.29)
    assert reserve.target_s == 0.3


def test_after_a_lack_the_reserve_stays_for_ten_seconds() -> None:
    reserve = Reserve(0.01, 0.003, 0.3)
    dipped(reserve, [0.004] * 12)
    assert reserve.ran_dry(20.0, 0.02, 0.02)
    held = reserve.target_s
    reserve.observe(21.5, 0.05, 0.046)
    reserve.observe(29.5, 0.05, 0.046)
    assert reserve.target_s == held
    reserve.observe(30.5, 0.05, 0.046)
    assert reserve.target_s == pytest.approx(held - (held - reserve.needed_s) / 15)


# ---- both ----


def test_a_player_is_told_the_reserve_a_frame_and_how_long_a_pause_may_be() -> None:
    level = PlayoutLevel(0.05)
    assert HOP_S == pytest.approx(256 / RATE, rel=0.01)
    player = level.player(Ring(RATE), RATE)
    assert player.rest == round((0.05 - HOP_S) * RATE)
    assert player.slack == round(1.25 * HOP_S * RATE)
    assert player.prefill == player.rest + round(HOP_S * RATE)
    assert player.watch == round(WATCH_S * RATE)
    assert level.before_write(10.0, player) == 1.0  # nothing plays yet
    level.before_write(10.5, player)  # half a second between packets
    assert player.watch == round(5 * 0.5 * RATE)
    level.before_write(10.6, player)
    assert player.watch == round(5 * 0.995 * 0.5 * RATE)
    level.before_write(11.3, player)  # more than 0.6 s was no jitter
    assert player.watch == round(5 * 0.995 * 0.5 * RATE)
    assert player.lowest == 1 << 62


def test_half_of_the_time_that_sound_is_good_for_may_be_spent_waiting() -> None:
    level = PlayoutLevel(0.25)
    player = level.player(Ring(RATE), RATE)
    level.before_write(10.0, player, math.nan)
    assert level.reserve.most_s == 0.6
    level.before_write(10.0, player, 0.2)
    assert level.reserve.most_s == pytest.approx(0.1)
    level.before_write(10.1, player, 0.1)  # what was late once says nothing for some seconds
    assert level.reserve.most_s == pytest.approx(0.1 * math.exp(-0.1 / 5))
    level.before_write(10.1, player, 0.3)
    assert level.reserve.most_s == pytest.approx(0.15)
    level.before_write(10.2, player, math.inf)
    assert level.reserve.most_s == 0.6


def test_while_it_plays_what_waits_before_a_packet_is_brought_to_the_reserve() -> None:
    level = PlayoutLevel(0.05)
    ring = Ring(RATE)
    player = level.player(ring, RATE)
    level.begin()
    ring.write(np.full(round(0.075 * RATE), 0.1, np.float32))
    out = np.zeros(round(0.02 * RATE), np.float32)
    player.fed_s = 9.99
    player.read(out, 9.995, False)
    assert player.playing
    waits = ring.fill / RATE - 0.005  # the card took 20 ms at 9.995, of which 5 ms are played
    omega = 2 * math.pi / 40
    got = level.before_write(10.0, player)
    wanted = 2 * omega * (waits - (0.05 - HOP_S))
    assert got == pytest.approx(1 - max(-0.005, min(0.005, wanted)), abs=1e-6)
    again = level.before_write(10.0 + 0.5 * HOP_S, player)  # the same packet's second frame: not measured
    assert again == got
    assert level.clock_difference == pytest.approx(omega**2 * (waits - (0.05 - HOP_S)), rel=1e-3)


def test_a_buffer_that_ran_dry_is_told_to_the_reserve_once(monkeypatch: pytest.MonkeyPatch) -> None:
    level = PlayoutLevel(0.0232)
    player = level.player(Ring(RATE), RATE)
    told: list[tuple[float, float, float]] = []
    monkeypatch.setattr(level.reserve, "ran_dry", lambda *seen: told.append(seen))
    level.before_write(10.0, player)
    assert told == []
    player.underruns, player.dry_s = 1, 10.99
    level.before_write(11.0, player)
    level.before_write(11.01, player)
    assert [np.round(seen, 6).tolist() for seen in told] == [[11.0, round(level.reserve.target_s, 6), 0.01]]
