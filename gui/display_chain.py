"""The operators behind a display: the decoder's own re-references and filters, over the channels of the traces.

They need torch and compiled code, which take seconds to load: imported by the thread that builds one, not before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch

from bk_realtime.errors import BkError, InputError
from bk_realtime.features.filters import SosFilter, edges_sos, line_harmonics, notch_sos
from bk_realtime.features.reference import Bipolar, GroupAverage, bipolar_pairs, shafts
from bk_realtime.montage import bare_label, is_brain
from bk_realtime.montage.contacts import parse_contact
from bk_realtime.stream import Operator, Stream
from gui.display import ALONE, UNTOLD, Display

ORDER = 2
"""Of each edge."""
NOTCH_Q = 30.0
MOST_CONTACTS = 24
"""A row of more numbers than any depth electrode has contacts is no shaft, but a count of channels."""
NO_SHAFTS = frozenset("ch chan channel eeg seeg ieeg ecog lfp e el elec electrode contact feature".split())
"""Names that count channels and name no shaft."""


class DisplayChain:
    """One run of a display: samples in, rows out, causal.

    Channels that are out (bad, or unused by the decoder) are in no reference: an average does without them, and they
    are shown as recorded; a pair with one of them is missing. A channel that has no neighbour, no shaft or no place on
    the brain is shown as recorded.

    Parameters
    ----------
    display : what is wanted.
    labels : of the channels, as the stream writes them.
    sfreq : Hz.

    Attributes
    ----------
    rows : channels (positions in ``labels``) of each row: one, or the two of a pair.
    names : of the rows.
    untold : why the montage stays as recorded; empty where it is as wanted.
    """

    def __init__(self, display: Display, labels: Sequence[str], sfreq: float) -> None:
        self.display, self.untold = display, ""
        bare = [bare_label(label) for label in labels]
        self.rows: tuple[tuple[int, ...], ...] = tuple((i,) for i in range(len(labels)))
        self._members = np.zeros(0, int)
        self._made = np.zeros(0, int)
        self._reference: Operator | None = None
        if display.montage != "none":
            try:
                self._refer(display.montage, labels)
            except InputError:
                self.untold = UNTOLD if display.montage != "average" else ALONE
        self.names = tuple(_name(row, labels, bare) for row in self.rows)
        self._first = np.array([row[0] for row in self.rows], int)
        self._alone = np.array([len(row) == 1 for row in self.rows], bool)
        sections = [edges_sos(display.high_pass, display.low_pass, ORDER, sfreq)]
        if display.notch:
            inside = (display.notch / 2, 0.45 * sfreq)
            sections.append(notch_sos(line_harmonics(display.notch, inside), NOTCH_Q, sfreq))
        sos = np.concatenate(sections)
        self._filter = None
        if len(sos):
            self._filter = Stream(SosFilter(sos, len(self.rows), sfreq), torch.zeros(0, dtype=torch.float64))
        self.push(np.zeros((2, len(labels)), np.float32), np.zeros(len(labels), bool))  # compiled before it is needed
        self.reset()

    def _refer(self, montage: str, labels: Sequence[str]) -> None:
        brain = [i for i, label in enumerate(labels) if is_brain(label)[0]]
        if montage == "average":
            if len(brain) < 2:
                raise InputError("")
            self._members = self._made = np.array(brain)
            self._reference = GroupAverage([range(len(brain))])
            return
        members = on_shafts([labels[i] for i in brain])
        members = [brain[k] for k in members]
        names = [labels[i] for i in members]
        self._members = np.array(members, int)
        if montage == "bipolar":
            pairs = bipolar_pairs(names)
            paired = {members[k] for pair in pairs for k in pair}
            rows = [(members[i], members[j]) for i, j in pairs] + [(i,) for i in range(len(labels)) if i not in paired]
            rows.sort()
            self.rows = tuple(rows)
            place = {row: k for k, row in enumerate(rows)}
            self._made = np.array([place[members[i], members[j]] for i, j in pairs], int)
            self._reference = Bipolar(len(names), pairs)
            return
        groups = [group for group in shafts(names).values() if len(group) > 1]
        if not groups:
            raise InputError("")
        kept = sorted(k for group in groups for k in group)
        place_of = {k: n for n, k in enumerate(kept)}
        self._members = self._made = np.array([members[k] for k in kept], int)
        self._reference = GroupAverage([[place_of[k] for k in group] for group in groups])

    def reset(self) -> None:
        """Samples are missing: begin anew at the next one."""
        if self._filter is not None:
            self._filter.reset()

    def push(self, values: np.ndarray, out: np.ndarray) -> np.ndarray:
        """(n, C) values and (C,) channels that are in no reference -> (n, n_rows) float32."""
        x = np.asarray(values, np.float64)
        shown = x[:, self._first]
        if self._reference is not None:
            seen = np.where(out, np.nan, x)[:, self._members]
            made = self._reference.step(torch.from_numpy(np.ascontiguousarray(seen))[None], ())[0][0].numpy()
            as_recorded = out[self._members] if self._alone[self._made].all() else np.zeros(made.shape[1], bool)
            shown[:, self._made] = np.where(as_recorded, shown[:, self._made], made)
        if self._filter is not None and len(shown):
            shown = self._filter.push(torch.from_numpy(np.ascontiguousarray(shown))[None])[0].numpy()
        result: np.ndarray = shown.astype(np.float32)
        return result


def on_shafts(labels: Sequence[str]) -> list[int]:
    """Positions of the labels that name a shaft and a contact on it.

    Raises
    ------
    InputError
        None does, or two name the same contact: nobody can tell which is where.
    """
    found = {i: contact for i, label in enumerate(labels) if (contact := parse_contact(label)) is not None}
    sizes = Counter(contact.shaft for contact in found.values())
    told = [
        i
        for i, (shaft, number) in found.items()
        if shaft.lower() not in NO_SHAFTS and sizes[shaft] <= MOST_CONTACTS and number <= MOST_CONTACTS
    ]
    if not told or len({found[i] for i in told}) < len(told):
        raise InputError(UNTOLD)
    return told


def _name(row: tuple[int, ...], labels: Sequence[str], bare: Sequence[str]) -> str:
    if len(row) == 1:
        return bare[row[0]]
    first, second = (parse_contact(labels[i]) for i in row)
    assert first is not None
    assert second is not None
    return f"{bare[row[0]]}-{second.number}"


def build(display: Display, labels: Sequence[str], sfreq: float) -> DisplayChain | str:
    """A chain, or in one line why there is none."""
    try:
        return DisplayChain(display, labels, sfreq)
    except BkError as error:
        return str(error)
