"""What stands between the decoder and an ear: ceiling, mute, fades, and silence when the signal is old."""

from __future__ import annotations

import math
import threading
import time

import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.session.settings import GAIN_RANGE_DB, SafetySettings
from bk_realtime.voice import guard_kernel as kernel
from bk_realtime.voice.loudness import N_SLOTS, SLOT_S, a_weighting, decibels
from bk_realtime.voice.true_peak import N_TAPS

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
OFFSET_HZ = 5.0
"""Below this nothing is let out: a constant, or the step of one."""
FAST_S, PEAK_S, ROOM_S = 0.125, 0.02, 0.1
"""Of the loudness limit: IEC 61672's fast level, how long a peak counts, and how fast a second's room may be used."""
FRESH_S = 1.0
"""The level of the last second is that of silence when so long nothing came."""


def amplitude(dbfs: float) -> float:
    """A level in dB re full scale as the largest float32 amplitude that does not exceed it."""
    exact = 10 ** (dbfs / 20)
    nearest = np.float32(exact)
    return float(nearest if float(nearest) <= exact else np.nextafter(nearest, np.float32(0)))


class OutputGuard:
    """Every sample that is heard passes here.

    * No output exceeds the ceiling, whatever comes in, neither at its samples nor between them. The limiter looks ten
      samples ahead (0.45 ms, :attr:`delay_s`), so that its gain is down before the peak comes; it recovers with 80 ms.
    * A constant offset does not come out, its step dies away within a tenth of a second.
    * Where the level of full scale at the ear is known, no second is louder than ``loudest_db_spl``, A-weighted.
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
    level_holds : whether the level measured at the ear is that of where and how loud it is played now; whoever watches
        that says so.
    stale : whether the newest block came too old.
    limiter_hits : samples so far at which the wave would have passed the ceiling.
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
        self._weights = a_weighting(sample_rate)
        self._rates = _rates(self._fade, sample_rate)
        full = settings.full_scale_db_spl
        self._loudest = math.inf if full is None else 0.5 * 10 ** ((settings.loudest_db_spl - full) / 10)
        self.muted = not settings.unmuted
        self.level_holds = True
        self._panicked, self._silenced_at = False, -math.inf
        self._order = threading.Lock()
        self._holds: dict[str, bool] = {}
        self.gain_db = settings.gain_db
        self.reset()

    def reset(self) -> None:
        """Forget the sound so far and the counts; mute and gain stay. What follows fades in."""
        self.stale = False
        self.limiter_hits = self.bad_samples = 0
        self._state = np.zeros(kernel.N_STATE)
        self._state[[kernel.GAIN, kernel.ENVELOPE, kernel.SOUND]] = self._gain, self.ceiling, 1.0
        self._history = np.zeros(N_TAPS)
        self._wanted, self._least = np.ones(2 * kernel.SPREAD + 2), np.ones(2 * kernel.SPREAD + 1)
        self._before, self._after = np.zeros(9), np.zeros(9)
        self._slots, self._clock = np.zeros((3, N_SLOTS)), np.zeros(2, np.int64)
        self._slots[2] = 1.0
        self._fed_at = -math.inf

    def splice(self) -> None:
        """What comes next does not go on where the last sample was: that dies away, the new fades in."""
        self._state[kernel.REST] = self._state[kernel.LAST]
        self._state[kernel.SOUND] = 0.0

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
        return bool(self._state[kernel.GATE] == 0)

    @property
    def delay_s(self) -> float:
        """By how much what comes out is late, in seconds."""
        return float(kernel.DELAY / self.sample_rate)

    def levels(self) -> dict[str, float | None]:
        """What came out in the last second, by field of :class:`~bk_realtime.session.status.Status`."""
        full = self.settings.full_scale_db_spl if self.level_holds else None
        peak, power, held = 0.0, 0.0, 1.0
        if time.perf_counter() - self._fed_at < FRESH_S:
            energy, peaks, gains = self._slots.copy()
            peak, power, held = peaks.max(), energy.sum() / (self._rates[kernel.SLOT] * (N_SLOTS - 1)), gains.min()
        return {
            "peak_dbfs": 20 * math.log10(max(float(peak), 1e-6)),
            "limiting_db": 0.0 if held >= 1 else -20 * math.log10(max(float(held), 1e-6)),
            "level_db_spl": None if full is None else full + decibels(float(power)),
            "loudest_db_spl": None if full is None else self.settings.loudest_db_spl,
        }

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
        """Fade out; stays muted until an :meth:`unmute` that was asked for later."""
        with self._order:
            self._silenced_at = time.perf_counter()
            self.muted = True

    def unmute(self, asked: float = math.inf) -> bool:
        """Fade in, unless the data are stale; ends a panic.

        Parameters
        ----------
        asked : when this was asked for, in seconds of ``time.perf_counter``. A panic or a mute overtakes what waits, so
            what was asked for before it is not done any more.

        Returns
        -------
        bool
            Whether it was done.
        """
        with self._order:
            if asked <= self._silenced_at:
                return False
            self._panicked = self.muted = False
            return True

    def panic(self) -> None:
        """Out within 1 ms; stays muted until an :meth:`unmute` that was asked for later."""
        with self._order:
            self._silenced_at = time.perf_counter()
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
        direction = -1.0 if self.muted or self.stale or holds else 1.0
        hits, bad = kernel.guard(
            np.ascontiguousarray(samples, np.float32),
            out,
            self._state,
            self._history,
            self._wanted,
            self._least,
            self._before,
            self._after,
            self._slots,
            self._clock,
            self._weights,
            self._rates,
            (direction * step, self._gain, self.ceiling, self._loudest),
        )
        self.limiter_hits += hits
        self.bad_samples += bad
        self._fed_at = time.perf_counter()
        return out


def _rates(fade: float, sample_rate: int) -> np.ndarray:
    """What the kernel wants to know of times, for this rate."""

    def kept(seconds: float) -> float:
        return math.exp(-1 / (seconds * sample_rate))

    rates = np.zeros(kernel.N_RATES)
    rates[kernel.FADE], rates[kernel.GAIN_RATE] = fade, 1 - kept(GAIN_S)
    rates[kernel.RELEASE], rates[kernel.DECAY] = kept(RELEASE_S), kept(HOLD_S)
    rates[kernel.DC_DECAY] = math.exp(-2 * math.pi * OFFSET_HZ / sample_rate)
    rates[kernel.FAST_RATE], rates[kernel.PEAK_DECAY] = 1 - kept(FAST_S), kept(PEAK_S)
    rates[kernel.ROOM_RATE] = 1 / (ROOM_S * sample_rate)
    rates[kernel.RATE], rates[kernel.SLOT] = sample_rate, round(SLOT_S * sample_rate)
    return rates
