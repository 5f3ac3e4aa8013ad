"""The reserve before the sound card follows packets, jitter and stalls: simulated minutes, clocks turned by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bk_realtime.sink.reserve import Reserve
from tests.playout_run import HOP_S, PlayoutRun, stalled, writes

PACKET_S = 16 / 1024
LEAST_S = 2 * HOP_S + PACKET_S + 0.0018
"""Frame, lookahead, packet and computing: what no buffer can take away."""


@pytest.mark.parametrize("ppm", [100.0, -100.0])
def test_small_packets_with_jitter_and_drift(monkeypatch: pytest.MonkeyPatch, ppm: float) -> None:
    run = PlayoutRun(monkeypatch, writes(480, PACKET_S, 0.0005), ppm)
    assert run.dry[-1] == 0
    # held is a little more than the largest jitter that comes, 4 ms: that there is an end to it is not known
    settled = run.delay[run.at > 120]
    assert np.median(settled) < LEAST_S + 0.0075
    assert np.quantile(settled, 0.99) < LEAST_S + 0.009
    # the delay does not grow: uncontrolled, 100 ppm are 18 ms from there on
    assert abs(run.mean_delay(300, 390) - run.mean_delay(390)) < 0.001


@pytest.mark.parametrize("seed", [2, 3])
def test_worse_than_what_was_seen_is_held_for(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Jitter without an end to it (2 ms on average): its records come again and again, and none of them is heard."""
    run = PlayoutRun(monkeypatch, writes(900, PACKET_S, 0.002, seed, most=20.0), 100.0)
    assert run.underruns(10) == 0
    assert run.mean_delay(60) < LEAST_S + 0.032


def test_the_first_seconds_tell_what_the_next_bring() -> None:
    """Jitter of 2 ms, unknown at the start, in forty sessions: after ten seconds one of them runs dry, once."""
    late = []
    for seed in range(40):
        with pytest.MonkeyPatch.context() as patch:
            run = PlayoutRun(patch, writes(25, PACKET_S, 0.002, seed, most=20.0), 100.0)
        late.append(run.underruns(10))
    assert sum(late) <= 1


