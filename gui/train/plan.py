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
from gui.train.recorded import size_of
from gui.words import later, tr

LINEAR, BETTER, CURVE = "ridge", "auto", "curve"
NETWORKS = ("gru", "seq2seq")
"""Which one may be trained; the first one takes minutes, the other several times as long."""
NAMES = {
    LINEAR: later("linear (ridge)"),
    "gru": later("network (gru)"),
    "seq2seq": later("network (seq2seq)"),
}
TRAIN, SCORE, LEARN = "train", "score", "learn"
SCORES = "scores"
"""Folder of the score card, inside the bundle's."""


@dataclass(frozen=True)
class Phase:
    """One command: `python -m MODULE WORDS`.

    Attributes
    ----------
    kind : of decoder; :data:`BETTER`: the better one of ridge and ``network``.
    does : :data:`TRAIN`, :data:`SCORE` (the decoder that the phase before has trained) or :data:`LEARN` (the curve).
    bundle : the decoder's folder; of a curve the recording.
    network : kind that ridge is compared with.
    begin : the bundle that a network begins as, by its name; empty: it begins with nothing.
    """

    kind: str
    does: str
    bundle: Path
    module: str
    words: tuple[str, ...]
    network: str = ""
    begin: str = ""

    @property
    def name(self) -> str:
        """Of a decoder that was not chosen among several."""
        name = tr(NAMES[self.kind])
        return tr("{name}, begun as {bundle}").format(name=name, bundle=shown(self.begin, 60)) if self.begin else name

    @property
    def scores(self) -> bool:
        """Whether it ends with a score card."""
        return self.does == SCORE

    @property
    def said(self) -> str:
        """What it does."""
        if self.does == LEARN:
            return tr("drawing the learning curve")
        if self.kind == BETTER:
            name = tr(NAMES[self.network])
            return (
                tr("scoring what is kept of ridge and {name}").format(name=name)
                if self.scores
                else tr("comparing the {name} with ridge").format(name=name)
            )
        return (
            tr("scoring the {name}").format(name=self.name)
            if self.scores
            else tr("training the {name}").format(name=self.name)
        )


def phases(
    who: Participant,
    recordings: Sequence[Path],
    network: str,
    now: datetime,
    days: Sequence[int] = (),
    begin: Path | None = None,
) -> list[Phase]:
    """Ridge first, which takes seconds, then its learning curve; where a ``network`` is wanted, that is compared with
    ridge, and the better one is trained. Each decoder is scored.

    Parameters
    ----------
    recordings : oldest first.
    days : the day that each is of; empty where all are of one. Of several, the last one's alone are scored, and the
        learning curve is of one of them.
    begin : bundle of the kind ``network`` that the network begins as. It stands for the days before: the last one's
        recordings alone are learnt, and there is nothing to compare with ridge.
    """
    ridge = _trained(who, recordings, LINEAR, now, days)
    planned = [*ridge, learning_curve(who, _last_days(recordings, days))]
    if network and begin is not None:
        return [*planned, *_trained(who, _last_days(recordings, days), network, now, (), begin=begin)]
    return [*planned, *_trained(who, recordings, BETTER, now, days, network)] if network else planned


def all_the_same(
    who: Participant, recordings: Sequence[Path], network: str, now: datetime, days: Sequence[int] = ()
) -> list[Phase]:
    """The network alone, where ridge was kept."""
    return [*_trained(who, recordings, network, now, days)]


def days_option(days: Sequence[int]) -> tuple[str, ...]:
    """Words of `offline.train` that say the day of each recording; none where all are of one."""
    return ("--days", *map(str, days)) if days else ()


def _last_days(recordings: Sequence[Path], days: Sequence[int]) -> list[Path]:
    return [path for path, day in zip(recordings, days, strict=True) if day == days[-1]] if days else [*recordings]


def learning_curve(who: Participant, recordings: Sequence[Path]) -> Phase:
    """Of the longest recording: one is read at a time."""
    longest = max(recordings, key=size_of)
    words: tuple[str, ...] = ("learn", str(longest), "--no-train", "--figures")
    stream = who.stream
    words += ("--line-freq", f"{who.mains_hz:g}")
    words += ("--name", stream.name) if stream.name and not stream.source_id and not who.simulated else ()
    words += ("--source-id", stream.source_id) if stream.source_id and not who.simulated else ()
    sound = who.microphone
    words += ("--microphone", sound) if sound not in ("none", "auto") and not who.simulated else ()
    words += ("--unit", stream.unit) if stream.unit else ()
    words += () if stream.gain is None else ("--gain", str(stream.gain))
    words += ("--exclude", *who.leave_out) if who.leave_out else ()
    return Phase(CURVE, LEARN, longest, "bk_realtime", words)


