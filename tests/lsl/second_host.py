"""Another machine on the network: a process whose LSL clock is set otherwise and runs at another speed.

liblsl itself sends the streams, but hidden in an LSL session that nobody looks at. A door in front of them answers
what the wire asks of a host: who is there (with another host name), what time it is (``LSL:timedata``, by the other
clock) and the samples, which are stamped by the other clock. So everything on our side is what it is at a bedside:
resolver, inlet, time probes. No root, no namespaces, no second network card.

``python -m tests.lsl.second_host '{"offset": 1e5, "drift": 1e-4, "streams": [...]}'``; ends when its input closes.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HOST = "amplifier-pc"
_HIDDEN = "_elsewhere"
_CUT: set[socket.socket] = set()
"""Open on the other side, and never heard of again."""
HELD_UP_S = 0.07
"""An estimate of another clock is wrong by half of what its answer took: 64 ms at most, where the machine stood still
for that long; longer ones LSL throws away. The next one, two seconds later, is right to a fraction of a millisecond."""


def until(enough: Callable[[], object], seconds: float = 240.0) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + seconds
    while not enough():
        assert time.monotonic() < deadline, "not in time"


def wave(t: np.ndarray) -> np.ndarray:
    """(T,) what every sampled stream of every host carries at true time ``t`` in s: 1 ms is 3 % of its size."""
    return np.sin(2 * np.pi * 5.0 * t) + 0.5 * np.sin(2 * np.pi * 3.1 * t + 1.0)


class SecondHost:
    """The process, from the test's side.

    Parameters
    ----------
    offset : its clock minus ours, in s, when it starts.
    drift : how much faster it runs: 1e-4 is 100 ppm.
    streams : dicts with ``source_id`` and, of one's choice, ``name``, ``type``, ``sfreq`` (0: texts), ``n_channels``,
        ``packet``.

    Sampled streams carry :func:`wave` in all channels but the last, which counts the samples. Streams of texts send
    ``"<k> <true time>"`` ten times a second. True time is our LSL clock.
    """

    def __init__(self, offset: float, drift: float = 0.0, host: str = HOST, **streams: dict[str, Any]) -> None:
        told = Path(os.environ["LSLAPICFG"]).read_text(encoding="utf-8")
        self._config = tempfile.NamedTemporaryFile("w", suffix=".cfg", delete=False, encoding="utf-8")
        lines = [line + _HIDDEN if line.startswith("SessionID") else line for line in told.splitlines()]
        session = next(line.split("=")[1].strip() for line in told.splitlines() if line.startswith("SessionID"))
        self._config.write("\n".join(lines) + "\n")
        self._config.close()
        settings = {"offset": offset, "drift": drift, "host": host, "session": session, "streams": streams}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lsl.second_host", json.dumps(settings)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "LSLAPICFG": self._config.name},
        )  # fmt: skip
        self._tell("")

    def _tell(self, line: str) -> list[float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if line:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]

    def set_clock(self, by: float) -> None:
        """Its clock jumps ahead, as when one of the two hosts was suspended."""
        self._tell(f"jump {by}")

    def ahead(self) -> float:
        """Its clock minus ours now."""
        return self._tell("ahead 0")[0]

    def silent(self, yes: bool) -> None:
        """Whether its clock answers no probe, as behind a firewall."""
        self._tell(f"silent {int(yes)}")

    def cut(self) -> None:
        """It gives up every connection that it has, and nobody is told: so after a cable, or this machine, was away for
        longer than its TCP waits. It is announced as before and takes new ones."""
        self._tell("cut 0")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        os.unlink(self._config.name)

    def __enter__(self) -> SecondHost:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# ---- the process ---------------------------------------------------------------------------------------------------
class _Clock:
    """The other clock."""

    def __init__(self, offset: float, drift: float) -> None:
        import pylsl

        self.now = pylsl.local_clock
        self._offset, self._drift, self._from, self.silent = offset, drift, pylsl.local_clock(), False

    def at(self, t: float) -> float:
        """Its time at our time ``t``."""
        return t + self._offset + self._drift * (t - self._from)

    def jump(self, by: float) -> None:
        self._offset += by


class _Door:
    """What one hidden outlet looks like from outside."""

    def __init__(self, xml: str, clock: _Clock, host: str, session: str) -> None:
        self._clock = clock
        text = {tag: xml.split(f"<{tag}>")[1].split("<")[0] for tag in ("hostname", "session_id")}
        self._hidden, self._shown = text["session_id"], session
        self._swaps = [(f"<{tag}>{text[tag]}</{tag}>", f"<{tag}>{new}</{tag}>")
                       for tag, new in (("hostname", host), ("session_id", session))]  # fmt: skip
        self._real_host, self._host = text["hostname"], host
        self._data, self._service = (int(xml.split(f"<v4{p}_port>")[1].split("<")[0]) for p in ("data", "service"))
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = _in_range()
        for port, mine in ((self._data, self._tcp), (self._service, self._udp)):
            kind = "data" if mine is self._tcp else "service"
            self._swaps.append(
                (f"<v4{kind}_port>{port}</v4{kind}_port>", f"<v4{kind}_port>{mine.getsockname()[1]}</v4{kind}_port>")
            )
        self._mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._mouth.bind(("127.0.0.1", 0))
        self._back: dict[str, tuple[str, int]] = {}
        self._connected: list[tuple[socket.socket, socket.socket]] = []
        for run in (self._answer, self._tell, self._admit):
            threading.Thread(target=run, daemon=True).start()

    def _shown_xml(self, text: bytes) -> bytes:
        for old, new in self._swaps:
            text = text.replace(old.encode(), new.encode())
        return text

    def _answer(self) -> None:
        while True:
            asked, sender = self._udp.recvfrom(65536)
            came = self._clock.now()
            lines = asked.decode(errors="replace").split("\r\n")
            if lines[0] == "LSL:timedata":
                wave_id, sent = lines[1].split()
                if not self._clock.silent:
                    received, answered = self._clock.at(came), self._clock.at(self._clock.now())
                    self._udp.sendto(f" {wave_id} {sent} {received!r} {answered!r}".encode(), sender)
            elif lines[0] == "LSL:shortinfo":
                self._ask(lines[1], lines[2].split(), sender[0])

    def _ask(self, query: str, back: list[str], address: str) -> None:
        """The hidden outlet says whether it is meant, or nothing."""
        query = query.replace(f"session_id='{self._shown}'", f"session_id='{self._hidden}'")
        for quote in "'\"":
            query = query.replace(f"hostname={quote}{self._host}{quote}", f"hostname={quote}{self._real_host}{quote}")
        self._back[back[1]] = (address, int(back[0]))
        text = f"LSL:shortinfo\r\n{query}\r\n{self._mouth.getsockname()[1]} {back[1]}\r\n"
        self._mouth.sendto(text.encode(), ("127.0.0.1", self._service))

    def _tell(self) -> None:
        while True:
            found = self._mouth.recv(65536)
            asked = found.split(b"\r\n")[0].decode()
            self._udp.sendto(self._shown_xml(found), self._back[asked])

    def _admit(self) -> None:
        while True:
            outside, _ = self._tcp.accept()
            inside = socket.create_connection(("127.0.0.1", self._data))
            threading.Thread(target=_carry, args=(outside, inside, lambda b: b), daemon=True).start()
            threading.Thread(target=self._reply, args=(inside, outside), daemon=True).start()

    def _reply(self, inside: socket.socket, outside: socket.socket) -> None:
        first = inside.recv(1 << 16)
        if first.startswith(b"<?xml"):  # a full description: whole, then the names of this host in it
            while not first.rstrip(b"\0\r\n ").endswith(b"</info>") and (more := inside.recv(1 << 16)):
                first += more
            outside.sendall(self._shown_xml(first))
            for end in (inside, outside):  # closed at once, also while the other direction is read
                end.shutdown(socket.SHUT_RDWR)
            return
        if first:
            self._connected.append((inside, outside))
            outside.sendall(first)
            _carry(inside, outside, lambda b: b)

    def cut(self) -> None:
        """What is connected now is so no more, which the other side never hears."""
        for inside, outside in self._connected:
            _CUT.add(outside)
            with contextlib.suppress(OSError):
                inside.shutdown(socket.SHUT_RDWR)
        self._connected.clear()


def _in_range() -> socket.socket:
    """A socket at a port where searches ask."""
    told = dict(
        line.split("=", 1) for line in Path(os.environ["LSLAPICFG"]).read_text().splitlines() if line.count("=") == 1
    )
    settings = {key.strip(): value.strip() for key, value in told.items()}
    base, n = int(settings.get("BasePort", 16572)), int(settings.get("PortRange", 32))
    for port in range(base + n - 1, base - 1, -1):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(("127.0.0.1", port))
        except OSError:
            udp.close()
            continue
        return udp
    raise OSError("no port of LSL's is free")


def _carry(source: socket.socket, sink: socket.socket, change: Any) -> None:
    try:
        while data := source.recv(1 << 16):
            sink.sendall(change(data))
    except OSError:
        pass
    finally:
        for end in {source, sink} - _CUT:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _send(outlet: Any, clock: _Clock, spec: dict[str, Any], ended: threading.Event) -> None:
    sfreq, packet, n_channels = spec.get("sfreq", 500.0), spec.get("packet", 10), spec.get("n_channels", 3)
    begun, n = clock.now(), 0
    while not ended.is_set():
        if sfreq:
            due = int((clock.now() - begun) * sfreq)
            while n + packet <= due:
                true = begun + np.arange(n + 1, n + packet + 1) / sfreq
                rows = np.repeat(wave(true)[:, None], n_channels, 1)
                rows[:, -1] = n + np.arange(packet)
                outlet.push_chunk(rows.astype(np.float32), [clock.at(t) for t in true])
                n += packet
        else:
            while begun + (n + 1) / 10 <= clock.now():
                n += 1
                true_time = begun + n / 10
                outlet.push_sample([f"{n} {true_time!r}"], clock.at(true_time))
        ended.wait(0.004)


def main() -> None:
    settings = json.loads(sys.argv[1])
    import pylsl

    clock, ended = _Clock(settings["offset"], settings["drift"]), threading.Event()
    outlets = {}
    for source_id, spec in settings["streams"].items():
        sfreq, texts = spec.get("sfreq", 500.0), spec.get("sfreq", 500.0) == 0
        labels = ["text"] if texts else [f"{spec.get('prefix', 'A')}{i + 1}" for i in range(spec.get("n_channels", 3))]
        info = pylsl.StreamInfo(
            spec.get("name", "amp"), spec.get("type", "sEEG"), len(labels), sfreq,
            "string" if texts else "float32", source_id,
        )  # fmt: skip
        info.set_channel_labels(labels)
        info.set_channel_units([spec.get("unit", "microvolts")] * len(labels))
        outlets[source_id] = pylsl.StreamOutlet(info)
    doors = []
    waiting = set(outlets)
    deadline = time.monotonic() + 240
    while waiting and time.monotonic() < deadline:
        for found in pylsl.resolve_streams(1.0):
            if found.source_id() in waiting:
                waiting.discard(found.source_id())
                doors.append(_Door(found.as_xml(), clock, settings["host"], settings["session"]))
    assert not waiting, waiting
    for source_id, outlet in outlets.items():
        spec = settings["streams"][source_id]
        threading.Thread(target=_send, args=(outlet, clock, spec, ended), daemon=True).start()
    print(flush=True)
    for line in sys.stdin:
        word, value = line.split()
        if word == "jump":
            clock.jump(float(value))
        elif word == "silent":
            clock.silent = bool(int(value))
        elif word == "cut":
            for door in doors:
                door.cut()
        print(clock.at(clock.now()) - clock.now(), flush=True)
    ended.set()


if __name__ == "__main__":
    main()
