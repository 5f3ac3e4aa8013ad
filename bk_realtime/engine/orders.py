"""What each command of the control channel does to a running engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from bk_realtime.errors import BkError
from bk_realtime.session.control import COMMANDS
from bk_realtime.session.control.words import check_values, shown
from bk_realtime.session.events import EventKind, make_event
from bk_realtime.session.settings import GAIN_RANGE_DB
from bk_realtime.voice.output_guard import OutputGuard

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
        An unknown command, a value that is missing, of another kind or out of range; what comes too late, or is
        stamped in the future.
    """
    name = command.get("command")
    check_values(command)
    if name == "status":
        return None
    order = None if further is None else further.get(str(name))
    if order is not None:
        return order(command)
    if name == "mute":
        guard.mute()
    elif name == "unmute":
        # sound comes on only for who wants it now: not for a command that hung somewhere, nor past a mute or panic
        if not guard.unmute(min(float(command["sent"]), time.perf_counter())):
            raise BkError("unmute: a mute or panic came after it; still muted, ask again")
    elif name == "panic":
        guard.panic()
    elif name == "release":
        held = command["hold"]
        if not guard.release(held):
            among = ", ".join(guard.holds) or "nothing is held"
            raise BkError(f"release: expected the name of what holds the sound ({among}), got {shown(held)}")
    elif name == "gain":
        gain, (low, high) = command["gain_db"], GAIN_RANGE_DB
        if not low <= gain <= high:
            raise BkError(f"gain: expected gain_db between {low:g} and {high:g}, got {shown(gain)}; name it in dB")
        guard.gain_db = float(gain)
    elif name == "stop":
        stop()
    elif name not in ("marker", "notice"):
        raise BkError(f"unknown command {shown(name)}: expected one of {', '.join(COMMANDS)}")
    text = str(command.get("text", name))
    values = {key: value for key, value in command.items() if key not in ("command", "text")}
    kind: EventKind = "marker" if name == "marker" else "notice" if name == "notice" else "command"
    return make_event(kind, text, command=name, values=values)
