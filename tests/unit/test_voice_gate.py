"""The gate on the voice: sound only while the speech gate is open or the key is held, in any chunks, with fades."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.decoded import Decoded
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from bk_realtime.engine.core import Core
from bk_realtime.errors import BkError
from bk_realtime.metrics import Metrics
from bk_realtime.session.bundle import gate_choice, load_session_bundle
from bk_realtime.session.control import TALK_S
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.voice_gate import TalkGate, VoiceGate
from tests.engine_fakes import LABELS, chunks, noise, tiny_bundle

HOP, RATE = 256, 22050


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("voice")
    weight = np.random.default_rng(1).standard_normal((5, 8))
    gate = SpeechGate(GateSettings(0.7, 0.3, 5), weight, 0.0)
    return save_bundle(dataclasses.replace(tiny_bundle(folder / "plain"), gate=gate), folder / "gated")


def voice_gate(bundle: Bundle, gated: bool = True) -> VoiceGate:
    return VoiceGate(Chain(bundle, LABELS), gated, 10.0)


def talk_gate(wanted: bool = True, note: Any = print) -> TalkGate:
    return TalkGate(10.0, RATE, wanted, note, lambda: 100.0)


def frame(is_open: bool, n_audio: int) -> Decoded:
    nothing = np.zeros(0, np.float32)
    return Decoded(nothing, nothing, nothing, (0.0, 0.0, 0.0), np.array([[0.9 * is_open, is_open]], np.float32))


def heard(gate: VoiceGate | TalkGate, opens: list[bool], now: float = 100.0) -> np.ndarray:
    """A voice of ones, one frame at a time; one frame of lookahead: the first frame brings no sound."""
    out = []
    for k, is_open in enumerate(opens):
        n = HOP if k else 0
        out.append(gate.process(np.ones(n, np.float32), frame(is_open, n), np.zeros(n), now))
    return np.concatenate(out)


def test_sound_of_open_frames_only_seen_a_frame_ahead_with_fades(bundle: Bundle) -> None:
    gate = voice_gate(bundle)
    opens = [False] * 3 + [True] * 6 + [False] * 4
    sound = heard(gate, opens)
    fade = round(0.01 * RATE) + 1
    assert np.all(sound[: 2 * HOP] == 0)  # frame 2 is let out by what frame 3 knows
    assert np.all(sound[2 * HOP + fade : 8 * HOP] == 1)
    assert np.all(sound[8 * HOP + fade :] == 0)
    assert np.abs(np.diff(sound)).max() < 0.01
    figures = gate.figures()
    assert (figures["gate"], figures["gate_openings"]) == ("closed", 1)
    assert figures["gate_open_s"] == pytest.approx(6 * HOP / RATE)


def test_off_changes_no_sample_and_still_counts(bundle: Bundle) -> None:
    gate = voice_gate(bundle, gated=False)
    assert np.all(heard(gate, [False, True, True, False]) == 1)
    assert (gate.figures()["gate"], gate.figures()["gate_openings"]) == ("off", 1)
    plain = voice_gate(dataclasses.replace(bundle, gate=None), gated=False)
    assert plain.figures() == {"gate": "none"}


def run(bundle: Bundle, sizes: list[int]) -> np.ndarray:
    guard = OutputGuard(SafetySettings(unmuted=True, max_age_ms=60_000.0), RATE)
    core = Core(Chain(bundle, LABELS), guard, Metrics(), GapPolicy(max_backlog_s=10.0), lambda e: None)
    core.shapers.append(voice_gate(bundle))
    return np.concatenate([core.process(c, (), c.received).guarded for c in chunks(noise(4000), sizes)])


def test_any_chunks_sound_the_same_and_offline_knows_which(bundle: Bundle) -> None:
    whole = run(bundle, [])
    np.testing.assert_array_equal(run(bundle, [7, 500, 1, 80, 1600, 12]), whole)
    decoded = Chain(bundle, LABELS).push(noise(4000))
    opens = decoded.gate[:, 1] > 0
    frames = np.abs(whole[: len(whole) // HOP * HOP]).reshape(-1, HOP).max(1)
    closed = ~opens[1 : len(frames) + 1] & ~opens[: len(frames)]  # not fading out any more
    assert 5 < closed.sum() < len(closed) - 5
    loud = np.median(frames[~closed])
    assert loud > 0.01
    assert frames[closed].max() < 0.1 * loud  # what the guard's high-pass at 5 Hz still lets die away


def test_hold_to_talk_is_heard_while_the_key_says_so() -> None:
    notes: list[dict[str, Any]] = []
    gate = talk_gate(note=notes.append)
    opens = [True] * 5
    assert np.all(heard(gate, opens) == 0)
    event = gate.talk({"command": "talk", "held": True, "sent": time.perf_counter()})
    assert event is not None
    assert event["event"] == "command"
    assert gate.talk({"command": "talk", "held": True, "sent": time.perf_counter()}) is None  # said once, not each time
    assert gate.figures()["talk"] == "held"
    assert np.all(heard(gate, opens, 100.1)[HOP:] == 1)
    # a window that hangs: the word loses its force by itself, on the sound's own thread
    assert np.all(heard(gate, opens, 100.0 + TALK_S)[HOP:] == 0)
    gate.look(100.5)
    gate.look(100.0 + TALK_S)
    gate.look(101.0)
    assert len(notes) == 1


def test_a_late_word_and_one_that_the_release_overtook_let_nothing_out() -> None:
    gate = talk_gate()
    pressed = time.perf_counter()
    gate.talk({"held": False, "sent": time.perf_counter()})
    gate.talk({"held": True, "sent": pressed})
    assert not gate.talking(100.0)
    for wrong in ({"held": True, "sent": pressed - 2 * TALK_S}, {"held": 1, "sent": pressed}, {"held": True}):
        with pytest.raises(BkError, match="talk: "):
            gate.talk(wrong)
    with pytest.raises(BkError, match="--hold-to-talk"):
        talk_gate(wanted=False).talk({"held": True, "sent": pressed})


def test_which_sessions_are_gated(bundle: Bundle) -> None:
    assert bundle.path is not None
    assert bundle.gate is not None
    weak, good = (
        dataclasses.replace(bundle, gate=SpeechGate(GateSettings(passed=p), bundle.gate.weight, 0.0))
        for p in (False, True)
    )
    assert [gate_choice(weak, mode)[0] for mode in ("auto", "on", "off")] == [False, True, False]
    assert [gate_choice(good, mode)[0] for mode in ("auto", "on", "off")] == [True, True, False]
    assert "--gate on" in gate_choice(weak, "auto")[1]
    doubted = {
        "hold the sound itself": {"contamination": {"verdict": "kept", "found": ["A1"]}},
        "microphone that heard the decoded voice": {"contamination": {"verdict": "own voice"}},
        "may have learnt what it was judged on": {"gate": {"passed": True, "leak": True}},
    }
    for why, provenance in doubted.items():  # its figures say nothing, and it opens for sound in the channels
        one = dataclasses.replace(good, provenance=provenance)
        assert [gate_choice(one, mode)[0] for mode in ("auto", "on", "off")] == [False, True, False]
        assert all(why in gate_choice(one, mode)[1] for mode in ("auto", "on"))
    untold = {"contamination": {"verdict": "cannot tell", "reason": "no audio"}}
    for provenance in ({}, untold):
        acts, said = gate_choice(dataclasses.replace(good, provenance=provenance), "auto")
        assert acts
        assert "CANNOT TELL whether it opens for speech in the brain" in said
    clean = dataclasses.replace(good, provenance={"contamination": {"verdict": "clean"}})
    assert "CANNOT" not in gate_choice(clean, "auto")[1]
    assert gate_choice(dataclasses.replace(bundle, gate=None), "auto") == (
        False,
        "no speech gate: the bundle has none, the voice is always let out",
    )
    told = load_session_bundle(SessionSettings(bundle.path, gate_open=0.25))
    assert told.gate is not None
    assert (told.gate.settings.open_at, told.gate.settings.close_at) == (0.25, 0.25)
    with pytest.raises(BkError, match="no speech gate in this bundle"):
        load_session_bundle(SessionSettings(bundle.path.parent / "plain", gate="on"))
