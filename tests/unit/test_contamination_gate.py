"""A channel that holds the sound itself stops a number: refused, left out or marked. So does near-silent audio."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.signal
from rich.console import Console

from bk_realtime.config import FeatureSettings
from bk_realtime.errors import InputError
from offline.data.audited import audit
from offline.data.contamination import Contamination, bundle_contamination, screen, without_channels
from offline.data.speech_level import require_speech
from offline.io.recording import Recording
from offline.training.corpus import screened
from tests.bench.contamination import NOISE, PLANTED, RATE, session

SFREQ = 512
SETTINGS = FeatureSettings()


@pytest.fixture(scope="module")
def planted() -> Recording:
    """Six channels of noise and four with the folded sound, 20 to 50 dB below each one's level; a minute."""
    return session(3, SFREQ, folded=True, seconds=60.0)


def with_channel(recording: Recording, x: np.ndarray) -> Recording:
    """The noise, and one channel more."""
    n = min(len(x), len(recording.neural))
    neural = np.c_[recording.neural[:n, : len(NOISE)], x[:n]]
    return replace(recording, neural=neural, labels=(*NOISE, "MIC"))


def at_samples(recording: Recording, track: np.ndarray, delay_s: float = 0.0) -> np.ndarray:
    t = np.arange(len(recording.neural)) / SFREQ - delay_s
    return np.interp(t, np.arange(len(track)) / RATE, track)


def found(recording: Recording) -> tuple[str, ...]:
    return audit(recording).labels("contaminated")


def test_weak_folded_sound_is_found_and_noise_is_not(planted: Recording) -> None:
    assert found(planted)[:3] == PLANTED[:3]
    assert not set(found(planted)) & set(NOISE)


def test_copies_of_every_kind(planted: Recording) -> None:
    """Inverted, 120 ms late, filtered, rectified, its envelope as a slow wave: each one strong."""
    audio = planted.audio
    assert audio is not None
    rng = np.random.default_rng(0)
    noise = 1e-3 * rng.standard_normal(len(planted.neural))
    slow = scipy.signal.sosfiltfilt(scipy.signal.butter(2, 10, fs=RATE, output="sos"), np.abs(audio))
    envelope = at_samples(planted, slow)
    ringing = scipy.signal.sosfilt(scipy.signal.butter(2, [220, 240], "bandpass", fs=RATE, output="sos"), audio)
    copies = {
        "inverted": -at_samples(planted, audio),
        "late": at_samples(planted, audio, 0.12),
        "ringing": at_samples(planted, ringing),
        "rectified": at_samples(planted, np.abs(audio)),
        "slow": envelope,
    }
    missed = [kind for kind, x in copies.items() if found(with_channel(planted, 300 * x + noise)) != ("MIC",)]
    assert not missed


def test_noise_as_loud_as_the_sound(planted: Recording) -> None:
    """A carrier of its own that follows the sound over its whole range, as no population does."""
    assert planted.audio is not None
    spoken = (np.arange(len(planted.audio)) / RATE % 2.0 < 1.0) + 1e-3
    paused = replace(planted, audio=planted.audio * spoken.astype(np.float32))
    loudness = at_samples(paused, np.convolve(np.abs(planted.audio * spoken), np.ones(800) / 800, "same"))
    carrier = np.random.default_rng(1).standard_normal(len(loudness))
    assert found(with_channel(paused, 300 * carrier * loudness)) == ("MIC",)


def test_lost_samples_do_not_hide_it(planted: Recording) -> None:
    assert planted.audio is not None
    x = 300 * at_samples(planted, planted.audio)
    x[::50] = np.nan
    assert found(with_channel(planted, x)) == ("MIC",)


