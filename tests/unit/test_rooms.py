"""The house keeps its order: few commands on top, rooms that never look up, names that shadow nothing."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bk_realtime", "offline", "gui")
LOADED_BEFORE = {"io"}
"""Standard modules that the interpreter itself has loaded before it runs a script: nothing can stand in for them."""
MOST_COMMANDS = 18
"""One more than there were: `transfer` takes a bundle and two days, which no other command does."""
COMMANDS = {
    path.stem: path
    for folder in ("offline", "offline/_commands")
    for path in (ROOT / folder).glob("*.py")
    if path.stem != "__init__"
}


def imported(path: Path) -> set[str]:
    """Full names of all that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def rooms(package: str) -> set[str]:
    return {path.parent.name for path in (ROOT / package).glob("*/__init__.py") if not path.parent.name.startswith("_")}


def test_the_top_of_offline_holds_few_commands_and_nothing_else() -> None:
    assert 1 < len(COMMANDS) <= MOST_COMMANDS, sorted(COMMANDS)
    for name, path in COMMANDS.items():
        found = importlib.util.find_spec(f"offline.{name}")
        assert found is not None
        assert Path(str(found.origin)) == path
        module = ast.parse(path.read_text(encoding="utf-8"))
        assert (ast.get_docstring(module) or "").startswith(f"`python -m offline.{name}"), path
        assert any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in module.body), path


@pytest.mark.parametrize("package", PACKAGES)
def test_no_room_and_no_other_command_imports_a_command(package: str) -> None:
    commands = {f"offline.{name}" for name in COMMANDS}
    for path in (ROOT / package).rglob("*.py"):
        assert not imported(path) & commands, path


def test_contract_of_offline_names_every_room_and_command() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    top, *below = config["importlinter:contract:rooms"]["layers"].strip().splitlines()
    assert {name.strip() for name in top.split("|")} == {"_commands", *COMMANDS} - {"inspect"}
    order = [{name.strip(" ()") for name in line.split("|")} for line in below]
    assert set().union(*order) == rooms("offline")
    assert order[:2] == [{"attacks"}, {"evaluation", "inspection", "vocoder_lab"}]
    assert order[2:] == [{"training", "simulation"}, {"scoring"}, {"data"}, {"io"}]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_says_in_one_line_what_it_is_for(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        if path.name != "__init__.py":
            continue
        first, *rest = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines() or [""]
        assert first.endswith((".", ":")), path
        assert not rest or not rest[0].strip(), path


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_shadows_the_standard_library(package: str) -> None:
    names = {path.stem for path in (ROOT / package).glob("*.py")} | rooms(package)
    shadowed = names & sys.stdlib_module_names - LOADED_BEFORE
    assert not shadowed


@pytest.mark.parametrize("name", ["train", "evaluate"])
def test_a_command_runs_by_its_path_too(name: str, tmp_path: Path) -> None:
    done = start([str(COMMANDS[name]), "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"python -m offline.{name}" in done.stdout


def test_inspect_runs_as_a_module_and_says_so_when_run_by_path(tmp_path: Path) -> None:
    done = start(["-m", "offline.inspect", "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    refused = start([str(COMMANDS["inspect"])], tmp_path)
    assert refused.returncode == 1
    assert refused.stderr == (
        "error: expected python -m offline.inspect; a file of this name cannot be run by its path\n"
    )


def start(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in an empty folder that knows of this checkout by PYTHONPATH alone."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
