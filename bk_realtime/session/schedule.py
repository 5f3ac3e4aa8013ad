"""A schedule file: which condition begins at which time or trial, written out (TOML, CSV) or drawn from a seed."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.config import read_toml
from bk_realtime.errors import FileError, InputError, OptionError
from bk_realtime.plain_files import read_text
from bk_realtime.session.conditions import Condition, ConditionSettings, by_name, check_names, with_real
from bk_realtime.typed import said, shortened

MOST = 100_000
"""Changes in one schedule."""


@dataclass(frozen=True)
class Change:
    """One change: ``at`` seconds after the first sound of the session, or at the ``at``-th trial (from 1)."""

    at: float
    by: str
    condition: Condition


@dataclass(frozen=True)
class Schedule:
    """What an experiment has planned.

    Attributes
    ----------
    conditions : all that can be switched to; the first real one is heard until the first change.
    changes : in order; all by time or all by trial.
    seed : what the order was drawn from; None where it was written out.
    sha256 : of the file; empty without one.
    """

    conditions: tuple[Condition, ...]
    changes: tuple[Change, ...] = ()
    seed: int | None = None
    sha256: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the record."""
        return {
            "conditions": [c.as_dict() for c in self.conditions],
            "changes": [{c.by: c.at, "condition": c.condition.name} for c in self.changes],
            "seed": self.seed,
            "sha256": self.sha256,
        }


def plan(settings: ConditionSettings) -> Schedule:
    """Conditions and schedule as a session was told.

    Raises
    ------
    BkError
        The file is missing or no schedule, names what is not declared, or needs a bundle that was not named.
    """
    declared = [Condition.parse(text) for text in settings.conditions]
    if settings.schedule is None:
        return Schedule(with_real(declared))
    made = read_schedule(settings.schedule, declared)
    if settings.sham_bundle is None and any(c.kind == "other" for c in made.conditions):
        raise OptionError(f'{settings.schedule}: condition "other" needs another decoder: name it with --sham-bundle')
    return made


def read_schedule(path: Path, declared: Sequence[Condition] = ()) -> Schedule:
    """Read a schedule.

    Parameters
    ----------
    path : ``.toml`` with ``[conditions]`` (name = "kind value"), and ``[[change]]`` tables (``time_s`` or ``trial``,
        and ``condition``) or one ``[draw]`` table (``conditions``, ``trials`` or ``every_s``, ``times`` and
        ``start_s``, ``seed``); else a table with a line of headings: ``time_s`` or ``trial``, and ``condition``.
    declared : conditions known beside those of the file.

    Raises
    ------
    BkError
        It is missing or wrong; the line says where.
    """
    try:
        text, content = read_text(path), path.read_bytes()
    except FileError as error:
        raise FileError(f"{error}; name a schedule of conditions") from None
    except InputError as error:
        raise InputError(f"{error}; expected a schedule as TOML or as a table in UTF-8 text") from None
    seed = None
    known = list(declared)
    if path.suffix.lower() == ".toml":
        values = read_toml(path)
        unknown = set(values) - {"conditions", "change", "draw"}
        if unknown:
            raise InputError(f"{path}: unknown key {said(min(unknown))}; expected conditions, change or draw")
        known += _declared(path, values.get("conditions", {}))
        if ("change" in values) == ("draw" in values):
            raise InputError(f"{path}: expected [[change]] tables or one [draw] table")
        if "draw" in values:
            rows, seed = _drawn(path, values["draw"])
        else:
            rows = values["change"]
    else:
        rows = _table(path, text)
    changes, known = _changes(path, rows, known)
    check_names(known)
    return Schedule(with_real(known), changes, seed, hashlib.sha256(content).hexdigest())


def _declared(path: Path, table: Any) -> list[Condition]:
    if not isinstance(table, Mapping) or not all(isinstance(v, str) for v in table.values()):
        raise InputError(f'{path}: [conditions]: expected lines such as late = "delayed 200"')
    return [Condition.parse(f"{name}={spec}") for name, spec in table.items()]


