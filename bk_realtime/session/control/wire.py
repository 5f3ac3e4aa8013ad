"""How bytes become messages on the control channel: frames, JSON that cannot hurt, and the proof of the key.

Frames and handshake are those of :mod:`multiprocessing.connection`, whose own functions wait for a peer as long as it
likes; here nothing waits.
"""

from __future__ import annotations

import hmac
import json
import math
import re
import secrets
import struct
from typing import Any

MAX_BYTES = 1 << 16
"""Longest message in bytes, either way."""
MAX_DEPTH = 16
"""How deep lists and objects of a message may lie in each other."""
HANDSHAKE_BYTES = 256
"""Longest message before the key is proved."""
HEADER = struct.Struct("!i")
WELCOME, FAILURE = b"#WELCOME#", b"#FAILURE#"
_CHALLENGE, _OLD_LENGTH = b"#CHALLENGE#", 20
_DIGEST = re.compile(rb"\{(sha256|sha384)\}")


class FrameError(ValueError):
    """A frame that is longer than allowed, or of no length at all."""


def frame(data: bytes) -> bytes:
    """A message as it is sent: its length as four bytes, big end first, and itself."""
    return HEADER.pack(len(data)) + data


def announced(buffer: bytearray) -> int:
    """Length of the message that begins there; 0 where not even that is told yet."""
    return int(HEADER.unpack_from(buffer)[0]) if len(buffer) >= HEADER.size else 0


def take_frame(buffer: bytearray, longest: int) -> bytes | None:
    """The first message of ``buffer``, which loses it; None where it is not whole yet.

    Raises
    ------
    FrameError
        It would be longer than ``longest`` bytes.
    """
    if len(buffer) < HEADER.size:
        return None
    (n,) = HEADER.unpack_from(buffer)
    if not 0 <= n <= longest:
        raise FrameError(f"expected a message of at most {longest} bytes, got one of {n if n >= 0 else 'many more'}")
    if len(buffer) < HEADER.size + n:
        return None
    data = bytes(buffer[HEADER.size : HEADER.size + n])
    del buffer[: HEADER.size + n]
    return data


def encode(message: dict[str, Any]) -> bytes:
    """A message's bytes."""
    return json.dumps(message).encode("utf-8")


def parse(data: bytes) -> dict[str, Any]:
    """The command that bytes hold.

    Raises
    ------
    ValueError
        One line: no JSON object with a ``command``, or one that nobody could pass on safely: a name twice, a number
        that is not finite or has more than 19 digits, half a character, or more than :data:`MAX_DEPTH` levels.
    """
    try:
        message = _decoder.decode(data.decode("utf-8"))
        if _deeper(message, MAX_DEPTH):
            raise ValueError(f"more than {MAX_DEPTH} levels")
        json.dumps(message, ensure_ascii=False).encode()  # half a surrogate pair could not be passed on as text
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:100]
        got = f"got {len(data)} bytes that are not one to work with ({why})"
        raise ValueError(f"expected a JSON object, {got}") from None
    if not isinstance(message, dict) or not isinstance(message.get("command"), str):
        raise ValueError('expected a JSON object with a "command", e.g. {"command": "status"}')
    return message


def new_challenge() -> bytes:
    """What a peer has to answer; never the same twice."""
    return b"{sha256}" + secrets.token_bytes(40)


def challenge_frame(challenge: bytes) -> bytes:
    """The frame that asks it."""
    return frame(_CHALLENGE + challenge)


def answers(key: bytes, challenge: bytes, response: bytes) -> bool:
    """Whether ``response`` can only come from who knows ``key``; Python 3.11 answers every challenge with MD5."""
    found = _DIGEST.match(response)
    name, given = (found[1].decode(), response[found.end() :]) if found else ("md5", response)
    return hmac.compare_digest(hmac.digest(key, challenge, name), given)


def respond(key: bytes, message: bytes) -> bytes:
    """Answer a peer's challenge.

    Raises
    ------
    ValueError
        It is none.
    """
    challenge = message.removeprefix(_CHALLENGE)
    if len(challenge) == len(message) or len(challenge) < _OLD_LENGTH:
        raise ValueError("expected a challenge")
    found = _DIGEST.match(challenge)
    if found:
        return found[0] + hmac.digest(key, challenge, found[1].decode())
    if len(challenge) != _OLD_LENGTH:
        raise ValueError("expected a challenge that names SHA-256, or one of Python 3.11")
    return hmac.digest(key, challenge, "md5")


def _deeper(value: Any, depth: int) -> bool:
    """Whether lists and objects lie deeper than that; without recursion."""
    level = [value]
    for _ in range(depth + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (list, dict))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name twice")
    return values


def _integer(digits: str) -> int:
    if len(digits) > 19:
        raise ValueError("a number of more than 19 digits")
    return int(digits)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number that is not finite")
    return value


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


# made once: json makes a new one for each call with options, and the engine runs without a garbage collector
_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
