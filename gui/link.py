"""One stream that the window shows: its inlet, and what has arrived on it. No Qt in here."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass

import numpy as np
import pylsl

from bk_realtime.chunks import StreamDescription
from bk_realtime.source.door import as_text, connect

BUFFER_S = 4
MOST_VALUES = 1 << 22
"""Numbers that are taken of one stream at once."""
MOST_TEXTS, LONGEST_TEXT = 64, 1 << 20
"""Texts that are taken of one stream at once, and letters of one: longer is no status and no event."""
_DTYPES = {
    pylsl.cf_float32: np.float32,
    pylsl.cf_double64: np.float64,
    pylsl.cf_int32: np.int32,
    pylsl.cf_int16: np.int16,
    pylsl.cf_int8: np.int8,
    pylsl.cf_int64: np.int64,
}
LOST = RuntimeError
"""Every error that pylsl raises for a stream is one, some of them nothing more special."""


@dataclass(frozen=True)
class Arrival:
    """What one poll found on one stream.

    Attributes
    ----------
    key : neural, mel, audio, features, attention, status or events.
    stamps : (n,) LSL time stamps in seconds, on this machine's clock.
    data : (n, n_channels) numbers, or n strings.
    opened : this is a stream just opened or opened anew; its description may differ from the last one's.
    """

    key: str
    description: StreamDescription
    stamps: np.ndarray
    data: np.ndarray | list[str]
    opened: bool


class Link:
    """One open inlet."""

    def __init__(self, key: str, info: pylsl.StreamInfo) -> None:
        self.key, self.uid = key, info.uid()
        rate = info.nominal_srate()
        # the sender batches ~25 ms for us: one packet a sample would wake this process a thousand times a second
        chunk = max(1, int(rate * 0.025)) if rate > 0 else 0
        self.inlet = connect(info, BUFFER_S, recover=False, chunk=chunk)
        self.inlet.open_stream(timeout=2.0)
        full = self.inlet.info(timeout=2.0)
        self.description = describe(full)
        # the first estimate takes 0.6 s of probing, and on one host there is nothing to estimate
        self.remote = full.hostname() != socket.gethostname()
        self.offset = self.inlet.time_correction(timeout=2.0) if self.remote else 0.0
        self.last_arrival, self.fresh = time.monotonic(), True
        self.again = False
        """Whether this stream was linked before: until it brings something there is nothing new to show."""
        dtype = _DTYPES.get(full.channel_format())
        rows = max(1, min(4096, MOST_VALUES // full.channel_count()))
        self.buffer = None if dtype is None else np.empty((rows, full.channel_count()), dtype)

    def pull(self) -> Arrival | None:
        """Everything that waits; ``None`` where nothing does. Raises ``LOST``."""
        opened, self.fresh = self.fresh, False
        stamps: list[np.ndarray] = []
        if self.buffer is None:
            texts, times = self.inlet.pull_chunk(timeout=0.0, max_samples=MOST_TEXTS, as_numpy=True)
            taken = [k for k, row in enumerate(texts) if len(row[0]) <= LONGEST_TEXT]
            data: np.ndarray | list[str] = [as_text(texts[k][0]) for k in taken]
            stamps.append(np.asarray([times[k] for k in taken], float))
        else:
            blocks = []
            while True:
                block, times = self.inlet.pull_chunk(0.0, len(self.buffer), self.buffer, as_numpy=True)
                blocks.append(block.astype(np.float32))
                stamps.append(times)
                if len(times) < len(self.buffer):
                    break
            data = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
        when = stamps[0] if len(stamps) == 1 else np.concatenate(stamps)
        if len(when):
            self.last_arrival = time.monotonic()
        elif not opened or self.again:
            self.fresh = opened
            return None
        return Arrival(self.key, self.description, when + self.offset, data, opened)


def describe(info: pylsl.StreamInfo) -> StreamDescription:
    """What the display needs to know; the reader of bk_realtime.xdf says more but takes a second to import."""
    n = info.channel_count()
    labels, units = (
        [*(given or ()), *[None] * n][:n] for given in (info.get_channel_labels(), info.get_channel_units())
    )
    return StreamDescription(
        name=info.name(),
        type=info.type(),
        source_id=info.source_id(),
        sfreq=info.nominal_srate(),
        labels=tuple(label or f"ch{i + 1}" for i, label in enumerate(labels)),
        units=tuple(unit or "" for unit in units),
    )
