"""The control channel among hostile neighbours: the key's holder gets through, and silence comes first."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Client, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

import pytest

from bk_realtime.errors import BkError
from bk_realtime.session.control import MAX_BYTES, ControlClient, ControlServer, wire
from bk_realtime.session.control import server as serving
from gui.commands import Commander

pytestmark = pytest.mark.usefixtures("patient_channel")
PATIENCE_S = 60.0
"""For what takes milliseconds on a machine that is not busy."""


@pytest.fixture
def seen() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def server(seen: list[dict[str, Any]]) -> Iterator[ControlServer]:
    def handle(message: dict[str, Any]) -> dict[str, Any]:
        seen.append(message)
        return {}

    with ControlServer(handle) as server:
        yield server


@contextmanager
def neighbours(server: ControlServer, n: int, say: bytes = b"") -> Iterator[list[socket.socket]]:
    """Connections that say so much and no more."""
    with ExitStack() as stack:
        found = []
        for _ in range(n):
            sock = stack.enter_context(socket.create_connection(server.address, timeout=PATIENCE_S))
            if say:
                sock.sendall(say)
            found.append(sock)
        yield found


@contextmanager
def member(server: ControlServer) -> Iterator[Any]:
    """A connection that has proved the key, as Python's own client makes it."""
    with Client(server.address) as connection:
        answer_challenge(connection, server.key)
        deliver_challenge(connection, server.key)
        yield connection


def ask(connection: Any, data: bytes) -> dict[str, Any]:
    connection.send_bytes(data)
    assert connection.poll(PATIENCE_S)
    return json.loads(connection.recv_bytes())  # type: ignore[no-any-return]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("say", [b"", b"\0", b"\0\0\0\x30", b"\0\0\0\x10" + b"x" * 15])
def test_neighbours_who_stop_half_way_keep_nobody_out(server: ControlServer, say: bytes) -> None:
    with neighbours(server, 200, say), ControlClient(server.address, server.key, PATIENCE_S) as client:
        client.connect(PATIENCE_S)
        client.request("status")


def test_whoever_is_connected_stays_so_however_many_come(server: ControlServer, seen: list[dict[str, Any]]) -> None:
    with member(server) as connection:
        ask(connection, b'{"command": "status"}')
        with neighbours(server, 200, b"\0"), neighbours(server, 200, b"\xff" * 300):
            assert ask(connection, b'{"command": "panic"}')["ok"] is True
    assert [message["command"] for message in seen] == ["status", "panic"]


