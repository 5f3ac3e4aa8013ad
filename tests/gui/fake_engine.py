"""An engine's outside, without an engine: its real outlets and control channel, with made-up content."""

from __future__ import annotations

import dataclasses
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pylsl

from bk_realtime.config import MelSettings
from bk_realtime.session.control import ControlServer
from bk_realtime.session.events import EventKind, make_event
from bk_realtime.session.status import STAGES, Status
from bk_realtime.sink.outlets import EngineOutlets

FRAME_RATE = 22050 / 256


CONNECTING = threading.Lock()
"""Held while an inlet of this process connects."""


def outlet(name: str, kind: str, n: int, rate: float, source_id: str, labels: list[str] | None = None, unit: str = ""):
    """An LSL outlet with labelled channels; ``rate`` 0 means strings at any time."""
    fmt = pylsl.cf_string if rate == 0 else pylsl.cf_float32
    info = pylsl.StreamInfo(name, kind, n, rate, fmt, source_id)
    if labels:
        info.set_channel_labels(labels)
    if unit:
        info.set_channel_units(unit)
    return pylsl.StreamOutlet(info)


def seeg_labels(n: int) -> list[str]:
    """A1 … A16, B1 … like depth electrodes."""
    return [f"{'ABCDEFGHJKLMNOPQ'[i // 16]}{i % 16 + 1}" for i in range(n)]


