"""Signals far beyond the training's are no speech: a moved cable, chewing, a seizure. The voice is held meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from bk_realtime.decoded import Decoded
from bk_realtime.session.events import make_event
from bk_realtime.voice.output_guard import OutputGuard

HOLD = "artefact"
"""Name of the hold and of the standing fault."""
SHARE = 0.25
"""A frame is wild where so many of the channels are beyond the limit; in speech it is one in thirty at most."""
WINDOW_S, CALM_S = 0.4, 1.0
"""Wild for more than half of the window: an artefact. None for so long: over."""


class ArtefactWatch:
    """A :class:`~bk_realtime.voice.shaping.Shaper` that changes nothing; it watches the features that are decoded.

    Features are in standard deviations of the training (or of the last baseline), so this needs no level of its own.
    What the operator releases stays released until it was calm once.

    Parameters
    ----------
    guard : its sound is held; ``guard.settings`` says whether (``artefacts``) and beyond what (``artefact_sd``).
    frame_rate : features a second.
    note : takes the events.
    """

    def __init__(self, guard: OutputGuard, frame_rate: Fraction, note: Callable[[dict[str, Any]], None]) -> None:
        self._guard, self._note = guard, note
        self._limit = guard.settings.artefact_sd
        self._holds = guard.settings.artefacts == "hold"
        self._recent = np.zeros(round(WINDOW_S * frame_rate), bool)
        self._n_calm = round(CALM_S * frame_rate)
        self._at = self._calm = 0
        self._told = False

    def reset(self) -> None:
        """A new segment: what was wild before says nothing about it; what was found stands until it is calm."""
        self._recent[:] = False
        self._calm = 0

    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """``sound`` as it is."""
        for share in (decoded.features > self._limit).mean(1):
            wild = bool(share >= SHARE)
            self._recent[self._at] = wild
            self._at = (self._at + 1) % len(self._recent)
            self._calm = 0 if wild else self._calm + 1
            if not self._told and 2 * self._recent.sum() > len(self._recent):
                self._found(float(share))
            elif self._told and self._calm >= self._n_calm:
                self._over()
        return sound

    def _found(self, share: float) -> None:
        self._told = True
        if self._holds:
            self._guard.hold(HOLD)
        does = f"the voice is held until {CALM_S:g} s without" if self._holds else "the voice goes on (--artefacts say)"
        text = (
            f"{share:.0%} of the channels are more than {self._limit:g} standard deviations above their training (a "
            f"cable, chewing, a seizure; if it stays, a wrong unit or gain): {does}"
        )
        self._note(make_event("artefact", text, active_fault=HOLD))

    def _over(self) -> None:
        self._told = False
        self._guard.release(HOLD)
        self._note(make_event("artefact over", "the channels are as in training again", corrected=HOLD))
