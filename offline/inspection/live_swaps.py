"""Decoders that took over while a session ran: which decoded at its start, and the same again offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chain import Chain
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.session.folder import read_session
from bk_realtime.session.swap import Swap, read_swaps, without_new_gate
from bk_realtime.successor import Successor


@dataclass(frozen=True, eq=False)
class Change:
    """A decoder that took over in a segment.

    Attributes
    ----------
    swap : as the session recorded it.
    bundle : the decoder.
    """

    swap: Swap
    bundle: Bundle

    def repeat(self, chain: Chain) -> None:
        """Let it take over in a chain that was fed up to the same sample."""
        new = Successor(self.bundle, chain.labels_in, chain.rate, chain.device)
        new.begin(chain.recent.segment, max(0, chain.recent.n - self.swap.warmed))
        chain.take_over(new)


def changes_in(
    session: Path, events: Sequence[dict[str, Any]], bundle: Bundle, stamps: np.ndarray, first: int, last: int
) -> tuple[Bundle, dict[int, Change]]:
    """The decoder of a segment's first sample, and those that took over later, by the sample of the segment.

    Parameters
    ----------
    session, events : its folder and all of its events.
    bundle : the one that it began with.
    stamps : (n,) the sender's, of all recorded samples.
    first, last : the segment's samples among them.

    Raises
    ------
    BkError
        A bundle is not there any more, or another one is.
    """
    swaps, began = read_swaps(events), bundle
    settings = read_session(session).settings if swaps else None
    found: dict[int, Change] = {}
    for swap in swaps:
        if swap.stamp > stamps[last - 1] + 1e-6:
            continue
        at = int(np.argmin(np.abs(stamps - swap.stamp)))
        assert settings is not None
        loaded = without_new_gate(began, swap.load(settings))
        if at < first:
            bundle = loaded
        else:
            found[at - first] = Change(swap, loaded)
    return bundle, found
