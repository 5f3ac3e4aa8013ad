"""The voice fades out while its decoder is unsure, where the session asks for it; and what is shown of it anyway."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bk_realtime.chain import Chain
from bk_realtime.decoded import Decoded
from bk_realtime.session.bundle import knows_how_sure
from bk_realtime.session.events import make_event
from bk_realtime.voice.voice_gate import Fades, FrameFlags

CONCERNED = "sureness"
"""Name of the standing fault."""
FADE_MS = 120.0
"""Slower than a gate: the voice goes under, it is not cut."""
TOLD_S = 1.0
"""A voice that is faded out for so long is said; shorter ones are counted."""


class UnsureFade:
    """A step on the voice, after the speech gate: silent while the decoder is unsure of the frames that come out.

    Hysteresis is in the head itself, so that the recording says which samples were faded out. It delays nothing: what
    the decoder knows of a frame is known when its sound comes out. Where the bundle cannot tell, no sample is changed.

    Parameters
    ----------
    chain : the signal path.
    wanted : the voice fades; otherwise it is only shown and recorded, and no sample is changed.
    note : takes the events.
    """

    def __init__(self, chain: Chain, wanted: bool, note: Callable[[dict[str, Any]], None]) -> None:
        self.wanted, self._note, self._chain = wanted, note, chain
        self._frame_s = chain.frame_clock.hop_length / chain.frame_clock.sample_rate
        self._flags = FrameFlags(chain)
        self._fades = Fades(FADE_MS, chain.frame_clock.sample_rate)
        self.times, self.unsure_s = 0, 0.0
        self._untold = False  # frames come, and nobody says how sure: another bundle decodes now
        self._told = False
        self.reset()

    def reset(self) -> None:
        """A new segment: what follows fades in once the decoder was sure for a while."""
        self._flags.reset()
        self._fades.reset()
        self._unsure, self._row_s = True, 0.0
        self._error_db, self._sure = math.nan, math.nan

    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """(n,) float32 for (n,) float32."""
        if len(decoded.features):
            self._untold = not len(decoded.sureness)
        for error_db, sure, flag in decoded.sureness.tolist():
            unsure = flag > 0.5
            self.times += unsure and not self._unsure
            self._unsure, self._error_db, self._sure = unsure, error_db, sure
            self.unsure_s += self._frame_s * unsure
            if self.wanted:
                self._flags.add(not unsure)
                self._tell(unsure)
        if not len(sound) or not self.wanted:
            return sound
        return self._fades.let_out(sound, self._flags.of_samples(len(sound)))

    def _tell(self, unsure: bool) -> None:
        self._row_s = self._row_s + self._frame_s if unsure else 0.0
        if self._told and not unsure:
            self._told = False
            self._note(make_event("sure again", "the decoder is sure again: the voice is let out", corrected=CONCERNED))
        elif not self._told and self._row_s >= TOLD_S:
            self._told = True
            text = f"the decoder is unsure for {TOLD_S:g} s: the voice is faded out until it is sure (--fade-unsure)"
            self._note(make_event("unsure", text, active_fault=CONCERNED))

    def figures(self) -> dict[str, Any]:
        """Fields of the status; from any thread."""
        if self._untold or not knows_how_sure(self._chain.bundle):
            return {"sureness": "cannot tell"}
        state = "unsure" if self._unsure else "sure"
        return {
            "sureness": "faded" if self.wanted and self._unsure else state,
            "sureness_share": self._sure if math.isfinite(self._sure) else None,
            "sureness_error_db": self._error_db if math.isfinite(self._error_db) else None,
            "unsure_times": self.times,
            "unsure_s": self.unsure_s,
        }
