"""`python -m tests.bench.decoder_table --speech FILE --words TABLE --out DIR`: decoders side by side, with intervals.

SIMULATED participants × couplings × contiguous folds × decoders. Each cell is one file in DIR/cells, so whatever stops
it, the same command goes on; --show prints what is there at any time, without --speech what the repository keeps, and
--keep adds to that. All participants read the same words in the same voice, so that nothing is said about other words
or voices.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from bk_realtime.decoder.bundle_index import sha256
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.files import write_text
from offline.data.provenance import code_version
from offline.evaluation.cluster import as_they_end
from tests.bench._decoder_cells import BASELINE, DECODERS, SHIFTED, Cell, People, computed, keep, kept_cells, only_one
from tests.bench._decoder_results import RESULTS, Row, key, merged, read_rows, row_of_cell, table_id, write_rows

COUPLINGS = (1.0, 0.5, 0.0)
LINEAR = ("ridge", "ridge, silence 1/4")
MEASURES = ("r", "r_speech", "r_partial", "mcd_db")
LEVEL = 0.05
CODE = ("tests.bench._decoder_cells", "offline.training", "offline.simulation", "bk_realtime.decoder")
"""What must be the same where a cell is computed."""
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


def by_person(rows: list[Row], decoder: str, coupling: float, folds: int) -> dict[int, list[Row]]:
    """The cells of every participant whose folds are all there."""
    people: dict[int, list[Row]] = {}
    for row in rows:
        if row["decoder"] == decoder and row["coupling"] == coupling:
            people.setdefault(row["participant"], []).append(row)
    return {p: sorted(own, key=lambda c: c["fold"]) for p, own in sorted(people.items()) if len(own) == folds}


def mean_of(own: list[Row], measure: str) -> float:
    return float(np.mean([row["scores"][measure] for row in own]))


def above_chance(people: dict[int, list[Row]], measure: str) -> tuple[float, float]:
    """95th percentile of the mean over all cells at circular shifts, and how likely chance reaches what was found.
    Shifts are drawn for each cell on its own and a mean over tens of them is normal, so that their means and variances
    tell it."""
    each = np.array([row["chance"][measure] for own in people.values() for row in own])
    middle, spread = each[:, 0].mean(), max(float(np.sqrt(np.square(each[:, 1]).sum())) / len(each), 1e-12)
    found = np.mean([mean_of(own, measure) for own in people.values()])
    return float(middle + stats.norm.ppf(0.95) * spread), float(stats.norm.sf((found - middle) / spread))


def line_of(
    rows: list[Row], decoder: str, coupling: float, folds: int, baseline: str = BASELINE
) -> dict[str, Any] | None:
    """Figures of one line; None without a whole participant."""
    people = by_person(rows, decoder, coupling, folds)
    if not people:
        return None
    line: dict[str, Any] = {"decoder": decoder, "coupling": coupling, "participants": len(people)}
    for measure in MEASURES:
        line[measure] = float(np.mean([mean_of(own, measure) for own in people.values()]))
    rivals = by_person(rows, baseline, coupling, folds)
    both = [p for p in people if p in rivals and decoder != baseline]
    for measure in MEASURES[1:] if both else ():
        difference = np.array([mean_of(people[p], measure) - mean_of(rivals[p], measure) for p in both])
        line[f"{measure} against"] = (float(difference.mean()), *interval(difference))
        line[f"{measure} better in"] = int(((difference < 0) if measure == "mcd_db" else (difference > 0)).sum())
    line["chance"] = {measure: above_chance(people, measure) for measure in SHIFTED}
    every = [row for own in people.values() for row in own]
    line["cpu_s"] = float(np.mean([row["cpu_s"] for row in every]))
    line["taken"] = [row["chosen"] for row in every if "chosen" in row]
    line["codes"] = {row["code"] for row in every} | {row["code"] for p in both for row in rivals[p]}
    return line


def table(rows: list[Row], wanted: list[Cell], folds: int, baseline: str = BASELINE) -> str:
    """Markdown of all that is there."""
    couplings = sorted({c.coupling for c in wanted}, reverse=True)
    names = list(dict.fromkeys(c.decoder for c in wanted))
    found = [line for c in couplings for name in names if (line := line_of(rows, name, c, folds, baseline)) is not None]
    there = {key(row) for row in rows}
    missing = [c for c in wanted if c.key not in there]
    against = f"against {baseline} [95 %], better in"
    head = ("coupling", "decoder", "people", "r", "r inside speech (chance)", against, "r loudness off (chance)")
    head += (f"against {baseline} [95 %]", "MCD dB", f"against {baseline} [95 %]", "claim", "CPU s")
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in found:
        claims = all(row["chance"][m][1] * len(found) <= LEVEL for m in SHIFTED)
        taken = ", ".join(f"{row['taken'].count(k)}× {k}" for k in dict.fromkeys(row["taken"]))
        values = [
            f"{row['coupling']:g}",
            row["decoder"] + (f" ({taken})" if taken else "") + (" *" if len(row["codes"]) > 1 else ""),
            str(row["participants"]),
            f"{row['r']:.3f}",
            f"{row['r_speech']:.3f} ({row['chance']['r_speech'][0]:.3f})",
            _difference(row, "r_speech", 3) + (f", {row['r_speech better in']}" if "r_speech better in" in row else ""),
            f"{row['r_partial']:.3f} ({row['chance']['r_partial'][0]:.3f})",
            _difference(row, "r_partial", 3),
            f"{row['mcd_db']:.2f}",
            _difference(row, "mcd_db", 2),
            "yes" if claims else "no",
            f"{row['cpu_s']:.1f}",
        ]
        lines.append("| " + " | ".join(values) + " |")
    codes = [row["code"] for row in rows]
    last = [
        f"SIMULATED participants; {len(wanted) - len(missing)} of {len(wanted)} cells are there; a line needs all "
        f"{folds} folds of a participant. Intervals: Student's t over participants, folds averaged first; none under "
        "three participants. Chance: the 95th percentile of the same mean at circular shifts.",
        f"Claim: r inside speech, and with loudness off, above circular shifts at {LEVEL:g} over all {len(found)} "
        "lines (Bonferroni). CPU seconds of training on one thread.",
        f"Code: {', '.join(f'{code} ({codes.count(code)} cells)' for code in sorted(set(codes))) or '-'}."
        + (
            " * A line of cells, or against cells, of more than one." if any(len(r["codes"]) > 1 for r in found) else ""
        ),
    ]
    lacks = []
    for name in names:
        counts = {c: sum((m.decoder, m.coupling) == (name, c) for m in missing) for c in couplings}
        if any(counts.values()):
            at, n = zip(*((f"{c:g}", str(k)) for c, k in counts.items() if k), strict=True)
            lacks.append(f"{name} at coupling {', '.join(at)} ({', '.join(n)} cells)")
    if lacks:
        last.append(f"Not computed: {'; '.join(lacks)}.")
    return "\n".join([*lines, "", *last])


def _difference(row: dict[str, Any], measure: str, digits: int) -> str:
    found = row.get(f"{measure} against")
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


def check_same(out: Path, now: dict[str, Any], say: bool) -> None:
    """Refuse a folder whose cells are of other sessions; ``say`` in it what this table is of."""
    path = out / ABOUT
    if path.exists():
        before = json.loads(path.read_text())
        other = next((key for key in now if before.get(key) != now[key]), None)
        if other is not None:
            raise OptionError(
                f"{out} holds a table of another {other} ({str(before.get(other))[:16]}, now {str(now[other])[:16]}); "
                "expected the same one to go on: choose another --out"
            )
    elif say:
        write_text(path, json.dumps(now, indent=1) + "\n")


def fill(
    people: People,
    out: Path,
    wanted: list[Cell],
    have: set[tuple[str, float, int, int]],
    workers: int = 0,
    scheduler: str = "",
) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Compute what is missing, cell by cell: here, in local processes or on a dask cluster."""
    folder = out / "cells"
    missing = [cell for cell in wanted if cell.key not in have and not cell.path(folder).exists()]
    run = functools.partial(computed, people, out.absolute() / "features")
    for i, values in as_they_end(run, missing, workers, scheduler, CODE):
        keep(missing[i], folder, values)
        yield missing[i], values


