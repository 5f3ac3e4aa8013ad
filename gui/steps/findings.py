"""What the Check step knows: one finding a matter, each good or with a reason and one thing to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bk_realtime.source.resolve import Wanted
from gui.participant import Participant
from gui.steps.page import Mark
from gui.steps.survey import Seen

ITEMS = ("decoder", "stream", "recording", "sound")
"""What `preflight` tells, in the order in which it is shown."""
TITLES = {"decoder": "Decoder", "stream": "Brain signal", "recording": "Recording", "sound": "Sound card"}
_REMEDIES = {
    "decoder": "choose its folder with Decoder…, or train one",
    "stream": "start the amplifier's LSL program, or choose its stream in the list",
    "recording": "start what is missing, or make room on the disk",
    "sound": "plug the sound card in, or choose another one",
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
    text, item = str(said.get("text", "")), str(said.get("item", ""))
    if not said.get("good"):
        return Finding(Mark.BLOCKED, text, _REMEDIES.get(item, ""))
    trained = said.get("line_freq")
    if trained in (50.0, 60.0) and trained != mains_hz:
        text += f"; trained where the mains have {trained:g} Hz, the profile says {mains_hz:g} Hz"
        return Finding(Mark.LOOK, text, f"train again, or choose mains of {trained:g} Hz below")
    notes = "; ".join(map(str, said.get("notes") or ()))
    if said.get("lacks"):
        return Finding(Mark.LOOK, text, _REMEDIES.get(item, ""))
    return Finding(Mark.DONE, f"{text}; {notes}" if notes else text)


def of_microphone(participant: Participant, seen: tuple[Seen, ...]) -> Finding:
    """The microphone among what is seen, with its level."""
    wanted = participant.microphone
    if wanted == "none":
        return Finding(Mark.DONE, "not wanted")
    found = [s for s in seen if (s.type.lower() == "audio" if wanted == "auto" else wanted in (s.name, s.source_id))]
    if not found:
        if participant.simulated:
            return Finding(Mark.DONE, "comes with the recording that is replayed")
        what = "of type Audio" if wanted == "auto" else repr(wanted)
        return Finding(Mark.LOOK, f"no stream {what}", "start it")
    if len(found) > 1:
        return Finding(Mark.LOOK, f"cannot tell: {len(found)} microphones", "name one in the profile")
    one = found[0]
    if one.trouble or one.silent_s > 3.0:
        return Finding(Mark.LOOK, f"{one.name}: {one.trouble or f'nothing for {one.silent_s:.0f} s'}", "start it again")
    if not math.isfinite(one.level_db):
        return Finding(Mark.BUSY, f"{one.name}: listening")
    if one.level_db < -80:
        return Finding(Mark.LOOK, f"{one.name}: silent ({one.level_db:.0f} dB)", "switch it on, speak")
    if one.level_db > -3:
        return Finding(Mark.LOOK, f"{one.name}: too loud ({one.level_db:.0f} dB)", "turn it down")
    return Finding(Mark.DONE, f"{one.name}: {one.level_db:.0f} dB")


def of_signal(one: Seen | None, mains_hz: float = 50.0) -> Finding:
    """True rate, age, flat channels and mains of the stream that will be decoded; ``mains_hz``: of the profile."""
    if one is None:
        return Finding(Mark.BUSY, "no stream to look at yet")
    if one.trouble or one.silent_s > 3.0:
        text = one.trouble or f"announced, but nothing for {one.silent_s:.0f} s"
        return Finding(Mark.BLOCKED, f"{one.name}: {text}", "start the amplifier's LSL program again")
    both = {50.0: one.mains_uv, 60.0: one.mains_60_uv}
    (largest, middle), other_hz = both[mains_hz], 110.0 - mains_hz
    mains = f"mains ({mains_hz:g} Hz) {largest:.3g} at most, {middle:.3g} in the middle, in the stream's unit"
    parts = [mains] if one.mains_known else []
    if one.flat:
        few = ", ".join(one.flat[:6]) + (f" and {len(one.flat) - 6} more" if len(one.flat) > 6 else "")
        return Finding(Mark.LOOK, "; ".join([f"flat: {few}", *parts]), "check their cables, or leave them out")
    if both[other_hz][1] > CLEARLY * middle:
        text = f"hum of {both[other_hz][1]:.3g} at {other_hz:g} Hz, and only {middle:.3g} at {mains_hz:g} Hz"
        return Finding(Mark.LOOK, text, f"choose mains of {other_hz:g} Hz below, before anything is trained")
    if math.isfinite(one.true_rate) and abs(one.true_rate / one.rate - 1) > RATE_OFF:
        text = f"comes at {one.true_rate:.1f} Hz, announced as {one.rate:g} Hz"
        return Finding(Mark.LOOK, text, "check the amplifier's settings and the network")
    if one.other_clock:
        text = f"its stamps are on another clock ({one.age_ms / 1e3:+.0f} s): how old it is nobody can tell from them"
        return Finding(Mark.LOOK, text, "let its program stamp by LSL's clock; a session goes by arrival")
    if one.age_ms > OLD_MS:
        return Finding(Mark.LOOK, f"samples are {one.age_ms:.0f} ms old when they come", "use a cable, not Wi-Fi")
    return Finding(Mark.DONE if parts else Mark.BUSY, "; ".join(["no channel is flat", *parts]))


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
        return "not recorded: another session's replay"
    if main is not None and one.uid == main.uid:
        return "decoded and recorded"
    wanted = {word.lower() for word in participant.expect}
    expected = bool(wanted & {one.name.lower(), one.type.lower(), one.source_id.lower()})
    return "expected, recorded" if expected else "recorded"
