"""The commands of the control channel, and what values each of them takes."""

from __future__ import annotations

import math
import reprlib
import time
from typing import Any, TypeGuard

from bk_realtime.errors import BkError

COMMANDS = {
    "mute": "fade out",
    "unmute": "fade in; refused where it is old or was asked for before the last mute or panic",
    "panic": "silence at once, past every other command",
    "gain": "new volume: gain_db, within GAIN_RANGE_DB",
    "release": "let the sound out again that was held; hold names what holds it",
    "mask_channel": "do without a channel: label, on and of_stream, true or false",
    "recalibrate": "normalise by a baseline of now: do is begin (for seconds), end, cancel or undo",
    "bundle": "another decoder takes over: path of its bundle, which is loaded and warmed beside the running one",
    "condition": "another condition of the experiment: to names it, or is next",
    "talk": "hold-to-talk: held true lets the voice out for TALK_S, false closes it",
    "marker": "put text on record",
    "notice": "another process of the session has text to say; active_fault or corrected says what it is about",
    "contamination": "colour and text of the watch for the microphone's sound in the electrodes",
    "stop": "end the session",
    "status": "nothing but the reply, which holds the status as that of every command does",
}
"""Every command of the engine, and what it does."""
URGENT = ("panic", "mute")
"""Silence waits for no other command, and is never refused: whatever else such a message holds is only recorded."""
UNMUTE_S = 1.0
"""An unmute or a release older than this is refused: whoever sent it has given up waiting, or no longer means it."""
TALK_S = 0.6
"""A talk key that is held says so again within this time; a window that hangs or dies closes the voice by itself."""
OLD_S = 10.0
"""What changes the sound or the decoder otherwise is refused when it is older than this."""
FUTURE_S = 0.01
"""By how much the stamp of a command may lie ahead of its arrival."""
PANIC_S = 0.4
"""A panic that the engine has not confirmed by then is said not to be: whoever pressed it must not wait to know."""
MARKER_LENGTH = 500
"""Longest text that the window sends as a marker."""
TEXT_LENGTH = 10_000
"""Longest text of a command that the engine takes, in characters."""

_TEXT, _TRUTH, _NUMBER = "text", "true or false", "a finite number"
_VALUES: dict[str, dict[str, str]] = {
    "unmute": {},
    "gain": {"gain_db": _NUMBER},
    "release": {"hold": _TEXT},
    "mask_channel": {"label": _TEXT, "on": _TRUTH, "of_stream": _TRUTH},
    "recalibrate": {"do": _TEXT, "seconds": _NUMBER, "deviation": _TRUTH},
    "bundle": {"path": _TEXT},
    "condition": {"to": _TEXT},
    "talk": {"held": _TRUTH},
    "contamination": {"colour": _TEXT, "text": _TEXT},
    "marker": {"text": _TEXT},
    "notice": {"text": _TEXT, "active_fault": _TEXT, "corrected": _TEXT, "id": _TEXT},
}
_FREE = ("marker", "notice")
"""These may hold anything beside what is checked."""
_NEEDED = {"gain": ("gain_db",), "release": ("hold",), "mask_channel": ("label",), "condition": ("to",)} | {
    "bundle": ("path",),
    "contamination": ("colour", "text"),
    "unmute": ("sent",),
    "talk": ("held", "sent"),
}
_OLDEST_S = {"unmute": UNMUTE_S, "release": UNMUTE_S, "talk": TALK_S} | dict.fromkeys(
    ("gain", "mask_channel", "recalibrate", "condition", "bundle"), OLD_S
)


def is_number(value: Any) -> TypeGuard[float]:
    """Whether it is a finite number: no truth value, no NaN, nothing that no float can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def check_values(command: dict[str, Any], now: float | None = None) -> None:
    """Refuse a command whose values are missing, unknown, of another kind, too old or of the future.

    Parameters
    ----------
    command : the client's object.
    now : seconds of ``time.perf_counter``; without it, that of the call.

    Raises
    ------
    BkError
        What was expected, and what came. Never for :data:`URGENT` commands, nor for those that are not known here.
    """
    name = str(command.get("command"))
    if name in URGENT:
        return
    kinds = _VALUES.get(name)
    if kinds is not None:
        for key in _NEEDED.get(name, ()):
            if key not in command:
                kind = "seconds of time.perf_counter()" if key == "sent" else kinds[key]
                raise BkError(f"{name}: expected {key}, {kind}, got nothing; name it")
        for key, value in command.items():
            if key in kinds and not _fits(value, kinds[key]):
                raise BkError(f"{name}: expected {key} to be {kinds[key]}, got {shown(value)}; name it so")
            if key not in kinds and key not in ("command", "sent") and name not in _FREE:
                among = ", ".join([*kinds, "sent"])
                raise BkError(f"{name}: expected values among {among}, got {shown(key)}; leave it out")
    if "sent" in command:
        _check_stamp(name, command["sent"], time.perf_counter() if now is None else now)


def shown(value: Any) -> str:
    """A value from outside as it may stand in a line."""
    return _short.repr(value)


def stamp(command: dict[str, Any]) -> None:
    """Bring ``sent`` of a command that comes in now to what can be: no later than now, for an urgent one a number.

    One that lies in the future is left to be refused.
    """
    sent, now = command.get("sent"), time.perf_counter()
    if command["command"] in URGENT and not is_number(sent):
        command["sent"] = now
    elif is_number(sent) and sent <= now + FUTURE_S:
        command["sent"] = min(sent, now)


def _fits(value: Any, kind: str) -> bool:
    if kind == _TEXT:
        return isinstance(value, str) and len(value) <= TEXT_LENGTH
    return is_number(value) if kind == _NUMBER else isinstance(value, bool)


def _check_stamp(name: str, sent: Any, now: float) -> None:
    if not is_number(sent):
        raise BkError(f"{name}: expected sent, seconds of time.perf_counter(), got {shown(sent)}; ask again with it")
    age = now - sent
    if age < -FUTURE_S:
        raise BkError(f"{name}: asked for {-age:.3g} s in the future, expected a moment that was; ask again")
    oldest = _OLDEST_S.get(name)
    if oldest is not None and age > oldest:
        raise BkError(f"{name}: asked for {age:.1f} s ago, expected at most {oldest:g} s; unchanged, ask again")


_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = 60
