"""The control channel's server on stand-ins for sockets, without its threads: who is read when, and who has to go."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.session.control import orders_lane, wire
from bk_realtime.session.control import server as serving
from bk_realtime.session.control.orders_lane import OrdersLane
from bk_realtime.session.control.peer import Held, Peer
from bk_realtime.session.control.server import ControlServer
from bk_realtime.session.control.sockets import READ, WRITE, Sockets
from tests.control_sock import KEY, Sock, peer


class Selector(dict):  # type: ignore[type-arg]
    def unregister(self, sock: object) -> None:
        self.pop(sock, None)

    def register(self, sock: object, mask: int, data: object) -> None:
        self[sock] = SimpleNamespace(events=mask, data=data)

    modify = register

    def get_map(self) -> Selector:
        return self


@pytest.fixture
def server() -> ControlServer:
    made = object.__new__(ControlServer)
    made._guests, made._members = {}, {}
    made._sockets = object.__new__(Sockets)
    made._sockets.all, made._sockets.known = Selector(), Selector()  # type: ignore[assignment]
    made._guests_at = made._door_at = made._long_at = 0.0
    made._orders = SimpleNamespace(put=lambda *job: jobs.append(job), done=[])  # type: ignore[assignment]
    jobs: list[Any] = []
    made.jobs = jobs  # type: ignore[attr-defined]
    made._handler = lambda message: {"echo": message["command"]}
    made.key = KEY
    return made


def member(server: ControlServer, now: float = 100.0, **changes: Any) -> tuple[Peer, Sock]:
    one, sock = peer(now=now)
    one.known = one.welcome = True
    for name, value in changes.items():
        setattr(one, name, value)
    server._members[one] = None
    return one, sock


def replies(sock: Sock) -> list[dict[str, Any]]:
    found = []
    while (data := wire.take_frame(sock.sent, 1 << 16)) is not None:
        found.append(json.loads(data))
    return found


def test_how_long_the_server_may_sleep(server: ControlServer) -> None:
    assert server._patience(100.0) is None
    guest, _ = peer(now=99.0)
    server._guests[guest] = None
    assert server._patience(100.0) == pytest.approx(1.0)  # its handshake ends at 101
    server._door_at = 100.25
    assert server._patience(100.0) == pytest.approx(0.25)
    server._guests_at = 100.125
    assert server._patience(100.0) == pytest.approx(0.125)
    one, _ = member(server, order_at=100.0625, held=Held(None, {}, 1, 0.0))
    assert server._patience(100.0) == pytest.approx(0.0625)
    one.held = None
    assert server._patience(100.0) == pytest.approx(0.125)
    one.read_at, one.looked_at = 100.03125, 100.0
    assert server._patience(100.0) == pytest.approx(0.03125)
    assert server._patience(100.1) == 0.0


def test_one_too_many_takes_the_place_of_who_matters_least(server: ControlServer, monkeypatch) -> None:
    monkeypatch.setattr(server, "_listen", lambda one: None)
    monkeypatch.setattr(serving, "MAX_CLIENTS", 4)
    window, _ = member(server, now=1.0)  # waits for a panic, first of all
    idle, _ = member(server, now=2.0)
    _, old_sock = member(server, now=3.0, spoke=True, heard=50.0)
    new, _ = member(server, now=4.0, spoke=True, heard=60.0)

    def come(now: float) -> Peer:
        one, _ = peer(now=now)
        server._guests[one] = None
        server._admit(one, now)
        return one

    third = come(100.0)
    assert list(server._members) == [window, idle, new, third]
    assert old_sock.closed
    assert third not in server._guests
    fourth = come(100.01)  # nobody stopped half way for long, and only one spoke
    assert list(server._members) == [window, idle, third, fourth]
    fifth = come(100.06)  # the third has been at the handshake for 60 ms
    assert list(server._members) == [window, idle, fourth, fifth]
    fourth.welcome = fifth.welcome = True
    sixth = come(100.1)  # of those that only wait the newest goes
    assert list(server._members) == [window, idle, fourth, sixth]
    busy, calm = fourth, sixth
    busy.spoke = calm.spoke = calm.welcome = busy.busy = True
    busy.heard, calm.heard = 1.0, 99.0
    last = come(100.2)  # whose command is being done stays
    assert list(server._members) == [window, idle, busy, last]


def test_silence_is_done_at_once_and_another_command_in_its_turn(server: ControlServer) -> None:
    one, sock = member(server, now=0.0)
    server._take(one, b'{"command": "panic"}', 100.0)
    assert replies(sock) == [{"ok": True, "echo": "panic"}]
    assert not one.spoke
    assert one.held is None
    server._take(one, b'{"command": "gain"}', time.monotonic())
    assert one.spoke
    assert one.held is not None
    assert (one.held.message, one.held.n_bytes) == ({"command": "gain"}, 19)
    assert 0 <= one.held.cost_s < 60
    one.order_at = time.monotonic() + 1e6
    server._pass_on(one)
    assert one.held is not None  # too early
    one.order_at = 0.0
    server._pass_on(one)
    assert one.held is None
    assert one.busy
    assert [job[:2] for job in server.jobs] == [(one, {"command": "gain"})]  # type: ignore[attr-defined]
    assert one.order_at > 0.0
    server._orders.done.append((one, {"ok": True}))  # type: ignore[attr-defined]
    server._orders.done = Done(server._orders.done)  # type: ignore[assignment]
    server._tell_what_was_done()
    assert not one.busy
    assert replies(sock) == [{"ok": True}]
    server._take(one, b"nonsense", time.monotonic())
    one.order_at = 0.0
    server._pass_on(one)
    assert not one.busy
    assert [r["ok"] for r in replies(sock)] == [False]


class Done(list):  # type: ignore[type-arg]
    def popleft(self) -> Any:
        return self.pop(0)


def test_a_message_that_is_too_long_is_said_and_ends_the_connection(server: ControlServer) -> None:
    one, sock = member(server, now=0.0, read_at=0.0)
    one._buffer += wire.HEADER.pack(65537)
    server._listen(one)
    (said,) = replies(sock)
    assert said == {"ok": False, "error": "expected a message of at most 65536 bytes, got one of 65537"}
    assert sock.closed
    assert one not in server._members


def test_a_guest_that_takes_too_long_goes_and_a_member_stays(server: ControlServer) -> None:
    slow, slow_sock = peer(now=98.0)
    quick, quick_sock = peer(now=98.1)
    server._guests = {slow: None, quick: None}
    server._serve_guests([], False, 100.0)
    assert list(server._guests) == [quick]
    assert (slow_sock.closed, quick_sock.closed) == (True, False)
    server._serve_guests([quick], False, 100.0)  # it hung up
    assert quick_sock.closed
    assert not server._guests


class Door:
    """Those who wait before it, then nobody, or what the system says."""

    def __init__(self, *waiting: Sock, then: OSError | None = None) -> None:
        self.waiting, self.then = list(waiting), then or BlockingIOError()

    def accept(self) -> tuple[Sock, str]:
        if not self.waiting:
            raise self.then
        return self.waiting.pop(0), "somebody"


class Guest(Sock):
    blocking = True

    def setblocking(self, on: bool) -> None:
        self.blocking = on


def test_who_comes_in_is_asked_for_the_key_and_nobody_is_waited_for(server: ControlServer) -> None:
    socks = [Guest() for _ in range(40)]
    server._sockets.door = Door(*socks)  # type: ignore[assignment]
    server._serve_guests([], True, 1.0)  # this machine may have begun just now
    assert len(server._guests) == serving.ACCEPTS == 32
    assert not any(sock.blocking for sock in socks[:32])
    assert all(bytes(sock.sent).startswith(b"\0\0\0\x3b#CHALLENGE#{sha256}") for sock in socks[:32])
    assert all(sock in server._sockets.all for sock in socks[:32])  # type: ignore[operator]
    server._serve_guests([], True, 1.0)
    assert len(server._guests) == 40


def test_a_full_antechamber_and_a_system_without_sockets_shut_the_door(server: ControlServer, monkeypatch) -> None:
    monkeypatch.setattr(serving, "MAX_GUESTS", 2)
    server._sockets.door = Door(Guest(), Guest(), Guest())  # type: ignore[assignment]
    server._sockets.all[server._sockets.door] = SimpleNamespace()  # type: ignore[index]
    server._serve_guests([], True, 100.0)
    assert len(server._guests) == 2
    assert server._door_at == pytest.approx(100.05)
    assert server._sockets.door not in server._sockets.all  # type: ignore[operator]
    first = next(iter(server._guests))
    server._serve_guests([], True, 100.06)  # the oldest has had its time
    assert [one.since for one in server._guests][-1] == 100.06
    assert first not in server._guests
    server._guests.clear()
    server._sockets.door = Door(then=OSError("too many open files"))  # type: ignore[assignment]
    server._serve_guests([], True, 101.0)
    assert server._door_at == pytest.approx(101.2)


def test_a_lane_rests_four_times_as_long_as_it_worked_and_ends_when_it_is_told_to(monkeypatch) -> None:
    monkeypatch.setattr(orders_lane, "LONGEST_REST_S", 1e9)
    lane, rests = object.__new__(OrdersLane), list[float]()
    closing = SimpleNamespace(is_set=lambda: False, wait=rests.append, set=lambda: None)
    lane._handler, lane._ready, lane._closing = lambda message: {}, list, closing  # type: ignore[assignment]
    lane._jobs, lane.done = queue.SimpleQueue(), deque()
    one, _ = peer()
    lane.put(one, {"command": "gain"}, 9.0)
    lane.put(one, {"command": "gain"}, 0.0)
    lane._jobs.put(None)
    lane._run()
    assert [reply for _, reply in lane.done] == [{"ok": True}] * 2
    assert not lane._jobs.qsize()
    assert 36 < rests[0] < 36 + 4 * 60  # nine seconds, and what the command took
    assert 0 < rests[1] < 4 * 60
    monkeypatch.undo()
    lane.put(one, {"command": "gain"}, 9.0)
    lane._jobs.put(None)
    lane._run()
    assert rests[2] == 0.02
    joined: list[float] = []
    told: list[int] = []
    lane.thread = SimpleNamespace(join=joined.append)  # type: ignore[assignment]
    lane._closing = SimpleNamespace(set=lambda: told.append(1))  # type: ignore[assignment]
    lane.close(1.5)
    assert (joined, told) == ([1.5], [1])
    assert lane._jobs.get_nowait() is None
    lane.thread = threading.current_thread()  # type: ignore[assignment]
    lane.close(1.5)  # from its own thread: it does not wait for itself


def test_which_sockets_are_looked_at(server: ControlServer) -> None:
    one, sock = member(server, now=0.0)
    server._watch(one)
    assert [selector[sock].events for selector in (server._sockets.all, server._sockets.known)] == [READ] * 2  # type: ignore[index]
    one.out += b"x"
    server._watch(one)
    assert server._sockets.known[sock].events == WRITE  # type: ignore[index]
    one.out.clear()
    one.busy = True
    server._watch(one)
    assert sock not in server._sockets.all  # type: ignore[operator]
    guest, sock = peer(now=0.0)
    server._guests[guest] = None
    server._watch(guest)
    assert sock in server._sockets.all  # type: ignore[operator]
    assert sock not in server._sockets.known  # type: ignore[operator]
    server._drop(guest)
    assert sock.closed
    assert sock not in server._sockets.all  # type: ignore[operator]
    server._watch(guest)
    assert sock not in server._sockets.all  # type: ignore[operator]
