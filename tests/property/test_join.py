"""Several amplifiers on one clock: the same rows however samples are cut, right phases, gaps and late partners."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bk_realtime.join import Joined, Joiner, Line
from bk_realtime.join.fractional import FractionalDelay
from tests.property.test_gaps import device

TONE_HZ = 150.0


def taken(seconds: float, rate: float, ppm: float, jitter_s: float, packet: int = 16, seed: int = 0):  # type: ignore[no-untyped-def]
    """(true times, stamps) of an amplifier that runs ``ppm`` fast and stamps its packets late."""
    actual = rate * (1 + 1e-6 * ppm)
    stamps, _ = device(seconds, rate, actual, packet, jitter_s, seed=seed)
    return 100 + (1 + np.arange(len(stamps))) / actual, stamps


def together(parts: list[Joined]) -> np.ndarray:
    assert [p.first_index for p in parts] == [0, *itertools.accumulate(len(p.data) for p in parts[:-1])]
    return np.concatenate([p.data for p in parts])


def whole(joiner: Joiner, *streams: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    for which, (data, stamps) in enumerate(streams):
        joiner.push(which, data, stamps)
    return together([joiner.finish()])


def phase_error(rows: np.ndarray, times: np.ndarray, hz: float = TONE_HZ) -> np.ndarray:
    """Degrees between columns 1 and 0 at ``hz``, by half seconds; NaN where column 1 is not whole."""
    half = int(0.5 / float(np.median(np.diff(times))))
    out = []
    for a in range(0, len(rows) - half, half):
        turn = np.exp(-2j * np.pi * hz * times[a : a + half])
        one, other = (np.sum(rows[a : a + half, c] * turn) for c in (0, 1))
        out.append(np.angle(other / one, deg=True))
    return np.array(out)


@settings(deadline=None, max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    rates=st.sampled_from([(1000.0, 1000.0), (1000.0, 2048.0), (2048.0, 1000.0), (512.0, 600.0)]),
    ppm=st.sampled_from([0.0, 200.0, -3000.0]),
    jitter=st.sampled_from([0.0, 1e-3, 5e-3]),
    cuts=st.lists(st.integers(1, 900), min_size=6, max_size=8),
    order=st.integers(0, 2**32 - 1),
    gap=st.sampled_from([None, (0, 0.4), (1, 0.2), (1, 1.3), (1, -0.2), (0, -0.3)]),
)
def test_rows_depend_on_samples_and_stamps_alone(rates, ppm, jitter, cuts, order, gap) -> None:  # type: ignore[no-untyped-def]
    """Any chunking and any interleaving of two partners, through gaps and clocks that are set: bit by bit."""
    rng = np.random.default_rng(order)
    streams = []
    for k, rate in enumerate((*rates, rates[0])):
        _, stamps = taken(3.6, rate, ppm * (k == 1), jitter, seed=k)
        if gap is not None and gap[0] == k:
            cut = len(stamps) * 2 // 3
            stamps = np.concatenate([stamps[:cut], stamps[cut:] + gap[1]])
        streams.append((rng.standard_normal((len(stamps), 2)).astype(np.float32), stamps))
    make = lambda: Joiner(rates[0], 2, [(rates[1], 2), (rates[0], 2)])  # noqa: E731
    expected = whole(make(), *streams)
    assert len(expected) == len(streams[0][1])
    np.testing.assert_array_equal(expected[:, :2], streams[0][0])
    joiner, at, parts = make(), [0, 0, 0], []
    sizes = itertools.cycle(cuts)
    while any(a < len(s[1]) for a, s in zip(at, streams, strict=True)):
        k, n = int(rng.integers(3)), next(sizes)
        joiner.push(k, streams[k][0][at[k] : at[k] + n], streams[k][1][at[k] : at[k] + n])
        at[k] += n
        parts.append(joiner.take())
    np.testing.assert_array_equal(together([*parts, joiner.finish()]), expected)


@pytest.mark.parametrize("ppm", [0.0, 50.0, 200.0])
@pytest.mark.parametrize("rates", [(1000.0, 1000.0), (1000.0, 2048.0), (2048.0, 1000.0)])
def test_a_common_tone_keeps_its_phase(rates: tuple[float, float], ppm: float) -> None:
    """Packets of 16 stamped up to some ms late: 150 Hz within 12 degrees from 5 s, 4 degrees from 45 s on; with exact
    stamps within 0.6 degrees. The drift is told to 3 ppm."""
    for jitter, early, late in ((0.0, 0.6, 0.2), (1e-3, 12.0, 4.0)):
        (ta, sa), (tb, sb) = taken(60, rates[0], 0, jitter), taken(60, rates[1], ppm, jitter, seed=1)
        tone = [np.sin(2 * np.pi * TONE_HZ * t)[:, None] for t in (ta, tb)]
        joiner = Joiner(rates[0], 1, [(rates[1], 1)])
        rows = whole(joiner, (tone[0], sa), (tone[1], sb))
        error = np.abs(phase_error(rows, ta))
        assert np.nanmax(error[10:]) < early
        assert np.nanmax(error[90:]) < late
        assert np.isfinite(error[3:-1]).all()
        assert joiner.drift_ppm(1) == pytest.approx(ppm, abs=3 if jitter else 0.1)
        rms, most = joiner.residual_ms(1)
        assert 0 <= rms <= most < 1.0


@pytest.mark.parametrize("rates", [(1000.0, 1000.0), (1000.0, 2048.0), (2048.0, 1000.0), (512.0, 2048.0)])
def test_flat_to_170_hz_and_nothing_aliases(rates: tuple[float, float]) -> None:
    """A chirp through all fractions: level within 0.1 dB to 170 Hz; what would alias below that is 60 dB down."""
    main, other = rates
    between, rng = FractionalDelay(other, main), np.random.default_rng(0)
    at = np.sort(rng.uniform(100, 3900, 3000))
    before, n = np.floor(at).astype(int), np.arange(4000)
    for hz in (1.0, 40.0, 70.0, 110.0, 150.0, 170.0):
        turns = np.stack([np.cos(2 * np.pi * hz * n / other), np.sin(2 * np.pi * hz * n / other)], 1)
        y = between(turns, before, at - before)
        gain = (y[:, 0] + 1j * y[:, 1]) * np.exp(-2j * np.pi * hz * at / other)
        assert np.abs(20 * np.log10(np.abs(gain))).max() < 0.1
        assert np.abs(np.angle(gain, deg=True)).max() < 0.1
    if other > main:
        hz = main - 170.0
        y = between(np.cos(2 * np.pi * hz * n / other)[:, None], before, at - before)
        assert np.sqrt(2 * np.mean(y**2)) < 1e-3


def test_the_first_half_second_has_no_line_yet() -> None:
    (_, sa), (_, sb) = taken(5, 1000, 0, 0.0), taken(5, 1000, 0, 0.0)
    rows = whole(Joiner(1000, 1, [(1000, 1)]), (np.ones((len(sa), 1)), sa), (np.ones((len(sb), 1)), sb))
    known = np.flatnonzero(np.isfinite(rows[:, 1]))
    assert 500 <= known[0] < 520
    assert len(sa) - 20 < known[-1]
    np.testing.assert_allclose(rows[known, 1], 1.0, atol=1e-6)
    assert len(known) == known[-1] - known[0] + 1


@pytest.mark.parametrize("jitter", [0.0, 1e-3])
def test_a_gap_of_the_partner_is_missing_and_what_follows_is_in_place(jitter: float) -> None:
    """One second is lost by the partner 12 s in: its rows are NaN there, and nowhere else; phases hold after it."""
    (ta, sa), (tb, sb) = taken(30, 1000, 0, jitter), taken(30, 2048, 100, jitter, seed=1)
    kept = (tb < 112) | (tb >= 113)
    tone = [np.sin(2 * np.pi * TONE_HZ * t)[:, None] for t in (ta, tb)]
    joiner = Joiner(1000, 1, [(2048, 1)])
    rows = whole(joiner, (tone[0], sa), (tone[1][kept], sb[kept]))
    missing = np.isnan(rows[600:-100, 1])
    at = ta[600:-100][missing]
    assert 111.97 < at[0] < 112.01
    assert 112.99 < at[-1] < 113.03
    assert len(at) == pytest.approx(1000, abs=40)
    assert np.nanmax(np.abs(phase_error(rows, ta)[28:-1])) < 15
    assert joiner.partners[0].missing == np.isnan(rows[:, 1]).sum()
    assert not joiner.partners[0].late


def test_a_gap_of_the_main_stream_leaves_the_partner_in_place() -> None:
    (ta, sa), (tb, sb) = taken(30, 1000, 0, 1e-3), taken(30, 1000, 100, 1e-3, seed=1)
    kept = (ta < 112) | (ta >= 112.3)
    tone = [np.sin(2 * np.pi * TONE_HZ * t)[:, None] for t in (ta, tb)]
    rows = whole(Joiner(1000, 1, [(1000, 1)]), (tone[0][kept], sa[kept]), (tone[1], sb))
    ta = ta[kept]
    after = ta > 112.4
    assert np.isfinite(rows[600:-20]).all()
    assert np.nanmax(np.abs(phase_error(rows[after], ta[after]))[:-1]) < 15


def test_a_packet_that_is_stamped_late_moves_nothing() -> None:
    """Two packets stamped 60 ms late, which a gap might be for as long as they last."""
    (ta, sa), (tb, sb) = taken(20, 1000, 0, 0.0), taken(20, 1000, 0, 0.0)
    sb = sb.copy()
    sb[8000:8032] += 0.06
    tone = [np.sin(2 * np.pi * TONE_HZ * t)[:, None] for t in (ta, tb)]
    rows = whole(Joiner(1000, 1, [(1000, 1)]), (tone[0], sa), (tone[1], sb))
    np.testing.assert_allclose(rows[600:-20, 1], rows[600:-20, 0], atol=2e-4)


@pytest.mark.parametrize("stamps_end_together", [False, True])
def test_packets_of_a_quarter_second_are_no_gaps(stamps_end_together: bool) -> None:
    """As over Bluetooth: 20 ms of jitter a packet; also where all samples of a packet have the packet's stamp."""
    _, stamps = taken(60, 1000, 0, 0.02, packet=250)
    if stamps_end_together:
        stamps = np.repeat(stamps[249::250], 250)
    line = Line(1000)
    assert line.push(stamps).runs.max() == 0
    line.finish()
    assert 1e6 * line.slope == pytest.approx(0, abs=200)


