"""How the tests are shared between two workers: what runs live stays together, no file is cut, no two share ports."""

from __future__ import annotations

from pathlib import Path

import pytest

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
