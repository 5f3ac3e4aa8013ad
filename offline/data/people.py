"""Of how many participants recordings are, as far as names of files and contents tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_PERSON, _SESSION = (re.compile(rf"{part}-([0-9A-Za-z]+)") for part in ("sub", "ses"))


def bids(name: str) -> tuple[str, str]:
    """Subject and session of a BIDS name; empty where it has none."""
    person, session = _PERSON.search(name), _SESSION.search(name)
    return person[1] if person else "", session[1] if session else ""


def people_of(scored: Iterable[tuple[str, Mapping[str, str]]]) -> int:
    """How many participants those may be at most whose scores are put together, each a name and its recordings (name ->
    hash): recordings of one BIDS subject, or of one content, are of one participant."""
    known: dict[str, int] = {}
    whose: list[int] = []
    for i, (name, recordings) in enumerate(scored):
        signs = {f"sub-{person}" for one in (name, *recordings) if (person := bids(one)[0])}
        signs |= {f"hash {digest}" for digest in recordings.values() if digest}
        before = [known[sign] for sign in sorted(signs) if sign in known]
        whose.append(min(before, default=i))
        known |= dict.fromkeys(signs, whose[-1])
    return len(set(whose))


def people_named(names: Sequence[str]) -> int:
    """The same by names alone."""
    return people_of((name, {}) for name in names)
