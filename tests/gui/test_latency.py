"""The panel that says how old is what is heard, and where the time goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bk_realtime.session.status import Status
from gui.panels.latency import Latency

pytestmark = pytest.mark.gui


def test_each_band_has_its_own_delay(qtbot) -> None:
    panel = Latency()
    qtbot.addWidget(panel)
    status = Status(state="running", group_delay_ms=11.0)
    panel.show_status(0.0, status, True)
    assert panel.bands.isHidden()
    several = replace(status, band_delays_ms={"low": 16.04, "be\x1bta" + 40 * "x": 107.0})
    panel.show_status(0.1, several, True)
    assert not panel.bands.isHidden()
    assert "low 16.0" in panel.bands.text()
    assert "107.0" in panel.bands.text()
    assert "\x1b" not in panel.bands.text()
    assert len(panel.bands.text()) < 70
    assert panel._cells["group_delay_ms"].text() == "11.0"  # of the main one
    panel.show_status(0.2, status, True)  # another decoder took over
    assert panel.bands.isHidden()
