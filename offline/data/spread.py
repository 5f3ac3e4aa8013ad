"""Which minutes of a long recording are audited: pieces with speech, spread over the whole of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_S = 300.0
"""Longest recording that is audited whole, and what is taken of a longer one: more would cost minutes for little, since
two minutes of speech already show a copy 50 dB below the channel's level (`python -m tests.bench contamination`)."""
PIECE_S, FRAME_S, FADE_S = 10.0, 0.1, 0.05
SPEECH_BELOW, LOUD_S = 1e-3, 15.0
"""Power of speech against the recording's loud parts, as the audit counts it, and how long those last. A share of the
recording would be a pause where little is said."""


@dataclass(frozen=True)
class Spread:
    """Pieces of a recording, in order; none where all of it is taken.

    Attributes
    ----------
    starts_s : first second of each piece of :data:`PIECE_S`.
    whole_s : length of the recording in s.
    """

    starts_s: tuple[float, ...]
    whole_s: float

    @property
    def said(self) -> str:
        """In words; empty where all of the recording is taken."""
        if not self.starts_s:
            return ""
        taken = len(self.starts_s) * PIECE_S / 60
        return f"told from {taken:.1f} of {self.whole_s / 60:.1f} minutes, with speech and spread over the recording"

    def rows(self, x: np.ndarray, rate: float) -> np.ndarray:
        """The pieces of (n, n_channels) samples one after another; ``x`` itself where all is taken."""
        return np.concatenate([x[part] for part in self._parts(rate)]) if self.starts_s else x

    def sound(self, audio: np.ndarray, rate: float) -> np.ndarray:
        """The pieces of (n,) sound, each faded in and out: its joints must make no click where the channels jump."""
        if not self.starts_s:
            return audio
        fade = np.ones(round(PIECE_S * rate), np.float32)
        ramp = np.linspace(0, 1, round(FADE_S * rate), dtype=np.float32)
        fade[: len(ramp)], fade[-len(ramp) :] = ramp, ramp[::-1]
        return np.concatenate([audio[part] * fade for part in self._parts(rate)])

    def _parts(self, rate: float) -> list[slice]:
        size = round(PIECE_S * rate)
        return [slice(round(start * rate), round(start * rate) + size) for start in self.starts_s]


def spread_over(audio: np.ndarray, rate: float) -> Spread:
    """Choose the pieces by (n,) sound on the time of the channels.

    Pieces with little speech beside the others are passed over; of the rest as many as fit, evenly from first to last.
    """
    whole_s = len(audio) / rate
    if whole_s <= MOST_S:
        return Spread((), whole_s)
    hop = round(FRAME_S * rate)
    power = np.array([np.square(audio[k : k + hop], dtype=np.float64).mean() for k in range(0, len(audio) - hop, hop)])
    speech = power > np.sort(power)[-round(LOUD_S / FRAME_S)] * SPEECH_BELOW
    frames, most = round(PIECE_S / FRAME_S), round(MOST_S / PIECE_S)
    count = speech[: len(speech) // frames * frames].reshape(-1, frames).sum(axis=1)
    enough = np.flatnonzero(count >= max(1.0, 0.5 * np.sort(count)[-most]))
    if len(enough) > most:
        enough = enough[np.round(np.linspace(0, len(enough) - 1, most)).astype(int)]
    elif not len(enough):
        enough = np.arange(1)  # no speech at all: the audit says so itself
    return Spread(tuple(float(k * PIECE_S) for k in enough), whole_s)
