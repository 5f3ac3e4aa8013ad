"""`make mutants` goes on where it was broken off, and its table says apart what it cannot tell."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.mutants.kept import Kept, Outcome, SoundFile
from tests.mutants.table import table

TEST = "test_a.py"


def mutant(module: str = "a.py", line: int = 1) -> Any:
    return SimpleNamespace(
        module=module, line=line, operator="AddNot", before="if a:", after="if not a:", source=str(line)
    )


def repository(folder: Path) -> Path:
    for name in (TEST, "a.py"):
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def test_a_result_holds_until_a_test_or_the_fault_changes(tmp_path: Path) -> None:
    root = repository(tmp_path)
    Kept(root / "kept", root).keep(mutant(), [TEST], Outcome("killed", "test_a.py::test_it", 1.5))
    again = Kept(root / "kept", root)
    assert again.outcome(mutant(), [TEST]) == Outcome("killed", "test_a.py::test_it", 1.5)
    assert again.outcome(mutant(line=2), [TEST]) is None
    (root / TEST).write_text("another", encoding="utf-8")
    assert again.outcome(mutant(), [TEST]) is None


def test_what_was_late_is_tried_anew_and_a_line_cut_by_a_kill_is_no_trouble(tmp_path: Path) -> None:
    root = repository(tmp_path)
    kept = Kept(root / "kept", root)
    kept.keep(mutant(), [TEST], Outcome("late", "still busy after 30 s of a core"))
    kept.keep(mutant(line=2), [TEST], Outcome("survived"))
    with (root / "kept" / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"key": "0f')
    again = Kept(root / "kept", root)
    assert again.outcome(mutant(), [TEST]) is None
    assert again.outcome(mutant(line=2), [TEST]) == Outcome("survived")
    assert Kept(root / "kept", root, fresh=True).outcome(mutant(line=2), [TEST]) is None


def test_a_test_file_is_run_again_when_it_or_a_module_that_it_reaches_changes(tmp_path: Path) -> None:
    root = repository(tmp_path)
    found = SoundFile("", {"test_a.py::test_it": 0.1}, {"a.py": {"3": ["test_a.py::test_it"]}})
    kept = Kept(root / "kept", root)
    kept.keep_sound(TEST, "not slow", found)
    assert Kept(root / "kept", root).sound(TEST, "not slow") == found
    assert kept.sound(TEST, "slow") is None
    (root / "a.py").write_text("changed", encoding="utf-8")
    assert kept.sound(TEST, "not slow") is None
    kept.keep_sound(TEST, "not slow", SoundFile("test_a.py::test_it: fails", {}, {}))
    assert kept.sound(TEST, "not slow") is None


def test_the_table_counts_only_what_was_told() -> None:
    work: list[Any] = [(mutant(line=k), Outcome("killed")) for k in range(1, 24)]
    work += [(mutant(line=24), Outcome("survived")), (mutant(line=25), Outcome("late", "still waiting after 60 s"))]
    work += [(mutant("b.py"), None), (mutant("c.py"), Outcome("survived"))]
    came = table(work, {("c.py", "if a:", "if not a:"): "the same"}, {})
    assert came.code == 0
    assert "| a.py | 25 | 23 | 1 | 0 | 1 |" in came.text
    assert "| c.py | 1 | 0 | 0 | 1 | 0 |" in came.text
    assert "a.py:25 AddNot\n    - if a:\n    + if not a:\n    still waiting after 60 s" in came.text
    assert "1 faults were not tried" in came.text
    assert "noticed: 23 of 24 that change something, 95.8% (goal 92%)" in came.text
    assert table(work[2:], {}, {}).code == 1


def test_a_module_whose_tests_fail_by_themselves_has_no_figures() -> None:
    work: list[Any] = [(mutant(), Outcome("killed")), (mutant("b.py"), None)]
    came = table(work, {}, {"b.py": "test_b.py fails without any fault: test_b.py::test_it: boom"})
    assert came.code == 2
    assert "| b.py | no usable sample | | | | |" in came.text
    assert "no usable sample of b.py: test_b.py fails without any fault: test_b.py::test_it: boom" in came.text
