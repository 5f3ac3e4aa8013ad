"""What each command of the control channel does to a running engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from bk_realtime.engine.output_guard import OutputGuard
from bk_realtime.errors import BkError
from bk_realtime.session.control import COMMANDS, UNMUTE_S
from bk_realtime.session.events import EventKind, make_event
from bk_realtime.session.settings import GAIN_RANGE_DB

Order = Callable[[dict[str, Any]], dict[str, Any] | None]
"""Does one command and gives the event for the record, or None where nothing was changed; it returns at once."""


def execute(
    command: dict[str, Any],
    guard: OutputGuard,
    stop: Callable[[], object],
    further: Mapping[str, Order] | None = None,
) -> dict[str, Any] | None:
    """Do what a command says.

    Parameters
    ----------
    command : the client's object.
    guard : what mute, panic and gain act on.
    stop : ends the session.
    further : commands that other parts of the engine do, by name.

    Returns
    -------
    dict or None
        The event for the record; what else the client sent stands under ``values``. None where nothing was changed.

    Raises
    ------
    BkError
        An unknown command, a value out of range, an unmute that comes too late.
    """
    name = command.get("command")
    if name == "status":
        return None
    order = None if further is None else further.get(str(name))
    if order is not None:
        return order(command)
    if name == "mute":
        guard.mute()
    elif name == "unmute":
        _unmute(guard, command.get("sent"))
    elif name == "panic":
        guard.panic()
    elif name == "release":
        held = str(command.get("hold"))
        if not guard.release(held):
            among = ", ".join(guard.holds) or "nothing is held"
            raise BkError(f"release: expected the name of what holds the sound ({among}), got {held!r}")
    elif name == "gain":
        gain, (low, high) = command.get("gain_db"), GAIN_RANGE_DB
        if isinstance(gain, bool) or not isinstance(gain, (int, float)) or not low <= gain <= high:
            raise BkError(f"gain: expected gain_db between {low:g} and {high:g}, got {gain!r}; name it in dB")
        guard.gain_db = float(gain)
    elif name == "stop":
        stop()
    elif name not in ("marker", "notice"):
        raise BkError(f"unknown command {name!r}: expected one of {', '.join(COMMANDS)}")
    text = str(command.get("text", name))
    values = {key: value for key, value in command.items() if key not in ("command", "text")}
    kind: EventKind = "marker" if name == "marker" else "notice" if name == "notice" else "command"
    return make_event(kind, text, command=name, values=values)


def _unmute(guard: OutputGuard, sent: Any) -> None:
    """Sound comes on only for who wants it now: not for a command that hung somewhere, nor past a panic."""
    if not isinstance(sent, (int, float)):
        raise BkError(f"unmute: expected sent, the time.perf_counter() of the wish in seconds, got {sent!r}; add it")
    age = time.perf_counter() - sent
    if not abs(age) <= UNMUTE_S:
        raise BkError(f"unmute: asked for {age:.1f} s ago, expected at most {UNMUTE_S:g} s; unchanged, ask again")
    if not guard.unmute(float(sent)):
        raise BkError("unmute: a panic came after it; still muted, ask again")
