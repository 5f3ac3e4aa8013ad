"""`python -m offline.ablation RECORDING… --out DIR`: what parts of a decoder, bands or networks are worth.

Every variant is trained on the same parts of the same recordings with the same settings, decodes the same held-out part
running free, and is scored as `offline.train` scores. Several seeds show how much of a difference is chance. With
`--bands` or `--references` ridge is trained with and without these beside high gamma, for each recording by itself;
with `--networks` networks of one cost a frame stand beside ridge; with `--days` the last day of a participant is
trained alone and with the days before.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bk_realtime.config import MelSettings
from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.data.people import people_named
from offline.scoring.paired import Gain
from offline.training.ablation import Ablation, AblationRows, run_ablation
from offline.training.band_gain import BANDS, BandsOf, run_bands
from offline.training.day_gain import ALL, DAYS, DaysOf, run_days
from offline.training.feature_sets import choose_set
from offline.training.network_scores import RIVALS, conclusion, over_people, step_cost
from offline.training.networks import NETWORKS, RESULTS, NetworksOf, run_networks
from offline.training.score_table import CHOSEN, title_facts

COLUMNS = ("r", "r_speech", "mcd_db")


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Ablation, "python -m offline.ablation", argv)
    console = Console()
    if settings.days:
        print_days(run_days(settings, console), settings, console)
        return 0
    if (settings.bands or settings.references) and not settings.networks:
        print_bands(run_bands(settings, console), settings.out, console)
        return 0
    if settings.networks:
        print_networks(run_networks(settings, console), settings, console)
        return 0
    results, simulated, mark = run_ablation(settings, console)
    console.print(ablation_table(settings, results, simulated, mark))
    console.print(CHOSEN, highlight=False, markup=False, soft_wrap=True)
    return 0


def ablation_table(settings: Ablation, results: AblationRows, simulated: bool, mark: str = "") -> Table:
    """Mean over the seeds, and the range of r inside speech among them."""
    title = f"{mark}ablation, held-out part" + title_facts(simulated, settings.features.kind == "given")
    table = Table(title=f"{title}, {len(settings.seeds)} seed(s)", title_justify="left")
    for column in ("variant", "r", "r inside speech", "range", "MCD dB"):
        table.add_column(column, justify="left" if column == "variant" else "right")
    for name in settings.variants:
        rows = np.array([[results[f"{name}/{seed}"][c] for c in COLUMNS] for seed in settings.seeds])
        mean, spread = rows.mean(0), np.ptp(rows[:, 1])
        table.add_row(name, f"{mean[0]:.3f}", f"{mean[1]:.3f}", f"{spread:.3f}", f"{mean[2]:.2f}")
    return table


def print_days(found: DaysOf, settings: Ablation, console: Console) -> None:
    """A table of all ways, and what it does not tell."""
    whole = any(row.way == ALL for row in found.rows)
    more = ", but in the rows of all contacts" if whole else ""
    title = (
        f"{found.mark}day {settings.days[-1]}, {found.scored_s:.0f} s held out; learnt {found.last_s:.0f} s of it, "
        f"{found.before_s:.0f} s of days before; {found.contacts[0]} of the {found.contacts[1]} contacts "
        f"of day {settings.days[-1]}, also where it is alone{more}; {len(settings.seeds)} seed(s)"
    )
    given = settings.features.kind == "given"
    table = Table(title=title + title_facts(found.simulated, given), title_justify="left")
    for column in (
        "decoder",
        "way",
        "r speech",
        "chance",
        "range",
        "over alone [95 %]",
        *(["over all contacts [95 %]"] if whole else []),
        "loudness off",
        "MCD dB",
        "CPU s",
    ):
        table.add_column(column, justify="left" if column in ("decoder", "way") else "right")
    for row in found.rows:
        figures = (f"{row.r_speech:.3f}", f"{row.chance:.3f}", _or_none(row.spread))
        gains = [row.gain, row.over_all] if whole else [row.gain]
        over = ["" if np.isnan(gain[0]) else _interval(gain) for gain in gains]
        table.add_row(
            row.kind, row.way, *figures, *over, f"{row.r_partial:.3f}", f"{row.mcd_db:.2f}", f"{row.cpu_s:.1f}"
        )
    console.print(table)
    if whole:
        console.print(
            "over alone: on the contacts that every day has; over all contacts: what the days before are worth beside "
            f"all that day {settings.days[-1]} has by itself",
            highlight=False,
        )
    console.print(f"{settings.out / DAYS}: of one part of one day", highlight=False, markup=False, soft_wrap=True)


def print_bands(people: list[BandsOf], out: Path, console: Console) -> None:
    """A table and a sentence for each recording."""
    for person in people:
        title = f"{person.mark}{person.name}, ridge, {person.seconds:.0f} s in {person.folds} contiguous folds"
        table = Table(title=title + title_facts(person.simulated, False), title_justify="left")
        for column in ("features", "r speech", "chance", "gain [95 %]", "loudness off", "gain"):
            table.add_column(column, justify="left" if column == "features" else "right")
        for row in person.rows:
            more = ("", "") if np.isnan(row.gain[0]) else (_interval(row.gain), f"{row.gain_partial:+.3f}")
            figures = (f"{row.r_speech:.3f}", f"{row.chance:.3f}", more[0], f"{row.r_partial:.3f}", more[1])
            table.add_row(row.name, *figures)
        console.print(table)
        of = person.mark + ("SIMULATED " if person.simulated else "")
        told = f"{of}{person.name}: {choose_set(person.rows)[1]}"
        console.print(told, highlight=False, markup=False, soft_wrap=True)
    console.print(f"{out / BANDS}", highlight=False, markup=False, soft_wrap=True)


def print_networks(people: list[NetworksOf], settings: Ablation, console: Console) -> None:
    """A table for each recording, what holds over all of them, and whether that is enough to replace anything."""
    seeds = len(settings.seeds)
    for person in people:
        given = settings.features.kind == "given"
        title = (
            f"{person.mark}{person.name}, {person.seconds:.0f} s in {settings.folds} contiguous folds, {seeds} seed(s)"
        )
        table = Table(title=title + title_facts(person.simulated, given), title_justify="left")
        columns = ("network", "r speech", "chance", "range", "loudness off", "MCD dB", "over ridge [95 %]")
        for column in (*columns, "over gru [95 %]", "multiply-adds", "step µs", "CPU s"):
            table.add_column(column, justify="left" if column == "network" else "right")
        for row in person.rows:
            count, us = step_cost(row.kind, person.n_features, MelSettings().n_mels)
            figures = (f"{row.r_speech:.3f}", f"{row.chance:.3f}", _or_none(row.spread), f"{row.r_partial:.3f}")
            over = (_interval(row.over[rival]) if rival in row.over else "" for rival in RIVALS)
            cost = (f"{count:,}", f"{us:.0f}", f"{row.cpu_s:.1f}")
            table.add_row(row.kind, *figures, f"{row.mcd_db:.2f}", *over, *cost)
        console.print(table)
    rows = [person.rows for person in people]
    count = people_named([person.name for person in people])
    of_one = count < len(people)  # recordings of one participant hang together: no interval over them
    told = f"{len(people)} {f'recordings of {count} participant(s) at most' if of_one else 'participants'}"
    lines = [
        f"{kind} over {rival}, {told}: {_interval(over_people(rows, kind, rival), value_alone=of_one)}"
        for kind in NETWORKS
        for rival in RIVALS
        if len(people) > 1 and kind not in RIVALS
    ]
    lines.append(conclusion(rows, settings.folds, min(person.seconds for person in people), seeds, count))
    simulated = ["SIMULATED"] if any(person.simulated for person in people) else []
    marks = [*simulated, *dict.fromkeys(person.mark.strip() for person in people if person.mark)]
    of = f"{', '.join(marks)}: " if marks else ""
    for line in (*(of + line for line in lines), f"{settings.out / RESULTS}"):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _or_none(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.3f}"


def _interval(gain: Gain, value_alone: bool = False) -> str:
    """A difference, with its interval where that is known."""
    value, low, high = gain
    return f"{value:+.3f}" if np.isnan(low) or value_alone else f"{value:+.3f} [{low:+.3f} {high:+.3f}]"


if __name__ == "__main__":
    sys.exit(main())