def test_a_late_partner_is_not_waited_for_and_is_taken_up_again() -> None:
    (_, sa), (_, sb) = taken(6, 1000, 0, 0.0), taken(6, 1000, 0, 0.0)
    joiner = Joiner(1000, 1, [(1000, 1)], late_s=0.15)
    x = np.ones((len(sa), 1))
    parts = []
    for a in range(0, len(sa), 20):
        joiner.push(0, x[a : a + 20], sa[a : a + 20])
        if not 2000 <= a < 4000:  # the network holds two seconds of it back
            b = 2000 if a == 4000 else a
            joiner.push(1, x[b : a + 20], sb[b : a + 20])
        parts.append(joiner.take())
        waiting = a + 20 - sum(len(p.data) for p in parts)
        assert waiting <= 170
        if 2300 <= a < 4000:
            assert waiting == 0
    rows = together([*parts, joiner.finish()])
    (partner,) = joiner.partners
    (late,) = partner.late
    assert 1980 < late[0] < 2000
    assert 3980 <= late[1] <= 4020
    assert np.isnan(rows[slice(*late), 1]).all()
    assert np.isfinite(rows[late[1] : -20, 1]).all()
    assert len(rows) == len(sa)


@pytest.mark.parametrize("scale", [1e3, 1e6, 1e9])
def test_stamps_in_another_unit_wait_no_longer_than_others(scale: float) -> None:
    """A shift and its end found at one sample were taken for neither, and all that came waited for ever."""
    line, out = Line(1000.0), 0
    for k in range(200):
        out += len(line.push(scale * (50 + (16 * k + 1 + np.arange(16)) / 1000)).times)
        assert len(line._held) < 150
    assert out > 3000


