"""Control channel of a running session: short JSON commands on a loopback socket, guarded by a random key.

Messages are UTF-8 JSON objects over :mod:`multiprocessing.connection` (``send_bytes``/``recv_bytes``; nothing is ever
unpickled). A command names itself: ``{"command": "gain", "gain_db": -3}``; the reply is ``{"ok": true, ...}`` or
``{"ok": false, "error": "one line"}``. The engine's commands are :data:`COMMANDS`.

Every command carries ``sent``: when its sender asked for it, in seconds of ``time.perf_counter``, which all processes
of a machine share. The engine refuses an unmute that is old or was asked for before the last panic.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any, cast

from bk_realtime.errors import BkError
from bk_realtime.files import atomic

COMMANDS = {
    "mute": "fade out",
    "unmute": "fade in; refused where it is old or was asked for before the last panic",
    "panic": "silence at once, past every other command",
    "gain": "new volume: gain_db, within GAIN_RANGE_DB",
    "release": "let the sound out again that was held; hold names what holds it",
    "mask_channel": "do without a channel: label, on and of_stream, true or false",
    "recalibrate": "normalise by a baseline of now: do is begin (for seconds), end, cancel or undo",
    "condition": "another condition of the experiment: to names it, or is next",
    "talk": "hold-to-talk: held true lets the voice out for TALK_S, false closes it",
    "marker": "put text on record",
    "notice": "another process of the session has text to say; active_fault or corrected says what it is about",
    "contamination": "colour and text of the watch for the microphone's sound in the electrodes",
    "stop": "end the session",
    "status": "nothing but the reply, which holds the status as that of every command does",
}
"""Every command of the engine, and what it does."""
UNMUTE_S = 1.0
"""An unmute older than this is refused: whoever sent it has given up waiting, or no longer means it."""
TALK_S = 0.6
"""A talk key that is held says so again within this time; a window that hangs or dies closes the voice by itself."""
PANIC_S = 0.4
"""A panic that the engine has not confirmed by then is said not to be: whoever pressed it must not wait to know."""
MARKER_LENGTH = 500
"""Longest text that the window sends as a marker."""
MAX_BYTES = 1 << 20
"""Longest message in bytes, either way."""
MAX_CLIENTS = 16
FILE_NAME = "control.json"
HANDSHAKE_S = 2.0
POLL_S = 0.2

Handler = Callable[[dict[str, Any]], dict[str, Any]]
_BROKEN = (OSError, EOFError, AuthenticationError)
"""What a peer that hangs up, stalls or has the wrong key looks like from here."""


class _Timed:
    """A connection whose reads give up, so that a silent peer cannot hold its reader."""

    def __init__(self, connection: Connection, timeout: float) -> None:
        self.connection, self.timeout = connection, timeout

    def send_bytes(self, data: bytes) -> None:
        self.connection.send_bytes(data)

    def recv_bytes(self, maxlength: int = MAX_BYTES) -> bytes:
        if not self.connection.poll(self.timeout):
            raise TimeoutError(f"no answer within {self.timeout:g} s")
        return self.connection.recv_bytes(maxlength)


class ControlServer:
    """Serves commands on 127.0.0.1 until :meth:`close`. A bad key, bad JSON or a client that vanishes ends nothing.

    Parameters
    ----------
    handler : takes the command's object, returns what the reply should hold beside ``ok``. A ``BkError`` that it raises
        becomes the reply's ``error``. It runs in this server's threads, one call at a time, except that ``panic``
        never waits for another command. It should return at once: "stop" sets an event, and whoever waits on it closes.

    Examples
    --------
    >>> with ControlServer(lambda message: {"echo": message["command"]}) as server:
    ...     ControlClient(server.address, server.key).request("status")
    {'ok': True, 'echo': 'status'}
    """

    def __init__(self, handler: Handler) -> None:
        self.key = secrets.token_bytes(32)
        self._handler = handler
        self._turn = threading.Lock()
        self._listener = Listener(("127.0.0.1", 0), family="AF_INET", backlog=MAX_CLIENTS)
        self.address: tuple[str, int] = cast("tuple[str, int]", self._listener.address)
        self._closing = threading.Event()
        self._clients: dict[threading.Thread, Connection] = {}
        self._clients_lock = threading.Lock()
        self._files: list[tuple[Path, str]] = []
        self._acceptor = threading.Thread(target=self._accept, name="control-accept", daemon=True)
        self._acceptor.start()

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
        path = path / FILE_NAME if path.is_dir() else path
        text = json.dumps({"address": list(self.address), "key": self.key.hex(), "pid": os.getpid(), **extra}, indent=1)
        with atomic(path) as part:
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
        self._files.append((path, text))
        return path

    def close(self) -> None:
        """Stop serving, hang up on every client, remove the files written. Safe to call twice."""
        if self._closing.is_set():
            return
        self._closing.set()
        # A blocked accept() is not woken by closing its socket from another thread; a connection wakes it everywhere.
        with contextlib.suppress(OSError), socket.create_connection(self.address, timeout=1.0):
            pass
        self._acceptor.join(2.0)
        self._listener.close()
        with self._clients_lock:
            clients = dict(self._clients)
        for thread, connection in clients.items():
            _shut_down(connection)
            if thread is not threading.current_thread():
                thread.join(2 * POLL_S + 1.0)
        for path, text in self._files:
            with contextlib.suppress(OSError):
                if path.read_text(encoding="utf-8") == text:  # a later session may have put its own there
                    path.unlink()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection = self._listener.accept()
            except OSError:
                if self._closing.wait(POLL_S):  # out of file handles, or a client gone before it was accepted
                    return
                continue
            if self._closing.is_set() or len(self._clients) >= MAX_CLIENTS:
                connection.close()
                continue
            # The key is checked in the client's own thread: one that says nothing must not keep the others waiting.
            thread = threading.Thread(target=self._serve, args=(connection,), name="control-client", daemon=True)
            with self._clients_lock:
                self._clients[thread] = connection
            thread.start()

    def _serve(self, connection: Connection) -> None:
        try:
            timed = cast(Connection, _Timed(connection, HANDSHAKE_S))
            deliver_challenge(timed, self.key)
            answer_challenge(timed, self.key)
            while not self._closing.is_set():
                if connection.poll(POLL_S):
                    connection.send_bytes(_encode(self._answer(connection.recv_bytes(MAX_BYTES))))
        except _BROKEN:
            pass  # the client has gone or was never welcome; there is nobody to tell
        finally:
            connection.close()
            with self._clients_lock:
                self._clients.pop(threading.current_thread(), None)

    def _answer(self, data: bytes) -> dict[str, Any]:
        try:
            message = json.loads(data)
            json.dumps(message, ensure_ascii=False).encode()  # half a surrogate pair could not be passed on as text
        except (ValueError, RecursionError) as error:
            return {"ok": False, "error": f"expected a JSON object, got {len(data)} bytes that are not JSON ({error})"}
        if not isinstance(message, dict) or not isinstance(message.get("command"), str):
            return {"ok": False, "error": 'expected a JSON object with a "command", e.g. {"command": "status"}'}
        try:
            if message["command"] == "panic":
                return {"ok": True, **self._handler(message)}
            with self._turn:
                return {"ok": True, **self._handler(message)}
        except BkError as error:
            return {"ok": False, "error": str(error)}


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
        self._connection: Connection | None = None
        self._turn = threading.Lock()

    @classmethod
    def from_file(cls, path: Path, timeout: float = 2.0) -> ControlClient:
        """Client of the server that wrote ``path`` (file or folder); it is read again on each reconnection.

        Raises
        ------
        BkError
            The file is missing or is not a control file.
        """
        path = path / FILE_NAME if path.is_dir() else path
        address, key = _read_file(path)
        client = cls(address, key, timeout)
        client._path = path
        return client

    def __enter__(self) -> ControlClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

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
        data = _encode({"command": command, "sent": time.perf_counter(), **values})
        if len(data) > MAX_BYTES:
            raise BkError(f"command {command!r} is {len(data)} bytes long: expected at most {MAX_BYTES}; shorten it")
        try:
            if not self._turn.acquire(timeout=patience if hurry else -1):
                raise TimeoutError("another command waits for its answer")
            try:
                deadline = deadline if hurry else time.monotonic() + patience
                connection = self._connected(deadline)
                connection.send_bytes(data)
                reply = json.loads(_Timed(connection, _left(deadline)).recv_bytes())
            except (*_BROKEN, ValueError):
                self._drop()
                raise
            finally:
                self._turn.release()
        except (*_BROKEN, ValueError) as error:
            what = "refused the key" if isinstance(error, AuthenticationError) else "does not answer"
            missed = f"panic NOT CONFIRMED within {patience:g} s, turn the sound down by hand: " * hurry
            raise BkError(
                f"{missed}engine at {self.address[0]}:{self.address[1]} {what} ({error or type(error).__name__}): "
                "is the session still running?"
            ) from None
        if not isinstance(reply, dict) or reply.get("ok") is not True:
            reason = reply.get("error") if isinstance(reply, dict) else None
            raise BkError(str(reason or f"{command}: the engine refused without a reason"))
        return reply

    def close(self) -> None:
        """Hang up."""
        with self._turn:
            self._drop()

    def _connected(self, deadline: float) -> Connection:
        # Between requests the server never speaks: something to read means that it has hung up.
        if self._connection is not None and self._connection.poll(0):
            self._drop()
        if self._connection is None:
            if self._path is not None and self._path.exists():
                self.address, self._key = _read_file(self._path)
            # by hand: multiprocessing's own Client waits for ever where the engine hangs and enough others wait already
            sock = socket.create_connection(self.address, timeout=_left(deadline))
            sock.settimeout(None)
            self._connection = connection = Connection(sock.detach())
            for challenge in (answer_challenge, deliver_challenge):
                challenge(cast(Connection, _Timed(connection, _left(deadline))), self._key)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _left(deadline: float) -> float:
    """Seconds until then, never none at all."""
    return max(1e-3, deadline - time.monotonic())


def _encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode("utf-8")


def _read_file(path: Path) -> tuple[tuple[str, int], bytes]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        host, port = values["address"]
        return (str(host), int(port)), bytes.fromhex(values["key"])
    except OSError as error:
        raise BkError(f"{path}: cannot read the control file of a session ({error.strerror}); is it running?") from None
    except (ValueError, KeyError, TypeError):
        raise BkError(f"{path}: expected a control file with address and key, as a running session writes it") from None


def _shut_down(connection: Connection) -> None:
    """End a connection under a thread that may be blocked reading it."""
    with contextlib.suppress(OSError), socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.shutdown(socket.SHUT_RDWR)
