"""The learning curve of `bk_realtime learn --figures`: read typed, and said in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from bk_realtime.errors import BkError
from bk_realtime.shown import shown
from bk_realtime.typed import Within, from_dict
from gui.train.score_words import NO, UNTOLD, YES

WORTH_R = 0.02
"""Less in r than this is no reason to go on reading: parts of one recording differ by as much."""
MORE_MIN = 5
"""Minutes whose worth `learn` tells."""
STOP = "stop"
_R = Annotated[float, Within(-2.0, 2.0)]


@dataclass(frozen=True)
class Learnt:
    """A line of `learn --figures`, as far as the window shows it.

    Attributes
    ----------
    seconds, speech_s : of the recording, and of speech in it.
    points : seconds of speech learnt before a stretch was decoded, and its r inside speech.
    curve : seconds of speech, r and its 95 % interval by the curve through the points.
    gain : what five more minutes would add to r, and its 95 % interval.
    r, r_limit, partial, partial_limit : of the newest window, and what chance reaches.
    over_scratch : what a decoder that goes on from yesterday's has over one of today alone: r, and its 95 % interval.
    carried_text : the same in a sentence; empty where it began from nothing.
    verdict, text : works, stop, not yet or too little speech, and in a sentence.
    """

    seconds: Annotated[float, Within(0.0, 1e7)]
    speech_s: Annotated[float, Within(0.0, 1e7)]
    verdict: str
    text: str
    points: tuple[tuple[float, _R], ...] = ()
    curve: tuple[tuple[float, _R, float, float], ...] = ()
    gain: tuple[_R, float, float] | None = None
    r: _R | None = None
    r_limit: _R | None = None
    partial: _R | None = None
    partial_limit: float | None = None
    over_scratch: tuple[_R, float, float] | None = None
    carried_text: str = ""
    light: str = ""
    light_text: str = ""

    @property
    def minutes_a_second(self) -> float:
        """Minutes of recording that held a second of speech."""
        return self.seconds / self.speech_s / 60 if self.speech_s > 0 else 0.0


def learnt_of(said: dict[str, Any]) -> Learnt | None:
    """What a line of JSON tells; None where it is another one or cannot be used."""
    try:
        told = said["learnt"]
        return from_dict(Learnt, {key: told[key] for key in Learnt.__dataclass_fields__ if key in told})
    except (BkError, KeyError, TypeError):
        return None


def helps(told: Learnt | None) -> str:
    """Whether five more minutes of reading would help: yes, no or cannot tell."""
    if told is None or told.gain is None or told.verdict == STOP:
        return UNTOLD
    r, low, high = told.gain
    if low > 0 and r >= WORTH_R:
        return YES
    return NO if high < WORTH_R else UNTOLD


def more_words(told: Learnt | None) -> str:
    """The same as a line, with how much."""
    line = f"About {MORE_MIN} more minutes would help: {helps(told)}"
    if told is not None and told.verdict == STOP:  # a figure of what hears the room says nothing
        return line
    if told is None or told.gain is None:
        return line if told is None else f"{line} (a minute of speech is needed; {told.speech_s:.0f} s so far)"
    r, low, high = told.gain
    return f"{line} (r inside speech {r:+.2f}, 95 % {low:+.2f} to {high:+.2f})"


def curve_words(told: Learnt | None, name: str, others: int, trouble: str = "") -> str:
    """The line below: what the curve rests on, or why there is none; ``others``: recordings that it leaves out."""
    if told is None:
        return f"no learning curve of {shown(name, 80)}: {shown(trouble, 200) or 'nothing was learnt'}"
    if told.verdict == STOP:
        return shown(told.text, 300)
    text = f"the linear decoder in {shown(name, 80)}, each stretch decoded before it was learnt"
    return text + (f"; {others} other ticked recording{'s' if others > 1 else ''} not counted" if others else "")
