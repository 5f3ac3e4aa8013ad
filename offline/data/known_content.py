"""What a bundle knows by content: whether a recording is among those that it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import InputError
from offline.data.content_match import Place, can_tell, copy_agreement, places
from offline.data.dataset import Corpus
from offline.data.fingerprint import Code, Fingerprint, fingerprint
from offline.data.kept_prints import kept_fingerprints
from offline.data.provenance import training_entry
from offline.data.split import Part
from offline.io.recording import Recording

FOUND, NONE, UNKNOWN = "found", "none", "cannot tell"
LEAK_UNTOLD = "(LEAK: CANNOT TELL)"
"""Stands in the title of every table and picture of what a decoder may have learnt, as far as anybody can tell."""
SOUND_SHARE = 0.4
"""Agreement of bits from which a sound is the same take where the neural signal cannot say: a clip that is played once
more in a window of other sounds stays below."""

SURE_SHARE = 0.3
"""Part of a copy's agreement from which neural data is a copy. Two brains whose loudness goes up and down together, by
9 to 17 dB and ten times a second, reach .29 of it at z 29: loud moments ring in the band in the same way."""
WITHIN_SHARE = 0.25
"""Agreement of bits from which a window of a session stands in it twice: the channels are the same, so less is no copy
of the moment (a simulated one may have the same noise in several contacts, each from another second on)."""


@dataclass(frozen=True)
class Content:
    """Whether a recording is known: ``found``, ``none`` or ``cannot tell``, and the words for it."""

    verdict: str
    text: str

    @property
    def mark(self) -> str:
        """What the title of a table or picture begins with; empty where all is well."""
        return {FOUND: "LEAK", UNKNOWN: LEAK_UNTOLD, NONE: ""}[self.verdict]

    @property
    def line(self) -> str:
        """What a score card says of a recording that is none of the bundle's by hash."""
        text = "the recording's neural data is none that the bundle was trained on, by hash"
        if self.verdict == UNKNOWN:
            return f"{text}; CANNOT TELL by content: {self.text}"
        return f"{text} and by content" + (f"; {self.text}" if self.text else "")


_said_of: dict[tuple[str, str], Content] = {}


def known_to(bundle: Bundle, recording: Recording) -> Content:
    """Whether a recording's content was trained on (fitted or chosen with; what training kept aside does not count).
    Kept, since a score card asks again for the same reading."""
    key = (bundle.digest, recording.reading_hash)
    if not recording.reading_hash or key not in _said_of:
        _said_of[key] = _known_to(bundle, recording)
    return _said_of[key]


def _known_to(bundle: Bundle, recording: Recording) -> Content:
    data = bundle.provenance.get("data", [])
    if not bundle.fingerprints or not isinstance(data, Sequence):
        return Content(UNKNOWN, "the bundle dates from before bundles kept fingerprints; train it again")
    try:
        kept = kept_fingerprints(bundle.fingerprints, len(data))
    except InputError as error:
        raise InputError(f"{bundle.path}: {error}") from None
    names = [str(entry.get("name", "")) for entry in data]
    return among(fingerprint(recording), list(zip(names, kept, strict=True)))


def held_out_known(bundle: Bundle, recording: Recording) -> tuple[float, str]:
    """Seconds of a training recording's held-out part that stand in what else the bundle learnt, by content: what one
    day keeps aside may be what another one, which went on from it, was given in another dress. And why nobody can tell
    of some of it; empty where it can be told.
    """
    data, own = bundle.provenance.get("data", []), training_entry(bundle.provenance, recording)
    if not isinstance(data, Sequence) or len(data) < 2 or not (own and own.get("held_out")):
        return 0.0, ""
    if not bundle.fingerprints:
        return 0.0, "the bundle kept no fingerprints of what else it learnt"
    first, stop = (frame / float(bundle.mel.frame_rate) for frame in own["held_out"])
    whole, found, doubts = fingerprint(recording), [0.0], list[str]()
    part = whole.only([(first, stop)])
    for entry, other in zip(data, kept_fingerprints(bundle.fingerprints, len(data)), strict=True):
        if dict(entry) == own:
            continue
        name, where = str(entry.get("name", "")), shared(part, other)
        if where and sure_copy(part, other, where):
            found.append(sum(place.seconds for place in where))
        elif where:
            doubts.append(_doubt(part, other, where, name))
        elif not _tells(whole, other):
            doubts.append(f"whether its held-out part stands in {name}: {_why(whole)}")
    return max(found), "; ".join(doubts)


def among(print_: Fingerprint, known: Sequence[tuple[str, Fingerprint]]) -> Content:
    """Whether content is among named fingerprints. The neural signal decides where both have one that can tell; the
    same sound alone is said (a stimulus is played to many), and decides where the neural signal cannot. Neural data
    that agrees far less than a copy does cannot be told."""
    played, doubt, told = "", "", True
    for name, other in known:
        where, sure = shared(print_, other), _tells(print_, other)
        if where and sure_copy(print_, other, where):
            return Content(FOUND, f"{_said(where)} of its neural data stand in {name} (from {where[0].there_s:.2f} s)")
        if where:
            doubt = _doubt(print_, other, where, name)
        told &= sure
        heard = _sound(print_, other)
        if heard:
            played = f"{_said(heard)} of its sound stand in {name} (from {heard[0].there_s:.2f} s)"
            if not sure:
                return Content(FOUND, f"{played}; its neural data are features or too short to tell")
    if doubt:
        return Content(UNKNOWN, doubt)
    if not told:
        return Content(UNKNOWN, _why(print_))
    if played:
        return Content(
            NONE, f"its neural data are new, but {played}: the same sound was played, or sound was exchanged"
        )
    return Content(NONE, "")


