"""The faults of `chaos`: what is done to a running session, and which events must then be on its record."""

from __future__ import annotations

import json
import multiprocessing.connection
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pylsl

from bk_realtime.errors import BkError
from bk_realtime.session.control import ControlClient
from tests.audio.virtual_card import Capture, VirtualCard

LSL_TROUBLE = (
    "gap",
    "late",
    "returned",
    "lost",
    "reset",
    "backlog",
    "clock jump",
    "duplicate",
    "stamps",
    "underrun",
    "stalled",
)


class World:
    """One session and all that is around it."""

    def __init__(self, folder: Path, environ: dict[str, str], card: VirtualCard, source_id: str) -> None:
        self.folder, self.environ, self.card, self.source_id = folder, environ, card, source_id
        self.session: Path | None = None
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.captures = [Capture(card)]
        self.strangers: list[pylsl.StreamOutlet] = []
        self.amplifier = self._amplifier()

    def _amplifier(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.bench._chaos_amplifier", self.source_id]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=self.environ, stdin=pipe, stdout=pipe, text=True)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return process

    def order(self, line: str) -> None:
        """To the amplifier."""
        assert self.amplifier.stdin is not None
        self.amplifier.stdin.write(line + "\n")
        self.amplifier.stdin.flush()

    def replace_amplifier(self, away_s: float) -> None:
        self.amplifier.kill()
        self.amplifier.communicate()
        time.sleep(away_s)
        self.amplifier = self._amplifier()

    def child(self, name: str) -> psutil.Process | None:
        """The session's engine, recorder or window."""
        assert self.supervisor is not None
        with suppress(psutil.Error):
            for child in psutil.Process(self.supervisor.pid).children():
                if name in child.cmdline():
                    return child
        return None

    def control(self, command: str, **values: object) -> None:
        assert self.session is not None
        with suppress(BkError), ControlClient.from_file(self.session, timeout=1.0) as client:
            client.request(command, **values)


@contextmanager
def stopped(process: psutil.Process | subprocess.Popen[bytes] | None) -> Iterator[None]:
    """Frozen meanwhile."""
    if process is None:
        yield
        return
    with suppress(psutil.Error, ProcessLookupError):
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(psutil.Error, ProcessLookupError):
            process.send_signal(signal.SIGCONT)


@dataclass(frozen=True)
class Fault:
    """One kind: ``do(world, rng)``, and the events of which one must follow; none where it must pass unheard."""

    do: Callable[[World, np.random.Generator], object]
    logged: tuple[str, ...] = ()


def _freeze(name: str, low: float, high: float) -> Callable[[World, np.random.Generator], object]:
    def do(world: World, rng: np.random.Generator) -> None:
        with stopped(world.child(name)):
            time.sleep(rng.uniform(low, high))

    return do


def _freeze_amplifier(world: World, rng: np.random.Generator) -> None:
    os.kill(world.amplifier.pid, signal.SIGSTOP)
    time.sleep(rng.uniform(0.8, 2.5))
    os.kill(world.amplifier.pid, signal.SIGCONT)


def _freeze_card(world: World, rng: np.random.Generator) -> None:
    with stopped(world.card._server):
        time.sleep(rng.uniform(0.6, 1.5))


def _kill_card(world: World, rng: np.random.Generator) -> None:
    world.card.kill()
    time.sleep(rng.uniform(0.5, 2.0))
    world.card.start()
    world.captures.append(Capture(world.card))


def _kill(name: str) -> Callable[[World, np.random.Generator], object]:
    def do(world: World, _: np.random.Generator) -> None:
        child = world.child(name)
        if child is not None:
            with suppress(psutil.Error):
                child.kill()

    return do


def _spin(_: World, rng: np.random.Generator) -> None:
    """Two processes that compute, and nothing else."""
    code = f"import time\nend = time.time() + {rng.uniform(1, 3):.2f}\nwhile time.time() < end: pass"
    busy = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    for process in busy:
        process.wait()


def _strange_bytes(world: World, rng: np.random.Generator) -> None:
    """Noise on the control channel's port, from who has no key."""
    assert world.session is not None
    port = int(json.loads((world.session / "control.json").read_text())["address"][1])
    for _ in range(4):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0) as peer:
            peer.sendall(rng.bytes(int(rng.integers(1, 200))))
    with suppress(Exception):  # a wrong key in a right handshake
        multiprocessing.connection.Client(("127.0.0.1", port), authkey=b"no").close()


