"""The table of a transfer, its verdict in words, and its figures as plain values."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
from typing import Any

from rich.table import Table

from bk_realtime.learning.before import NO_LEAK
from offline.data.known_content import UNKNOWN
from offline.evaluation.compared import Score
from offline.evaluation.transfer import Outcome
from offline.evaluation.transfer_row import ANEW, AS_IT_IS, BASELINE_S, SCRATCH, TOGETHER, Row

WAYS = (AS_IT_IS, ANEW, TOGETHER, SCRATCH)


def transfer_table(outcome: Outcome) -> Table:
    """Minutes of today against r inside speech in every way; bold where its 2.5th percentile is above chance."""
    mark = " (SIMULATED participant)" if outcome.simulated else ""
    a, b = outcome.scored_s
    title = (
        f"{outcome.mark}r inside speech on {a:.0f} to {b:.0f} s of {outcome.today.recording.name}, "
        f"{outcome.speech_s:.0f} s of speech{mark}"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("today known")
    for way in WAYS:
        table.add_column(way, justify="right")
    table.add_column("weight of yesterday", justify="right")
    for other in (ANEW, SCRATCH):
        table.add_column(f"{TOGETHER} over {other} (95 %)", justify="right")
    for row in outcome.rows:
        cells = [_cell(row.scores.get(way)) for way in WAYS]
        table.add_row(f"{row.seen_s / 60:.1f} min", *cells, _share(row), _interval(row.over_anew), _interval(row.gain))
    return table


def transfer_lines(outcome: Outcome) -> list[str]:
    """What the table hangs on, and what can be said."""
    last = outcome.rows[-1]
    lines = [f"note: {note}" for note in outcome.notes]
    lines += [
        f"{AS_IT_IS}: yesterday's bundle; {ANEW}: its normalisation by the first {BASELINE_S:g} s of today at most; "
        f"{_fitted(outcome)}",
        "cells: r (the same with the loudness taken off); * the interval of r lies above the 95th percentile of "
        "circular shifts, and the second is above its own",
        f"seen: after m minutes the first m minutes of today from {outcome.begin_s:.1f} s on; {_choice(outcome)}of "
        f"{outcome.scored_s[0]:.1f} to {outcome.scored_s[1]:.1f} s nothing is used but to score, and to look for the "
        "sound in the channels",
        _of(outcome) + verdict(last),
    ]
    return [*lines, outcome.worst.line] if outcome.worst.contaminated else lines


def verdict(row: Row) -> str:
    """One plain sentence on the last row."""
    minutes = f"after {row.seen_s / 60:.1f} min of today"
    if TOGETHER not in row.scores:
        missing = (
            "name yesterday's recordings with --yesterday, or a ridge bundle"
            if SCRATCH in row.scores
            else "let more of it be known (--minutes), or record more"
        )
        return f"verdict: CANNOT TELL {minutes} whether yesterday helps: {missing}"
    (value, low, high), score = row.gain, row.scores[TOGETHER]
    if any(math.isnan(v) for v in (low, score.low, score.r_chance, score.partial, score.partial_chance)):
        return f"verdict: CANNOT TELL {minutes} whether yesterday helps: the scored part is too short for an interval"
    if not _above(score):
        return f"verdict: {minutes} yesterday and today are NOT above chance (r {score.r:.3f})"
    found = f"r {value:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}"
    if low > 0:
        return f"verdict: {minutes} yesterday and today are better than from scratch ({found})"
    if high < 0:
        return f"verdict: {minutes} yesterday and today are WORSE than from scratch ({found}): train on today alone"
    return f"verdict: {minutes} no difference to from scratch can be told ({found})"


def transfer_values(outcome: Outcome) -> dict[str, Any]:
    """Everything as plain values for JSON; what is not known is null."""
    day = outcome.today
    return {
        "recording": day.recording.name,
        "bundle": outcome.bundle.kind,
        "simulated": outcome.simulated,
        "contamination": outcome.worst.values(),
        "leak": outcome.doubt or NO_LEAK,
        "scored_s": [round(s, 3) for s in outcome.scored_s],
        "seen_from_s": round(outcome.begin_s, 3),
        "speech_s": round(outcome.speech_s, 2),
        "channels": {
            "decoder": len(outcome.bundle.labels), "fitted": len(outcome.labels), "lost": list(day.lost),
            "bad": list(day.bad), "renamed": day.renamed,
        },
        "rows": [_row_values(row) | _marks(outcome) for row in outcome.rows],
        "verdict": _of(outcome) + verdict(outcome.rows[-1]),
        "notes": list(outcome.notes),
    }  # fmt: skip


def transfer_csv(outcome: Outcome) -> str:
    """One line a row and way, each with what makes its figures worthless, or what nobody can tell of them."""
    text = io.StringIO()
    names = [field.name for field in dataclasses.fields(Score)]
    writer = csv.writer(text, lineterminator="\n")
    marks = _marks(outcome) | {"simulated": str(outcome.simulated).lower()}
    writer.writerow(["seen_s", "way", *names, "share", *marks])
    for row in outcome.rows:
        for way, score in row.scores.items():
            share = row.share if way == TOGETHER else float("nan")
            values = [*(getattr(score, name) for name in names), share]
            told = ["" if math.isnan(v) else f"{v:.4g}" for v in values]
            writer.writerow([f"{row.seen_s:.1f}", way, *told, *marks.values()])
    return text.getvalue()


def _of(outcome: Outcome) -> str:
    """What a sentence with figures begins with."""
    return outcome.mark + ("SIMULATED " if outcome.simulated else "")


def _marks(outcome: Outcome) -> dict[str, Any]:
    """What stands in every row: who, what was in the channels of all days, and whether what is scored was learnt."""
    return {
        "simulated": outcome.simulated,
        "contamination": outcome.worst.said,
        "leak": UNKNOWN if outcome.doubt else NO_LEAK,
    }


def _row_values(row: Row) -> dict[str, Any]:
    return {
        "seen_s": round(row.seen_s, 2),
        "counts_s": "all" if math.isinf(row.counts_s) else _known(row.counts_s),
        "share": "yesterday alone" if math.isinf(row.share) else _known(row.share),
        "penalty": _known(row.penalty),
        "scratch_penalty": _known(row.scratch_penalty),
        "scores": {way: {k: _known(v) for k, v in dataclasses.asdict(s).items()} for way, s in row.scores.items()},
        "gain_over_scratch": [_known(v) for v in row.gain],
        "gain_over_anew": [_known(v) for v in row.over_anew],
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)


def _above(score: Score) -> bool:
    return score.low > score.r_chance and score.partial > score.partial_chance


def _cell(score: Score | None) -> str:
    return "-" if score is None else f"{score.r:.3f} ({score.partial:.3f}){'*' if _above(score) else ' '}"


def _ways(outcome: Outcome) -> set[str]:
    return {way for row in outcome.rows for way in row.scores}


def _fitted(outcome: Outcome) -> str:
    """What the last two columns are."""
    if TOGETHER in _ways(outcome):
        before = "a ridge of yesterday's recordings" if outcome.carried is None else "the bundle's weights"
        return f"{TOGETHER}: {before} and today's first minutes; {SCRATCH}: of today's alone"
    if SCRATCH in _ways(outcome):
        return f"{TOGETHER}: nothing; {SCRATCH}: a ridge of today's first minutes"
    return f"{TOGETHER}, {SCRATCH}: nothing was fitted"


def _choice(outcome: Outcome) -> str:
    """How, as part of a sentence."""
    if outcome.carried is not None:
        return (
            "each 5 s are decoded before they are learnt, and what decoded best so far, the newest counting most, is "
            "taken: from scratch, or yesterday's weights as so many seconds of today; "
        )
    if SCRATCH not in _ways(outcome):
        return ""
    chosen = "the weight of yesterday and the penalty" if TOGETHER in _ways(outcome) else "the penalty"
    return f"the last quarter of them chooses {chosen}, then all of them are fitted; "


def _share(row: Row) -> str:
    if not math.isnan(row.counts_s):
        return "as it is" if math.isinf(row.counts_s) else f"{row.counts_s:.0f} s" if row.counts_s else "none"
    share = row.share
    return "-" if math.isnan(share) else "yesterday alone" if math.isinf(share) else f"{share:g}"


def _interval(gain: tuple[float, float, float]) -> str:
    value, low, high = gain
    if math.isnan(value):
        return "-"
    return f"{value:+.3f}" + ("" if math.isnan(low) else f" ({low:+.3f} to {high:+.3f})")
