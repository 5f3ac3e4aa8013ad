"""`python -m tests.bench.decoder_table --speech FILE --words TABLE --out DIR`: decoders side by side, with intervals.

SIMULATED participants × couplings × contiguous folds × decoders. Each cell is one file in DIR/cells, so whatever stops
it, the same command goes on; --show prints what is there at any time. All participants read the same words in the same
voice, so that nothing is said about other words or voices.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import stats

from bk_realtime.decoder.bundle_index import sha256
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.files import write_text
from tests.bench._decoder_cells import BASELINE, DECODERS, SHIFTED, Cell, People, compute, keep, kept_cells, only_one

COUPLINGS = (1.0, 0.5, 0.0)
LINEAR = ("ridge", "ridge, silence 1/4")
MEASURES = ("r", "r_speech", "r_partial", "mcd_db")
LEVEL = 0.05
ABOUT = "table.json"


def order(participants: list[int], few: list[int], couplings: list[float], folds: int, rows: list[str]) -> list[Cell]:
    """All cells, cheap ones first; Seq2Seq over ``few`` participants and last."""
    cells = []
    for names in ([r for r in rows if r in LINEAR], *([r] for r in rows if r not in LINEAR)):
        for coupling in couplings:
            for participant in few if names == ["seq2seq"] else participants:
                cells += [Cell(name, coupling, participant, fold) for fold in range(folds) for name in names]
    return cells


def interval(differences: np.ndarray) -> tuple[float, float]:
    """95 % interval of a mean over participants, by Student's t; NaN under three of them. Folds of one participant
    share most of their training, so they are averaged first and count as one."""
    n = len(differences)
    if n < 3:
        return float("nan"), float("nan")
    reach = float(stats.t.ppf(0.975, n - 1) * differences.std(ddof=1) / np.sqrt(n))
    return float(differences.mean()) - reach, float(differences.mean()) + reach


def by_person(
    cells: list[dict[str, Any]], decoder: str, coupling: float, folds: int
) -> dict[int, list[dict[str, Any]]]:
    """The cells of every participant whose folds are all there."""
    people: dict[int, list[dict[str, Any]]] = {}
    for cell in cells:
        if cell["decoder"] == decoder and cell["coupling"] == coupling:
            people.setdefault(cell["participant"], []).append(cell)
    return {p: sorted(own, key=lambda c: c["fold"]) for p, own in sorted(people.items()) if len(own) == folds}


def mean_of(own: list[dict[str, Any]], measure: str) -> float:
    return float(np.mean([cell["scores"][measure] for cell in own]))


def above_chance(people: dict[int, list[dict[str, Any]]], measure: str) -> tuple[float, float]:
    """95th percentile of the mean over all cells at circular shifts, and how likely chance reaches what was found
    (normal: a mean over tens of folds)."""
    draws = np.array([cell["chance"][measure] for own in people.values() for cell in own]).mean(0)
    found = np.mean([mean_of(own, measure) for own in people.values()])
    spread = max(float(draws.std(ddof=1)), 1e-12)
    return float(np.quantile(draws, 0.95)), float(stats.norm.sf((found - draws.mean()) / spread))


def row_of(cells: list[dict[str, Any]], decoder: str, coupling: float, folds: int) -> dict[str, Any] | None:
    """Figures of one line; None without a whole participant."""
    people = by_person(cells, decoder, coupling, folds)
    if not people:
        return None
    row: dict[str, Any] = {"decoder": decoder, "coupling": coupling, "participants": len(people)}
    for measure in MEASURES:
        row[measure] = float(np.mean([mean_of(own, measure) for own in people.values()]))
    rivals = by_person(cells, BASELINE, coupling, folds)
    both = [p for p in people if p in rivals and decoder != BASELINE]
    for measure in MEASURES[1:] if both else ():
        difference = np.array([mean_of(people[p], measure) - mean_of(rivals[p], measure) for p in both])
        row[f"{measure} against {BASELINE}"] = (float(difference.mean()), *interval(difference))
        row[f"{measure} better in"] = int(((difference < 0) if measure == "mcd_db" else (difference > 0)).sum())
    row["chance"] = {measure: above_chance(people, measure) for measure in SHIFTED}
    every = [cell for own in people.values() for cell in own]
    row["cpu_s"] = float(np.mean([cell["cpu_seconds"] for cell in every]))
    row["taken"] = [cell["fit"]["chosen"] for cell in every if "chosen" in cell["fit"]]
    return row


def table(cells: list[dict[str, Any]], wanted: list[Cell], folds: int) -> str:
    """Markdown of all that is there."""
    couplings = sorted({c.coupling for c in wanted}, reverse=True)
    names = list(dict.fromkeys(c.decoder for c in wanted))
    rows = [row for c in couplings for name in names if (row := row_of(cells, name, c, folds)) is not None]
    there = {(c["decoder"], c["coupling"], c["participant"], c["fold"]) for c in cells}
    done = sum((c.decoder, c.coupling, c.participant, c.fold) in there for c in wanted)
    head = ("coupling", "decoder", "people", "r", "r inside speech", "against ridge [95 %]", "better in", "chance")
    head += ("r loudness off", "against ridge [95 %]", "chance", "MCD dB", "against ridge [95 %]", "claim", "CPU s")
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        claims = all(row["chance"][m][1] * len(rows) <= LEVEL for m in SHIFTED)
        taken = ", ".join(f"{row['taken'].count(k)}× {k}" for k in dict.fromkeys(row["taken"]))
        n = row["participants"]
        values = [
            f"{row['coupling']:g}",
            row["decoder"] + (f" ({taken})" if taken else ""),
            str(n),
            f"{row['r']:.3f}",
            f"{row['r_speech']:.3f}",
            _difference(row, "r_speech", 3),
            f"{row['r_speech better in']} of {n}" if "r_speech better in" in row else "",
            f"{row['chance']['r_speech'][0]:.3f}",
            f"{row['r_partial']:.3f}",
            _difference(row, "r_partial", 3),
            f"{row['chance']['r_partial'][0]:.3f}",
            f"{row['mcd_db']:.2f}",
            _difference(row, "mcd_db", 2),
            "yes" if claims else "no",
            f"{row['cpu_s']:.1f}",
        ]
        lines.append("| " + " | ".join(values) + " |")
    codes = sorted({c["code"] for c in cells})
    last = [
        f"SIMULATED participants; {done} of {len(wanted)} cells are there; a line needs all {folds} folds of a "
        "participant. Intervals: Student's t over participants, folds averaged first; none under three participants.",
        f"Claim: r inside speech, and with loudness off, above circular shifts at {LEVEL:g} over all {len(rows)} lines "
        f"(Bonferroni). CPU seconds of training on one thread. Code: {', '.join(codes) or '-'}.",
    ]
    return "\n".join([*lines, "", *last])


def _difference(row: dict[str, Any], measure: str, digits: int) -> str:
    found = row.get(f"{measure} against {BASELINE}")
    if found is None:
        return ""
    mean, low, high = found
    if np.isnan(low):
        return f"{mean:+.{digits}f}"
    return f"{mean:+.{digits}f} [{low:+.{digits}f} {high:+.{digits}f}]"


def about(people: People) -> dict[str, Any]:
    """What all cells of a table share."""
    return {
        "speech": sha256(people.speech),
        "words": "" if people.words is None else sha256(people.words),
        "channels": people.channels,
        "seconds": people.seconds,
        "folds": people.folds,
        "epochs": people.epochs,
    }


def check_same(out: Path, people: People) -> None:
    """Refuse a folder whose cells are of other sessions; says in it what this table is of."""
    now = about(people)
    path = out / ABOUT
    if path.exists():
        before = json.loads(path.read_text())
        other = next((key for key in now if before.get(key) != now[key]), None)
        if other is not None:
            raise OptionError(
                f"{out} holds a table of another {other} ({str(before.get(other))[:16]}, now {str(now[other])[:16]}); "
                "expected the same one to go on: choose another --out"
            )
    else:
        write_text(path, json.dumps(now, indent=1) + "\n")


def fill(people: People, out: Path, wanted: list[Cell]) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Compute what is missing, cell by cell."""
    folder = out / "cells"
    for cell in wanted:
        if not cell.path(folder).exists():
            values = compute(people, cell, out / "features")
            keep(cell, folder, values)
            yield cell, values


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.decoder_table", description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, help="one sound file: the session that is read")
    parser.add_argument("--words", type=Path, help="its words: tab-separated onset, offset, word")
    parser.add_argument("--out", type=Path, required=True, help="folder of the cells; goes on where it stopped")
    parser.add_argument("--participants", type=int, default=10)
    parser.add_argument("--few", type=int, default=3, help="participants of Seq2Seq, which takes longest")
    parser.add_argument("--couplings", type=float, nargs="+", default=list(COUPLINGS))
    parser.add_argument("--decoders", nargs="+", default=list(DECODERS), help=f"any of: {'; '.join(DECODERS)}")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--channels", type=int, default=64)
    parser.add_argument("--seconds", type=float, help="only the session's beginning")
    parser.add_argument("--epochs", type=int, default=0, help="of networks; 0: as offline.train")
    parser.add_argument("--show", action="store_true", help="only print what is there")
    args = parser.parse_args(argv)
    try:
        unknown = [name for name in args.decoders if name not in DECODERS]
        if unknown:
            raise OptionError(f"--decoders {unknown[0]}: expected any of {'; '.join(DECODERS)}")
        for path in (args.speech, args.words):
            if path is not None and not path.is_file():
                raise InputError(f"{path}: no such file; expected the sound of a session, and its words")
        people = People(args.speech, args.words, args.channels, args.seconds, args.folds, args.epochs)
        persons = list(range(1, args.participants + 1))
        wanted = order(persons, persons[: args.few], args.couplings, args.folds, args.decoders)
        if not args.show:
            torch.set_num_threads(1)
            with only_one(args.out):
                check_same(args.out, people)
                for cell, values in fill(people, args.out, wanted):
                    r, took = values["scores"]["r_speech"], values["cpu_seconds"]
                    print(f"{cell}: r inside speech {r:.3f}, {took:.1f} s", flush=True)
        print(table(kept_cells(args.out / "cells"), wanted, args.folds))
    except BkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
