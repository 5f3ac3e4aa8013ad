"""What earlier runs found out, in .mutants/, so that a run that was broken off goes on where it was.

A fault's result holds as long as the faulty text and the texts of the module's own tests stay the same, a test file's
as long as it and the listed modules that it reaches do. Other files are not looked at: ``--fresh`` forgets everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mutants.mutations import Mutant


@dataclass(frozen=True)
class Outcome:
    """What became of a fault.

    Attributes
    ----------
    word : ``killed``, ``late``, ``survived`` or ``broken``.
    by : the first test that failed; or why it is late or broken.
    seconds : wall time.
    """

    word: str
    by: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class SoundFile:
    """A test file without any fault.

    Attributes
    ----------
    trouble : why it is of no use: the first test that fails; empty where all pass.
    seconds : of each test, by its node id.
    reached : module, line, node ids of the tests that reach it.
    """

    trouble: str
    seconds: dict[str, float]
    reached: dict[str, dict[str, list[str]]]


class Kept:
    """Results in ``folder``; of files below ``root``."""

    def __init__(self, folder: Path, root: Path, fresh: bool = False) -> None:
        self._root, self._file, self._sound = root, folder / "results.jsonl", folder / "sound"
        self._sound.mkdir(parents=True, exist_ok=True)
        if fresh:
            self._file.unlink(missing_ok=True)
            for old in self._sound.glob("*.json"):
                old.unlink()
        self._known: dict[str, Outcome] = {}
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                try:
                    values = json.loads(line)
                    key = values.pop("key")
                    self._known[key] = Outcome(**values)
                except (ValueError, KeyError, TypeError):
                    continue  # the last line of a run that was killed

    def outcome(self, mutant: Mutant, tests: Sequence[str]) -> Outcome | None:
        """What is known of a fault and its tests; a fault that was late is tried anew."""
        found = self._known.get(self._key(mutant, tests))
        return found if found is not None and found.word in ("killed", "survived") else None

    def keep(self, mutant: Mutant, tests: Sequence[str], outcome: Outcome) -> None:
        """Remember it, at once and on the disk."""
        key = self._key(mutant, tests)
        self._known[key] = outcome
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key} | asdict(outcome)) + "\n")

    def sound(self, test: str, marks: str) -> SoundFile | None:
        """What is known of a test file."""
        place = self._place(test, marks)
        try:
            values = json.loads(place.read_text(encoding="utf-8"))
            texts = values.pop("texts")
            same = all(self._hash(module) == text for module, text in texts.items())
            return SoundFile(**values) if same else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep_sound(self, test: str, marks: str, found: SoundFile) -> None:
        """Remember a test file that passes; one that fails is run again next time."""
        if not found.trouble:
            texts = {name: self._hash(name) for name in (test, *found.reached)}
            place = self._place(test, marks)
            part = place.with_suffix(".part")
            part.write_text(json.dumps(asdict(found) | {"texts": texts}), encoding="utf-8")
            part.replace(place)

    def _key(self, mutant: Mutant, tests: Sequence[str]) -> str:
        texts = "".join(self._hash(test) for test in tests)
        return hashlib.sha256(f"{mutant.module} {texts} {mutant.source}".encode()).hexdigest()

    def _place(self, test: str, marks: str) -> Path:
        return self._sound / (hashlib.sha256(f"{test} {marks}".encode()).hexdigest()[:16] + ".json")

    def _hash(self, name: str) -> str:
        return hashlib.sha256((self._root / name).read_bytes()).hexdigest()