def usable(path: Path, kept: list[Row], now: dict[str, Any]) -> list[Row]:
    """Rows of the kept file that are of this table; what is left out, or of other code, is said."""
    own = [row for row in kept if row["table"] == table_id(now)]
    if len(own) < len(kept):
        print(f"{path}: {len(kept) - len(own)} cells are of other sound, words or participants and are left out")
    code = code_version()
    others = [row["code"] for row in own if row["code"] != code]
    if others:
        print(
            f"{path}: {len(others)} of {len(own)} cells are of other code ({', '.join(sorted(set(others)))}; this is "
            f"{code}) and count; --fresh computes them anew"
        )
    return own


def show_kept(path: Path, told: argparse.Namespace) -> None:
    """Print every table of the kept file."""
    tables, rows = read_rows(path)
    if not rows:
        raise InputError(f"{path}: no cells; expected some: compute them with --speech and --out, and --keep")
    for name, of in tables.items():
        facts = (f"{k} {str(v)[:12]}" for k, v in of.items() if v not in (None, "", 0))
        print(f"Table {name}: {', '.join(facts)}\n")
        print(
            table(
                [row for row in rows if row["table"] == name], wanted_of(told, of["folds"]), of["folds"], told.against
            )
        )


def wanted_of(told: argparse.Namespace, folds: int) -> list[Cell]:
    persons = list(range(1, told.participants + 1))
    return order(persons, persons[: told.few], told.couplings, folds, told.decoders)