def test_stamps_that_are_too_large_to_count_with_end(monkeypatch: pytest.MonkeyPatch) -> None:
    line, shifts = Line(1000.0), list[int]()
    shift_by = line._shift_by

    def counted(*what: np.ndarray) -> None:
        shifts.append(line._n)
        assert len(shifts) < 1000  # it shifted at one sample for ever
        shift_by(*what)

    monkeypatch.setattr(line, "_shift_by", counted)
    line.push(50 + np.arange(2000) / 1000)
    out = line.push(9e18 + 52 + np.arange(4000) / 1000)
    assert len(out.times) > 1000
    assert len(set(shifts)) == len(shifts)


@pytest.mark.parametrize(
    "lags", [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5)], ids=["both at once", "partner first", "main first"]
)
def test_two_streams_of_a_machine_that_was_started_anew_are_joined_again(lags: tuple[float, float]) -> None:
    """Its clock begins near 0: by the stamps alone the partner would be missing until that has caught up, for days."""
    streams = []
    for lag in lags:
        n = round(1000 * (6 - lag))
        stamps = np.concatenate([5000 + (1 + np.arange(4000)) / 1000, 10 + lag + (1 + np.arange(n)) / 1000])
        streams.append((np.sin(2 * np.pi * 7 * stamps)[:, None], stamps))
    (x, t), (y, u) = streams
    after = slice(4100 + round(1000 * max(lags)), -20)
    rows = whole(Joiner(1000.0, 1, [(1000.0, 1)]), (x, t), (y, u))
    np.testing.assert_allclose(rows[after, 1], rows[after, 0], atol=1e-6)
    assert np.isfinite(rows[600:3980, 1]).all()
    other = Joiner(1000.0, 1, [(1000.0, 1)])
    other.push(1, y, u)
    np.testing.assert_array_equal(whole(other, (x, t)), rows)
    live, out = Joiner(1000.0, 1, [(1000.0, 1)], 0.15, 30.0), []
    for first in range(0, 10_000, 16):  # in true time: from 4 s on each is away for its lag
        for which, (data, stamps), lag in zip((0, 1), streams, lags, strict=True):
            true = np.arange(len(stamps)) / 1000 + np.where(stamps < 1000, lag, 0.0)
            now = (true >= first / 1000) & (true < (first + 16) / 1000)
            live.push(which, data[now], stamps[now])
        out.append(live.take())
    heard = together(out)
    at = after.start + 200
    np.testing.assert_allclose(heard[at:, 1], heard[at:, 0], atol=1e-6)


