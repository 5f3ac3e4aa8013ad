"""What came out, as the Markdown table of docs/testing.md, and whether it meets the goal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.mutants.kept import Outcome

if TYPE_CHECKING:
    from tests.mutants.mutations import Mutant

GOAL = 0.92
KILLED, LATE, SURVIVED, EQUIVALENT, BROKEN, NOT_TRIED = (
    "killed",
    "late",
    "survived",
    "equivalent",
    "broken",
    "not tried",
)


@dataclass(frozen=True)
class Came:
    """What came out of a run: Markdown, and the exit code that goes with it."""

    text: str
    code: int


def table(
    work: Sequence[tuple[Mutant, Outcome | None]],
    why: Mapping[tuple[str, str, str], str],
    unusable: Mapping[str, str],
) -> Came:
    """A line a module, then what survived, what was late, and what could not be told.

    Parameters
    ----------
    work : faults and what became of them; None where there was no time.
    why : reasons of the faults that change nothing, by module, line before and after it.
    unusable : modules of which nothing can be told, with the reason.
    """
    counts: dict[str, Counter[str]] = {}
    said: dict[str, list[str]] = {SURVIVED: [], LATE: [], BROKEN: []}
    for mutant, outcome in work:
        word = NOT_TRIED if outcome is None else outcome.word
        if word == SURVIVED and (mutant.module, mutant.before, mutant.after) in why:
            word = EQUIVALENT
        counts.setdefault(mutant.module, Counter())[word] += 1
        if word in said and outcome is not None and mutant.module not in unusable:
            by = f"\n    {outcome.by}" if outcome.by else ""
            lines = f"\n    - {mutant.before}\n    + {mutant.after}"
            said[word].append(f"{mutant.module}:{mutant.line} {mutant.operator}{lines}{by}")
    rows = ["| module | faults | noticed | time ran out | change nothing | survived |", "|---|--:|--:|--:|--:|--:|"]
    total: Counter[str] = Counter()
    for module, words in counts.items():
        if module in unusable:
            rows.append(f"| {module} | no usable sample | | | | |")
            continue
        rows.append(_row(module, words))
        total.update(words)
    told = total[KILLED] + total[SURVIVED]
    share = total[KILLED] / max(1, told)
    rows.append(_row("**all**", total))
    parts = ["\n".join(rows)]
    for word, title in ((SURVIVED, "survived"), (LATE, "time ran out, which counts neither way"), (BROKEN, "broken")):
        if said[word]:
            parts.append("\n".join([f"{title}:", *said[word]]))
    parts += [f"no usable sample of {module}: {reason}" for module, reason in unusable.items()]
    if total[NOT_TRIED]:
        parts.append(f"{total[NOT_TRIED]} faults were not tried, no time left; the same command goes on there")
    parts.append(f"noticed: {total[KILLED]} of {told} that change something, {share:.1%} (goal {GOAL:.0%})")
    return Came("\n\n".join(parts), 2 if unusable else 0 if share >= GOAL else 1)


def _row(name: str, words: Counter[str]) -> str:
    tried = sum(words.values()) - words[NOT_TRIED]
    return f"| {name} | {tried} | {words[KILLED]} | {words[LATE]} | {words[EQUIVALENT]} | {words[SURVIVED]} |"
