"""What a library raises on a damaged file becomes one line; what our own code raises stays a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bk_realtime.errors import BkError, InputError
from bk_realtime.shown import short

_OURS = ("bk_realtime", "offline", "gui")


@contextmanager
def library_errors(path: Path, what: str, *packages: str) -> Iterator[None]:
    """Turn errors of ``packages`` on a damaged file into an :class:`InputError`.

    Only what our code called there counts: an error that is raised in our own code, or in another library that we
    called, passes as it is.

    Parameters
    ----------
    what : the format, for the message ("HDF5").
    packages : top-level names of the libraries that read it.

    Raises
    ------
    InputError
        One of them raised.
    """
    try:
        yield
    except BkError:
        raise
    except Exception as error:
        if _called(error) not in packages:
            raise
        reason = short(" ".join(str(error).split()), 300) or type(error).__name__  # what went wrong is often said last
        raise InputError(f"{path}: not a readable {what} file: truncated, damaged or not {what} ({reason})") from None


def _called(error: Exception) -> str:
    """Top-level package of the function that our code called last before the error; empty where it is ours."""
    called, frame = "", error.__traceback__
    ours = True
    while frame is not None:
        package = str(frame.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in _OURS:
            called, ours = "", True
        elif ours:
            called, ours = package, False
        frame = frame.tb_next
    return called
