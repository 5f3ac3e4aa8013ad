"""The engine's core: parity under any chunking, causality filters to waveform, gaps, backlog, age of data."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.chain import Chain
from bk_realtime.engine.core import Core
from bk_realtime.engine.wiring import latency_budget
from bk_realtime.metrics import Metrics
from bk_realtime.session.settings import GapPolicy, SafetySettings
from bk_realtime.source.base import SourceEvent
from bk_realtime.source.stamps import StampJudge
from bk_realtime.voice.output_guard import OutputGuard
from tests.engine_fakes import LABELS, SFREQ, chunks, noise, tiny_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory):
    return tiny_bundle(tmp_path_factory.mktemp("bundle") / "b")


def make_core(bundle, **policy) -> tuple[Core, list[dict]]:
    events: list[dict] = []
    guard = OutputGuard(SafetySettings(unmuted=True), bundle.mel.sample_rate)
    return Core(Chain(bundle, LABELS), guard, Metrics(), GapPolicy(**policy), events.append), events


def collect(core: Core, items, now: float | None = None, events=None) -> dict[str, np.ndarray]:
    outs = []
    for i, chunk in enumerate(items):
        at = chunk.received if now is None else now
        outs.append(core.process(chunk, (events or {}).get(i, ()), at))
    return {
        "mel": np.concatenate([o.decoded.mel for o in outs]),
        "audio": np.concatenate([o.decoded.audio for o in outs]),
        "guarded": np.concatenate([o.guarded for o in outs]),
        "mel_stamps": np.concatenate([o.mel_stamps for o in outs]),
        "audio_stamps": np.concatenate([o.audio_stamps for o in outs]),
    }


@given(sizes=st.lists(st.integers(0, 60), max_size=15))
def test_any_chunking_gives_the_same_mel_and_audio(bundle, sizes: list[int]) -> None:
    x = noise(1000)
    want = collect(make_core(bundle, max_backlog_s=10.0)[0], chunks(x, []))
    got = collect(make_core(bundle, max_backlog_s=10.0)[0], chunks(x, sizes))
    assert len(want["mel"]) == 84
    np.testing.assert_array_equal(got["mel"], want["mel"])
    np.testing.assert_array_equal(got["audio"], want["audio"])
    np.testing.assert_allclose(got["mel_stamps"], want["mel_stamps"], atol=1e-9)
    np.testing.assert_allclose(got["audio_stamps"], want["audio_stamps"], atol=1e-9)


@pytest.mark.parametrize("rate", [SFREQ, 2000], ids=["its rate", "resampled"])
@given(sizes=st.lists(st.integers(0, 60), max_size=15))
def test_taken_a_frame_at_a_time_all_is_the_same(bundle, rate: int, sizes: list[int]) -> None:
    guard, x = OutputGuard(SafetySettings(unmuted=True), bundle.mel.sample_rate), noise(700)
    wanted = Chain(bundle, LABELS, rate=Fraction(rate)).push(x)
    paced: list[float] = []
    policy = GapPolicy(max_backlog_s=10.0)
    core = Core(Chain(bundle, LABELS, rate=Fraction(rate)), guard, Metrics(), policy, lambda event: None)
    core.pace.decoded = lambda seconds, signal_s: paced.append(signal_s)  # type: ignore[method-assign]
    outs, items = [], chunks(x, sizes)
    for chunk in items:
        parts = core.take(chunk, (), chunk.received)
        assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
        assert sum(len(part.data) for part in parts) == len(chunk)
        outs += [core.decode(part, chunk.received) for part in parts]
    # a resampler has a delay of its own
    assert max(len(out.decoded.features) for out in outs) <= (1 if rate == SFREQ else 2)
    np.testing.assert_array_equal(np.concatenate([o.decoded.mel for o in outs]), wanted.mel)
    np.testing.assert_array_equal(np.concatenate([o.decoded.audio for o in outs]), wanted.audio)
    # whether decoding keeps up is told of all that waited, not of a part of it
    assert paced == pytest.approx([len(chunk) / rate for chunk in items])


def test_offline_whole_equals_live(bundle) -> None:
    """`forward` of every operator on the whole recording == the live core, chunk by chunk."""
    import torch

    x = noise(3000)
    got = collect(make_core(bundle)[0], chunks(x, [12] * 249))
    chain = Chain(bundle, LABELS)
    y = torch.from_numpy(x.astype(np.float64))[None]
    with torch.inference_mode():
        for op in chain.stages["features"] + chain.stages["decoder"]:
            y = op.forward(y)
        mel = y[0].numpy()
        # phases are chosen by comparing magnitudes, so the waveform is compared on the very same mel
        live_mel = torch.from_numpy(got["mel"])[None]
        audio = chain.stages["vocoder"][0].forward(live_mel)[0, :, 0].numpy()
    assert len(got["mel"]) == len(mel)
    np.testing.assert_allclose(got["mel"], mel, atol=1e-4)
    n = len(got["audio"])
    assert n > 50_000
    error = got["audio"] - audio[:n]
    assert 10 * np.log10(np.mean(audio[:n] ** 2) / max(np.mean(error**2), 1e-30)) > 60


def test_causality_filters_to_waveform(bundle) -> None:
    """What was voiced before sample t does not change with anything that comes at t or after, to the last bit."""
    x, cut = noise(2000), 1500
    other = x.copy()
    other[cut:] = 1e3 * noise(500, seed=9)
    a, b = Chain(bundle, LABELS), Chain(bundle, LABELS)
    first, same = a.push(x[:cut]), b.push(other[:cut])
    assert np.array_equal(first.audio, same.audio)
    whole = Chain(bundle, LABELS).push(x)
    assert len(first.audio) > 20_000
    np.testing.assert_allclose(whole.audio[: len(first.audio)], first.audio, atol=1e-6)
    # the declared lookahead is exact: the first sample that was withheld does depend on what comes later
    changed = Chain(bundle, LABELS).push(other)
    n = len(first.audio)
    assert not np.allclose(changed.audio[n : n + 256], whole.audio[n : n + 256], atol=1e-4)


def test_audio_counts_match_the_declared_latency(bundle) -> None:
    chain = Chain(bundle, LABELS)
    out = chain.push(noise(SFREQ * 2))
    assert len(out.audio) == 256 * len(out.mel) - chain.stages["vocoder"][0].lookahead


def test_short_gap_is_counted_and_carried_over(bundle) -> None:
    x = noise(2000)
    items = chunks(x, [1000])
    late = items[1]
    items[1] = type(late)(late.data[100:], late.first_index, late.stamps[100:], 0.0, late.received)
    gap = SourceEvent("gap", 1000, 100 / SFREQ, "100 samples missing")
    core, events = make_core(bundle, max_backlog_s=10.0)
    got = collect(core, items, events={1: [gap]})
    assert len(got["mel"]) == core.chain.frame_clock.n_frames(1900)
    assert np.isfinite(got["audio"]).all()
    # stamps stay true: the frame across the gap is that much longer, the others are as ever
    steps = np.diff(got["mel_stamps"])
    assert steps.max() == pytest.approx(100 / SFREQ + 256 / 22050, abs=1.01 / SFREQ)
    np.testing.assert_allclose(np.delete(steps, steps.argmax()), 256 / 22050, atol=1.01 / SFREQ)
    assert [e["event"] for e in events] == ["segment", "gap"]
    assert core.metrics.snapshot()["counters"]["gap"] == 1


@pytest.mark.parametrize(("seconds", "anew"), [(-0.02, False), (0.2, False), (-0.3, True), (3600.0, True)])
def test_only_a_clock_that_was_set_by_more_than_a_carried_gap_starts_a_new_segment(
    bundle, seconds: float, anew: bool
) -> None:
    jump = SourceEvent("clock jump", 1000, seconds, "set")
    core, events = make_core(bundle, max_backlog_s=10.0)
    collect(core, chunks(noise(2000), [1000]), events={1: [jump]})
    assert [e["event"] for e in events] == ["segment", "clock jump", *(["reset", "segment"] if anew else [])]


def test_long_gap_starts_a_new_segment(bundle) -> None:
    x = noise(2000)
    gap = SourceEvent("gap", 1000, 1.0, "1 s missing")
    core, events = make_core(bundle, max_backlog_s=10.0)
    got = collect(core, chunks(x, [1000]), events={1: [gap]})
    fresh = collect(make_core(bundle, max_backlog_s=10.0)[0], chunks(x[1000:], []))
    n = core.chain.frame_clock.n_frames(1000)
    np.testing.assert_allclose(got["mel"][n:], fresh["mel"], atol=1e-5)
    assert [e["event"] for e in events] == ["segment", "gap", "reset", "segment"]


def test_backlog_is_dropped_to_the_newest_and_counted(bundle) -> None:
    core, events = make_core(bundle, max_backlog_s=0.5, keep_s=0.1)
    collect(core, chunks(noise(1224), [200]))
    assert core.metrics.snapshot()["counters"]["dropped_samples"] == 1024 - 102
    assert "dropped to the newest" in events[1]["text"]
    second = [e for e in events if e["event"] == "segment"][1]
    assert second["stamp"] == pytest.approx(100.0 + (1224 - 102) / SFREQ)


def test_what_arrives_during_start_up_is_no_fault(bundle) -> None:
    """However many pieces it comes in; and what is decoded then begins anew with the last."""
    core, events = make_core(bundle, max_backlog_s=0.5, keep_s=0.1)
    x = noise(3000)
    items = chunks(x, [1024, 1024, 900])
    audio = [core.process(c, (), items[-1].received).decoded.audio for c in items]
    assert [e["event"] for e in events] == ["start", "segment"] * 3
    assert "dropped_samples" not in core.metrics.snapshot()["counters"]
    fresh = collect(make_core(bundle)[0], chunks(x[2948 - 102 :], [102]))
    np.testing.assert_array_equal(np.concatenate(audio)[-len(fresh["audio"]) :], fresh["audio"])
    collect(core, chunks(x, [1024, 52]))
    assert core.metrics.snapshot()["counters"]["dropped_samples"] > 0


@pytest.mark.parametrize("clock_s", [0.0, 1e6])
def test_a_sender_of_long_blocks_is_not_starting_for_ever(bundle, clock_s: float) -> None:
    """Where its clock is far behind ours, too."""
    core, events = make_core(bundle, max_backlog_s=0.5, keep_s=0.1)
    for chunk in chunks(noise(614 * 25), [614] * 25):
        core.process(chunk, (), chunk.received + clock_s)
    kinds = [e["event"] for e in events]
    assert kinds.count("reset") >= 7
    assert core.metrics.snapshot()["counters"]["dropped_samples"] > 0


def test_old_data_fades_out_and_comes_back(bundle) -> None:
    x = noise(4096)
    items = chunks(x, [64] * 63)
    core, _ = make_core(bundle)
    fresh = [core.process(c, (), c.received) for c in items[:20]]
    assert np.abs(np.concatenate([o.guarded for o in fresh])).max() > 0
    stale = [core.process(c, (), c.received + 2.0) for c in items[20:40]]
    assert core.guard.stale
    assert np.abs(stale[-1].guarded).max() == 0
    for c in items[40:]:
        core.process(c, (), c.received)
    assert not core.guard.stale


def test_old_data_fade_out_though_the_stamps_are_in_epoch_seconds(bundle) -> None:
    core, _ = make_core(bundle)
    judge = StampJudge(core.chain.rate)
    for number, chunk in enumerate(chunks(noise(8192), [64] * 127)):
        late = 3.0 if number >= 60 else 0.0
        sent = dataclasses.replace(chunk, stamps=chunk.stamps + 1.79e9, received=chunk.received + late)
        times, _ = judge.observe(sent)
        core.process(dataclasses.replace(sent, times=times), (), sent.received)
        assert core.age_by == "arrival"
        assert core.guard.stale == (number >= 60)


def test_nan_in_the_signal_never_reaches_the_sound(bundle) -> None:
    x = noise(2000)
    x[300:700, 2] = np.nan
    x[900:950] = np.nan
    x[1200, 4] = np.inf
    got = collect(make_core(bundle, max_backlog_s=10.0)[0], chunks(x, [77] * 20))
    assert np.isfinite(got["mel"]).all()
    assert np.isfinite(got["guarded"]).all()


def test_latency_budget_is_one_table(bundle) -> None:
    """Every line between its heading and the devices is a figure, the decoder's lead too."""
    lines = latency_budget(Chain(dataclasses.replace(bundle, lead_ms=50.0), LABELS), 0.03).splitlines()
    assert lines[0] == "latency budget, ms:"
    assert all(line.startswith("  ") for line in lines[1:-1])
    assert lines[-2].split()[:3] == ["decoder", "lead", "-50.0"]
    assert lines[-1] == "decoder on cpu, vocoder on cpu"
