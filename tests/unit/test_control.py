"""Control channel: it answers, it refuses, and nothing a client does ends it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

import pytest

from bk_realtime.errors import BkError
from bk_realtime.session.control import MAX_BYTES, PANIC_S, ControlClient, ControlServer
from bk_realtime.session.control import client as controlling

pytestmark = pytest.mark.usefixtures("patient_channel")
PATIENCE_S = 60.0
"""For what takes milliseconds on a machine that is not busy."""
HALF = rb'{"command": "marker", "text": "half a character: \ud83d"}'


class Desk:
    """Handler that notes what it was asked."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.hold = threading.Event()
        self.entered = threading.Event()

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        self.seen.append(message)
        if message["command"] == "slow":
            self.entered.set()
            assert self.hold.wait(60)
        if message["command"] == "gain" and "db" not in message:
            raise BkError("gain: expected db, got nothing; give a level in dB")
        return {"n": len(self.seen)}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def server(desk: Desk) -> Iterator[ControlServer]:
    with ControlServer(desk) as server:
        yield server


def answers(server: ControlServer) -> bool:
    with ControlClient(server.address, server.key, PATIENCE_S) as client:
        return client.request("status")["ok"] is True


@contextmanager
def member(server: ControlServer) -> Iterator[Any]:
    """A connection that has proved the key, as Python's own client makes it."""
    with Client(server.address) as connection:
        answer_challenge(connection, server.key)
        deliver_challenge(connection, server.key)
        yield connection


def test_round_trip_and_refusal(server: ControlServer, desk: Desk) -> None:
    with ControlClient(server.address, server.key, PATIENCE_S) as client:
        assert client.request("marker", text="wörd \n 2") == {"ok": True, "n": 1}
        with pytest.raises(BkError, match="give a level in dB"):
            client.request("gain")
        assert client.request("gain", db=-3.5)["n"] == 3
    assert desk.seen[0] == {"command": "marker", "text": "wörd \n 2", "sent": desk.seen[0]["sent"]}
    assert desk.seen[2]["db"] == -3.5
    assert desk.seen[0]["sent"] < desk.seen[2]["sent"] <= time.perf_counter()


