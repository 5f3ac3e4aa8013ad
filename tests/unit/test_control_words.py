"""The control channel in bytes and words: frames, the proof of the key, what a command may hold, the client's side."""

from __future__ import annotations

import hmac
import json
import socket
import struct
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.errors import BkError
from bk_realtime.session.control import client as asking
from bk_realtime.session.control import server as serving
from bk_realtime.session.control import wire, words
from bk_realtime.session.control.client import ControlClient
from bk_realtime.session.control.orders_lane import answer
from bk_realtime.session.control.place import read_place
from tests.control_sock import KEY, Sock

# ---- frames ----


def test_limits_that_others_rely_on() -> None:
    """What a client of another version may count on; docs/formats.md."""
    assert (wire.MAX_BYTES, wire.MAX_DEPTH, wire.HANDSHAKE_BYTES) == (65536, 16, 256)
    assert (words.UNMUTE_S, words.TALK_S, words.OLD_S, words.FUTURE_S, words.PANIC_S) == (1.0, 0.6, 10.0, 0.01, 0.4)
    assert (words.MARKER_LENGTH, words.TEXT_LENGTH) == (500, 10_000)
    assert (serving.MAX_CLIENTS, serving.MAX_GUESTS, serving.HANDSHAKE_S) == (16, 64, 2.0)


def test_a_frame_is_four_bytes_of_length_and_the_message() -> None:
    assert wire.frame(b"abc") == b"\0\0\0\3abc"
    buffer = bytearray(wire.frame(b"abc") + wire.frame(b"") + b"\0\0")
    assert wire.announced(buffer) == 3
    assert [wire.take_frame(buffer, 3), wire.take_frame(buffer, 3), wire.take_frame(buffer, 3)] == [b"abc", b"", None]
    assert buffer == b"\0\0"
    assert wire.announced(buffer) == 0
    buffer += b"\0\2a"
    assert wire.take_frame(buffer, 3) is None
    assert wire.announced(buffer) == 2
    with pytest.raises(wire.FrameError, match=r"expected a message of at most 2 bytes, got one of 3$"):
        wire.take_frame(bytearray(wire.frame(b"abc")), 2)
    with pytest.raises(wire.FrameError, match="at most 2 bytes, got one of many more"):
        wire.take_frame(bytearray(struct.pack("!i", -1)), 2)


def nested(levels: int) -> bytes:
    return b'{"command": "marker", "text": ' + b"[" * (levels - 1) + b"0" + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (nested(16), ""),
        (nested(17), "more than 16 levels"),
        (b'{"command": "a", "command": "b"}', "a name twice"),
        (b'{"command": "gain", "gain_db": 1234567890123456789}', ""),
        (b'{"command": "gain", "gain_db": 12345678901234567890}', "a number of more than 19 digits"),
        (b'{"command": "gain", "gain_db": 1e308}', ""),
        (b'{"command": "gain", "gain_db": 1e309}', "a number that is not finite"),
        (b'{"command": "gain", "gain_db": NaN}', "NaN is no number"),
        (b'{"command": "marker", "text": "\\ud800"}', "surrogates not allowed"),
        (b'{"command": 3}', 'JSON object with a "command"'),
        (b'["command"]', 'JSON object with a "command"'),
        (b"\xff", "got 1 bytes that are not one to work with"),
    ],
)
def test_what_a_message_may_hold(data: bytes, why: str) -> None:
    if why:
        with pytest.raises(ValueError, match="expected a JSON object") as said:
            wire.parse(data)
        assert why in str(said.value)
        assert len(str(said.value)) < 200
    else:
        assert wire.parse(data) == json.loads(data)


def test_the_proof_of_the_key() -> None:
    challenge = wire.new_challenge()
    assert challenge.startswith(b"{sha256}")
    assert len(challenge) == 48
    assert challenge != wire.new_challenge()
    assert wire.challenge_frame(challenge) == wire.frame(b"#CHALLENGE#" + challenge)
    for name in ("sha256", "sha384"):
        right = b"{%s}" % name.encode() + hmac.digest(KEY, challenge, name)
        assert wire.answers(KEY, challenge, right)
        assert not wire.answers(b"other", challenge, right)
    assert wire.answers(KEY, challenge, hmac.digest(KEY, challenge, "md5"))
    assert not wire.answers(KEY, challenge, b"{md5}" + hmac.digest(KEY, challenge, "md5"))
    asked = b"{sha384}" + bytes(40)
    assert wire.respond(KEY, b"#CHALLENGE#" + asked) == b"{sha384}" + hmac.digest(KEY, asked, "sha384")
    assert wire.respond(KEY, b"#CHALLENGE#" + bytes(20)) == hmac.digest(KEY, bytes(20), "md5")
    for none in (asked, b"#CHALLENGE#" + bytes(19), b"#CHALLENGE#" + bytes(21)):
        with pytest.raises(ValueError, match="expected a challenge"):
            wire.respond(KEY, none)


