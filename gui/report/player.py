"""Plays a recording's sound or a decoded voice: through the product's own output guard, softly, never above a half."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import pyqtSignal

from bk_realtime.session.settings import SafetySettings
from bk_realtime.sink.portaudio import choose_output, portaudio
from bk_realtime.voice.output_guard import OutputGuard
from gui.report.opened import FilePast
from gui.sound_thread import TAIL_S, SoundThread
from gui.words import later

CEILING_DBFS = -6.0
"""Louder is held down to it, whatever the profile allows in a session: nobody has set a gain here."""
FADE_MS = 250.0
"""In which it comes."""
BLOCK_S = 0.04


def careful(safety: SafetySettings) -> SafetySettings:
    """How the guard is set: the profile's own limits where they are lower, never a gain above 0 dB."""
    return dataclasses.replace(
        safety,
        unmuted=True,
        gain_db=min(safety.gain_db, 0.0),
        ceiling_dbfs=min(safety.ceiling_dbfs, CEILING_DBFS),
        fade_ms=FADE_MS,
    )


class Player(SoundThread):
    """One sound at a time, in a thread of its own.

    ``at(float)`` : second of the sound that leaves the card now; ``ended()`` : it is over, or was stopped;
    ``failed(str)`` : why it is not heard.
    """

    at = pyqtSignal(float)
    ended = pyqtSignal()

    def __init__(self) -> None:
        super().__init__("report player", later("it cannot be played ({error!r})"))
        self.device: str | None = None
        self.safety = SafetySettings()

    def use(self, device: str, safety: SafetySettings) -> None:
        """The participant's sound device and limits."""
        self.device = None if device in ("auto", "none") else device
        self.safety = safety

    @property
    def runs(self) -> bool:
        """Whether a sound is being played."""
        return self._thread is not None and self._thread.is_alive() and not self._stop.is_set()

    def play(self, sound: FilePast, start: float) -> None:
        """Begin at a second of it; what plays is ended first."""
        self.stop()
        self.join(2.0)
        safety = careful(self.safety)
        self._begin(lambda stop: self._play(sound, start, safety, stop))

    def _run(self, play: Callable[[threading.Event], object], stop: threading.Event) -> None:
        super()._run(play, stop)
        self.ended.emit()

    def _play(self, sound: FilePast, start: float, safety: SafetySettings, stop: threading.Event) -> None:
        sd = portaudio()
        output = choose_output(sd, self.device, round(sound.rate))
        stream = sd.OutputStream(output.rate, 0, output.index, output.channels, "float32")
        with stream:
            self._fill(stream, output, sound, start, OutputGuard(safety, output.rate), stop)

    def _fill(
        self, stream: Any, output: Any, sound: FilePast, start: float, guard: OutputGuard, stop: threading.Event
    ) -> None:
        import soxr

        own = round(sound.rate)
        anew = None if own == output.rate else soxr.ResampleStream(own, output.rate, 1, "float32")
        n, first = round(BLOCK_S * own), max(0, round(start * sound.rate))
        for k in range(first, len(sound.rows), n):
            if stop.is_set():
                break
            block = np.asarray(sound.rows[k : k + n, 0], np.float32) / np.float32(32767)
            self._write(stream, output, guard, block if anew is None else anew.resample_chunk(block))
            self.at.emit(max(start, k / sound.rate - float(stream.latency)))
        guard.panic() if stop.is_set() else guard.mute()  # out within 1 ms, or softly
        rest = np.zeros(0, np.float32)
        if anew is not None and not stop.is_set():
            rest = anew.resample_chunk(rest, last=True)
        silence = np.zeros(round(TAIL_S * output.rate), np.float32)
        self._write(stream, output, guard, np.concatenate((rest, silence)))

    @staticmethod
    def _write(stream: Any, output: Any, guard: OutputGuard, block: np.ndarray) -> None:
        if len(block):
            stream.write(np.repeat(guard.process(block)[:, None], output.channels, 1))
