"""What stands beside the traces: names of the rows, which are bad or unused, and their colours."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.montage import bare_label, loose_label
from bk_realtime.montage.units import in_microvolts
from gui import theme


class TraceRows:
    """Rows over the channels of one stream: as many as channels, or what a montage makes of them.

    Parameters
    ----------
    labels : of the channels, as the stream writes them.
    """

    COLOURS = np.array([theme.rgb(c) for c in (*theme.TRACE_TINTS, theme.TRACE_MASKED)], np.float32)

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self.keys = tuple(loose_label(label) for label in labels)
        self.masked: frozenset[str] = frozenset()
        self.unused: frozenset[int] = frozenset()
        self.features: tuple[str, ...] = ()
        self.as_recorded()

    def as_recorded(self) -> None:
        """A row a channel."""
        self.set_rows(tuple((i,) for i in range(len(self.labels))), tuple(map(bare_label, self.labels)))

    def set_rows(self, members: tuple[tuple[int, ...], ...], names: tuple[str, ...]) -> None:
        """Other rows: the channels of each, and its name."""
        self.members, self.names = members, names
        self.wild = np.zeros(len(members), bool)
        self.tint()

    def __len__(self) -> int:
        return len(self.members)

    @property
    def out(self) -> np.ndarray:
        """(C,) channels that are bad, or unused by the decoder."""
        bad = (key in self.masked or i in self.unused for i, key in enumerate(self.keys))
        return np.fromiter(bad, bool, len(self.keys))

    def word(self, row: int) -> str:
        """What there is to say of one: bad, unused, or nothing."""
        if any(self.keys[i] in self.masked for i in self.members[row]):
            return "bad"
        return "unused" if any(i in self.unused for i in self.members[row]) else ""

    def tint(self) -> None:
        """Anew: who is unused, and each row's colour."""
        shafts = [re.sub(r"[\d\s_]+.*$", "", name) for name in self.names]
        order = {shaft: i for i, shaft in enumerate(dict.fromkeys(shafts))}
        n = len(theme.TRACE_TINTS)
        used = used_by(self.features, frozenset(self.keys))
        self.unused = frozenset(k for k, key in enumerate(self.keys) if used and key not in used)
        faint = (bool(self.word(row)) or self.wild[row] for row in range(len(self)))
        self.groups = np.array(
            [n if dim else order[shaft] % n for dim, shaft in zip(faint, shafts, strict=True)] or [0]
        )

    def label(self, row: int, factor: float) -> tuple[str, tuple[int, int, int]]:
        """What is written beside a row, and in which colour; with the factor of its own scale, where it has one."""
        name, word = self.names[row], self.word(row)
        text = f"× {name}" if word == "bad" else f"({name})" if word else name
        tint = theme.rgb(theme.SOFT) if word else self.COLOURS[self.groups[row]]
        tint = theme.rgb(theme.WARN) if self.wild[row] and word != "bad" else tint
        red, green, blue = (int(0.85 * c) for c in tint)
        return text + factor_words(factor), (red, green, blue)


def factor_words(factor: float) -> str:
    """That a row is drawn larger or smaller than the others; empty where it is not."""
    if factor == 1.0:
        return ""
    return f" ×{factor:g}" if factor > 1 else f" ÷{1 / factor:g}"


def units_of(description: StreamDescription) -> tuple[str, np.ndarray | None]:
    """Unit of the page and (n_channels,) factors to it (None: all 1), by the rule of the decoder's inlet; where that
    finds no voltage, the numbers as they come, with the unit that the stream states."""
    try:
        _, scale, _ = in_microvolts(description, None)
    except BkError:
        unit = next((u for u in description.units if u), "")
        return unit or ("µV" if description.is_neural else ""), None
    return "µV", None if scale is None else scale.astype(np.float32)


def used_by(features: Sequence[str], keys: frozenset[str]) -> frozenset[str]:
    """Those of ``keys`` that a feature is made from; none where a feature's channel is not among them: a decoder that
    calls its channels otherwise (``--label-map``) does not tell which of the stream's it does without."""
    used: set[str] = set()
    for label in features:
        whole = loose_label(label)
        parts = {whole} if whole in keys else set(map(loose_label, label.split("-")))
        if not parts <= keys:
            return frozenset()
        used |= parts
    return frozenset(used)
