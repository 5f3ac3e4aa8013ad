"""Does the voice come out of its own sound? The loop from the ear through the brain is found by taking the sound away.

What is decoded always resembles what was played a moment ago, because both are one voice: no correlation of the two
tells a loop from a person who speaks. Taking the sound away does. Where a voice is heard for ten seconds without a
pause its sound is left out for half a second. Where that ends it, the next such voices are tried after two seconds, in
turn with and without their sound, which says how often they end by themselves. A voice that ends each time its own
sound is missing, and never when it is not, is made by that sound: it is held, and said.

A voice that goes on is a person's, or a decoder's that babbles: the next trial comes after a rest, and each rest is
twice as long as the one before. Each trial is on record with the stamp of the sound that was left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bk_realtime.decoded import Decoded
from bk_realtime.session.events import make_event
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.voice_gate import Fades

NAME = "feedback loop"
"""Of the hold and of the standing fault."""
ON_DBFS, LOUD_DBFS = -45.0, -40.0
"""A frame that is louder where it leaves for the guard counts as voice; a voice is tried where it is louder than the
second on average. What no one hears makes no loop."""
PAUSE_S = 0.15
"""A shorter dip is no pause."""
VOICE_S, AGAIN_S = 10.0, 2.0
"""A voice this long without a pause is tried; one after another has ended for want of its sound."""
TRIAL_S, LEFT_OUT_S, LOOK_S = 0.6, 0.5, 0.3
"""Length of a trial, for how long its sound is left out, and from when on in it the voice is looked at."""
FALL_DB = 10.0
"""A voice that has fallen by so much has ended."""
ENDS = 3
"""So many trials in a row without the sound must end the voice, and all those with the sound between them not."""
REST_S, LONGEST_REST_S = 30.0, 480.0
"""No trial for this long after a voice that went on without its sound; twice as long each time, up to this. A gain that
is raised or a voice that ended for want of its sound begins with the short one again."""


class LoopWatch:
    """The last step on the voice (:class:`~bk_realtime.voice.shaping.Shaper`).

    Parameters
    ----------
    guard : is told to hold; what it keeps back is not tried.
    sample_rate, hop : of the sound, in Hz and in samples a frame.
    fade_ms : length of the fades.
    note : takes events; from any thread.
    """

    def __init__(
        self, guard: OutputGuard, sample_rate: int, hop: int, fade_ms: float, note: Callable[[dict[str, Any]], None]
    ) -> None:
        self._guard, self._note = guard, note
        self._hop, self._frame_s = hop, hop / sample_rate
        self._fades = Fades(fade_ms, sample_rate, position=1.0)
        self._rest, self._next_rest, self._gain_db = 0.0, REST_S, guard.gain_db
        self._held, self._leave_out, self.trials = False, True, 0
        self._ends, self._trial_s, self._stamp = 0, -1.0, math.nan
        self.left_out = 0
        """How often sound was left out."""
        self.reset()

    def reset(self) -> None:
        """A new segment: a voice begins anew. What was found so far stays."""
        if self._trial_s >= 0 and not math.isnan(self._stamp):
            self._say_left_out("broken off, the voice was no longer heard", None)
        self._part = np.zeros((2, 0))  # squares of a frame that is not full yet, as decoded and as it leaves
        self._voice_s = self._pause_s = self._loudness = 0.0
        self._before: list[float] = []
        self._trial_s, self._after = -1.0, [0.0]

    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """(n,) float32 for (n,) float32."""
        new = np.square(np.stack([decoded.audio, sound]).astype(np.float64))
        squares = np.concatenate([self._part, new], 1)
        n = squares.shape[1] // self._hop
        self._part = squares[:, n * self._hop :]
        for powers in squares[:, : n * self._hop].reshape(2, n, self._hop).mean(2).T.tolist():
            self._frame(*(10 * math.log10(power + 1e-12) if math.isfinite(power) else -120.0 for power in powers))
        leaves_out = self._leave_out and 0 <= self._trial_s < LEFT_OUT_S
        if leaves_out and math.isnan(self._stamp) and len(sound):
            self._stamp = float(stamps[0])
        return self._fades.let_out(sound, np.full(len(sound), not leaves_out))

    def _frame(self, level_db: float, heard_db: float) -> None:
        audible = not (self._guard.muted or self._guard.stale or self._guard.holds)
        self._rest = max(0.0, self._rest - self._frame_s)
        if self._guard.gain_db > self._gain_db:  # louder: there may be a loop now
            self._rest, self._next_rest = min(self._rest, REST_S), REST_S
        self._gain_db = self._guard.gain_db
        if self._trial_s >= 0:
            if not audible:
                self.reset()
                return
            self._trial_s += self._frame_s
            if self._trial_s >= LOOK_S:
                self._after.append(level_db)
            if self._trial_s >= TRIAL_S:
                self._judge()
            return
        self._pause_s = 0.0 if heard_db > ON_DBFS else self._pause_s + self._frame_s
        if not audible or self._pause_s > PAUSE_S:
            self._voice_s, self._loudness, self._before = 0.0, 0.0, []
            return
        self._voice_s += self._frame_s
        self._loudness += (heard_db - LOUD_DBFS) * self._frame_s  # above 0: louder on average
        self._before = [*self._before[-42:], level_db]
        long_s = AGAIN_S if self._ends else VOICE_S
        if self._voice_s >= long_s and self._loudness > 0 and not self._rest:
            self._trial_s, self._after, self._stamp = 0.0, [], math.nan

    def _judge(self) -> None:
        """One trial is over."""
        if self._leave_out and math.isnan(self._stamp):  # it began and ended within one long piece of sound
            self.reset()
            return
        ended = float(np.mean(self._after)) < float(np.mean(self._before)) - FALL_DB
        self.trials += 1
        if self._leave_out:
            self._ends = self._ends + 1 if ended else 0
            if ended:
                self._next_rest = REST_S
                self._say_left_out("it ended, and is looked at again", True)
            else:
                self._rest, self._next_rest = self._next_rest, min(2 * self._next_rest, LONGEST_REST_S)
                self._say_left_out(f"it went on, so there is none; no other look for {self._rest:.0f} s", False)
        elif ended:
            self._ends = 0  # such a voice ends by itself: nothing is known
        self._leave_out = not self._leave_out or self._ends == 0
        self._trial_s, self._voice_s, self._loudness, self._before = -1.0, 0.0, 0.0, []
        if self._ends >= ENDS:
            self._ends = 0
            self._guard.hold(NAME)
            text = (
                f"feedback loop: the voice ended {ENDS} of {ENDS} times when its own sound was left out, and never "
                "when it was not; it is held: turn it down or use earphones, then release it"
            )
            self._note(make_event("feedback loop", text, active_fault=NAME))
            self._held = True  # last: the main thread looks for a release from now on

    def _say_left_out(self, found: str, ended: bool | None) -> None:
        """On record: what was heard had a hole."""
        self.left_out += 1
        text = f"the voice was left out for {LEFT_OUT_S:g} s at most to look for a feedback loop: {found}"
        self._note(make_event("loop watch", text, ended=ended, stamp=self._stamp))

    def figures(self) -> dict[str, Any]:
        """Fields of the status; from any thread."""
        return {"loop_trials": self.left_out}

    def look(self, now: float) -> None:
        """Say so where the operator has released it."""
        if self._held and NAME not in self._guard.holds:
            self._held = False
            self._note(make_event("loop over", "the voice was released from the feedback loop", corrected=NAME))
