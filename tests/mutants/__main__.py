"""``make mutants``: one-line faults in critical modules, and whether a test fails for each.

Modules and their tests stand in modules.toml, with the faults that change nothing and why. A fault that makes the
tests run for ever counts as noticed only if it does so again with three times the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.mutants import trial
from tests.mutants.mutations import Mutant, sample

HERE = Path(__file__).resolve().parent
GOAL = 0.92
KILLED, HANGS, SURVIVED, EQUIVALENT = "killed", "hangs", "survived", "equivalent"
CACHE = trial.ROOT / ".mutants"
"""Compiled code of the sound modules, kept between runs."""


@dataclass(frozen=True)
class Group:
    """Modules (paths) that have tests (files) and pytest marks in common; ``stale``: compiled code made from them."""

    paths: tuple[str, ...]
    tests: tuple[str, ...]
    marks: str
    stale: tuple[str, ...]


@dataclass
class Sound:
    """What the tests do without a fault.

    Attributes
    ----------
    seconds : of each test, by its node id.
    reached : module, line, node ids of the tests that reach it; none: while the file was imported.
    """

    seconds: dict[str, float]
    reached: dict[str, dict[int, set[str]]]

    def tests_for(self, mutant: Mutant, files: Sequence[str], compiled: bool) -> tuple[list[str], dict[str, float]]:
        """Files to run, and the place of each test: first those that reach the line, the quickest first."""
        tests = {n for n in self.reached.get(mutant.module, {}).get(mutant.line, set()) if n.split("::")[0] in files}
        always = compiled or not tests  # run when imported, or where no tracer sees it
        chosen = [file for file in files if always or any(t.startswith(file + "::") for t in tests - {""})]
        rank = {n: s + (0 if n in tests or always else 1e3) for n, s in self.seconds.items()}
        return chosen or list(files), rank


def read_settings() -> tuple[list[Group], dict[tuple[str, str, str], str]]:
    """Groups of modules, and the reason of each fault that changes nothing, by module, line before and after it."""
    values = tomllib.loads((HERE / "modules.toml").read_text(encoding="utf-8"))
    same = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8")).get("fault", [])
    groups = [
        Group(tuple(g["paths"]), tuple(g["tests"]), g.get("marks", values["marks"]), tuple(g.get("compiled", ())))
        for g in values["module"]
    ]
    return groups, {(e["module"], e["before"], e["after"]): e["why"] for e in same}


def by_hand(modules: Sequence[str]) -> list[Mutant]:
    """The faults of by_hand.toml in modules with one of these words in their path; all where there are none."""
    faults = tomllib.loads((HERE / "by_hand.toml").read_text(encoding="utf-8"))["fault"]
    made = []
    for fault in faults:
        module, before, after = fault["module"], fault["before"], fault["after"]
        if modules and not any(part in module for part in modules):
            continue
        lines = (trial.ROOT / module).read_text(encoding="utf-8").splitlines(keepends=True)
        at = next(k for k, line in enumerate(lines) if line.strip() == before)
        lines[at] = lines[at].replace(before, after)
        made.append(Mutant(module, at + 1, "by hand", before, after, "".join(lines)))
    return made


def run_sound(groups: Sequence[Group], jobs: int, scratch: Path) -> Sound:
    """Every test file once, as it is. Exits with 2 where one fails, then nothing can be told."""
    wanted = {(test, g.marks) for g in groups for test in g.tests}
    modules = [path for g in groups for path in g.paths]
    names = sorted(wanted)
    outs = [scratch / f"sound-{k}.json" for k in range(len(names))]
    trials = [
        trial.Trial(partial(trial.sound_run, test, marks, modules, out, CACHE / "numba"), 900.0)
        for (test, marks), out in zip(names, outs, strict=True)
    ]
    found = Sound({}, defaultdict(lambda: defaultdict(set)))
    for k in trial.run_all(trials, jobs, scratch / "sound"):
        if trials[k].code not in (0, 5):
            sys.exit(f"error: {names[k][0]} fails without any fault (exit code {trials[k].code}); mend it first")
        values = json.loads(outs[k].read_text())
        found.seconds.update(values["seconds"])
        for module, lines in values["reached"].items():
            for line, tests in lines.items():
                found.reached[module][int(line)] |= set(tests) - {""}
        print(f"  {trials[k].seconds:5.1f} s  {names[k][0]}", file=sys.stderr, flush=True)
    return found


def run_mutants(
    work: Sequence[tuple[Group, Mutant]], sound: Sound, jobs: int, scratch: Path, until: float
) -> list[str | None]:
    """What became of each fault; None where there was no time left for it."""

    def made(group: Group, mutant: Mutant, times: float) -> trial.Trial:
        tests, rank = sound.tests_for(mutant, group.tests, bool(group.stale))
        usual = sum(s for n, s in sound.seconds.items() if n.split("::")[0] in tests)
        run = partial(
            trial.mutated_run, mutant.module, mutant.source, tests, group.marks, rank, CACHE / "numba", group.stale
        )
        return trial.Trial(run, times * (30.0 + 5.0 * usual + 60.0 * bool(group.stale)))

    said: list[str | None] = [None] * len(work)
    trials = [made(group, mutant, 1.0) for group, mutant in work]
    late: list[int] = []
    for k in trial.run_all(trials, jobs, scratch / "mutants"):
        code = trials[k].code
        said[k] = SURVIVED if code == 0 else KILLED
        if code is None:
            late.append(k)
        mutant = work[k][1]
        word = "late" if code is None else said[k]
        print(
            f"  {trials[k].seconds:5.1f} s  {word:8s}  {mutant.module}:{mutant.line}  {mutant.operator}",
            file=sys.stderr,
        )
        if time.monotonic() > until:
            for rest in trials:
                rest.work = _no_time
    for k in late:
        again = [made(*work[k], 3.0)]
        for _ in trial.run_all(again, 1, scratch / "late"):
            said[k] = HANGS if again[0].code is None else SURVIVED if again[0].code == 0 else KILLED
    return [None if t.code == NO_TIME else s for t, s in zip(trials, said, strict=True)]


NO_TIME = 71


def _no_time() -> int:
    return NO_TIME


def table(work: Sequence[tuple[Group, Mutant]], said: Sequence[str | None], why: dict[Any, str]) -> tuple[str, float]:
    """Markdown: a line a module, then what survived; and the share of faults that were noticed."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    left = []
    for (_, mutant), word in zip(work, said, strict=True):
        if word is None:
            continue
        if word == SURVIVED and (mutant.module, mutant.before, mutant.after) in why:
            word = EQUIVALENT
        if word == SURVIVED:
            left.append(f"{mutant.module}:{mutant.line} {mutant.operator}\n    - {mutant.before}\n    + {mutant.after}")
        counts[mutant.module][word] += 1
    lines = ["| module | faults | noticed | change nothing | survived |", "|---|--:|--:|--:|--:|"]
    total: dict[str, int] = defaultdict(int)
    for module, words in counts.items():
        lines.append(_row(module, words))
        for word, n in words.items():
            total[word] += n
    lines.append(_row("**all**", total))
    noticed = total[KILLED] + total[HANGS]
    share = noticed / max(1, noticed + total[SURVIVED])
    return "\n".join([*lines, "", *left, "", f"noticed: {share:.1%} (goal {GOAL:.0%})"]), share


