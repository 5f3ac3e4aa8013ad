"""Which sockets the server looks at: its door, its bell, those who know the key, and strangers only at times."""

from __future__ import annotations

import contextlib
import selectors
import socket

from bk_realtime.session.control.peer import Peer

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Sockets:
    """The door on 127.0.0.1, the bell that wakes the reading thread, and every peer's socket.

    All are for the reading thread alone, except :meth:`ring`.

    Attributes
    ----------
    door : listens, and is looked at until it is shut.
    bell : can be read after a :meth:`ring`.
    all, known : selectors of every socket, and of the bell and those who have proved the key.
    """

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.bell, self._rope = socket.socketpair()
        for sock in (self.door, self.bell, self._rope):
            sock.setblocking(False)
        self.all, self.known = selectors.DefaultSelector(), selectors.DefaultSelector()
        for selector in (self.all, self.known):
            selector.register(self.bell, READ)
        self.open_door()

    def ring(self) -> None:
        """Wake the reading thread, from any other; a bell that is full rings already."""
        with contextlib.suppress(OSError):
            self._rope.send(b"!")

    def hush(self) -> None:
        """The bell was heard."""
        with contextlib.suppress(OSError):
            self.bell.recv(4096)

    def open_door(self) -> None:
        """Look who comes."""
        self.all.register(self.door, READ)

    def shut_door(self) -> None:
        """Do not look who comes; whoever does waits before it."""
        self.all.unregister(self.door)

    def watch(self, peer: Peer, now: float) -> None:
        """Look at this peer's socket for what can be done with it at that time."""
        peer.looked_at = now
        mask = WRITE * bool(peer.out) | READ * peer.may_be_read(now)
        for selector in (self.all, self.known) if peer.known else (self.all,):
            key: selectors.SelectorKey | None = selector.get_map().get(peer.sock)
            if key is None:
                if mask:
                    selector.register(peer.sock, mask, peer)
            elif not mask:
                selector.unregister(peer.sock)
            elif key.events != mask:
                selector.modify(peer.sock, mask, peer)

    def forget(self, peer: Peer) -> None:
        """Look at it no more."""
        for selector in (self.all, self.known):
            with contextlib.suppress(KeyError):
                selector.unregister(peer.sock)

    def close(self) -> None:
        """Let go of all but the peers' own."""
        for closed in (self.all, self.known, self.door, self.bell, self._rope):
            closed.close()
