"""The loop through the ear of a simulated participant: it rings above a gain of 1, and the live watch finds it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.clock import SystemClock
from bk_realtime.decoded import Decoded
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.engine.core import Core
from bk_realtime.engine.voice_wiring import last_shapers
from bk_realtime.metrics import Metrics
from bk_realtime.session.conditions import ConditionSettings
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.voice.loop_watch import ENDS, NAME, LoopWatch
from bk_realtime.voice.output_guard import OutputGuard
from offline import loop as command
from offline.simulation.loop import OWN_DRIVE, Listener, OpenLoop, close_loop, heard_drive, level_of_drive, voice_level
from offline.simulation.participant import make_participant

RIDGE = Path(__file__).parents[2] / "recordings" / "demo_ridge"
DELAY, HOP, RATE = 10, 256, 22050  # frames: 116 ms


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener(load_bundle(RIDGE), make_participant(32, 7, 1.5), 8.0, 0, auditory=3.0)


@pytest.fixture(scope="module")
def opened(listener: Listener) -> OpenLoop:
    return listener.open_loop()


def test_it_rings_above_a_gain_of_one_and_only_there(listener: Listener, opened: OpenLoop) -> None:
    assert opened.gain(opened.rings_at_db) == pytest.approx(1.0)
    assert opened.margin_db(opened.rings_at_db - 6) == pytest.approx(6.0)
    quiet = close_loop(listener, opened, opened.rings_at_db - 10, 0.12)
    loud = close_loop(listener, opened, opened.rings_at_db + 10, 0.12)
    assert quiet.rings_s < 1.0
    assert quiet.false_per_hour == 0
    assert loud.rings_s > 3.0
    deaf = Listener(listener.bundle, listener.participant, 8.0, 0, auditory=0.0)
    assert close_loop(deaf, opened, opened.rings_at_db + 10, 0.12).rings_s == 0.0


def test_loudness_drives_and_back() -> None:
    assert heard_drive(-20.0, -20.0) == OWN_DRIVE
    assert heard_drive(level_of_drive(0.4, -20.0), -20.0) == pytest.approx(0.4)
    assert (heard_drive(-200.0, -20.0), heard_drive(100.0, -20.0)) == (0.0, 1.0)


def test_command_says_simulated_in_every_row_and_whose_decoder_it_wants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = [str(RIDGE), "--channels", "32", "--coupling", "1.5", "--auditory", "3", "--seconds", "4"]
    more = ["--participant", "7", "--levels", "0", "40", "--delays", "60", "--out", str(tmp_path / "o")]
    assert command.main([*args, *more]) == 0
    result = json.loads((tmp_path / "o/loop.json").read_text())
    assert result["simulated"] is True
    assert [row["rings"] for row in result["rows"]] == [False, True]
    assert (tmp_path / "o/loop.png").stat().st_size > 5000
    out = capsys.readouterr().out
    assert "over 1 s of each run, one is 3600 an hour" in " ".join(out.split())
    assert all("SIMULATED" in line for line in out.splitlines() if "│" in line)
    with pytest.raises(SystemExit):
        command.main([*args, "--participant", "8"])
    assert "expected a decoder of that participant" in capsys.readouterr().err


def live(
    listener: Listener, opened: OpenLoop, level_db: float, own: np.ndarray
) -> tuple[LoopWatch, OutputGuard, list[dict[str, Any]], np.ndarray]:
    """A session with the watch: the participant speaks as ``own`` says (0 to 1 by frame) and hears what the guard lets
    out, at this level. What was played is noise at the decoded level."""
    guard, events = OutputGuard(SafetySettings(unmuted=True), RATE), []
    watch = LoopWatch(guard, RATE, HOP, 10.0, events.append)
    rng, nothing = np.random.default_rng(0), np.zeros(0, np.float32)
    levels, heard = np.full(len(own), -100.0), np.full(len(own), -100.0)
    for k in range(len(own)):
        if k % listener.n_frames == 0:
            listener.start()
        played = heard[k - DELAY] + level_db if k >= DELAY and heard[k - DELAY] > -99 else -200.0
        drive = heard_drive(played, opened.own_db) * listener.hears
        levels[k] = voice_level(listener.frame(np.maximum(drive, own[k])))
        amplitude = 10 ** ((levels[k] - opened.voice_db - 35.0) / 20)  # a voice begins at -35 dBFS
        audio = np.clip(rng.standard_normal(HOP) * amplitude, -1, 1).astype(np.float32)
        stamps = (k * HOP + np.arange(HOP)) / RATE
        out = watch.process(audio, Decoded(nothing, nothing, audio, (0.0, 0.0, 0.0)), stamps, 0.0)
        out = guard.process(out, 0.0)
        heard[k] = levels[k] if np.abs(out).max() > 0.1 * np.abs(audio).max() else -100.0
        watch.look(0.0)
        if guard.holds:
            break
    return watch, guard, events, levels


def test_the_live_watch_holds_a_voice_that_is_made_by_its_own_sound(listener: Listener, opened: OpenLoop) -> None:
    listens = np.zeros(60 * 86)
    # so far above that it is back at once: this brain begins anew every 8 s, and its voice ends then by itself
    watch, guard, events, _ = live(listener, opened, opened.rings_at_db + 30, listens)
    assert guard.holds == (NAME,)
    assert [e["event"] for e in events] == ["loop watch"] * 3 + ["feedback loop"]
    assert [e["ended"] for e in events[:3]] == [True] * 3
    assert events[3]["active_fault"] == NAME
    guard.release(NAME)
    watch.look(0.0)
    assert events[4]["corrected"] == NAME


@pytest.mark.parametrize("speaks", ["words", "without a pause"])
def test_a_participant_who_speaks_and_hears_herself_is_no_loop(
    listener: Listener, opened: OpenLoop, speaks: str
) -> None:
    rng = np.random.default_rng(2)
    own = np.full(25 * 86, OWN_DRIVE)
    if speaks == "words":
        own *= np.repeat(rng.random(len(own) // 43 + 1) > 0.4, 43)[: len(own)]
    watch, guard, events, levels = live(listener, opened, opened.rings_at_db - 12, own)
    assert guard.holds == ()
    assert [e["ended"] for e in events] == ([] if speaks == "words" else [False])
    assert (levels > opened.voice_db).mean() > 0.3
    assert watch.trials == (0 if speaks == "words" else 1)  # tried once, and left alone


def watching(events: list[dict[str, Any]]) -> tuple[LoopWatch, OutputGuard]:
    guard = OutputGuard(SafetySettings(unmuted=True), RATE)
    return LoopWatch(guard, RATE, HOP, 10.0, events.append), guard


def babble(watch: LoopWatch, seconds: float, audio: float = 0.1, sound: float = 0.1, start: float = 0.0) -> float:
    """Decode a voice without a pause of this amplitude, of which so much is left; seconds that were left out."""
    n, left_out = 8 * HOP, 0
    voice, leaves = np.full(n, audio, np.float32), np.full(n, sound, np.float32)
    decoded = Decoded(voice[:0], voice[:0], voice, (0.0, 0.0, 0.0))
    for k in range(round(seconds * RATE / n)):
        stamps = start + (k * n + np.arange(n)) / RATE
        left_out += int((np.abs(watch.process(leaves, decoded, stamps, 0.0)) < sound).sum())
    return left_out / RATE


def test_a_decoder_that_babbles_is_tried_rarely_and_each_time_is_on_record() -> None:
    events: list[dict[str, Any]] = []
    watch, guard = watching(events)
    lost_s = babble(watch, 1800.0)
    at = [e["stamp"] for e in events]
    assert np.diff(at).round() == pytest.approx([31, 61, 121, 241, 481, 481], abs=1.5)
    assert at[0] == pytest.approx(10, abs=0.2)
    assert lost_s < 0.7 * len(at)
    assert {e["event"] for e in events} == {"loop watch"}
    assert watch.figures() == {"loop_trials": len(at)}
    guard.gain_db += 6  # what was no loop may be one now
    babble(watch, 40.0, start=1800.0)
    assert len(events) == len(at) + 1


def test_a_hold_is_not_taken_for_released_before_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The main thread looks at any time: its word "released" would leave the fault standing for good."""
    events: list[dict[str, Any]] = []
    watch, guard = watching(events)
    hold = guard.hold
    monkeypatch.setattr(guard, "hold", lambda name: (watch.look(0.0), hold(name)))
    watch._ends, watch._stamp, watch._before, watch._after = ENDS - 1, 0.0, [-20.0], [-100.0]
    watch._judge()
    watch.look(0.0)
    assert [e["event"] for e in events] == ["loop watch", "feedback loop"]
    guard.release(NAME)
    watch.look(0.0)
    assert events[-1]["corrected"] == NAME


