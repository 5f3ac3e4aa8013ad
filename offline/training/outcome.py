"""What is printed when a training ends."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from offline.data.contamination import KEPT, MARK, OWN_VOICE
from offline.data.known_content import LEAK_UNTOLD
from offline.training.gate import gate_line
from offline.training.run import TrainingResult
from offline.training.score_table import score_table, verdict
from offline.training.settings import Train
from offline.training.sureness import sureness_line

NOT_RETRAINED = (
    "chance by retraining: not drawn here; python -m offline.evaluate RECORDING… --folds 5 draws it where it takes "
    "under two minutes, with --permutations 19 in any case"
)
"""A training scores one fit: what is learnt from a brain that is moved in time takes as many more."""


def print_result(console: Console, settings: Train, result: TrainingResult) -> None:
    """Times of the fits, the table of scores, and whether the decoder is worth having."""
    mark = result.contamination.mark + (f"{LEAK_UNTOLD} " if result.untold else "")
    of = mark + ("SIMULATED " if result.simulated else "")
    if result.chosen:
        console.print(f"{of}features: {result.chosen['why']}", highlight=False, markup=False)
    if settings.days:
        console.print(days_line(settings.days, settings.day_layers), highlight=False, markup=False)
    for kind, report in result.reports.items():
        if "seconds_to_2_percent" in report:
            console.print(
                f"{kind}: {report['epochs']} epoch(s) in {report['seconds']:.0f} s; within 2 % of its best "
                f"free-running validation loss after {report['seconds_to_2_percent']:.0f} s",
                highlight=False,
            )
        members = [(kind, report), *report.get("fits", {}).items()]  # of auto
        for name, said in [(kind, report.get("why")), *((name, own.get("note")) for name, own in members)]:
            if said:
                console.print(f"{of}{name}: {said}", highlight=False, markup=False)
        for name, own in members:
            for day, apart in own.get("days_apart", {}).items():
                console.print(
                    f"{name}: day {day} is {apart:.2f} apart (0: none, 1: as much as the signal)", highlight=False
                )
    given = settings.features.kind == "given"
    if result.leak:
        console.print(result.leak, highlight=False, markup=False)
    console.print(score_table(result.scores, result.test_seconds, settings.decoder, result.simulated, given, mark))
    if result.advantages:
        told = verdict(result.scores, settings.decoder, result.advantages)
        console.print(f"{of}{told}", highlight=False)
    console.print(NOT_RETRAINED, highlight=False, markup=False)
    doubt = mark.removeprefix(f"{MARK} ")  # these lines say it themselves where it was in what they are of
    for line in (gate_line(result.gate, result.simulated), sureness_line(result.sureness, result.simulated)):
        console.print(doubt + line, highlight=False, markup=False)
    if result.contamination.verdict in (KEPT, OWN_VOICE):
        console.print(result.contamination.line, highlight=False, markup=False)
    console.print(f"decoder bundle: {settings.out}", highlight=False)


def days_line(days: Sequence[int], layers: bool) -> str:
    """What is learnt of which day, and which one is scored."""
    before = ", ".join(str(day) for day in dict.fromkeys(days) if day != days[-1])
    return (
        f"days: the decoder is of day {days[-1]}, which alone chooses and is scored; day {before} is learnt with a "
        f"normalisation of its own{', by networks through an input layer of its own' if layers else ''}"
    )
