"""What stands between the decoder and an ear: ceiling, mute, fades, and silence when the signal is old."""

from __future__ import annotations

import math
import threading
import time

import numpy as np

from bk_realtime.compiled import njit
from bk_realtime.errors import InputError, OptionError
from bk_realtime.session.settings import GAIN_RANGE_DB, SafetySettings

RELEASE_S = 0.08
"""Time constant of the limiter's recovery."""
PANIC_S = 0.001
"""Length of the fade of a panic mute."""
GAIN_S = 0.005
"""Time constant with which a new gain is reached."""
HOLD_S = 0.001
"""Time constant with which the last good sample dies away where samples are not numbers."""
RECOVER = 0.75
"""Sound comes back when the data are younger than this part of ``max_age_ms``, so that it does not flutter."""
OVERDRIVE = 100.0
"""The limiter takes no sample for louder than this times the ceiling: one absurd value must not deafen it for long."""

# places in the state vector: mute gate 0..1, linear gain, limiter envelope, dying remainder of the last good sample,
# fade 0..1 after bad samples, newest value before gain and limiter
_GATE, _GAIN, _ENVELOPE, _REST, _SOUND, _LAST = range(6)


@njit
def _cosine(position):  # type: ignore[no-untyped-def]
    if position <= 0.0:
        return 0.0
    return 1.0 if position >= 1.0 else 0.5 - 0.5 * np.cos(np.pi * position)


@njit
def _guard(x, y, state, gate_step, sound_step, gain, ceiling, gain_rate, release, decay):  # type: ignore[no-untyped-def]
    hits, bad = 0, 0
    for i in range(len(x)):
        v = np.float64(x[i])
        if np.isfinite(v):
            state[_REST] *= decay
            if abs(state[_REST]) < 1e-12:
                state[_REST] = 0.0
            state[_SOUND] = min(1.0, state[_SOUND] + sound_step)
            v = _cosine(state[_SOUND]) * v + state[_REST]
        else:
            bad += 1
            state[_REST] = state[_LAST] * decay
            state[_SOUND] = 0.0
            v = state[_REST]
        state[_LAST] = v
        state[_GAIN] += gain_rate * (gain - state[_GAIN])
        v = min(max(v * state[_GAIN], -OVERDRIVE * ceiling), OVERDRIVE * ceiling)
        if abs(v) > ceiling:
            hits += 1
        state[_ENVELOPE] = max(abs(v), ceiling + (state[_ENVELOPE] - ceiling) * release)
        state[_GATE] = min(1.0, max(0.0, state[_GATE] + gate_step))
        v *= ceiling / state[_ENVELOPE] * _cosine(state[_GATE])
        y[i] = min(max(v, -ceiling), ceiling)  # only rounding is left to cut
    return hits, bad


def amplitude(dbfs: float) -> float:
    """A level in dB re full scale as the largest float32 amplitude that does not exceed it."""
    exact = 10 ** (dbfs / 20)
    nearest = np.float32(exact)
    return float(nearest if float(nearest) <= exact else np.nextafter(nearest, np.float32(0)))


