"""What a run of prompts is: timing, repeats, seed, breaks, and when it is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from bk_realtime.config import check_range

Task = Literal["speaking", "listening", "silence"]
TASKS: tuple[Task, ...] = get_args(Task)
SILENCE_S = 120.0
"""Of the baseline in which nobody speaks."""
RANGES = {
    "cross_s": (0.0, 60.0, "s"),
    "word_s": (0.2, 60.0, "s"),
    "gap_s": (0.0, 60.0, "s"),
    "jitter_s": (0.0, 10.0, "s"),
    "repeats": (1, 1000, "repeats"),
    "seed": (0, 999_999, "(any number)"),
    "break_every": (0, 10_000, "trials"),
    "break_s": (0.0, 3600.0, "s"),
    "enough_each": (0, 1000, "trials"),
    "enough_min": (0.0, 600.0, "min"),
}
"""Lowest and highest value of each setting, and its unit."""


@dataclass(frozen=True)
class PromptSettings:
    """Settings of one run.

    Raises
    ------
    OptionError
        A value out of range.
    """

    cross_s: float = 1.0
    """Seconds of the fixation cross before each word."""
    word_s: float = 2.0
    """Seconds that a word stays."""
    gap_s: float = 1.0
    """Seconds of the empty page after each word."""
    jitter_s: float = 0.3
    """Up to so many seconds are added to cross and gap, drawn from the seed: nobody can speak by rhythm."""
    repeats: int = 5
    """Times that the list is shown."""
    seed: int = 1
    """Order and jitter follow from it."""
    shuffled: bool = True
    """In random order; else as the list has it."""
    break_every: int = 25
    """Trials between two breaks; 0: none."""
    break_s: float = 0.0
    """Seconds of a break; 0: until it is ended by hand."""
    repeat_bad: bool = True
    """Show the words of bad trials again at the end, twice at the most."""
    enough_each: int = 5
    """Good trials of every word that are enough; 0: not asked."""
    enough_min: float = 0.0
    """Minutes of good trials that are enough; 0: not asked."""

    def __post_init__(self) -> None:
        for name, (low, high, unit) in RANGES.items():
            check_range(self, name, low, high, unit)
