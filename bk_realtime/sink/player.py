"""The reader's side of the sound buffer: what a sound card's callback does, without a sound card.

The callback only copies and counts. It never locks, logs or allocates, and every edge between sound and silence is
faded, so that neither a start nor an underrun nor a skip clicks.
"""

from __future__ import annotations

import numpy as np

from bk_realtime.sink.deadlines import Deadlines
from bk_realtime.sink.ring import Ring

STALL_S = 0.1
"""Without a sign of life from the writer for so long, what waits is not played any more."""
_FADE = 64  # samples: 3 ms at 22,050 Hz
WATCH_S = 0.25
"""Least time without need of what waits, before it is skipped."""


class Player:
    """Reads a :class:`~bk_realtime.sink.ring.Ring` block by block.

    Plays once ``prefill`` samples wait. When the ring runs dry it fades out, counts an underrun and waits for the
    prefill again. What was never needed for a while (``watch``) beyond ``rest + slack`` is latency for nothing (the
    writer stalled and caught up): it is skipped with a crossfade.

    What has waited beyond its deadline, and all that waits where the writer gives no sign of life for
    :data:`STALL_S`, is thrown away, never played: the sound fades out, and in again with what is new. That is checked
    here, by the device's own thread, since the thread that decodes may be the one that hangs.

    Parameters
    ----------
    ring : written by one other thread.
    sample_rate : Hz, of the device.
    prefill : samples to wait for before the first is played.
    slack : excess that is left to the drift control.
    """

    def __init__(self, ring: Ring, sample_rate: int, prefill: int, slack: int) -> None:
        self.ring, self.prefill, self.slack = ring, prefill, slack
        self.rest = prefill
        """Samples that a skip leaves as the fewest."""
        self.underruns = self.skipped = self.blocks = self.cuts = 0
        self.deadlines = Deadlines(sample_rate)
        self.fed_s = 0.0
        """Clock at the writer's last sign of life; the writer sets it."""
        self.played_s = 0.0
        """Clock at the last callback."""
        self.block = 0
        """Samples that the last callback took."""
        self.dry_s = 0.0
        """Clock at which the last sound ran out, of the last underrun."""
        self.lowest = 1 << 62
        """Fewest samples left after a callback since the writer last set it back."""
        self._rate = sample_rate
        self.watch = max(1, round(WATCH_S * sample_rate))
        """Samples without need of what waits, before that is skipped; longer than any packet."""
        self._watched, self._least = 0, 1 << 62
        self._playing = self._ending = self._hush = False
        self._last, self._faded = 0.0, _FADE
        self._up = np.linspace(0.0, 1.0, _FADE, dtype=np.float32)
        self._down = self._up[::-1].copy()
        self._other = np.zeros(_FADE, np.float32)

    def finish(self) -> None:
        """Fade out in the next block and be silent from then on."""
        self._ending = True

    def hush(self) -> None:
        """Fade out in the next block and throw away what waits; what is written later is played as ever."""
        self._hush = True

    @property
    def silent(self) -> bool:
        """Nothing can be heard any more, or yet."""
        return not self._playing and self._faded == _FADE

    @property
    def playing(self) -> bool:
        """Sound is running (False before the prefill is there)."""
        return self._playing

    def read(self, out: np.ndarray, now: float, kept_back: bool = False) -> None:
        """Fill ``out`` (n,) float32. Called by the device, from its own thread.

        ``kept_back``: with zeros, and throw away what waits. Without a fade: what came before was heard of another
        stream, and the end of a fade at a wrong place is sound there.
        """
        self.played_s, self.block = now, len(out)
        self.blocks += 1
        if kept_back:
            self.ring.skip(self.ring.fill)
            self._playing, self._faded = False, _FADE
            out.fill(0.0)
            return
        stalled = now - self.fed_s > STALL_S
        fill = self.ring.fill
        hushed, self._hush = self._hush, False
        old = fill if stalled or hushed else min(fill, self.deadlines.expired(self.ring.n_read, now))
        if old:
            self.ring.skip(old)
            fill -= old
            if self._playing and not self._ending:
                self.cuts += not hushed
                self._playing, self._faded = False, 0
        if not self._playing:
            if self._faded < _FADE or self._ending or stalled or fill < max(self.prefill, len(out)):
                self._fade_on(out, 0)
                return
            self._playing = True
            self._watched, self._least = 0, 1 << 62
            self.ring.read(out)
            # a block shorter than the fade gets a steeper one: the largest power of two that fits
            fade = min(_FADE, 1 << (len(out).bit_length() - 1))
            np.multiply(out[:fade], self._up[:: _FADE // fade], out=out[:fade])
            self._last = out[-1]
            return
        if self._ending or fill < len(out):
            self.dry_s = now + fill / self._rate
            self.underruns += not self._ending
            self._fall_silent(out)
            return
        self.ring.read(out)
        self._last = out[-1]
        left = fill - len(out)
        self._least, self.lowest = min(self._least, left), min(self.lowest, left)
        self._watched += len(out)
        if self._watched >= self.watch:
            excess = self._least - self.rest
            if excess > self.slack:
                self._skip(out, excess)
            self._watched, self._least = 0, 1 << 62

    def _fall_silent(self, out: np.ndarray) -> None:
        """What is left, then the last sample's value falling to zero."""
        n = 0 if self._ending else self.ring.read(out)
        if n:
            self._last = out[n - 1]
        self._playing, self._faded = False, 0
        self._fade_on(out, n)

    def _fade_on(self, out: np.ndarray, n: int) -> None:
        """From sample ``n``: the rest of the fall to zero, which may span blocks, then silence."""
        fade = min(_FADE - self._faded, len(out) - n)
        np.multiply(self._down[self._faded : self._faded + fade], self._last, out=out[n : n + fade])
        out[n + fade :].fill(0.0)
        self._faded += fade

    def _skip(self, out: np.ndarray, n: int) -> None:
        """Drop ``n`` samples after this block; the block's end fades into what comes just before the new place."""
        fade = min(_FADE, len(out), n)
        self.ring.skip(n - fade)
        other = self._other[:fade]
        self.ring.read(other)
        tail = out[len(out) - fade :]
        np.multiply(tail, self._down[_FADE - fade :], out=tail)
        np.multiply(other, self._up[:fade], out=other)
        np.add(tail, other, out=tail)
        self.skipped += n