def test_the_whole_handshake_has_one_deadline(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not buy a place for good."""
    monkeypatch.setattr(serving, "HANDSHAKE_S", 0.3)
    with neighbours(server, 1, b"\0\0\0\x30") as (sock,):
        begin = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT012 - reset or broken pipe
            while time.monotonic() < begin + PATIENCE_S:
                sock.sendall(b"x")
                time.sleep(0.05)


def test_half_a_handshake_has_the_same_deadline(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with Client(server.address) as connection:
        answer_challenge(connection, server.key)
        monkeypatch.setattr(serving, "HANDSHAKE_S", 0.3)  # not before: who answers late is hung up on half way
        server._sockets.ring()
        assert connection.poll(PATIENCE_S)
        with pytest.raises((EOFError, ConnectionError)):
            connection.recv_bytes()


def test_a_recorded_handshake_opens_nothing(server: ControlServer, seen: list[dict[str, Any]]) -> None:
    class Recorder:
        def __init__(self, connection: Any) -> None:
            self.connection, self.sent = connection, []

        def send_bytes(self, data: bytes) -> None:
            self.sent.append(data)
            self.connection.send_bytes(data)

        def recv_bytes(self, longest: int) -> bytes:
            return bytes(self.connection.recv_bytes(longest))

    with Client(server.address) as connection:
        heard: Any = Recorder(connection)
        answer_challenge(heard, server.key)
        deliver_challenge(heard, server.key)
    with Client(server.address) as connection:
        said = b"".join(wire.frame(data) for data in (*heard.sent, b'{"command": "unmute"}'))
        os.write(connection.fileno(), said)  # at once: what came after the refusal would break the connection
        assert connection.recv_bytes().startswith(b"#CHALLENGE#")
        assert connection.recv_bytes() == b"#FAILURE#"
    assert seen == []


def test_a_place_goes_to_the_next_one_who_knows_the_key(server: ControlServer, seen: list[dict[str, Any]]) -> None:
    """Sixteen clients that leaked do not keep the seventeenth out; one that waits for a panic keeps its place."""
    with ExitStack() as stack:
        waiting = stack.enter_context(member(server))
        for _ in range(serving.MAX_CLIENTS + 4):
            ask(stack.enter_context(member(server)), b'{"command": "status"}')
        assert ask(waiting, b'{"command": "panic"}')["ok"] is True
    assert seen[-1]["command"] == "panic"


def test_the_window_keeps_its_place_while_others_with_the_key_flood_and_panic() -> None:
    """Whether they wait for an answer, or do nothing but panic."""
    hold = threading.Event()

    def handle(message: dict[str, Any]) -> dict[str, Any]:
        if message["command"] == "marker":
            assert hold.wait(PATIENCE_S)
        return {}

    with ControlServer(handle) as server, ExitStack() as stack:
        window = stack.enter_context(member(server))
        for n in range(3 * serving.MAX_CLIENTS):
            other = stack.enter_context(member(server))
            if n % 3 == 0:
                ask(other, b'{"command": "panic"}')
            else:
                other.send_bytes(b'{"command": "marker", "text": "x"}')
        assert ask(window, b'{"command": "panic"}')["ok"] is True
        hold.set()


def test_panic_and_mute_pass_a_flood_with_the_right_key() -> None:
    hold, entered, done = threading.Event(), threading.Event(), []

    def handle(message: dict[str, Any]) -> dict[str, Any]:
        if message["command"] == "marker":
            entered.set()
            assert hold.wait(PATIENCE_S)
        done.append(message["command"])
        return {}

    with ControlServer(handle) as server, ExitStack() as stack:
        silencer = stack.enter_context(member(server))
        for _ in range(serving.MAX_CLIENTS - 1):
            connection = stack.enter_context(member(server))
            for _ in range(8):
                connection.send_bytes(b'{"command": "marker", "text": "x"}')
        assert entered.wait(PATIENCE_S)
        for _ in range(20):  # nor is there a limit to them
            assert ask(silencer, b'{"command": "mute"}')["ok"] is True
            assert ask(silencer, b'{"command": "panic", "sent": "long ago", "text": [1]}')["ok"] is True
        assert done == ["mute", "panic"] * 20
        hold.set()


def test_whoever_reads_no_reply_is_not_waited_for(server: ControlServer) -> None:
    with member(server) as deaf:
        deaf.send_bytes(b'{"command": "status"}')
        until(lambda: len(server._members) == 1)
        with socket.socket(fileno=socket.dup(deaf.fileno())) as sock:
            sock.setblocking(False)
            with pytest.raises((BlockingIOError, ConnectionError)):  # noqa: PT012
                while True:
                    sock.send(b'\0\0\0\x14{"command": "panic"}' * 1000)
        with ControlClient(server.address, server.key, PATIENCE_S) as client:
            assert client.request("panic")["ok"] is True


def nested(depth: int) -> bytes:
    return b'{"command": "marker", "text": "x", "more": ' + b"[" * depth + b"1" + b"]" * depth + b"}"


@pytest.mark.parametrize(
    "data",
    [
        nested(16),
        nested(985),
        nested(30_000),
        b'{"a":' * 990 + b"1" + b"}" * 990,
        b'{"command": "marker", "more": NaN}',
        b'{"command": "marker", "more": [-Infinity]}',
        b'{"command": "marker", "more": 1e999}',
        b'{"command": "marker", "more": ' + b"9" * 400 + b"}",
        b'{"command": "marker", "more": ' + b"9" * 5000 + b"}",
        b'{"command": "marker", "\\ud800": 1}',
        b'{"command": "marker", "more": [{"x": "\\udfff"}]}',
        b'{"command": "marker", "command": "unmute"}',
        b'\xef\xbb\xbf{"command": "marker"}',
        '{"command": "marker"}'.encode("utf-16"),
    ],
    ids=range(14),
)
def test_what_nobody_could_pass_on_is_refused(server: ControlServer, seen: list[dict[str, Any]], data: bytes) -> None:
    with member(server) as connection:
        reply = ask(connection, data)
        assert reply["ok"] is False
        assert reply["error"].startswith("expected a JSON object")
        assert "\n" not in reply["error"]
        assert ask(connection, nested(14))["ok"] is True
    assert len(seen) == 1


def test_messages_in_pieces_and_several_at_once(server: ControlServer, seen: list[dict[str, Any]]) -> None:
    data = b"".join(
        len(part).to_bytes(4, "big") + part for part in (b'{"command": "marker", "n": %d}' % n for n in range(4))
    )
    with member(server) as connection, socket.socket(fileno=socket.dup(connection.fileno())) as sock:
        sock.sendall(data[:2])
        sock.sendall(data[2:40])
        sock.sendall(data[40:])
        for _ in range(4):
            assert connection.poll(PATIENCE_S)
            assert json.loads(connection.recv_bytes())["ok"] is True
    assert [message["n"] for message in seen] == [0, 1, 2, 3]


def test_long_messages_wait_for_each_other_and_short_ones_do_not(
    server: ControlServer, seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many connections they come on."""
    monkeypatch.setattr(serving, "LONG_BYTES_PER_S", 1.0)
    long = json.dumps({"command": "marker", "text": "x" * 60_000}).encode()
    with member(server) as first, member(server) as second, member(server) as third:
        assert ask(first, long)["ok"] is True
        second.send_bytes(long)
        for data in (b'{"command": "status"}', b'{"command": "panic"}'):
            assert ask(third, data)["ok"] is True
    assert [message["command"] for message in seen] == ["marker", "status", "panic"]


def test_a_server_that_spaces_its_bytes_does_not_hold_its_client() -> None:
    """Whatever listens on the port of a session that died."""
    with socket.create_server(("127.0.0.1", 0)) as other:

        def drip() -> None:
            sock, _ = other.accept()
            with sock, contextlib.suppress(OSError):
                for byte in b"\0\0\0\x30" + b"x" * 2000:
                    sock.sendall(bytes([byte]))
                    time.sleep(0.05)

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(BkError, match="does not answer"):
            ControlClient(other.getsockname()[:2], b"k" * 32, timeout=0.5).request("mute")
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@pytest.mark.parametrize("said", [b"\0\0\0\x05hello", b"\xff\xff\xff\xff", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_of_another_kind_is_one_line(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def speak() -> None:
            sock, _ = other.accept()
            with sock:
                sock.sendall(said)
                sock.recv(1000)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(BkError, match="is the session still running"):
            ControlClient(other.getsockname()[:2], b"k" * 32, PATIENCE_S).request("mute")
        thread.join(PATIENCE_S)


def test_the_windows_panic_is_connected_from_the_start(
    tmp_path: Path, seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds the engine that starts after it, and the next one; then nobody at the door can be in its way."""
    monkeypatch.setattr(Commander, "client", lambda self: ControlClient.from_file(self._path, PATIENCE_S))
    told = threading.Event()
    commander = Commander(tmp_path / "control.json", lambda command, done, text: told.set() if done else None)
    for _ in range(2):
        with ControlServer(lambda message: seen.append(message) or {}) as server:
            server.write_file(tmp_path)
            until(lambda server=server: any(peer.welcome for peer in tuple(server._members)))  # type: ignore[misc]
            server._sockets.shut_door()  # from here on nobody comes in
            commander.send("panic")
            assert told.wait(PATIENCE_S)
            told.clear()
            server._sockets.open_door()
    commander.close()
    assert [message["command"] for message in seen] == ["panic", "panic"]


def test_the_channel_leaves_no_cycles_to_a_collector_that_is_off(server: ControlServer) -> None:
    def use() -> None:
        with neighbours(server, 3, b"\xff" * 9), member(server) as connection:
            for data in (b'{"command": "status"}', b'{"command": "panic"}', b"{", nested(40)):
                ask(connection, data)
        until(lambda: not server._members and not server._guests)

    def grown() -> int:
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(8):
            use()
        return len(gc.get_objects()) - before

    use()
    gc.collect()
    gc.disable()
    try:
        use()
        # the whole process is counted: a cycle of the channel's is in every round, what other threads make in some
        assert any(grown() < 8 for _ in range(4))
    finally:
        gc.enable()


def test_no_message_is_longer_than_the_limit() -> None:
    assert MAX_BYTES == 1 << 16
