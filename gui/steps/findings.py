"""What the Check step knows: one finding a matter, each good or with a reason and one thing to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bk_realtime.source.resolve import Wanted
from gui.participant import Participant
from gui.said import translated
from gui.steps.page import Mark
from gui.steps.survey import Seen
from gui.words import later, tr

ITEMS = ("decoder", "stream", "recording", "sound")
"""What `preflight` tells, in the order in which it is shown."""
TITLES = {
    "decoder": later("Decoder"),
    "stream": later("Brain signal"),
    "recording": later("Recording"),
    "sound": later("Sound card"),
}
MICROPHONE, SIGNAL = later("Microphone"), later("Channels and mains")
"""Titles of what the window looks at itself."""
_REMEDIES = {
    "decoder": later("choose its folder with Decoder…, or train one"),
    "stream": later("start the amplifier's LSL program, or choose its stream in the list"),
    "recording": later("start what is missing, or make room on the disk"),
    "sound": later("plug the sound card in, or choose another one"),
}
RATE_OFF = 0.01
"""A true rate this far from the announced one is another pitch of the brain."""
OLD_MS = 200.0
CLEARLY = 3.0
"""Times that the hum at the other country's mains frequency is larger in the middle of all channels."""


@dataclass(frozen=True)
class Finding:
    """One matter.

    Attributes
    ----------
    mark : done, under way, worth a look, or not possible.
    text : what was found.
    remedy : the one thing to do; empty where there is none.
    """

    mark: Mark
    text: str
    remedy: str = ""


def of_preflight(said: Mapping[str, Any], mains_hz: float = 50.0) -> Finding:
    """What `preflight` says of one matter; ``mains_hz``: of the profile."""
    text, item = translated(str(said.get("text", ""))), str(said.get("item", ""))
    if not said.get("good"):
        return Finding(Mark.BLOCKED, text, tr(_REMEDIES.get(item, "")))
    trained = said.get("line_freq")
    if trained in (50.0, 60.0) and trained != mains_hz:
        text += tr("; trained where the mains have {trained:g} Hz, the profile says {mains_hz:g} Hz").format(
            trained=trained, mains_hz=mains_hz
        )
        return Finding(
            Mark.LOOK, text, tr("train again, or choose mains of {trained:g} Hz below").format(trained=trained)
        )
    notes = "; ".join(translated(str(note)) for note in said.get("notes") or ())
    if said.get("lacks"):
        return Finding(Mark.LOOK, text, tr(_REMEDIES.get(item, "")))
    return Finding(Mark.DONE, f"{text}; {notes}" if notes else text)


def of_microphone(participant: Participant, seen: tuple[Seen, ...]) -> Finding:
    """The microphone among what is seen, with its level."""
    wanted = participant.microphone
    if wanted == "none":
        return Finding(Mark.DONE, tr("not wanted"))
    found = [s for s in seen if (s.type.lower() == "audio" if wanted == "auto" else wanted in (s.name, s.source_id))]
    if not found:
        if participant.simulated:
            return Finding(Mark.DONE, tr("comes with the recording that is replayed"))
        what = tr("of type Audio") if wanted == "auto" else repr(wanted)
        return Finding(Mark.LOOK, tr("no stream {what}").format(what=what), tr("start it"))
    if len(found) > 1:
        return Finding(
            Mark.LOOK, tr("cannot tell: {n} microphones").format(n=len(found)), tr("name one in the profile")
        )
    one = found[0]
    if one.trouble or one.silent_s > 3.0:
        text = one.trouble or tr("nothing for {seconds:.0f} s").format(seconds=one.silent_s)
        return Finding(Mark.LOOK, f"{one.name}: {text}", tr("start it again"))
    if not math.isfinite(one.level_db):
        return Finding(Mark.BUSY, tr("{name}: listening").format(name=one.name))
    if one.level_db < -80:
        return Finding(
            Mark.LOOK,
            tr("{name}: silent ({level_db:.0f} dB)").format(name=one.name, level_db=one.level_db),
            tr("switch it on, speak"),
        )
    if one.level_db > -3:
        return Finding(
            Mark.LOOK,
            tr("{name}: too loud ({level_db:.0f} dB)").format(name=one.name, level_db=one.level_db),
            tr("turn it down"),
        )
    return Finding(Mark.DONE, tr("{name}: {level_db:.0f} dB").format(name=one.name, level_db=one.level_db))