def refuse_copies(paths: Sequence[Path], prints: Sequence[Fingerprint], console: Console | None = None) -> list[str]:
    """Refuse recordings of which two hold the same neural data by content, in part or in whole. The console is told of
    which recording this cannot be told, and of which two.

    Returns
    -------
    The same of several recordings, one line each without folders, to be kept beside what is scored.

    Raises
    ------
    InputError
        With the first such pair.
    """
    untold: list[str] = []

    def say(path: Path, why: str, kept: str) -> None:
        if console is not None:
            console.print(f"leak by content: CANNOT TELL of {path}: {why}", highlight=False, markup=False)
        untold.append(f"leak by content: CANNOT TELL of {path.name}: {kept}")

    for path, print_ in zip(paths, prints, strict=True):
        if not _tells(print_, print_):
            say(path, _why(print_), _why(print_))
    for j, other in enumerate(prints):
        for i, print_ in enumerate(prints[:j]):
            where = shared(other, print_)
            if where and not sure_copy(other, print_, where):
                say(paths[j], *(_doubt(other, print_, where, name) for name in (str(paths[i]), paths[i].name)))
            elif where:
                raise InputError(
                    f"the same recording comes twice: {_said(where)} of the neural data of {paths[j]} stand in "
                    f"{paths[i]} (from {where[0].there_s:.2f} s), whatever was changed since; expected different ones, "
                    "or what is scored would be trained on; leave one of them out"
                )
    return untold if len(paths) > 1 else []


def fitted_only(corpus: Corpus) -> list[Fingerprint]:
    """Fingerprints of what fits and chooses a decoder alone: what is kept aside is not trained on.

    Raises
    ------
    InputError
        What is kept aside of a recording stands in what is trained on of it once more.
    """
    fitted = []
    for session, print_, split, first in zip(
        corpus.sessions, corpus.fingerprints, corpus.splits, corpus.first, strict=True
    ):
        rate = float(corpus.frame_rate)

        def seconds(*parts: Part, first: int = first, rate: float = rate) -> list[tuple[float, float]]:
            return [((first + a) / rate, (first + b) / rate) for a, b in parts]

        fitted.append(print_.only(seconds(*split.training, split.validation)))
        if split.test[1] > split.test[0]:
            refuse_repeated(session.name, print_.only(seconds(split.test)), fitted[-1])
    return fitted


def refuse_repeated(name: str, aside: Fingerprint, fitted: Fingerprint) -> None:
    """Refuse to score what was trained on.

    Raises
    ------
    InputError
        What is kept ``aside`` of a recording stands in what is ``fitted`` of it once more.
    """
    where = repeated(aside, fitted)
    if where:
        raise InputError(
            f"{name}: {_said(where)} of the neural data that is kept aside stand in the part that is "
            f"trained on (from {where[0].there_s:.2f} s); expected every moment once; cut the repeated piece away"
        )


def shared(print_: Fingerprint, other: Fingerprint) -> list[Place]:
    """Places where the neural data of one recording stand in another, in the band that agrees most."""
    found = [places(a, b) for a, b in _pairs(print_, other)]
    return max(found, key=lambda band: sum(place.agreement for place in band), default=[])


def sure_copy(print_: Fingerprint, other: Fingerprint, where: Sequence[Place]) -> bool:
    """Whether any place of :func:`shared` agrees as a copy does; else it may be a loudness that both share."""
    return max(place.agreement for place in where) >= SURE_SHARE * _of_a_copy(print_, other)


def repeated(part: Fingerprint, other: Fingerprint) -> list[Place]:
    """Places where the neural data of one part of a recording stand in another part of it."""
    return [place for place in shared(part, other) if place.agreement >= WITHIN_SHARE]


def _tells(print_: Fingerprint, other: Fingerprint) -> bool:
    """Whether their neural data would be found in each other."""
    return any(can_tell(a, b) for a, b in _pairs(print_, other))


def _pairs(print_: Fingerprint, other: Fingerprint) -> list[tuple[Code, Code]]:
    codes = zip(print_.neural, other.neural, strict=True)
    return [(a, b) for a, b in codes if a is not None and b is not None]


def _sound(print_: Fingerprint, other: Fingerprint) -> list[Place]:
    if print_.sound is None or other.sound is None:
        return []
    return [place for place in places(print_.sound, other.sound) if place.agreement >= SOUND_SHARE]


def _of_a_copy(print_: Fingerprint, other: Fingerprint) -> float:
    return min(copy_agreement(a, b) for a, b in _pairs(print_, other))


def _doubt(print_: Fingerprint, other: Fingerprint, where: Sequence[Place], name: str) -> str:
    best = max(place.agreement for place in where)
    return (
        f"{_said(where)} of its neural data agree with {name}, by {best:.2f} where a copy has "
        f"{_of_a_copy(print_, other):.2f}: a copy under much noise, or a loudness that both share"
    )


def _said(where: Sequence[Place]) -> str:
    return f"{sum(place.seconds for place in where):.0f} s (from {where[0].here_s:.2f} s)"


def _why(print_: Fingerprint) -> str:
    codes = [code for code in print_.neural if code is not None]
    if not codes:
        return "it holds features, or a rate below 95 Hz; the signal that they were made from could tell"
    seconds, channels = max(code.seconds for code in codes), max(code.directions for code in codes)
    return f"{seconds:.0f} s of signal in {channels} independent channels are too few beside what was trained on"
