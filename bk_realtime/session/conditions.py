"""Conditions of a closed-loop experiment: what is heard in place of the decoded voice, in words and in settings."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bk_realtime.errors import OptionError
from bk_realtime.typed import said

DELAY_MS = (1.0, 10_000.0)
EARLIER_S = (5.0, 300.0)
"""How long ago replayed sound was decoded: never what is decoded now, and no longer ago than is kept."""
NOISE_DB = (-60.0, -6.0)
"""Level (RMS) of masking noise re the ceiling: its peaks are 4.8 dB higher and stay below the limiter."""
SEED = (0.0, 4_294_967_295.0)
BLINDS = ("no", "letters", "hidden")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class _Kind:
    """``key``, ``unit``, ``scale`` of the one number that a kind takes (none: empty), and its range."""

    words: str
    key: str = ""
    units: dict[str, float] | None = None
    between: tuple[float, float] = (0.0, 0.0)
    default: float | None = None


KINDS = {
    "real": _Kind("the decoded voice"),
    "delayed": _Kind("the decoded voice, later", "delay_ms", {"ms": 1.0, "s": 1e3}, DELAY_MS),
    "muted": _Kind("silence"),
    "replayed": _Kind("sham: what was decoded earlier", "offset_s", {"s": 1.0, "min": 60.0}, EARLIER_S),
    "shuffled": _Kind("sham: the decoder on channels in another order", "seed", {}, SEED, 0.0),
    "other": _Kind("sham: the voice of another bundle"),
    "noise": _Kind("white noise over the decoded voice", "level_db", {"db": 1.0}, NOISE_DB),
    "noise-alone": _Kind("white noise in place of the voice", "level_db", {"db": 1.0}, NOISE_DB),
}
"""Every kind of condition, and what is heard."""
SHAM_KINDS = ("shuffled", "other")
"""Kinds that a second decoder makes."""


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes
    ----------
    name : what commands, markers and schedules call it.
    kind : one of :data:`KINDS`.
    value : its number: delay in ms, offset in s, level in dB re the ceiling (RMS), seed; None where it has none.
    """

    name: str
    kind: str
    value: float | None = None

    @property
    def parameters(self) -> dict[str, float]:
        """Its number under its name, such as ``{"delay_ms": 200.0}``."""
        return {} if self.value is None else {KINDS[self.kind].key: self.value}

    def __str__(self) -> str:
        value = "" if self.value is None else f" {self.value:g}{self._unit}"
        spec = f"{self.kind}{value}"
        return spec if self.name == spec else f"{self.name} ({spec})"

    @property
    def _unit(self) -> str:
        units = list(KINDS[self.kind].units or {})
        return f" {units[0].replace('db', 'dB')}" if units else ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the record."""
        return {"name": self.name, "kind": self.kind, **self.parameters}

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read ``[NAME=]KIND [VALUE [UNIT]]``, such as ``late=delayed 200 ms``, ``noise -20`` or ``replayed 60``.

        Raises
        ------
        OptionError
            No such kind, a number that is missing, too many or out of range.
        """
        name, equals, spec = text.partition("=")
        if not equals:
            name, spec = "", text
        words = spec.replace(",", " ").replace("−", "-").split()
        if len(words) > 1 and words[0].lower() in ("sham", "noise") and words[1].lower() in (*KINDS, "alone"):
            words[:2] = ["noise-alone"] if words[1].lower() == "alone" else words[1:2]
        kind = words[0].lower() if words else ""
        known = KINDS.get(kind)
        if known is None:
            raise OptionError(
                f"condition {said(text)}: expected one of {', '.join(KINDS)}, then its number; got {said(kind)}"
            )
        value = _value(text, kind, known, " ".join(words[1:]))
        if equals and not re.fullmatch(r"[\w .+-]*\w[\w .+-]*", name):
            raise OptionError(f"condition {said(text)}: expected a name of letters, digits, spaces, . + - before '='")
        if name.strip().lower() == "next":
            raise OptionError(f"condition {said(text)}: 'next' asks for the one that follows; choose another name")
        if name.strip().lower() in KINDS and name.strip().lower() != kind:
            raise OptionError(
                f"condition {said(text)}: {name.strip()!r} is the name of another kind; choose another name"
            )
        made = cls(name.strip(), kind, value)
        return made if made.name else cls(str(cls(" ", kind, value)).partition("(")[2].rstrip(")"), kind, value)