def _trained(
    who: Participant,
    recordings: Sequence[Path],
    kind: str,
    now: datetime,
    days: Sequence[int],
    network: str = "",
    begin: Path | None = None,
) -> tuple[Phase, Phase]:
    files, read = tuple(map(str, recordings)), _reading(who)
    bundle = bundle_folder(who, kind, now)
    train = (*files, "--out", str(bundle), "--decoder", kind, *days_option(days), "--figures", *read)
    # the features of a bundle that it begins as are taken as they are
    train += ("--features.line-freq", f"{who.mains_hz:g}") if begin is None else ("--from", str(begin))
    train += ("--set", f"candidates=['{network}']") if kind == BETTER else ()
    begun = "" if begin is None else begin.name
    out = ("--held-out", "--out", str(bundle / SCORES))
    score = (str(bundle), *map(str, _last_days(recordings, days)), *out, *read)
    return (
        Phase(kind, TRAIN, bundle, "offline.train", train, network, begun),
        Phase(kind, SCORE, bundle, "offline.evaluate", score, network, begun),
    )


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
    text += tr(", {seconds} so far").format(seconds=span(seconds))
    if told is not None and told.left_s is not None:
        text += tr(", at most {left_s} left").format(left_s=span(told.left_s))
    return text


def span(seconds: float) -> str:
    """A length of time for people."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


# ---- refusals --------------------------------------------------------------------------------------------------------
REMEDIES = (
    # those of the decoder that a network begins as: they name channels and files, as others do
    ("as does what goes on", later("let the network begin anew: the decoder in use has learnt the sound itself")),
    ("to carry it on", later("let the network begin anew: too few channels of the decoder in use are left")),
    (
        "was trained on",
        later("tick only recordings that the decoder in use has not learnt, or let the network begin anew"),
    ),
    ("to start from it", later("let the network begin anew: the decoder in use was trained otherwise")),
    (
        "bundle of the same participant",
        later("let the network begin anew: the decoder in use is of another participant"),
    ),
    (
        "--label-map",
        later("correct the file that the profile names as label_map, or take left-out channels back in Check"),
    ),
    ("the same recording comes twice", later("tick only one of the two")),
    ("that is kept aside stand in the part", later("this recording repeats itself: tick another, or record anew")),
    ("marked bad", later("take bad marks back while you record, or record more and tick that too")),
    ("no audio", later("record again with the microphone's LSL stream running: see Check")),
    ("audio to learn from", later("record again with the microphone's LSL stream running: see Check")),
    ("near-silent audio", later("the microphone is off or turned down: see its level in Check, and record again")),
    ("no speech in the audio", later("tick recordings in which the participant speaks, or record more")),
    (
        "hold the sound itself",
        later("leave those channels out in Check, or move the microphone's cable and record again"),
    ),
    (
        "holds the sound itself",
        later("leave that channel out in Check, or move the microphone's cable and record again"),
    ),
    ("record longer", later("record more: training keeps 15 % of each recording aside, of 5 s at least")),
    ("expected one rate", later("tick only recordings of one amplifier setting")),
    ("common to all recordings", later("tick only recordings with the same channels")),
    (
        "with which it is for the last day alone",
        later("say below the list which recordings are of an earlier day, or tick only recordings of one montage"),
    ),
    (
        "expected recordings of one set-up",
        later("say below the list which recordings are of an earlier day, or tick only recordings of one set-up"),
    ),
    ("days of one participant", later("tick only recordings of one participant")),
    ("neural streams", later("choose the amplifier's stream in Check with Decode this stream")),
    ("no neural stream", later("tick recordings that hold the amplifier's stream")),
    ("no such file", later("the recording was moved: look at the list again")),
)
OTHERWISE = later("tick other recordings, or record again")
"""Words of a refusal, and what to do about it in the window."""


def remedy(error: str) -> str:
    """What to do about a training that was refused."""
    return tr(next((what for words, what in REMEDIES if words in error), OTHERWISE))
