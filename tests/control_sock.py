"""A stand-in for a client's socket, and the server's side of the connection on it."""

from __future__ import annotations

from bk_realtime.session.control.peer import Peer

KEY = b"k" * 32


class Sock:
    """What came and what was sent; ``takes`` bytes are sent at a time, then it would block."""

    def __init__(self, came: bytes = b"") -> None:
        self.came, self.sent, self.takes, self.closed = bytearray(came), bytearray(), 1 << 20, False
        self.error: OSError | None = None

    def recv(self, n: int) -> bytes:
        if self.error is not None:
            raise self.error
        piece = bytes(self.came[:n])
        del self.came[:n]
        return piece

    def send(self, data: bytearray) -> int:
        if self.error is not None:
            raise self.error
        n = min(len(data), self.takes)
        if not n:
            raise BlockingIOError
        self.takes -= n
        self.sent += data[:n]
        return n

    def close(self) -> None:
        self.closed = True


def peer(came: bytes = b"", now: float = 100.0) -> tuple[Peer, Sock]:
    sock = Sock(came)
    return Peer(sock, KEY, now), sock  # type: ignore[arg-type]