def test_refuse_exclude_keep(planted: Recording) -> None:
    labels = (*NOISE, *PLANTED[:2])
    with pytest.raises(InputError, match=r"2 of 8 channels hold the sound itself.*B1, B2.*--contaminated exclude"):
        screen([planted], labels, SETTINGS, "refuse")
    left, said = screen([planted], labels, SETTINGS, "exclude")
    assert left == NOISE
    assert (said.verdict, said.excluded, said.mark) == ("excluded", PLANTED[:2], "")
    left, said = screen([planted], labels, SETTINGS, "keep")
    assert left == labels
    assert (said.verdict, said.found, said.mark) == ("kept", PLANTED[:2], "CONTAMINATED ")
    assert bundle_contamination({"contamination": said.values()}) == said
    with pytest.raises(InputError, match="leaves no channel to learn from"):
        screen([planted], PLANTED[:2], SETTINGS, "exclude")


def test_channels_that_are_not_used_stop_nothing(planted: Recording) -> None:
    assert screen([planted], NOISE, SETTINGS, "refuse") == (NOISE, Contamination("clean"))


def test_an_average_reference_spreads_the_sound_and_its_source_is_left_out(planted: Recording) -> None:
    average = replace(SETTINGS, reference="average")
    assert planted.audio is not None
    loud = with_channel(planted, 300 * at_samples(planted, planted.audio))
    _, kept = screen([loud], loud.labels, average, "keep")
    assert len(kept.found) == 7
    left, said = screen([loud], loud.labels, average, "exclude")
    assert left == NOISE
    assert said.excluded == ("MIC",)


def test_what_one_reference_takes_away_is_found_under_the_other(planted: Recording) -> None:
    """Two contacts of a shaft with one copy of the sound: their difference holds none, what is read beside it does."""
    assert planted.audio is not None
    sound = 300 * at_samples(planted, planted.audio)
    neural = planted.neural[: len(sound), :4].copy()
    neural[:, 2:] += sound[:, None]
    loud = replace(planted, neural=neural, labels=("A1", "A2", "X1", "X2"))
    shaft = replace(SETTINGS, reference="shaft")
    assert screen([loud], loud.labels, shaft, "refuse")[1].found == ()
    both = replace(shaft, more_references=("none",))
    with pytest.raises(InputError, match="hold the sound itself"):
        screen([loud], loud.labels, both, "refuse")
    assert screen([loud], loud.labels, both, "exclude")[0] == ("A1", "A2")


def test_what_cannot_be_told_is_said(planted: Recording) -> None:
    slow = Recording(planted.neural[::4].copy(), 128, planted.labels, audio=planted.audio, sample_rate=RATE)
    assert "neural rate 128 Hz" in screen([slow], slow.labels, SETTINGS, "refuse")[1].line
    features = replace(planted, holds_features=True)
    _, said = screen([features], features.labels, SETTINGS, "refuse")
    assert said.verdict == "cannot tell"
    assert "from features" in said.line
    assert bundle_contamination({}).verdict == "cannot tell"


def test_a_channel_left_out_is_dead_for_a_bundle_and_another_reading(planted: Recording) -> None:
    known = replace(planted, reading_hash="a")
    without = without_channels(known, ("A2",))
    assert np.isnan(without.neural[:, 1]).all()
    assert without.reading_hash != "a"
    assert np.isfinite(known.neural).all()


@pytest.mark.parametrize(
    ("scale", "message"), [(0.0, "near-silent audio"), (2e-3, "near-silent audio"), (None, "no speech in the audio")]
)
def test_audio_that_cannot_be_speech_trains_nothing(planted: Recording, scale: float | None, message: str) -> None:
    assert planted.audio is not None
    audio = 0.1 * np.random.default_rng(0).standard_normal(10 * RATE) if scale is None else planted.audio * scale
    silent = replace(planted, audio=audio.astype(np.float32))
    with pytest.raises(InputError, match=message):
        screened([silent], NOISE, SETTINGS, "refuse")
    require_speech(planted)


def test_the_console_is_told(planted: Recording) -> None:
    console = Console(record=True, width=200)
    screened([planted], NOISE, SETTINGS, "refuse", console)
    assert "no channel that is read holds the sound itself" in console.export_text()
