"""Word lists as people save them, and what is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.errors import BkError
from bk_realtime.prompts.words import MOST_WORDS, Prompt, read_words, words_of


def listed(tmp_path: Path, content: bytes | str) -> list[Prompt]:
    path = tmp_path / "list.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_words(path).prompts)


@pytest.mark.parametrize(
    "content",
    [
        "word\nhuis\nzon, maan\n".replace("zon, maan", '"zon, maan"'),
        '\ufeffword,group\r\nhuis,\r\n"zon, maan",\r\n',
        "sep=;\r\nWord;Clip\r\nhuis;\r\nzon, maan;\r\n",
        "\n\nword\tfrequency\nhuis\t3\n\nzon,  maan\t4\n",
    ],
)
def test_lists_as_programs_save_them(tmp_path: Path, content: str) -> None:
    assert [p.word for p in listed(tmp_path, content)] == ["huis", "zon, maan"]


def test_clips_groups_and_words_of_any_script(tmp_path: Path) -> None:
    found = listed(tmp_path, "word;clip;group\nשלום;a/b.wav;x\n房子;;\ne\u0301e\u0301n;;\n")
    assert found == [Prompt("שלום", tmp_path / "a" / "b.wav", "x"), Prompt("房子"), Prompt("één")]


def test_what_is_ignored_or_odd_is_said(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("word,pos\nhuis,noun\nhuis,noun\nzon,\n")
    found = read_words(path)
    assert found.notes == (
        "columns that are not used: 'pos'",
        "1 of 3 lines hold a word that is there already: it is shown that much oftener",
    )
    assert found.name == "list"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "first line that names the columns"),
        ("huis\nzon\n", "put the line 'word' on top"),
        ("word\n", "no word below"),
        ("word,word\na,b\n", "there twice"),
        ("word,clip\n,a.wav\n", "line 2: no word"),
        ("word,group\nje, nee, zon\n", "line 2: 3 cells, the first line names 2"),
        ("word\nhu\x07is\n", "holds a letter that shows nothing"),
        ("word\nhu\x00is\n", "list.csv"),
        ("word\nab\u202ecd\n", "holds a letter that shows nothing"),
        ("word\n\u200b\n", "shows nothing"),
        ("word\n" + "a" * 201 + "\n", "201 letters"),
        ('word\n"huis\n', "check its quotes"),
        ("word\nérg\n".encode("cp1252"), "CSV UTF-8"),
        ("word\nhuis\n".encode("utf-16"), "CSV UTF-8"),
        (b"word\n" + b"a\n" * 600_000, "larger than"),
        ("word\n" + "a\n" * (MOST_WORDS + 1), f"more than {MOST_WORDS} words"),
    ],
)
def test_refused_in_one_line(tmp_path: Path, content: bytes | str, said: str) -> None:
    with pytest.raises(BkError) as error:
        listed(tmp_path, content)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, Path("a\0b")):
        with pytest.raises(BkError):
            read_words(path)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"word\n{text}".encode(errors="replace")))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    try:
        found = words_of(content, Path("any.csv"))
    except BkError as error:
        refused = str(error)
    else:
        refused = ""
        assert all(p.word and "\n" not in p.word and len(p.word) <= 200 for p in found.prompts)
    assert "\n" not in refused
