"""The pages of all steps: what they have under way, and what keeps a session from starting."""

from __future__ import annotations

from gui.steps.page import StepPage


class Pages(dict[str, StepPage]):
    """The page of each step, by its name."""

    def __init__(self) -> None:
        super().__init__()
        self._was_busy = False

    def under_way(self) -> str:
        """The first of what they have under way, with what to do about it; empty where nothing."""
        return next(filter(None, (page.occupies() for page in self.values())), "")

    def why_not(self) -> str:
        """The first reason why no session can start; empty where it can."""
        return next(filter(None, (page.why_not() for page in self.values())), "")

    def tell(self, session_runs: bool) -> None:
        """Tell each what goes on beside it, and all of them when the last of that has ended."""
        busy = session_runs or bool(self.under_way())
        for page in self.values():
            page.session_runs = session_runs
            others = (other.occupies() for other in self.values() if other is not page)
            page.elsewhere = next(filter(None, others), "")
        was_busy, self._was_busy = self._was_busy, busy
        if was_busy and not busy:
            for page in self.values():
                page.saved()
