"""The contamination gate: what a decoder reads is audited, and what holds the microphone's sound stops the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bk_realtime.config import FeatureSettings
from bk_realtime.contamination import CONTAMINATED, SUSPECT
from bk_realtime.errors import InputError
from bk_realtime.features.reference import bipolar_pairs, build_reference, reference_labels
from bk_realtime.shown import some
from offline.data.audited import audited
from offline.data.heard_voice import hears_voice
from offline.data.settings import ContaminatedPolicy
from offline.io.recording import Recording

FOUND_NONE, EXCLUDED, KEPT, UNKNOWN, OWN_VOICE = "clean", "excluded", "kept", "cannot tell", "own voice"
MARK = "CONTAMINATED"
"""Stands in the title of every table that was computed with such channels."""
UNTOLD_MARK = "(CONTAMINATION: CANNOT TELL)"
"""Stands there where the audit cannot tell."""
OWN_VOICE_MARK = "OWN VOICE"
"""Stands there where the microphone heard what was decoded."""
MARKS = {KEPT: MARK, OWN_VOICE: OWN_VOICE_MARK, UNKNOWN: UNTOLD_MARK}
"""By verdict, the worst first; no other has one."""
MOST = 12
"""Channels that a line names."""

_BEFORE = "in the days before; "


@dataclass(frozen=True)
class Contamination:
    """What the audit says of the channels that a decoder reads.

    Attributes
    ----------
    verdict : ``clean``, ``excluded`` (the rest is clean), ``kept`` (contaminated, on the user's word), ``own voice``
        (the microphone heard the decoded voice) or ``cannot tell``.
    found : channels that hold the sound beyond doubt; after the reference, as features are named.
    excluded : channels left out for it.
    suspect : channels whose waveform coheres with the sound, which a hearing brain may do.
    reason : why nothing can be told, what the findings rest on, or which part of a long recording was audited.
    """

    verdict: str
    found: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    reason: str = ""

    @property
    def contaminated(self) -> bool:
        """Whether figures must be marked."""
        return self.verdict == KEPT

    @property
    def mark(self) -> str:
        """What the title of a table begins with; empty where all is well."""
        return f"{MARKS[self.verdict]} " if self.verdict in MARKS else ""

    @property
    def rank(self) -> int:
        """What takes most away from a figure has the lowest."""
        return [*MARKS, self.verdict].index(self.verdict)

    @property
    def flag(self) -> dict[str, Any]:
        """``{"contaminated": True}`` where figures must be marked, to be kept among them; else empty."""
        return {"contaminated": True} if self.contaminated else {}

    @property
    def said(self) -> str:
        """In one word or two for each row of a table of figures."""
        return MARK if self.contaminated else self.verdict

    @property
    def line(self) -> str:
        """One line for a card or a terminal."""
        if self.verdict == UNKNOWN:
            return f"whether the sound itself is in the channels cannot be told: {self.reason}"
        if self.verdict == KEPT:
            return f"{MARK}: the sound itself is in {some(self.found, MOST)} ({self.reason}); no figure says anything"
        if self.verdict == OWN_VOICE:
            return f"{OWN_VOICE_MARK}: {self.reason}"
        text = "no channel that is read holds the sound itself"
        if self.verdict == FOUND_NONE and self.reason:
            text += f", {self.reason}"
        if self.verdict == EXCLUDED:
            text += f"; left out for it: {some(self.excluded, MOST)}"
        return text + (f"; suspect: {some(self.suspect, MOST)}" if self.suspect else "")

    def values(self) -> dict[str, Any]:
        """Plain values for ``bundle.toml`` and JSON."""
        lists = {"found": self.found, "excluded": self.excluded, "suspect": self.suspect}
        return {"verdict": self.verdict, "reason": self.reason, **{k: list(v) for k, v in lists.items()}}


def cannot_tell(reason: str) -> Contamination:
    """The verdict where nothing can be audited."""
    return Contamination(UNKNOWN, reason=reason)


def bundle_contamination(provenance: Mapping[str, Any]) -> Contamination:
    """What a bundle says of the channels that it was trained on."""
    said = provenance.get("contamination")
    if not isinstance(said, Mapping) or said.get("verdict") not in (FOUND_NONE, EXCLUDED, *MARKS):
        return cannot_tell("the bundle was trained before bundles said so")
    lists = {key: tuple(map(str, said.get(key) or ())) for key in ("found", "excluded", "suspect")}
    return Contamination(str(said["verdict"]), reason=str(said.get("reason", "")), **lists)


def refuse_contaminated(provenance: Mapping[str, Any], name: str, policy: ContaminatedPolicy) -> None:
    """Refuse to go on from a bundle that learnt from channels that hold the sound itself.

    Raises
    ------
    InputError
        It did, and ``policy`` is not ``keep``: nothing can be left out of weights.
    """
    if bundle_contamination(provenance).contaminated and policy != "keep":
        raise InputError(
            f"{name} is {MARK}: it learnt from channels that hold the sound itself, as does what goes on from "
            "it; expected brain only; start from another, or go on with --contaminated keep, and every figure is marked"
        )


def worst_of(today: Contamination, before: Contamination) -> Contamination:
    """Of both days: what was in the weights of the days before is in what goes on from them."""
    if before.contaminated and not today.contaminated and not before.reason.startswith(_BEFORE):
        before = replace(before, reason=f"{_BEFORE}{before.reason}")
    return min(today, before, key=lambda said: said.rank)


def screen(
    recordings: Sequence[Recording],
    labels: Sequence[str],
    features: FeatureSettings,
    policy: ContaminatedPolicy,
) -> tuple[tuple[str, ...], Contamination]:
    """Audit what a decoder reads of every recording: the channels ``labels``, after the reference; and whether the
    microphone hears what a session decoded from them.

    Returns
    -------
    The channels to go on with, and what was found.

    Raises
    ------
    InputError
        A channel holds the sound itself and ``policy`` is ``refuse``; or nothing is left without such channels.
    """
    labels, found = _screen(recordings, labels, features, policy)
    heard = [] if found.contaminated else [text for recording in recordings if (text := hears_voice(recording))]
    return labels, replace(found, verdict=OWN_VOICE, reason="; ".join(heard)) if heard else found


def _screen(
    recordings: Sequence[Recording],
    labels: Sequence[str],
    features: FeatureSettings,
    policy: ContaminatedPolicy,
) -> tuple[tuple[str, ...], Contamination]:
    first = _findings(recordings, labels, features)
    if isinstance(first, Contamination):
        return tuple(labels), first
    found, why, suspect = first
    if not found:
        return tuple(labels), Contamination(FOUND_NONE, suspect=suspect, reason=why)
    if policy == "keep":
        return tuple(labels), Contamination(KEPT, found, suspect=suspect, reason=why)
    if policy == "refuse":
        raise InputError(
            f"{recordings[0].name if len(recordings) == 1 else 'recordings'}: {len(found)} of "
            f"{len(reference_labels(features.reference, labels))} channels hold the sound itself, so that a decoder "
            f"would copy it: {some(found, MOST)} ({why}); expected brain only; leave them out with --contaminated "
            "exclude, or go on with --contaminated keep, and every figure is marked"
        )
    left, excluded = tuple(labels), tuple[str, ...]()
    while found:
        drop = _spread_from(recordings, left, features, found)
        excluded += tuple(label for label in left if label in drop)
        left = tuple(label for label in left if label not in drop)
        if not _enough(left, features):
            raise InputError(
                f"{recordings[0].name if len(recordings) == 1 else 'recordings'}: --contaminated exclude leaves no "
                f"channel to learn from: the sound itself is in {some(excluded, MOST)} ({why}); expected brain; record "
                "anew with the cables apart, or see what it is worth with --contaminated keep"
            )
        again = _findings(recordings, left, features)
        if isinstance(again, Contamination):
            break
        found, _, suspect = again
    return left, Contamination(EXCLUDED, first[0], excluded, suspect, why)


def without_channels(recording: Recording, labels: Sequence[str]) -> Recording:
    """The recording with channels made missing, so that a trained decoder reads them as dead ones."""
    if not labels:
        return recording
    neural = recording.neural.copy()
    neural[:, [recording.labels.index(label) for label in labels]] = np.nan
    reading = recording.reading_hash and f"{recording.reading_hash} without {', '.join(labels)}"
    return replace(recording, neural=neural, reading_hash=reading)


def _findings(
    recordings: Sequence[Recording], labels: Sequence[str], features: FeatureSettings
) -> tuple[tuple[str, ...], str, tuple[str, ...]] | Contamination:
    """Features that hold the sound in any recording, what the first of them rests on (and on which part of a long
    recording), suspects; or why none can tell. Channels count once, under whichever reference they hold it.

    Where only some recordings are too short to tell, the others do.
    """
    found: dict[str, str] = {}
    suspect: dict[str, None] = {}
    reasons, parts = [], dict[str, None]()
    for recording in recordings:
        try:
            results = [audited(recording, tuple(labels), r, features.line_freq) for r in features.references]
        except InputError as error:
            reasons.append(str(error).removeprefix("contamination audit: ").removeprefix("cannot tell "))
            continue
        if results[0].said:
            parts.setdefault(results[0].said)
        for channel in (channel for result in results for channel in result.channels):
            if channel.verdict == CONTAMINATED:
                found.setdefault(channel.label, channel.why)
            elif channel.verdict == SUSPECT:
                suspect.setdefault(channel.label)
    if len(reasons) == len(recordings):
        return cannot_tell(reasons[0])
    why = "; ".join([*list(found.values())[:1], *list(parts)[:1]])
    return tuple(found), why, tuple(label for label in suspect if label not in found)


def _spread_from(
    recordings: Sequence[Recording], labels: tuple[str, ...], features: FeatureSettings, found: Sequence[str]
) -> set[str]:
    """Channels that brought the sound into the features ``found``.

    A reference spreads it from one channel to all: those count that hold it before the reference too. Where none
    does (the reference's own electrode), all that the features are made of.
    """
    made_of = {label for name in found for label in _members(features.reference, labels, name)}
    if features.references == ("none",):
        return made_of
    raw = _findings(recordings, labels, replace(features, reference="none", more_references=()))
    sources = set() if isinstance(raw, Contamination) else made_of & set(raw[0])
    return sources or made_of


def _members(reference: str, labels: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Channels that a feature is named after."""
    if reference != "bipolar":
        return (name,)
    names = reference_labels(reference, labels)
    a, b = bipolar_pairs(labels)[names.index(name)]
    return labels[a], labels[b]


def _enough(labels: tuple[str, ...], features: FeatureSettings) -> bool:
    """Whether anything can be learnt from these channels under the reference."""
    if not labels:
        return False
    for reference in features.references:
        build_reference(reference, labels)  # says itself what it lacks
    return True
