"""A soft test tone on the sound device of a session, for the window's Check step."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

import numpy as np

from bk_realtime.config import check_range
from bk_realtime.errors import DeviceError
from bk_realtime.logs import say

RATE, HOP = 22_050, 256
SECONDS, RAMP_S, PITCH_HZ = 2.0, 0.5, 440.0
PREFILL_S = 0.1
"""A busy machine must not crack in an ear; nobody waits for a test tone."""
_PATIENCE_S = 5.0


@dataclass(frozen=True)
class Tone:
    """Play two seconds of a soft tone that swells and fades (called by the window; not meant to be called by hand)."""

    sound_device: str = "auto"
    """Sound device by name or index, or auto."""
    tone_dbfs: float = -40.0
    """Level of the tone, in dB re full scale, -80 to -20."""

    def __post_init__(self) -> None:
        check_range(self, "tone_dbfs", -80.0, -20.0, "dB re full scale")

    def run(self) -> int:
        """Play it; 0 where the device took it."""
        from bk_realtime.sink.soundcard import SoundCard

        if self.sound_device == "none":
            raise DeviceError("--sound-device none: no sound device to play the tone on; choose one")
        device = None if self.sound_device == "auto" else self.sound_device
        sink = SoundCard(RATE, device=device, prefill_s=PREFILL_S)
        sound = tone(self.tone_dbfs)
        sink.start()
        try:
            begun = time.perf_counter()
            for first in range(0, len(sound), HOP):
                while time.perf_counter() < begun + first / RATE:
                    time.sleep(0.002)
                sink.write(sound[first : first + HOP])
            while sink.fill and time.perf_counter() < begun + SECONDS + _PATIENCE_S:
                sink.write(np.zeros(0, np.float32))
                time.sleep(0.01)
            time.sleep(sink.latency_s)
        finally:
            sink.close()
        text = f"the tone was played; {sink.underruns} times sound was due and none was there"
        say(json.dumps({"item": "tone", "good": True, "text": text}))
        return 0


def tone(level_dbfs: float) -> np.ndarray:
    """(n,) float32 at 22,050 Hz: a sine that swells from silence and fades into it, peak ``level_dbfs`` dB re full
    scale."""
    t = np.arange(round(SECONDS * RATE)) / RATE
    near_edge = np.clip(np.minimum(t, SECONDS - t) / RAMP_S, 0.0, 1.0)
    swell = 0.5 - 0.5 * np.cos(np.pi * near_edge)
    return (10 ** (level_dbfs / 20) * swell * np.sin(2 * np.pi * PITCH_HZ * t)).astype(np.float32)
