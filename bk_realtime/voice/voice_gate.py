"""What lets the voice out: the bundle's speech gate, and the operator's key where the session is held to talk."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from bk_realtime.chain import Chain
from bk_realtime.compiled import njit
from bk_realtime.decoded import Decoded
from bk_realtime.errors import BkError, InputError
from bk_realtime.session.control import TALK_S
from bk_realtime.session.events import make_event


@njit
def _let_out(x, wanted, position, step):  # type: ignore[no-untyped-def]
    """The sound under a raised cosine that moves to 1 where it is wanted and to 0 elsewhere; and where it ended."""
    y = np.empty(len(x), np.float32)
    for i in range(len(x)):
        position = min(1.0, max(0.0, position + (step if wanted[i] else -step)))
        y[i] = x[i] if position == 1.0 else x[i] * (0.5 - 0.5 * np.cos(np.pi * position))
    return y, position


class Fades:
    """Sound that fades in where it is wanted and out where it is not; any chunking gives the same."""

    def __init__(self, fade_ms: float, sample_rate: int, position: float = 0.0) -> None:
        self._step, self._position = 1e3 / (fade_ms * sample_rate), position
        self.let_out(np.zeros(1, np.float32), np.full(1, position > 0))  # compiled before the first sound

    def let_out(self, sound: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """(n,) float32 for (n,) float32 and (n,) bool."""
        out, self._position = _let_out(np.ascontiguousarray(sound, np.float32), wanted, self._position, self._step)
        return np.asarray(out)

    def reset(self) -> None:
        """What follows fades in."""
        self._position = 0.0


class FrameFlags:
    """Flags of frames of features, for the samples of sound that come out of the vocoder when they are known.

    Parameters
    ----------
    chain : the signal path, for its frames.
    """

    def __init__(self, chain: Chain) -> None:
        self._ahead, self._hop = chain.frames_ahead, chain.frame_clock.hop_length
        self.reset()

    def reset(self) -> None:
        """A new segment."""
        self._flags: deque[bool] = deque()  # of the frames whose sound is not out yet
        self._first, self._n_audio = 0, 0

    def add(self, flag: bool) -> None:
        """Of the next frame of features."""
        self._flags.append(flag)

    def of_samples(self, n: int) -> np.ndarray:
        """(n,) bool of the next samples, n of at least 1."""
        flags = np.array(self._flags, np.bool_)
        frames = (self._n_audio + np.arange(n)) // self._hop + self._ahead - self._first
        self._n_audio += n
        wanted: np.ndarray = flags[np.minimum(frames, len(flags) - 1)]
        for _ in range(min(int(frames[-1]), len(flags) - 1)):
            self._flags.popleft()
            self._first += 1
        return wanted


class VoiceGate:
    """A step on the voice (:class:`~bk_realtime.voice.shaping.Shaper`): open where the speech gate is.

    It delays nothing. The gate of a frame of sound is what the detector says when the sound comes out of the vocoder,
    so it has seen ``frames_ahead`` frames of the signal behind it (the vocoder's and decoder's own lookahead); and it
    has learnt to open a little before speech.

    Parameters
    ----------
    chain : the signal path, for its frames and whether it has a speech gate.
    gated : the speech gate acts; otherwise it is only shown and recorded, and no sample is changed.
    fade_ms : length of the fades.
    """

    def __init__(self, chain: Chain, gated: bool, fade_ms: float) -> None:
        self.gated = gated
        self._has_gate = chain.bundle.gate is not None
        self._flags = FrameFlags(chain)
        self._frame_s = chain.frame_clock.hop_length / chain.frame_clock.sample_rate
        self._fades = Fades(fade_ms, chain.frame_clock.sample_rate)
        self.openings, self.open_s, self.probability = 0, 0.0, math.nan
        self.reset()

    def reset(self) -> None:
        """A new segment: closed, what follows fades in."""
        self._flags.reset()
        self._open = False
        self._fades.reset()

    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """(n,) float32 for (n,) float32."""
        for probability, is_open in decoded.gate.tolist():
            self.openings += bool(is_open) and not self._open
            self._open, self.probability = bool(is_open), probability
            self.open_s += self._frame_s * is_open
            if self.gated:
                self._flags.add(self._open)
        if not len(sound) or not self.gated:
            return sound
        return self._fades.let_out(sound, self._flags.of_samples(len(sound)))

    def figures(self) -> dict[str, Any]:
        """Fields of the status; from any thread."""
        if not self._has_gate:
            return {"gate": "none"}
        return {
            "gate": "off" if not self.gated else "open" if self._open else "closed",
            "gate_probability": self.probability if math.isfinite(self.probability) else None,
            "gate_openings": self.openings,
            "gate_open_s": self.open_s,
        }


class TalkGate:
    """A step on the voice: nothing is heard unless :meth:`talk` was said within the last ``TALK_S``.

    Parameters
    ----------
    fade_ms, sample_rate : of the fades, of the sound in Hz.
    wanted : the session is held to talk; otherwise the command is refused.
    note : takes events; from any thread.
    now : this machine's LSL clock.
    """

    def __init__(
        self,
        fade_ms: float,
        sample_rate: int,
        wanted: bool,
        note: Callable[[dict[str, Any]], None],
        now: Callable[[], float],
    ) -> None:
        self.wanted, self._note, self._now = wanted, note, now
        self._fades = Fades(fade_ms, sample_rate)
        self._until, self._released, self._told = -math.inf, -math.inf, False

    # ---- decode thread -------------------------------------------------------------------------------------------
    def reset(self) -> None:
        """A new segment: what follows fades in."""
        self._fades.reset()

    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """(n,) float32 for (n,) float32; the word runs out here, so no other thread that hangs keeps the voice on."""
        return self._fades.let_out(sound, np.full(len(sound), self.talking(now)))

    # ---- other threads -------------------------------------------------------------------------------------------
    def talking(self, now: float) -> bool:
        """Whether the key counts as held at LSL time ``now``."""
        return now < self._until

    def talk(self, command: dict[str, Any]) -> dict[str, Any] | None:
        """Take the command ``talk``: ``held`` true counts for ``TALK_S`` from when it was ``sent``, false ends it.

        Raises
        ------
        BkError
            The session is not held to talk, a value is missing or of the wrong kind, or it comes too late.
        """
        if not self.wanted:
            raise InputError("talk: the voice waits for no key; expected a session with --hold-to-talk, start it so")
        held, sent = command.get("held"), command.get("sent")
        if not isinstance(held, bool) or isinstance(sent, bool) or not isinstance(sent, (int, float)):
            expected = "held true or false, and sent, seconds of time.perf_counter()"
            raise InputError(f"talk: expected {expected}, got {held!r} and {sent!r}; name both")
        age = time.perf_counter() - sent
        if not held:
            self._released, self._until = max(self._released, sent), -math.inf
        elif not abs(age) <= TALK_S:
            raise BkError(f"talk: asked for {age:.1f} s ago, expected at most {TALK_S:g} s; hold the key again")
        elif sent > self._released:  # not one that was overtaken by the key's release
            self._until = self._now() + TALK_S - max(age, 0.0)
        else:
            return None
        if held == self._told:
            return None
        self._told = held
        return make_event("command", f"talk key {'held: the voice is let out' if held else 'released'}", command="talk")

    def look(self, now: float) -> None:
        """Put it on record where the key has not been heard of for too long."""
        if self._told and not self.talking(now):
            self._told = False
            text = f"nothing from the talk key for {TALK_S:g} s: the voice is closed"
            self._note(make_event("command", text, command="talk"))

    def figures(self) -> dict[str, Any]:
        """Fields of the status; from any thread."""
        return {"talk": "" if not self.wanted else "held" if self.talking(self._now()) else "waiting"}
