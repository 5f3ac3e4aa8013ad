"""Audio on the neural axis: offset, sub-sample shift, drift."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from bk_realtime.clock import FrameClock
from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from offline.data.align import aligned_audio
from offline.io.recording import Recording


def sound(t: np.ndarray) -> np.ndarray:
    """A known waveform at any time: a sum of sines below 6 kHz, with a slow envelope."""
    rng = np.random.default_rng(0)
    out = np.zeros_like(t)
    for f, phase in zip(np.geomspace(90, 6000, 24), rng.uniform(0, 6.28, 24), strict=True):
        out += np.sin(2 * np.pi * f * t + phase)
    return 0.02 * out * (1.2 + np.sin(2 * np.pi * 1.7 * t))


def recording(
    sfreq=1024.0, neural_rate=None, audio_rate=None, sample_rate=44100, neural_start=0.0, audio_start=0.0, s=6
):
    neural_rate, audio_rate = neural_rate or sfreq, audio_rate or sample_rate
    n, m = int(s * neural_rate), int((s + 1) * audio_rate)
    return Recording(
        neural=np.random.default_rng(1).standard_normal((n, 2)),
        sfreq=Fraction(sfreq),
        labels=("A1", "A2"),
        neural_start_s=neural_start,
        neural_rate=neural_rate,
        audio=sound(audio_start + np.arange(m) / audio_rate).astype(np.float32),
        sample_rate=sample_rate,
        audio_start_s=audio_start,
        audio_rate=audio_rate,
        name="test",
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"neural_start": 10.123456, "audio_start": 9.87},
        {"audio_rate": 44100 * (1 + 80e-6), "neural_start": 0.25, "audio_start": -0.0137},
        {"sfreq": 2048.0, "neural_rate": 2048 * (1 - 300e-6), "neural_start": 3.0, "audio_start": 2.5},
        {"sample_rate": 22050, "neural_start": 1e5 + 0.1234, "audio_start": 1e5},
        {"sample_rate": 16000, "sfreq": 1000.0, "neural_rate": 1000.02},
    ],
)
def test_each_sample_is_the_sound_at_its_neural_time(settings: dict) -> None:
    made = recording(**settings)
    audio = aligned_audio(made)
    n_frames = FrameClock(made.sfreq).n_frames(len(made.neural))
    assert audio.shape == (n_frames * 256,)
    assert audio.dtype == np.float32
    # neural sample index of audio sample m is m * sfreq / 22050, its time follows from the measured neural rate
    t = made.neural_start_s + np.arange(len(audio)) / 22050 * float(made.sfreq) / made.neural_rate
    inside = slice(4096, len(audio) - 4096)
    want = sound(t)
    error = audio[inside] - want[inside]
    assert np.square(error).mean() < 1e-4 * np.square(want[inside]).mean()  # 40 dB at 6 kHz is 0.3 us


def test_no_drift_over_half_an_hour() -> None:
    """At 100 ppm an uncorrected clock would be 180 ms late; a click stays in place to a tenth of a millisecond."""
    rate = 8000 * (1 + 100e-6)
    clicks = np.arange(5.0, 1795.0, 199.0)
    audio = np.zeros(int(1800 * rate), np.float32)
    audio[np.round(clicks * rate).astype(int)] = 1.0
    made = Recording(
        neural=np.ones((1800 * 200, 1)), sfreq=Fraction(200), labels=("A1",), audio=audio, sample_rate=8000,
        audio_rate=rate,
    )  # fmt: skip
    out = aligned_audio(made)
    for t in clicks:
        at = round(t * 22050)
        assert abs(np.abs(out[at - 2000 : at + 2000]).argmax() - 2000) <= 3


def test_a_long_recording_in_pieces_sounds_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    made = recording()
    whole = aligned_audio(made)
    monkeypatch.setattr("bk_realtime.join.resampled.PIECE", 10_007)
    in_pieces = aligned_audio(made)
    assert in_pieces.shape == whole.shape
    assert np.abs(whole).max() > 0.1
    np.testing.assert_allclose(in_pieces, whole, atol=1e-6)


def test_silence_where_audio_is_missing() -> None:
    made = recording(neural_start=0.0, audio_start=2.0)
    audio = aligned_audio(made)
    assert np.abs(audio[: int(1.99 * 22050)]).max() < 1e-6
    assert np.abs(audio[int(2.01 * 22050) :]).max() > 0.1


def test_bad_recordings_are_refused() -> None:
    from dataclasses import replace

    made = recording(audio_start=100.0)
    with pytest.raises(BkError, match=r"share 0\.00 s"):
        aligned_audio(made)
    with pytest.raises(BkError, match="no audio"):
        aligned_audio(replace(made, audio=None))


def test_other_mel_settings_are_kept() -> None:
    audio = aligned_audio(recording(), MelSettings(sample_rate=16000, hop_length=200))
    assert len(audio) == FrameClock(Fraction(1024), 16000, 200).n_frames(6 * 1024) * 200
