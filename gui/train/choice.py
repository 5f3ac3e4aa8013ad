"""Which decoder `offline.train --decoder auto` has taken, read from its bundle and said in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bk_realtime.decoder.bundle_index import INDEX, read_index
from bk_realtime.errors import BkError, InputError
from bk_realtime.shown import shown
from bk_realtime.typed import Within, from_dict
from gui.train.score_words import NO, UNTOLD, YES

LINEAR = "ridge"
_KEYS = ("chosen", "why", "folds", "gain")


@dataclass(frozen=True)
class Choice:
    """What was taken.

    Attributes
    ----------
    chosen : kinds, with " + " between those that are averaged.
    why : in the words of the training.
    folds : contiguous parts, each decoded by decoders that have not learnt it.
    gain : of the best over ridge in r inside speech, and its 95 % interval; shorter where that could not be told.
    """

    chosen: str
    why: str
    folds: Annotated[int, Within(0, 1000)]
    gain: tuple[float, ...] = ()

    @property
    def members(self) -> tuple[str, ...]:
        """Kinds."""
        return tuple(self.chosen.split(" + "))

    @property
    def keeps_ridge(self) -> bool:
        """Whether nothing was better."""
        return self.members == (LINEAR,)

    @property
    def better(self) -> str:
        """Whether there is something better than ridge: yes, no or cannot tell."""
        if not self.keeps_ridge:
            return YES
        return NO if self.folds and len(self.gain) != 1 else UNTOLD

    def line(self, name: str) -> str:
        """What is kept, in a sentence; ``name`` of what was taken."""
        if self.keeps_ridge:
            return f"Better than ridge: {self.better}; ridge is kept"
        return f"Better than ridge: {YES}; the {name} is kept"


def kind_of(bundle: Path | None) -> str:
    """Which kind of decoder a bundle holds; empty where there is none that can be read: Check says why."""
    try:
        return "" if bundle is None else read_index(bundle / INDEX).kind
    except BkError:
        return ""


def read_choice(bundle: Path) -> Choice:
    """Read what a bundle of `--decoder auto` says of itself.

    Raises
    ------
    BkError
        No such bundle, or none of these.
    """
    said = read_index(bundle / INDEX).provenance.get("fit")
    if not isinstance(said, dict) or not {"chosen", "why", "folds"} <= said.keys():
        raise InputError(f"{bundle}: expected which decoder was chosen and why, got none; train again")
    choice = from_dict(Choice, {key: said[key] for key in _KEYS if key in said}, str(bundle / INDEX), "provenance.fit")
    return Choice(shown(choice.chosen, 100), shown(choice.why, 1000), choice.folds, choice.gain)
