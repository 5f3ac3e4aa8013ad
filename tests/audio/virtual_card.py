"""A sound card of one's own: a private PulseAudio server with a null sink, and the capture of what it plays."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import numpy as np

SINK = "bk_test_sink"
OTHER = "bk_other_sink"


def in_time(command: list[str]) -> list[str]:
    """The command with real-time priority where this user may have it: the card must not stutter under load."""
    chrt = shutil.which("chrt")
    allowed = chrt and subprocess.run([chrt, "-f", "50", "true"], capture_output=True, check=False).returncode == 0
    return [str(chrt), "-f", "50", *command] if allowed else command


class VirtualCard:
    """Starts and kills the server; ``environ`` is what a process needs to see it and nothing else."""

    def __init__(self, folder: Path, rate: int = 44100) -> None:
        self.folder, self.rate = folder, rate
        self.socket = folder / "pulse.sock"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PULSE_", "DBUS_"))},
            "PULSE_SERVER": f"unix:{self.socket}",
            "PULSE_SINK": SINK,
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
            "HOME": str(self.folder),
        }

    def pactl(self, *words: object) -> str:
        """What the server answers to that command."""
        done = subprocess.run(["pactl", *map(str, words)], env=self.environ, capture_output=True, text=True, check=True)
        return done.stdout

    def add(self, sink: str) -> int:
        """One more sink, which nobody sees; returns the number of its module."""
        described = f"sink_properties=device.description={sink}"
        return int(self.pactl("load-module", "module-null-sink", f"sink_name={sink}", f"rate={self.rate}", described))

    def start(self, sink: str = SINK) -> None:
        # else the kernel kills it after 0.2 s of computing at a stretch, which it needs after a machine stood still
        settings = self.folder / "daemon.conf"
        settings.write_text("rlimit-rttime = -1\n")
        command = [
            shutil.which("pulseaudio") or "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--disable-shm=yes",
            "-L",
            f"module-native-protocol-unix auth-anonymous=1 socket={self.socket}",
            "-L",
            f"module-null-sink sink_name={sink} rate={self.rate}",
        ]
        self._server = subprocess.Popen(
            in_time(command),
            env={**self.environ, "PULSE_CONFIG": str(settings)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while subprocess.run(["pactl", "info"], env=self.environ, capture_output=True, check=False).returncode:
            assert time.monotonic() < deadline, "the PulseAudio server does not start"
            assert self._server.poll() is None, "the PulseAudio server ended at once"
            time.sleep(0.05)
        # the server takes chrt's priority away from its main thread; a thread may end meanwhile
        for thread in os.listdir(f"/proc/{self._server.pid}/task"):
            with contextlib.suppress(PermissionError, ProcessLookupError):
                os.sched_setscheduler(int(thread), os.SCHED_FIFO, os.sched_param(50))

    @property
    def ended(self) -> int | None:
        """Exit code of a server that ended by itself; a test that hears nothing then has found nothing."""
        return None if self._server is None else self._server.poll()

    def kill(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None


class Capture:
    """What the card plays, as (n,) float32 at ``rate`` Hz. Open it before the player: a sink that nobody listens to
    with low latency is set up for two seconds of it."""

    def __init__(self, card: VirtualCard, rate: int = 22050, sink: str = SINK) -> None:
        self.rate = rate
        command = ["parec", "-d", f"{sink}.monitor", "--format=float32le", f"--rate={rate}", "--channels=1", "--raw"]
        self._process = subprocess.Popen(
            in_time([*command, "--latency-msec=5"]), env=card.environ, stdout=subprocess.PIPE
        )
        self._data, self._kept = bytearray(), True
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := self._process.stdout.read1(4096):  # type: ignore[attr-defined]
            if self._kept:
                self._data += data

    def keep_nothing(self) -> None:
        """Go on listening, but only so that the sink stays set up for low latency."""
        self._kept = False

    @property
    def sound(self) -> np.ndarray:
        data = bytes(self._data)
        return np.frombuffer(data[: len(data) // 4 * 4], np.float32)

    def wait_for_silence(self) -> None:
        """Until what came last was silent for a quarter of a second."""
        deadline = time.monotonic() + 60
        least = len(self.sound) + self.rate // 4
        while len(self.sound) < least or np.any(np.abs(self.sound[-self.rate // 4 :]) > 0.01):
            assert time.monotonic() < deadline, "sound goes on"
            time.sleep(0.02)

    def wait_for_data(self) -> None:
        deadline = time.monotonic() + 60
        while not len(self._data):
            assert time.monotonic() < deadline, "the capture of the virtual card gives nothing"
            time.sleep(0.02)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._thread.join(timeout=60)
        assert self._process.stdout is not None
        self._process.stdout.close()
