"""A decoded voice in the microphone: the brain is in the sound by way of the decoder, and every figure says so."""

from __future__ import annotations

import dataclasses
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.config import FeatureSettings
from bk_realtime.learning.decision import WORKS
from bk_realtime.learning.learner import Learner
from offline.data.contamination import FOUND_NONE, OWN_VOICE, screen
from offline.data.heard_voice import hears_voice, placed
from offline.evaluation.claims import BLOCKING
from offline.evaluation.report import card_marks
from offline.io import read_recording
from tests.reading import reading
from tests.synthetic import AUDIO_RATE, synthetic_recording
from tests.xdf_files import Stream, write

SECONDS, DELAY_S = 20.0, 0.05


def session(folder: Path, echo: float, muted: bool = False) -> Path:
    """A closed loop as it is recorded; ``echo`` of the decoded voice is in the microphone."""
    made, voice = synthetic_recording(SECONDS, 3), synthetic_recording(SECONDS, 1, seed=2).audio
    assert made.audio is not None
    assert voice is not None
    late = round(DELAY_S * AUDIO_RATE)
    heard = made.audio + echo * np.concatenate([np.zeros(late, np.float32), voice[:-late]])
    at, sounding = np.arange(len(made.neural)) / 512.0, np.arange(len(voice)) / AUDIO_RATE
    amplifier = Stream("amp", "sEEG", 512.0, made.neural, at, labels=list(made.labels))
    mic = Stream("mic", "Audio", AUDIO_RATE, heard.astype(np.float32), sounding, units=("",))
    played = Stream("BrainKaraoke-audio", "Audio", AUDIO_RATE, voice * (not muted), sounding, units=("full scale",))
    return write(folder, amplifier, mic, played)


@pytest.mark.parametrize(("echo", "muted", "found"), [(0.2, False, True), (0.0, False, False), (0.2, True, False)])
def test_a_microphone_that_hears_the_decoded_voice_is_told(
    tmp_path: Path, echo: float, muted: bool, found: bool
) -> None:
    recording = read_recording(session(tmp_path, echo, muted))
    assert bool(hears_voice(recording)) is found
    labels, audit = screen([recording], recording.labels, FeatureSettings(), "refuse")
    assert labels == recording.labels
    assert audit.verdict == (OWN_VOICE if found else FOUND_NONE)
    assert (audit.mark.strip() == "OWN VOICE") is found
    assert card_marks({"contamination": audit.values()}) == ["OWN VOICE"] * found
    assert audit.line.startswith("OWN VOICE: the microphone of x heard the decoded voice (in 2 of 2 ") is found
    assert "contamination" in BLOCKING
    assert not any(word in audit.line for word in ("CANNOT TELL", "UNKNOWN"))  # so it takes every claim away


def test_a_microphone_of_another_time_hears_nothing(tmp_path: Path) -> None:
    recording = read_recording(session(tmp_path, 0.2))
    assert hears_voice(dataclasses.replace(recording, audio_start_s=recording.audio_start_s + 1000.0)) == ""


def test_a_stream_of_texts_by_that_name_is_no_voice(tmp_path: Path) -> None:
    made = synthetic_recording(2.0, 3)
    assert made.audio is not None
    amplifier = Stream("amp", "sEEG", 512.0, made.neural, np.arange(len(made.neural)) / 512.0, labels=list(made.labels))
    mic = Stream("mic", "Audio", AUDIO_RATE, made.audio, np.arange(len(made.audio)) / AUDIO_RATE, units=("",))
    texts = Stream("BrainKaraoke-audio", "Markers", 0.0, ["no", "sound"], np.array([0.5, 1.0]))
    recording = read_recording(write(tmp_path, amplifier, mic, texts))
    assert recording.played_in is not None
    assert hears_voice(recording) == ""


def test_an_hour_of_voice_is_placed_in_blocks() -> None:
    n = 1 << 22
    sound, stamps = np.random.default_rng(0).standard_normal(n, np.float32), 7.0 + np.arange(n) / 100.0
    tracemalloc.start()
    found = placed(sound, stamps, lambda t: 100.0 * (t - 7.0) + 2.0, n + 2)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_allclose(found[2:-1], sound[:-1], atol=1e-3)
    assert most < 1.5 * found.nbytes + 24 * (1 << 20)


def test_a_recording_of_no_session_has_no_voice_to_look_for() -> None:
    assert hears_voice(synthetic_recording(5.0, 1)) == ""


def test_the_rule_cannot_know_it() -> None:
    """Why it is looked for: at zero coupling a voice made from the features, heard 20 dB below, is `works`."""
    features, mel, _ = reading(5, 3.0)
    weights = 0.8 * np.random.default_rng(9).standard_normal((features.shape[1], mel.shape[1]))
    voice = -4.0 + np.roll(features @ weights, 4, axis=0) - 20.0 / 8.686
    heard = np.log(np.exp(mel) + np.exp(voice)).astype(np.float32)
    verdicts = []
    for sound in (mel, heard):
        learner = Learner(features.shape[1], mel.shape[1])
        learner.add(features, sound, sound.mean(1) > -7.5)
        verdicts.append(learner.progress().decision.verdict)
    assert verdicts[0] != WORKS
    assert verdicts[1] == WORKS
