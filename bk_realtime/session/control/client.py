"""The other side of the control channel: whoever commands a running session."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any, cast

from bk_realtime.errors import BkError
from bk_realtime.session.control import wire
from bk_realtime.session.control.place import FILE_NAME, read_place
from bk_realtime.session.control.words import PANIC_S

CONNECT_S = 0.2
"""One attempt to connect takes at most this long: where others crowd the door, the next one may be luckier."""
AGAIN_S = 0.01
_BROKEN = (OSError, EOFError, AuthenticationError, AssertionError, ValueError, RecursionError)
"""What a peer that hangs up, stalls, has the wrong key or speaks another language looks like from here."""


class _Timed:
    """A connection whose every wait ends at one deadline, however the peer spaces its bytes.

    Parameters
    ----------
    sock : connected.
    deadline : seconds of ``time.monotonic``.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock, self.deadline = sock, deadline
        self._buffer = bytearray()

    def send_bytes(self, data: bytes) -> None:
        self.sock.settimeout(_left(self.deadline))
        self.sock.sendall(wire.frame(data))

    def recv_bytes(self, maxlength: int = wire.MAX_BYTES) -> bytes:
        while (message := wire.take_frame(self._buffer, maxlength)) is None:
            if time.monotonic() >= self.deadline:
                raise TimeoutError("timed out")
            self.sock.settimeout(_left(self.deadline))
            piece = self.sock.recv(1 << 16)
            if not piece:
                raise EOFError("hung up")
            self._buffer += piece
        return message

    def is_open(self) -> bool:
        """Between requests the server never speaks: something to read means that it has hung up."""
        self.sock.setblocking(False)
        try:
            self.sock.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            pass
        return False


class ControlClient:
    """Sends commands to a :class:`ControlServer`; connects when first used and again after a loss. Thread-safe.

    Parameters
    ----------
    address : (host, port) of the server.
    key : its secret.
    timeout : seconds to wait for a reply.
    """

    def __init__(self, address: tuple[str, int], key: bytes, timeout: float = 2.0) -> None:
        self.address, self.timeout = address, timeout
        self._key = key
        self._path: Path | None = None
        self._connection: _Timed | None = None
        self._turn = threading.Lock()

    @classmethod
    def from_file(cls, path: Path, timeout: float = 2.0) -> ControlClient:
        """Client of the server that wrote ``path`` (file or folder); it is read again on each reconnection.

        Raises
        ------
        BkError
            The file is missing or is not a control file.
        """
        path = path / FILE_NAME if os.path.isdir(path) else path
        address, key = read_place(path)
        client = cls(address, key, timeout)
        client._path = path
        return client

    def __enter__(self) -> ControlClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def connect(self, patience_s: float = CONNECT_S) -> None:
        """Connect now, or see that the connection still stands, for a command that must not wait for it.

        Raises
        ------
        BkError
            No engine answers in time, or it refuses the key.
        """
        deadline = time.monotonic() + patience_s
        with self._turn:
            try:
                self._connected(deadline)
            except _BROKEN as error:
                self._drop()
                raise self._missing(error, "") from None

    def request(self, command: str, **values: Any) -> dict[str, Any]:
        """Send one command and wait for its reply; ``sent`` among ``values`` says that it was asked for before now.

        Connecting and waiting take ``timeout`` seconds together, a panic :data:`PANIC_S` at most: an engine that hangs
        still takes connections.

        Raises
        ------
        BkError
            No engine answers, it does not answer in time, or it refuses the command.
        """
        hurry = command == "panic"
        patience = min(self.timeout, PANIC_S) if hurry else self.timeout
        deadline = time.monotonic() + patience
        data = wire.encode({"command": command, "sent": time.perf_counter(), **values})
        if len(data) > wire.MAX_BYTES:
            most = f"expected at most {wire.MAX_BYTES}; shorten it"
            raise BkError(f"command {command!r} is {len(data)} bytes long: {most}")
        try:
            if not self._turn.acquire(timeout=patience if hurry else -1):
                raise TimeoutError("another command waits for its answer")
            try:
                connection = self._connected(deadline if hurry else time.monotonic() + patience)
                connection.send_bytes(data)
                reply = json.loads(connection.recv_bytes())
            except _BROKEN:
                self._drop()
                raise
            finally:
                self._turn.release()
        except _BROKEN as error:
            missed = f"panic NOT CONFIRMED within {patience:g} s, turn the sound down by hand: " * hurry
            raise self._missing(error, missed) from None
        if not isinstance(reply, dict) or reply.get("ok") is not True:
            reason = reply.get("error") if isinstance(reply, dict) else None
            raise BkError(str(reason or f"{command}: the engine refused without a reason"))
        return reply

    def close(self) -> None:
        """Hang up."""
        with self._turn:
            self._drop()

    def _missing(self, error: BaseException, missed: str) -> BkError:
        what = "refused the key" if isinstance(error, AuthenticationError) else "does not answer"
        return BkError(
            f"{missed}engine at {self.address[0]}:{self.address[1]} {what} ({str(error) or type(error).__name__}): "
            "is the session still running?"
        )

    def _connected(self, deadline: float) -> _Timed:
        """The connection, which gives up at ``deadline``."""
        if self._connection is not None and not self._connection.is_open():
            self._drop()
        while self._connection is None:
            if self._path is not None and os.path.exists(self._path):
                self.address, self._key = read_place(self._path)
            try:
                self._connection = self._knock(deadline)
            except (ConnectionRefusedError, AuthenticationError):
                raise  # nobody is there, or not the one meant
            except (OSError, EOFError):  # put out for another one, or too many at the door
                if time.monotonic() + AGAIN_S >= deadline:
                    raise
                time.sleep(AGAIN_S)
        self._connection.deadline = deadline
        return self._connection

    def _knock(self, deadline: float) -> _Timed:
        """One attempt."""
        # by hand: multiprocessing's own Client waits for ever where the engine hangs and enough others wait already
        sock = socket.create_connection(self.address, timeout=min(CONNECT_S, _left(deadline)))
        try:
            timed = _Timed(sock, deadline)
            for challenge in (answer_challenge, deliver_challenge):
                challenge(cast(Connection, timed), self._key)
        except BaseException:
            sock.close()
            raise
        return timed

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.sock.close()
            self._connection = None


def _left(deadline: float) -> float:
    """Seconds until then, never none at all."""
    return max(1e-3, deadline - time.monotonic())