class OutputGuard:
    """Every sample that is heard passes here.

    * No output exceeds the ceiling, whatever comes in. The limiter has no lookahead: its gain falls at once to what
      the peak needs and recovers with 80 ms, so it never adds a jump that the input does not have.
    * Mute, unmute, stale data and their return are raised-cosine fades of ``fade_ms``; panic takes 1 ms.
    * NaN and infinities become silence: the last good sample dies away within milliseconds, sound fades back in.
    * Data older than ``max_age_ms`` fade out, and in again below three quarters of it.
    * Whoever finds that sound may hurt holds it (:meth:`hold`) under a name; it fades in when every hold is released.
      Unmuting releases none.

    Chunking changes nothing. ``mute``, ``unmute``, ``panic`` and ``gain_db`` may be set from another thread; they act
    from the next block on.

    Parameters
    ----------
    settings : levels and times.
    sample_rate : audio rate in Hz.

    Attributes
    ----------
    muted : whether mute is on. Starts as the opposite of ``settings.unmuted``.
    stale : whether the newest block came too old.
    limiter_hits : samples so far that were above the ceiling.
    bad_samples : samples so far that were not finite.

    Raises
    ------
    BkError
        A setting out of range.
    """

    def __init__(self, settings: SafetySettings, sample_rate: int) -> None:
        if sample_rate < 1000:
            raise InputError(f"sample_rate: expected an audio rate of 1000 Hz or more, got {sample_rate}")
        self.settings, self.sample_rate = settings, sample_rate
        self.ceiling = amplitude(settings.ceiling_dbfs)
        self._fade = 1e3 / (settings.fade_ms * sample_rate)
        self._panic_fade = max(self._fade, 1 / (PANIC_S * sample_rate))
        self._gain_rate = -math.expm1(-1 / (GAIN_S * sample_rate))
        self._release = math.exp(-1 / (RELEASE_S * sample_rate))
        self._decay = math.exp(-1 / (HOLD_S * sample_rate))
        self.muted = not settings.unmuted
        self._panicked, self._panicked_at = False, -math.inf
        self._order = threading.Lock()
        self._holds: dict[str, bool] = {}
        self.gain_db = settings.gain_db
        self.reset()

    def reset(self) -> None:
        """Forget the sound so far and the counts; mute and gain stay. What follows fades in."""
        self.stale = False
        self.limiter_hits = self.bad_samples = 0
        self._state = np.array([0.0, self._gain, self.ceiling, 0.0, 1.0, 0.0])

    @property
    def gain_db(self) -> float:
        """Volume in dB, -60 to 24, before the limiter; a change is reached within milliseconds."""
        return self._gain_db

    @gain_db.setter
    def gain_db(self, value: float) -> None:
        low, high = GAIN_RANGE_DB
        if not low <= value <= high:
            raise OptionError(f"gain_db: expected {low:g} to {high:g} dB, got {value}")
        self._gain_db, self._gain = float(value), 10 ** (value / 20)

    @property
    def silent(self) -> bool:
        """Whether a fade-out has reached its end."""
        return bool(self._state[_GATE] == 0)

    @property
    def longest_age_s(self) -> float:
        """Nothing older than this is ever heard: the limit, and the fade that begins there. In seconds."""
        return (self.settings.max_age_ms + self.settings.fade_ms) / 1e3

    @property
    def holds(self) -> tuple[str, ...]:
        """Names of what holds the sound now, oldest first."""
        return tuple(self._holds)

    def hold(self, name: str, at_once: bool = False) -> None:
        """Fade out, within 1 ms where ``at_once``, until :meth:`release` of the same name; from any thread."""
        with self._order:
            self._holds = {**self._holds, name: at_once}

    def release(self, name: str) -> bool:
        """End the hold of this name; whether there was one."""
        with self._order:
            known = name in self._holds
            self._holds = {key: value for key, value in self._holds.items() if key != name}
        return known

    def mute(self) -> None:
        """Fade out."""
        self.muted = True

    def unmute(self, asked: float = math.inf) -> bool:
        """Fade in, unless the data are stale; ends a panic.

        Parameters
        ----------
        asked : when this was asked for, in seconds of ``time.perf_counter``. A panic overtakes what waits, so what was
            asked for before it is not done any more.

        Returns
        -------
        bool
            Whether it was done.
        """
        with self._order:
            if asked <= self._panicked_at:
                return False
            self._panicked = self.muted = False
            return True

    def panic(self) -> None:
        """Out within 1 ms; stays muted until an :meth:`unmute` that was asked for later."""
        with self._order:
            self._panicked_at = time.perf_counter()
            self._panicked = self.muted = True

    def process(self, samples: np.ndarray, age_s: float | None = None) -> np.ndarray:
        """One block on its way to the ear.

        Parameters
        ----------
        samples : (n,) float32, full scale 1; any n.
        age_s : age in seconds of the data that the block was made from; infinite or NaN counts as too old; ``None``
            leaves :attr:`stale` as it is (nothing decoded, or no live source).

        Returns
        -------
        (n,) float32, never above the ceiling.
        """
        if age_s is not None:
            limit = self.settings.max_age_ms / 1e3 * (RECOVER if self.stale else 1.0)
            self.stale = not age_s <= limit
        holds = self._holds
        step = self._panic_fade if self._panicked or any(holds.values()) else self._fade
        out = np.empty(len(samples), np.float32)
        hits, bad = _guard(
            np.ascontiguousarray(samples, np.float32),
            out,
            self._state,
            -step if self.muted or self.stale or holds else step,
            self._fade,
            self._gain,
            self.ceiling,
            self._gain_rate,
            self._release,
            self._decay,
        )
        self.limiter_hits += hits
        self.bad_samples += bad
        return out
