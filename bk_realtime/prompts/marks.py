"""The markers of prompts, written and read in one place: ``start;WORD;#N``, ``end;WORD;#N``, ``bad;N``, ``good;N``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T", int, float)
START, END, ABORT, BAD, GOOD = "start", "end", "abort", "bad", "good"
_NUMBERED = re.compile(r"(.*);#([1-9][0-9]{0,8})", re.DOTALL)
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Marked(Generic[T]):
    """A trial that the markers name.

    Attributes
    ----------
    first, stop : when it was shown and taken away, in whatever the markers are counted in.
    word : what was shown.
    number : of the presentation; 0 where the markers bear none.
    bad : marked as bad, and not as good again.
    """

    first: T
    stop: T
    word: str
    number: int = 0
    bad: bool = False


def trial_mark(kind: str, word: str, number: int) -> str:
    """``start;huis;#12``: the word first, so that readers that know no numbers find it where they look for it.

    >>> trial_mark(START, "huis", 12)
    'start;huis;#12'
    """
    return f"{kind};{word};#{number}"


def verdict_mark(bad: bool, number: int) -> str:
    """``bad;12`` or ``good;12``."""
    return f"{BAD if bad else GOOD};{number}"


def read_mark(text: str) -> tuple[str, str, int]:
    """Kind (in small letters), word and number (0: none) of a marker; kind is empty where it has no semicolon.

    >>> read_mark("start;huis;#12"), read_mark("End;huis"), read_mark("bad;12")
    (('start', 'huis', 12), ('end', 'huis', 0), ('bad', '12', 0))
    """
    kind, separator, rest = text.partition(";")
    if not separator:
        return "", text, 0
    numbered = _NUMBERED.fullmatch(rest)
    word, number = (numbered[1], int(numbered[2])) if numbered else (rest, 0)
    return kind.strip().lower(), word, number


def marked_trials(markers: Iterable[tuple[T, str]]) -> list[Marked[T]]:
    """Trials of markers in order of time. An end without its start, the reverse, and what was aborted, is no trial.

    ``bad;N`` and ``good;N`` are about the newest trial of number N that has begun by then: a second run in the same
    recording counts from 1 again.
    """
    trials: list[Marked[T]] = []
    newest: dict[int, int] = {}  # number -> place among the trials, or -1 while it runs
    verdicts: dict[int, bool] = {}
    opened: tuple[T, str, int] | None = None
    for when, text in markers:
        kind, word, number = read_mark(text)
        if kind == START:
            opened = when, word, number
            if number:
                newest[number] = -1
                verdicts.pop(number, None)
        elif kind == END and opened is not None and opened[1:] == (word, number):
            if when > opened[0]:
                newest[number] = len(trials)
                trials.append(Marked(opened[0], when, word, number, verdicts.get(number, False)))
            opened = None
        elif kind == ABORT and opened is not None and opened[1:] == (word, number):
            opened = None
        elif kind in (BAD, GOOD) and _NUMBER.fullmatch(word) and int(word) in newest:
            verdicts[int(word)] = kind == BAD
            if (at := newest[int(word)]) >= 0:
                trials[at] = replace(trials[at], bad=kind == BAD)
    return trials


def bad_note(markers: Iterable[tuple[float, str]]) -> str:
    """One line that says which trials are marked bad; empty where none is."""
    trials = marked_trials(markers)
    bad = [t for t in trials if t.bad]
    if not bad:
        return ""
    listed = ", ".join(f"#{t.number} {t.word[:40]!r}" for t in bad[:6]) + (", …" if len(bad) > 6 else "")
    return f"{len(bad)} of {len(trials)} trials are marked bad ({listed}): left out of training and of scores"
