"""Every command line in README and docs is one that the command itself would take: parsed, never run."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import tyro

import gui.app
from bk_realtime.__main__ import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "recordings/README.md", "bk_realtime/**/*.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"
)
COMMAND = re.compile(r"python -m ((?:bk_realtime|offline|gui)[\w.]*)(.*)", re.DOTALL)


class Parsed(BaseException):
    """The command line was understood; the command is not run."""


def written(path: Path) -> list[str]:
    """Command lines of a page: indented ones, joined where they go on, and those between backticks."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^(?: {4}|\t)(?:.*?)(python -m .*)$", re.sub(r"\\\n\s*", " ", text), re.MULTILINE)
    quoted = re.findall(r"`(python -m [^`]+)`", text)
    return [line for line in (*blocks, *quoted) if COMMAND.match(line)]


LINES = [(path.relative_to(ROOT).as_posix(), line) for path in PAGES for line in written(path)]


def parse(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Hand a command line to the parser of its command. An unknown option ends in SystemExit."""
    found = COMMAND.match(line)
    assert found is not None
    module, rest = found.groups()
    words = shlex.split(rest, comments=True)
    if len(words) == 1 and module == "bk_realtime" and words[0] in COMMANDS:
        return
    if not words:  # the name alone, in a sentence
        assert module == "offline.X" or importlib.util.find_spec(module) is not None
        return
    if module == "gui":
        gui.app.parse(words)
        return
    real = tyro.cli

    def parse_only(*args: Any, **options: Any) -> Any:
        real(*args, **options)
        raise Parsed

    monkeypatch.setattr(tyro, "cli", parse_only)
    main = importlib.import_module(f"{module}.__main__" if module == "bk_realtime" else module).main
    with pytest.raises((Parsed, SystemExit)) as ended:
        main(words)
    if isinstance(ended.value, SystemExit):
        assert (ended.value.code, "--help" in words) == (0, True), f"{line}: was not understood"


def test_pages_have_command_lines() -> None:
    assert len(LINES) > 40
    assert {path for path, _ in LINES} >= {"README.md", "docs/live-session.md", "recordings/README.md"}


@pytest.mark.parametrize(("page", "line"), LINES)
def test_command_line_is_understood(monkeypatch: pytest.MonkeyPatch, page: str, line: str) -> None:
    parse(monkeypatch, line)


def test_every_command_of_the_program_is_documented() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert [
        name for name, (_, _, about) in COMMANDS.items() if about and f"python -m bk_realtime {name}" not in text
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        "python -m bk_realtime run --model x --no-such-option",
        "python -m offline.train x.xdf",
        "python -m bk_realtime nonsense x",
        "python -m offline.vocode mel.npy --out x.wav --latency-ms 3",
    ],
)
def test_wrong_lines_are_noticed(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        parse(monkeypatch, line)