def test_who_begins_with_little_waits_for_what_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--profile fast`: nothing is held for on suspicion in the first ten seconds, only what ran dry."""
    come = writes(9, PACKET_S, 0.001, most=2.0)
    fast = PlayoutRun(monkeypatch, come, prefill_s=1.5 * HOP_S)
    usual = PlayoutRun(monkeypatch, come)
    assert fast.reserve[-1] < 0.5 * HOP_S + 0.002 * (1 + fast.dry[-1])
    assert usual.reserve[-1] > fast.reserve[-1] + 0.002


def test_a_level_that_is_being_moved_is_no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 20 s on all comes 12 ms sooner, which the drift control gives back within half a minute."""
    come = writes(60, PACKET_S, 0.0001)
    run = PlayoutRun(monkeypatch, replace(come, at=np.where(come.at > 20, come.at - 0.012, come.at)))
    dips = list(run.sink._level.reserve._whole.dips)
    assert max(dips[22:]) < max(dips[5:18]) + 0.0015


def test_soak_with_drift_jitter_and_stalls_in_a_compressed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 ppm; a stall of 50 to 100 ms every five minutes is one short fade, all else is gapless, and nothing grows."""
    come = stalled(writes(1800, PACKET_S, 0.0005), 300.0, long_s=(0.05, 0.1))
    run = PlayoutRun(monkeypatch, come, 100.0)
    # nothing is kept that grows with what was played
    assert len(run.sink._level.reserve._whole.dips) <= 300
    deadlines = run.sink._player.deadlines
    assert deadlines._written - deadlines._read < 10
    assert run.dry[run.at < 10][-1] == 0
    assert run.underruns(10) == len(come.stalls)
    near_stall = np.zeros(len(run.at), bool)
    for begin, _ in come.stalls:
        near_stall |= (run.at > begin) & (run.at < begin + 15)
    calm = (run.at > 60) & ~near_stall
    slope, _ = np.polyfit(run.at[calm], run.delay[calm], 1)
    assert abs(slope) * 1800 < 0.002
    assert np.median(run.delay[calm]) < LEAST_S + 0.008
    assert np.quantile(run.delay, 0.99) < LEAST_S + 0.020


def test_packets_of_a_quarter_of_a_second_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    run = PlayoutRun(monkeypatch, writes(240, 0.25, 0.004))
    assert run.underruns(0) <= 7
    assert run.underruns(120) <= 2
    assert (run.sink._player.cuts, run.sink._player.skipped) == (0, 0)
    # besides packet, frames and computing of a whole packet (21 hops), the jitter (up to 32 ms) and a hop
    assert run.mean_delay(120) < 2 * HOP_S + 0.25 + 0.0018 + 0.032


def test_busy_machine_then_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    run = PlayoutRun(monkeypatch, stalled(writes(560, PACKET_S, 0.0005), 3.0, 120.0))
    assert run.underruns(0, 120) <= 8  # of about 38 stalls
    assert run.mean_delay(20, 120) < LEAST_S + 0.07
    # given back once the five minutes that are remembered are over
    assert run.underruns(125) == 0
    assert run.mean_delay(520) < LEAST_S + 0.008


def test_rare_events_leave_no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stall every minute and a half costs one fade each; the delay does not climb from one to the next."""
    come = stalled(writes(600, PACKET_S, 0.0005), 90.0)
    run = PlayoutRun(monkeypatch, come)
    assert run.underruns(0) <= len(come.stalls)
    assert np.quantile(run.delay[run.at > 10], [0.5, 0.99]) == pytest.approx(
        [LEAST_S + 0.008, LEAST_S + 0.022], abs=4e-3
    )


def test_a_pause_is_no_jitter() -> None:
    reserve = Reserve(0.01, 0.003, 0.3)
    assert not reserve.ran_dry(1.0, 0.01, 5.0)
    assert not reserve.ran_dry(1.5, 0.01, 0.05)  # the first large one may be the only one
    assert reserve.target_s == 0.01
    assert reserve.ran_dry(2.0, 0.01, 0.05)
    assert reserve.target_s == pytest.approx(0.0615)


def test_a_small_lack_is_made_up_for_at_once_and_given_back_slowly() -> None:
    reserve = Reserve(0.01, 0.003, 0.3)
    assert reserve.ran_dry(2.0, 0.01, 0.02)
    assert reserve.target_s == pytest.approx(0.0315)
    for second in range(3, 12):  # held for ten seconds
        reserve.observe(float(second), 0.03, 0.025)
    assert reserve.target_s == pytest.approx(0.0315)
    for second in range(12, 400):
        reserve.observe(float(second), 0.03, 0.025)
    assert reserve.target_s == pytest.approx(0.0065, abs=1e-4)  # the 5 ms that are needed and a little


@pytest.mark.parametrize(("pauses", "prefill_s"), [(((20, 20.3), (25, 25.3)), 0.0232), ((), 0.5)])
def test_the_reserve_never_makes_all_sound_too_old_to_be_heard(
    monkeypatch: pytest.MonkeyPatch, pauses, prefill_s
) -> None:
    """Two pauses of the amplifier, or a start with more than may wait: the voice is back within seconds, and young."""
    come = writes(60, 0.0156, 0.002)
    at = come.at.copy()
    for begin, end in pauses:
        at[slice(*np.searchsorted(at, (begin, end)))] = end
    run = PlayoutRun(monkeypatch, replace(come, at=at), max_age_s=0.21, prefill_s=prefill_s)
    assert run.plays[run.at > 28].all()
    assert run.mean_delay(28) < 0.15  # three quarters of the limit: stale sound comes back