@pytest.mark.parametrize("which", [0, 1])
def test_a_clock_that_was_set_back_for_a_while_is_joined_again(which: int) -> None:
    true = 100 + (1 + np.arange(12_000)) / 1000
    stamps = [true.copy(), true.copy()]
    stamps[which][4000:6000] -= 30.0
    x = np.sin(2 * np.pi * 7 * true)[:, None]
    joiner, out = Joiner(1000.0, 1, [(1000.0, 1)], 0.15, 30.0), []
    for first in range(0, len(true), 16):
        for k in (0, 1):
            joiner.push(k, x[first : first + 16], stamps[k][first : first + 16])
        out.append(joiner.take())
    rows = together(out)
    np.testing.assert_allclose(rows[6500:, 1], rows[6500:, 0], atol=1e-6)


@pytest.mark.parametrize("other", [0, 1], ids=["main alone", "both"])
@pytest.mark.parametrize(
    ("scale", "first"),
    [(1.0, 1e17), (1.0, 1e19), (1e-3, 50.0), (0.0, 50.0), (0.5, 50.0), (1e3, 50.0), (-1.0, 50.0)],
    ids=["16 s apart", "2048 s apart", "thousandths", "standing still", "half", "thousands", "backwards"],
)
def test_rows_wait_within_bounds_whatever_the_stamps_are(scale: float, first: float, other: int) -> None:
    """Rows that no stamp came after waited for ever: no voice, and memory without end."""
    true = (1 + np.arange(8000)) / 1000
    streams = first + scale * true, (first + scale * true if other else 50 + true)
    joiner, n_out = Joiner(1000.0, 1, [(1000.0, 1)], 0.15, 30.0), 0
    for k in range(0, len(true), 50):
        for which, stamps in enumerate(streams):
            joiner.push(which, np.ones((50, 1)), stamps[k : k + 50])
        n_out += len(joiner.take().data)
        # where stamps stand still the line holds samples for two seconds
        assert k + 50 - n_out <= 1000 * (2 + 0.15 + 1) + 50
    (partner,) = joiner.partners
    assert sum(stop - start for start, stop in partner.late) == partner.n_late


@pytest.mark.parametrize("which", [0, 1])
def test_a_clock_that_was_ahead_and_alone_is_set_right_is_joined_again(which: int) -> None:
    """It steps back as that of a machine that was started anew: the other one's was waited for, for ever; and of files
    all rows after that were left out."""
    true = 100 + (1 + np.arange(18_000)) / 1000
    stamps = [true, true]
    stamps[which] = np.append(true[:2000] + 12.0, true[2000:])
    x = np.sin(2 * np.pi * 7 * true)[:, None]
    joiner, out = Joiner(1000.0, 1, [(1000.0, 1)], 0.15, 30.0), []
    for first in range(0, len(true), 40):
        for k in (0, 1):
            joiner.push(k, x[first : first + 40], stamps[k][first : first + 40])
        out.append(joiner.take())
    for rows in (together(out), whole(Joiner(1000.0, 1, [(1000.0, 1)]), *((x, s) for s in stamps))):
        assert len(rows) > 17_980
        np.testing.assert_allclose(rows[15_000:17_980, 1], rows[15_000:17_980, 0], atol=1e-6)


def test_a_main_clock_that_stays_set_back_loses_no_row_of_a_file() -> None:
    true = 100 + (1 + np.arange(6000)) / 1000
    x = np.ones((len(true), 1))
    rows = whole(Joiner(1000.0, 1, [(1000.0, 1)]), (x, np.append(true[:4000], true[4000:] - 30.0)), (x, true))
    assert np.isfinite(rows[600:3980]).all()
    assert np.isnan(rows[4100:, 1]).all()
    assert len(rows) == len(true)
