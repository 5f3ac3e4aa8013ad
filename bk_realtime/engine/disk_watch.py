"""Watches the disk that the session is written to: hours left in the status, a fault that stands when they are few."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bk_realtime.chunks import StreamDescription
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.session.disk import DiskRoom, bytes_in, in_words, own_pace, pace
from bk_realtime.session.events import make_event
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import DiskPolicy

EVERY_S = 2.0
"""Seconds between two looks at the disk."""


def watch_disk(
    session: Session, bundle: Bundle, stream: StreamDescription, note: Callable[[dict[str, Any]], None]
) -> DiskWatch:
    """The watch over a session's own folder."""
    mel = bundle.mel
    own = own_pace(mel.sample_rate, mel.sample_rate / mel.hop_length, mel.n_mels, len(bundle.labels))
    expected = own + pace([stream])
    room = DiskRoom(session.folder, lambda: bytes_in(session.folder), lambda: expected)
    return DiskWatch(room, session.settings.disk, note)


class DiskWatch:
    """A chore of the engine.

    Parameters
    ----------
    room : measures the hours.
    policy : when what is said and done.
    note : takes events.

    Attributes
    ----------
    spare : stops what can be made again, so that the rest goes on; called once. None: nothing can be spared.
    """

    spare: Callable[[], object] | None = None

    def __init__(
        self,
        room: DiskRoom,
        policy: DiskPolicy,
        note: Callable[[dict[str, Any]], None],
    ) -> None:
        self._room, self._policy, self._note = room, policy, note
        self._hours: float | None = None
        self._next = 0.0
        self._level = 0
        self._cannot_tell = False
        warn, reserve = policy.disk_warn_h, policy.disk_reserve_min / 60
        self._levels = sorted({warn, warn / 2, warn / 6, reserve}, reverse=True) if warn > 0 else [reserve]
        """Hours at which it is said (again)."""
        self._spared = False

    def figures(self) -> Mapping[str, Any]:
        """Fields of the status."""
        return {"disk_hours": self._hours}

    def look(self, now: float) -> None:
        """Measure, at most every two seconds; the LSL clock in seconds."""
        if now < self._next:
            return
        self._next = now + EVERY_S
        try:
            self._hours = hours = self._room.hours(now)
        except OSError as error:
            self._hours = None
            if not self._cannot_tell:
                self._cannot_tell = True
                text = f"how long the disk lasts cannot be told: {error.strerror or error}"
                self._note(make_event("disk", text, active_fault="disk"))
            return
        level = sum(hours < at for at in self._levels)
        short = hours * self._room.others < self._policy.disk_reserve_min / 60
        short = short and not self._spared and self.spare is not None
        if level > self._level or (level and self._cannot_tell) or short:
            self._begin(hours, level, short)
        elif self._cannot_tell or (self._level and hours > 1.2 * self._levels[0]):  # no flicker about the limit
            self._level = 0
            self._note(make_event("disk right", f"the disk lasts {in_words(hours)} again", corrected="disk"))
        self._cannot_tell = False

    def _begin(self, hours: float, level: int, short: bool) -> None:
        self._level = level
        text = f"the disk is full in {in_words(hours)}: free some room"
        if short and self.spare is not None:
            self._spared = True
            self.spare()
        if self._spared:
            text += "; what can be made again from the recording is not written any more"
        self._note(make_event("disk", text, active_fault="disk", hours=hours))
