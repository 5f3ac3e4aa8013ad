"""How `make test` shares the tests between its worker processes: a file is never cut, since its tests share sessions.

Whatever runs live (streams, sound card, windows) stays in one worker: each of these has processes of its own, and two
at once would leave no core to decode in time. The rest computes and runs beside it in the other worker.
"""

from __future__ import annotations

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

LIVE = ("tests/audio/", "tests/gui/", "tests/lsl/")
SLOTS = 75
"""Ranges of 200 ports between 17000 and 32000, where nothing else takes ports by itself."""


class SideBySide(LoadScopeScheduling):
    """Whole files, in the order of the collection; those in ``LIVE`` as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    """What is run in one worker together with this test."""
    return "live" if nodeid.startswith(LIVE) else nodeid.partition("::")[0]


def long_ones_first(items: list[pytest.Item]) -> None:
    """Files with ``slow`` tests right after the live ones: what comes last is short, or one worker waits for it."""
    slow = {group(item.nodeid) for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.nodeid.startswith(LIVE), group(item.nodeid) not in slow))


def port_slot(run: int) -> int:
    """Which range of ports this process takes, of ``SLOTS``; ``run`` is a random number of its own where it is alone.

    The workers of one run take neighbours, so that no two of them have the same.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker:
        run = int(os.environ["PYTEST_XDIST_TESTRUNUID"], 16) + int(worker)
    return run % SLOTS
