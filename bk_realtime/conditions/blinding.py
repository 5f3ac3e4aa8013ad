"""What the operator of a session may ask for and is told of its conditions: names, letters, or nothing of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bk_realtime.errors import OptionError
from bk_realtime.session.conditions import Condition, by_name, draw_letters


class Blinding:
    """Of one session.

    Parameters
    ----------
    conditions : that there are.
    blind : ``no``, ``letters`` or ``hidden``.

    Attributes
    ----------
    letters : condition's name -> letter, drawn anew.
    on : whether the operator must not know which condition is which.
    """

    def __init__(self, conditions: Sequence[Condition], blind: str) -> None:
        self._known, self._blind, self.on = conditions, blind, blind != "no"
        self.letters = draw_letters(conditions)

    def names(self) -> tuple[str, ...]:
        """What the operator may ask for: names, letters, or nothing but ``next``."""
        if self._blind == "hidden":
            return ()
        if self._blind == "letters":
            return tuple(sorted(self.letters.values()))
        return tuple(c.name for c in self._known)

    def words(self, condition: Condition) -> str:
        """What the operator is told that is heard."""
        if self._blind == "hidden":
            return "condition hidden"
        return f"condition {self.letters[condition.name] if self._blind == 'letters' else condition}"

    def find(self, name: str, present: Condition, ready: Callable[[Condition], bool]) -> Condition:
        """The condition of a ``name``, a letter, or the one that is ``next`` after the ``present`` one, of those that
        are ``ready`` to begin.

        Raises
        ------
        OptionError
            There is none.
        """
        known = self._known
        if name.strip().lower() == "next":
            order = sorted(known, key=lambda c: self.letters[c.name]) if self.on else known
            at = order.index(present)
            following = [*order[at + 1 :], *order[:at]] or order
            # one that cannot begin yet is passed over
            return next((c for c in following if ready(c)), present)
        if self._blind == "letters":
            lettered = {letter: c for c in known if (letter := self.letters[c.name])}
            if name.strip().upper() in lettered:
                return lettered[name.strip().upper()]
        try:
            return by_name(known, name)
        except OptionError:
            if not self.on:
                raise
            choice = ", ".join(self.names()) or "next"
            raise OptionError(f"condition: expected one of {choice}; this session is blinded") from None
