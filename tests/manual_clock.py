"""A clock for tests: nothing waits."""

from __future__ import annotations


class ManualClock:
    """A clock that tests turn by hand; ``sleep`` advances it at once."""

    def __init__(self, start: float = 0.0) -> None:
        self.time = start

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += max(0.0, seconds)

    advance = sleep
