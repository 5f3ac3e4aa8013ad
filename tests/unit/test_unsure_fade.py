"""The voice fades while its decoder is unsure: in any chunks, without a click, said where it lasts."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.decoded import Decoded
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.engine.core import Core
from bk_realtime.errors import InputError, OptionError
from bk_realtime.metrics import Metrics
from bk_realtime.session.bundle import fade_choice, load_session_bundle
from bk_realtime.session.conditions import ConditionSettings
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.unsure_fade import FADE_MS, UnsureFade
from tests.contract.cases_sureness import head
from tests.engine_fakes import LABELS, chunks, noise, tiny_bundle

HOP, RATE = 256, 22050


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("unsure")
    sure = head(5, 8, unsure_frames=4, sure_frames=8, passed=True)
    return save_bundle(dataclasses.replace(tiny_bundle(folder / "plain"), sureness=sure), folder / "sure")


def frame(unsure: bool) -> Decoded:
    nothing = np.zeros(0, np.float32)
    said = np.array([[4.0, 0.5, unsure]], np.float32)
    return Decoded(nothing, nothing, nothing, (0.0, 0.0, 0.0), sureness=said)


def heard(fade: UnsureFade, flags: list[bool]) -> np.ndarray:
    """A voice of ones, one frame at a time; one frame of lookahead: the first frame brings no sound."""
    parts = [
        fade.process(np.ones(HOP if k else 0, np.float32), frame(flag), np.zeros(0), 0.0)
        for k, flag in enumerate(flags)
    ]
    return np.concatenate(parts)


def test_it_goes_under_and_comes_back_softly_and_says_so(bundle: Bundle) -> None:
    notes: list[dict[str, Any]] = []
    fade = UnsureFade(Chain(bundle, LABELS), True, notes.append)
    n = round(FADE_MS / 1e3 * RATE)
    flags = [False] * 60 + [True] * 100 + [False] * 60 + [True] * 40
    sound = heard(fade, flags)
    assert np.all(sound[n + 1 : 59 * HOP] == 1)
    assert np.all(sound[59 * HOP + n + 1 : 159 * HOP] == 0)
    assert np.all(sound[159 * HOP + n + 1 : 219 * HOP] == 1)
    assert np.abs(np.diff(sound)).max() < 0.001
    # only what lasted a second is said
    assert [(e["event"], e.get("active_fault"), e.get("corrected")) for e in notes] == [
        ("unsure", "sureness", None),
        ("sure again", None, "sureness"),
    ]
    figures = fade.figures()
    assert figures["sureness"] == "faded"
    assert (figures["sureness_share"], figures["sureness_error_db"], figures["unsure_times"]) == (0.5, 4.0, 2)
    assert figures["unsure_s"] == pytest.approx(140 * HOP / RATE)


def test_not_asked_for_it_is_shown_and_no_sample_changes(bundle: Bundle) -> None:
    notes: list[dict[str, Any]] = []
    fade = UnsureFade(Chain(bundle, LABELS), False, notes.append)
    assert np.all(heard(fade, [True] * 100) == 1)
    assert fade.figures()["sureness"] == "unsure"
    fade.process(np.zeros(0, np.float32), frame(False), np.zeros(0), 0.0)
    assert fade.figures()["sureness"] == "sure"
    assert notes == []
    untold = dataclasses.replace(frame(False), features=np.zeros((1, 8), np.float32), sureness=np.zeros((0, 3)))
    fade.process(np.zeros(0, np.float32), untold, np.zeros(0), 0.0)  # a bundle without a head has taken over
    assert fade.figures() == {"sureness": "cannot tell"}
    for cannot in (None, head(5, 8)):
        other = dataclasses.replace(bundle, sureness=cannot)
        assert UnsureFade(Chain(other, LABELS), False, print).figures() == {"sureness": "cannot tell"}
        assert "cannot tell" in fade_choice(other, False)
    reason = {"sureness": {"why": "it may know\x1b"}}
    told = fade_choice(dataclasses.replace(bundle, sureness=None, provenance=reason), True)
    assert "that says nothing of it: it may know" in told
    assert told.isprintable()
    for doubt, why in (
        ({"contamination": {"verdict": "kept"}}, "learnt from channels that hold the sound itself"),
        ({"leak": "cannot tell"}, "may have learnt what it was judged on"),
    ):
        other = dataclasses.replace(bundle, provenance=doubt)
        assert UnsureFade(Chain(other, LABELS), True, print).figures() == {"sureness": "cannot tell"}
        assert why in fade_choice(other, True)
    assert "fades out" in fade_choice(bundle, True)
    for low, doubted in ((-0.01, True), (0.01, False)):
        held = {"sureness": {"held_out": {"voiced": {"low": low}}}}
        said = fade_choice(dataclasses.replace(bundle, provenance={**bundle.provenance, **held}), True)
        assert ("within speech was not shown" in said) == doubted
    assert "--fade-unsure" in fade_choice(bundle, False)


def run(bundle: Bundle, sizes: list[int], wanted: bool) -> np.ndarray:
    guard = OutputGuard(SafetySettings(unmuted=True, max_age_ms=60_000.0), RATE)
    core = Core(Chain(bundle, LABELS), guard, Metrics(), GapPolicy(max_backlog_s=10.0), lambda e: None)
    core.shapers.append(UnsureFade(core.chain, wanted, lambda e: None))
    return np.concatenate([core.process(c, (), c.received).guarded for c in chunks(noise(8000), sizes)])


def test_any_chunks_sound_the_same_and_offline_knows_which(bundle: Bundle) -> None:
    whole, plain = run(bundle, [], True), run(bundle, [], False)
    np.testing.assert_array_equal(run(bundle, [7, 500, 1, 80, 1600, 12], True), whole)
    unsure = Chain(bundle, LABELS).push(noise(8000)).sureness[:, 2] > 0
    assert 5 < unsure.sum() < len(unsure) - 5
    level, before = (np.abs(y[: len(y) // HOP * HOP]).reshape(-1, HOP).max(1) for y in (whole, plain))
    n = round(FADE_MS / 1e3 * RATE / HOP) + 2
    under = np.array([unsure[max(0, k - n + 1) : k + 2].all() for k in range(len(level))])
    assert under.any()
    assert level[under].max() < 0.1 * np.median(before)


def test_a_session_that_wants_it_of_a_bundle_that_cannot_tell_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    assert bundle.path is not None
    assert load_session_bundle(SessionSettings(bundle.path, fade_unsure=True)).sureness is not None
    for cannot, why in ((None, "of before"), (head(5, 8), "no more than a constant error")):
        save_bundle(dataclasses.replace(bundle, sureness=cannot), tmp_path / "cannot", overwrite=True)
        load_session_bundle(SessionSettings(tmp_path / "cannot"))
        with pytest.raises(
            InputError, match=f"--fade-unsure of `run`: expected a bundle that can tell .* got one .*{why}"
        ):
            load_session_bundle(SessionSettings(tmp_path / "cannot", fade_unsure=True))
    with pytest.raises(OptionError, match="--fade-unsure: expected no conditions"):
        SessionSettings(bundle.path, fade_unsure=True, condition=ConditionSettings(conditions=("real", "muted")))
