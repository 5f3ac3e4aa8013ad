"""What a score card says of how sure the decoder is: coverage beside a constant error, the verdict, the table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from bk_realtime.decoder.sureness import COVERED
from offline.evaluation.segment import SegmentScores
from offline.scoring.sureness import CONSTANT, HEAD, knows, sureness_figures

HEADS = [*(f"{c:.0%}" for c in COVERED), "over constant, nat"]
ROWS = {"all": "all frames", "speech": "speech frames", "voiced": "expects speech"}


def sureness_card(scores: Sequence[SegmentScores]) -> dict[str, Any]:
    """``{"sureness": figures}`` of the segments whose decoder says how sure it is; empty where none does."""
    said = [s.sureness for s in scores if s.sureness]
    return {"sureness": sureness_figures(said)} if said else {}


def sureness_verdict(figures: Mapping[str, Mapping[str, float]]) -> tuple[bool, str]:
    """Whether the decoder knows how sure it is, and the sentence that says so."""
    whole, speech, voiced = (figures[where] for where in ROWS)
    text = (
        f"the 80 % interval holds {_share(whole, HEAD)} of all frames and {_share(speech, HEAD)} of those of speech (a "
        f"constant error {_share(whole, CONSTANT)} and {_share(speech, CONSTANT)}); log-likelihood over the constant "
        f"{_gain(whole)} nat a frame, where speech is expected {_gain(voiced)} over its own"
    )
    if not knows(figures):
        return False, text + ": it cannot tell how sure it is, NOT shown to know more than a constant"
    if voiced["low"] > 0:
        return True, text
    return True, text + ": speech from silence; whether more where speech is expected, it cannot tell"


def fill_sureness_table(table: Table, figures: Mapping[str, Mapping[str, float]]) -> Table:
    """Two rows for each kind of frames: the decoder, and the constant error beside it."""
    for where, name in ROWS.items():
        row = figures[where]
        for who, words in ((HEAD, name), (CONSTANT, "  constant")):
            cells = [_share(row, who, c) for c in COVERED]
            table.add_row(words, *cells, _gain(row) if who == HEAD else "")
    return table


def _share(row: Mapping[str, float], who: str, covered: float = 0.8) -> str:
    value = row[f"{who}_{100 * covered:.0f}"]
    return f"{value:.0%}" if math.isfinite(value) else "-"


def _gain(row: Mapping[str, float]) -> str:
    if not math.isfinite(row["gain"]):
        return "-"
    known = math.isfinite(row["low"])
    return f"{row['gain']:+.2f}" + (f" ({row['low']:+.2f} to {row['high']:+.2f})" if known else "")
