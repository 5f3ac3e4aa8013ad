"""How the tests are shared between two workers: what runs live stays together, no file is cut, no two share ports."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.side_by_side import LIVE, SLOTS, group, port_slot

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_that_needs_streams_a_card_or_a_window_is_in_the_live_group() -> None:
    wanted = [f"mark.{kind}" for kind in ("lsl", "audio", "gui")]
    live = [p for p in (ROOT / "tests").rglob("test_*.py") if any(mark in p.read_text("utf-8") for mark in wanted)]
    outside = {p.relative_to(ROOT).as_posix() for p in live if group(p.relative_to(ROOT).as_posix()) != "live"}
    # one process each that sees nobody else: each worker has a session of its own
    assert outside == {"tests/unit/test_wheel.py", "tests/unit/test_watched.py"}
    assert all((ROOT / folder).is_dir() for folder in LIVE)


def test_a_file_is_never_cut() -> None:
    assert group("tests/unit/test_a.py::test_b[c::d]") == group("tests/unit/test_a.py::Test::test_e")
    assert group("tests/unit/test_a.py::test_b") != group("tests/unit/test_b.py::test_b")
    assert group("tests/lsl/test_a.py::test_b") == group("tests/audio/test_c.py::test_d")


def test_workers_of_one_run_take_different_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", f"{SLOTS - 1:x}")
    slots = []
    for worker in range(8):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{worker}")
        slots.append(port_slot(123))
    assert len(set(slots)) == 8
    assert all(0 <= slot < SLOTS for slot in slots)
    monkeypatch.delenv("PYTEST_XDIST_WORKER")
    assert port_slot(123) == 123 % SLOTS


@pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE", "ci") != "ci", reason="other profiles are random by intent")
def test_examples_do_not_depend_on_the_tests_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of them ran in this worker, and so which modules are loaded, differs from run to run."""
    seen: list[list[int]] = []

    @settings(max_examples=200)
    @given(st.lists(st.integers()))
    def look(numbers: list[int]) -> None:
        seen[-1].append(sum(numbers))

    file = tmp_path / "loaded_meanwhile.py"
    file.write_text("NUMBERS = (" + ", ".join(str(123_457 * k) for k in range(1, 900)) + ")\n")
    for _ in range(2):
        seen.append([])
        look()
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        monkeypatch.setitem(sys.modules, file.stem, importlib.util.module_from_spec(spec))
    assert len(seen[0]) == 200
    assert seen[0] == seen[1]
