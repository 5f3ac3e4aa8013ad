"""Re-referencing: none, common average, bipolar along a shaft, average of each shaft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bk_realtime.compiled import njit
from bk_realtime.errors import InputError, OptionError
from bk_realtime.features.select import check_unique
from bk_realtime.montage.contacts import Contact, parse_contact
from bk_realtime.shown import some_labels
from bk_realtime.stream import Operator

REFERENCES = ("none", "average", "bipolar", "shaft")


def _contacts(labels: Sequence[str], reference: str) -> list[Contact]:
    """Every label's contact, or :class:`InputError` naming those that have none or share one."""
    parsed = {label: parse_contact(label) for label in labels}
    strange = [label for label, contact in parsed.items() if contact is None]
    if strange:
        raise InputError(
            f"reference {reference!r}: expected labels of shaft and contact number such as A1 or LAH3, got "
            f"{some_labels(strange)}; leave these channels out or choose reference none or average"
        )
    contacts = [contact for contact in parsed.values() if contact]
    seen: dict[Contact, str] = {}
    for label, contact in zip(labels, contacts, strict=True):
        if contact in seen:
            raise InputError(
                f"reference {reference!r}: {seen[contact]!r} and {label!r} name the same contact "
                f"{contact.shaft}{contact.number}; leave one out"
            )
        seen[contact] = label
    return contacts


def shafts(labels: Sequence[str], reference: str = "shaft") -> dict[str, list[int]]:
    """Positions in ``labels`` of each shaft's contacts, by contact number."""
    found: dict[str, list[int]] = defaultdict(list)
    contacts = _contacts(labels, reference)
    for i in sorted(range(len(labels)), key=lambda i: contacts[i].number):
        found[contacts[i].shaft].append(i)
    return dict(found)


def bipolar_pairs(labels: Sequence[str]) -> list[tuple[int, int]]:
    """Positions ``(i, j)`` of neighbours on a shaft, contact n and n + 1, ordered as ``labels`` orders the first.

    A contact that is not in ``labels`` leaves a hole: over it no pair is made, because twice the distance is
    another measurement.
    """
    contacts = _contacts(labels, "bipolar")
    position = {contact: i for i, contact in enumerate(contacts)}
    pairs = [
        (i, position[Contact(contact.shaft, contact.number + 1)])
        for i, contact in enumerate(contacts)
        if Contact(contact.shaft, contact.number + 1) in position
    ]
    if not pairs:
        raise InputError(
            f"reference 'bipolar': expected neighbours on a shaft such as A1 and A2, found none among "
            f"{some_labels(labels)}; choose another reference"
        )
    return pairs


def reference_labels(reference: str, labels: Sequence[str]) -> list[str]:
    """Channel labels after re-referencing: ``A1-A2`` for pairs, else as they were.

    Raises
    ------
    InputError, OptionError
        Unknown reference, or labels that it cannot work on.
    """
    check_reference(reference)
    check_unique(labels, "channels")
    if reference == "bipolar":
        return [f"{labels[i]}-{labels[j]}" for i, j in bipolar_pairs(labels)]
    if reference == "shaft":
        _contacts(labels, reference)
    return list(labels)


def check_reference(reference: str) -> None:
    """Raise :class:`OptionError` unless ``reference`` is one of :data:`REFERENCES`."""
    if reference not in REFERENCES:
        raise OptionError(f"reference: expected one of {', '.join(REFERENCES)}, got {reference!r}")


@njit
def _minus_average(x, y, group, n_groups):  # type: ignore[no-untyped-def]
    n_batch, n_steps, n_channels = x.shape
    total, count = np.empty(n_groups), np.empty(n_groups)
    for b in range(n_batch):
        for t in range(n_steps):
            total[:] = 0.0
            count[:] = 0.0
            for c in range(n_channels):
                v = x[b, t, c]
                if np.isfinite(v):
                    total[group[c]] += v
                    count[group[c]] += 1.0
            for g in range(n_groups):
                total[g] = total[g] / count[g] if count[g] >= 2.0 else np.nan
            for c in range(n_channels):
                y[b, t, c] = x[b, t, c] - total[group[c]]


class GroupAverage(Operator):
    """``(B, T, C) -> (B, T, C)``: every channel minus the mean of its group's finite channels at that sample.

    A NaN channel stays NaN and is in no mean. Where fewer than two channels of a group are finite the group is NaN:
    a channel minus itself is a false silence.

    Parameters
    ----------
    groups : positions of each group's channels; every channel in exactly one.
    """

    def __init__(self, groups: Sequence[Sequence[int]]) -> None:
        n = sum(len(group) for group in groups)
        self.channels = (n, n)
        self._group = np.empty(n, np.int64)
        for g, members in enumerate(groups):
            self._group[list(members)] = g
        self._n_groups = len(groups)

    def init_state(self, batch: int) -> tuple[()]:
        return ()

    def step(self, x: Tensor, state: tuple[()]) -> tuple[Tensor, tuple[()]]:
        y = np.empty(tuple(x.shape))
        _minus_average(x.contiguous().numpy(), y, self._group, self._n_groups)
        return torch.from_numpy(y), state


class Bipolar(Operator):
    """``(B, T, C) -> (B, T, n_pairs)``: first minus second of each pair; NaN where either is.

    Parameters
    ----------
    n_channels : C.
    pairs : positions.
    """

    def __init__(self, n_channels: int, pairs: Sequence[tuple[int, int]]) -> None:
        self.channels = (n_channels, len(pairs))
        self._first, self._second = np.array(pairs).T

    def init_state(self, batch: int) -> tuple[()]:
        return ()

    def step(self, x: Tensor, state: tuple[()]) -> tuple[Tensor, tuple[()]]:
        samples = x.numpy()
        return torch.from_numpy(samples.take(self._first, 2) - samples.take(self._second, 2)), state


def build_reference(reference: str, labels: Sequence[str]) -> list[Operator]:
    """The operator for ``reference`` over channels ``labels``, in a list; ``none`` needs none.

    Raises
    ------
    InputError, OptionError
        Unknown reference, labels without shaft and number where they are needed, an average over one channel.
    """
    check_reference(reference)
    if reference == "none":
        return []
    if reference == "bipolar":
        return [Bipolar(len(labels), bipolar_pairs(labels))]
    groups = shafts(labels) if reference == "shaft" else {"all channels": list(range(len(labels)))}
    alone = [f"{labels[members[0]]}" for members in groups.values() if len(members) < 2]
    if alone:
        raise InputError(
            f"reference {reference!r}: expected at least two channels in every average, {some_labels(alone)} "
            "would be an average of itself; leave it out or choose another reference"
        )
    return [GroupAverage(list(groups.values()))]
