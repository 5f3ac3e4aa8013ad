"""The exceptions that reach a user: a single line that says what was expected, what came, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from bk_realtime.shown import shown

P = ParamSpec("P")
R = TypeVar("R")
EXIT_BAD_INPUT = 2
EXIT_BROKEN_PIPE = 141
_LONGEST = 4000


class BkError(Exception):
    """Bad input or a missing resource. Command lines print it as one line and exit with code 2.

    Its text is one line of letters that only show themselves, whatever names, values or messages of a library it tells
    of: it goes into logs, tables, replies and windows too.
    """

    def __str__(self) -> str:
        return shown(re.sub(r" *[^\S ]\s*", " ", super().__str__()).strip(), _LONGEST)


class InputError(BkError):
    """What was given cannot be worked with: a recording, a bundle, arrays of the wrong kind."""


class OptionError(BkError):
    """An option or setting that does not exist, is out of range or goes with no other."""


class DeviceError(BkError):
    """A sound device or a computing device that is not there, or does not do what is asked of it."""


class FileError(BkError):
    """A file or folder that is missing, in the way, unreadable or full."""


class StreamError(BkError):
    """An LSL stream that is not there, not the only one, or not what it was."""


def exit_cleanly(main: Callable[P, R]) -> Callable[P, R]:
    """Decorator for command-line entry points: `BkError` becomes one line on stderr and exit code 2."""
    import functools
    import os
    import sys

    @functools.wraps(main)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return main(*args, **kwargs)
        except BkError as error:
            print(f"error: {error}", file=sys.stderr)
            raise SystemExit(EXIT_BAD_INPUT) from None
        except BrokenPipeError:  # the reader of our output has seen enough, as in `... --help | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python complains once more when it flushes at exit
            raise SystemExit(EXIT_BROKEN_PIPE) from None

    return wrapper
