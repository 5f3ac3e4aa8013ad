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


@pytest.mark.parametrize("pops", [(1.6,), (1.2, -1.9, 7.0), (40000.0,)])
def test_single_samples_beyond_full_scale_rescale_nothing(pops: tuple[float, ...]) -> None:
    notes: list[str] = []
    values = TONE.astype(np.float32)
    values[100 : 100 + len(pops)] = pops
    np.testing.assert_array_equal(sound_track(values, "mic", notes), values)
    assert len(notes) == 1
    assert notes[0].startswith(f"audio: full scale 1, with {len(pops)} of ")


@pytest.mark.parametrize(("bits", "pop"), [(16, 35000.5), (16, 2.0**30), (24, 2.0**31)])
def test_one_overshoot_of_integers_kept_as_floats(bits: int, pop: float) -> None:
    notes: list[str] = []
    values = (TONE * 2 ** (bits - 1)).astype(np.float32)
    values[9] = pop
    np.testing.assert_allclose(np.delete(sound_track(values, "mic", notes), 9), np.delete(TONE, 9), atol=1e-6)
    assert notes == [f"audio: values up to {pop:.0f} taken as {bits}-bit integers, 1 of them beyond that"]


def test_volts_have_no_full_scale() -> None:
    notes: list[str] = []
    sound = sound_track(TONE * 20, "mic", notes)
    np.testing.assert_allclose(sound, TONE * 0.5 / 0.3, rtol=1e-3, atol=1e-6)
    assert notes == ["audio: values up to 6 of no known full scale; scaled so that 6 is 0.5"]


def test_an_inverted_copy_is_another_channel() -> None:
    two = np.column_stack([TONE, -TONE])
    with pytest.raises(InputError, match="2 different channels"):
        sound_track(two, "mic", [])
    with pytest.raises(OptionError, match="no audio channel '3'; expected one of 1 to 2"):
        sound_track(two, "mic", [], "3")
    with pytest.raises(OptionError, match="no audio channel '2'; the audio has one channel"):
        sound_track(TONE, "mic", [], "2")


@pytest.mark.parametrize(("channels", "used"), [((1, 1), 1), ((0, 1, 0), 2), ((0, 1, 1), 2)])
def test_copies_and_silent_channels_are_no_choice(channels: tuple[int, ...], used: int) -> None:
    notes: list[str] = []
    sound = sound_track(np.outer(TONE, channels), "mic", notes)
    np.testing.assert_array_equal(sound, TONE.astype(np.float32))
    assert [note.rpartition("; ")[2] for note in notes] == [f"channel {used} is used"]
