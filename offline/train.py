"""`python -m offline.train RECORDING… --out DIR`: train a decoder and write the bundle that a live session loads."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence

from rich.console import Console

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.training.gate import gate_line
from offline.training.run import TrainingResult, train
from offline.training.run_folder import kept_vocoder
from offline.training.score_table import score_table, verdict
from offline.training.settings import Train


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Train, "python -m offline.train", argv)
    words = sys.argv[1:] if argv is None else argv
    if settings.resume and not any(word.startswith("--vocoder.") for word in words):
        settings = dataclasses.replace(settings, vocoder=kept_vocoder(settings.out))
    console = Console()
    result = train(settings, console)
    if result is not None:
        print_result(console, settings, result)
    return 0


def print_result(console: Console, settings: Train, result: TrainingResult) -> None:
    """Times of the fits, the table of scores, and whether the decoder is worth having."""
    for kind, report in result.reports.items():
        if "seconds_to_2_percent" in report:
            console.print(
                f"{kind}: {report['epochs']} epoch(s) in {report['seconds']:.0f} s; within 2 % of its best "
                f"free-running validation loss after {report['seconds_to_2_percent']:.0f} s",
                highlight=False,
            )
    given, mark = settings.features.kind == "given", result.contamination.mark
    console.print(score_table(result.scores, result.test_seconds, settings.decoder, result.simulated, given, mark))
    if result.advantages:
        console.print(verdict(result.scores, settings.decoder, result.advantages), highlight=False)
    console.print(gate_line(result.gate, result.simulated), highlight=False, markup=False)
    if result.contamination.contaminated:
        console.print(result.contamination.line, highlight=False, markup=False)
    console.print(f"decoder bundle: {settings.out}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
