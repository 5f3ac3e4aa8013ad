"""`python -m offline.loop BUNDLE`: does the voice ring through the ear of a SIMULATED participant who hears it?

False voice while she listens, loop gain and howling margin against level and delay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bk_realtime.errors import exit_cleanly
from bk_realtime.files import write_bytes, write_text
from bk_realtime.logs import parse_command
from offline.io.outputs import claim
from offline.simulation.loop_table import Loop, loop_picture, run_loops


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Loop, "python -m offline.loop", argv)
    if settings.out is not None:
        settings.out.mkdir(parents=True, exist_ok=True)
        for name in ("loop.json", "loop.png"):
            claim(settings.out / name, settings.overwrite)
    console = Console(width=110, highlight=False)
    with console.status("closing the loop"):
        result = run_loops(settings)
    table = Table(title="the loop through a SIMULATED participant who hears the decoder", title_justify="left")
    for head in ("", "level dB", "delay ms", "loop gain", "margin dB", "false voices an hour", "rings on for, s"):
        table.add_column(head, justify="right")
    for row in result["rows"]:
        numbers = (row["level_db"], row["delay_ms"], row["loop_gain"], row["margin_db"], row["false_per_hour"])
        cells = [f"{number:.{digits}f}" for number, digits in zip(numbers, (0, 0, 2, 1, 0), strict=True)]
        table.add_row("SIMULATED", *cells, f"{row['rings_s']:.1f}" + (" RINGS" if row["rings"] else ""))
    console.print(table)
    console.print(f"SIMULATED: loop gain reaches 1 at {result['rings_at_db']:.1f} dB re her own speech")
    listens_s = settings.seconds / 2 - 1.0
    one = f"one is {3600 / listens_s:.0f} an hour"
    console.print(f"SIMULATED: false voices are counted over {listens_s:g} s of each run, {one}; more with --seconds")
    if settings.out is not None:
        write_text(settings.out / "loop.json", json.dumps(result, indent=1) + "\n")
        write_bytes(settings.out / "loop.png", loop_picture(result))
        console.print(f"written: {settings.out / 'loop.json'}, loop.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
