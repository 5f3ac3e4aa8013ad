"""The score card in words to act on: read from what `offline.evaluate` wrote, whose verdicts these are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bk_realtime.errors import InputError
from bk_realtime.plain_files import read_json
from bk_realtime.shown import shown
from bk_realtime.typed import from_dict

FILE = "evaluation.json"
YES, NO, UNTOLD = "yes", "no", "cannot tell"
CLAIM, RIDGE, CONTAMINATION, LEAK = "claim", "ridge", "contamination", "leak"
"""Lines of a card: the one verdict of all, and three of the others."""
DOUBTS = (LEAK, "units", "length", "variation", "alignment", "credible")
"""Lines that say, where they are no, that there is another reason for what looks decoded."""
_TOO_LITTLE = ("TOO SHORT", "TOO FEW", "CANNOT TELL", "cannot be told", "UNKNOWN")
BETTER = "Better than the linear decoder (ridge)"
LITTLE = "too little speech"
"""How a line says so."""
TODAY_ALONE = "today alone is scored, the earlier days were learnt as a whole"
_MOST_CARDS = 1000


@dataclass(frozen=True)
class Verdict:
    """One line of a card."""

    check: str
    good: bool
    text: str


@dataclass(frozen=True)
class Scored:
    """What a card says of one recording. Nothing is scored of ``days_before``, which were learnt as a whole; nothing is
    learnt of the channels ``left_out``, which not every recording has."""

    name: str
    seconds: float
    speech_seconds: float
    decoder: str
    verdicts: tuple[Verdict, ...]
    days_before: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()

    def line(self, check: str) -> Verdict | None:
        """The last one of this name."""
        return next((v for v in reversed(self.verdicts) if v.check == check), None)


@dataclass(frozen=True)
class Card:
    """All of it."""

    simulated: bool
    recordings: tuple[Scored, ...]

    @property
    def minutes(self) -> float:
        """Kept aside and scored."""
        return sum(one.seconds for one in self.recordings) / 60


class Answer(NamedTuple):
    """One question; ``good`` is None where nothing can be told; ``why`` in the words of the card."""

    question: str
    answer: str
    good: bool | None
    why: str


def read_card(path: Path) -> Card:
    """Read what `offline.evaluate` wrote.

    Raises
    ------
    BkError
        No such file, or none of these.
    """
    values = read_json(path)
    people = values.get("participants")
    if not isinstance(people, dict) or not 0 < len(people) <= _MOST_CARDS:
        raise InputError(f"{path}: expected the scores of at least one recording, got none; train again")
    scored = tuple(_scored(path, name, card) for name, card in people.items())
    return Card(any(isinstance(c, dict) and c.get("simulated") is True for c in people.values()), scored)


def _scored(path: Path, name: str, card: Any) -> Scored:
    keys = ("seconds", "speech_seconds", "decoder", "verdicts", "days_before", "left_out")
    kept = {key: card[key] for key in keys if key in card} if isinstance(card, dict) else {}
    return from_dict(Scored, {"name": name, **kept}, str(path), f"participants.{shown(name, 40)}")


def answers(card: Card) -> list[Answer]:
    """What a clinician asks, one answer each."""
    found = [_combined("Follows your speech better than chance", card, _follows)]
    if any(one.line(RIDGE) for one in card.recordings):
        found.append(_combined(BETTER, card, lambda s: _plain(s.line(RIDGE))))
    sound = _combined("Contaminated by the microphone", card, lambda s: _contaminated(s.line(CONTAMINATION)))
    found.append(sound._replace(good=None if sound.good is None else sound.answer == NO))
    for check in DOUBTS:
        bad = [v for one in card.recordings if (v := one.line(check)) is not None and not v.good and not _open(v)]
        if bad:
            found.append(Answer(f"Do not trust it: {check}", NO, False, bad[0].text))
    leaks = [v for one in card.recordings if (v := one.line(LEAK)) is not None and not v.good]
    if leaks and all(map(_open, leaks)):  # else it is among those above
        found.append(Answer(f"Do not trust it: {LEAK}", UNTOLD, None, leaks[0].text))
    return found


def doubt(found: Sequence[Answer]) -> str:
    """The first of the answers that speaks against using a decoder, as a line; that another one is better, or that
    nothing can be told, does not."""
    against = (one for one in found if one.good is False and one.question != BETTER)
    return next((f"{one.question}: {one.answer}" for one in against), "")


def headline(card: Card) -> str:
    """How much was scored, of which day, what was left out, and whether a person was."""
    speech = sum(one.speech_seconds for one in card.recordings)
    text = f"scored on {_length(60 * card.minutes)} that training did not see, {_length(speech)} of them speech"
    if any(LITTLE in verdict.text for one in card.recordings for verdict in one.verdicts):
        text += f": {LITTLE} to be sure of anything, record more"
    if any(one.days_before for one in card.recordings):
        text += f"; {TODAY_ALONE}"
    if lost := ", ".join(dict.fromkeys(label for one in card.recordings for label in one.left_out)):
        text += f"; channels left out, because not every recording has them as good ones: {shown(lost, 120)}"
    return f"SIMULATED: says that the program works, nothing about people; {text}" if card.simulated else text


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.1f} min"


def _open(verdict: Verdict) -> bool:
    return any(words in verdict.text for words in _TOO_LITTLE)


def _plain(verdict: Verdict | None) -> tuple[str, str]:
    if verdict is None:
        return UNTOLD, "the card does not say"
    return (YES if verdict.good else UNTOLD if _open(verdict) else NO), verdict.text


def _follows(scored: Scored) -> tuple[str, str]:
    """By the one claim of the card, in which all its lines are counted."""
    answer, why = _plain(scored.line(CLAIM))
    inside = scored.line("inside speech")
    if answer == NO and inside is not None and _open(inside):
        return UNTOLD, inside.text
    return answer, why


def _contaminated(verdict: Verdict | None) -> tuple[str, str]:
    answer, why = _plain(verdict)
    return {YES: NO, NO: YES}.get(answer, answer), why


def _combined(question: str, card: Card, ask: Any) -> Answer:
    """The answer for all recordings: theirs where they agree, else how many say yes."""
    said: Sequence[tuple[str, str]] = [ask(one) for one in card.recordings]
    kinds = {answer for answer, _ in said}
    why = "; ".join(dict.fromkeys(text for _, text in said))
    if len(kinds) == 1:
        answer = said[0][0]
        if answer == UNTOLD:
            answer += f": {_length(60 * card.minutes)} kept aside are too short to tell; record more and train again"
            answer = answer if _TOO_LITTLE[0] in why else UNTOLD
        return Answer(question, answer, {YES: True, NO: False}.get(said[0][0]), why)
    n = sum(answer == YES for answer, _ in said)
    open_ones = sum(answer == UNTOLD for answer, _ in said)
    more = f", {open_ones} cannot tell" if open_ones else ""
    return Answer(question, f"yes in {n} of {len(said)} recordings{more}", None, why)
