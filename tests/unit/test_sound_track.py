"""Sound out of numbers of any type: what full scale is, and which channel."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.errors import InputError, OptionError
from offline.io.sound_track import sound_track

TONE = np.sin(np.arange(48_000) * 0.05) * np.hanning(48_000) * 0.3


@pytest.mark.parametrize(
    ("dtype", "full", "bits"),
    [
        ("int16", 2**15, 0), ("int32", 2**15, 16), ("int32", 2**23, 24), ("int32", 2**31, 0), ("int64", 2**15, 16),
        ("int64", 2**23, 24), ("int64", 2**31, 32), ("int64", 2.0**63, 0), ("float32", 1, 0), ("float32", 2**15, 16),
        ("float64", 2**23, 24), ("float32", 2**31, 32),
    ],
)  # fmt: skip
def test_full_scale(dtype: str, full: float, bits: int) -> None:
    notes: list[str] = []
    sound = sound_track((TONE * full).astype(dtype), "mic", notes)
    assert sound.dtype == np.float32
    np.testing.assert_allclose(sound, TONE, atol=4e-5)
    assert [f"{bits}-bit" in note for note in notes] == ([True] if bits else [])


def test_samples_at_the_top_of_a_wide_word() -> None:
    quiet = np.round(TONE / 100 * 2**23).astype(np.int32) << 8
    np.testing.assert_allclose(sound_track(quiet, "mic", []), TONE / 100, atol=1e-6)


def test_one_glitch_does_not_rescale_a_track() -> None:
    notes: list[str] = []
    values = np.round(TONE * 2**23).astype(np.int32)
    values[1000] = 2**31 - 1
    sound = sound_track(values, "mic", notes)
    np.testing.assert_allclose(np.delete(sound, 1000), np.delete(TONE, 1000), atol=1e-6)
    assert "24-bit integers, 1 of them beyond" in notes[0]


def test_channels_are_chosen_never_averaged() -> None:
    two = np.column_stack([TONE, TONE[::-1]]).astype(np.float32)
    with pytest.raises(InputError, match="2 different channels"):
        sound_track(two, "mic", [])
    np.testing.assert_array_equal(sound_track(two, "mic", [], "2"), two[:, 1])
    np.testing.assert_array_equal(sound_track(two, "mic", [], "left", ("left", "right")), two[:, 0])
    with pytest.raises(OptionError, match="no audio channel 'middle'; expected one of left, right"):
        sound_track(two, "mic", [], "middle", ("left", "right"))
    assert not sound_track(np.zeros(100, np.int32), "mic", []).any()
