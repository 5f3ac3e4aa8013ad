"""The LSL stream of the prompts' markers."""

from __future__ import annotations

import os
import socket

import pylsl

from bk_realtime import __version__

NAME, TYPE = "Prompts", "Markers"
"""Of the stream. No name of a session's own streams: readers take these for what was decoded."""
_KEPT = 36
"""Hundreds of texts that wait for a receiver that is busy."""


class PromptOutlet:
    """Sends texts, each with the moment that it is about.

    Attributes
    ----------
    source_id : its own in every process, so that two windows are two streams.
    """

    def __init__(self) -> None:
        self.source_id = f"prompts-{socket.gethostname()}-{os.getpid()}"
        info = pylsl.StreamInfo(NAME, TYPE, 1, pylsl.IRREGULAR_RATE, pylsl.cf_string, self.source_id)
        info.set_channel_labels(["prompts"])
        info.desc().append_child("acquisition").append_child_value("software", f"BrainKaraoke {__version__}")
        self._outlet = pylsl.StreamOutlet(info, max_buffered=_KEPT)
        self._newest = 0.0

    def send(self, text: str, stamp: float) -> None:
        """One marker with its time on this machine's LSL clock; never before the one sent last."""
        self._newest = max(self._newest, stamp)
        self._outlet.push_sample([text], self._newest)

    @property
    def heard(self) -> bool:
        """Whether anybody listens, such as a recorder."""
        return bool(self._outlet.have_consumers())
