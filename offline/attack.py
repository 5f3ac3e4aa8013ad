"""`python -m offline.attack`: every known way to look good without decoding, played against the score card.

Ends with exit code 1 where a trick gets through or honest decoders are accused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bk_realtime.errors import exit_cleanly
from bk_realtime.files import write_text
from bk_realtime.logs import parse_command
from offline.attacks.gallery import Attack, Row, honest_rows, trick_rows
from offline.io.outputs import claim

EXIT_THROUGH = 1
MOST_ACCUSED = 0.05
"""Share of honest decoders that may be accused: the level of the verdict."""


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Attack, "python -m offline.attack", argv)
    if settings.out is not None:
        claim(settings.out, settings.overwrite)
    console = Console(width=150, highlight=False)
    tricks, honest = list[Row](), list[Row]()
    with console.status("simulating a session") as status:
        for row in trick_rows(settings.chosen, settings.seed):
            tricks.append(row)
            status.update(f"{row.name}: {'caught' if row.good else 'GETS THROUGH'}")
        honest += honest_rows(settings.honest, settings.seed, lambda row: status.update(f"honest, seed {row.seed}"))
    _print(console, "SIMULATED: known tricks", tricks, ("caught by", "GETS THROUGH"))
    _print(console, "SIMULATED: honest decoders", honest, ("accused by", "not accused"))
    through, accused = [r for r in tricks if not r.good], [r for r in honest if not r.good]
    caught = f"{len(tricks) - len(through)} of {len(tricks)} tricks caught"
    console.print(f"{caught}; {len(accused)} of {len(honest)} honest decoders accused")
    if settings.out is not None:
        rows = {"simulated": True, "tricks": [r.values() for r in tricks], "honest": [r.values() for r in honest]}
        write_text(settings.out, json.dumps(rows, indent=1) + "\n")
        console.print(f"written: {settings.out}")
    return EXIT_THROUGH if through or len(accused) > max(1, MOST_ACCUSED * len(honest)) - (len(honest) == 1) else 0


def _print(console: Console, title: str, rows: Sequence[Row], heads: tuple[str, str]) -> None:
    if not rows:
        return
    table = Table(title=title, title_justify="left")
    for head, width in (("", 38), (heads[0], 22), ("what it says", 80)):
        table.add_column(head, max_width=width)
    for row in rows:
        name = row.name if len(rows) == 1 or row.seed == rows[0].seed else f"{row.name}, seed {row.seed}"
        table.add_row(name, row.by or heads[1], row.figure, style=None if row.good else "bold red")
    console.print(table)


if __name__ == "__main__":
    raise SystemExit(main())