def _row(name: str, words: dict[str, int]) -> str:
    noticed = words.get(KILLED, 0) + words.get(HANGS, 0)
    return f"| {name} | {sum(words.values())} | {noticed} | {words.get(EQUIVALENT, 0)} | {words.get(SURVIVED, 0)} |"


def main() -> int:
    """Exit code 0 where the goal is met, 1 where it is not, 2 where the tests fail by themselves."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("modules", nargs="*", help="parts of paths; default all")
    parser.add_argument("--each", type=int, default=10, help="faults in each module")
    parser.add_argument("--seed", type=int, default=0, help="which faults are drawn")
    parser.add_argument("--jobs", type=int, default=2, help="processes side by side")
    parser.add_argument("--minutes", type=float, default=30.0, help="no fault is begun after that")
    parser.add_argument("--by-hand", action="store_true", help="those of by_hand.toml instead")
    parser.add_argument("--list", action="store_true", help="say which faults are drawn, and run none")
    asked = parser.parse_args()
    until = time.monotonic() + 60 * asked.minutes
    groups, why = read_settings()
    work = [
        (group, mutant)
        for group in groups
        for path in group.paths
        if not asked.modules or any(part in path for part in asked.modules)
        for mutant in sample(path, (trial.ROOT / path).read_text(encoding="utf-8"), asked.each, asked.seed)
    ]
    if asked.by_hand:
        of = {path: group for group in groups for path in group.paths}
        work = [(of[mutant.module], mutant) for mutant in by_hand(asked.modules)]
    if asked.list:
        for _, mutant in work:
            print(f"{mutant.module}:{mutant.line} {mutant.operator}\n    - {mutant.before}\n    + {mutant.after}")
        return 0
    (CACHE / "numba").mkdir(parents=True, exist_ok=True)
    trial.load_libraries()
    used = [g for g in groups if any(g is group for group, _ in work)]
    with tempfile.TemporaryDirectory(prefix="bk-mutants-") as scratch:
        sound = run_sound(used, asked.jobs, Path(scratch))
        said = run_mutants(work, sound, asked.jobs, Path(scratch), until)
    text, share = table(work, said, why)
    print(text)
    if None in said:
        print(f"{sum(word is None for word in said)} faults were not tried: no time left (--minutes {asked.minutes:g})")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
