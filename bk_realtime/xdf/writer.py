"""Crash-safe streaming writer of XDF 1.0 files (https://github.com/sccn/xdf/wiki/Specifications).

Every chunk is one system call, so a process that is killed leaves a file of whole chunks: nothing that was handed
to :meth:`XdfWriter.write` is lost. The file is also pushed to the disk at least once a second, for power cuts.
"""

from __future__ import annotations

import hashlib
import os
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
from bk_realtime.errors import FileError
from bk_realtime.xdf.hash_chain import HashChain, chain_path
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

SYNC_S = 1.0
"""Longest time in seconds between two pushes to the physical disk, while something is written."""
BOUNDARY_S = 10.0
"""Time in seconds between boundary chunks."""

_sync = getattr(os, "fdatasync", os.fsync)


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
    session : id of the session whose recording this is, for the :class:`HashChain` beside it; ``None`` makes no chain.

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
        self._hash = hashlib.sha256()
        self._end = self._seen = 0
        self._failure = ""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            self._fd = os.open(self.path, flags, 0o644)
        except FileExistsError:
            raise FileError(
                f"{self.path} exists already: recordings are never overwritten; name another file"
            ) from None
        except OSError as error:
            raise FileError(f"{self.path}: cannot write here ({error.strerror}); name another place") from None
        try:
            self._chain = None if session is None else HashChain(self.path, session)
        except OSError as error:
            os.close(self._fd)
            raise FileError(f"{chain_path(self.path)}: cannot be made ({error.strerror}); name another file") from None
        self._closed = False
        self._counts_links = os.fstat(self._fd).st_nlink > 0  # some disks in the network do not
        self._began = self._last_sync = self._last_boundary = now()
        stamp = datetime.now(UTC).isoformat(timespec="seconds")
        self._append(b"XDF:", FILE_HEADER, b"", f"<info><version>1.0</version><datetime>{stamp}</datetime></info>")

    @property
    def failed(self) -> bool:
        """True once the disk refused a write."""
        return bool(self._failure)

    @property
    def chain_problem(self) -> str:
        """Why the hash chain could not be written for a while; empty where it is whole, or where there is none."""
        return "" if self._chain is None else self._chain.problem

    @property
    def sha256(self) -> str:
        """Digest of every byte written so far, to compare with the file's own."""
        return self._hash.hexdigest()

    @property
    def n_bytes(self) -> int:
        """Bytes written so far."""
        return self._end

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
            self._flush_when_due(now)

    def clock_offset(self, stream_id: int, time: float, value: float) -> None:
        """Write a clock offset: at ``time`` s on the sender's clock, ``value`` s must be added to its stamps.
        One that was still being measured when the stream or the file was closed is left out."""
        with self._lock:
            if self._closed or stream_id in self._ended:
                return
            self._append(b"", CLOCK_OFFSET, struct.pack("<I", stream_id), struct.pack("<dd", time, value))
            self._streams[stream_id].offsets.append((time, value))
            self._flush_when_due(self._now())

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
            if self._closed:
                return
            try:
                if not self._failure:
                    for stream_id, s in self._streams.items():
                        self._append(b"", STREAM_FOOTER, struct.pack("<I", stream_id), s.footer)
                    self._flush(last=True)
                elif self._chain is not None:  # what is in the file is covered, if the disk takes as much
                    self._chain.link(self._now() - self._began)
            finally:
                self._closed = True
                if self._chain is not None:
                    self._chain.close()
                try:
                    os.close(self._fd)
                except OSError as error:  # a disk in the network may say only now that it took no more
                    self._failure = (
                        self._failure or f"{self.path}: the disk lost what was written last ({error.strerror})"
                    )
                    raise FileError(self._failure) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, before: bytes, tag: int, stream_id: bytes, content: str | bytes) -> None:
        if self._failure:
            raise FileError(self._failure)
        if self._closed:
            raise ValueError(f"{self.path}: write after close")
        self._look_at_file()  # before: what is written behind a cut would fill the hole with zeros
        chunk = before + pack_chunk(tag, stream_id, content)
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            self._give_up(error)
        self._end += len(chunk)
        self._hash.update(chunk)
        if self._chain is not None:
            self._chain.update(chunk)

    def _flush_when_due(self, now: float) -> None:
        if now - self._last_sync >= SYNC_S:
            self._flush()

    def _flush(self, last: bool = False) -> None:
        try:
            _sync(self._fd)
        except OSError as error:
            self._give_up(error)
        self._last_sync = self._now()
        if self._chain is not None:
            self._chain.link(self._last_sync - self._began, last)

    def _look_at_file(self) -> None:
        """A file that was removed takes every write, and all of it is gone with the last one."""
        try:
            found = os.fstat(self._fd)
        except OSError:  # a disk in the network that is away: the write says so, if it fails, too
            return
        if self._counts_links and not found.st_nlink:
            why = f"the file was removed while it was written, and all {self._end} bytes of it are lost"
        elif found.st_size < self._seen:  # not self._end: a disk in the network may tell a size of before
            why = f"another program has cut the file off at byte {found.st_size} of {self._end}"
        else:
            self._seen = found.st_size
            return
        self._failure = f"{self.path}: recording stopped, {why}; leave the folder alone while it is recorded"
        raise FileError(self._failure)

    def _give_up(self, error: OSError) -> None:
        kept = ", ".join(f"{stream.n_samples} samples of {stream.name}" for stream in self._streams.values())
        self._failure = (
            f"{self.path}: recording stopped, the disk took no more ({error.strerror}); saved and readable: "
            f"{kept or 'nothing'} in {self._end} bytes; free space or record elsewhere"
        )
        try:
            os.ftruncate(self._fd, self._end)  # drop the half-written chunk
        except OSError as second:
            self._failure += f" (the last chunk is incomplete: {second.strerror})"
        raise FileError(self._failure) from None
