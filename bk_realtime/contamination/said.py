"""What a bundle says of the audit of its training, in one line: for whoever decodes with it, or goes on from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AGAINST = ("kept", "own voice")
"""Verdicts that speak against a decoder: the sound itself in its channels, or the decoded voice in its microphone."""


def against(provenance: Mapping[str, Any]) -> str:
    """What the audit of a training found against it, in one line; empty where that found nothing."""
    said = provenance.get("contamination")
    found = isinstance(said, Mapping) and said.get("verdict") in AGAINST
    return contamination_in_training(provenance) if found else ""


def contamination_in_training(provenance: Mapping[str, Any]) -> str:
    """One line where a decoder was trained on channels that hold the sound itself, or nobody knows; else empty."""
    said = provenance.get("contamination")
    said = said if isinstance(said, Mapping) else {}
    if said.get("verdict") in ("clean", "excluded"):
        return ""
    if said.get("verdict") == "kept":
        labels = ", ".join(map(str, said.get("found") or ()))
        return f"CONTAMINATED: this decoder was trained on channels that hold the sound itself ({labels})"
    if said.get("verdict") == "own voice":
        return f"OWN VOICE: this decoder was trained on a recording in which {said.get('reason')}"
    why = said.get("reason") or "it was trained before bundles said so"
    return f"whether the sound itself was in the channels that this decoder was trained on cannot be told: {why}"
