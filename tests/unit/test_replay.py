"""Replay without LSL: what leaves when, loops without drift, planted faults, and the in-process source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.replay.faults import FAULT_KINDS, Fault, inject, parse_fault, read_faults
from bk_realtime.replay.timeline import Step, Track, loop_range, plan, play, span, track_of
from bk_realtime.xdf import XdfWriter, info_xml, read_xdf
from tests.manual_clock import ManualClock

T0 = 1000.0


def track(n: int = 1000, sfreq: float = 100.0, start: float = T0, kind: str = "sEEG", n_channels: int = 2) -> Track:
    labels = tuple(f"A{i + 1}" for i in range(n_channels))
    said = StreamDescription(kind.lower(), kind, kind, sfreq, labels, ("microvolts",) * n_channels)
    stamps = start + np.arange(n) / sfreq
    data = np.arange(n * n_channels, dtype=np.float32).reshape(n, n_channels)
    return Track(said, info_xml(said), stamps, stamps, data)


def marks(times: list[float]) -> Track:
    said = StreamDescription("marks", "Markers", "marks", 0.0, ("text",), ("",), "string")
    stamps = np.array(times)
    return Track(said, info_xml(said), stamps, stamps, [[f"m{t:g}"] for t in times])


def write(
    path: Path, n: int = 500, unit: str = "microvolts", twice: bool = False, stamps: np.ndarray | None = None
) -> Path:
    with XdfWriter(path) as writer:
        for i, name in enumerate(["left", "right"][: 1 + twice]):
            said = StreamDescription("amp", "sEEG", name, 100.0, ("A1", "A2"), (unit,) * 2)
            writer.add_stream(i, info_xml(said))
            writer.write(i, T0 + np.arange(n) / 100 if stamps is None else stamps, np.arange(2.0 * n).reshape(n, 2) + i)
        audio = StreamDescription("mic", "Audio", "mic", 200.0, ("mono",), ("",))
        writer.add_stream(9, info_xml(audio))
        writer.write(9, [T0], [[0.5]])
    return path


def sent(tracks: list[Track], number: int, steps: list[Step]) -> np.ndarray:
    """Indices of a track's samples in the order in which they leave."""
    return np.concatenate([np.arange(s.start, s.stop) for s in steps if s.track == number and s.action == "send"])


@pytest.mark.parametrize("chunk_s", [0.0, 0.016, 0.1, 3.0])
def test_every_sample_leaves_once_in_order_and_on_time(chunk_s: float) -> None:
    tracks = [track(), track(4000, 400.0, T0 + 0.003, "Audio"), marks([T0 + 1, T0 + 1, T0 + 7.5])]
    begin, last = span(tracks)
    steps = list(plan(tracks, begin, np.inf, chunk_s))
    assert [s.due for s in steps] == sorted(s.due for s in steps)
    for i, t in enumerate(tracks):
        np.testing.assert_array_equal(sent(tracks, i, steps), np.arange(len(t)))
    clock, left = ManualClock(50.0), []
    play(steps, clock, lambda step: left.append((step, clock.now())), begin)
    for step, now in left:
        due = 50.0 + tracks[step.track].due[step.start : step.stop] - begin
        assert now >= due[-1] - 1e-9
        assert now - due[0] < chunk_s + 1e-6  # nothing waits for longer than its packet
    assert clock.now() == pytest.approx(50.0 + last - begin)


def test_speed_and_stop() -> None:
    clock, seen = ManualClock(), []
    steps = list(plan([track()], T0, np.inf, 0.0))
    play(steps, clock, seen.append, T0, speed=4.0)
    assert clock.now() == pytest.approx(9.99 / 4)
    assert len(seen) == 1000
    clock, seen = ManualClock(), []
    play(steps, clock, seen.append, T0, stopped=lambda: clock.now() >= 3)
    assert 299 <= len(seen) <= 301


def test_a_late_step_does_not_delay_the_next() -> None:
    clock, times = ManualClock(), []

    def slow(step: Step) -> None:
        times.append(clock.now())
        if step.start == 100:
            clock.advance(0.5)

    play(plan([track()], T0, np.inf, 0.0), clock, slow, T0)
    late = np.array(times) - np.arange(1000) / 100
    assert late[101] > 0.4
    assert np.abs(late[160:]).max() < 1e-9


def test_loops_without_drift_or_seam() -> None:
    neural = track(997, 99.7)
    audio = track(9000, 441.0, T0 - 2.5, "Audio")  # begins before and ends after the neural stream
    tracks = [neural, audio, marks([T0 - 1, T0 + 3])]
    begin, end = loop_range(tracks)
    assert (begin, end) == (T0, pytest.approx(T0 + 10))
    steps = plan(tracks, begin, end, 0.02, loop=True)
    stamps: list[list[float]] = [[], [], []]
    for step in steps:
        if step.due > begin + 995:
            break
        stamps[step.track] += (tracks[step.track].stamps[step.start : step.stop] + step.shift).tolist()
    gaps = np.diff(stamps[0])
    assert np.abs(gaps - 1 / 99.7).max() < 1e-9
    assert len(stamps[0]) > 99000
    assert abs(stamps[0][99000] - (T0 + 99000 / 99.7)) < 1e-6  # after a hundred rounds
    assert np.diff(stamps[1]).min() > 0
    assert np.diff(stamps[1]).max() < 2 / 441
    assert np.diff(stamps[2]) == pytest.approx(np.full(len(stamps[2]) - 1, 10.0))


