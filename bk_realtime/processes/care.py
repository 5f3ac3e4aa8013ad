"""What is done about a process of a session that hangs: it is said, a recorder gets a second one beside it, a window is
replaced, and a machine that slept is not taken for processes that hang."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bk_realtime.processes.child import Child
from bk_realtime.processes.hangs import Change, Hangs
from bk_realtime.processes.recordings import next_recording
from bk_realtime.session.settings import HangPolicy

if TYPE_CHECKING:
    from bk_realtime.processes.supervisor import Supervisor

log = logging.getLogger(__name__)

AWAKE_S = 2.0
"""Who hung goes on when its loop has gone round for so long: a disk that takes a second each time is one standing line,
not two lines a second."""
END_S = 10.0
"""A recorder that hangs gets so long to wake up at the end."""
NO_FILE_S = 20.0
"""A recorder that has made no file so long after the engine is ready finds no stream, or does not get so far."""
AGAIN_S = 30.0
"""After so long another try is made where recorders ended too often: the disk may have room again."""
ROOM_BYTES = 50e6
"""Less room is none to try it with."""
ROUNDS = 4
"""After so many rounds a recorder has taken up what waited for it."""

Note = Callable[[str, dict[str, str]], None]
"""Takes a text for everybody, and the values of its event."""


class Care:
    """Watches over the processes of one supervisor.

    Parameters
    ----------
    of : whose processes; its ``recorder`` is exchanged where a second one takes over.
    policy : after how many seconds what is done.
    note : tells window, log and recording.

    Attributes
    ----------
    aside : recorders that hang, oldest first, beside the supervisor's own.
    over : recorders that are done and read back what they wrote.
    doubtful : files whose recorder hung for a while.
    late : whether the one that records woke up only when the session ended.
    """

    def __init__(self, of: Supervisor, policy: HangPolicy, note: Note) -> None:
        self.of, self.policy, self._tell = of, policy, note
        self.hangs = Hangs(policy.hung_s, policy.slept_s)
        self.aside: list[Child] = []
        self.over: list[Child] = []
        self.doubtful: set[Path] = set()
        self.late = False
        self._gone: Child | None = None
        self._next_try = 0.0
        self._made: Path | None = None
        self._waiting_since: float | None = None
        self._no_file = False
        self._hung: dict[Child, float] = {}
        """Who was said to hang and not yet to go on, and for how many seconds it did."""

    def look(self) -> None:
        """Look at all processes; to be called some twenty times a second."""
        of = self.of
        children = [c for c in (of.engine, of.recorder, self._gone, of.window, of.watch, *self.aside) if c is not None]
        changes = self.hangs.look(children)
        if self.hangs.stood_s:
            self._say_slept(self.hangs.stood_s, self.hangs.alone)
        for change in changes:
            self._say(change)
        for child in list(self._hung):
            resting = child.heart is None or not child.heart.count
            if not child.hung and (child.steady_s > AWAKE_S or resting or not child.alive):
                self._say_over(child, self._hung.pop(child))
        for child in [child for child in self.aside if not child.alive]:
            self.aside.remove(child)
            self.over.append(child)
        self._care_for_recorder()
        self._look_for_file(of.recorder)
        if self._gone is not None:
            self._try_again(self._gone)
        window = of.window
        if window is not None and window.silent_s > self.policy.new_window_s and window.restarts > 0:
            self._new_window(window)

    def _note(self, text: str, **values: str) -> None:
        log.warning("%s", text)
        self._tell(text, values)

    def _say_slept(self, seconds: float, alone: bool) -> None:
        if alone:
            self._note(f"`run` itself stood still for {seconds:.1f} s; the session went on without it")
        else:
            text = f"the machine slept, or all that runs on it stood still, for {seconds:.1f} s"
            self._note(text, active_fault="machine slept", corrected="machine slept")  # counted, and over

    def _say(self, change: Change) -> None:
        child = change.child
        if not change.hangs:
            self._hung[child] = self._hung.get(child, 0.0) + change.seconds
        elif child not in self._hung:
            self._hung[child] = 0.0
            text = f"the {child.name} hangs: no sign of life for {change.seconds:.1f} s"
            self._note(text, active_fault=f"{child.name} hung")

    def _say_over(self, child: Child, seconds: float) -> None:
        text = f"the {child.name} hung for {seconds:.1f} s and {'goes on' if child.alive else 'has ended'}"
        concerned = f"{child.name} hung"
        if child is not self.of.engine:
            self._note(text, corrected=concerned)
            return
        self._note(text, active_fault=concerned, corrected=concerned)  # it hears now that it hung, and counts it
        for other in (self.of.recorder, self.of.window, self.of.watch):
            if other is not None and other.hung:
                self._hung.pop(other, None)
                self._say(Change(other, True, other.silent_s))

    def _care_for_recorder(self) -> None:
        recorder = self.of.recorder
        if self.aside and self.aside[0].steady_s > AWAKE_S:
            self._take_back(recorder, self.aside.pop(0))
        elif recorder is not None and recorder.silent_s > self.policy.second_recorder_s and recorder.restarts > 0:
            self._second_recorder(recorder)

    def _second_recorder(self, hung: Child) -> None:
        """Record on into a further file; the one that hangs keeps its own, and may still finish it."""
        self.aside.append(hung)
        self.doubtful.add(_file(hung))
        second = Child("recorder", hung.argv, hung.log, hung.restarts - 1)
        self.name_recording(second)
        self.of.recorder = second
        second.start()
        self._note(
            f"the recorder has hung for {hung.silent_s:.1f} s: a second one records into {_file(second).name}; what is "
            f"before it, and after the end of {_file(hung).name}, is lost unless that one wakes up",
            active_fault="recorder hung",
        )

    def _take_back(self, second: Child | None, woken: Child) -> None:
        """The one that hung has taken up what waited for it, and goes on; the second one ends, its file whole."""
        self.of.recorder = woken
        text = f"the recorder of {_file(woken).name} goes on, with all that waited for it"
        # also those that hung after it: else the next one to wake up would take over from it
        for other in [second, *self.aside] if second is not None else self.aside:
            other.ask()
            self.over.append(other)
            text += f"; {_file(other).name} ends and holds a part of the same time"
        self.aside.clear()
        self._note(text, corrected="recorder hung")

    def _look_for_file(self, recorder: Child | None) -> None:
        """Nothing else tells of a recorder that records nothing while the engine decodes."""
        if recorder is None or not self.of.ready or (path := _file(recorder)) == self._made:
            return
        now = time.monotonic()
        if os.path.exists(path):  # not Path.exists, which fails on a disk that dies
            self._made, self._waiting_since = path, None
            if self._no_file:
                self._no_file = False
                self._note(f"the recorder records into {path.name}", corrected="recording")
            return
        self._waiting_since = self._waiting_since or now
        if now - self._waiting_since > NO_FILE_S and not self._no_file:
            self._no_file = True
            text = f"nothing is recorded yet: the recorder has made no {path.name} within {NO_FILE_S:g} s"
            self._note(f"{text}; see recorder.log", active_fault="recording")

    def give_up(self, recorder: Child) -> None:
        """One that ended too often: nothing is recorded now, and from time to time it is tried again."""
        self._gone, self._next_try = recorder, time.monotonic() + AGAIN_S

    def _try_again(self, recorder: Child) -> None:
        if recorder.alive:
            if recorder.steady_s > AWAKE_S and os.path.exists(_file(recorder)):
                self.of.recorder, self._gone = recorder, None
                text = f"it is recorded again, into {_file(recorder).name}; what came since the file before it is lost"
                self._note(text, corrected="recording")
        elif time.monotonic() >= self._next_try:
            self._next_try = time.monotonic() + AGAIN_S
            with contextlib.suppress(OSError):
                if shutil.disk_usage(self.of.folder).free > ROOM_BYTES:
                    self.name_recording(recorder)
                    recorder.start()

    def name_recording(self, recorder: Child) -> None:
        """Give a recorder a file that neither exists nor is another one's."""
        promised = [_file(child) for child in (*self.aside, *self.over)]
        recorder.argv[recorder.argv.index("--out") + 1] = str(next_recording(self.of.folder, promised))

    def _new_window(self, hung: Child) -> None:
        """It has nothing to save, and the operator must see and mute."""
        seconds = hung.silent_s
        self._hung.pop(hung, None)
        hung.kill()
        hung.restarts -= 1
        hung.start()
        self._note(f"the window hung for {seconds:.1f} s: a new one is opened", corrected="window hung")

    def end_recorders(self, patience_s: float) -> list[int | None]:
        """End all recorders, each of which reads back what it wrote; their exit codes."""
        tried = self._gone if self._gone is not None and self._gone.alive else None
        recorders = [c for c in (self.of.recorder, tried, *self.aside, *self.over) if c is not None]
        for recorder in recorders:
            recorder.ask()
        return [self._end(recorder, patience_s) for recorder in recorders]

    def _end(self, recorder: Child, patience_s: float) -> int | None:
        return recorder.stop(0.0 if recorder.hung else patience_s)

    def wake_recorders(self) -> bool:
        """Before the senders end: who was stopped is woken, to take up what waits for it; whether the one that records
        is awake. What still hangs after a while is given up."""
        current = self.of.recorder
        for recorder in [c for c in (current, *self.aside) if c is not None and c.hung]:
            self.doubtful.add(_file(recorder))
            self.late |= recorder is current
            recorder.wake()
            recorder.hung = not _goes_round(recorder)
        return current is None or not current.hung


def _file(recorder: Child) -> Path:
    return Path(recorder.argv[recorder.argv.index("--out") + 1])


def _goes_round(child: Child) -> bool:
    """Whether a process that hung goes on within a while, for some rounds."""
    deadline, beats = time.monotonic() + END_S, 0
    while child.alive and child.heart is not None and time.monotonic() < deadline:
        beats += child.heart.look(0.0)
        if beats >= ROUNDS:
            return True
        time.sleep(0.02)
    return False
