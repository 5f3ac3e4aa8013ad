"""What others send while a session runs: messages and handshakes of the control channel, LSL descriptions."""

from __future__ import annotations

import json
import random
import re
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.fuzz import mutations, seeds
from tests.fuzz.targets.base import Target

_COMMANDS: tuple[dict[str, Any], ...] = (
    {"command": "gain", "gain_db": -3.0},
    {"command": "unmute", "sent": 0.0},
    {"command": "panic"},
    {"command": "mute"},
    {"command": "release", "hold": "x"},
    {"command": "marker", "text": "x", "stamp": [1]},
    {"command": "notice", "text": "x", "active_fault": "recording", "corrected": "y"},
    {"command": "contamination", "colour": "red", "text": "A1"},
    {"command": "talk", "held": True, "sent": 0.0},
    {"command": "status"},
    {"command": "stop"},
)


def _make_message(rng: random.Random) -> bytes:
    command = dict(rng.choice(_COMMANDS))
    for _ in range(rng.randrange(3)):
        key = rng.choice((*command, "sent", "text", "values", "event", "time"))
        command[key] = odd_json(rng)
    text = json.dumps(command, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    if rng.random() < 0.2:
        depth = rng.choice((15, 17, 200, 985, 20_000))
        text = b'{"command": "marker", "text": ' + b"[" * depth + b"]" * depth + b"}"
    return mutations.octets(rng, text) if rng.random() < 0.3 else text


def odd_json(rng: random.Random) -> Any:
    """Any value that JSON, or Python's idea of it, can hold."""
    value = mutations.odd_value(rng)
    try:
        json.dumps(value)
    except TypeError:
        return None
    return rng.choice((value, value, "\ud83d", {"a": [value]}, None))


def _read_message(data: bytes, folder: Path) -> None:
    from bk_realtime.engine.active_faults import update_faults
    from bk_realtime.engine.contamination_light import ContaminationLight
    from bk_realtime.engine.orders import execute
    from bk_realtime.errors import InputError
    from bk_realtime.session.control import wire
    from bk_realtime.session.control.words import URGENT, stamp
    from bk_realtime.session.events import make_event
    from bk_realtime.session.settings import SafetySettings
    from bk_realtime.voice.output_guard import OutputGuard

    try:
        message = wire.parse(data)
    except ValueError as error:
        raise InputError(str(error)) from None
    stamp(message)
    guard, light, faults = OutputGuard(SafetySettings(unmuted=True), 22050), ContaminationLight(), {}
    talk = make_event("command", "talk", command="talk")
    further = {"contamination": lambda c: light.tell(c.get("colour"), c.get("text"), 0.0), "talk": lambda c: talk}
    event = execute(message, guard, lambda: None, further)
    if message["command"] in URGENT and not guard.muted:
        raise AssertionError("it was not muted")
    if event is not None:
        text = json.dumps(event, allow_nan=False)
        update_faults(faults, json.loads(text), {})
        assert "\n" not in text


def _make_handshake(rng: random.Random) -> bytes:
    from bk_realtime.session.control import wire

    parts = [
        wire.frame(rng.choice((b"{sha256}", b"{md5}", b"{", b"")) + rng.randbytes(rng.choice((0, 16, 32, 40)))),
        wire.challenge_frame(b"{sha256}" + rng.randbytes(40)),
        wire.frame(wire.WELCOME),
        (rng.choice(mutations.INTEGERS) % (1 << 32)).to_bytes(4, "big"),
        b"\xff\xff\xff\xff",
    ]
    return mutations.octets(rng, b"".join(rng.choices(parts, k=3)))


def _read_handshake(data: bytes, folder: Path) -> None:
    from bk_realtime.errors import InputError
    from bk_realtime.session.control.peer import Peer

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.sendall(data)
        peer = Peer(ours, b"k" * 32, 0.0)
        going = True
        for _ in range(len(data) // 100 + 2):
            going = going and peer.receive() and peer.shake_hands()
        if peer.known or peer.welcome:
            raise AssertionError("let in without the key")
        if not going:
            raise InputError("hung up")


def _make_stream(rng: random.Random) -> bytes:
    from bk_realtime.xdf import info_xml

    if rng.random() < 0.6:
        text = re.sub(r"<(uid|created_at|session_id|hostname)>[^<]*<", r"<\1>0<", info_xml(rng.choice(seeds.STREAMS)))
        return mutations.xml(rng, text).encode("utf-8", "surrogatepass")
    said: dict[str, Any] = {"name": "amp", "type": "sEEG", "source_id": "a", "uid": "1", "hostname": "pc"}
    said |= {"channel_count": 2, "nominal_srate": 512.0, "channel_format": 1}
    for _ in range(rng.randint(1, 3)):
        key = rng.choice(list(said))  # of their kind: LSL's own getters say no other
        if key == "channel_count":
            said[key] = rng.choice(mutations.INTEGERS)
        elif key == "nominal_srate":
            said[key] = rng.choice(mutations.FLOATS)
        else:
            said[key] = rng.randrange(100) if key == "channel_format" else rng.choice(mutations.WORDS)
    return json.dumps(said).encode()


def _read_stream(data: bytes, folder: Path) -> None:
    from bk_realtime.errors import StreamError
    from bk_realtime.source.door import Door, described

    if not data.startswith(b"{"):
        described(data.decode("utf-8", "replace"))
        return
    said = json.loads(data)
    told: list[str] = []
    info: Any = SimpleNamespace(**{key: lambda value=value: value for key, value in said.items()})
    admitted = Door(told.append).admit([info])
    if bool(admitted) == bool(told) or any("\n" in line for line in told):
        raise AssertionError(f"neither let in nor refused in one line: {told}")
    if told:
        raise StreamError(told[0])


TARGETS = (
    Target("control", _make_message, _read_message),
    Target("handshake", _make_handshake, _read_handshake),
    Target("stream", _make_stream, _read_stream),
)
