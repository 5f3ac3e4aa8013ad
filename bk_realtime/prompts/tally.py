"""What a run of prompts has brought: good and bad trials, by word, minutes, and whether it is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bk_realtime.prompts.words import Prompt


@dataclass(frozen=True)
class Trial:
    """A prompt that was shown to its end, its number and for how many seconds."""

    prompt: Prompt
    number: int
    seconds: float


class Tally:
    """Counts.

    Parameters
    ----------
    words : all that are to be shown.
    enough_each, enough_min : good trials of every word, and minutes of good trials, that are enough; 0: not asked.
    """

    def __init__(self, words: Sequence[str], enough_each: int, enough_min: float) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._enough_each, self._enough_min = enough_each, enough_min
        self._trials: dict[int, Trial] = {}
        self._bad: dict[int, bool] = {}
        self._history: list[tuple[int, bool]] = []

    @property
    def newest(self) -> int:
        """Number of the trial that ended last; 0 before the first."""
        return next(reversed(self._trials), 0)

    @property
    def trials(self) -> list[tuple[Trial, bool]]:
        """Each with whether it is bad, oldest first."""
        return [(trial, self._bad.get(number, False)) for number, trial in self._trials.items()]

    @property
    def n_good(self) -> int:
        return sum(not bad for _, bad in self.trials)

    @property
    def n_bad(self) -> int:
        return sum(bad for _, bad in self.trials)

    @property
    def good_s(self) -> float:
        """Seconds of good trials."""
        return sum(trial.seconds for trial, bad in self.trials if not bad)

    @property
    def good_prompts(self) -> Counter[Prompt]:
        """Good trials of each line of the list."""
        return Counter(trial.prompt for trial, bad in self.trials if not bad)

    @property
    def by_word(self) -> dict[str, int]:
        """Good trials of each word, also of those that have none."""
        counts = Counter(trial.prompt.word for trial, bad in self.trials if not bad)
        return {word: counts[word] for word in self._words}

    @property
    def enough(self) -> bool:
        """Whether all that was asked for is there; never where nothing is asked for."""
        each, minutes = self._enough_each, self._enough_min
        return bool(each or minutes) and min(self.by_word.values()) >= each and self.good_s >= 60 * minutes

    @property
    def lacking(self) -> str:
        """What is not enough yet, in words; empty where all is there or nothing was asked for."""
        parts = []
        few = sum(n < self._enough_each for n in self.by_word.values())
        if few:
            parts.append(f"{few} of {len(self._words)} words have fewer than {self._enough_each} good trials")
        if self.good_s < 60 * self._enough_min:
            parts.append(f"{self.good_s / 60:.1f} of {self._enough_min:g} minutes")
        return "; ".join(parts)

    def ended(self, trial: Trial) -> None:
        """A trial came to its end."""
        self._trials[trial.number] = trial

    def forget(self, number: int) -> None:
        """A trial was aborted: what was said of it counts no more, and there is nothing to undo."""
        self._bad.pop(number, None)
        self._history = [(n, was) for n, was in self._history if n != number]

    def judge(self, number: int, bad: bool, running: bool = False) -> bool:
        """Whether it is news: there is such a trial (or it is ``running``), and it is not called that already."""
        if not (running or number in self._trials) or self._bad.get(number, False) == bad:
            return False
        self._history.append((number, not bad))
        self._bad[number] = bad
        return True

    def undo(self) -> tuple[int, bool] | None:
        """Take the last verdict back; its number and what it is now (True: bad), or None where there is none."""
        if not self._history:
            return None
        number, was = self._history.pop()
        self._bad[number] = was
        return number, was
