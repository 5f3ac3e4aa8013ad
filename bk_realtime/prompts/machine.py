"""The trial machine: cross, word, gap, breaks, pauses and verdicts, by a clock that it is given. No screen, no LSL."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bk_realtime.prompts.marks import ABORT, END, START, trial_mark, verdict_mark
from bk_realtime.prompts.order import in_order
from bk_realtime.prompts.settings import PromptSettings, Task
from bk_realtime.prompts.tally import Tally, Trial
from bk_realtime.prompts.words import Prompt

Kind = Literal["blank", "cross", "word", "break", "pause", "done"]
CROSS, RUN = "cross", "prompts"
"""What markers of the fixation cross, and of the run itself, begin with."""
MOST_ROUNDS = 2
"""Times that the words of bad trials are shown again."""


@dataclass(frozen=True)
class Screen:
    """What the participant is to see: the word where ``kind`` says so, else a cross or nothing."""

    kind: Kind
    prompt: Prompt | None = None


@dataclass(frozen=True)
class Change:
    """What is new.

    Attributes
    ----------
    screen : to be shown; None: it stays.
    marks : texts to send, in this order; with a screen at the moment when it is on the display, else at once.
    """

    screen: Screen | None = None
    marks: tuple[str, ...] = ()


NOTHING = Change()


class TrialMachine:
    """One run through a list.

    Every method takes the time in seconds of any clock that only goes forwards, and returns the :class:`Change`.
    Whatever the order of calls, each ``start`` marker is followed by its ``end`` or ``abort`` before the next one.

    Parameters
    ----------
    prompts : the list.
    settings : timing, order, breaks.
    task : what the participant does; a run of ``silence`` takes a list of one, and is no trial for readers.
    seconds_of : how long a prompt stays; None: ``settings.word_s`` each.
    first_number : of the first trial; a second run in the same recording counts on.

    Attributes
    ----------
    due : when :meth:`step` is to be called next; None: not before somebody does something.
    tally : what was recorded so far.
    """

    def __init__(
        self,
        prompts: Sequence[Prompt],
        settings: PromptSettings,
        task: Task = "speaking",
        name: str = "list",
        seconds_of: Callable[[Prompt], float] | None = None,
        first_number: int = 1,
    ) -> None:
        self._settings, self._task, self._name = settings, task, name
        self._seconds_of = seconds_of or (lambda prompt: settings.word_s)
        order = in_order(prompts, settings.repeats, settings.seed, settings.shuffled)
        self._queue = deque(order)
        self._wanted = Counter(order)
        self._rounds = 0
        self._screen = Screen("blank")
        self._begun = self._paused = False
        self._current: tuple[Prompt, int, float] | None = None  # prompt, number, when it was shown
        self._number = first_number - 1
        self._since_break = 0
        self.due: float | None = None
        self.tally = Tally([p.word for p in prompts], settings.enough_each, settings.enough_min)

    @property
    def screen(self) -> Screen:
        """What is shown now."""
        return self._screen

    @property
    def running(self) -> bool:
        """Begun and not at its end; also while it is paused."""
        return self._begun and self._screen.kind != "done"

    @property
    def next_number(self) -> int:
        """What the next trial is called, in this run or in one after it."""
        return self._number + 1

    @property
    def waiting(self) -> bool:
        """Paused, or in a break: :meth:`resume` goes on."""
        return self._paused or self._screen.kind == "break"

    @property
    def left(self) -> int:
        """Prompts still to be shown, as far as is known now; the one on the screen does not count."""
        return len(self._queue)

    def begin(self, now: float) -> Change:
        """Show the first cross; nothing where it was begun already."""
        if self._begun:
            return NOTHING
        self._begun = True
        s = self._settings
        begin = f"{RUN};begin;{self._task};{self._name};seed={s.seed};repeats={s.repeats}"
        return self._next(now, (begin,))

    def step(self, now: float) -> Change:
        """To be called when it is :attr:`due`, or later: what was late is shown for its whole time all the same."""
        if self.due is None or now < self.due:
            return NOTHING
        s = self._settings
        if self._screen.kind == "cross":
            prompt = self._queue.popleft()
            self._current = prompt, self._number, now
            return self._show("word", now + self._seconds_of(prompt), (self._mark(START),), prompt)
        if self._screen.kind == "word" and self._current is not None:
            prompt, number, begun = self._current
            mark = self._mark(END)
            self.tally.ended(Trial(prompt, number, now - begun))
            self._current = None
            self._since_break += 1
            return self._show("blank", now + s.gap_s + self._jitter("gap"), (mark,))
        if self._screen.kind == "blank" and 0 < s.break_every <= self._since_break and self._left_to_show():
            self._since_break = 0
            return self._show("break", now + s.break_s if s.break_s else None, (f"{RUN};break",))
        return self._next(now, (f"{RUN};resume",) if self._screen.kind == "break" else ())

    def pause(self, now: float) -> Change:
        """Stop for as long as it takes; a word that is on the screen is aborted and comes again."""
        if not self.running or self._paused:
            return NOTHING
        self._paused = True
        return self._show("pause", None, (*self._abort(), f"{RUN};pause"))

    def resume(self, now: float) -> Change:
        """Go on after a pause, or end a break early."""
        if not self.waiting:
            return NOTHING
        self._paused = False
        return self._next(now, (f"{RUN};resume",))

    def stop(self, now: float) -> Change:
        """The end, at any time."""
        if not self.running:
            return NOTHING
        self._paused = False
        return self._finish(self._abort())

    def judge(self, bad: bool, number: int = 0) -> Change:
        """Mark a trial as bad or good: the one on the screen, else the one before; or the ended trial ``number``."""
        at = number or (self._current[1] if self._current is not None else self.tally.newest)
        running = self._current is not None and at == self._current[1]
        return Change(marks=(verdict_mark(bad, at),)) if self.tally.judge(at, bad, running) else NOTHING

    def undo(self) -> Change:
        """Take the last verdict back."""
        undone = self.tally.undo()
        return NOTHING if undone is None else Change(marks=(verdict_mark(undone[1], undone[0]),))

    def _next(self, now: float, marks: tuple[str, ...]) -> Change:
        if not self._left_to_show():
            return self._finish(marks)
        self._number += 1
        prompt = self._queue[0]
        due = now + self._settings.cross_s + self._jitter("cross")
        return self._show("cross", due, (*marks, self._text(CROSS, prompt, self._number)))

    def _left_to_show(self) -> bool:
        """Whether a prompt is left; takes in the words of bad trials where the list is through."""
        if not self._queue and self._settings.repeat_bad and self._rounds < MOST_ROUNDS:
            lacking = list((self._wanted - self.tally.good_prompts).elements())
            self._rounds += 1
            self._queue.extend(in_order(lacking, 1, self._settings.seed + self._rounds))
        return bool(self._queue)

    def _finish(self, marks: tuple[str, ...]) -> Change:
        return self._show("done", None, (*marks, f"{RUN};end"))

    def _show(self, kind: Kind, due: float | None, marks: tuple[str, ...], prompt: Prompt | None = None) -> Change:
        self._screen, self.due = Screen(kind, prompt), due
        return Change(self._screen, marks)

    def _abort(self) -> tuple[str, ...]:
        """The marker that ends a word before its time; the word comes again."""
        if self._current is None:
            return ()
        prompt, number, _ = self._current
        mark = self._mark(ABORT)
        self._current = None
        self._queue.appendleft(prompt)
        self.tally.forget(number)
        return (mark,)

    def _mark(self, kind: str) -> str:
        assert self._current is not None
        return self._text(kind, self._current[0], self._current[1])

    def _text(self, kind: str, prompt: Prompt, number: int) -> str:
        """Of silence the name of the task stands where trials have the kind: no reader takes it for speech."""
        if self._task == "silence":
            return trial_mark(self._task, kind, number)
        return trial_mark(kind, prompt.word, number)

    def _jitter(self, what: str) -> float:
        return self._settings.jitter_s * random.Random(f"{what} {self._settings.seed} {self._number}").random()
