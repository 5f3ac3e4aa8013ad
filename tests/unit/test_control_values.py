"""The control channel's server on stand-ins for sockets: the handshake, who is read when, and who has to go."""

from __future__ import annotations

import hmac
import json
import queue
import threading
import time
from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.session.control import orders_lane, wire
from bk_realtime.session.control import peer as peers
from bk_realtime.session.control import server as serving
from bk_realtime.session.control.orders_lane import OrdersLane
from bk_realtime.session.control.peer import Held, Peer
from bk_realtime.session.control.server import ControlServer
from tests.unit.test_control_words import KEY, Sock, peer

# ---- a peer ----


def proved(one: Peer, sock: Sock) -> None:
    """The whole handshake, the client's side by hand."""
    right = b"{sha256}" + hmac.digest(KEY, one._asked, "sha256")
    sock.came += wire.frame(right) + wire.frame(b"#CHALLENGE#" + bytes(20)) + wire.frame(b"#WELCOME#")
    assert one.receive()
    assert one.shake_hands()


def test_the_handshake_step_by_step() -> None:
    one, sock = peer()
    assert one.challenge == wire.challenge_frame(one._asked)
    assert (one.known, one.welcome) == (False, False)
    assert one.shake_hands()  # nothing came yet
    proved(one, sock)
    assert (one.known, one.welcome) == (True, True)
    mine = hmac.digest(KEY, bytes(20), "md5")
    assert sock.sent == wire.frame(b"#WELCOME#") + wire.frame(mine)


def test_who_does_not_know_the_key_is_told_and_goes() -> None:
    one, sock = peer(wire.frame(b"{sha256}" + bytes(32)))
    one.receive()
    assert not one.shake_hands()
    assert sock.sent == wire.frame(b"#FAILURE#")
    assert not one.known
    long, _ = peer(wire.frame(bytes(257)))
    long.receive()
    assert not long.shake_hands()
    refused, sock = peer()
    sock.came += wire.frame(b"{sha256}" + hmac.digest(KEY, refused._asked, "sha256"))
    sock.came += wire.frame(b"#CHALLENGE#" + bytes(20)) + wire.frame(b"#FAILURE#")
    refused.receive()
    assert not refused.shake_hands()  # it does not believe us
    none, sock = peer()
    sock.came += wire.frame(b"{sha256}" + hmac.digest(KEY, none._asked, "sha256")) + wire.frame(b"hello, this is none")
    none.receive()
    assert not none.shake_hands()


def test_no_more_is_read_than_a_message_may_hold() -> None:
    one, sock = peer(bytes(1000))
    assert one.receive()
    assert len(sock.came) == 1000 - 4 - 2 * 256
    assert one.receive()  # no more before what is there was looked at
    assert len(sock.came) == 1000 - 4 - 2 * 256
    member, sock = peer()
    proved(member, sock)
    sock.came += bytes(70_000)
    assert member.receive()
    assert len(sock.came) == 70_000 - 4 - 65_536
    gone, sock = peer()
    assert not gone.receive()  # hung up
    sock.error = ConnectionResetError()
    assert not gone.receive()
    sock.error = BlockingIOError()
    assert gone.receive()


def test_a_message_in_pieces_is_looked_for_a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "time", SimpleNamespace(monotonic=lambda: 200.0))
    one, sock = peer()
    proved(one, sock)
    assert one.next_message() is None
    assert one.may_be_read(100.0)
    sock.came += wire.frame(b"first") + wire.frame(b"second")[:6]
    one.receive()
    assert one.next_is_longer(4)
    assert not one.next_is_longer(5)
    assert one.next_message() == b"first"
    assert one.next_message() is None
    assert one.read_at == 200.0 + peers.PART_S
    assert not one.may_be_read(200.0)
    assert one.may_be_read(200.0 + peers.PART_S)
    one.read_at = 0.0
    assert one.next_message() is None  # nothing came since: it is not put off once more
    assert one.read_at == 0.0
    sock.came += wire.frame(b"second")[6:]
    one.receive()
    assert one.next_message() == b"second"


