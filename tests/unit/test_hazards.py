"""The list of hazards is whole, and each names tests that exist."""

from __future__ import annotations

import ast
import functools
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HAZARDS = tomllib.loads((ROOT / "docs" / "hazards.toml").read_text(encoding="utf-8"))
REQUIRED = {
    *("loud", "stale", "wrong_person", "wrong_device", "lost_recording", "wrong_montage", "feedback_loop"),
    *("seizure_like", "hung_panel", "panic_not_confirmed", "wrong_bundle"),
}


@functools.cache
def nodes_of(file: str) -> frozenset[str]:
    """Node ids of the tests in one file, without parameters; a test that is always skipped is none."""
    path = ROOT / file
    if not path.is_file() or not path.name.startswith("test_"):
        return frozenset()
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        inside = [(f"{node.name}::", n) for n in node.body] if isinstance(node, ast.ClassDef) else [("", node)]
        for prefix, one in inside:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                marks = [ast.unparse(mark) for mark in one.decorator_list]
                if not any("mark.skip(" in mark or "mark.xfail" in mark for mark in marks):
                    found.add(f"{file}::{prefix}{one.name}")
    return frozenset(found)


def missing(name: str) -> bool:
    """Whether this is no test of the repository."""
    return name not in nodes_of(name.partition("::")[0])


def test_every_required_hazard_is_there() -> None:
    assert set(HAZARDS) >= REQUIRED


@pytest.mark.parametrize("hazard", sorted(HAZARDS))
def test_each_hazard_names_cause_measure_and_tests_that_exist(hazard: str) -> None:
    entry = HAZARDS[hazard]
    assert set(entry) <= {"cause", "measure", "open", "tests"}
    for words in ("cause", "measure", *(["open"] if "open" in entry else [])):
        assert len(entry[words]) > 20, words
        assert entry[words].strip().endswith("."), words
    assert entry["tests"], "no test shows it"
    assert len(set(entry["tests"])) == len(entry["tests"])
    assert [name for name in entry["tests"] if missing(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/unit/test_hazards.py::test_none",
        "tests/unit/none.py::test_x",
        "tests/unit/test_hazards.py",
        "tests/unit/test_hazards.py::missing",
        "tests/manual_clock.py::test_every_required_hazard_is_there",
    ],
)
def test_a_test_that_does_not_exist_is_noticed(name: str) -> None:
    assert missing(name)


def test_the_page_of_a_live_session_names_the_list() -> None:
    assert "hazards.toml" in (ROOT / "docs" / "live-session.md").read_text(encoding="utf-8")
