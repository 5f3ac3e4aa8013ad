"""``make mutants``: one-line faults in critical modules, and whether a test fails for each.

Modules and their tests stand in modules.toml; the faults that change nothing, and why, in equivalent.toml. What was
found is kept in .mutants/, so that a run that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.mutants import trial
from tests.mutants.kept import Kept, Outcome, SoundFile
from tests.mutants.mutations import Mutant, sample
from tests.mutants.table import BROKEN, KILLED, LATE, SURVIVED, table

HERE = Path(__file__).resolve().parent
CACHE = trial.ROOT / ".mutants"
"""Compiled code of the sound modules, and results, kept between runs."""


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


def run_sound(groups: Sequence[Group], kept: Kept, jobs: int, scratch: Path) -> tuple[Sound, dict[str, str]]:
    """Every test file once, as it is; and why a file is of no use, where it failed twice."""
    wanted = sorted({(test, g.marks) for g in groups for test in g.tests})
    modules = [path for g in read_settings()[0] for path in g.paths]
    found, trouble = Sound({}, defaultdict(lambda: defaultdict(set))), dict[str, str]()
    known = {name: kept.sound(*name) for name in wanted}
    for times in range(2):  # a second time, one by one, for what failed
        names = [name for name in wanted if (file := known[name]) is None or file.trouble]
        outs = [scratch / f"sound-{times}-{k}.json" for k in range(len(names))]
        trials = [
            trial.Trial(partial(trial.sound_run, test, marks, modules, out, CACHE / "numba"), 600.0, 900.0)
            for (test, marks), out in zip(names, outs, strict=True)
        ]
        for k in trial.run_all(trials, 1 if times else jobs, scratch / f"sound-{times}"):
            known[names[k]] = file = _sound_file(trials[k], outs[k])
            kept.keep_sound(*names[k], file)
            print(f"  {trials[k].seconds:5.1f} s  {names[k][0]}  {file.trouble}", file=sys.stderr, flush=True)
    for name, file in known.items():
        assert file is not None
        if file.trouble:
            trouble[name[0]] = file.trouble
        found.seconds.update(file.seconds)
        for module, lines in file.reached.items():
            for line, tests in lines.items():
                # what runs when a file of tests is imported is reached by the whole file
                found.reached[module][int(line)] |= {test or f"{name[0]}::" for test in tests}
    return found, trouble


def _sound_file(done: trial.Trial, out: Path) -> SoundFile:
    if done.code == 0 and out.exists():
        return SoundFile("", **json.loads(out.read_text(encoding="utf-8")))
    if done.code == NO_TESTS:
        return SoundFile("no test in it with these marks", {}, {})
    return SoundFile(done.late or _first(out.with_suffix(".said")) or f"exit code {done.code}", {}, {})


def run_mutants(
    work: Sequence[tuple[Group, Mutant]], sound: Sound, kept: Kept, jobs: int, scratch: Path, until: float
) -> dict[Mutant, Outcome]:
    """What became of each fault; those that there was no time for are left out."""
    trials, outs = [], [scratch / f"said-{k}" for k in range(len(work))]
    for (group, mutant), out in zip(work, outs, strict=True):
        tests, rank = sound.tests_for(mutant, group.tests, bool(group.stale))
        usual = sum(s for n, s in sound.seconds.items() if n.split("::")[0] in tests)
        run = partial(
            trial.mutated_run, mutant.module, mutant.source, tests, group.marks, rank, CACHE / "numba", group.stale, out
        )
        compiling = 60.0 * bool(group.stale)
        trials.append(trial.Trial(run, 20.0 + 3.0 * usual + compiling, 45.0 + 4.0 * usual + compiling))
    said: dict[Mutant, Outcome] = {}
    for k in trial.run_all(trials, jobs, scratch / "mutants", until):
        (group, mutant), done = work[k], trials[k]
        said[mutant] = outcome = _outcome(done, outs[k])
        kept.keep(mutant, group.tests, outcome)
        at = f"{mutant.module}:{mutant.line}  {mutant.operator}"
        print(f"  {done.seconds:5.1f} s  {outcome.word:8s}  {at}  {outcome.by}", file=sys.stderr, flush=True)
    return said


def _outcome(done: trial.Trial, out: Path) -> Outcome:
    by = _first(out)
    if done.code is None:
        return Outcome(LATE, done.late, done.seconds)
    if done.code == 0:
        return Outcome(SURVIVED, "", done.seconds)
    if done.code in (1, 2) or done.code < 0:  # a failure, a module that cannot be imported, a process that died
        return Outcome(KILLED, by or f"exit code {done.code}", done.seconds)
    return Outcome(BROKEN, by or f"exit code {done.code}", done.seconds)


def _first(out: Path) -> str:
    return out.read_text(encoding="utf-8") if out.exists() else ""


NO_TESTS = 5


def in_turn(work: Sequence[tuple[Group, Mutant]]) -> list[tuple[Group, Mutant]]:
    """One fault of each module, then the second of each: where time runs out, every module has a sample."""
    place: Counter[str] = Counter()
    keyed = []
    for group, mutant in work:
        place[mutant.module] += 1
        keyed.append((place[mutant.module], group, mutant))
    return [(group, mutant) for _, group, mutant in sorted(keyed, key=lambda one: one[0])]


def main() -> int:
    """Exit code 0 where the goal is met, 1 where it is not, 2 where tests fail without any fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("modules", nargs="*", help="parts of paths; default all")
    parser.add_argument("--each", type=int, default=10, help="faults in each module")
    parser.add_argument("--seed", type=int, default=0, help="which faults are drawn")
    parser.add_argument("--jobs", type=int, default=2, help="processes side by side")
    parser.add_argument("--minutes", type=float, default=30.0, help="no fault is begun after that")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found out")
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
    kept = Kept(CACHE, trial.ROOT, asked.fresh)
    said = {m: known for group, m in work if (known := kept.outcome(m, group.tests)) is not None}
    todo = in_turn([one for one in work if one[1] not in said])
    unusable: dict[str, str] = {}
    if todo:
        trial.load_libraries()
        asked_for = [g for g in groups if any(g is group for group, _ in todo)]
        with tempfile.TemporaryDirectory(prefix="bk-mutants-") as scratch:
            sound, trouble = run_sound(asked_for, kept, asked.jobs, Path(scratch))
            for group in asked_for:
                fails = [f"{test} fails without any fault: {trouble[test]}" for test in group.tests if test in trouble]
                unusable |= {path: "; ".join(fails) for path in group.paths if fails}
            usable = [one for one in todo if one[1].module not in unusable]
            said |= run_mutants(usable, sound, kept, asked.jobs, Path(scratch), until)
    modules = {mutant.module for _, mutant in work}
    came = table([(m, said.get(m)) for _, m in work], why, {m: r for m, r in unusable.items() if m in modules})
    print(came.text)
    if todo:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"{used.ru_utime + used.ru_stime:.0f} s of a core for {len(todo)} faults and the tests without them")
    return came.code


if __name__ == "__main__":
    sys.exit(main())
