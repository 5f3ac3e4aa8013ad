"""Which recordings there are of a participant: those of the Record step, and those of sessions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.prompts.settings import TASKS
from bk_realtime.session.names import RECORDING
from gui.participant import Participant

SESSION, SPEAKING = "session", "speaking"
MOST = 200
"""The newest so many are listed."""
_STAMP = r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d"


@dataclass(frozen=True)
class Recorded:
    """One recording.

    Attributes
    ----------
    task : speaking, listening or silence; session: of a closed loop.
    stamp : when it began, as its name has it: 2026-01-02_03-04-05.
    size : bytes.
    """

    path: Path
    task: str
    stamp: str
    size: int

    @property
    def date(self) -> str:
        """The day on which it began: 2026-01-02."""
        return self.stamp.partition("_")[0]

    @property
    def words(self) -> str:
        """One line on it."""
        day, _, hour = self.stamp.partition("_")
        return f"{day} {hour.replace('-', ':')}  ·  {self.task}  ·  {self.size / 1e6:.1f} MB"


def recordings_of(who: Participant) -> list[Recorded]:
    """All there are, newest first; what cannot be looked at is not among them."""
    own = re.compile(rf"{re.escape(who.name)}_({'|'.join(TASKS)})_({_STAMP})(?:_\d+)?\.xdf")
    found = []
    for path in _inside(who.out):
        match = own.fullmatch(path.name)
        if match is not None:
            found.append((path, match[1], match[2]))
    found += [(folder / RECORDING, SESSION, stamp) for folder, stamp in sessions_of(who)]
    newest = sorted(found, key=lambda one: one[2], reverse=True)[:MOST]
    return [Recorded(*one, size) for one in newest if (size := size_of(one[0]))]


def sessions_of(who: Participant, replays: bool = False) -> list[tuple[Path, str]]:
    """Folders of this participant's sessions, or of those that replayed one, and when each began; newest first."""
    name = replay_name(who) if replays else who.session or who.name
    own = re.compile(rf"({_STAMP})_{re.escape(name)}(?:_\d{{1,2}})?")
    found = [(path, match[1]) for path in _inside(who.out) if (match := own.fullmatch(path.name)) and path.is_dir()]
    return sorted(found, key=lambda one: (one[1], one[0].name), reverse=True)[:MOST]


def replay_name(who: Participant) -> str:
    """What sessions are called that decode a recording again: nobody is to take them for the participant's own."""
    return f"{(who.session or who.name)[:50]}_replay"


def usual(found: list[Recorded], simulated: bool) -> set[Path]:
    """Those that are trained on where nobody chooses: spoken words; of a simulated participant the newest.

    Every run of a simulated one replays one and the same recording, and nothing may be learnt twice.
    """
    spoken = [one.path for one in found if one.task == SPEAKING]
    return set(spoken[:1] if simulated else spoken)


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def size_of(path: Path) -> int:
    """Bytes of a file; 0 of one that cannot be looked at."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
