"""A peer of the control channel on a stand-in for its socket: the handshake, what is read when, and what waits."""

from __future__ import annotations

import hmac
from types import SimpleNamespace

import pytest

from bk_realtime.session.control import peer as peers
from bk_realtime.session.control import wire
from bk_realtime.session.control.peer import Held, Peer
from tests.control_sock import KEY, Sock, peer


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
