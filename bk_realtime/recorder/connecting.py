"""Opens streams beside each other: one that is announced and never answers keeps no other waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pylsl
from pylsl.util import LostError
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError, StreamError
from bk_realtime.source.door import connect, described
from bk_realtime.watched import WatchedThread

BUFFER_S = 120
"""Seconds that LSL keeps for the recorder while the disk is busy (samples x 100 for irregular streams)."""
_AT_ONCE = 8
_HEAVY_HZ = 5e4
"""LSL takes memory for two minutes of samples at once: of streams as fast as this one is opened at a time."""
_OPEN_S = 2.0
_LONGEST_PAUSE_S = 4.0


@dataclass(frozen=True)
class Opened:
    """A stream that is connected and not yet recorded."""

    inlet: pylsl.StreamInlet
    uid: str
    xml: str
    info: Any = None

    @cached_property
    def description(self) -> StreamDescription:
        """What the header says; ``StreamError`` where it is none, or of other samples than were announced: by these the
        inlet was made, and into room for those they would be taken."""
        said = described(self.xml)
        if self.info is not None:
            told = described(self.info.as_xml())
            if (said.n_channels, said.channel_format) != (told.n_channels, told.channel_format):
                raise StreamError(
                    f"it announces {told.n_channels} channels of {told.channel_format} and describes "
                    f"{said.n_channels} of {said.channel_format}; restart the program that sends it"
                )
        return said


@dataclass
class _Attempts:
    """What became of the attempts to open one stream."""

    failed: int = 0
    again_at: float = 0.0
    running: bool = False
    heavy: bool = False
    result: Opened | Exception | None = None


class Connecting:
    """Parameters
    ----------
    silent : called with a stream that did not answer, each time.
    """

    def __init__(self, silent: Callable[[pylsl.StreamInfo], None]) -> None:
        self._silent = silent
        self._attempts: dict[str, _Attempts] = {}

    def failed(self, info: pylsl.StreamInfo) -> int:
        """How often it has not answered."""
        return self._attempts.get(info.uid(), _Attempts()).failed

    def ask(self, info: pylsl.StreamInfo) -> Opened | None:
        """The stream, open and with its full header; None as long as it has not answered. Returns at once: ask again.

        Raises
        ------
        BkError
            It is refused.
        """
        attempts = self._attempts.setdefault(info.uid(), _Attempts())
        result, attempts.result = attempts.result, None
        if isinstance(result, LslTimeout | LostError):
            attempts.failed += 1
            attempts.again_at = pylsl.local_clock() + min(_LONGEST_PAUSE_S, 0.5 * (attempts.failed - 1))
            self._silent(info)
        elif isinstance(result, Exception):
            raise result if isinstance(result, BkError) else BkError(f"it cannot be opened ({result!r})")
        elif result is not None:
            del self._attempts[info.uid()]
            return result
        self._begin(info, attempts)
        return None

    def forget(self, visible: set[str]) -> None:
        """Keep nothing of streams that are announced no more."""
        for uid in self._attempts.keys() - visible:
            if not self._attempts[uid].running:
                del self._attempts[uid]

    def _begin(self, info: pylsl.StreamInfo, attempts: _Attempts) -> None:
        running = [a for a in self._attempts.values() if a.running]
        attempts.heavy = info.nominal_srate() > _HEAVY_HZ
        waits = attempts.running or pylsl.local_clock() < attempts.again_at or len(running) >= _AT_ONCE
        if waits or (attempts.heavy and any(a.heavy for a in running)):
            return
        attempts.running = True
        WatchedThread(_open, "connect", args=(info, attempts)).start()


def _open(info: pylsl.StreamInfo, attempts: _Attempts) -> None:
    """Thread: one attempt; whatever comes of it is the result."""
    try:
        inlet = connect(info, BUFFER_S, recover=True)
        inlet.open_stream(timeout=_OPEN_S)
        attempts.result = Opened(inlet, info.uid(), inlet.info(timeout=_OPEN_S).as_xml(), info)
    except Exception as error:
        attempts.result = error
    finally:
        attempts.running = False
