"""The list of `make mutants` names what is there: modules, tests, and lines of faults that change nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "tests" / "mutants"


def test_modules_and_their_tests_are_there() -> None:
    groups = tomllib.loads((LIST / "modules.toml").read_text(encoding="utf-8"))["module"]
    named = [name for group in groups for name in (*group["paths"], *group["tests"])]
    assert [name for name in named if not (ROOT / name).is_file()] == []
    paths = [path for group in groups for path in group["paths"]]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("name", ["equivalent.toml", "by_hand.toml"])
def test_listed_faults_stand_in_the_present_code(name: str) -> None:
    paths = {
        p for g in tomllib.loads((LIST / "modules.toml").read_text(encoding="utf-8"))["module"] for p in g["paths"]
    }
    for fault in tomllib.loads((LIST / name).read_text(encoding="utf-8")).get("fault", []):
        assert fault["module"] in paths
        lines = [line.strip() for line in (ROOT / fault["module"]).read_text(encoding="utf-8").splitlines()]
        assert fault["before"] in lines, f"{fault['module']}: no line {fault['before']!r} any more"
        assert fault["after"] != fault["before"]
        assert name == "by_hand.toml" or len(fault["why"]) > 10