def test_a_piece_longer_than_a_trial_is_judged_by_nothing_that_was_not_done() -> None:
    events: list[dict[str, Any]] = []
    watch, _ = watching(events)
    sound = np.full(13 * RATE, 0.1, np.float32)
    decoded = Decoded(sound[:0], sound[:0], sound, (0.0, 0.0, 0.0))
    np.testing.assert_array_equal(watch.process(sound, decoded, np.arange(len(sound)) / RATE, 0.0), sound)
    assert (events, watch.trials) == ([], 0)


def test_what_no_one_hears_is_not_tried_and_a_trial_that_is_broken_off_is_on_record() -> None:
    events: list[dict[str, Any]] = []
    watch, guard = watching(events)
    babble(watch, 20.0, sound=0.0)  # a gate or a key keeps it back
    babble(watch, 20.0, audio=0.008, sound=0.008)  # it whispers, -42 dBFS
    assert events == []
    while watch._trial_s < 0.2:
        babble(watch, 0.1)
    guard.mute()
    babble(watch, 1.0)
    assert [(e["ended"], "broken off" in e["text"]) for e in events] == [(None, True)]
    assert watch.figures() == {"loop_trials": 1}


def test_a_session_with_conditions_or_without_the_watch_leaves_every_sample_and_says_so() -> None:
    bundle, events = load_bundle(RIDGE), []
    core = Core(Chain(bundle, bundle.labels), watching([])[1], Metrics(), GapPolicy(), events.append)
    board: Any = SimpleNamespace(clock=SystemClock(), further=[])
    for more in ({"condition": ConditionSettings(("muted",))}, {"loop_watch": False}):
        last_shapers(core, board, SessionSettings(RIDGE, **more), events.append, {})
    assert core.shapers == []
    assert ["conditions" in e["text"] for e in events] == [True, False]
    last_shapers(core, board, SessionSettings(RIDGE), events.append, {})
    assert len(core.shapers) == 1
    assert len(events) == 2


def test_sound_comes_in_pieces_of_any_length() -> None:
    """None, less than a frame, several frames; what is no voice is changed by no sample."""
    watch = watching([])[0]
    for n in (0, 1, HOP - 1, 0, 3 * HOP + 5, 7):
        sound = np.full(n, 0.25, np.float32)
        decoded = Decoded(sound[:0], sound[:0], sound, (0.0, 0.0, 0.0))
        np.testing.assert_array_equal(watch.process(sound, decoded, sound, 0.0), sound)
