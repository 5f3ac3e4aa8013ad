"""Trials in processes of their own: each is forked from one that has the libraries already, and runs pytest inside."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = (
    *("numpy", "scipy.signal", "scipy.stats", "scipy.fft", "scipy.spatial", "numba", "torch", "soxr", "soundfile"),
    *("h5py", "psutil", "safetensors.torch", "rich", "tyro", "tomli_w", "pytest", "hypothesis", "pyxdf", "librosa"),
    *("hypothesis.strategies", "mne", "pynwb", "lightning", "matplotlib.pyplot", "PyQt6.QtWidgets", "pyqtgraph"),
)
"""Imported once, before the forks: none starts a thread or opens a device by that."""


def load_libraries() -> None:
    """Import what every trial needs, but nothing of ours."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("PYTEST_QT_API", "pyqt6")
    os.environ.setdefault("MPLBACKEND", "Agg")
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # no trial goes through all this again


MOST_BYTES = 6 << 30
"""Address space of a trial; libraries alone reserve some gigabytes that they never touch."""


MOST_SLOWER = 3.0
"""However busy the machine is, nothing is waited for longer than so many times the usual limit."""


@dataclass
class Trial:
    """One process to be.

    Attributes
    ----------
    work : called in it; returns its exit code.
    cpu_s : processor time in seconds after which it is ended: a loop without end, however busy the machine is.
    wall_s : wall time after which it is ended, times the load of a core: it waits for what never comes.
    """

    work: Callable[[], int]
    cpu_s: float
    wall_s: float
    pid: int = 0
    began: float = 0.0
    seconds: float = 0.0
    code: int | None = None
    """Exit code; None where the time ran out."""
    late: str = ""
    """Which time ran out, in words."""
    _looked: float = 0.0

    def over(self) -> str:
        """Which time is over, in words; empty where none is, looked at once a second."""
        if self.seconds < self._looked + 1.0:
            return ""
        self._looked = self.seconds
        wall = self.wall_s * min(MOST_SLOWER, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))
        if self.seconds > wall:
            return f"still waiting after {wall:.0f} s"
        used = _processor_s(self.pid)
        return f"still busy after {used:.0f} s of a core" if used > self.cpu_s else ""


def _processor_s(pid: int) -> float:
    """Processor time of a process and of its children, in seconds."""
    import psutil

    used = 0.0
    with contextlib.suppress(psutil.Error):
        own = psutil.Process(pid)
        for one in (own, *own.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                used += sum(one.cpu_times()[:4])
    return used


def run_all(trials: Sequence[Trial], jobs: int, folder: Path, until: float = math.inf) -> Iterator[int]:
    """Run trials side by side; yields the number of each as it ends. None begins after ``until`` (monotonic)."""
    waiting, running = list(enumerate(trials)), dict[int, tuple[int, Trial]]()
    while waiting or running:
        if time.monotonic() > until:
            waiting.clear()
        while waiting and len(running) < jobs:
            k, trial = waiting.pop(0)
            trial.began, trial.pid = time.monotonic(), os.fork()
            if not trial.pid:
                _child(trial, folder / f"{k}-{os.getpid()}")
            running[trial.pid] = k, trial
        time.sleep(0.02)
        for pid, (k, trial) in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            trial.seconds = time.monotonic() - trial.began
            if ended:
                trial.code = os.waitstatus_to_exitcode(status)
            else:
                trial.late = trial.over()
                if not trial.late:
                    continue
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # processes that its tests left behind
            del running[pid]
            yield k


def _child(trial: Trial, folder: Path) -> None:
    code = 70
    try:
        os.setsid()
        folder.mkdir(parents=True)
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ["TMPDIR"] = str(folder)
        faulthandler.enable()
        with contextlib.suppress(ImportError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))  # a loop that never ends may also grow
        code = trial.work()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        with contextlib.suppress(Exception):
            if code == 0 or not os.environ.get("BK_MUTANTS_KEEP"):
                shutil.rmtree(folder, ignore_errors=True)
        os._exit(code)


class _Mutated(importlib.machinery.SourceFileLoader):
    """Loads one module from a text instead of its file."""

    source: str = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        if fullname != self._name:
            return None
        loader = _Mutated(fullname, str(self._path))
        loader.source = self._source
        return importlib.util.spec_from_file_location(fullname, self._path, loader=loader)


class _Order:
    """Pytest plugin: most promising tests first."""

    def __init__(self, rank: dict[str, float]) -> None:
        self._rank = rank

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=lambda item: self._rank.get(item.nodeid, 1e9))


class _First:
    """Pytest plugin: writes down the first failure, so that it can be seen what noticed a fault."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def pytest_collectreport(self, report: Any) -> None:
        self.pytest_runtest_logreport(report)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self._out.exists():
            crash = getattr(report.longrepr, "reprcrash", None)
            said = crash.message if crash is not None else str(report.longrepr)
            self._out.write_text(f"{report.nodeid}: {' '.join(said.split())[:200]}", encoding="utf-8")


class _Contexts:
    """Pytest plugin: tells the coverage which test runs, and notes how long each takes."""

    def __init__(self, coverage: Any) -> None:
        self._coverage = coverage
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        self._coverage.switch_context(nodeid)


def run_pytest(tests: Sequence[str], marks: str, plugins: Sequence[object]) -> int:
    """Run tests in this process, stopping at the first failure; pytest's exit code."""
    import pytest

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    base = Path(os.environ["TMPDIR"]) / "pytest"
    args = ["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "--timeout=0", f"--basetemp={base}", "-m", marks]
    return int(pytest.main([*args, *tests], plugins=list(plugins)))


def mutated_run(
    module: str,
    source: str,
    tests: Sequence[str],
    marks: str,
    rank: dict[str, float],
    cache: Path,
    stale: Sequence[str],
    out: Path,
) -> int:
    """Work of a trial: the tests of ``module`` with ``source`` in its place; the first failure goes into ``out``."""
    name = module.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, _Finder(name, ROOT / module, source))
    if stale:  # compiled code of the sound module must not be taken
        own = Path(os.environ["TMPDIR"]) / "numba"
        shutil.copytree(cache, own, ignore=shutil.ignore_patterns(*(f"{stem}.*" for stem in stale)))
        cache = own
    os.environ["NUMBA_CACHE_DIR"] = str(cache)
    return run_pytest(tests, marks, [_Order(rank), _First(out)])


def sound_run(test: str, marks: str, modules: Sequence[str], out: Path, cache: Path) -> int:
    """Work of a trial: one test file as it is; which lines of ``modules`` each test reaches goes into ``out``."""
    import coverage

    os.environ["NUMBA_CACHE_DIR"] = str(cache)
    measure = coverage.Coverage(data_file=None, include=[str(ROOT / m) for m in modules], config_file=False)
    contexts = _Contexts(measure)
    measure.start()
    code = run_pytest([test], marks, [contexts, _First(out.with_suffix(".said"))])
    measure.stop()
    data = measure.get_data()
    reached = {
        str(Path(file).relative_to(ROOT)): {str(k): v for k, v in data.contexts_by_lineno(file).items()}
        for file in data.measured_files()
    }
    out.write_text(json.dumps({"seconds": contexts.seconds, "reached": reached}))
    return code
