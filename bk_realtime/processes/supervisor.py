"""Starts, watches and ends the processes of one session: engine, recorder, window, and a replay if asked."""

from __future__ import annotations

import logging
import os
import signal
import time
import uuid
from collections.abc import Callable

from bk_realtime.clock import SystemClock, linger
from bk_realtime.errors import BkError
from bk_realtime.processes.care import Care
from bk_realtime.processes.child import Child
from bk_realtime.processes.children import STARTING_S, engine_of, recorder_of, replay_of, watch_of, window_of
from bk_realtime.processes.memory_watch import MemoryWatch
from bk_realtime.processes.parent import stop_on_signals
from bk_realtime.processes.recordings import Checked, bytes_of, recordings
from bk_realtime.session.control import FILE_NAME as CONTROL_FILE
from bk_realtime.session.control import ControlClient
from bk_realtime.session.event_log import EventLog
from bk_realtime.session.events import NO_FAULTS, make_event
from bk_realtime.session.expected import without_samples
from bk_realtime.session.folder import Session
from bk_realtime.session.names import NOT_WHOLE
from bk_realtime.session.status import read_status
from bk_realtime.watched import when_one_dies

log = logging.getLogger(__name__)

ENDS_S, HUNG_ENDS_S = 90.0, 20.0
"""What an engine may take to end, which saves: behind all others on a busy machine; one that hung before gets less."""
BY_FORCE = "the engine did not end by itself and was ended by force: the end of decoded.wav may be missing"
READ_BACK = 20e6
"""Bytes a second that a slow disk gives back at least."""


