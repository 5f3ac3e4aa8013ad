"""Streams that must not be missing (``--expect``): which ones a name means, and which of them hold nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bk_realtime.config import option
from bk_realtime.errors import OptionError
from bk_realtime.session.names import OWN

S = TypeVar("S")
Key = tuple[str, str, str]
"""Name, type and source_id of a stream."""


def check_names(names: Sequence[str], name: str = "expect") -> None:
    """Refuse empty names and one that is there twice."""
    for wanted in names:
        if not wanted.strip() or [other.lower() for other in names].count(wanted.lower()) > 1:
            raise OptionError(
                f"{option(name)} {wanted!r}: empty or there twice; expected the name, type or source_id of each stream "
                "that must not be missing"
            )


def called(wanted: str, streams: Iterable[S], key: Callable[[S], Key]) -> list[S]:
    """The streams that ``wanted`` means, without case: those with this source_id, else with this name, else of this
    type. A type means no stream of a session's own: the decoded voice is no microphone."""
    streams, word = list(streams), wanted.lower()
    for at in (2, 0, 1):
        found = [s for s in streams if key(s)[at].lower() == word]
        if at == 1:
            found = [s for s in found if not key(s)[2].startswith(OWN)]
        if found:
            return found
    return []


def without_samples(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the streams of a recording lack of those that were expected, one line each.

    Parameters
    ----------
    rows : ``name``, ``type``, ``source_id`` and ``n_samples`` of every stream; several rows may be one stream, before
        and after it came back.
    """
    lines = []
    held = ", ".join(sorted({repr(row["name"]) for row in rows if row["n_samples"]})) or "nothing"
    for wanted in names:
        found = called(wanted, rows, lambda row: (str(row["name"]), str(row["type"]), str(row["source_id"])))
        if not found:
            lines.append(f"{wanted!r} was expected and is not in the recording; it holds {held}")
        keys = {(str(r["name"]), str(r["type"]), str(r["source_id"])) for r in found}
        full = {(str(r["name"]), str(r["type"]), str(r["source_id"])) for r in found if r["n_samples"]}
        lines += [
            f"{name!r} (type {kind}) was expected and has not one sample" for name, kind, _ in sorted(keys - full)
        ]
    return lines
