"""Words of conditions and files of schedules: what is understood, and the line that refuses the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bk_realtime.errors import BkError, OptionError
from bk_realtime.session.condition_record import is_sealed, read_records, written
from bk_realtime.session.conditions import Condition, ConditionSettings, by_name, draw_letters
from bk_realtime.session.schedule import plan, read_schedule


@pytest.mark.parametrize(
    ("text", "kind", "value", "name"),
    [
        ("real", "real", None, "real"),
        ("late = delayed 0.2 s", "delayed", 200.0, "late"),
        ("Delayed 200ms", "delayed", 200.0, "delayed 200 ms"),
        ("sham replayed 1 min", "replayed", 60.0, "replayed 60 s"),
        ("noise −20 dB", "noise", -20.0, "noise -20 dB"),
        ("noise alone -20", "noise-alone", -20.0, "noise-alone -20 dB"),
        ("shuffled", "shuffled", 0.0, "shuffled 0"),
        ("other", "other", None, "other"),
    ],
)
def test_words_of_a_condition(text: str, kind: str, value: float | None, name: str) -> None:
    assert Condition.parse(text) == Condition(name, kind, value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected one of real"),
        ("delayed", "expected delay_ms after it"),
        ("delayed 20 s", "delay_ms of 1 to 10000"),
        ("delayed 200 Hz", "delay_ms of 1 to 10000"),
        ("noise nan", "level_db of -60 to -6"),
        ("noise -3", "level_db of -60 to -6"),
        ("replayed 1", "offset_s of 5 to 300"),
        ("muted 3", "takes no number"),
        ("shuffled 1.5", "seed of 0"),
        ("real=muted", "name of another kind"),
        ("a;b=real", "expected a name"),
        ("next=muted", "asks for the one that follows"),
    ],
)
def test_what_is_no_condition(text: str, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        Condition.parse(text)


def test_a_condition_is_found_by_its_name_or_by_what_it_is() -> None:
    known = [Condition.parse("late=delayed 200"), Condition.parse("real")]
    assert by_name(known, " LATE ") is known[0]
    assert by_name(known, "delayed 0.2 s") is known[0]
    with pytest.raises(OptionError, match="'late', 'real'"):
        by_name(known, "delayed 100")


def test_no_letter_of_a_blinded_session_is_the_name_of_a_condition() -> None:
    """Else a marker "condition A" would begin another one than the one called A."""
    declared = [Condition(name, "muted") for name in "abcdefghijklmnopqrstuvwxy"]
    letters = draw_letters(declared)
    assert len(set(letters.values())) == len(declared)
    assert not {letter.lower() for letter in letters.values()} & set("abcdefghijklmnopqrstuvwxy")


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(OptionError, match="declared more than once"):
        ConditionSettings(conditions=("x=muted", "X=real"))


TOML = """
[conditions]
self = "real"
late = "delayed 200"
[[change]]
time_s = 0
condition = "late"
[[change]]
time_s = 2.5
condition = "self"
"""


def test_schedules_as_they_are_written(tmp_path: Path) -> None:
    """TOML; a table with commas, semicolons or tabs, with or without a byte order mark."""
    (tmp_path / "s.toml").write_text(TOML)
    made = plan(ConditionSettings(schedule=tmp_path / "s.toml"))
    assert [(c.at, c.by, c.condition.name) for c in made.changes] == [(0, "time_s", "late"), (2.5, "time_s", "self")]
    assert [c.name for c in made.conditions] == ["self", "late"]
    for mark, comma in (("", ","), ("\ufeff", ";"), ("", "\t")):
        lines = ["Time", "condition"], ["0", "delayed 200"], ["2.5", "real"]
        (tmp_path / "s.csv").write_text(mark + "# plan\n" * (not mark) + "\n".join(comma.join(x) for x in lines))
        table = read_schedule(tmp_path / "s.csv")
        assert [(c.at, c.condition.kind) for c in table.changes] == [(0, "delayed"), (2.5, "real")]


def test_a_drawn_order_is_balanced_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    text = '[conditions]\na = "real"\nb = "muted"\nc = "delayed 50"\n[draw]\nconditions = ["a", "b", "c"]\n'
    (tmp_path / "s.toml").write_text(text + "trials = 12\nseed = 4\n")
    first, again = (read_schedule(tmp_path / "s.toml") for _ in range(2))
    names = [c.condition.name for c in first.changes]
    assert first == again
    assert first.seed == 4
    assert [c.at for c in first.changes] == list(range(1, 13))
    for block in range(4):
        assert sorted(names[3 * block : 3 * block + 3]) == ["a", "b", "c"]
    (tmp_path / "s.toml").write_text(text + "trials = 12\nseed = 5\n")
    assert [c.condition.name for c in read_schedule(tmp_path / "s.toml").changes] != names
    (tmp_path / "s.toml").write_text(text + "every_s = 20\ntimes = 3\nstart_s = 10\n")
    drawn = read_schedule(tmp_path / "s.toml")
    assert [c.at for c in drawn.changes] == [10, 30, 50]
    assert drawn.seed is not None  # drawn too, and on record


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("time_s,condition\n0,backwards\n", "expected one of real"),
        ("time_s,condition\n5,real\n3,muted\n", "in order"),
        ("time_s,condition\n5,replayed 60\n", "no sound yet that old"),
        ("trial,condition\n1.5,real\n", "whole number"),
        ("trial,condition\n0,real\n", "from 1 on"),
        ("time_s,condition\n-1,real\n", "0 or more"),
        ("time_s,condition\nnan,real\n", "0 or more"),
        ("time_s,trial,condition\n1,1,real\n", "expected time_s or trial"),
        ("when,what\n1,real\n", "expected time_s or trial"),
        ("time_s,condition\n", "expected 1 to"),
        ("", "expected 1 to"),
        ("time_s,condition\n3,other\n", "--sham-bundle"),
        ("time_s,condition\n1,shuffled,7\n", "change 1: expected as many values as headings, got more: ..7"),
    ],
)
def test_tables_that_are_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "s.csv").write_text(text)
    with pytest.raises(BkError, match=words):
        plan(ConditionSettings(schedule=tmp_path / "s.csv"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("changes = []", "unknown key 'changes'"),
        ("[conditions]\na = 3\n[draw]\n", "expected lines such as"),
        ("[draw]\nconditions = ['real']\n", "trials = N"),
        ("[draw]\nconditions = ['real']\ntrials = 3\nseed = -1\n", "seed"),
        ("[draw]\nconditions = ['real']\nevery_s = nan\ntimes = 3\n", "every_s"),
        ("[[change]]\ntrial = true\ncondition = 'real'\n", "whole number"),
        ("change = 3", "expected 1 to"),
    ],
)
def test_toml_that_is_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(BkError, match=words):
        read_schedule(tmp_path / "s.toml")


def test_a_sealed_record_reads_back_and_shows_nothing() -> None:
    record = {"record": "change", "condition": {"name": "muted"}, "stamp": 1.5}
    line = written(record, sealed=True)
    assert "muted" not in line
    assert is_sealed([line])
    assert read_records([line, written(record, sealed=False), "{cut off", '{"sealed": "no"}']) == [record, record]
