"""What joined streams are called: each channel once, however many amplifiers call a contact A1."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from bk_realtime.chunks import StreamDescription

_NO_NAMES = ("pol", "eeg", "seeg", "ieeg", "ecog", "lfp", "bio", "ch")
"""Words that amplifiers write before a label; they are taken off where labels are compared."""


def joined_labels(
    names: Sequence[str], labels: Sequence[Sequence[str]]
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Labels of each stream with none occurring twice, and one line for each stream whose labels were changed.

    The main stream (the first) keeps its labels. A partner that shares one gets its name before all of its own, so that
    shafts of two amplifiers are never taken for one.

    Examples
    --------
    >>> joined_labels(["amp", "stim"], [["A1", "A2"], ["A2", "B1"]])[0]
    (('A1', 'A2'), ('stim:A2', 'stim:B1'))
    """
    out, notes = [tuple(labels[0])], []
    used = {label.lower() for label in labels[0]}
    repeated = Counter(names)
    for number, (name, own) in enumerate(zip(names[1:], labels[1:], strict=True), 2):
        kept = tuple(own)
        if used & {label.lower() for label in kept}:
            alone = name and repeated[name] == 1 and name.lower() not in _NO_NAMES
            prefix = name if alone else f"{name or 'stream'}{number}"
            kept = tuple(f"{prefix}:{label}" for label in own)
            notes.append(f"channel labels of {name!r} occur in another stream too: they are called {kept[0]!r}, ...")
        used |= {label.lower() for label in kept}
        out.append(kept)
    return tuple(out), tuple(notes)


def joined_description(streams: Sequence[StreamDescription]) -> StreamDescription:
    """One description with the channels of all, at the rate and under the name of the first."""
    main = streams[0]
    labels, _ = joined_labels([s.name for s in streams], [s.labels for s in streams])
    types = [s.types or ("",) * s.n_channels for s in streams]
    extra = main.extra | ({"simulated": "true"} if any(s.simulated for s in streams) else {})
    return dataclasses.replace(
        main,
        labels=tuple(label for own in labels for label in own),
        units=tuple(unit for s in streams for unit in s.units),
        types=tuple(t for own in types for t in own) if any(map(any, types)) else (),
        channel_format="float32",
        extra=extra,
        n_described=None,
    )


def same_clock(streams: Sequence[StreamDescription]) -> bool:
    """Whether all were sent by one machine: then their own stamps are on one clock."""
    hosts = {s.hostname for s in streams}
    return len(hosts) == 1 and "" not in hosts
