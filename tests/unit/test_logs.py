"""--log-level: which lines are shown, in which form, and that the processes of a session inherit it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bk_realtime.errors import OptionError
from bk_realtime.logs import ENVIRONMENT, LEVELS, default_level, options
from tests.options import option_strings, options_by_command

PROGRAM = """
import logging, os, sys
from dataclasses import dataclass
from bk_realtime.logs import run_command
@dataclass
class Speak:
    words: str = "two\\nlines"
    def run(self):
        for name in ("bk_realtime.x", "numba"):
            for level in ("debug", "info", "warning", "error"):
                getattr(logging.getLogger(name), level)("%s from %s", self.words, name)
        print(os.environ["BRAINKARAOKE_LOG_LEVEL"])
        return 3
raise SystemExit(run_command(Speak, "speak", sys.argv[1:]))
"""


@dataclass(frozen=True)
class Inner:
    gain_db: float = 0.0


@dataclass(frozen=True)
class Outer:
    path: Path
    inner: Inner = Inner()

    def run(self) -> int:
        return 0


def speak(*args: str, **environment: str) -> tuple[str, list[str]]:
    """Standard output and the lines on standard error."""
    env = {key: value for key, value in os.environ.items() if key != ENVIRONMENT} | environment
    done = subprocess.run([sys.executable, "-c", PROGRAM, *args], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 3, done.stderr
    return done.stdout.strip(), done.stderr.splitlines()


@pytest.mark.parametrize("level", LEVELS)
def test_lines_from_that_level_up_and_of_others_only_trouble(level: str) -> None:
    told, lines = speak("--log-level", level)
    assert told == level
    shown = LEVELS[LEVELS.index(level) :]
    ours = [f"{name}: two lines from bk_realtime.x" for name in shown]
    assert lines == [*ours, "warning: two lines from numba", "error: two lines from numba"]


def test_info_unless_told_and_inherited() -> None:
    assert speak()[0] == "info"
    assert speak(**{ENVIRONMENT: "error"})[0] == "error"
    assert speak("--log-level", "debug", **{ENVIRONMENT: "error"})[0] == "debug"


def test_a_level_that_is_none_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, "loud")
    with pytest.raises(OptionError, match="expected one of debug"):
        default_level()


@pytest.mark.parametrize("command", [c for c in options_by_command() if c.startswith("bk_realtime") or c == "gui"])
def test_every_live_command_has_it(command: str) -> None:
    assert "--log-level" in options_by_command()[command]


def test_options_of_a_command_are_flat() -> None:
    assert option_strings(options(Outer, flat=True)) == {"-h", "--help", "--log-level", "--path", "--gain-db"}


def test_a_line_that_nobody_reads_ends_nothing() -> None:
    """`record | tee log`: Ctrl-C ends tee first."""
    reader, writer = os.pipe()
    os.close(reader)
    program = "from bk_realtime.logs import say; say('saved'); say('whole'); raise SystemExit(3)"
    try:
        done = subprocess.run([sys.executable, "-c", program], stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (3, b"")
