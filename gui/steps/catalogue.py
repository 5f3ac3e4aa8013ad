"""Which page each step has. A step without one of its own says which command does it today."""

from __future__ import annotations

from collections.abc import Callable

from gui.participant import Participant, Profiles
from gui.record.page import RecordPage
from gui.steps.check import CheckPage
from gui.steps.page import StepPage
from gui.steps.unbuilt import Unbuilt
from gui.train.page import TrainPage


def check(participant: Participant, profiles: Profiles) -> StepPage:
    """Is all there that a session needs?"""
    return CheckPage(participant, profiles)


def record(participant: Participant, profiles: Profiles) -> StepPage:
    """Record words, sentences or silence, with prompts."""
    return RecordPage(participant)


def train(participant: Participant, profiles: Profiles) -> StepPage:
    """Train a decoder on what was recorded."""
    return TrainPage(participant)


def report(participant: Participant, profiles: Profiles) -> StepPage:
    """What was saved, and how good it was."""
    what = "Says what a session saved, whether it is whole, and how good the decoding was."
    return Unbuilt(participant, "Report", what, "python -m offline.session_report recordings/SESSION")


PAGES: dict[str, Callable[[Participant, Profiles], StepPage]] = {
    "Check": check,
    "Record": record,
    "Train": train,
    "Report": report,
}
"""Each makes its page; Speak's is made by the window itself, which lends it its keys."""
