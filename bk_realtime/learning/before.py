"""What a bundle passes on of the recordings behind it: to the one that goes on from it, and to the one after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.shown import shown

NO_LEAK = "none"
"""Of a held-out part that nothing of what was learnt knows."""
NOT_SAID = "cannot tell: {name} went on from another bundle, and was written before bundles said it of each recording"
MOST = 600


def data_before(bundle: Bundle) -> list[dict[str, Any]]:
    """What a bundle says of the recordings that it and those before it were trained on, oldest first, to be kept in the
    one that goes on from it.

    Each that has a held-out part says as ``leak`` whether what was trained may know that part, by a bundle that was
    gone on from or by a recording beside it: ``none``, or why nobody can tell. A bundle that did not say so of each
    recording is asked what it says of all of them; one that went on from another and says nothing cannot tell.
    """
    data = bundle.provenance.get("data", [])
    named = [{"name": name, **entry} for name, entry in data.items()] if isinstance(data, Mapping) else data
    unsaid = _of_all(bundle)
    return [
        {**entry, "leak": str(entry.get("leak", unsaid))} if entry.get("held_out") else dict(entry) for entry in named
    ]


def leak_of(entry: Mapping[str, Any]) -> str:
    """Why nobody can tell whether what was learnt knows the held-out part of this recording, in one line; empty where
    it does not."""
    leak = str(entry.get("leak", "") or "")
    return "" if leak == NO_LEAK else shown(leak, MOST)


def leaks_in(data: Sequence[Mapping[str, Any]]) -> list[str]:
    """Of which held-out parts this cannot be told, one line each."""
    return [f"{shown(str(entry.get('name', '')), 80)}: {leak}" for entry in data if (leak := leak_of(entry))]


def told_today(bundle: Bundle, why: str, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is said of the recordings of today where a decoder goes on from a bundle, with the ``leak`` of their
    held-out parts: what they say already, and ``why`` nobody can tell whether the bundle knows them; empty where it
    does not."""
    told = [f"cannot tell whether {_named(bundle)} knows it: {why}"] if why else []
    return [
        {**entry, "leak": "; ".join(filter(None, (leak_of(entry), *told))) or NO_LEAK}
        if entry.get("held_out")
        else dict(entry)
        for entry in entries
    ]


def _of_all(bundle: Bundle) -> str:
    """What it says of whichever of its recordings does not say so itself."""
    if said := str(bundle.provenance.get("leak", "") or ""):
        return f"{_named(bundle)}, before bundles said it of each recording: {said}"
    return NOT_SAID.format(name=_named(bundle)) if "carried_on" in bundle.provenance else NO_LEAK


def _named(bundle: Bundle) -> str:
    return "the bundle" if bundle.path is None else f"bundle {bundle.path.name}"