class FakeEngine:
    """Outlets like those of a session; ``push`` sends everything up to now, ``run`` does so in a thread."""

    def __init__(self, n_channels: int = 128, sfreq: float = 1024.0, attention: int = 0, seed: int = 0) -> None:
        self.session = f"fake-{uuid.uuid4().hex[:8]}"
        self.neural_id = f"amp-{self.session}"
        self.n_channels, self.sfreq = n_channels, sfreq
        self.rng = np.random.default_rng(seed)
        self.values = Status(
            state="running",
            muted=False,
            simulated=True,
            age_ms=41.0,
            age_p99_ms=47.5,
            algorithmic_ms=23.2,
            group_delay_ms=8.1,
            measured_ms=28.4,
            buffer_ms=17.0,
            device_ms=8.7,
            gain_db=0.0,
            gaps=0,
            underruns=0,
            dropped_samples=0,
            limiter_hits=3,
            n_frames=1,
            stages={
                stage: {"p50": ms, "p99": 1.6 * ms, "max": 3 * ms}
                for stage, ms in zip(STAGES, (0.6, 1.1, 0.7, 2.4), strict=True)
            },
            bad_channels=("A7", "C2"),
            source="FakeAmp",
            source_id=self.neural_id,
            bundle="models/p01",
        )
        self.commands: list[dict[str, Any]] = []
        self.sent: dict[str, int] = {}
        self._turn = threading.RLock()
        """Held while the status is changed or something is sent: both are done in several threads."""
        self._start = pylsl.local_clock()
        self._labels = seeg_labels(n_channels)
        self._attention = attention
        self._n_features = n_channels
        self.amplifier: pylsl.StreamOutlet | None = None
        self.outlets: EngineOutlets | None = None
        self.open()
        self.server = ControlServer(self._command)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._mix = self.rng.standard_normal((4, n_channels)).astype(np.float32)
        self._drift = np.zeros(n_channels, np.float32)
        self._status_at = 0.0

    def open(self, amplifier: bool = True, engine: bool = True) -> None:
        """Open outlets (again)."""
        with self._turn:
            now = pylsl.local_clock() - self._start
            if amplifier:
                what = ("FakeAmp", "sEEG", self.n_channels, self.sfreq, self.neural_id, self._labels, "microvolts")
                self.amplifier = outlet(*what)
                self.sent["neural"] = int(now * self.sfreq)
            if engine:
                self.outlets = EngineOutlets(
                    self.session, self._n_features, MelSettings(), simulated=True, n_attention=self._attention
                )
                self.sent.update(mel=int(now * FRAME_RATE), audio=int(now * 22050))
                self.sent.update(features=self.sent["mel"], attention=self.sent["mel"])

    def lose(self, amplifier: bool = True, engine: bool = True) -> None:
        """Let outlets vanish, but not while the window connects to one of them: here both are one process, which no
        session is, and liblsl does not survive that there."""
        with CONNECTING, self._turn:
            self.amplifier = None if amplifier else self.amplifier
            self.outlets = None if engine else self.outlets

    def change(self, **changes: Any) -> None:
        """Change the status."""
        with self._turn:
            self.values = dataclasses.replace(self.values, **changes)

    def status(self, **changes: Any) -> None:
        """Change and publish the status."""
        with self._turn:
            self.change(time=pylsl.local_clock(), **changes)
            if self.outlets is not None:
                self.outlets.push_status(self.values.as_dict())

    def event(self, kind: EventKind, text: str) -> None:
        """Publish an event."""
        assert self.outlets is not None
        self.outlets.push_event(make_event(kind, text, time=pylsl.local_clock()))

    def push(self) -> None:
        """Send on every regular stream what is due."""
        with self._turn:
            self._push()

    def _push(self) -> None:
        now = pylsl.local_clock() - self._start
        if self.amplifier is not None and len(t := self._due("neural", now, self.sfreq)):
            self.amplifier.push_chunk(np.ascontiguousarray(self._neural(t)), self._start + float(t[-1]))
        if self.outlets is None:
            return
        if len(t := self._due("mel", now, FRAME_RATE)):
            self.outlets.push_mel(self._mel(t), self._start + t)
            noise = self.rng.standard_normal((len(t), self._n_features)).astype(np.float32)
            self.outlets.push_features(noise, self._start + t)
            if self._attention:
                self.outlets.push_attention(self._weights(t), self._start + t)
        if len(t := self._due("audio", now, 22050.0)):
            self.outlets.push_audio(self._audio(t), self._start + t)

    def _due(self, key: str, now: float, rate: float) -> np.ndarray:
        """Times since the start of the samples that a stream owes by now; they count as sent."""
        first, self.sent[key] = self.sent[key], int(now * rate)
        return np.arange(first, self.sent[key]) / rate

    def run(self) -> None:
        """Send signals and status from a thread until :meth:`close`."""
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the thread, drop everything."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.server.close()
        self.lose()

    def control(self, folder: Path) -> Path:
        """The control file."""
        return self.server.write_file(folder)

    def _command(self, message: dict[str, Any]) -> dict[str, Any]:
        self.commands.append({k: v for k, v in message.items() if k != "sent"})
        if message["command"] in ("mute", "panic"):
            self.change(muted=True, state="muted")
        if message["command"] == "unmute":
            self.change(muted=False, state="running")
        if message["command"] == "release":
            with self._turn:
                self.change(state="running", holds=tuple(h for h in self.values.holds if h != message["hold"]))
        if message["command"] == "gain":
            self.change(gain_db=message["gain_db"])
        return {}

    def _loop(self) -> None:
        while not self._stop.wait(0.016):
            self.push()
            if time.monotonic() - self._status_at > 0.1:
                self._status_at = time.monotonic()
                self.status(age_ms=41.0 + 3 * self.rng.standard_normal(), n_frames=self.sent["mel"])

    # ---- made-up content -----------------------------------------------------------------------------------------
    def _neural(self, t: np.ndarray) -> np.ndarray:
        n = len(t)
        steps = self.rng.standard_normal((n, self.n_channels)).astype(np.float32)
        slow = np.empty_like(steps)
        for i in range(n):
            self._drift = 0.985 * self._drift + 5.0 * steps[i]
            slow[i] = self._drift
        burst = 12 * steps * _speech(t)[:, None] * (np.arange(self.n_channels) % 16 < 6)
        common = np.stack([np.sin(2 * np.pi * f * t) for f in (4.1, 9.7, 13.3, 22.0)], 1) @ (6 * self._mix)
        return (slow + burst + common + 1500.0).astype(np.float32)

    def _mel(self, t: np.ndarray) -> np.ndarray:
        band = np.arange(80)[None, :]
        loud = _speech(t)[:, None]
        pitch = 3.1 + 0.4 * np.sin(2 * np.pi * 0.7 * t)[:, None]
        harmonics = 0.5 + 0.5 * np.cos(2 * np.pi * band / pitch)
        formants = sum(
            a * np.exp(-(((band - c - w * np.sin(2 * np.pi * r * t + p)[:, None]) / 6.0) ** 2))
            for a, c, w, r, p in ((1.0, 16, 5, 1.3, 0), (0.8, 36, 9, 0.9, 2), (0.5, 58, 5, 1.7, 4))
        )
        mel = -10.5 + loud * (3.0 + 8.0 * formants * (0.55 + 0.45 * harmonics * (band < 34)))
        return (mel + 0.25 * self.rng.standard_normal(mel.shape)).astype(np.float32)

    def _audio(self, t: np.ndarray) -> np.ndarray:
        loud = _speech(t) * (0.6 + 0.4 * np.sin(2 * np.pi * 5 * t) ** 2)
        tone = sum(np.sin(2 * np.pi * 120 * k * t + k) / k for k in range(1, 7))
        return (0.22 * loud * tone + 0.002 * self.rng.standard_normal(len(t))).astype(np.float32)

    def _weights(self, t: np.ndarray) -> np.ndarray:
        lag = np.arange(self._attention)[None, :]
        centre = self._attention * (0.7 + 0.15 * np.sin(2 * np.pi * 0.4 * t))[:, None]
        weights = np.exp(-(((lag - centre) / 2.0) ** 2))
        return (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def _speech(t: np.ndarray) -> np.ndarray:
    """Words of about half a second with pauses."""
    phase = (t % 1.9) / 0.85
    return np.where(phase < 1, np.sin(np.pi * np.minimum(phase, 1)) ** 0.7, 0.0)


def main() -> None:
    """Run a fake session for the eye: prints its id and control file, ends after some seconds."""
    import sys

    engine = FakeEngine(n_channels=int(sys.argv[2]), attention=int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    print(engine.session, engine.control(Path(sys.argv[3])), flush=True)
    engine.run()
    for i in range(int(sys.argv[1])):
        time.sleep(1)
        if i % 3 == 0:
            engine.event("marker", f"word {i // 3 + 1}")
        if i == 4:
            engine.event("gap", "gap of 12 ms bridged")
    engine.close()


if __name__ == "__main__":
    main()
