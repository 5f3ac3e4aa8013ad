"""`python -m offline.ablation RECORDING… --out DIR`: what each part of the Seq2Seq decoder is worth.

Every variant is trained on the same parts of the same recordings with the same settings, decodes the same held-out part
running free, and is scored as `offline.train` scores. Several seeds show how much of a difference is chance.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.training.ablation import Ablation, AblationRows, run_ablation
from offline.training.score_table import title_facts

COLUMNS = ("r", "r_speech", "mcd_db")


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Ablation, "python -m offline.ablation", argv)
    console = Console()
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


if __name__ == "__main__":
    sys.exit(main())