class Supervisor:
    """The processes of one session.

    Parameters
    ----------
    session : its folder holds ``session.toml`` already.
    say : called with one line at a time for the user: what is saved, and how whole it is.

    Attributes
    ----------
    patience_s : how long an engine may take to answer what is said to it, before that goes into the event log instead.
    """

    def __init__(self, session: Session, say: Callable[[str], None]) -> None:
        self.say = say
        self.settings, self.folder = session.settings, session.folder
        self.events = EventLog(self.folder)
        self.patience_s = 1.0
        self.stopping = self.ready = self.recording_failed = False
        self.engine, self.recorder = engine_of(session), recorder_of(session)
        self.window, self.watch, self.replay = window_of(session), watch_of(session), replay_of(session)
        if self.window is None and not self.settings.headless:
            log.warning("no display, so no window; the session goes on without one")
        self.care = Care(self, self.settings.hangs, self._note)
        self.memory = MemoryWatch(self.settings.memory, self._note)

    def run(self) -> int:
        """Supervise until the end; 0 when all was saved, 1 where the recording is not whole, else the engine's code."""
        stop_on_signals(self._ask)
        when_one_dies(lambda name, line: self._note(line, {"active_fault": f"thread {name}"}))
        try:
            return self._run()
        finally:
            self._stop_watch()
            for child in (self.replay, self.window, self.engine):
                if child is not None:
                    child.stop(20.0)
            self._stop_recorder()

    def _ask(self) -> None:
        self.stopping = True

    def _run(self) -> int:
        control = self.folder / CONTROL_FILE
        self.engine.start()
        if self.recorder is not None:
            self.recorder.start()
        if self.replay is not None:
            self.replay.start()
        self.ready = self.engine.wait_until(control, self.settings.inlet.timeout_s + STARTING_S, self._called_off)
        if not self.ready and not self.stopping:
            code = self.engine.stop()
            self.events.write(make_event("engine failed", f"the engine did not start (exit code {code})"))
            return code or 1
        if self.window is not None and self.ready:
            self.window.start()
        if self.watch is not None and self.ready:
            self.watch.start()
        started = time.monotonic()
        while not self.stopping and self.engine.alive:
            if self.settings.seconds is not None and time.monotonic() - started >= self.settings.seconds:
                break
            if self.replay is not None and not self.replay.alive:
                linger(SystemClock(), 1.0)  # what is under way is still decoded
                break
            for child in (self.window, self.recorder):
                if child is not None and not child.alive:
                    self._revive(child)
            self.care.look()
            self.memory.look(time.monotonic(), self._pids())
            if self.watch is not None and not self.watch.alive:
                self._say_watch_ended(self.watch)
            time.sleep(0.05)
        self._stop_watch()
        if not self.care.wake_recorders() or (self.replay is not None and not self.replay.alive and self.care.late):
            self.recording_failed = True
            log.warning("the recorder hung when the session ended: the end of the recording may be missing")
        died = not self.engine.alive and self.engine.code != 0
        if died:
            text = f"the engine ended with exit code {self.engine.code}; sound has stopped"
            log.error(text)
            self.events.write(make_event("engine died", text))
        code = self.engine.stop(HUNG_ENDS_S if self.engine.hung else ENDS_S)
        if self.engine.forced:
            log.error(BY_FORCE)
            self.events.write(make_event("engine died", BY_FORCE))
        if not self.ready and not died:
            code = 0  # the user ended it while it was starting: there is nothing to lose
        linger(SystemClock(), 0.3)  # the last status and events reach the recorder
        whole = self._finish()
        return code or int(not whole)

    def _pids(self) -> dict[str, int]:
        """Number of each process of the session, by name."""
        children = [self.engine, self.recorder, *self.care.aside, self.window, self.watch, self.replay]
        names = {c.name if c not in self.care.aside else f"{c.name} that hangs": c for c in children if c is not None}
        return {n: c.process.pid for n, c in names.items() if c.alive and c.process is not None} | {"run": os.getpid()}

    def _called_off(self) -> bool:
        """While the engine starts: is it to end? A recorder that died is started again, since the signal may be there.

        That it will not be any more is for the main loop to say, when there is an engine to tell.
        """
        if self.recorder is not None and not self.recorder.alive and self.recorder.restarts > 0:
            self._revive(self.recorder)
        self.care.look()
        return self.stopping

    def _revive(self, child: Child) -> None:
        if child.name == "window" and child.code == 0:  # closed by the user: the session goes on
            self.window = None
            return
        text = f"the {child.name} ended with exit code {child.code}"
        if child is self.recorder:
            self.recording_failed = True
        over = child is self.recorder and child.restarts <= 0
        text += " once too often: nothing is recorded any more" if over else ""
        self._note(text, {"active_fault": "recording"} if over else {})
        log.warning("%s; see %s", text, child.log)
        if child.restarts <= 0:
            if child is self.window:
                self.window = None
            elif child is self.recorder:
                self.recorder = None
                self.care.give_up(child)
            return
        if child is self.recorder:  # never over what is already on disk
            self.care.name_recording(child)
        child.restarts -= 1
        child.start()

    def _say_watch_ended(self, watch: Child) -> None:
        """The session goes on; that nobody listens any more is shown."""
        log.warning("the watch for contamination ended with exit code %s; see %s", watch.code, watch.log)
        self.watch = None
        try:
            with ControlClient.from_file(self.folder, timeout=self.patience_s) as client:
                client.request("contamination", colour="grey", text="watch ended")
        except BkError:  # the engine is gone too
            self.events.write(make_event("watch", "watch ended"))

    def _stop_watch(self) -> None:
        """End the watch, which has nothing to save."""
        if self.watch is not None:
            self.watch.stop(2.0)

    def _note(self, text: str, values: dict[str, str]) -> None:
        """Into the window's banner, the event log and what is recorded, by way of the engine."""
        values = {**values, "id": uuid.uuid4().hex}  # an engine that answers too late has taken it all the same
        try:
            if self.engine.hung:
                raise BkError("it does not hear")
            with ControlClient.from_file(self.folder, timeout=self.patience_s) as client:
                client.request("notice", text=text, **values)
        except BkError:  # the engine is gone too: at least into the log
            self.events.write(make_event("notice", text, values=values))

    def _stop_recorder(self) -> list[int | None]:
        """End the recorders, which read back all that they wrote; their exit codes."""
        n_bytes = bytes_of(recordings(self.folder))
        if n_bytes and self.recorder is not None and self.recorder.alive:
            self.say(f"checking the recording, {n_bytes / 1e6:.0f} MB")
        return self.care.end_recorders(60.0 + n_bytes / READ_BACK)

    def _finish(self) -> bool:
        """End what is left and say what was saved; whether the recording is whole."""
        for child in (self.replay, self.window):
            if child is not None:
                child.stop(20.0)
        whole = not self.recording_failed
        for code in self._stop_recorder():
            # SIGTERM ends it at once only before it has begun to listen for it, and to record
            if code not in (None, 0, -signal.SIGTERM):
                whole = False
                log.warning("the recorder ended with exit code %s; see %s", code, self.folder / "recorder.log")
        found, checked = recordings(self.folder), Checked(self.say)
        for path in found:
            checked.add(path, in_pieces=path in self.care.doubtful)
        whole &= checked.whole
        for name, seconds in checked.holes().items():
            whole = False
            log.warning("%.1f s of %s are in none of the files", seconds, name)
        if found:
            whole &= self._holds_what_was_decoded({str(s["name"]) for s in checked.streams if s["n_samples"]})
        for text in without_samples(self.settings.expect, checked.streams) if self.ready else ():
            self.events.write(make_event("notice", text, values={"active_fault": "recording"}))
            log.error("%s; see %s", text, self.folder / "recorder.log")
            whole = False
        if self.settings.record and self.ready and not found:
            log.warning("nothing was recorded; see %s", self.folder / "recorder.log")
            whole = False
        faults = [event for event in self.events.read() if event["event"] not in NO_FAULTS]
        for event in faults[:20]:
            self.say(f"  {event['event']}: {event.get('text', '')}")
        if len(faults) > 20:
            self.say(f"  … and {len(faults) - 20} more in {self.events.path}")
        if not whole:  # who looks into the folder later is to know it too
            self.events.write(make_event("notice", NOT_WHOLE, values={"active_fault": "recording"}))
        doubts = [*([] if whole else [NOT_WHOLE]), *([BY_FORCE] if self.engine.forced else [])]
        self.say("; ".join([f"saved in {self.folder}", *doubts]))
        return whole

    def _holds_what_was_decoded(self, recorded: set[str]) -> bool:
        """Whether the stream that was decoded is among the recorded ones, by name; said where it is not."""
        try:
            source = read_status(self.folder / "latency.json").source
        except BkError as error:
            if self.ready:
                self.say(f"  cannot tell whether the decoded stream is in the recording: {error}")
            return True
        if not source or source in recorded:
            return True
        text = f"the recording holds no sample of {source!r}, the stream that was decoded"
        self.events.write(make_event("notice", text, values={"active_fault": "recording"}))
        log.error("%s; see %s", text, self.folder / "recorder.log")
        return False
