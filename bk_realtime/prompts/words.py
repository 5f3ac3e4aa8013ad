"""Lists of words or sentences to be shown, from CSV: columns ``word``, ``clip`` (a sound file) and ``group``."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.errors import FileError, InputError
from bk_realtime.shown import named

COLUMNS = ("word", "clip", "group")
MOST_BYTES, MOST_WORDS, LONGEST = 1_000_000, 5000, 200
_REFUSED = {"Cc", "Cs", "Co", "Zl", "Zp"}
"""Kinds of letters that show nothing, or that a marker cannot carry."""
_TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that turn the direction of others: a screen would show another order than the marker holds."""


@dataclass(frozen=True)
class Prompt:
    """One line of a list: what is shown, the sound that is played with it where there is one, and its group."""

    word: str
    clip: Path | None = None
    group: str = ""


@dataclass(frozen=True)
class WordList:
    """A list in its own order.

    Attributes
    ----------
    name : of the file, without its ending.
    prompts : one a line; a word may occur several times.
    notes : what was ignored or is odd, one line each.
    """

    name: str
    prompts: tuple[Prompt, ...]
    notes: tuple[str, ...] = ()


def read_words(path: Path) -> WordList:
    """Read a list: CSV in UTF-8 (with or without BOM), separated by commas, semicolons (Excel in Dutch or German) or
    tabs. Paths of clips are relative to the list.

    Raises
    ------
    FileError
        No such file, not readable, no UTF-8.
    InputError
        No column ``word``, no word, a word that cannot be shown or sent, a row that does not fit, too much of it.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FileError(f"{path}: no such file; expected a list of words (CSV)") from None
    except (OSError, ValueError) as error:
        raise FileError(f"{str(path)!a}: expected a list of words (CSV), it cannot be read ({error})") from None
    return words_of(content, path)


def words_of(content: bytes, path: Path) -> WordList:
    """The list that a file holds; errors as of :func:`read_words`."""
    rows, delimiter = _rows(_text(content, path), path)
    names = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    if "word" not in names:
        raise InputError(
            f"{path}: expected a first line that names the columns word, clip, group (only word must be there), got "
            f"{named(delimiter.join(rows[0][1]) if rows else '')}; put the line 'word' on top"
        )
    twice = next((name for name in COLUMNS if names.count(name) > 1), "")
    if twice:
        raise InputError(f"{path}: column {twice!r} is there twice; expected it once")
    ignored = [name for name in names if name and name not in COLUMNS]
    notes = [f"columns that are not used: {', '.join(named(name) for name in ignored[:8])}"] if ignored else []
    prompts = []
    for line, row in rows[1:]:
        cells = [" ".join(unicodedata.normalize("NFC", cell).split()) for cell in row]
        if len(cells) > len(names):
            if any(cells[len(names) :]):
                raise InputError(
                    f"{path}, line {line}: {len(row)} cells, the first line names {len(names)}; put a sentence that "
                    f"holds {delimiter!r} in quotes"
                )
        given = dict(zip(names, cells, strict=False))
        if not any(given.values()):
            continue
        prompts.append(_prompt(given, f"{path}, line {line}", path.parent))
        if len(prompts) > MOST_WORDS:
            raise InputError(f"{path}: more than {MOST_WORDS} words; expected a list for one session, shorten it")
    if not prompts:
        raise InputError(f"{path}: no word below the first line; expected one a line")
    words = [p.word for p in prompts]
    if n := len(words) - len(set(words)):
        notes.append(f"{n} of {len(words)} lines hold a word that is there already: it is shown that much oftener")
    return WordList(path.stem, tuple(prompts), tuple(notes))


def _text(content: bytes, path: Path) -> str:
    if len(content) > MOST_BYTES:
        raise InputError(f"{path}: larger than {MOST_BYTES:,} bytes; expected a list of words (CSV)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path}: expected text in UTF-8, got another byte at {error.start}; save it in Excel as 'CSV UTF-8'"
        ) from None


def _rows(text: str, path: Path) -> tuple[list[tuple[int, list[str]]], str]:
    """(line, cells) of the rows that hold something, and what separates cells."""
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines and lines[0].strip().lower() in ("sep=;", "sep=,", "sep=\t", "sep=") else 0
    head = next((line for line in lines[skipped:] if line.strip()), "")
    delimiter = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num + skipped, row))
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num + skipped}: no CSV ({error}); check its quotes") from None
    return rows, delimiter


def _prompt(given: dict[str, str], where: str, folder: Path) -> Prompt:
    word, clip = given.get("word", ""), given.get("clip", "")
    if not word:
        raise InputError(f"{where}: no word; expected one in every line")
    for name, text in (("word", word), ("clip", clip), ("group", given.get("group", ""))):
        if len(text) > LONGEST:
            raise InputError(f"{where}: a {name} of {len(text)} letters; expected at most {LONGEST}, cut it in two")
        bad = next((c for c in text if unicodedata.category(c) in _REFUSED or c in _TURNS), "")
        if bad:
            raise InputError(f"{where}: {name} {named(text)} holds a letter that shows nothing ({bad!a}); take it out")
    if not any(unicodedata.category(c)[0] in "LNSP" for c in word):
        raise InputError(f"{where}: word {named(word)} shows nothing; expected letters")
    return Prompt(word, folder / clip if clip else None, given.get("group", ""))
