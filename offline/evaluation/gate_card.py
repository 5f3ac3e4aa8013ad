"""What a score card says of the speech gate: figures beside chance, the verdict, the table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.table import Table

from offline.evaluation.segment import SegmentScores
from offline.scoring.speech_gate import gate_chance, gate_figures

COLUMNS = {
    "onsets missed": ("missed_share", "share"),
    "late ms": ("late_ms", "number"),
    "false an hour": ("false_per_hour", "number"),
    "speech let out": ("speech_open", "share"),
    "silence kept": ("silence_kept", "share"),
}


def gate_card(scores: Sequence[SegmentScores]) -> dict[str, Any]:
    """``{"gate": {"own": …, "chance": …}}`` of the segments that have a gate; empty where none has. Chance, the same
    gate on a brain in random order, is empty where there were no draws."""
    gated = [s for s in scores if s.gate]
    if not gated:
        return {}
    draws = list(zip(*(s.gate_chance for s in gated), strict=True))
    return {"gate": {"own": gate_figures([s.gate for s in gated]), "chance": gate_chance(draws) if draws else {}}}


def gate_verdict(gate: dict[str, Any]) -> tuple[bool, str]:
    """Whether the gate knows more than chance, and the sentence that says so."""
    own, chance = gate["own"], gate["chance"]
    text = (
        f"{own['missed_share']:.0%} of {own['onsets']:.0f} onsets missed, {own['false_per_hour']:.0f} false "
        f"activations an hour, right in {own['balanced']:.0%} of speech and silence alike"
    )
    if chance:
        limit, by = chance["balanced_p95"], "on a brain in random order"
    elif gate.get("shifted"):
        limit, by = float(np.percentile(gate["shifted"], 95)), "moved in time"
    else:
        return False, text + ": chance was not drawn (`--shuffles` of `offline.evaluate`)"
    text += f", the same gate {by} in up to {limit:.0%}"
    above = own["balanced"] > limit
    return bool(above), text + ("" if above else ": NOT above chance")


def fill_gate_table(table: Table, gate: dict[str, Any]) -> Table:
    """A row for the gate and one for chance, a column for each of :data:`COLUMNS`."""
    for name, row in (("speech gate", gate["own"]), ("shuffled brain", gate["chance"])):
        if row:
            table.add_row(name, *(_cell(row[key], kind) for key, kind in COLUMNS.values()))
    return table


def _cell(value: float | None, kind: str) -> str:
    if value is None or not math.isfinite(value):
        return "-"
    return f"{value:.0%}" if kind == "share" else f"{value:.0f}"
