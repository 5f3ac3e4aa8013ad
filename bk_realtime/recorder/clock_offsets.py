"""Measures the clock offset of a stream at once and then every few seconds, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pylsl
from pylsl.util import InternalError, LostError
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.errors import BkError
from bk_realtime.xdf import XdfWriter

log = logging.getLogger(__name__)


def watch_clock(
    writer: XdfWriter,
    stream_id: int,
    name: str,
    inlet: pylsl.StreamInlet,
    every_s: float,
    stop: threading.Event,
    measured: Callable[[], object],
) -> None:
    """Write offsets of a stream until told to stop, or nothing more can come of it; each is told to ``measured``."""
    last = None
    while True:
        try:
            offset = inlet.time_correction(timeout=2.0)
            if offset != last:  # to the bit: LSL goes on with its last one where a host does not answer any more
                writer.clock_offset(stream_id, pylsl.local_clock() - offset, offset)
                last = offset
                measured()
        except (LslTimeout, InternalError):
            log.debug("no clock offset of %s: it does not answer", name)
        except LostError:
            return
        except BkError:
            return  # the disk: the main thread gets the same error and reports it
        if stop.wait(every_s):
            return
