"""The gallery: every trick played on one scene, and honest decoders that must not be accused."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from bk_realtime.errors import BkError, OptionError
from offline.attacks import brains, decoded, files
from offline.attacks.play import Attempt, play, refusal
from offline.attacks.registry import TRICKS, Trick
from offline.attacks.scene import STRONG, make_scene

__all__ = ["Attack", "Row", "brains", "decoded", "files", "honest_rows", "trick_rows"]

HONEST = "honest decoder"


@dataclass(frozen=True)
class Attack:
    """Play every known trick against the score card, on a SIMULATED session that is made for it.

    Ends with exit code 1 where a trick gets through or an honest decoder is accused.
    """

    tricks: Annotated[tuple[str, ...], tyro.conf.arg(metavar="NAME...")] = ()
    """Tricks to play, by (part of) their names; default all."""
    honest: int = 1
    """Honest decoders to score, each of a session of its own; at most one in twenty of them may be accused."""
    seed: int = 0
    """Of the first session; honest decoders take this one and those that follow."""
    out: Path | None = None
    """JSON file for the table."""
    overwrite: bool = False
    """Replace --out."""

    def __post_init__(self) -> None:
        if self.honest < 0:
            raise OptionError(f"--honest: expected 0 or more, got {self.honest}")
        for name in self.tricks:
            if not any(name in known for known in TRICKS):
                raise OptionError(f"--tricks {name}: no trick has this in its name; there are {', '.join(TRICKS)}")

    @property
    def chosen(self) -> list[Trick]:
        """Tricks to play, in the order of the gallery."""
        return [t for t in TRICKS.values() if not self.tricks or any(name in t.name for name in self.tricks)]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    good : a trick was caught, or an honest decoder was not accused.
    by : the line of the card that told the reader no; empty where none did.
    figure : what it says.
    """

    name: str
    about: str
    seed: int
    good: bool
    by: str
    figure: str

    def values(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return dict(vars(self))


def trick_rows(tricks: Iterable[Trick], seed: int) -> Iterable[Row]:
    """Play tricks on one scene, one after the other."""
    with tempfile.TemporaryDirectory(prefix="bk_attack_") as folder:
        scene = make_scene(Path(folder), seed, STRONG)
        for trick in tricks:
            outcome = play(trick.hand(scene), seed)
            by, figure = outcome.by
            yield Row(trick.name, trick.about, seed, outcome.refused, by if outcome.refused else "", figure)


def honest_rows(n: int, seed: int, done: Callable[[Row], Any] | None = None) -> Sequence[Row]:
    """Score ``n`` honest decoders at coupling 1, each on sessions of its own participant."""
    rows = []
    for k in range(seed, seed + n):
        with tempfile.TemporaryDirectory(prefix="bk_attack_") as folder:
            try:
                scene = make_scene(Path(folder), k)
                outcome = play(Attempt(scene.test.path, scene.bundle), k)
            except BkError as error:  # training refused an honest session: an accusation too
                outcome = refusal(error)
        by, figure = outcome.by
        about = "ridge, trained on one session and scored on another"
        rows.append(Row(HONEST, about, k, not outcome.accused, by if outcome.accused else "", figure))
        if done is not None:
            done(rows[-1])
    return rows