def _commands(world: World, rng: np.random.Generator) -> None:
    world.control("gain", gain_db=float(rng.uniform(-20, 24)))
    world.control(str(rng.choice(["panic", "mute"])))
    world.control("unmute")


def _markers(world: World, rng: np.random.Generator) -> None:
    for k in range(int(rng.integers(5, 40))):
        world.control("marker", text=f"{k} \N{SNOWMAN} $x_1$ <b> " + "y" * int(rng.integers(0, 400)))


def _strangers(world: World, rng: np.random.Generator) -> None:
    """Streams of the amplifier's name, of no type, with odd names; those of before go."""
    world.strangers.clear()
    for k in range(3):
        rate = float(rng.choice([0.0, 100.0, 512.0]))
        info = pylsl.StreamInfo(
            "chaos", "sEEG", int(rng.integers(1, 9)), rate, "float32", f"stranger-{k}-{rng.random()}"
        )
        world.strangers.append(pylsl.StreamOutlet(info))
        world.strangers[-1].push_sample([0.0] * info.channel_count())


def _order(line: str, low: float = 0.0, high: float = 0.0) -> Callable[[World, np.random.Generator], object]:
    return lambda world, rng: world.order(f"{line} {rng.uniform(low, high):.3f}" if high else line)


FAULTS: dict[str, Fault] = {
    "samples missing": Fault(_order("gap", 0.3, 1.0), LSL_TROUBLE),
    "packet repeated": Fault(_order("repeat")),
    "NaN in 3 channels": Fault(_order("nan", 0.2, 1.0)),
    "1e30 in 6 channels": Fault(_order("huge", 0.2, 1.0)),
    "dead channel": Fault(_order("flat", 1.0, 3.0)),
    "clock set": Fault(_order("jump", 20.0, 60.0), LSL_TROUBLE),
    "packets of 250 ms": Fault(_order("burst", 1.0, 2.0)),
    "amplifier holds back": Fault(_order("hold", 0.7, 1.5), LSL_TROUBLE),
    "amplifier frozen": Fault(_freeze_amplifier, LSL_TROUBLE),
    "amplifier restarted": Fault(lambda w, rng: w.replace_amplifier(rng.uniform(0.8, 2.0)), ("lost", "returned")),
    "engine frozen": Fault(_freeze("engine", 0.6, 2.0), (*LSL_TROUBLE, "notice")),
    "recorder frozen": Fault(_freeze("record", 0.2, 0.6)),
    "recorder killed": Fault(_kill("record"), ("notice",)),
    "sound server frozen": Fault(_freeze_card, ("underrun", "device", "device lost", "skip", "cut", "overflow")),
    "sound server killed": Fault(_kill_card, ("device lost", "device missing", "device back")),
    "machine busy": Fault(_spin),
    "noise on the control port": Fault(_strange_bytes),
    "panic, mute, gain": Fault(_commands, ("command",)),
    "flood of markers": Fault(_markers, ("marker",)),
    "strangers' streams": Fault(_strangers),
}
RARE = {"recorder killed": 0.1, "sound server killed": 0.4, "amplifier restarted": 0.6}
"""Weights other than 1. A recorder is started again three times a session."""


def draw(n: int, rng: np.random.Generator) -> list[str]:
    """(n,) names of faults; no more kills of the recorder than it is started again."""
    names = list(FAULTS)
    weights = np.array([RARE.get(name, 1.0) for name in names])
    drawn = [str(name) for name in rng.choice(names, n, p=weights / weights.sum())]
    kills = 0
    for k, name in enumerate(drawn):
        kills += name == "recorder killed"
        if name == "recorder killed" and kills > 3:
            drawn[k] = "machine busy"
    return drawn


def in_background(do: Callable[[], object]) -> threading.Thread:
    """Faults may overlap."""
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    return thread
