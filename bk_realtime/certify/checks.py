"""What a certificate is made of: single checks, and the grade of a latency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "note", "cannot tell", "fail"]

EXCELLENT_MS, TARGET_MS, LIMIT_MS = 50.0, 75.0, 100.0
"""Newest neural sample to ear, 99th percentile. Of delayed feedback of one's own voice, 50 ms or less made no more
slips than none and 200 ms the most (Stuart et al. 2002, J. Acoust. Soc. Am. 111:2237; Yates 1963, Psychol. Bull.
60:213). Whether that holds for a decoded voice nobody has measured."""


@dataclass(frozen=True)
class Check:
    """One line of a certificate.

    Attributes
    ----------
    part : amplifier, decoder, machine, sound, session or loop.
    what : what was looked at.
    outcome : ok; note (to be known, no fault); cannot tell; fail.
    found : what was found, with units.
    wanted : what was expected; empty where nothing is.
    """

    part: str
    what: str
    outcome: Outcome
    found: str
    wanted: str = ""


def grade(p99_ms: float) -> str:
    """``excellent``, ``on target``, ``within the limit`` or ``too late``, by the 99th percentile in ms."""
    if not p99_ms > 0:
        raise ValueError(f"grade: expected a latency above 0 ms, got {p99_ms}")
    for limit, word in ((EXCELLENT_MS, "excellent"), (TARGET_MS, "on target"), (LIMIT_MS, "within the limit")):
        if p99_ms <= limit:
            return word
    return "too late"


def verdict(checks: Sequence[Check]) -> str:
    """``fail`` where one check failed, ``cannot tell`` where one could not be made, else ``pass``."""
    outcomes = {check.outcome for check in checks}
    if not outcomes:
        return "cannot tell"
    return "fail" if "fail" in outcomes else "cannot tell" if "cannot tell" in outcomes else "pass"