def test_replies_wait_for_a_peer_that_does_not_read_and_are_not_kept_for_ever() -> None:
    one, sock = peer()
    sock.takes = 3
    one.send_frame(b"abcdef")
    assert sock.sent == b"abc"
    assert one.out == b"def"
    assert not one.may_be_read(200.0)
    sock.takes = 10
    assert one.flush()
    assert sock.sent == b"abcdef"
    assert one.may_be_read(200.0)
    sock.takes = 0
    one.out += bytes(peers.MOST_UNREAD)
    assert one.flush()
    one.out += b"x"
    assert not one.flush()
    sock.error = BrokenPipeError()
    assert not one.flush()
    one.close()
    assert sock.closed


def test_panics_in_a_row_are_read_four_at_once_and_then_fifty_a_second() -> None:
    one, _ = peer(now=100.0)
    for _ in range(3):
        one.was_urgent(100.0)
        assert one.read_at == 100.0
    one.was_urgent(100.0)
    assert one.read_at == pytest.approx(100.02)
    one.was_urgent(100.02)
    assert one.read_at == pytest.approx(100.04)
    one.was_urgent(101.0)  # a second of peace: four again
    one.was_urgent(101.0)
    one.was_urgent(101.0)
    assert one.read_at == pytest.approx(100.04)
    one.was_urgent(101.0)
    assert one.read_at == pytest.approx(101.02)


def test_other_commands_wait_by_their_length() -> None:
    one, _ = peer(now=100.0)
    assert one.order_at == 100.0
    one.was_ordered(100.0, 10)
    assert one.order_at == pytest.approx(100.01)
    one.was_ordered(100.0, 64_000)
    assert one.order_at == pytest.approx(101.0)
    assert one.may_be_read(100.0)
    one.busy = True
    assert not one.may_be_read(200.0)
    one.busy, one.held = False, Held(None, {}, 1, 0.0)
    assert not one.may_be_read(200.0)


# ---- the server, without its threads ----


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
    made._all, made._known = Selector(), Selector()  # type: ignore[assignment]
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
    server._door = Door(*socks)  # type: ignore[assignment]
    server._serve_guests([], True, 1.0)  # this machine may have begun just now
    assert len(server._guests) == serving.ACCEPTS == 32
    assert not any(sock.blocking for sock in socks[:32])
    assert all(bytes(sock.sent).startswith(b"\0\0\0\x3b#CHALLENGE#{sha256}") for sock in socks[:32])
    assert all(sock in server._all for sock in socks[:32])  # type: ignore[operator]
    server._serve_guests([], True, 1.0)
    assert len(server._guests) == 40


def test_a_full_antechamber_and_a_system_without_sockets_shut_the_door(server: ControlServer, monkeypatch) -> None:
    monkeypatch.setattr(serving, "MAX_GUESTS", 2)
    server._door = Door(Guest(), Guest(), Guest())  # type: ignore[assignment]
    server._all[server._door] = SimpleNamespace()  # type: ignore[index]
    server._serve_guests([], True, 100.0)
    assert len(server._guests) == 2
    assert server._door_at == pytest.approx(100.05)
    assert server._door not in server._all  # type: ignore[operator]
    first = next(iter(server._guests))
    server._serve_guests([], True, 100.06)  # the oldest has had its time
    assert [one.since for one in server._guests][-1] == 100.06
    assert first not in server._guests
    server._guests.clear()
    server._door = Door(then=OSError("too many open files"))  # type: ignore[assignment]
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
    assert [selector[sock].events for selector in (server._all, server._known)] == [serving._READ] * 2  # type: ignore[index]
    one.out += b"x"
    server._watch(one)
    assert server._known[sock].events == serving._WRITE  # type: ignore[index]
    one.out.clear()
    one.busy = True
    server._watch(one)
    assert sock not in server._all  # type: ignore[operator]
    guest, sock = peer(now=0.0)
    server._guests[guest] = None
    server._watch(guest)
    assert sock in server._all  # type: ignore[operator]
    assert sock not in server._known  # type: ignore[operator]
    server._drop(guest)
    assert sock.closed
    assert sock not in server._all  # type: ignore[operator]
    server._watch(guest)
    assert sock not in server._all  # type: ignore[operator]