def of_signal(one: Seen | None, mains_hz: float = 50.0) -> Finding:
    """True rate, age, flat channels and mains of the stream that will be decoded; ``mains_hz``: of the profile."""
    if one is None:
        return Finding(Mark.BUSY, tr("no stream to look at yet"))
    if one.trouble or one.silent_s > 3.0:
        text = one.trouble or tr("announced, but nothing for {silent_s:.0f} s").format(silent_s=one.silent_s)
        return Finding(Mark.BLOCKED, f"{one.name}: {text}", tr("start the amplifier's LSL program again"))
    both = {50.0: one.mains_uv, 60.0: one.mains_60_uv}
    (largest, middle), other_hz = both[mains_hz], 110.0 - mains_hz
    mains = tr(
        "mains ({mains_hz:g} Hz) {largest:.3g} at most, {middle:.3g} in the middle, in the stream's unit"
    ).format(mains_hz=mains_hz, largest=largest, middle=middle)
    parts = [mains] if one.mains_known else []
    if one.flat:
        few = ", ".join(one.flat[:6]) + (tr(" and {n} more").format(n=len(one.flat) - 6) if len(one.flat) > 6 else "")
        return Finding(
            Mark.LOOK,
            "; ".join([tr("flat: {few}").format(few=few), *parts]),
            tr("check their cables, or leave them out"),
        )
    if both[other_hz][1] > CLEARLY * middle:
        text = tr("hum of {other:.3g} at {other_hz:g} Hz, and only {middle:.3g} at {mains_hz:g} Hz").format(
            other=both[other_hz][1], other_hz=other_hz, middle=middle, mains_hz=mains_hz
        )
        return Finding(
            Mark.LOOK,
            text,
            tr("choose mains of {other_hz:g} Hz below, before anything is trained").format(other_hz=other_hz),
        )
    if math.isfinite(one.true_rate) and abs(one.true_rate / one.rate - 1) > RATE_OFF:
        text = tr("comes at {true_rate:.1f} Hz, announced as {rate:g} Hz").format(
            true_rate=one.true_rate, rate=one.rate
        )
        return Finding(Mark.LOOK, text, tr("check the amplifier's settings and the network"))
    if one.other_clock:
        text = tr("its stamps are on another clock ({seconds:+.0f} s): how old it is nobody can tell from them").format(
            seconds=one.age_ms / 1000.0
        )
        return Finding(Mark.LOOK, text, tr("let its program stamp by LSL's clock; a session goes by arrival"))
    if one.age_ms > OLD_MS:
        return Finding(
            Mark.LOOK,
            tr("samples are {age_ms:.0f} ms old when they come").format(age_ms=one.age_ms),
            tr("use a cable, not Wi-Fi"),
        )
    return Finding(Mark.DONE if parts else Mark.BUSY, "; ".join([tr("no channel is flat"), *parts]))


def decoded(participant: Participant, seen: tuple[Seen, ...]) -> Seen | None:
    """The stream among those seen that the profile means; ``None`` where none or several are."""
    wanted = participant.stream
    which = Wanted(wanted.name or None, wanted.type or None, wanted.source_id or None, host=wanted.host or None)
    found = [s for s in seen if s.recorded and s.rate > 0 and which.means(s.name, s.type, s.source_id, s.host)]
    return found[0] if len(found) == 1 else None


def role(one: Seen, main: Seen | None, participant: Participant) -> str:
    """What becomes of a stream, in words."""
    if one.trouble:
        return one.trouble
    if not one.recorded:
        return tr("not recorded: another session's replay")
    if main is not None and one.uid == main.uid:
        return tr("decoded and recorded")
    wanted = {word.lower() for word in participant.expect}
    expected = bool(wanted & {one.name.lower(), one.type.lower(), one.source_id.lower()})
    return tr("expected, recorded") if expected else tr("recorded")
