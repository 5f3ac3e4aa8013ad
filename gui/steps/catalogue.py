"""Which page each step has."""

from __future__ import annotations

from collections.abc import Callable

from gui.participant import Participant, Profiles
from gui.record.page import RecordPage
from gui.report.page import ReportPage
from gui.steps.check import CheckPage
from gui.steps.page import StepPage
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
    return ReportPage(participant)


PAGES: dict[str, Callable[[Participant, Profiles], StepPage]] = {
    "Check": check,
    "Record": record,
    "Train": train,
    "Report": report,
}
"""Each makes its page; Speak's is made by the window itself, which lends it its keys."""
