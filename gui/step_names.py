"""The five steps, in their order."""

from __future__ import annotations

STEPS = ("Check", "Record", "Train", "Speak", "Report")
