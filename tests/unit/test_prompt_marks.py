"""Markers of prompts: what is written is read, older forms stay what they were, verdicts count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.prompts.marks import (
    ABORT,
    END,
    START,
    Marked,
    bad_note,
    marked_trials,
    read_mark,
    trial_mark,
    verdict_mark,
)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(WORDS, st.integers(1, 999_999_999), st.sampled_from([START, END, ABORT]))
def test_what_is_written_is_read(word: str, number: int, kind: str) -> None:
    assert read_mark(trial_mark(kind, word, number)) == (kind, word, number)


def test_markers_without_numbers_are_read_as_ever() -> None:
    texts = ["experimentStarted", "start;huis", "end;huis", "Start ; a;b", "END; a;b", "start;x", "end;y", "start;#1;2"]
    assert marked_trials(list(enumerate(texts))) == [Marked(1, 2, "huis"), Marked(3, 4, " a;b")]


def test_bad_counts_and_good_takes_it_back() -> None:
    texts = [
        *("start;a;#1", "end;a;#1", "bad;1"),  # after it
        *("start;b;#2", "bad;2", "end;b;#2"),  # while it is shown
        *("start;c;#3", "end;c;#3", "bad;3", "good;3"),
        *("start;d;#4", "abort;d;#4", "end;d;#4"),
        *("bad;9", "bad;x", "bad", "good;0"),  # about no trial
    ]
    found = marked_trials(list(enumerate(texts)))
    assert [(t.word, t.number, t.bad) for t in found] == [("a", 1, True), ("b", 2, True), ("c", 3, False)]


def test_a_second_run_counts_from_one_again() -> None:
    texts = ["start;a;#1", "end;a;#1", "bad;1", "start;b;#1", "end;b;#1"]
    assert [(t.word, t.bad) for t in marked_trials(list(enumerate(texts)))] == [("a", True), ("b", False)]


def test_a_number_that_neither_start_nor_end_agrees_on_is_no_trial() -> None:
    assert marked_trials([(0, "start;a;#1"), (1, "end;a;#2")]) == []


def test_what_is_bad_is_said() -> None:
    good = [(0.0, "start;huis;#1"), (1.0, "end;huis;#1"), (2.0, "start;boom;#2"), (3.0, "end;boom;#2")]
    assert bad_note(good) == ""
    assert bad_note([*good, (4.0, verdict_mark(True, 2))]) == (
        "1 of 2 trials are marked bad (#2 'boom'): left out of training and of scores"
    )
