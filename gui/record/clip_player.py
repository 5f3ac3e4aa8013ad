"""Plays the clips of a listening run: soft edges, never loud, and says when the first sample leaves the sound card."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pylsl
from PyQt6.QtCore import pyqtSignal

from bk_realtime.errors import FileError, InputError
from bk_realtime.prompts.words import Prompt
from bk_realtime.session.settings import SafetySettings
from bk_realtime.sink.portaudio import choose_output, portaudio
from bk_realtime.voice.guard_kernel import DELAY
from bk_realtime.voice.output_guard import OutputGuard, amplitude
from gui.sound_thread import TAIL_S, SoundThread
from gui.words import later, tr

EDGE_S = 0.05
"""Seconds in which a clip comes and goes."""
CEILING = 0.5
"""Of full scale: louder clips are turned down to it, or to the profile's ceiling where that is lower. Which level at
the ear that is, only the room knows, unless it was measured."""
NO_FADE_MS = 0.1
"""The guard's own: a clip has its edges."""
LONGEST_S = 60.0
USUAL_RATE = 48_000


def clip_seconds(prompts: Iterable[Prompt]) -> dict[Path, float]:
    """Length of every clip of a list; only headers are read.

    Raises
    ------
    BkError
        A prompt without a clip, or one that is no sound file of at most a minute.
    """
    import soundfile

    seconds: dict[Path, float] = {}
    for prompt in prompts:
        if prompt.clip is None:
            raise InputError(
                tr("{word!r} has no clip: listening needs a sound file in every line").format(word=prompt.word)
            )
        if prompt.clip in seconds:
            continue
        try:
            found = soundfile.info(str(prompt.clip))
        except (OSError, RuntimeError) as error:  # soundfile's own is a RuntimeError
            raise FileError(
                tr("{clip}: no sound file ({error})").format(clip=prompt.clip, error=" ".join(str(error).split()))
            ) from None
        if not 0.0 < found.duration <= LONGEST_S:
            raise InputError(
                tr("{clip}: {duration:.1f} s; expected a clip of up to {longest:.0f} s").format(
                    clip=prompt.clip, duration=found.duration, longest=LONGEST_S
                )
            )
        seconds[prompt.clip] = float(found.duration)
    return seconds


def soft(samples: np.ndarray, rate: int, ceiling: float = CEILING) -> np.ndarray:
    """(n,) float32 of a clip (n,) or (n, channels): one channel, soft edges, at most the ceiling."""
    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    mono = np.nan_to_num(mono.astype(np.float32), posinf=0.0, neginf=0.0)
    loudest = float(np.abs(mono).max(initial=0.0))
    if loudest > ceiling:
        mono = mono * np.float32(ceiling / loudest)
    n = min(round(EDGE_S * rate), len(mono) // 2)
    edge = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / max(1, n))).astype(np.float32)
    mono = mono.copy()
    mono[:n] *= edge
    mono[len(mono) - n :] *= edge[::-1]
    return mono


def within(samples: np.ndarray, rate: int, safety: SafetySettings) -> np.ndarray:
    """(n,) float32 of a clip as :func:`soft` makes it, within the limits of a profile: its ceiling, and where full
    scale was measured at the ear its loudness, by the guard that the voice of a session passes."""
    sound = soft(samples, rate, min(CEILING, amplitude(safety.ceiling_dbfs)))
    if safety.full_scale_db_spl is None:
        return sound
    guard = OutputGuard(dataclasses.replace(safety, unmuted=True, gain_db=0.0, fade_ms=NO_FADE_MS), rate)
    return guard.process(np.concatenate((sound, np.zeros(DELAY, np.float32))))[DELAY:]


class ClipPlayer(SoundThread):
    """One clip at a time, each in a thread of its own.

    ``began(float)`` : LSL time at which its first sample leaves the card, as the sound system promises it;
    ``failed(str)`` : why it is not heard.
    """

    began = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__("clip player", later("the clip cannot be played ({error!r})"))
        self.device: str | None = None
        self.safety = SafetySettings()

    def use(self, device: str, safety: SafetySettings) -> None:
        """The participant's sound device, by name or index (auto: the system's), and limits; from the next clip on."""
        self.device = None if device == "auto" else device
        self.safety = safety

    def play(self, path: Path) -> None:
        """Begin with a clip; one that plays is ended."""
        self.stop()
        device, safety = self.device, self.safety
        self._begin(lambda stop: self._play(path, device, safety, stop))

    def _play(self, path: Path, device: str | None, safety: SafetySettings, stop: threading.Event) -> None:
        sd = portaudio()
        output = choose_output(sd, device, USUAL_RATE)
        self._play_on(sd, output, _read(path, output.rate, safety), stop)

    def _play_on(self, sd: Any, output: Any, sound: np.ndarray, stop: threading.Event) -> None:
        at, done = 0, threading.Event()
        end = len(sound) + round(TAIL_S * output.rate)

        def fill(out: np.ndarray, n: int, times: Any, status: Any) -> None:
            nonlocal at
            if at == 0:
                self.began.emit(pylsl.local_clock() + max(0.0, times.outputBufferDacTime - times.currentTime))
            piece = sound[at : at + n]
            out[:] = 0.0
            out[: len(piece)] = piece[:, None]
            at += n
            if stop.is_set():
                out *= np.linspace(1.0, 0.0, n, dtype=np.float32)[:, None]
            if stop.is_set() or at >= end:
                raise sd.CallbackStop

        stream = sd.OutputStream(
            output.rate, 0, output.index, output.channels, "float32", callback=fill, finished_callback=done.set
        )
        with stream:
            done.wait(LONGEST_S + 5.0)


def _read(path: Path, rate: int, safety: SafetySettings) -> np.ndarray:
    import soundfile
    import soxr

    try:
        samples, own = soundfile.read(str(path), dtype="float32")
    except (OSError, RuntimeError) as error:
        raise FileError(
            tr("{path}: no sound file ({error})").format(path=path, error=" ".join(str(error).split()))
        ) from None
    return within(samples if own == rate else soxr.resample(samples, own, rate), rate, safety)
