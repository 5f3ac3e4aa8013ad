"""Threads that do not end unnoticed: one that dies is told, and the process that it was part of ends with a fault."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

log = logging.getLogger(__name__)

Tell = Callable[[str, str], object]
_deaths: list[tuple[str, str]] = []
_tellers: list[Tell] = []


class WatchedThread(threading.Thread):
    """A daemon thread whose death is told. Every thread of this program is one.

    Parameters
    ----------
    target, args : what it does.
    name : what it is, in words for the user.
    stop : where given, it goes on until this is set; one that returns before has died too.
    """

    def __init__(
        self, target: Callable[..., object], name: str, stop: threading.Event | None = None, args: Sequence[Any] = ()
    ) -> None:
        super().__init__(target=target, name=name, args=args, daemon=True)
        self._until = stop

    def run(self) -> None:
        """Do it, and tell where it ends by an exception or too early."""
        try:
            super().run()
        except BaseException as error:
            _died(self.name, repr(error))
            raise
        if self._until is not None and not self._until.is_set():
            _died(self.name, "it returned")


def deaths() -> list[str]:
    """A line for each thread of this process that has died."""
    return [line for _, line in _deaths]


def when_one_dies(tell: Tell) -> None:
    """Call ``tell`` with a thread's name and a line for each one that dies, in that thread; at once for those that have
    died already."""
    _tellers.append(tell)
    for name, line in list(_deaths):
        tell(name, line)


def watch_others() -> None:
    """Tell also of threads that other packages start; what was told of them before still is."""
    before = threading.excepthook
    if getattr(before, "watches", False):
        return

    def hook(args: threading.ExceptHookArgs) -> None:
        if not isinstance(args.thread, WatchedThread):
            _died(args.thread.name if args.thread else "?", repr(args.exc_value or args.exc_type))
        before(args)

    hook.watches = True  # type: ignore[attr-defined]
    threading.excepthook = hook


def _died(name: str, why: str) -> None:
    line = f"the thread '{name}' died ({why[:300]}): what it did is missing from now on; end this and start it anew"
    _deaths.append((name, line))
    log.error("%s", line)
    for tell in list(_tellers):
        try:
            tell(name, line)
        except Exception as error:
            log.error("the death of the thread '%s' could not be told (%r)", name, error)
