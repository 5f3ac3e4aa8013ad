"""The list of tricks: a function of a scene that returns what it hands in becomes one by a decorator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offline.attacks.play import Attempt
from offline.attacks.scene import Scene

Hand = Callable[[Scene], Attempt]


@dataclass(frozen=True)
class Trick:
    """A way to look good.

    Attributes
    ----------
    name : as the table has it.
    about : what is done, one sentence.
    hand : makes what is handed in.
    """

    name: str
    about: str
    hand: Hand


TRICKS: dict[str, Trick] = {}


def trick(name: str) -> Callable[[Hand], Hand]:
    """Enter a function into the gallery; the first line of its docstring says what it does."""

    def enter(hand: Hand) -> Hand:
        if name in TRICKS:
            raise ValueError(f"trick {name!r} is entered twice")
        TRICKS[name] = Trick(name, (hand.__doc__ or "").strip().splitlines()[0], hand)
        return hand

    return enter
