"""Headers of every format with odd values in every field: one line, and nothing read from elsewhere or made up."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError, FileError, InputError
from offline.io import read_recording
from offline.io.companions import load_audio, read_table
from offline.io.cue_tables import read_events
from offline.io.sound import read_sound, sound_seconds
from tests.recording_damage import cut, flipped, npy, odd_edf, odd_lines, odd_npy, odd_table, odd_wav, written
from tests.unit.edf_files import Line, write_brainvision, write_edf

VALUES = np.random.default_rng(3).standard_normal((1024, 3)).astype(np.float32) * 40
TABLE = "onset\tduration\ttrial_type\n0.1\t0.2\took\n0.5\t0.2\tals\n"


def one_line(read: Callable[[Path], object], path: Path, damaged: Iterable[tuple[str, bytes | str]]) -> None:
    """Reading every one of them gives a recording or one line."""
    for what, content in damaged:
        written(path.parent, path.name, content)
        try:
            read(path)
        except BkError as error:
            lines = str(error).splitlines()
        else:
            lines = []
        assert len(lines) < 2, what


def edf(folder: Path) -> Path:
    return write_edf(folder / "e.edf", [Line(f"A{i}", VALUES[:, i], 256) for i in range(3)], "EDF+D")


def brainvision(folder: Path) -> Path:
    return write_brainvision(folder / "b.vhdr", VALUES, ["A1", "A2", "A3"], 1024, stimuli=[(300, "S 1")])


def test_npy(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, VALUES)
    one_line(read_recording, path, [*odd_npy(path.read_bytes()), *list(flipped(path.read_bytes(), 128))[::5]])
    path = written(tmp_path, "more.npy", npy("'<f4'", "(1024, 3)", VALUES.tobytes() * 5))
    with pytest.raises(InputError, match="more than its header says"):
        read_recording(path)
    path = written(tmp_path, "one.npy", npy("'<i8'", "()", bytes(8)))
    with pytest.raises(InputError, match="got one value"):
        load_audio(path)


@pytest.mark.parametrize("name", ["p1_words.npy", "p1_stimuli.npy", "p1_sentences.npy", "p1_audio.npy"])
def test_the_cues_or_the_sound_of_a_recording_are_none(name: str, tmp_path: Path) -> None:
    np.save(tmp_path / name, VALUES)
    with pytest.raises(
        InputError, match=r"by its name the (cues|sound) of p1; expected the neural array, such as p1_s"
    ):
        read_recording(tmp_path / name)


def test_edf(tmp_path: Path) -> None:
    path = edf(tmp_path)
    content = path.read_bytes()
    one_line(
        read_recording, path, [*list(odd_edf(content))[::5], *list(flipped(content, 1280))[::61], *cut(content, 5)]
    )


@pytest.mark.parametrize("old", [b"256     ", b"32767   "])
def test_digits_apart_are_no_number_in_edf(old: bytes, tmp_path: Path) -> None:
    path = edf(tmp_path)
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, old[:1] + b"_" + old[1:-1]))
    with pytest.raises(InputError, match="damaged, truncated or of another kind"):
        read_recording(path)


def test_brainvision(tmp_path: Path) -> None:
    path = brainvision(tmp_path)
    text = path.read_text(encoding="utf-8")
    one_line(read_recording, path, list(odd_lines(text))[::25])
    written(tmp_path, path.name, text)
    markers = path.with_suffix(".vmrk")
    one_line(lambda _: read_recording(path), markers, list(odd_lines(markers.read_text(encoding="utf-8")))[::25])


@pytest.mark.parametrize("odd", ["../x", "a/../../x", "/tmp/x", "..", ".", "a\\x", "a" * 300, "a\x1bb"])
@pytest.mark.parametrize("which", ["DataFile", "MarkerFile"])
def test_brainvision_parts_lie_beside_the_header(which: str, odd: str, tmp_path: Path) -> None:
    path = brainvision(tmp_path)
    text = path.read_text(encoding="utf-8")
    ending = "eeg" if which == "DataFile" else "vmrk"
    written(tmp_path, path.name, text.replace(f"{which}=b.{ending}", f"{which}={odd}"))
    with pytest.raises(InputError, match="expected the name of a file beside the header"):
        read_recording(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A1,,1,", "A1,,inf,", "expected a number above 0"),
        ("A1,,1,", "A1,,-1,", "expected a number above 0"),
        ("A1,,1,", "A1,,nan,", "expected a number above 0|MNE cannot read it"),
        ("NumberOfChannels=3", "NumberOfChannels=1", "but it describes 3"),
        ("NumberOfChannels=3", "NumberOfChannels=0", "expected at least 1"),
    ],
)
def test_brainvision_headers_that_contradict(old: str, new: str, said: str, tmp_path: Path) -> None:
    path = brainvision(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    written(tmp_path, path.name, text.replace(old, new))
    with pytest.raises(InputError, match=said):
        read_recording(path)


@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_sound(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"s.{ending}"
    soundfile.write(path, np.sin(np.arange(22050) / 10) * 0.3, 22050)
    content = path.read_bytes()
    damaged = [*flipped(content, 100, 3), *cut(content, 10), *(odd_wav(content) if ending == "wav" else ())]
    one_line(read_sound, path, damaged)
    one_line(sound_seconds, path, damaged)


def test_sound_that_states_more_than_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "s.flac"
    soundfile.write(path, np.sin(np.arange(22050) / 10) * 0.3, 22050)
    content = bytearray(path.read_bytes())
    content[21] |= 0x0F  # the highest bits of the number of samples
    with pytest.raises(InputError, match="states 644"):
        read_sound(written(tmp_path, "huge.flac", bytes(content)))
    content = bytearray(path.read_bytes())
    content[22:26] = struct.pack(">I", 22051)
    with pytest.raises((InputError, FileError)):
        read_sound(written(tmp_path, "more.flac", bytes(content)))


def test_tables_of_cues(tmp_path: Path) -> None:
    damaged = [*list(odd_table(TABLE))[::3], *flipped(TABLE.encode(), len(TABLE), 5), ("deep", "[" * 100_000)]
    for ending in ("tsv", "csv", "json", "txt"):
        one_line(lambda p: read_events(p, 1024.0, []), tmp_path / f"e.{ending}", damaged)


_GRID = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n0\n1\n<exists>\n1\n"IntervalTier"\n"w"\n0\n1\n{}\n0\n1\n"a"\n'
)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("wide.tsv", "onset\t" + "\t" * 100_000 + "\n" + "1\n" * 100_000, "nearly all cells are empty"),
        ("keys.json", "[" + ",".join(f'{{"k{i}":1}}' for i in range(5000)) + "]", "nearly all cells are empty"),
        ("lists.json", "[[" + "1," * 5000 + "1]," + "[]," * 5000 + "[]]", "nearly all cells are empty"),
        ("cell.tsv", "onset\tword\n1\t" + "a" * 200_000 + "\n", "not a readable table"),
        ("quote.csv", 'onset,word\n1,"' + "a\n" * 200_000, "not a readable table"),
        ("nan.tsv", "onset\tword\nnan\ta\n", "row 2: expected finite times"),
        ("endless.json", '[{"onset": 1e999, "word": "a"}]', "row 2: expected finite times"),
        ("backwards.TextGrid", _GRID.format(-2), "not a readable TextGrid"),
        ("huge.TextGrid", _GRID.format(10**9), "not a readable TextGrid"),
    ],
    ids=["wide", "keys", "lists", "cell", "quote", "nan", "endless", "backwards", "huge"],
)
def test_tables_of_cues_that_are_made_to_hurt(name: str, content: str, told: str, tmp_path: Path) -> None:
    """Few bytes that stand for more cells than fit, times that are none, a tier that leads back to itself."""
    with pytest.raises(BkError, match=told) as caught:
        read_events(written(tmp_path, name, content), 1024.0, [])
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", "1,5e1\t1,6e1\took\n"),
        ("b.json", '[["15", "1,6e1", "ook"]]'),
        ("c.csv", "onset;end;word\n15;16,;ook\n"),
    ],
)
def test_decimal_commas_with_an_exponent_and_in_json(name: str, content: str, tmp_path: Path) -> None:
    assert read_events(written(tmp_path, name, content)) == [(15.0, "start;ook"), (16.0, "end;ook")]


def test_a_table_of_channels_of_few_bytes_and_many_cells(tmp_path: Path) -> None:
    for content in ("name\t" + "\t" * 100_000 + "\n" + "a\n" * 100_000, "name\tunits\n" + "a" * 200_000 + "\tV\n"):
        with pytest.raises(InputError, match=r"nearly all cells are empty|not a readable table"):
            read_table(written(tmp_path, "x_channels.tsv", content))
