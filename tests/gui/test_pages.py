"""The pages of all steps: what is under way beside each of them, and when that has ended."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from gui.steps.pages import Pages


class Page(SimpleNamespace):
    """As far as the others are concerned."""

    def __init__(self, doing: str = "", reason: str = "") -> None:
        super().__init__(doing=doing, reason=reason, session_runs=False, elsewhere="", told=0)

    def occupies(self) -> str:
        return self.doing

    def why_not(self) -> str:
        return self.reason

    def saved(self) -> None:
        self.told += 1


def pages(**made: Page) -> Any:
    found = Pages()
    found.update(made)  # type: ignore[arg-type]
    return found


def test_each_hears_what_the_others_do_and_not_what_it_does_itself() -> None:
    found = pages(check=Page(), record=Page("a recording"), train=Page("a training"))
    found.tell(session_runs=True)
    assert [page.elsewhere for page in found.values()] == ["a recording", "a training", "a recording"]
    assert all(page.session_runs for page in found.values())
    assert found.under_way() == "a recording"
    assert pages(check=Page()).under_way() == ""


def test_the_first_reason_counts() -> None:
    assert pages(check=Page(), record=Page(reason="it records"), train=Page(reason="late")).why_not() == "it records"
    assert pages(check=Page()).why_not() == ""


def test_all_are_told_once_when_the_last_thing_has_ended() -> None:
    found = pages(check=Page(), record=Page("a recording"))

    def told() -> list[int]:
        return [page.told for page in found.values()]

    found.tell(session_runs=False)
    found["record"].doing = ""
    found.tell(session_runs=True)  # a session goes on
    assert told() == [0, 0]
    found.tell(session_runs=False)
    found.tell(session_runs=False)
    assert told() == [1, 1]
