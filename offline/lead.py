"""`python -m offline.lead RECORDING…`: how well sound can be predicted ahead of the newest signal, lead by lead.

Motor activity precedes sound, so a decoder that predicts the sound of t + lead buys back the latency of buffers and
sound card. Each lead is a decoder of its own, trained and scored on the same contiguous parts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bk_realtime.errors import OptionError, exit_cleanly
from bk_realtime.files import write_text
from bk_realtime.logs import parse_command
from offline.data.known_content import LEAK_UNTOLD
from offline.data.provenance import UNKNOWN_CAUSALITY
from offline.io.outputs import claim
from offline.training.leads import NEGATIVE, Lead, score_leads
from offline.training.score_table import CHOSEN, title_facts


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Lead, "python -m offline.lead", argv)
    if not settings.recordings or not settings.leads:
        raise OptionError("expected at least one recording and one lead, got none")
    if settings.out is not None:
        claim(settings.out, settings.overwrite)
    console = Console()
    scores, simulated, contamination, untold = score_leads(settings, console)
    mark = contamination.mark + (f"{LEAK_UNTOLD} " if untold else "")
    given = settings.features.kind == "given"
    title = f"{mark}{settings.decoder}: r against lead" + title_facts(simulated, given)
    table = Table(title=title, title_justify="left")
    for name in ("lead ms", "r", "r inside speech", "MCD dB inside speech"):
        table.add_column(name, justify="right")
    for lead, row in scores.items():
        table.add_row(f"{lead:+g}", f"{row['r']:.3f}", f"{row['r_speech']:.3f}", f"{row['mcd_db']:.2f}")
    console.print(table)
    for line in (NEGATIVE, CHOSEN):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if settings.out is not None:
        rows = {f"{k:g}": v for k, v in scores.items()}
        result = {"decoder": settings.decoder, "simulated": simulated, "leads": rows, "negative": NEGATIVE}
        result |= {"choice": CHOSEN, "contamination": contamination.values(), "leak_untold": untold}
        result |= {"causality": UNKNOWN_CAUSALITY} if given else {}
        write_text(settings.out, json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