def fill_and_show(told: argparse.Namespace) -> None:
    """Compute what is missing, unless it is only shown; print the table; keep its cells if asked."""
    for path in (told.speech, told.words):
        if path is not None and not path.is_file():
            raise InputError(f"{path}: no such file; expected the sound of a session, and its words")
    speech, words = (None if path is None else path.absolute() for path in (told.speech, told.words))
    people = People(speech, words, told.channels, told.seconds, told.folds, told.epochs)
    now, wanted = about(people), wanted_of(told, told.folds)
    tables, kept = read_rows(told.kept)
    own = [] if told.fresh else usable(told.kept, kept, now)
    if told.show:
        check_same(told.out, now, say=False)
    else:
        with only_one(told.out):
            check_same(told.out, now, say=True)
            for cell, values in fill(people, told.out, wanted, {key(row) for row in own}, told.workers, told.scheduler):
                r, took = values["scores"]["r_speech"], values["cpu_seconds"]
                print(f"{cell}: r inside speech {r:.3f}, {took:.1f} s", flush=True)
    fresh = [row_of_cell(cell, now) for cell in kept_cells(told.out / "cells")]
    print(table(merged(own, fresh), wanted, told.folds, told.against))
    if told.keep:
        write_rows(told.kept, {**tables, table_id(now): now}, merged(kept, fresh))
        print(f"{told.kept}: {len(fresh)} cells of {told.out} are kept")


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.decoder_table", description=__doc__)
    parser.add_argument("--speech", type=Path, help="one sound file: the session that is read")
    parser.add_argument("--words", type=Path, help="its words: tab-separated onset, offset, word")
    parser.add_argument("--out", type=Path, help="folder of the cells; goes on where it stopped")
    parser.add_argument("--kept", type=Path, default=RESULTS, help="file of cells that are not computed again")
    parser.add_argument("--keep", action="store_true", help="write the cells of --out into --kept")
    parser.add_argument("--fresh", action="store_true", help="take no cells from --kept")
    parser.add_argument("--participants", type=int, default=10)
    parser.add_argument("--few", type=int, default=3, help="participants of Seq2Seq, which takes longest")
    parser.add_argument("--couplings", type=float, nargs="+", default=list(COUPLINGS))
    parser.add_argument("--decoders", nargs="+", default=list(DECODERS), help=f"any of: {'; '.join(DECODERS)}")
    parser.add_argument("--against", choices=list(DECODERS), default=BASELINE, help="what the others are compared with")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--channels", type=int, default=64)
    parser.add_argument("--seconds", type=float, help="only the session's beginning")
    parser.add_argument("--epochs", type=int, default=0, help="of networks; 0: as offline.train")
    parser.add_argument("--workers", type=int, default=0, help="local processes (dask); 0 computes in this one")
    parser.add_argument(
        "--scheduler",
        default="",
        help="address (tcp://...) of a dask scheduler; its workers have this checkout and these paths",
    )
    parser.add_argument("--show", action="store_true", help="only print what is there")
    args = parser.parse_args(argv)
    try:
        unknown = [name for name in args.decoders if name not in DECODERS]
        if unknown:
            raise OptionError(f"--decoders {unknown[0]}: expected any of {'; '.join(DECODERS)}")
        if args.speech is not None and args.out is not None:
            fill_and_show(args)
        elif args.show and args.speech is None and args.out is None and not args.keep:
            show_kept(args.kept, args)
        else:
            raise OptionError("expected --speech FILE and --out DIR, or --show alone for what is kept")
    except BkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
