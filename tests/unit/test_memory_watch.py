"""A session says that it grows before the machine's memory is full, and raises no false alarm."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest

from bk_realtime.processes.memory_watch import EVERY_S, WARM_UP_S, MemoryWatch, bytes_of
from bk_realtime.session.settings import MemoryPolicy

MB = 1_000_000


class Machine:
    """Sizes in bytes by process number, what is free, and what was said."""

    def __init__(self, policy: MemoryPolicy | None = None) -> None:
        self.now, self.sizes, self.free = 1000.0, {1: 400 * MB, 2: 200 * MB}, 8000 * MB
        self.said: list[tuple[float, str, dict[str, str]]] = []
        self.pids = {"engine": 1, "recorder": 2}
        self.noise = np.random.default_rng(0)
        self.watch = MemoryWatch(
            policy or MemoryPolicy(),
            lambda text, values: self.said.append((self.now - 1000.0, text, values)),
            lambda pid: self.sizes.get(pid),
            lambda: self.free,
        )

    def run(self, minutes: float, grow: float = 0.0, pid: int = 1) -> None:
        """Minutes in which a process grows by ``grow`` MB a minute, with bursts that it gives back."""
        for _ in range(round(minutes * 60 / EVERY_S)):
            self.now += EVERY_S
            step = round(grow * MB * EVERY_S / 60)
            self.sizes[pid] += step
            self.free -= step
            burst = int(self.noise.integers(0, 30)) * MB
            self.sizes[pid] += burst
            self.watch.look(self.now, self.pids)
            self.sizes[pid] -= burst


def test_the_leak_of_an_hour_is_said_within_minutes_with_figures() -> None:
    machine = Machine()
    machine.run(10, grow=204)  # 3.4 MB a second
    at, text, values = machine.said[0]
    assert WARM_UP_S < at <= 300
    assert values == {"active_fault": "memory"}
    figures = re.search(r"by ([\d.]+) MB a minute.*memory \((\d+) MB.*in (\d+) min", text)
    assert figures is not None
    grows, left, lasts = map(float, figures.groups())
    assert grows == pytest.approx(204, rel=0.3)
    assert lasts == pytest.approx(left / grows, rel=0.05)
    machine.run(25, grow=204)
    assert [v for _, _, v in machine.said] == 2 * [{"active_fault": "memory"}]  # again at a sixth


def test_start_steps_and_bursts_are_no_growth() -> None:
    machine = Machine()
    machine.run(WARM_UP_S / 60, grow=900)  # loads and compiles
    machine.run(30)
    machine.sizes[1] += 700 * MB  # another voice
    machine.run(30)
    machine.sizes[1] += 700 * MB
    machine.run(30)
    machine.run(200, grow=0.2)  # slow enough for any session
    assert machine.said == []


def test_a_process_that_began_anew_is_judged_anew() -> None:
    machine = Machine()
    machine.run(3.5, grow=204)
    machine.pids["engine"], machine.sizes[3] = 3, 100 * MB
    machine.run(1.9, grow=900, pid=3)
    assert machine.said == []


def test_it_is_over_when_it_is_over_and_a_process_that_ended_grows_no_more() -> None:
    machine = Machine()
    machine.run(6, grow=300, pid=2)
    assert machine.said[-1][1].startswith("the recorder grows")
    machine.run(12, pid=2)
    assert machine.said[-1][2] == {"corrected": "memory"}
    n = len(machine.said)
    machine.run(11, grow=300, pid=2)
    del machine.sizes[2], machine.pids["recorder"]
    machine.run(1)
    assert [v for _, _, v in machine.said[n:]][-1] == {"corrected": "memory"}


def test_others_that_take_the_memory_are_said_too() -> None:
    machine = Machine()
    machine.free = 400 * MB
    machine.run(1)
    ((_, text, values),) = machine.said
    assert values == {"active_fault": "memory"}
    assert "400 MB of this machine's memory are left, expected 500" in text
    assert "engine 4" in text
    machine.free = 550 * MB
    machine.run(1)
    assert len(machine.said) == 1  # no flicker about the limit
    machine.free = 700 * MB
    machine.run(1)
    assert machine.said[-1][2] == {"corrected": "memory"}


def test_nothing_is_said_where_nobody_asks() -> None:
    machine = Machine(MemoryPolicy(memory_warn_h=0.0, memory_least_mb=0.0))
    machine.run(20, grow=380)
    assert machine.said == []


def test_sizes_are_those_of_the_system() -> None:
    own = bytes_of(os.getpid())
    assert own is not None
    assert 10 * MB < own < 1e5 * MB
    assert bytes_of(2**22 + 12345) is None


@pytest.mark.parametrize("hours", [2.0, 0.5])
def test_the_limit_is_the_policys(hours: float) -> None:
    machine = Machine(MemoryPolicy(memory_warn_h=hours))
    machine.run(8, grow=100)  # 8 GB last 80 minutes
    assert bool(machine.said) == (hours == 2.0)
