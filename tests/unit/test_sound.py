"""Sound files: found in order, read as mono at a rate, joined where they are short; bad ones get one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError, FileError, InputError, OptionError
from offline.io.sound import join_files, read_sound, read_sound_at, read_speech_at, sound_files, sound_seconds

RATE = 16000


def tone(seconds: float, hz: float = 440.0, rate: int = RATE) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def write(path: Path, audio: np.ndarray, rate: int = RATE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio, rate, subtype="FLOAT")
    return path


def test_channels_are_a_choice_and_the_rate_is_told(tmp_path: Path) -> None:
    left, right = tone(1.0), tone(1.0, 300.0)
    path = write(tmp_path / "x.wav", np.stack([left, right], 1))
    audio, rate = read_sound(path, "2")
    assert (rate, audio.dtype) == (RATE, np.float32)
    np.testing.assert_array_equal(audio, right)
    with pytest.raises(InputError, match=r"x\.wav: the audio has 2 different channels \(1 to 2\); .* --audio-channel"):
        read_sound(path)
    with pytest.raises(OptionError, match="no audio channel '3'; expected one of 1 to 2"):
        read_sound(path, "3")


@pytest.mark.parametrize(
    ("other", "note"),
    [(1.0, "audio: 2 equal channels; channel 2 is used"), (0.0, "audio: 2 channels, 1 of them silent; channel 2 is")],
)
def test_one_sound_on_several_channels_is_no_choice(tmp_path: Path, other: float, note: str) -> None:
    right, notes = tone(1.0), list[str]()
    audio, _ = read_sound(write(tmp_path / "x.wav", np.stack([other * right, right], 1)), None, notes)
    np.testing.assert_array_equal(audio, right)
    assert [line.startswith(note.replace("2 is used", "1 is used") if other else note) for line in notes] == [True]


def test_a_corpus_of_speech_takes_first_channels_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    left, right = tone(1.0), tone(1.0, 300.0)
    for name in ("a", "b"):
        write(tmp_path / f"{name}.wav", np.stack([left, right], 1))
    silent = write(tmp_path / "c.wav", np.stack([np.zeros_like(right), right], 1))
    for name in ("a", "b"):
        np.testing.assert_array_equal(read_speech_at(tmp_path / f"{name}.wav", RATE), left)
    np.testing.assert_array_equal(read_speech_at(silent, RATE), right)
    assert [r.message for r in caplog.records] == [
        f"{tmp_path / 'a.wav'}: its channels differ; the first is used, here and in all others of its folder"
    ]


def test_at_another_rate_and_at_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "x.wav", tone(1.0))
    np.testing.assert_array_equal(read_sound_at(path, RATE), tone(1.0))
    twice = read_sound_at(path, 2 * RATE)
    assert (len(twice), twice.dtype) == (2 * RATE, np.float32)
    np.testing.assert_allclose(twice[4000:-4000], tone(1.0, rate=2 * RATE)[4000:-4000], atol=1e-3)
    assert sound_seconds(path) == 1.0


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"RIFF no sound", "not a readable sound file"), (None, "no such audio file")],
)
def test_files_that_are_no_sound(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "x.wav"
    if content is not None:
        path.write_bytes(content)
        with pytest.raises(FileError, match="not a readable sound file"):
            sound_seconds(path)
    with pytest.raises(FileError, match=message):
        read_sound_at(path, RATE)


@pytest.mark.parametrize(
    ("audio", "message"),
    [(np.zeros(0, np.float32), "expected audio samples"), (np.array([0, np.nan], np.float32), "1 of 2 audio samples")],
)
def test_sound_without_sense(tmp_path: Path, audio: np.ndarray, message: str) -> None:
    with pytest.raises(BkError, match=message):
        read_sound(write(tmp_path / "x.wav", audio))


def test_files_of_folders_come_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b/2.wav", "b/10.flac", "a/x.wav", "a.b/y.WAV"):
        (tmp_path / "speech" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "speech" / name).touch()
    (tmp_path / "speech/b/notes.txt").touch()
    single = tmp_path / "any.name"
    single.touch()
    found = sound_files([single, tmp_path / "speech"])
    assert [p.relative_to(tmp_path).as_posix() for p in found] == [
        "any.name", "speech/a/x.wav", "speech/a.b/y.WAV", "speech/b/10.flac", "speech/b/2.wav"
    ]  # fmt: skip
    (tmp_path / "empty").mkdir()
    for source, problem in (("empty", "no sound file there"), ("missing", "no such file or folder")):
        with pytest.raises(FileError, match=rf"{source}: {problem}; expected a sound file or a folder of them"):
            sound_files([tmp_path / source])


def test_short_files_are_joined_and_long_ones_cut(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{i}.wav", tone(s, 100.0 * (i + 1))) for i, s in enumerate((0.4, 0.7, 3.0, 0.2))]
    first, second = join_files(files, 2, RATE, least_s=1.0, most_s=2.0)
    assert first.files == files[:2]
    np.testing.assert_array_equal(first.audio, np.concatenate([tone(0.4, 100.0), tone(0.7, 200.0)]))
    assert second.files == [files[2]]
    np.testing.assert_array_equal(second.audio, tone(3.0, 300.0)[: 2 * RATE])
    assert len(join_files(files, 9, RATE, 0.1, 9.0)) == 4
    (_, _, _, last) = join_files(files, 4, RATE, 1.0, 2.0)
    assert (len(last.audio), last.files) == (round(0.2 * RATE), [files[3]])  # nothing follows it
