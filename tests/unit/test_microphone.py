"""A microphone on an amplifier input: which channels may be one, and their numbers as sound."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo
from offline.io.microphone import amplifier_sound, may_be_microphones


def test_channels_that_may_be_a_microphone() -> None:
    channels = [
        ChannelInfo("A1", "SEEG"), ChannelInfo("AUX1"), ChannelInfo("POL DC09"), ChannelInfo("EKG1"),
        ChannelInfo("x", "AUX"), ChannelInfo("Mic 1"), ChannelInfo("y", "audio"), ChannelInfo("TRIG"),
        ChannelInfo("AUX9"),
    ]  # fmt: skip
    assert may_be_microphones(channels, range(1, 8)) == ["Mic 1", "y", "AUX1", "POL DC09", "x"]
    assert may_be_microphones(channels, [3, 7]) == []


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "int32"])
def test_sound_of_a_channel_about_zero_and_below_full_scale(dtype: str) -> None:
    notes: list[str] = []
    tone = np.sin(np.arange(20_000) * 0.3)
    sound = amplifier_sound((900 + 400 * tone).astype(dtype), 2048.0, "x: channel 'AUX1'", notes)
    assert sound.dtype == np.float32
    np.testing.assert_allclose(sound, 0.5 * tone, atol=0.005)
    assert len(notes) == 1
    assert "below 1024 Hz only" in notes[0]


def test_missing_samples_are_silent_and_one_spike_does_not_rule() -> None:
    tone = np.sin(np.arange(20_000) * 0.3) * 1e-4
    values = tone.copy()
    values[100], values[200:300] = 5.0, np.nan
    sound = amplifier_sound(values, 2048.0, "x", [])
    assert not sound[200:300].any()
    np.testing.assert_allclose(sound[300:], 5000 * tone[300:], atol=0.01)


@pytest.mark.parametrize(
    ("values", "rate", "message"),
    [
        (np.zeros(100), 2048.0, "is flat"),
        (np.full(100, np.nan), 2048.0, "none or infinite"),
        (np.full(100, np.inf), 2048.0, "none or infinite"),
        (np.zeros(0), 2048.0, "none or infinite"),
        (np.arange(100.0), 512.0, "512 Hz, too slow for sound; expected 1000 Hz or more"),
        (np.array(["a"]), 2048.0, "expected numbers"),
    ],
)
def test_what_is_no_sound_is_refused(values: np.ndarray, rate: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        amplifier_sound(values, rate, "x: channel 'AUX1'", [])
