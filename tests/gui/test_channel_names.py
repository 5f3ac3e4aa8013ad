"""Names of the channels beside the traces: which the decoder does without, and one click to mask one."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, Qt

from bk_realtime.chunks import StreamDescription
from bk_realtime.session.status import Status
from gui.panels.channels import ChannelsLine
from gui.panels.traces import Traces

LABELS = ("EEG LA01-Ref", "EEG LA02-Ref", "EEG LA03-Ref", "EEG LB1-Ref")


@pytest.fixture
def traces(qtbot) -> Traces:
    traces = Traces(window_s=2.0)
    qtbot.addWidget(traces)
    traces.open(StreamDescription("x", "sEEG", "x", 512.0, LABELS, ("microvolts",) * 4))
    traces.resize(400, 160)
    traces.show()
    qtbot.waitExposed(traces, timeout=60_000)
    return traces


@pytest.mark.parametrize(
    ("features", "unused"),
    [
        (("LA1", "LA2", "LB1"), {2}),
        (("LA1-LA2",), {2, 3}),
        (("LA1", "LA2", "LA3", "LB1"), set()),
        (("feature1", "feature2"), set()),  # called otherwise: nobody can tell
        (("LA1", "C7"), set()),
        ((), set()),
    ],
)
def test_channels_that_the_decoder_does_without_are_told(traces: Traces, features: tuple[str, ...], unused) -> None:
    traces.set_used(features)
    assert {k for k in range(4) if traces.word(k) == "unused"} == unused
    dim = len(traces.COLOURS) - 1
    assert {k for k in range(4) if traces.rows.groups[k] == dim} == unused
    traces.set_bad(("LB1",))
    assert traces.word(3) == "bad"
    assert traces.rows.groups[3] == dim


def test_a_click_on_a_name_offers_to_mask_it_and_changes_nothing_by_itself(traces: Traces, qtbot) -> None:
    line = ChannelsLine(traces)
    qtbot.addWidget(line)
    sent: list[tuple[str, dict]] = []
    line.command.connect(lambda *what: sent.append(what))
    qtbot.mouseClick(traces, Qt.MouseButton.LeftButton, pos=QPoint(30, 100))  # the third of four rows
    assert [action.text() for action in line.one.actions()] == ["Mask EEG LA03-Ref: the decoder does without it"]
    assert sent == []
    line.one.actions()[0].trigger()
    assert sent == [("mask_channel", {"label": "EEG LA03-Ref", "on": True, "of_stream": True})]
    line.show_status(Status(masked_channels=("LA3",)))
    qtbot.mouseClick(traces, Qt.MouseButton.LeftButton, pos=QPoint(30, 100))
    line.one.actions()[0].trigger()
    assert sent[-1] == ("mask_channel", {"label": "LA3", "on": False})
    qtbot.mouseClick(traces, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))  # in the picture: nothing
    assert len(sent) == 2
    line.one.close()
