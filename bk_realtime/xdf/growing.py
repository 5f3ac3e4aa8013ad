"""A file that only grows, every piece with one system call: what is in it stays whole, and why it ended is said."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from bk_realtime.errors import FileError
from bk_realtime.xdf.hash_chain import HashChain, chain_path

SYNC_S = 1.0
"""Longest time in seconds between two pushes to the physical disk, while something is written."""

_sync = getattr(os, "fdatasync", os.fsync)


class GrowingFile:
    """A recording on the disk, and the hash chain beside it; not safe to share between threads.

    Parameters
    ----------
    path : a file that does not exist yet.
    now : monotonic seconds.
    session : id of the session whose recording this is, for its :class:`HashChain`; ``None`` makes no chain.
    saved : what is in it, in words, for whoever is told that the disk took no more.

    Attributes
    ----------
    began : seconds at which it was made.
    failure : why nothing more is written; empty where all is well.
    closed : nothing more is taken.
    n_bytes : written so far.

    Raises
    ------
    FileError
        The file exists or cannot be made; later, on any call, the disk is full or gone, or another program has removed
        the file or cut it off.
    """

    def __init__(self, path: Path, now: Callable[[], float], session: str | None, saved: Callable[[], str]) -> None:
        self.path, self._now, self._saved = path, now, saved
        self._hash = hashlib.sha256()
        self.n_bytes = self._seen = 0
        self.failure, self.closed = "", False
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            self._fd = os.open(path, flags, 0o644)
        except FileExistsError:
            raise FileError(f"{path} exists already: recordings are never overwritten; name another file") from None
        except OSError as error:
            raise FileError(f"{path}: cannot write here ({error.strerror}); name another place") from None
        try:
            self._chain = None if session is None else HashChain(path, session)
        except OSError as error:
            os.close(self._fd)
            raise FileError(f"{chain_path(path)}: cannot be made ({error.strerror}); name another file") from None
        self._counts_links = os.fstat(self._fd).st_nlink > 0  # some disks in the network do not
        self.began = self._last_sync = now()

    @property
    def chain_problem(self) -> str:
        """Why the hash chain could not be written for a while; empty where it is whole, or where there is none."""
        return "" if self._chain is None else self._chain.problem

    @property
    def sha256(self) -> str:
        """Digest of every byte written so far."""
        return self._hash.hexdigest()

    def append(self, piece: bytes) -> None:
        """Write a piece; all of it or nothing is in the file."""
        if self.failure:
            raise FileError(self.failure)
        if self.closed:
            raise ValueError(f"{self.path}: write after close")
        self._look_at_file()  # before: what is written behind a cut would fill the hole with zeros
        rest = memoryview(piece)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            self._give_up(error)
        self.n_bytes += len(piece)
        self._hash.update(piece)
        if self._chain is not None:
            self._chain.update(piece)

    def flush_when_due(self, now: float) -> None:
        """Push it to the disk where that was :data:`SYNC_S` ago."""
        if now - self._last_sync >= SYNC_S:
            self.flush()

    def flush(self, last: bool = False) -> None:
        """Push it to the disk, then put a link into the chain, the ``last`` one or not."""
        try:
            _sync(self._fd)
        except OSError as error:
            self._give_up(error)
        self._last_sync = self._now()
        if self._chain is not None:
            self._chain.link(self._last_sync - self.began, last)

    def cover(self) -> None:
        """After a failure: the chain covers what is in the file, if the disk takes as much."""
        if self._chain is not None:
            self._chain.link(self._now() - self.began)

    def close(self) -> None:
        """Let go of file and chain."""
        self.closed = True
        if self._chain is not None:
            self._chain.close()
        try:
            os.close(self._fd)
        except OSError as error:  # a disk in the network may say only now that it took no more
            self.failure = self.failure or f"{self.path}: the disk lost what was written last ({error.strerror})"
            raise FileError(self.failure) from None

    def _look_at_file(self) -> None:
        """A file that was removed takes every write, and all of it is gone with the last one."""
        try:
            found = os.fstat(self._fd)
        except OSError:  # a disk in the network that is away: the write says so, if it fails, too
            return
        if self._counts_links and not found.st_nlink:
            why = f"the file was removed while it was written, and all {self.n_bytes} bytes of it are lost"
        elif found.st_size < self._seen:  # not self.n_bytes: a disk in the network may tell a size of before
            why = f"another program has cut the file off at byte {found.st_size} of {self.n_bytes}"
        else:
            self._seen = found.st_size
            return
        self.failure = f"{self.path}: recording stopped, {why}; leave the folder alone while it is recorded"
        raise FileError(self.failure)

    def _give_up(self, error: OSError) -> None:
        self.failure = (
            f"{self.path}: recording stopped, the disk took no more ({error.strerror}); saved and readable: "
            f"{self._saved() or 'nothing'} in {self.n_bytes} bytes; free space or record elsewhere"
        )
        try:
            os.ftruncate(self._fd, self.n_bytes)  # drop the half-written chunk
        except OSError as second:
            self.failure += f" (the last chunk is incomplete: {second.strerror})"
        raise FileError(self.failure) from None
