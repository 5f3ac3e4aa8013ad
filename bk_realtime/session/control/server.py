"""The engine's side of the control channel: silence at once, whoever else is on the socket."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from pathlib import Path
from typing import Any

from bk_realtime.session.control import wire
from bk_realtime.session.control.orders_lane import Handler, OrdersLane, answer
from bk_realtime.session.control.peer import Held, Peer
from bk_realtime.session.control.place import write_place
from bk_realtime.session.control.sockets import READ, WRITE, Sockets
from bk_realtime.session.control.words import URGENT, stamp
from bk_realtime.watched import WatchedThread

MAX_CLIENTS = 16
"""So many that know the key are served at once; one more takes the place of the one that was silent longest."""
MAX_GUESTS, GRACE_S = 64, 0.05
"""Places of those that have not proved the key yet, and how long nobody newer takes one from them."""
HANDSHAKE_S = 2.0
"""The whole handshake takes at most this long."""
ACCEPTS = 32
"""At most so many guests are let in at a time."""
DOOR_REST, LONGEST_DOOR_S = 4.0, 0.02
"""After work for guests, so many times as long belongs to the others: strangers get a fifth of this thread."""
LONG, LONG_BYTES_PER_S = 4096, 128e3
"""Messages longer than this are read no faster, all clients together: reading one takes the decoder's time."""
NO_HANDLES_S = 0.2
"""Nobody is let in for so long where the system has no room for another socket."""
CLOSE_S = 1.4
"""Longest wait for a thread that is to end."""


