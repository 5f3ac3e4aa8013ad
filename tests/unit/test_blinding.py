"""What an operator may ask for and is told of conditions, blinded or not."""

from __future__ import annotations

import pytest

from bk_realtime.conditions.blinding import Blinding
from bk_realtime.errors import OptionError
from bk_realtime.session.conditions import Condition

KNOWN = (Condition("voice", "real"), Condition("sham", "shuffled"), Condition("still", "muted"))


def ready(_: Condition) -> bool:
    return True


def test_who_is_not_blinded_has_names_in_their_order() -> None:
    plain = Blinding(KNOWN, "no")
    assert not plain.on
    assert plain.names() == ("voice", "sham", "still")
    assert plain.find("sham", KNOWN[0], ready) is KNOWN[1]
    assert [plain.find("next", one, ready) for one in KNOWN] == [*KNOWN[1:], KNOWN[0]]
    assert plain.find("Next", KNOWN[0], lambda one: one is KNOWN[2]) is KNOWN[2]  # one that cannot begin is passed over
    assert plain.find("next", KNOWN[0], lambda _: False) is KNOWN[0]
    assert "sham" in plain.words(KNOWN[1])


def test_letters_name_conditions_and_no_answer_tells_which() -> None:
    blinded = Blinding(KNOWN, "letters")
    assert blinded.on
    assert blinded.names() == ("A", "B", "C")
    for one in KNOWN:
        letter = blinded.letters[one.name]
        assert blinded.find(letter.lower(), KNOWN[0], ready) is one
        assert blinded.words(one) == f"condition {letter}"
    in_order = [blinded.find(letter, KNOWN[0], ready) for letter in "ABC"]
    assert [blinded.find("next", one, ready) for one in in_order] == [*in_order[1:], in_order[0]]
    with pytest.raises(OptionError, match="expected one of A, B, C; this session is blinded"):
        blinded.find("nobody", KNOWN[0], ready)


def test_where_it_is_hidden_next_is_all_that_can_be_asked_for() -> None:
    hidden = Blinding(KNOWN, "hidden")
    assert hidden.names() == ()
    assert {hidden.words(one) for one in KNOWN} == {"condition hidden"}
    with pytest.raises(OptionError, match="expected one of next; this session is blinded"):
        hidden.find("nobody", KNOWN[0], ready)
