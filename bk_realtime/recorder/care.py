"""What a recorder looks after beside the samples: the disk, and the streams that must not be missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bk_realtime.chunks import StreamDescription
from bk_realtime.recorder.expected_watch import ExpectedWatch
from bk_realtime.recorder.notices import SessionNotices
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.recorder.unanswered import UnansweredWatch
from bk_realtime.recorder.unclocked import UnclockedWatch
from bk_realtime.session.disk import DiskRoom, Usage, in_words, pace, refuse_full_disk
from bk_realtime.session.names import RECORDING
from bk_realtime.session.settings import DiskPolicy

SPARED = "voice, mel, features and attention are not recorded"
MOVED = "recording's place"
_EVERY_S = 2.0


class Care:
    """Parameters
    ----------
    path : the recording.
    policy : of the disk.
    expect, silent_s : streams that must not be missing, and how long they may be silent.
    say : called with one line per notable event.
    session : folder of the session whose recorder this is: its engine is told, and what is to be refused was refused
        before it began. None: a recorder by itself.
    usage : asks for the free room.
    """

    def __init__(
        self,
        path: Path,
        policy: DiskPolicy,
        expect: Sequence[str],
        silent_s: float,
        say: Callable[[str], None],
        session: Path | None = None,
        usage: Callable[[Path], Usage] = shutil.disk_usage,
    ) -> None:
        self._path, self._policy, self._expect, self._silent_s, self._say = path, policy, expect, silent_s, say
        self._usage = usage
        self._notices = None if session is None else SessionNotices(session)
        self._streams: Sequence[RecordedStream] = ()
        self._watch: ExpectedWatch | None = None
        self._others: tuple[UnansweredWatch | UnclockedWatch, ...] = ()
        self._room = DiskRoom(path.parent, self._size, self._expected, usage)
        self._hours: float | None = None
        self._warned = False
        self._next = 0.0
        self._seen = self._moved = False
        self._n_bytes = 0  # when it was last at its place
        self.spare = False
        """What can be made again from the rest is to be left out, for want of room."""

    @property
    def demanded(self) -> Sequence[str]:
        """Streams without which nothing is to begin."""
        return () if self._notices is not None else self._expect

    def begin(self, found: Sequence[StreamDescription], streams: Sequence[RecordedStream], now: float) -> None:
        """Before the first sample is written: ``found`` are the streams to begin with, ``streams`` the recorder's list.

        Raises
        ------
        FileError
            The disk has no room for them.
        """
        if self._notices is None and found:
            refuse_full_disk(self._path.parent, pace(found), self._policy.disk_least_min, self._usage)
        self._streams = streams
        resumed = self._notices is not None and self._path.name != RECORDING
        self._watch = ExpectedWatch(self._expect, self._silent_s, streams, self._tell, now, resumed)
        self._others = UnansweredWatch(streams, self._tell), UnclockedWatch(streams, self._tell)

    def look(self, now: float) -> None:
        """To be called with every pull; the LSL clock in seconds."""
        if self._watch is not None:
            self._watch.look(now)
        for watch in self._others:
            watch.look(now)
        if now >= self._next and self._streams:
            self._next = now + _EVERY_S
            self._look_at_disk(now)

    def in_words(self) -> str:
        """How long the disk lasts, for the progress line; empty where nobody knows yet."""
        return "" if self._hours is None else f"; the disk lasts {in_words(self._hours)}"

    def notice(self, line: str) -> None:
        """Tell the session of what is not in its recording."""
        if self._notices is not None:
            self._notices.send(line)

    def thread_died(self, name: str, line: str) -> None:
        """A thread of this process is dead: a fault to the end of the session."""
        self._tell(line, active_fault=f"recorder's thread {name}")

    def close(self) -> None:
        """Nothing more is said."""
        if self._notices is not None:
            self._notices.close()

    def _expected(self) -> float:
        return pace(s.description for s in self._streams if not s.lost)

    def _size(self) -> int:
        """Bytes of the recording; of one that was moved, which fills the disk all the same, what it had then."""
        if not self._moved:
            self._n_bytes = self._path.stat().st_size
        return self._n_bytes

    def _look_for_file(self) -> None:
        """Say where the recording is at its place no more, or again. It is written all the same."""
        try:
            self._path.lstat()
            self._seen, moved = True, False
        except FileNotFoundError:
            moved = self._seen
        except OSError:  # the disk does not answer just now
            moved = self._moved
        if moved != self._moved:
            self._moved = moved
            if moved:
                text = f"{self._path.name} was renamed or moved and is recorded on there: put it back"
                self._tell(text, active_fault=MOVED)
            else:
                self._tell(f"{self._path.name} is at its place again", corrected=MOVED)

    def _look_at_disk(self, now: float) -> None:
        self._look_for_file()
        try:
            self._hours = hours = self._room.hours(now)
        except OSError as error:
            if self._hours is not None or not self._warned:
                self._say(f"warning: how long the disk lasts cannot be told ({error.strerror or error})")
            self._hours, self._warned = None, True
            return
        few = hours < self._policy.disk_warn_h
        if few and not self._warned and self._notices is None:  # in a session the engine says so
            self._say(f"warning: the disk is full in {in_words(hours)}: free some room")
        self._warned = few or (self._warned and hours < 1.2 * self._policy.disk_warn_h)
        by_itself = hours * self._room.others
        if by_itself < self._policy.disk_reserve_min / 60 and not self.spare and self._notices is not None:
            self.spare = True
            self._tell(f"the disk is nearly full: {SPARED} any more", active_fault="voice recording")

    def _tell(self, text: str, **values: str) -> None:
        self._say(f"warning: {text}" if "corrected" not in values else text)
        if self._notices is not None:
            self._notices.send(text, **values)