class ControlServer:
    """Serves commands on 127.0.0.1 until :meth:`close`. A bad key, bad JSON or a client that vanishes ends nothing.

    One thread reads every connection and does panic and mute itself, before it looks at anything else; all other
    commands go to a thread of their own, one at a time. Whoever has not proved the key gets little time, one of few
    places, and only until another one comes; whoever has can send commands no faster than the engine bears, except
    panic and mute.

    Parameters
    ----------
    handler : takes the command's object, returns what the reply should hold beside ``ok``. A ``BkError`` that it raises
        becomes the reply's ``error``. It runs in this server's threads, one call at a time, except that panic and mute
        never wait for another command. It should return at once: "stop" sets an event, and whoever waits on it closes.

    Examples
    --------
    >>> with ControlServer(lambda message: {"echo": message["command"]}) as server:
    ...     ControlClient(server.address, server.key).request("status")
    {'ok': True, 'echo': 'status'}
    """

    def __init__(self, handler: Handler) -> None:
        self.key = secrets.token_bytes(32)
        self._handler = handler
        self._sockets = Sockets()
        self.address: tuple[str, int] = self._sockets.door.getsockname()[:2]
        self._closing, self._closed = threading.Event(), False
        self._guests: dict[Peer, None] = {}
        self._members: dict[Peer, None] = {}
        self._guests_at = self._door_at = self._long_at = 0.0
        self._files: list[tuple[Path, str]] = []
        self._orders = OrdersLane(handler, self._sockets.ring)
        self._thread = WatchedThread(self._run, "control")
        self._thread.start()

    def __enter__(self) -> ControlServer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def write_file(self, path: Path, **extra: Any) -> Path:
        """Write address and key where only this user can read them; :meth:`close` removes the file.

        Parameters
        ----------
        path : the file, or the folder that gets a ``control.json``. A file left by a dead session is replaced.
        extra : more to note in it, e.g. ``session="2026-01-31_p01"``.
        """
        path, text = write_place(path, self.address, self.key, **extra)
        self._files.append((path, text))
        return path

    def close(self) -> None:
        """Stop serving, hang up on every client, remove the files written. Safe to call twice.

        The command that is being done, which may be the one that led here, is still done and answered: a client that
        heard nothing would take it for lost.
        """
        if self._closed:
            return
        self._closed = True
        self._orders.close(CLOSE_S)
        self._closing.set()
        self._sockets.ring()
        if self._thread is not threading.current_thread():
            self._thread.join(CLOSE_S)
        for path, text in self._files:
            with contextlib.suppress(OSError):
                if path.read_text(encoding="utf-8") == text:  # a later session may have put its own there
                    path.unlink()

    # ---- the reading thread --------------------------------------------------------------------------------------
    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._turn()
            self._tell_what_was_done()
        finally:
            for peer in (*self._guests, *self._members):
                peer.close()
            self._sockets.close()

    def _turn(self) -> None:
        now, sockets = time.monotonic(), self._sockets
        is_open = now >= self._guests_at
        if is_open and self._door_at and now >= self._door_at:
            self._door_at = 0.0
            sockets.open_door()
        strangers, at_door = [], False
        for key, mask in (sockets.all if is_open else sockets.known).select(self._patience(now)):
            if key.fileobj is sockets.bell:
                sockets.hush()
            elif key.fileobj is sockets.door:
                at_door = True
            elif key.data in self._members:
                self._hear(key.data, mask)
            else:
                strangers.append(key.data)
        self._tell_what_was_done()
        now = time.monotonic()
        for peer in tuple(self._members):
            if not peer.welcome and now - peer.since >= HANDSHAKE_S:
                self._drop(peer)
            else:
                self._pass_on(peer)
                self._listen(peer)
        if self._guests or at_door:
            begin = time.monotonic()
            self._serve_guests(strangers, at_door, begin)
            if strangers or at_door:
                end = time.monotonic()
                self._guests_at = end + min(LONGEST_DOOR_S, DOOR_REST * (end - begin))

    def _patience(self, now: float) -> float | None:
        """Seconds until something is due that no socket tells of."""
        due = [peer.since + HANDSHAKE_S for peer in (*self._guests, *self._members) if not peer.welcome]
        due += [peer.order_at for peer in self._members if peer.held is not None]
        due += [peer.read_at for peer in self._members if peer.read_at > peer.looked_at]
        due += [at for at in (self._guests_at, self._door_at) if at > now]
        return max(0.0, min(due) - now) if due else None

    # ---- those who know the key ----------------------------------------------------------------------------------
    def _hear(self, peer: Peer, mask: int) -> None:
        if mask & WRITE and not peer.flush():
            self._drop(peer)
        elif mask & READ and not (peer.receive() and (peer.welcome or peer.shake_hands())):
            self._drop(peer)
        else:
            self._listen(peer)

    def _listen(self, peer: Peer) -> None:
        """Take the messages that are there, as far as it is this peer's turn."""
        while peer in self._members and peer.may_be_read(now := time.monotonic()):
            if now < self._long_at and peer.next_is_longer(LONG):
                peer.read_at = self._long_at
                break
            try:
                data = peer.next_message() if peer.welcome else None
            except wire.FrameError as error:
                self._reply(peer, {"ok": False, "error": str(error)})
                self._drop(peer)
                return
            if data is None:
                break
            peer.heard = now
            if len(data) > LONG:
                self._long_at = now + len(data) / LONG_BYTES_PER_S
            self._take(peer, data, now)
            self._pass_on(peer)
        self._watch(peer)

    def _take(self, peer: Peer, data: bytes, now: float) -> None:
        """Do a panic or mute; another command, or the reply to what is none, waits until it is this peer's turn."""
        try:
            message = wire.parse(data)
        except ValueError as error:
            peer.held = Held(None, {"ok": False, "error": str(error)}, len(data), 0.0)
            return
        stamp(message)
        if message["command"] in URGENT:
            self._reply(peer, answer(self._handler, message))
            peer.was_urgent(now)
        else:
            peer.spoke = True
            peer.held = Held(message, {}, len(data), time.monotonic() - now)

    def _pass_on(self, peer: Peer) -> None:
        held, now = peer.held, time.monotonic()
        if held is None or now < peer.order_at:
            return
        peer.held = None
        peer.was_ordered(now, held.n_bytes)
        if held.message is None:
            self._reply(peer, held.reply)
        else:
            peer.busy = True
            self._orders.put(peer, held.message, held.cost_s)

    def _tell_what_was_done(self) -> None:
        while self._orders.done:
            peer, reply = self._orders.done.popleft()
            if peer in self._members:
                peer.busy = False
                self._reply(peer, reply)

    def _reply(self, peer: Peer, reply: dict[str, Any]) -> None:
        peer.send_frame(wire.frame(wire.encode(reply)))
        if not peer.flush():
            self._drop(peer)

    def _admit(self, peer: Peer, now: float) -> None:
        """Whoever has proved the key is a member; one too many takes a place: of who stopped half way, else of who sent
        commands and was silent longest, last of those that only wait for a panic: of these the newest goes."""
        self._guests.pop(peer)
        if len(self._members) >= MAX_CLIENTS:

            def worth(one: Peer) -> tuple[bool, bool, bool, float]:
                half_way = not one.welcome and now - one.since >= GRACE_S
                # those that never sent anything but a panic or mute: whoever came first stays, as the window did
                return not half_way, not one.spoke, one.busy, one.heard if one.spoke else -one.since

            self._drop(min(self._members, key=worth))
        self._members[peer] = None
        self._listen(peer)

    # ---- strangers -----------------------------------------------------------------------------------------------
    def _serve_guests(self, peers: list[Peer], at_door: bool, now: float) -> None:
        for peer in peers:
            if not (peer.receive() and peer.shake_hands()):
                self._drop(peer)
            elif peer.known:
                self._admit(peer, now)
        for peer in [one for one in self._guests if now - one.since >= HANDSHAKE_S]:
            self._drop(peer)
        for _ in range(ACCEPTS * at_door):
            if len(self._guests) >= MAX_GUESTS:
                oldest = next(iter(self._guests))
                if now - oldest.since < GRACE_S:
                    self._shut_door(oldest.since + GRACE_S)
                    return
                self._drop(oldest)
            try:
                sock, _ = self._sockets.door.accept()
            except (BlockingIOError, InterruptedError, ConnectionError):
                return
            except OSError:  # out of file handles
                self._shut_door(now + NO_HANDLES_S)
                return
            sock.setblocking(False)
            peer = Peer(sock, self.key, now)
            self._guests[peer] = None
            peer.send_frame(peer.challenge)
            self._watch(peer)

    def _shut_door(self, until: float) -> None:
        self._sockets.shut_door()
        self._door_at = until

    # ---- their sockets -------------------------------------------------------------------------------------------
    def _watch(self, peer: Peer) -> None:
        if peer in self._members or peer in self._guests:
            self._sockets.watch(peer, time.monotonic())

    def _drop(self, peer: Peer) -> None:
        self._guests.pop(peer, None)
        self._members.pop(peer, None)
        self._sockets.forget(peer)
        peer.close()