def test_several_clients_at_once(server: ControlServer, desk: Desk) -> None:
    def many() -> None:
        with ControlClient(server.address, server.key, PATIENCE_S) as client:
            for _ in range(20):
                client.request("status")

    threads = [threading.Thread(target=many) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(desk.seen) == 120


def test_one_client_from_many_threads(server: ControlServer, desk: Desk) -> None:
    with ControlClient(server.address, server.key, PATIENCE_S) as client:
        threads = [threading.Thread(target=client.request, args=("status",)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(desk.seen) == 20


def test_panic_that_a_hanging_engine_does_not_confirm_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its system still takes connections, until too many wait."""
    monkeypatch.setattr(controlling, "PANIC_S", PANIC_S)
    with socket.create_server(("127.0.0.1", 0), backlog=1) as hanging:
        for _ in range(4):
            client = ControlClient(hanging.getsockname()[:2], b"x" * 32, timeout=PATIENCE_S)
            start = time.monotonic()
            with pytest.raises(BkError, match=r"NOT CONFIRMED within 0\.4 s"):
                client.request("panic")
            assert time.monotonic() - start < 30.0  # and not the 60 s of other commands


def test_panic_does_not_wait_for_a_command_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controlling, "PANIC_S", PANIC_S)
    release = threading.Event()
    with ControlServer(lambda message: {"done": release.wait(60)}) as server:
        client = ControlClient(server.address, server.key, timeout=PATIENCE_S)
        other = threading.Thread(target=client.request, args=("status",))
        other.start()
        while not client._turn.locked():
            time.sleep(0.001)
        with pytest.raises(BkError, match=r"NOT CONFIRMED.*another command waits"):
            client.request("panic")
        release.set()
        other.join(60)


def test_wrong_key_is_refused_and_server_lives(server: ControlServer, desk: Desk) -> None:
    for _ in range(20):  # more than the number of clients it takes at once
        with pytest.raises(BkError, match="refused the key"):
            ControlClient(server.address, b"x" * 32, PATIENCE_S).request("mute")
    assert desk.seen == []
    assert answers(server)


def test_server_without_the_key_is_not_believed() -> None:
    with ControlServer(lambda message: {}) as other, pytest.raises(BkError, match="key"):
        ControlClient(other.address, os.urandom(32), PATIENCE_S).request("mute")


@pytest.mark.parametrize("noise", [b"", b"GET / HTTP/1.0\r\n\r\n", b"\xff" * 64, b"\x00\x00\x00\x08abc"])
def test_stranger_on_the_socket(server: ControlServer, noise: bytes) -> None:
    with socket.create_connection(server.address) as sock:
        sock.sendall(noise)
        assert answers(server)  # while the stranger is still there
    assert answers(server)


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b'"mute"', b'{"command": 3}', b"\xff\xfe", b"[" * 60_000, HALF])
def test_malformed_message_gets_an_error(server: ControlServer, desk: Desk, data: bytes) -> None:
    with member(server) as connection:
        connection.send_bytes(data)
        reply = json.loads(connection.recv_bytes())
        assert reply["ok"] is False
        assert "expected a JSON object" in reply["error"]
        connection.send_bytes(b'{"command": "status"}')
        assert json.loads(connection.recv_bytes())["ok"] is True


@pytest.mark.parametrize("pieces", [2, 7])
def test_a_message_that_comes_in_pieces_is_answered(server: ControlServer, pieces: int) -> None:
    body = json.dumps({"command": "status"}).encode().ljust(3000)
    data = len(body).to_bytes(4, "big") + body
    with member(server) as connection:
        for part in range(pieces):
            first, last = len(data) * part // pieces, len(data) * (part + 1) // pieces
            os.write(connection.fileno(), data[first:last])
            time.sleep(0.05)  # long enough for the server to look at what came
        assert connection.poll(60), "no reply"
        assert json.loads(connection.recv_bytes())["ok"] is True


def test_client_vanishes_before_its_reply(server: ControlServer, desk: Desk) -> None:
    connection = Client(server.address)
    answer_challenge(connection, server.key)
    deliver_challenge(connection, server.key)
    connection.send_bytes(b'{"command": "slow"}')
    assert desk.entered.wait(60)
    connection.close()
    desk.hold.set()
    assert answers(server)


def test_panic_does_not_wait_for_another_command(server: ControlServer, desk: Desk) -> None:
    slow = threading.Thread(
        target=ControlClient(server.address, server.key, timeout=PATIENCE_S).request, args=("slow",)
    )
    slow.start()
    assert desk.entered.wait(60)
    with ControlClient(server.address, server.key, PATIENCE_S) as client:
        assert client.request("panic")["ok"] is True
    assert slow.is_alive()
    desk.hold.set()
    slow.join(60)


def test_slow_reply_times_out_and_next_request_gets_its_own(server: ControlServer, desk: Desk) -> None:
    with ControlClient(server.address, server.key, timeout=0.3) as client:
        client.connect(PATIENCE_S)  # or the time might be up before the command is on its way
        with pytest.raises(BkError, match="does not answer"):
            client.request("slow")
        desk.hold.set()
        client.timeout = PATIENCE_S
        assert client.request("status")["n"] == 2


def test_big_message(server: ControlServer, desk: Desk) -> None:
    text = "x" * (MAX_BYTES - 100)
    with ControlClient(server.address, server.key, timeout=PATIENCE_S) as client:
        client.request("marker", text=text)
        assert desk.seen[-1]["text"] == text
        with pytest.raises(BkError, match="at most"):
            client.request("marker", text="x" * MAX_BYTES)
    with member(server) as connection:
        with contextlib.suppress(ConnectionError):  # the refusal is lost where the rest was still on its way
            connection.send_bytes(b'"' + b"x" * (MAX_BYTES - 1) + b'"')
            assert "at most 65536 bytes" in json.loads(connection.recv_bytes())["error"]
        with pytest.raises((OSError, EOFError)):  # noqa: PT012 - whichever of the two notices the hang-up
            connection.send_bytes(b"{}")
            connection.recv_bytes()
    assert answers(server)


def test_a_fault_of_the_handler_is_an_answer() -> None:
    def handler(message: dict[str, Any]) -> dict[str, Any]:
        return {"ratio": 1 / message.get("by", 1)}

    with ControlServer(handler) as server, ControlClient(server.address, server.key, PATIENCE_S) as client:
        with pytest.raises(BkError, match=r"status: failed in the engine \(ZeroDivisionError\); see its log"):
            client.request("status", by=0)
        assert client.request("status")["ratio"] == 1


def test_close_ends_threads_and_clients(desk: Desk) -> None:
    server = ControlServer(desk)
    client = ControlClient(server.address, server.key, PATIENCE_S)
    client.request("status")
    with socket.create_connection(server.address) as silent, socket.create_connection(server.address) as half:
        half.sendall(b"\x00\x00")
        server.close()
        server.close()
        assert not server._thread.is_alive()
        assert not server._orders.thread.is_alive()
        silent.settimeout(PATIENCE_S)
        with contextlib.suppress(ConnectionResetError):  # it had not been let in yet
            while silent.recv(4096):
                pass
    with pytest.raises(BkError, match="is the session still running"):
        client.request("status")


def test_the_command_that_leads_to_the_end_is_answered() -> None:
    """Its sender would take it for lost, and do what it asked for once more."""
    ends: list[threading.Thread] = []

    def handler(message: dict[str, Any]) -> dict[str, Any]:
        ends.append(threading.Thread(target=server.close))
        ends[0].start()
        ends[0].join(0.5)  # by then the server, if it waits for nothing, is gone
        return {"done": True}

    server = ControlServer(handler)
    with ControlClient(server.address, server.key, timeout=PATIENCE_S) as client:
        assert client.request("stop") == {"ok": True, "done": True}
    ends[0].join(60)


def test_handler_may_close_the_server() -> None:
    def handler(message: dict[str, Any]) -> dict[str, Any]:
        server.close()
        return {}

    server = ControlServer(handler)
    with ControlClient(server.address, server.key, PATIENCE_S) as client, pytest.raises(BkError):
        client.request("stop")


def test_file_is_private_and_goes_with_the_server(tmp_path: Path, desk: Desk) -> None:
    server = ControlServer(desk)
    path = server.write_file(tmp_path, session="s1")
    assert path == tmp_path / "control.json"
    assert json.loads(path.read_text())["session"] == "s1"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for where in (path, tmp_path):
        with ControlClient.from_file(where, PATIENCE_S) as client:
            assert client.request("status")["ok"] is True
    server.close()
    assert list(tmp_path.iterdir()) == []


def test_client_follows_a_restarted_engine(tmp_path: Path, desk: Desk) -> None:
    first = ControlServer(desk)
    first.write_file(tmp_path)
    with ControlClient.from_file(tmp_path, PATIENCE_S) as client:
        client.request("status")
        with ControlServer(desk) as second:
            second.write_file(tmp_path)
            first.close()
            assert (tmp_path / "control.json").exists()  # the second server's; the first leaves it alone
            assert client.request("status")["ok"] is True
            assert client.address == second.address


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"address": ["127.0.0.1", 1], "key": "xyz"}', '{"address": 3}'])
def test_broken_control_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "control.json").write_text(text)
    with pytest.raises(BkError, match="control file"):
        ControlClient.from_file(tmp_path)
    with pytest.raises(BkError, match="control file"):
        ControlClient.from_file(tmp_path / "absent.json")