def _drawn(path: Path, table: Any) -> tuple[list[dict[str, Any]], int]:
    """Rows of a drawn order: block after block holds every condition once."""
    keys = {"conditions", "trials", "every_s", "times", "start_s", "seed"}
    table = table if isinstance(table, Mapping) else {}
    names = table.get("conditions")
    if set(table) - keys or not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise InputError(f"{path}: [draw]: expected conditions (a list of names), trials or every_s and times, seed")
    by_time = "every_s" in table
    n = table.get("times" if by_time else "trials")
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST or by_time == ("trials" in table):
        raise InputError(f"{path}: [draw]: expected trials = N, or every_s = SECONDS and times = N, N from 1 to {MOST}")
    seed = table.get("seed", random.SystemRandom().randrange(2**32))
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"{path}: [draw]: expected seed, an integer of 0 or more, got {said(seed)}")
    rng = np.random.default_rng(seed)
    order: list[str] = []
    while len(order) < n:
        order += [names[i] for i in rng.permutation(len(names))]
    every = table.get("every_s")
    if by_time and (isinstance(every, bool) or not isinstance(every, (int, float)) or not 0.1 <= every <= 86_400):
        raise InputError(f"{path}: [draw]: expected every_s of 0.1 to 86400 s, got {said(every)}")
    if by_time:
        start = _number(f"{path}: [draw]: start_s", table.get("start_s", 0.0), "time_s")
        return [{"time_s": start + k * float(every), "condition": name} for k, name in enumerate(order[:n])], seed
    return [{"trial": k + 1, "condition": name} for k, name in enumerate(order[:n])], seed


def _table(path: Path, text: str) -> list[dict[str, Any]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    head = lines[0] if lines else ""
    delimiter = max("\t;,", key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"{path}: not a table of changes ({error})") from None
    for number, row in enumerate(rows, 1):
        if None in row:  # what has no heading would be lost, such as the seed of a condition that can do without
            raise InputError(
                f"{path}: change {number}: expected as many values as headings, got more: {said(row[None])}"
            )
    return [{str(k).strip().lower(): (v or "").strip() for k, v in row.items()} for row in rows]


def _changes(path: Path, rows: Any, known: list[Condition]) -> tuple[tuple[Change, ...], list[Condition]]:
    """Changes in order, and all conditions: a row may also hold the condition itself, such as ``delayed 200``."""
    known, changes = list(known), []
    if not isinstance(rows, list) or not rows or len(rows) > MOST or not all(isinstance(r, Mapping) for r in rows):
        raise InputError(f"{path}: expected 1 to {MOST} changes, each with time_s or trial, and condition")
    for number, row in enumerate(rows, 1):
        where = f"{path}: change {number}"
        keys = [k for k in ("time_s", "time", "trial") if k in row]
        if len(keys) != 1 or set(row) - {*keys, "condition"} or "condition" not in row:
            got = shortened(", ".join(map(str, row))) or "nothing"
            raise InputError(f"{where}: expected time_s or trial, and condition; got {got}")
        by = "trial" if keys[0] == "trial" else "time_s"
        changes.append(Change(_number(where, row[keys[0]], by), by, _named(where, row["condition"], known)))
    for before, after in itertools.pairwise(changes):
        if before.by != after.by:
            raise InputError(f"{path}: expected all changes by time or all by trial, got both")
        if not before.at < after.at:
            raise InputError(f"{path}: expected changes in order, got {after.at:g} after {before.at:g}")
    for change in changes:
        if change.condition.kind == "replayed" and change.by == "time_s" and change.at < (change.condition.value or 0):
            raise InputError(
                f"{path}: {change.condition} at {change.at:g} s: there is no sound yet that old; "
                f"expected a time from {change.condition.value:g} s on"
            )
    return tuple(changes), known


def _number(where: str, value: Any, by: str) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if by == "trial" and not (number >= 1 and number % 1 == 0):
        raise InputError(f"{where}: expected trial, a whole number from 1 on, got {said(value)}")
    if not 0 <= number <= 1e6:
        raise InputError(f"{where}: expected {by} of 0 or more, got {said(value)}")
    return number


def _named(where: str, text: Any, known: list[Condition]) -> Condition:
    if not isinstance(text, str):
        raise InputError(f"{where}: expected condition, a text, got {said(text)}")
    try:
        return by_name(known, text)
    except OptionError as unknown:
        try:
            made = Condition.parse(text)
        except OptionError as error:
            raise InputError(f"{where}: {error if not known else unknown}") from None
    known.append(made)
    return made