def _value(text: str, kind: str, known: _Kind, rest: str) -> float | None:
    low, high = known.between
    wanted = f"{low:g} to {high:g} {next(iter(known.units or {}), '')}".strip()
    if not known.key:
        if rest:
            raise OptionError(f"condition {said(text)}: {kind} takes no number, got {said(rest)}; leave it out")
        return None
    if not rest:
        if known.default is None:
            raise OptionError(f"condition {said(text)}: expected {known.key} after it, {wanted}; e.g. {kind} {low:g}")
        return known.default
    found = re.fullmatch(r"([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-z]*)", rest.lower())
    scale = (known.units or {}).get(found[2], 1.0 if not found[2] else None) if found else None
    try:
        value = math.nan if found is None or scale is None else float(found[1]) * scale
    except ValueError:
        value = math.nan
    if not low <= value <= high or (known.key == "seed" and value % 1):
        raise OptionError(f"condition {said(text)}: expected {known.key} of {wanted}, got {said(rest)}")
    return value


@dataclass(frozen=True)
class ConditionSettings:
    """What can be heard in place of the decoded voice in an experiment, and what switches it."""

    conditions: tuple[str, ...] = ()
    """Conditions that can be switched to, such as real, "delayed 200", muted, "replayed 60", shuffled, other,
    "noise -20" or "noise alone -20", each with a name if wanted: "late=delayed 200"."""
    schedule: Path | None = None
    """File (TOML or CSV) that says which condition begins at which time or trial."""
    condition_markers: str = ""
    """Name or source_id of a stream of markers whose texts "condition NAME" and "trial" are heeded."""
    blind: str = "no"
    """Operator blinded: letters (window and status say condition A, B, …), hidden (not even that) or no."""
    sham_bundle: Path | None = None
    """Another decoder bundle, heard in the condition "other"."""

    def __post_init__(self) -> None:
        if self.blind not in BLINDS:
            raise OptionError(f"--blind {said(self.blind)}: expected one of {', '.join(BLINDS)}")
        declared = [Condition.parse(text) for text in self.conditions]
        check_names(declared)
        if self.sham_bundle is None and any(c.kind == "other" for c in declared):
            raise OptionError('condition "other" needs another decoder: name it with --sham-bundle')
        if not self.used:
            for name in ("condition_markers", "sham_bundle"):
                if getattr(self, name):
                    option = "--" + name.replace("_", "-")
                    raise OptionError(f"{option} goes with --conditions or --schedule: there is nothing to switch")
            if self.blind != "no":
                raise OptionError("--blind goes with --conditions or --schedule: there is nothing to hide")

    @property
    def used(self) -> bool:
        """Whether this session has conditions."""
        return bool(self.conditions or self.schedule)


def check_names(declared: Sequence[Condition]) -> None:
    """Raise :class:`OptionError` where two conditions have one name, or there are more than there are letters."""
    names = [c.name.lower() for c in declared]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise OptionError(f"condition {twice!r}: declared more than once; give each a name of its own: NAME={twice}")
    if len(names) >= len(LETTERS):
        raise OptionError(f"{len(names)} conditions: expected at most {len(LETTERS) - 1}")


def with_real(declared: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions, with the real voice in front where it is not among them: a session begins with it."""
    if any(c.kind == "real" for c in declared):
        return tuple(declared)
    return (Condition("real", "real"), *declared)


def by_name(declared: Sequence[Condition], name: str) -> Condition:
    """The condition called ``name`` (case and outer spaces do not count).

    Raises
    ------
    OptionError
        There is none.
    """
    wanted = " ".join(name.split()).lower()
    for condition in declared:
        if condition.name.lower() == wanted:
            return condition
    try:
        spec = Condition.parse(name)
    except OptionError:
        spec = None
    for condition in declared:
        if spec is not None and (condition.kind, condition.value) == (spec.kind, spec.value):
            return condition
    known = ", ".join(repr(c.name) for c in declared)
    raise OptionError(f"condition {said(name)}: expected one of those declared: {known}")


def draw_letters(declared: Sequence[Condition]) -> dict[str, str]:
    """Condition's name -> letter, drawn anew for every session from what the operating system calls random.

    No letter (twice the same where there are not enough) is the name of a condition: a marker that says "condition A"
    would not mean the one called A.
    """
    names = {c.name.upper() for c in declared}
    letters = [x for x in (*LETTERS, *(2 * letter for letter in LETTERS)) if x not in names][: len(declared)]
    random.SystemRandom().shuffle(letters)
    return {c.name: letter for c, letter in zip(declared, letters, strict=True)}
