"""How commands start: options parsed, log lines on standard error as ``--log-level`` asks for."""

from __future__ import annotations

import dataclasses
import errno
import inspect
import logging
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Protocol, TypeVar, get_args

import tyro

from bk_realtime import progress, watched
from bk_realtime.errors import OptionError
from bk_realtime.shown import shown

T = TypeVar("T")
Level = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[str, ...] = get_args(Level)
ENVIRONMENT = "BRAINKARAOKE_LOG_LEVEL"
"""Where the processes that a command starts find its level."""
LONGEST_LINE = 4000
"""Letters of one line."""
PACKAGES = ("bk_realtime", "offline", "gui")
"""Whose log lines ``--log-level`` governs; of other packages only warnings and errors are shown."""


class Command(Protocol):
    """A settings dataclass that is a command: its fields are the options."""

    def run(self) -> int:
        """Do it; the exit code."""
        ...


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # names that others chose must not move the cursor or colour what follows
        return shown(f"{record.levelname.lower()}: {' '.join(super().format(record).split())}", LONGEST_LINE)


def set_up(level: str) -> None:
    """Show log lines of ``level`` and above, in this process and in those that it starts."""
    logging.basicConfig(level=logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_OneLine())
    for package in PACKAGES:
        logging.getLogger(package).setLevel(level.upper())
    os.environ[ENVIRONMENT] = level
    watched.watch_others()


def say(line: str) -> None:
    """Print a line of a command that records: a terminal that was closed, or a reader that ended (``| tee``), costs the
    line and never the recording."""
    try:
        print("\n".join(shown(part, LONGEST_LINE) for part in line.split("\n")), flush=True)
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EIO):  # nobody reads any more; else Python complains at its end
            sys.stdout = open(os.devnull, "w", encoding="utf-8")


def default_level() -> str:
    """The level of the process that started this one, else info."""
    level = os.environ.get(ENVIRONMENT, "info")
    if level not in LEVELS:
        raise OptionError(f"{ENVIRONMENT}={level}: expected one of {', '.join(LEVELS)}")
    return level


def options(command: type[Any], flat: bool = False) -> type[Any]:
    """What a command line is parsed into: the settings ``command`` and the log level; ``flat``: nested settings without
    the name of their group in front."""
    level = Annotated[Level, tyro.conf.arg(help="How much is said on standard error beside the answer.")]
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("command", Annotated[command, tyro.conf.arg(name="", help=" ")]),
        ("log_level", level, dataclasses.field(default=default_level())),
    ]
    parsed = dataclasses.make_dataclass("Options", fields, namespace={"__doc__": inspect.getdoc(command)})
    return tyro.conf.configure(tyro.conf.OmitArgPrefixes)(parsed) if flat else parsed


def run_command(command: type[Command], prog: str, argv: Sequence[str] | None = None) -> int:
    """Parse a command line, set up the log, run the command; its exit code, 1 where a thread of it died.

    Parameters
    ----------
    command : the class; its docstring is the help.
    prog : how it was called, for the help.
    argv : arguments, without the program; None: of this process.
    """
    parsed, died = parse_command(command, prog, argv, flat=True), len(watched.deaths())
    code = parsed.run()
    return code or int(len(watched.deaths()) > died)


def parse_command(settings: type[T], prog: str, argv: Sequence[str] | None = None, flat: bool = False) -> T:
    """Parse a command line into ``settings`` and set up the log; arguments as for :func:`run_command`."""
    parsed = tyro.cli(options(settings, flat), prog=prog, args=sys.argv[1:] if argv is None else argv)
    set_up(parsed.log_level)
    progress.show()
    command: T = parsed.command
    return command
