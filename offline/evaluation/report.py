"""The score card on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from offline.data.contamination import MARKS
from offline.data.known_content import LEAK_UNTOLD
from offline.data.known_content import UNKNOWN as CONTENT_UNKNOWN
from offline.evaluation.gate_card import COLUMNS, fill_gate_table
from offline.evaluation.segment import MEL_MEASURES
from offline.evaluation.sureness_card import HEADS as SURENESS_HEADS
from offline.evaluation.sureness_card import fill_sureness_table
from offline.evaluation.words import NEAREST, OTHERS
from offline.scoring.sound import SOUND_MEASURES

HEADS = {
    "r": "r",
    "r_speech": "r in speech",
    "r_partial": "r loudness off",
    "r_windows": "r 400 ms",
    "mcd_db": "MCD dB",
    "mcd_warped_db": "MCD warped",
    "stoi": "STOI",
    "estoi": "ESTOI",
    "pesq": "PESQ",
}
DIGITS = {"mcd_db": 2, "mcd_warped_db": 2, "pesq": 2}
LEAK, GIVEN = "LEAK", "GIVEN FEATURES"


def print_card(console: Console, name: str, card: dict[str, Any]) -> None:
    """Table of the measures with intervals and chance, table of speech detection, then the verdicts."""
    prefix = card_mark(card) + ("SIMULATED " if card["simulated"] else "")
    title = (
        f"{prefix}{name}: {card['seconds']:.0f} s scored, {card['speech_seconds']:.0f} s of speech, "
        f"{card['n_trials']} trials by {card['trials_by']}, sound of {card['sound_seconds']:.0f} s"
    )
    console.print(_measures(title, card, MEL_MEASURES))
    if card["sound_seconds"]:
        console.print(_sound(card))
    console.print(_detection(card))
    if "gate" in card:
        table = _frame(f"speech gate at the thresholds of its training{_simulated(card)}", list(COLUMNS))
        console.print(fill_gate_table(table, card["gate"]))
    if "sureness" in card:
        table = _frame(f"error within the interval that was said{_simulated(card)}", SURENESS_HEADS)
        console.print(fill_sureness_table(table, card["sureness"]))
    if card["words"]:
        console.print(_words(card))
    for line in card["verdicts"]:
        sign = "[green]ok [/green]" if line["good"] else "[bold red]no [/bold red]"
        console.print(f"{sign} {line['check']}: {_plain(line['text'])}", highlight=False)
    for note in card["notes"]:
        console.print(f"note: {_plain(note)}", highlight=False)


def card_marks(card: dict[str, Any]) -> list[str]:
    """What may make all that a card measures worthless, or what nobody can tell of it: in the title of every table and
    picture, and beside every total."""
    audit = card.get("contamination", {}).get("verdict")
    marks = [MARKS[audit]] if audit in MARKS else []
    if any(leak["finding"] for leak in card.get("leak_probe", [])):
        marks.append(LEAK)
    elif card.get("content", {}).get("verdict") == CONTENT_UNKNOWN:
        marks.append(LEAK_UNTOLD)
    return [*marks, *([GIVEN] if "causality" in card else [])]


def card_mark(card: dict[str, Any]) -> str:
    """The same as titles begin with it."""
    return "".join(f"{mark} " for mark in card_marks(card))


def print_total(console: Console, total: dict[str, Any], simulated: bool, mark: str = "") -> None:
    """Mean over recordings, and whether each is of a participant of its own."""
    prefix, n, people = mark + ("SIMULATED " if simulated else ""), total["n_recordings"], total["n_participants"]
    over = f"mean of {n} recordings taken for {n} participants, intervals over them (Student's t, three or more)"
    if people < n:
        over = f"mean of {n} recordings of {people} participant(s) at most, by name or content: no intervals over them"
    for measures in (MEL_MEASURES, SOUND_MEASURES):
        table = _frame(f"{prefix}{over}", _heads(measures))
        for decoder, row in total["decoders"].items():
            table.add_row(decoder, *(cell(row[m], m) for m in measures))
        console.print(table)


def cell(entry: dict[str, Any], measure: str) -> str:
    """Value over its interval; a dash where it is not defined."""
    value, low, high = (_number(entry.get(k)) for k in ("value", "low", "high"))
    digits = DIGITS.get(measure, 3)
    if not math.isfinite(value):
        return "-"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{value:.{digits}f}"
    return f"{value:.{digits}f}\n{low:.{digits}f}…{high:.{digits}f}"


def print_copy_synthesis(console: Console, result: dict[str, Any]) -> None:
    """A row a file, and their mean."""
    table = Table(title=f"copy synthesis, vocoder {result['vocoder']['name']}", title_justify="left")
    table.add_column("")
    for head in ("PESQ", "ESTOI", "LSD dB"):
        table.add_column(head, justify="right")
    for row in [*result["files"], {"file": "mean", **result["mean"]}]:
        values = [row[key] for key in ("pesq", "estoi", "lsd")]
        table.add_row(row["file"], *(f"{value:.3f}" if math.isfinite(value) else "-" for value in values))
    console.print(table)
    if result["too_short"]:
        n, n_all = len(result["too_short"]), len(result["too_short"]) + len(result["files"])
        console.print(f"note: {n} of {n_all} sounds left out, shorter than 0.5 s", highlight=False)


def _frame(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=_plain(title), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("", min_width=14, max_width=14, overflow="fold")
    for head in heads:
        table.add_column(head, justify="right")
    return table


def _heads(measures: Sequence[str]) -> list[str]:
    return [HEADS[measure] for measure in measures]


def _measures(title: str, card: dict[str, Any], measures: Sequence[str]) -> Table:
    table = _frame(title, _heads(measures))
    for decoder, row in card["decoders"].items():
        style = "bold" if decoder == card["decoder"] else None
        if any(math.isfinite(_number(row[m]["value"])) for m in measures):
            table.add_row(decoder, *(cell(row[m], m) for m in measures), style=style)
    table.add_section()
    for kind, chance in card["chance"].items():
        cells = [cell({"value": chance[m]["p95"]}, m) if m in chance else "-" for m in measures]
        n = max(entry["n"] for entry in chance.values())
        table.add_row(f"chance 95 %: {kind}, n = {n}", *cells)
    return table


def _sound(card: dict[str, Any]) -> Table:
    table = _frame("sound" + _simulated(card), _heads(SOUND_MEASURES))
    for decoder, row in card["decoders"].items():
        style = "bold" if decoder == card["decoder"] else None
        if any(math.isfinite(_number(row[m]["value"])) for m in SOUND_MEASURES):
            table.add_row(decoder, *(cell(row[m], m) for m in SOUND_MEASURES), style=style)
    return table


def _detection(card: dict[str, Any]) -> Table:
    title = f"speech detection at the recorded speech's own threshold{_simulated(card)}"
    table = _frame(title, ("speech heard", "silence kept", "trials found", "false an hour"))
    for decoder, found in card["detection"].items():
        shares = [_share(found[k]) for k in ("hit_rate_frames", "silence_kept_frames", "trials_detected")]
        style = "bold" if decoder == card["decoder"] else None
        table.add_row(decoder, *shares, f"{_number(found['false_activations_per_hour']):.0f}", style=style)
    return table


def _words(card: dict[str, Any]) -> Table:
    """A column a listener: share of words right over its interval; ceiling and luck in rows of their own."""
    listeners = card["words"]
    table = _frame(f"words right{_simulated(card)}", list(listeners))
    table.add_row("trials, words", *(f"{w['n_trials']}, {w['n_words']}" for w in listeners.values()))
    table.add_section()
    for row in dict.fromkeys(row for words in listeners.values() for row in words["rows"]):
        found = [words["rows"].get(row) for words in listeners.values()]
        cells = ["-" if f is None else f"{f['share']:.0%}\n{f['low']:.0%}…{f['high']:.0%}" for f in found]
        table.add_row(row, *cells, style="bold" if row == card["decoder"] else None)
    table.add_section()
    own = [words["rows"][card["decoder"]] for words in listeners.values()]
    table.add_row("chance", *(f"{words['chance']:.0%}" for words in listeners.values()))
    table.add_row("luck 95 %", *(f"{row['p95']:.0%}" for row in own))
    for guesser in dict.fromkeys(name for words in listeners.values() for name in words["guessers"]):
        limits = [words["guessers"].get(guesser, {}).get("p95") for words in listeners.values()]
        if any(limit is not None for limit in limits):  # what was listened to has a row above
            table.add_row(f"luck 95 %, {guesser}", *(_share(limit) for limit in limits))
    templates = listeners.get(NEAREST, {}).get("templates")
    table.caption = f"{NEAREST}: candidates are {templates}" + ("" if templates == OTHERS else "; ceiling 100 %")
    table.caption_justify = "left"
    return table


def _simulated(card: dict[str, Any]) -> str:
    words = card_marks(card) + ["SIMULATED"] * bool(card["simulated"])
    return f" ({', '.join(words)})" if words else ""


def _share(value: float | None) -> str:
    return f"{value:.0%}" if math.isfinite(_number(value)) else "-"


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
