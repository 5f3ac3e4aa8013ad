"""What a training consists of: commands one after the other, each with its folder; and what a refusal asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from bk_realtime.errors import BkError
from bk_realtime.shown import shown
from bk_realtime.typed import Within, from_dict
from gui.participant import Participant

LINEAR, NETWORK = "ridge", "seq2seq"
NAMES = {LINEAR: "linear (ridge)", NETWORK: "network (seq2seq)"}
SCORES = "scores"
"""Folder of the score card, inside the bundle's."""


@dataclass(frozen=True)
class Phase:
    """One command: `python -m MODULE WORDS`.

    Attributes
    ----------
    kind : of decoder.
    scores : whether it scores the decoder that the phase before has trained.
    bundle : the decoder's folder.
    """

    kind: str
    scores: bool
    bundle: Path
    module: str
    words: tuple[str, ...]

    @property
    def said(self) -> str:
        """What it does."""
        return f"scoring the {NAMES[self.kind]}" if self.scores else f"training the {NAMES[self.kind]}"


def phases(who: Participant, recordings: Sequence[Path], network: bool, now: datetime) -> list[Phase]:
    """Ridge first, which takes seconds, then the network where it is wanted; each is scored."""
    files, read = tuple(map(str, recordings)), _reading(who)
    planned = []
    for kind in (LINEAR, NETWORK) if network else (LINEAR,):
        bundle = bundle_folder(who, kind, now)
        train = (*files, "--out", str(bundle), "--decoder", kind, "--figures", *read)
        train += ("--features.line-freq", f"{who.mains_hz:g}")
        planned.append(Phase(kind, False, bundle, "offline.train", train))
        out = ("--held-out", "--out", str(bundle / SCORES))
        planned.append(Phase(kind, True, bundle, "offline.evaluate", (str(bundle), *files, *out, *read)))
    return planned


def bundle_folder(who: Participant, kind: str, now: datetime) -> Path:
    """A name that nothing has: decoders are never overwritten."""
    stem = f"{who.name}_{kind}_{now:%Y-%m-%d_%H-%M-%S}"
    path, n = who.out / "decoders" / stem, 1
    while os.path.lexists(path):
        n += 1
        path = path.with_name(f"{stem}_{n}")
    return path


def _reading(who: Participant) -> tuple[str, ...]:
    """Options that read a recording as the participant's sessions read the stream."""
    stream = who.stream
    words: list[str] = []
    if not who.simulated and (neural := stream.source_id or stream.name):
        words += ["--neural", neural]
    words += ["--unit", stream.unit] if stream.unit else []
    words += [] if stream.gain is None else ["--gain", str(stream.gain)]
    words += ["--exclude", *who.leave_out] if who.leave_out else []
    words += [] if who.label_map is None else ["--label-map", str(who.label_map)]
    return tuple(words)


# ---- progress --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Progress:
    """A line of `offline.train --figures`: what is done now, which share of it, and for how many seconds at most."""

    step: str
    done: Annotated[float | None, Within(0.0, 1.0)] = None
    left_s: Annotated[float | None, Within(0.0, 1e7)] = None


def progress_of(said: dict[str, Any]) -> Progress | None:
    """What a line of JSON tells of the progress; None where it is another one or cannot be used."""
    try:
        return from_dict(Progress, said["progress"])
    except (BkError, KeyError):
        return None


def progress_words(phase: Phase, told: Progress | None, seconds: float) -> str:
    """One line: what is done, for how long, and for how long at most."""
    text = phase.said
    if told is not None and told.step != phase.kind:
        text += f": {shown(told.step, 40)}"
    text += f", {span(seconds)} so far"
    if told is not None and told.left_s is not None:
        text += f", at most {span(told.left_s)} left"
    return text


def span(seconds: float) -> str:
    """A length of time for people."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


# ---- refusals --------------------------------------------------------------------------------------------------------
REMEDIES = (
    ("--label-map", "correct the file that the profile names as label_map, or take left-out channels back in Check"),
    ("the same recording comes twice", "tick only one of the two"),
    ("that is kept aside stand in the part", "this recording repeats itself: tick another, or record anew"),
    ("marked bad", "take bad marks back while you record, or record more and tick that too"),
    ("no audio", "record again with the microphone's LSL stream running: see Check"),
    ("audio to learn from", "record again with the microphone's LSL stream running: see Check"),
    ("near-silent audio", "the microphone is off or turned down: see its level in Check, and record again"),
    ("no speech in the audio", "tick recordings in which the participant speaks, or record more"),
    ("hold the sound itself", "leave those channels out in Check, or move the microphone's cable and record again"),
    ("holds the sound itself", "leave that channel out in Check, or move the microphone's cable and record again"),
    ("record longer", "record more: training keeps 15 % of each recording aside, of 5 s at least"),
    ("expected one rate", "tick only recordings of one amplifier setting"),
    ("common to all recordings", "tick only recordings with the same channels"),
    ("neural streams", "choose the amplifier's stream in Check with Decode this stream"),
    ("no neural stream", "tick recordings that hold the amplifier's stream"),
    ("no such file", "the recording was moved: look at the list again"),
)
"""Words of a refusal, and what to do about it in the window."""


def remedy(error: str) -> str:
    """What to do about a training that was refused."""
    return next((what for words, what in REMEDIES if words in error), "tick other recordings, or record again")
