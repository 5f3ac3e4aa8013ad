"""Gives inputs to a child process, and counts what became of them; a child that dies or hangs is a find."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.fuzz.targets import TARGETS

HANG_S = 30.0
"""Reading one input takes no longer, in seconds of a core: a busy machine is not taken for a fault."""
ASLEEP = 10.0
"""So many times as long by the clock, for what only waits."""
START_S = 600.0
COMMAND = ("-m", "tests.fuzz.child")
CORPUS = Path(__file__).with_name("corpus")
COMPRESSED_FROM = 1500


@dataclass
class Result:
    """Counts of one target; ``finds`` holds the first input of each crash or hang."""

    target: str
    counts: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    finds: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def line(self) -> str:
        """A row of the table."""
        numbers = [sum(self.counts.values()), *(self.counts[what] for what in ("accepted", "refused", "crash", "hang"))]
        return f"{self.target:<12}" + "".join(f"{n:>10}" for n in numbers) + f"{self.slowest_s:>11.2f}"


HEADING = f"{'target':<12}" + "".join(f"{name:>10}" for name in ("inputs", "accepted", "refused", "crashes", "hangs"))
HEADING += f"{'slowest s':>11}"


class Child:
    """A process that reads inputs, started anew after one that killed it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "input"
        self._process: subprocess.Popen[str] | None = None

    def read(self, target: str, data: bytes) -> dict[str, Any]:
        """What became of one input."""
        if self._process is None:
            self.start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._path.write_bytes(data)
        self._process.stdin.write(json.dumps({"target": target, "path": str(self._path)}) + "\n")
        self._process.stdin.flush()
        line = self._answer(self._process)
        if line is None:
            self.close()
            return {"what": "hang", "where": f"more than {HANG_S:g} s", "text": "", "seconds": HANG_S}
        if not line:
            code = self._process.wait()
            self.close()
            return {"what": "crash", "where": f"the process died, exit code {code}", "text": "", "seconds": 0.0}
        return dict(json.loads(line))

    def _answer(self, process: subprocess.Popen[str]) -> str | None:
        """What it says; None where it computes, or only waits, for too long."""
        begin, counted = time.monotonic(), psutil.Process(process.pid)
        before = sum(counted.cpu_times()[:2])
        while True:
            with contextlib.suppress(queue.Empty):
                return self._lines.get(timeout=min(1.0, HANG_S))
            with contextlib.suppress(psutil.Error):  # it has ended: that is told by its last line
                busy_s = sum(counted.cpu_times()[:2]) - before
                if busy_s > HANG_S or time.monotonic() - begin > ASLEEP * HANG_S:
                    return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                with contextlib.suppress(OSError):
                    pipe.close()
            self._process = None

    def start(self) -> None:
        """Have everything loaded that readers need."""
        environ = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(CORPUS.parents[2])}
        self._process = process = subprocess.Popen(
            [sys.executable, *COMMAND],
            cwd=CORPUS.parents[2],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._listen, args=(process, self._lines), daemon=True)
        self._reader.start()
        if self._lines.get(timeout=START_S).strip() != "ready":
            raise RuntimeError(f"the process that reads did not start, exit code {process.wait()}")

    @staticmethod
    def _listen(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")


def drawn(target: str, seed: int) -> Iterator[bytes]:
    """Inputs without end; the same ones for the same seed."""
    number = 0
    while True:
        yield TARGETS[target].make(random.Random(f"{seed} {target} {number}"))
        number += 1


def corpus(target: str) -> dict[str, bytes]:
    """The inputs that were found before, by name."""
    found = {}
    for path in sorted((CORPUS / target).glob("*")):
        data = path.read_bytes()
        found[path.name] = gzip.decompress(data) if path.suffix == ".gz" else data
    return found


def keep(target: str, data: bytes, name: str) -> Path:
    """Write an input where the next run, and the tests, find it."""
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    small = gzip.compress(data, 9, mtime=0) if len(data) >= COMPRESSED_FROM else data
    path = folder / (f"{name}.gz" if len(data) >= COMPRESSED_FROM else name)
    path.write_bytes(small)
    return path


def feed(child: Child, result: Result, inputs: Iterable[bytes]) -> Iterator[Result]:
    """Read inputs one by one and count; the result so far after each."""
    for data in inputs:
        told = child.read(result.target, data)
        result.counts[told["what"]] += 1
        result.slowest_s = max(result.slowest_s, told["seconds"])
        if told["what"] in ("crash", "hang"):
            known = result.finds.get(told["where"])
            if known is None or len(data) < len(known[0]):
                result.finds[told["where"]] = data, told["text"]
        yield result


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Where the inputs lie while they are read."""
    return tempfile.TemporaryDirectory(prefix="bk-fuzz-")
