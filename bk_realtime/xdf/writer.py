"""Crash-safe streaming writer of XDF 1.0 files (https://github.com/sccn/xdf/wiki/Specifications).

Every chunk is one system call, so a process that is killed leaves a file of whole chunks: nothing that was handed
to :meth:`XdfWriter.write` is lost. The file is also pushed to the disk at least once a second, for power cuts.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf.growing import GrowingFile
from bk_realtime.xdf.header import FORMATS, stream_description
from bk_realtime.xdf.packing import (
    BOUNDARY,
    BOUNDARY_CHUNK,
    CLOCK_OFFSET,
    FILE_HEADER,
    SAMPLES,
    STREAM_FOOTER,
    STREAM_HEADER,
    footer_xml,
    pack_chunk,
    pack_samples,
    pack_strings,
    varlen,
)

BOUNDARY_S = 10.0
"""Time in seconds between boundary chunks."""


@dataclass
class _Stream:
    """What the footer of one stream will say."""

    description: StreamDescription
    dtype: np.dtype[Any] | None
    n_samples: int = 0
    first: float = 0.0
    last: float = 0.0
    offsets: list[tuple[float, float]] = field(default_factory=list)

    @property
    def footer(self) -> str:
        return footer_xml(self.first, self.last, self.n_samples, self.offsets)

    @property
    def name(self) -> str:
        return self.description.name


class XdfWriter:
    """Write one XDF file, chunk by chunk, from any thread.

    Parameters
    ----------
    path : a file that does not exist yet.
    now : monotonic seconds; tests turn it by hand.
    session : id of the session whose recording this is, for the :class:`~bk_realtime.xdf.hash_chain.HashChain` beside
        it; ``None`` makes no chain.

    Raises
    ------
    FileError
        The file exists or cannot be made; later, on any call, the disk is full or gone, or another program has removed
        the file or cut it off. Then the file, where it is still there, holds whole chunks up to the failure and the
        message says how much; :attr:`failed` stays true.

    Examples
    --------
    >>> with XdfWriter(Path("x.xdf")) as writer:                                    # doctest: +SKIP
    ...     writer.add_stream(1, info_xml(description))
    ...     writer.write(1, stamps, data)                  # (n,) seconds, (n, n_channels)
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.monotonic, session: str | None = None) -> None:
        self.path = Path(path)
        self._now = now
        self._lock = threading.Lock()
        self._streams: dict[int, _Stream] = {}
        self._ended: dict[int, int] = {}
        self._file = GrowingFile(self.path, now, session, self._saved)
        self._last_boundary = self._file.began
        stamp = datetime.now(UTC).isoformat(timespec="seconds")
        self._append(b"XDF:", FILE_HEADER, b"", f"<info><version>1.0</version><datetime>{stamp}</datetime></info>")

    @property
    def failed(self) -> bool:
        """True once the disk refused a write."""
        return bool(self._file.failure)

    @property
    def chain_problem(self) -> str:
        """Why the hash chain could not be written for a while; empty where it is whole, or where there is none."""
        return self._file.chain_problem

    @property
    def sha256(self) -> str:
        """Digest of every byte written so far, to compare with the file's own."""
        return self._file.sha256

    @property
    def n_bytes(self) -> int:
        """Bytes written so far."""
        return self._file.n_bytes

    @property
    def counts(self) -> dict[int, int]:
        """Samples written, by stream id."""
        return self._ended | {stream_id: stream.n_samples for stream_id, stream in self._streams.items()}

    def add_stream(self, stream_id: int, xml: str) -> None:
        """Write a stream header. ``xml`` is ``inlet.info().as_xml()`` verbatim, or :func:`info_xml`."""
        description = stream_description(xml)
        with self._lock:
            if stream_id in self.counts:
                raise ValueError(f"stream id {stream_id} is in use")
            dtype = np.dtype(FORMATS[description.channel_format]) if description.channel_format != "string" else None
            self._append(b"", STREAM_HEADER, struct.pack("<I", stream_id), xml.strip())
            self._streams[stream_id] = _Stream(description, dtype)

    def write(
        self,
        stream_id: int,
        stamps: Sequence[float] | np.ndarray,
        data: np.ndarray | Sequence[Sequence[str]],
        tolerance_s: float = 0.0,
    ) -> None:
        """Write one chunk of samples; empty ones write nothing.

        Parameters
        ----------
        stamps : (n,) raw LSL time stamps in seconds.
        data : (n, n_channels) numbers, or n rows of n_channels strings.
        tolerance_s : a stamp is not stored where what readers put in its place, one nominal interval after the sample
            before, is within so many seconds of it; at 0 every stamp is read back bit by bit. Half the size of sound.
        """
        stream = self._streams[stream_id]
        times = np.asarray(stamps, np.float64)
        if times.ndim != 1 or len(times) != len(data):
            raise ValueError(f"{stream.name}: expected as many stamps as samples, got {times.shape} and {len(data)}")
        if len(times) == 0:
            return
        if stream.dtype is None:
            content = pack_strings(times, data, stream.description)
        else:
            content = pack_samples(times, np.asarray(data), stream.description, stream.dtype, tolerance_s)
        with self._lock:
            self._append(b"", SAMPLES, struct.pack("<I", stream_id), varlen(len(times)) + content)
            if stream.n_samples == 0:
                stream.first = float(times[0])
            stream.last = float(times[-1])
            stream.n_samples += len(times)
            now = self._now()
            if now - self._last_boundary >= BOUNDARY_S:
                self._append(b"", BOUNDARY_CHUNK, b"", BOUNDARY)
                self._last_boundary = now
            self._file.flush_when_due(now)

    def clock_offset(self, stream_id: int, time: float, value: float) -> None:
        """Write a clock offset: at ``time`` s on the sender's clock, ``value`` s must be added to its stamps.
        One that was still being measured when the stream or the file was closed is left out."""
        with self._lock:
            if self._file.closed or stream_id in self._ended:
                return
            self._append(b"", CLOCK_OFFSET, struct.pack("<I", stream_id), struct.pack("<dd", time, value))
            self._streams[stream_id].offsets.append((time, value))
            self._file.flush_when_due(self._now())

    def end_stream(self, stream_id: int) -> None:
        """Write the footer of a stream that gets nothing more, and keep only the count."""
        with self._lock:
            stream = self._streams[stream_id]
            self._append(b"", STREAM_FOOTER, struct.pack("<I", stream_id), stream.footer)
            self._ended[stream_id] = self._streams.pop(stream_id).n_samples

    def boundary(self) -> None:
        """Write a boundary chunk (done every :data:`BOUNDARY_S` seconds by :meth:`write`)."""
        with self._lock:
            self._append(b"", BOUNDARY_CHUNK, b"", BOUNDARY)

    def close(self) -> None:
        """Write the footers and close. Safe to call twice, and after a failure (then without footers)."""
        with self._lock:
            if self._file.closed:
                return
            try:
                if not self.failed:
                    for stream_id, s in self._streams.items():
                        self._append(b"", STREAM_FOOTER, struct.pack("<I", stream_id), s.footer)
                    self._file.flush(last=True)
                else:
                    self._file.cover()
            finally:
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, before: bytes, tag: int, stream_id: bytes, content: str | bytes) -> None:
        self._file.append(before + pack_chunk(tag, stream_id, content))

    def _saved(self) -> str:
        """What is in the file of streams that go on, in words."""
        return ", ".join(f"{stream.n_samples} samples of {stream.name}" for stream in self._streams.values())
