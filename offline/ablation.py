"""`python -m offline.ablation RECORDING… --out DIR`: what each part of the Seq2Seq decoder, or each band, is worth.

Every variant is trained on the same parts of the same recordings with the same settings, decodes the same held-out part
running free, and is scored as `offline.train` scores. Several seeds show how much of a difference is chance. With
`--bands` ridge is trained with and without bands beside high gamma, for each recording by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.training.ablation import Ablation, AblationRows, run_ablation
from offline.training.band_gain import BANDS, BandsOf, choose_bands, run_bands
from offline.training.score_table import title_facts

COLUMNS = ("r", "r_speech", "mcd_db")


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Ablation, "python -m offline.ablation", argv)
    console = Console()
    if settings.bands:
        print_bands(run_bands(settings, console), settings.out, console)
        return 0
    results, simulated, contamination = run_ablation(settings, console)
    console.print(ablation_table(settings, results, simulated, contamination.mark))
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


def print_bands(people: list[BandsOf], out: Path, console: Console) -> None:
    """A table and a sentence for each recording."""
    for person in people:
        title = f"{person.mark}{person.name}, ridge, {person.seconds:.0f} s in {person.folds} contiguous folds"
        table = Table(title=title + title_facts(person.simulated, False), title_justify="left")
        for column in ("bands", "r speech", "chance", "gain [95 %]", "loudness off", "gain"):
            table.add_column(column, justify="left" if column == "bands" else "right")
        for row in person.rows:
            gain, low, high = row.gain
            known = "" if np.isnan(low) else f" [{low:+.3f} {high:+.3f}]"
            more = ("", "") if np.isnan(gain) else (f"{gain:+.3f}{known}", f"{row.gain_partial:+.3f}")
            figures = (f"{row.r_speech:.3f}", f"{row.chance:.3f}", more[0], f"{row.r_partial:.3f}", more[1])
            table.add_row(row.name, *figures)
        console.print(table)
        console.print(f"{person.name}: {choose_bands(person.rows)[1]}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{out / BANDS}", highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
