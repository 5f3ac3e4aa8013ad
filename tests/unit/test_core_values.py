"""What the engine's core says of time, by hand: stamps of frames and samples, age of what is heard, until when."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.clock import FrameClock
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.core import Core, CoreOutput
from bk_realtime.metrics import Metrics
from bk_realtime.session.settings import GapPolicy, SafetySettings
from bk_realtime.source.base import SourceEvent
from bk_realtime.voice.output_guard import OutputGuard
from tests.engine_fakes import LABELS, SFREQ, chunks, noise, tiny_bundle

HOP, RATE = 256, 22050
START = 100.0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return tiny_bundle(tmp_path_factory.mktemp("bundle") / "b")


def made(bundle: Bundle, **policy: float) -> tuple[Core, list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    guard = OutputGuard(SafetySettings(unmuted=True, max_age_ms=200.0), RATE)
    return Core(Chain(bundle, LABELS), guard, Metrics(), GapPolicy(**policy), events.append), events


def play(
    core: Core, n: int, size: int, offset: float = 0.0, late: float = 0.0, buffered: float = 0.0
) -> list[CoreOutput]:
    """Chunks of ``size``; the sender's clock is ``offset`` seconds behind ours, each comes ``late`` seconds late."""
    outs = []
    for chunk in chunks(noise(n), [size] * (n // size - 1)):
        moved = dataclasses.replace(chunk, offset=offset)
        outs.append(core.process(moved, (), float(chunk.stamps[-1]) + offset + late, buffered))
    return outs


@pytest.mark.parametrize("size", [7, 64, 300])
@pytest.mark.parametrize("offset", [0.0, -3.25])
def test_each_frame_has_the_stamp_of_its_newest_sample(bundle: Bundle, size: int, offset: float) -> None:
    core, _ = made(bundle, max_backlog_s=10.0)
    outs = play(core, 500, size, offset)
    clock = FrameClock(Fraction(SFREQ))
    frames = np.concatenate([o.feature_stamps for o in outs])
    assert len(frames) == clock.n_frames(500)
    want = [START + offset + (clock.boundary(k) - 1) / SFREQ for k in range(len(frames))]
    np.testing.assert_allclose(frames, want, atol=1e-9)
    mel = np.concatenate([o.mel_stamps for o in outs])
    assert len(mel) > 30
    np.testing.assert_allclose(mel, want[: len(mel)], atol=1e-9)
    audio = np.concatenate([o.audio_stamps for o in outs])
    at = np.arange(len(audio))
    assert len(audio) > 30 * HOP
    np.testing.assert_allclose(audio, np.array(want)[at // HOP] - (HOP - 1 - at % HOP) / RATE, atol=1e-9)
    assert core.newest_stamp == pytest.approx(START + offset + 499 / SFREQ)
    assert core.n_frames == len(frames)


def test_age_is_from_the_sample_to_the_ear(bundle: Bundle) -> None:
    """Now less the stamp, what waits before the ear and the guard's own delay; too old at 200 ms of all together."""
    core, _ = made(bundle)
    outs = play(core, 512, 16, offset=2.0, late=0.03, buffered=0.05)
    ages = []
    for k, out in enumerate(outs):
        if len(out.audio_stamps):
            now = START + 2.0 + (16 * (k + 1) - 1) / SFREQ + 0.03
            ages.append(now - out.audio_stamps[0] + 0.05 + core.guard.delay_s)
    assert core.metrics.snapshot()["stages"]["age"]["max"] == pytest.approx(1e3 * max(ages), abs=0.01)
    assert 0.09 < max(ages) < 0.2
    assert not core.guard.stale
    worst = max(ages)
    for extra, stale in ((0.198 - worst, False), (0.202 - worst, True)):
        core, _ = made(bundle)
        outs = play(core, 512, 16, offset=2.0, late=0.03 + extra / 2, buffered=0.05 + extra / 2)
        assert core.guard.stale == stale


@pytest.mark.parametrize(("early", "stale"), [(0.9, False), (1.3, True)])
def test_sound_heard_before_it_was_taken_is_of_unknown_age(bundle: Bundle, early: float, stale: bool) -> None:
    core, _ = made(bundle)
    play(core, 512, 16, late=-early)
    assert core.guard.stale == stale


def test_until_when_sound_may_be_heard(bundle: Bundle) -> None:
    core, _ = made(bundle)
    outs = play(core, 512, 16)
    for k, out in enumerate(outs):
        now = START + (16 * (k + 1) - 1) / SFREQ
        first = out.audio_stamps[0] if len(out.audio_stamps) else now
        assert out.heard_by == pytest.approx(first + core.guard.longest_age_s - core.guard.delay_s)
    assert {len(o.audio_stamps) > 0 for o in outs} == {False, True}
    assert core.guard.longest_age_s >= 0.2


def test_how_much_is_decoded_of_a_chunk(bundle: Bundle) -> None:
    core, _ = made(bundle, max_backlog_s=0.5, keep_s=0.1)
    assert core.waits_s(256) == 0.25
    assert core.waits_s(512) == 0.5
    assert core.waits_s(513) == 0.1


def test_who_wants_the_signal_gets_what_is_decoded(bundle: Bundle) -> None:
    core, _ = made(bundle, max_backlog_s=0.5, keep_s=0.1)
    got: list[tuple[int, float]] = []
    core.before.append(lambda data, stamp: got.append((len(data), stamp)))
    items = chunks(noise(1500), [100, 0, 1000])
    outs = [core.process(dataclasses.replace(item, offset=5.0), (), item.received + 5.0) for item in items]
    assert len(outs[2].feature_stamps) == 8
    assert outs[2].feature_stamps[0] == pytest.approx(START + 5.0 + (998 + 10) / SFREQ)  # 11 samples to a frame
    # the sender's own stamps; of a second that waited the newest tenth
    assert got == [(100, START), (102, pytest.approx(START + 998 / SFREQ)), (400, pytest.approx(START + 1100 / SFREQ))]


@pytest.mark.parametrize(
    ("kind", "seconds", "anew"),
    [
        ("returned", 0.0, True),
        ("changed", 0.0, True),
        ("gap", 0.25, False),
        ("gap", 0.26, True),
        ("clock jump", -0.26, True),
        ("clock jump", -0.25, False),
        ("duplicate", 9.0, False),
        ("backlog", 9.0, False),
        ("rate", 0.0, False),
    ],
)
def test_which_events_begin_a_new_segment(bundle: Bundle, kind: Any, seconds: float, anew: bool) -> None:
    core, events = made(bundle, carry_s=0.25, max_backlog_s=10.0)
    first, second = chunks(noise(600), [300])
    core.process(first, (), first.received)
    out = core.process(second, [SourceEvent(kind, 300, seconds, "so it is")], second.received)
    said = [e for e in events if e["event"] == "reset"]
    assert [e["text"] for e in said] == (["new segment: so it is"] if anew else [])
    assert core.metrics.snapshot()["counters"][kind.replace(" ", "_")] == 1
    # frames are counted from the segment's own first sample
    clock = FrameClock(Fraction(SFREQ))
    assert len(out.feature_stamps) == (clock.n_frames(300) if anew else clock.n_frames(600) - clock.n_frames(300))
    assert [e["stamp"] for e in events if e["event"] == "segment"] == pytest.approx(
        [START, START + 300 / SFREQ] if anew else [START]
    )


def test_a_new_segment_forgets_and_is_said_with_its_details(bundle: Bundle) -> None:
    core, events = made(bundle, max_backlog_s=10.0)

    class Shaper:
        resets = 0

        def reset(self) -> None:
            self.resets += 1

        def process(self, sound: np.ndarray, *rest: object) -> np.ndarray:
            return sound

    shaper: Any = Shaper()
    core.shapers.append(shaper)
    play(core, 500, 100)
    core.start_segment("by hand", of=3)
    assert shaper.resets == 1
    assert (events[-1]["event"], events[-1]["text"], events[-1]["of"]) == ("reset", "new segment: by hand", 3)
    fresh = np.concatenate([o.decoded.mel for o in play(made(bundle)[0], 500, 100)])
    np.testing.assert_array_equal(np.concatenate([o.decoded.mel for o in play(core, 500, 100)]), fresh)


def test_time_is_counted_per_frame(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    core, _ = made(bundle, max_backlog_s=10.0)
    real = core.chain.push
    monkeypatch.setattr(core.chain, "push", lambda data: dataclasses.replace(real(data), seconds=(0.1, 0.2, 0.3)))
    (out,) = play(core, 500, 500)
    n, stages = len(out.feature_stamps), core.metrics.snapshot()["stages"]
    assert stages["total"]["max"] == pytest.approx(600 / n, rel=1e-3)
    assert [stages[name]["max"] for name in ("features", "decoder", "vocoder")] == pytest.approx(
        [100 / n, 200 / n, 300 / n], rel=1e-3
    )


def test_another_chain_goes_on_with_what_was_set_on_the_first(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    core, events = made(bundle)
    first, other, like = core.chain, Chain(bundle, LABELS), []
    monkeypatch.setattr(other, "adjust_like", like.append)
    core.replace_chain(other, "another way")
    assert core.chain is other
    assert like == [first]
    assert events[-1]["text"] == "new segment: another way"
