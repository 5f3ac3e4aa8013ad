"""What joined streams are called: each channel once, however many amplifiers call a contact A1."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.montage import ChannelInfo, choose_channels

_NO_NAMES = ("pol", "eeg", "seeg", "ieeg", "ecog", "lfp", "bio", "ch")
"""Words that amplifiers write before a label; they are taken off where labels are compared."""


def joined_labels(
    names: Sequence[str], labels: Sequence[Sequence[str]], brain: Sequence[Sequence[str]] | None = None
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Labels of each stream with none occurring twice, and one line for each stream whose labels were changed.

    The main stream (the first) keeps its labels. A partner whose brain channels share one gets its name before all of
    its own, so that shafts of two amplifiers are never taken for one.

    Parameters
    ----------
    names, labels : of each stream, the main one first.
    brain : those of the labels that are brain channels, where there are others (two trigger lines of one name are told
        apart, and change no other channel's name).

    Examples
    --------
    >>> joined_labels(["amp", "stim"], [["A1", "A2"], ["A2", "B1"]])[0]
    (('A1', 'A2'), ('stim:A2', 'stim:B1'))
    """
    brain = labels if brain is None else brain
    out, notes = [tuple(labels[0])], []
    used, used_brain = _lower(labels[0]), _lower(brain[0])
    repeated = Counter(names)
    for number, (name, own, own_brain) in enumerate(zip(names[1:], labels[1:], brain[1:], strict=True), 2):
        alone = name and repeated[name] == 1 and name.lower() not in _NO_NAMES
        prefix = name if alone else f"{name or 'stream'}{number}"
        all_of_it = bool(used_brain & _lower(own_brain))
        kept = tuple(f"{prefix}:{label}" if all_of_it or label.lower() in used else label for label in own)
        if all_of_it:
            example = kept[own.index(own_brain[0])]
            notes.append(f"channel labels of {name!r} occur in another stream too: they are called {example!r}, ...")
        used |= _lower(kept)
        used_brain |= {new.lower() for new, old in zip(kept, own, strict=True) if old in own_brain}
        out.append(kept)
    return tuple(out), tuple(notes)


def _lower(labels: Sequence[str]) -> set[str]:
    return {label.lower() for label in labels}


def joined_description(streams: Sequence[StreamDescription]) -> StreamDescription:
    """One description with the channels of all, at the rate and under the name of the first."""
    main = streams[0]
    labels, _ = _labels(streams)
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


def joined_notes(streams: Sequence[StreamDescription]) -> tuple[str, ...]:
    """Which channels :func:`joined_description` calls otherwise than their stream does, one line a stream."""
    return _labels(streams)[1]


def _labels(streams: Sequence[StreamDescription]) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    return joined_labels([s.name for s in streams], [s.labels for s in streams], [_brain(s) for s in streams])


def _brain(stream: StreamDescription) -> tuple[str, ...]:
    """Labels of the channels that a reader of its recording would take; of all where there is none."""
    types = stream.types or ("",) * stream.n_channels
    channels = [ChannelInfo(*told) for told in zip(stream.labels, types, stream.units, strict=True)]
    try:
        keep = choose_channels(channels, stream.name).keep
    except BkError:
        return stream.labels
    return tuple(stream.labels[i] for i in keep)


def same_clock(streams: Sequence[StreamDescription]) -> bool:
    """Whether all were sent by one machine: then their own stamps are on one clock."""
    hosts = {s.hostname for s in streams}
    return len(hosts) == 1 and "" not in hosts
