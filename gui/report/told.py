"""What the report of a session says of it: figures, and what makes them worthless. Nothing is computed here."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from bk_realtime.plain_files import read_json
from bk_realtime.shown import shown
from bk_realtime.typed import Within, from_dict
from gui.words import later, tr

_NAMED = 12
UNSAID = "(CONTAMINATION: CANNOT TELL)"
"""Of a report that was written before reports had marks."""


HEARD = later("OWN VOICE: the microphone heard the decoded voice: what agrees with it may be the loudspeaker")


@dataclass(frozen=True)
class Memory:
    """Whether the decoder had learnt what it decoded."""

    verdict: str
    text: str

    @property
    def leaks(self) -> bool:
        """It had."""
        return self.verdict == "found"


@dataclass(frozen=True)
class Audit:
    """Whether the microphone's sound is in what was decoded."""

    verdict: str
    found: Annotated[tuple[str, ...], Within(0, 10_000)] = ()
    reason: str = ""

    @property
    def contaminated(self) -> bool:
        """It is."""
        return self.verdict == "kept"

    @property
    def worthless(self) -> bool:
        """What is measured there says nothing: the sound itself is in the channels, or the voice in the sound."""
        return self.verdict in ("kept", "own voice")

    @property
    def words(self) -> str:
        """In one line."""
        if self.contaminated:
            channels = shown(", ".join(self.found[:_NAMED]), 400)
            return "✕ " + tr(
                "CONTAMINATED: the microphone's sound is in {channels}: nothing that is measured here says anything"
            ).format(channels=channels)
        if self.verdict in ("clean", "excluded"):
            return tr("no channel holds the sound itself")
        if self.verdict == "own voice":
            return f"✕ {tr(HEARD)}"
        why = shown(self.reason, 400)
        return tr("whether the microphone's sound is in the channels: CANNOT TELL: {why}").format(why=why)


@dataclass(frozen=True)
class Scores:
    """What `offline.session_report` wrote; ``scores``: decoder -> r over the whole and inside speech; ``marks``: what
    makes them worthless, or what nobody can tell of them; ``baseline_marks``: the same of the baseline's beside;
    ``own_voice``: whether the microphone heard the decoded voice."""

    memory: Memory | None = None
    session_contamination: Audit | None = None
    own_voice: Memory | None = None
    agreement: dict[str, float] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    marks: Annotated[tuple[str, ...], Within(0, 20)] = (UNSAID,)
    baseline_marks: Annotated[tuple[str, ...], Within(0, 20)] = ()


def read_scores(path: Path) -> Scores | None:
    """None where no report was made.

    Raises
    ------
    BkError
        It cannot be read.
    """
    if not path.exists():
        return None
    values = read_json(path)
    keys = ("memory", "agreement", "scores", "marks", "baseline_marks", "own_voice")
    picked = {key: values[key] for key in keys if key in values}
    if isinstance(audit := values.get("session_contamination"), dict):
        picked["session_contamination"] = {k: audit[k] for k in ("verdict", "found", "reason") if k in audit}
    return from_dict(Scores, picked, str(path))


def says_nothing(scores: Scores | None) -> str:
    """Why its figures say nothing about decoding, in words; empty where they may."""
    if scores is None:
        return ""
    if "CONTAMINATED" in scores.marks:
        return tr("CONTAMINATED: the microphone's sound is in what was decoded there, or learnt from")
    if scores.memory is not None and scores.memory.leaks:
        return tr("LEAK: the decoder was trained on what it decoded there")
    if "OWN VOICE" in scores.marks:
        return tr("OWN VOICE: the microphone heard the decoded voice there, or in what was learnt from")
    return ""


def in_words(found: Scores) -> list[str]:
    """Its figures, one line each; what makes them worthless first."""
    lines = [] if found.memory is None else [f"{'✕ ' if found.memory.leaks else ''}{shown(found.memory.text, 400)}"]
    lines += [] if found.session_contamination is None else [found.session_contamination.words]
    if found.own_voice is not None and found.own_voice.verdict == "found":
        lines.append(f"✕ {tr(HEARD)}")
    lines.sort(key=lambda line: not line.startswith("✕"))  # keeps their order otherwise
    lines += [f"{shown(name, 80)}: {value:.3g}" for name, value in list(found.agreement.items())[:_NAMED]]
    for name, row in list(found.scores.items())[:_NAMED]:
        values = [row.get(key) if isinstance(row, dict) else None for key in ("r", "r_speech")]
        whole, inside = (f"{v:.3f}" if isinstance(v, (int, float)) and math.isfinite(v) else "–" for v in values)
        marks = [*found.marks, *(found.baseline_marks if name.startswith("baseline ") else ())]
        of = f"{', '.join(shown(mark, 60) for mark in marks)}: " if marks else ""
        lines.append(
            of
            + tr("{name} against the microphone: r {whole}, inside speech {inside}").format(
                name=shown(name, 60), whole=whole, inside=inside
            )
        )
    if not found.scores:
        lines.append(tr("no microphone was recorded: nothing to compare the voice with"))
    return lines
