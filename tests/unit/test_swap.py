"""Another decoder takes over in a running session: without a click, warm, on record, and the same again offline."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import dataclasses
import gc
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.errors import BkError, InputError
from bk_realtime.session.swap import read_swaps
from bk_realtime.successor import FADE, KEPT, WARM, Recent, Successor
from offline.inspection.live_agreement import agreement
from offline.inspection.live_segment import LiveSegment
from offline.inspection.live_streams import adjustments_in
from offline.inspection.live_swaps import changes_in
from tests.engine_fakes import LABELS, SFREQ, description, noise, tiny_bundle
from tests.unit.swapping import FRAME, START, Running, again, folder, louder, new, old, session_of  # noqa: F401


@pytest.fixture(scope="module")
def swapped(old: Bundle, new: Bundle) -> tuple[Running, np.ndarray]:
    x = noise(14 * SFREQ)
    running = Running(old)
    running.play(x[: 12 * SFREQ])
    running.adapting.mask({"label": "A3", "on": True})
    running.bring(new)
    running.play(x[12 * SFREQ :])
    return running, x


def test_the_same_again_offline_to_the_bit_in_any_chunks(swapped: tuple[Running, np.ndarray], old: Bundle) -> None:
    running, x = swapped
    (swap,) = read_swaps(running.events)
    assert (swap.frame, swap.warmed) == (running.core.chain.frame_clock.n_frames(12 * SFREQ), WARM)
    assert swap.stamp == START + 12
    found = again(old, x, running, SFREQ)
    for name in ("features", "mel", "audio"):
        np.testing.assert_array_equal(running.joined(name), found[name])


def test_there_is_no_click(swapped: tuple[Running, np.ndarray], old: Bundle, new: Bundle) -> None:
    """No sample jumps further than the voices themselves do, and the level rises with the fade; two voices that are
    only put end to end jump further."""
    running = swapped[0]
    (swap,) = read_swaps(running.events)
    audio, at = running.joined("audio").astype(np.float64), swap.frame * FRAME
    jumps = np.abs(np.diff(audio))
    around = slice(at - 4 * FRAME, at + (FADE + 8) * FRAME)
    assert jumps[around].max() <= jumps[at + (FADE + 8) * FRAME :].max()
    mel = running.joined("mel")
    steps = np.abs(np.diff(mel.mean(1)))
    change = abs(mel[swap.frame + FADE + 5 :].mean() - mel[: swap.frame - 5].mean())
    assert change > 1.0
    assert steps.max() < change / 4


def test_the_new_decoder_is_warm_and_alone_after_the_fade(swapped: tuple[Running, np.ndarray], new: Bundle) -> None:
    """What it says is what it says had it run from the start; before the fade it says nothing."""
    running, x = swapped
    (swap,) = read_swaps(running.events)
    masked = x.astype(np.float64)
    masked[12 * SFREQ :, 2] = np.nan
    alone = Chain(new, LABELS).push(masked).mel
    mel = running.joined("mel")
    np.testing.assert_allclose(mel[swap.frame + FADE :], alone[swap.frame + FADE : len(mel)], atol=1e-4)
    assert np.abs(mel[: swap.frame] - alone[: swap.frame]).max() > 1.0
    assert not running.core.chain.fading
    assert running.core.chain.retired
    running.swapping.keep(0.0)
    assert not running.core.chain.retired
    assert running.swapping.figures()["bundle"] == str(new.path)


@pytest.mark.parametrize("kind", ["gru", "seq2seq"])
def test_what_takes_over_says_to_the_bit_what_it_says_loaded_at_the_start(kind: str, old: Bundle, folder: Path) -> None:
    new = tiny_bundle(folder / f"bits_{kind}", kind, hidden=16)
    x, running = noise(3 * SFREQ), Running(old)
    running.play(x[:SFREQ])
    running.bring(new)
    running.play(x[SFREQ:])
    (swap,) = read_swaps(running.events)
    assert swap.warmed == swap.frame  # it has heard all from the start
    alone, mel = Chain(new, LABELS).push(x.astype(np.float64)).mel, running.joined("mel")
    assert len(mel) > swap.frame + 5 * FADE
    np.testing.assert_array_equal(mel[swap.frame + FADE :], alone[swap.frame + FADE : len(mel)])


def test_a_change_traces_one_function_ahead_of_it_and_freezes_nothing(
    old: Bundle, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To trace and freeze a module holds Python's lock for longer than a frame; the decode thread traces nothing."""
    trace, traced = torch._C._create_graph_by_tracing, []

    def counted(function: Any, *args: Any, **kwargs: Any) -> Any:
        traced.append(function)
        return trace(function, *args, **kwargs)

    def refused(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("frozen, or kept for ever, in a running session")

    new, running = tiny_bundle(folder / "counted", "seq2seq", hidden=16), Running(old)
    running.play(noise(SFREQ))
    monkeypatch.setattr(torch._C, "_create_graph_by_tracing", counted)
    for name in ("freeze", "trace"):
        monkeypatch.setattr(torch.jit, name, refused)
    running.bring(new)
    assert [isinstance(one, torch.nn.Module) for one in traced] == [False]
    running.play(noise(SFREQ))
    assert len(traced) == 1
    assert len(read_swaps(running.events)) == 1


def test_networks_to_compare_take_over_too(old: Bundle, folder: Path) -> None:
    """One after the other, in a session that is the same again offline to the bit."""
    sizes: dict[str, dict[str, Any]] = {"tcn": {"blocks": 2}, "transformer": {"heads": 2}, "ssm": {"layers": 2}}
    running, x = Running(old), noise(8 * SFREQ)
    running.play(x[: 2 * SFREQ])
    for i, kind in enumerate(sizes, 1):
        running.bring(tiny_bundle(folder / kind, kind, hidden=8, **sizes[kind]))
        running.play(x[2 * i * SFREQ : 2 * (i + 1) * SFREQ])
        running.swapping.keep(0.0)
    swaps = read_swaps(running.events)
    assert [Path(swap.path).name for swap in swaps] == list(sizes)
    mel = running.joined("mel")
    np.testing.assert_array_equal(mel, again(old, x, running, 777)["mel"])
    alone = Chain(old, LABELS).push(x.astype(np.float64)).mel
    first = swaps[0].frame
    np.testing.assert_array_equal(mel[:first], alone[:first])
    assert all(np.abs(mel[s.frame + FADE :][:40] - alone[s.frame + FADE :][:40]).max() > 0.1 for s in swaps)


def test_a_baseline_of_before_ends_with_its_decoder(old: Bundle, new: Bundle) -> None:
    x = noise(15 * SFREQ)
    running = Running(old)
    running.adapting.recalibrate({"do": "begin", "seconds": 10})
    running.play(x[: 11 * SFREQ])
    running.adapting.keep(0.0)
    running.play(x[11 * SFREQ : 12 * SFREQ])
    assert running.adapting.figures()["recalibrated"]
    running.bring(new)
    running.play(x[12 * SFREQ :])
    assert not running.adapting.figures()["recalibrated"]
    (swap,) = read_swaps(running.events)
    z = Chain(new, LABELS).push(x.astype(np.float64)).features
    np.testing.assert_array_equal(running.joined("features")[swap.frame :], z[swap.frame :])
    np.testing.assert_array_equal(running.joined("mel"), again(old, x, running, 777)["mel"])


def test_a_new_segment_while_it_waits_is_heard_from_its_start(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    running.play(noise(2 * SFREQ))
    running.bring(new)
    running.core.start_segment("a gap")
    running.play(noise(SFREQ))
    (swap,) = read_swaps(running.events)
    assert (swap.frame, swap.warmed) == (0, 0)
    late = Running(old)
    late.play(noise(2 * SFREQ))
    late.bring(new)
    waits, late.swapping._offered = late.swapping._offered, None
    assert waits is not None
    late.core.start_segment("a gap")
    late.play(noise(SFREQ))
    late.swapping._offered = waits
    late.play(noise(SFREQ))
    assert not read_swaps(late.events)
    assert late.swapping._answered.is_set()  # its thread warms it again
    assert not late.swapping._took


def test_two_changes_follow_one_another(old: Bundle, new: Bundle) -> None:
    x = noise(4 * SFREQ)
    running = Running(old)
    running.play(x[:SFREQ])
    running.bring(new)
    running.play(x[SFREQ : SFREQ + 32], 32)
    assert running.core.chain.fading
    running.bring(old)
    running.play(x[SFREQ + 32 : 2 * SFREQ], 32)
    assert len(read_swaps(running.events)) == 1  # it waited for the fade, and then had missed too much
    running.bring(old)
    running.play(x[2 * SFREQ :], 32)
    first, second = read_swaps(running.events)
    assert second.frame >= first.frame + FADE
    np.testing.assert_array_equal(running.joined("audio"), again(old, x, running, 100)["audio"])


def test_the_command_does_it_in_a_thread_of_its_own(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    running.play(noise(SFREQ))
    event = running.swapping.order({"command": "bundle", "path": str(new.path)})
    assert event["text"] == f"bundle {new.path}"
    end = time.monotonic() + 240
    while not read_swaps(running.events):
        assert time.monotonic() < end
        assert "no bundle" not in [e["event"] for e in running.events]
        running.play(noise(64))
    while running.swapping._loading is not None:
        assert time.monotonic() < end
    with pytest.raises(BkError, match="not a decoder bundle"):
        running.swapping.order({"path": str(old.path) + "x"})


def test_what_speaks_against_a_new_decoder_is_said_as_of_the_first(old: Bundle, new: Bundle, tmp_path: Path) -> None:
    heard = {"contamination": {"verdict": "own voice", "reason": "the microphone heard the decoded voice"}}
    spoilt = save_bundle(dataclasses.replace(new, provenance=heard), tmp_path / "heard")
    running = Running(old)
    running.play(noise(SFREQ))
    running.swapping.order({"command": "bundle", "path": str(spoilt.path)})
    end = time.monotonic() + 240
    while not read_swaps(running.events):
        assert time.monotonic() < end
        running.play(noise(64))
    (said,) = [e["text"] for e in running.events if e["event"] == "bundle"]
    assert "; OWN VOICE: this decoder was trained on a recording in which the microphone heard" in said


def test_what_took_over_before_a_segment_decodes_it_from_its_start(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    running.play(noise(SFREQ))
    running.bring(new)
    running.play(noise(SFREQ))
    stamps = START + np.arange(6 * SFREQ) / SFREQ
    folder = session_of(running, Path(str(old.path)).parent)
    first, changes = changes_in(folder, running.events, old, stamps, 3 * SFREQ, 6 * SFREQ)
    assert (first.path, changes) == (new.path, {})
    first, changes = changes_in(folder, running.events, old, stamps, 0, SFREQ // 2)
    assert (first, changes) == (old, {})


def test_recent_gives_what_is_kept_and_no_more() -> None:
    recent, rows = Recent(2), np.arange(2.0 * (KEPT + 100)).reshape(-1, 2)
    recent.add(rows[:60])
    assert recent.copy(0, 61, 0) is None
    recent.add(rows[60:])
    kept = recent.copy(101, KEPT + 100, 0)
    assert kept is not None
    np.testing.assert_array_equal(kept, rows[101:])
    assert recent.copy(100, KEPT, 0) is None  # it may be written anew at this moment
    recent.restart()
    assert recent.copy(0, 0, 0) is None
    assert recent.n == 0


def test_changes_leave_nothing_behind_that_only_a_collector_frees(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    chain, x = running.core.chain, noise(SFREQ // 2)
    both = [Successor(b, chain.labels_in, chain.rate, chain.device) for b in (new, old)]

    def play() -> None:
        for successor in both:
            successor.begin(chain.recent.segment, chain.recent.n)
            chain.take_over(successor)
            running.play(x)
            running.swapping.keep(0.0)

    play()
    running.out.clear()
    gc.collect()
    gc.disable()
    try:
        for _ in range(4):  # all of the process is counted: other tests' threads are in one window, a leak in each
            play()
            if (unreachable := gc.collect()) == 0:
                break
    finally:
        gc.enable()
    assert unreachable == 0


def test_a_segment_is_checked_across_the_change(swapped: tuple[Running, np.ndarray], old: Bundle) -> None:
    """As session_report does it: mel, features and waveform, live against offline; without the change they differ."""
    running, x = swapped
    stamps = START + np.arange(len(x)) / SFREQ
    folder = session_of(running, Path(str(old.path)).parent)
    bundle, changes = changes_in(folder, running.events, old, stamps, 0, len(x))
    mel, features = running.joined("mel"), running.joined("features")
    segment = LiveSegment(
        folder, bundle, LABELS, x.astype(np.float64), mel, np.arange(len(mel)), running.joined("audio"), 0, "amp", True,
        changes=changes, adjustments=adjustments_in(running.events, stamps, 0, len(x)),
        features=features, feature_idx=np.arange(len(features)),
    )  # fmt: skip
    found = agreement(segment, "cpu")
    assert len(found) == 3
    assert all(one.good for one in found), found
    assert not agreement(dataclasses.replace(segment, changes={}), "cpu")[0].good


def test_the_end_of_a_session_waits_for_a_bundle_that_is_being_loaded(
    old: Bundle, new: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, ended = Running(old), list[bool]()
    swapping, loads = running.swapping, threading.Event()

    def load(path: Path) -> None:
        loads.set()
        swapping._closing.wait(60)
        new.check(description(), {})  # it takes a while to come to its end
        ended.append(True)
        raise InputError("told to end")

    monkeypatch.setattr(swapping, "_load", load)
    swapping.order({"path": str(new.path)})
    assert loads.wait(60)
    swapping.close()
    assert ended
    with pytest.raises(BkError, match="the session ends"):  # commands are taken until everything else has ended
        swapping.order({"path": str(new.path)})