# ---- words ----


@pytest.mark.parametrize(
    ("command", "age", "why"),
    [
        ("unmute", 1.0, ""),
        ("unmute", 1.01, "asked for 1.0 s ago, expected at most 1 s; unchanged, ask again"),
        ("talk", 0.6, ""),
        ("talk", 0.61, "at most 0.6 s"),
        ("gain", 10.0, ""),
        ("gain", 10.01, "at most 10 s"),
        ("marker", 1e6, ""),
        ("gain", -0.01, ""),
        ("gain", -0.25, "asked for 0.25 s in the future, expected a moment that was"),
    ],
)
def test_how_old_a_command_may_be(command: str, age: float, why: str) -> None:
    values: dict[str, Any] = {"gain": {"gain_db": 0.0}, "talk": {"held": True}}.get(command, {})
    message = {"command": command, "sent": 0.0, **values}
    if why:
        with pytest.raises(BkError, match=why):
            words.check_values(message, age)
    else:
        words.check_values(message, age)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"command": "unmute"}, r"unmute: expected sent, seconds of time\.perf_counter\(\), got nothing; name it"),
        ({"command": "gain"}, "gain: expected gain_db, a finite number, got nothing; name it"),
        ({"command": "gain", "gain_db": True}, "gain: expected gain_db to be a finite number, got True; name it so"),
        ({"command": "gain", "gain_db": 10**400}, "gain_db to be a finite number"),
        ({"command": "mask_channel", "label": "A1", "on": 1}, "on to be true or false, got 1"),
        ({"command": "marker", "text": "x" * 10_001}, "text to be text"),
        ({"command": "marker", "text": "x" * 10_000, "more": [1]}, ""),
        ({"command": "condition", "to": "next", "more": 1}, "expected values among to, sent, got 'more'; leave it out"),
        ({"command": "gain", "gain_db": 1, "sent": "now"}, "expected sent, .*, got 'now'; ask again with it"),
        ({"command": "panic", "gain_db": True, "sent": "x"}, ""),
        ({"command": "mute", "sent": 1e9}, ""),
        ({"command": "unknown", "anything": True}, ""),
        ({"command": "status"}, ""),
    ],
)
def test_values_of_commands(message: dict[str, Any], why: str) -> None:
    if why:
        with pytest.raises(BkError, match=why):
            words.check_values(message, 0.0)
    else:
        words.check_values(message, 0.0)


def test_a_stamp_is_brought_to_what_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "time", SimpleNamespace(perf_counter=lambda: 50.0))

    def stamped(name: str, **sent: object) -> object:
        message = {"command": name, **sent}
        words.stamp(message)
        return message.get("sent")

    assert stamped("panic") == stamped("mute", sent="x") == 50.0
    assert stamped("panic", sent=40.0) == 40.0
    assert stamped("gain", sent=50.01) == 50.0  # within what clocks differ by
    assert stamped("gain", sent=50.02) == 50.02  # to be refused
    assert stamped("gain") is None
    assert stamped("gain", sent="x") == "x"


def test_a_fault_of_the_handler_is_said_by_its_kind_alone() -> None:
    def fails(error: Exception) -> Any:
        def handle(message: dict[str, Any]) -> dict[str, Any]:
            raise error

        return answer(handle, {"command": "gain"})

    assert answer(lambda message: {"gain_db": 3}, {"command": "gain"}) == {"ok": True, "gain_db": 3}
    assert fails(BkError("no")) == {"ok": False, "error": "no"}
    said = "gain: failed in the engine (ZeroDivisionError); see its log"
    assert fails(ZeroDivisionError("secret")) == {"ok": False, "error": said}


@pytest.mark.parametrize(
    ("port", "key", "good"),
    [
        (1, "00ff", True),
        (65535, "00ff", True),
        (65536, "00ff", False),
        (0, "00ff", False),
        (True, "00ff", False),
        (9.0, "00ff", False),
        (9, "", False),
        (9, "0", False),
    ],
)
def test_what_a_control_file_may_hold(tmp_path: Path, port: object, key: str, good: bool) -> None:
    path = tmp_path / "control.json"
    path.write_text(json.dumps({"address": ["127.0.0.1", port], "key": key}), encoding="utf-8")
    if good:
        assert read_place(path) == (("127.0.0.1", port), b"\0\xff")
    else:
        with pytest.raises(BkError, match="expected a control file with address and key"):
            read_place(path)


def test_values_from_outside_are_shortened() -> None:
    assert words.shown("x" * 200) == repr("x" * 200)[:28] + "..." + "x" * 28 + "'"
    assert len(words.shown(10**200)) == len(words.shown("x" * 200)) == 60


# ---- the client ----


