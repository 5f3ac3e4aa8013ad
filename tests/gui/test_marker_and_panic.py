"""What the field sends, and when a panic counts as confirmed: parts of the controls by themselves."""

from __future__ import annotations

import pytest

from gui.panels.marker_field import MarkerField
from gui.panels.panic_answer import PanicAnswer

pytestmark = pytest.mark.gui


def test_a_note_is_of_its_first_letter_and_the_next_text_is_a_marker(qtbot) -> None:
    field = MarkerField()
    qtbot.addWidget(field)
    assert field.take() == {}
    field.write_note(True)
    qtbot.keyClicks(field, " tired ")
    begun = field.begun_at
    assert begun > 0
    assert field.take() == {"text": "note: tired", "about": begun}
    assert (field.text(), field.begun_at) == ("", 0.0)
    assert field.placeholderText().startswith("Marker")
    qtbot.keyClicks(field, "cough")
    assert field.take() == {"text": "cough"}


def test_a_panic_without_an_answer_is_doubted_until_there_is_one(qtbot) -> None:
    parent = MarkerField()
    qtbot.addWidget(parent)
    answer, said, changed = PanicAnswer(parent), list[tuple[str, bool]](), list[str]()
    answer.said.connect(lambda text, confirmed: said.append((text, confirmed)))
    answer.changed.connect(changed.append)
    answer.muted()  # nobody asked
    assert said == []
    answer.wait()
    answer._unanswered.timeout.emit()
    assert said[-1][1] is False
    assert changed == [answer.doubt] == [said[-1][0]]
    answer.told(True, "done")
    assert (said[-1], answer.doubt, changed[-1]) == (("done", True), "", "")
    answer.told(False, "no engine answers")
    assert "no engine answers" in answer.doubt
    answer.muted()
    assert answer.doubt == ""
    assert changed[-1] == ""