def test_stamps_that_step_back_keep_their_order(tmp_path: Path) -> None:
    stamps = T0 + np.arange(500) / 100
    stamps[100:] -= 0.05
    t = track_of(read_xdf(write(tmp_path / "x.xdf", stamps=stamps))[0])
    assert np.diff(t.due).min() >= 0
    np.testing.assert_array_equal(t.stamps, stamps)
    np.testing.assert_array_equal(sent([t], 0, list(plan([t], T0, np.inf, 0.016))), np.arange(500))


def test_stamps_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    stamps = T0 + np.arange(500) / 100
    stamps[7] = np.nan
    with pytest.raises(BkError, match="damaged"):
        track_of(read_xdf(write(tmp_path / "x.xdf", stamps=stamps))[0])


def test_part_of_a_recording() -> None:
    steps = list(plan([track()], T0 + 2, T0 + 3, 0.1))
    np.testing.assert_array_equal(sent([track()], 0, steps), np.arange(200, 300))


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_faults_do_what_they_say(kind: str) -> None:
    original = track()
    kept = original.data.copy(), original.stamps.copy()
    fault = Fault(kind, 2.0, 0.5, size_s=0.3, channels=("A2",) if kind in ("nan", "flat", "saturate") else ())
    (hit,) = inject([original], [fault], T0)
    np.testing.assert_array_equal(original.data, kept[0])
    np.testing.assert_array_equal(original.stamps, kept[1])
    inside = slice(200, 250)
    if kind in ("gap", "drop"):
        assert len(hit) == 950
        assert hit.stamps[200] - hit.stamps[199] == pytest.approx(0.51)
        assert hit.outages == (() if kind == "gap" else ((pytest.approx(T0 + 2), pytest.approx(T0 + 2.5)),))
    elif kind == "duplicate":
        assert len(hit) == 1050
        np.testing.assert_array_equal(hit.data[200:250], hit.data[250:300])
        np.testing.assert_array_equal(hit.stamps[200:250], hit.stamps[250:300])
        assert np.diff(hit.due).min() >= 0
    elif kind in ("jitter", "clock_jump"):
        moved = hit.stamps - original.stamps
        assert np.all(moved[:200] == 0)
        if kind == "jitter":
            assert moved[inside].std() == pytest.approx(0.3, rel=0.4)
            assert np.all(moved[250:] == 0)
        else:
            np.testing.assert_allclose(moved[200:], 0.3)
        np.testing.assert_array_equal(hit.due, original.due)
    else:
        np.testing.assert_array_equal(hit.data[:, 0], original.data[:, 0])
        outside = np.r_[0:200, 250:1000]
        np.testing.assert_array_equal(hit.data[outside], original.data[outside])
        want = {"nan": np.nan, "flat": original.data[200, 1], "saturate": original.data[:, 1].max()}[kind]
        np.testing.assert_array_equal(hit.data[inside, 1], np.full(50, want))


def test_a_dropped_stream_leaves_and_returns_in_the_plan() -> None:
    (hit,) = inject([track()], [Fault("drop", 2.0, 0.5)], T0)
    steps = list(plan([hit], T0, np.inf, 0.1))
    actions = [(s.action, round(s.due - T0, 3)) for s in steps if s.action != "send"]
    assert actions == [("leave", 2.0), ("return", 2.5)]
    assert not any(T0 + 2.0 < s.due < T0 + 2.5 for s in steps if s.action == "send")


def test_faults_from_files_and_flags(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_text(
        '[[fault]]\nkind = "gap"\nat_s = 2\nseconds = 0.5\n[[fault]]\nkind = "nan"\nat_s = 3\nchannels = ["A1"]\n'
    )
    assert read_faults(path) == [Fault("gap", 2.0, 0.5), Fault("nan", 3.0, channels=("A1",))]
    assert parse_fault("clock_jump:5:0:0.7") == Fault("clock_jump", 5.0, 0.0, size_s=0.7)
    assert parse_fault("flat:5:2:A1,A2").channels == ("A1", "A2")
    for text in ("gap", "gap:x", "gap:1:2:3:4", "flood:1", "gap:1:-1"):
        with pytest.raises(BkError, match="fault"):
            parse_fault(text)
    for text in ("x = 1", '[[fault]]\nkind = "gap"\nat_s = 1\nsize = 2', '[[fault]]\nkind = "flood"\nat_s = 1', ""):
        path.write_text(text)
        with pytest.raises(BkError):
            read_faults(path)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("gap", 1.0, stream="x"), "no stream 'x'"),
        (Fault("nan", 1.0, channels=("Z9",)), "no channel 'Z9'"),
        (Fault("nan", 1.0, stream="marks"), "carries text"),
    ],
)
def test_faults_that_hit_nothing_are_refused(fault: Fault, said: str) -> None:
    with pytest.raises(BkError, match=said):
        inject([track(), marks([T0])], [fault], T0)