class Line:
    """A connection that answers what it is told to."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers, self.sent, self.open, self.deadline = list(answers), list[bytes](), True, 0.0
        self.sock = Sock()

    def send_bytes(self, data: bytes) -> None:
        self.sent.append(data)

    def recv_bytes(self) -> bytes:
        said = self.answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    def is_open(self) -> bool:
        return self.open


def client(*answers: bytes | Exception) -> tuple[ControlClient, Line]:
    made, line = ControlClient(("127.0.0.1", 9), KEY), Line(*answers)
    made._connection = line  # type: ignore[assignment]
    return made, line


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b'{"ok": false, "error": "too loud"}', "^too loud$"),
        (b'{"ok": false}', "^gain: the engine refused without a reason$"),
        (b'{"ok": 1}', "refused without a reason"),
        (b"[]", "refused without a reason"),
        (b"{", r"^engine at 127\.0\.0\.1:9 does not answer \(.*\): is the session still running\?$"),
        (TimeoutError("timed out"), r"does not answer \(timed out\)"),
        (EOFError(), r"does not answer \(EOFError\)"),
        (asking.AuthenticationError("digest"), r"refused the key \(digest\)"),
    ],
)
def test_what_a_client_makes_of_an_answer(said: bytes | Exception, why: str) -> None:
    made, line = client(said)
    with pytest.raises(BkError, match=why):
        made.request("gain", gain_db=1.0)
    message = json.loads(line.sent[0])
    assert message["command"] == "gain"
    assert message["gain_db"] == 1.0
    assert message["sent"] <= time.perf_counter()
    broken = isinstance(said, Exception) or said == b"{"
    assert line.sock.closed is broken
    assert (made._connection is None) is broken


def test_a_panic_that_is_not_confirmed_says_what_to_do() -> None:
    made, _ = client(TimeoutError("timed out"))
    with pytest.raises(BkError, match=r"^panic NOT CONFIRMED within 0\.4 s, turn the sound down by hand: engine at"):
        made.request("panic")
    quick, _ = client(TimeoutError("timed out"))
    quick.timeout = 0.25
    with pytest.raises(BkError, match=r"^panic NOT CONFIRMED within 0\.25 s"):
        quick.request("panic")


def test_a_command_that_is_too_long_is_not_sent() -> None:
    made, line = client(b'{"ok": true}')
    with pytest.raises(BkError, match=r"command 'marker' is \d+ bytes long: expected at most 65536; shorten it"):
        made.request("marker", text="x" * 65536)
    assert line.sent == []
    room = 65536 - len(wire.encode({"command": "marker", "sent": 1.5, "text": ""}))
    assert made.request("marker", text="x" * room, sent=1.5) == {"ok": True}
    assert len(line.sent[0]) == 65536


def test_a_door_that_is_shut_in_the_face_leaves_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    sock = Sock()
    sock.settimeout = lambda seconds: None  # type: ignore[attr-defined]
    asked: list[Any] = []
    monkeypatch.setattr(asking.socket, "create_connection", lambda *a, **k: asked.append((a, k)) or sock)
    made = ControlClient(("127.0.0.1", 9), KEY)
    with pytest.raises(BkError, match=r"does not answer \((hung up|timed out)\)"):
        made.connect(0.0)
    assert sock.closed
    assert asked[0][0] == (("127.0.0.1", 9),)
    assert asked[0][1]["timeout"] <= 0.2
    assert made._connection is None


def test_time_left_is_never_none_at_all() -> None:
    assert asking._left(time.monotonic() - 5) == 1e-3
    assert 1 < asking._left(time.monotonic() + 3600) <= 3600


def test_a_connection_waits_until_its_deadline_and_no_longer() -> None:
    waits: list[float] = []
    sock = Sock(wire.frame(b"one") + wire.frame(b"two")[:5])
    sock.settimeout = waits.append  # type: ignore[attr-defined]
    sock.sendall = sock.sent.extend  # type: ignore[attr-defined]
    line = asking._Timed(sock, time.monotonic() + 100)  # type: ignore[arg-type]
    line.send_bytes(b"abc")
    assert sock.sent == wire.frame(b"abc")
    assert line.recv_bytes() == b"one"
    assert all(0 < wait <= 100 for wait in waits)
    line.deadline = time.monotonic()
    with pytest.raises(TimeoutError, match="timed out"):
        line.recv_bytes()
    line.deadline = time.monotonic() + 100
    with pytest.raises(EOFError, match="hung up"):
        line.recv_bytes()
    peeked: list[tuple[int, int]] = []
    line.sock = SimpleNamespace(setblocking=lambda on: None, recv=lambda *a: peeked.append(a) or b"x")  # type: ignore[assignment]
    assert not line.is_open()
    assert peeked == [(1, socket.MSG_PEEK)]
    for error, is_open in ((BlockingIOError(), True), (ConnectionResetError(), False)):
        line.sock = SimpleNamespace(setblocking=lambda on: None, recv=fails(error))  # type: ignore[assignment]
        assert line.is_open() is is_open


def fails(error: Exception) -> Any:
    def call(*_: object) -> bytes:
        raise error

    return call
