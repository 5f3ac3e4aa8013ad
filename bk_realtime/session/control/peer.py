"""One connection to the control channel, seen from the server: its proof of the key, its messages, its replies."""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import dataclass
from typing import Any

from bk_realtime.session.control import wire

MOST_UNREAD = 1 << 18
"""A peer that leaves more bytes of replies than this unread is hung up on."""
URGENT_AT_ONCE, URGENT_S = 4, 0.02
"""So many panics and mutes of one connection are read without any pause; then one in every ``URGENT_S``."""
ORDER_S, BYTES_PER_S = 0.01, 64e3
"""Other commands of one connection are done at most this often, and the longer they are, the less often."""
PART_S = 0.005
"""Whoever sends a message in pieces is read at most this often."""


@dataclass
class Held:
    """A command that was read but comes too early, or the reply to what is none."""

    message: dict[str, Any] | None
    reply: dict[str, Any]
    n_bytes: int
    cost_s: float


class Peer:
    """A guest until it has proved that it knows the key; a member from then on. Nothing here waits.

    Parameters
    ----------
    sock : accepted and non-blocking.
    key : the secret.
    now : seconds of ``time.monotonic``.
    """

    def __init__(self, sock: socket.socket, key: bytes, now: float) -> None:
        self.sock, self.since = sock, now
        self.known, self.welcome, self.spoke = False, False, False
        """It has proved the key; so have we; it has sent something else than a panic or mute."""
        self.busy = False
        """A command of this peer is being done, so the next one is not read yet."""
        self._part = False
        """Only a part of a message has come, and nothing since that was looked at."""
        self.held: Held | None = None
        self.order_at = self.read_at = self.looked_at = self.heard = now
        self.out = bytearray()
        self._key, self._buffer = key, bytearray()
        self._asked, self._was_asked = wire.new_challenge(), False
        self._urgent, self._urgent_at = float(URGENT_AT_ONCE), now

    @property
    def challenge(self) -> bytes:
        """The frame that asks for the proof."""
        return wire.challenge_frame(self._asked)

    def may_be_read(self, now: float) -> bool:
        """Whether its next message is wanted now."""
        return not (self.busy or self.held or self.out or now < self.read_at)

    def receive(self) -> bool:
        """Read what is there; False where the peer has hung up."""
        longest = wire.HEADER.size + (wire.MAX_BYTES if self.known else 2 * wire.HANDSHAKE_BYTES)
        if len(self._buffer) >= longest:  # a message is whole, and more waits behind it
            return True
        try:
            piece = self.sock.recv(longest - len(self._buffer))
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False
        self._buffer += piece
        self._part = False
        return bool(piece)

    def shake_hands(self) -> bool:
        """Go on with the handshake; False where the peer does not know the key, or speaks another language."""
        try:
            while not self.welcome and (message := wire.take_frame(self._buffer, wire.HANDSHAKE_BYTES)) is not None:
                if not self.known:
                    self.known = wire.answers(self._key, self._asked, message)
                    self.send_frame(wire.frame(wire.WELCOME if self.known else wire.FAILURE))
                elif not self._was_asked:
                    self._was_asked = True
                    self.send_frame(wire.frame(wire.respond(self._key, message)))
                else:
                    self.welcome = message == wire.WELCOME
                if not self.known or (self._was_asked and message == wire.FAILURE):
                    return False
        except ValueError:
            return False
        return True

    def next_is_longer(self, n_bytes: int) -> bool:
        """Whether a message has begun to come that is longer than that."""
        return wire.announced(self._buffer) > n_bytes

    def next_message(self) -> bytes | None:
        """The next message that is whole; where only a part of one came, the rest is looked for a little later.

        Raises
        ------
        FrameError
            It is too long.
        """
        if self._part:  # or it would be put off again and again, and its rest never read
            return None
        message = wire.take_frame(self._buffer, wire.MAX_BYTES)
        if message is None and self._buffer:
            self._part, self.read_at = True, time.monotonic() + PART_S
        return message

    def send_frame(self, data: bytes) -> None:
        """Send bytes as soon as the peer takes them."""
        self.out += data
        self.flush()

    def flush(self) -> bool:
        """Send what waits; False where the peer has hung up or reads nothing."""
        while self.out:
            try:
                del self.out[: self.sock.send(self.out)]
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                return False
        return len(self.out) <= MOST_UNREAD

    def was_urgent(self, now: float) -> None:
        """A panic or mute was done: many of them in a row make the next one wait a little."""
        self._urgent = min(URGENT_AT_ONCE, self._urgent + (now - self._urgent_at) / URGENT_S) - 1
        self._urgent_at = now
        if self._urgent < 1:
            self.read_at = now + URGENT_S

    def was_ordered(self, now: float, n_bytes: int) -> None:
        """Another command was taken: the next one of this peer has to wait until ``order_at``."""
        self.order_at = now + max(ORDER_S, n_bytes / BYTES_PER_S)

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self.sock.close()
