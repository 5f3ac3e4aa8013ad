"""What the feed brings goes to the panels that show it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from bk_realtime.config import FRAME_RATE
from bk_realtime.session.control.words import is_number
from bk_realtime.session.status import Status, parse_object
from gui.link import Arrival
from gui.panels.condition import BLINDED
from gui.words import tr

if TYPE_CHECKING:
    from gui.window import Window

STAND_IN_S = 3.0
"""Features are shown in place of raw signals that have not been found for this long."""


class Arrivals:
    """Hands on what arrives.

    Parameters
    ----------
    window : whose panels get it.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self.showing = ""
        """What the traces are: neural, features, or nothing yet."""
        self.attends = False
        """Whether the decoder has attention."""
        self.status_at = self.news_at = 0.0
        """When the last status came, and the last one with another message, by time.monotonic."""
        self._told, self._told_at = ("", "", ""), 0.0

    def take(self, arrival: Arrival) -> None:
        """Show one arrival."""
        window, key, data = self._window, arrival.key, arrival.data
        if isinstance(data, list):
            if key == "status":
                self._take_status(data)
            elif key == "events":
                self._take_events(arrival, data)
        elif key in ("neural", "features"):
            self._take_signals(arrival, data)
        else:
            panel = {"mel": window.mel, "audio": window.waveform, "attention": window.attention}[key]
            width, rate = arrival.description.n_channels, arrival.description.sfreq
            if arrival.opened and (panel.n_rows, panel.sfreq) != (width, rate):
                panel.configure(width, rate)
            if key == "attention" and not self.attends:
                self.attends = True
                window.fit_cards()
            panel.feed(arrival.stamps, data)

    def _take_events(self, arrival: Arrival, texts: list[str]) -> None:
        window = self._window
        if arrival.opened:
            window.log.clear(window.folder)
            self._tell_clock()
        for stamp, text in zip(arrival.stamps, texts, strict=True):
            if window.log.add(float(stamp), text) == "marker":
                at = _about(text) or float(stamp)
                for panel in window.sweeps:
                    panel.mark(at)

    def _tell_clock(self) -> None:
        """Events and banner go by one clock: what has been decoded so far."""
        status = self._window.status
        if status is not None and status.time is not None:
            frames = status.n_frames or 0
            self._window.log.set_clock(status.time - frames / float(FRAME_RATE), frames > 0)

    def _take_signals(self, arrival: Arrival, data: np.ndarray) -> None:
        """The raw signals, or the decoder's features where there never were any (decoding straight from a file)."""
        window = self._window
        if arrival.key == "features":
            if arrival.opened:
                window.traces.set_used(arrival.description.labels)
                window.views.map.open(arrival.description.labels, arrival.description.sfreq)
            window.views.map.feed(data)
            waited = window.status is not None and time.monotonic() - self._told_at > STAND_IN_S
            if self.showing == "neural" or window.feed.connected("neural") or not waited:
                return
        if arrival.opened or self.showing != arrival.key:
            self.showing = arrival.key
            title = "sEEG" if arrival.key == "neural" else tr("Features (z-scored high gamma)")
            window.trace_card.open(arrival.description, title)
        window.traces.feed(arrival.stamps, data)

    def _take_status(self, texts: list[str]) -> None:
        window = self._window
        statuses = [s for s in map(Status.parse, texts) if s is not None]
        if not statuses:
            return
        status = statuses[-1]
        if window.status is None or status.message != window.status.message:
            self.news_at = time.monotonic()
        window.status, self.status_at = status, time.monotonic()
        told = (status.source, status.source_id, status.source_uid)
        if told != self._told:
            self._told, self._told_at = told, self.status_at
            self.showing = ""
        self._tell_clock()
        window.feed.follow_neural(*told)
        window.traces.set_bad(status.bad_channels)
        for panel in (window.controls, window.talk_key, window.contamination, window.condition, window.channels):
            panel.show_status(status)
        window.latency.show_status(self.status_at, status, live=status.state != "stopped")
        window.condition_card.setVisible(bool(status.condition))
        window.condition_card.hint.setText(tr(BLINDED) if status.blinded else "")
        window.fit_cards()


def _about(message: str) -> float | None:
    """The LSL time that a note is about; ``None`` where it says none that can be."""
    values = (parse_object(message) or {}).get("values")
    about = values.get("about") if isinstance(values, dict) else None
    return about if is_number(about) and about > 0 else None
