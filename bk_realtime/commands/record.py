"""`python -m bk_realtime record`: LSL streams into a crash-safe XDF file."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bk_realtime.config import check_range, option, read_toml
from bk_realtime.errors import BkError, OptionError
from bk_realtime.heap import share_heap
from bk_realtime.logs import say
from bk_realtime.processes.parent import asked_to_end
from bk_realtime.recorder.target import recording_path
from bk_realtime.session.expected import check_names, without_samples
from bk_realtime.session.names import SETTINGS
from bk_realtime.session.settings import DiskPolicy
from bk_realtime.watched import when_one_dies
from bk_realtime.xdf.hash_chain import in_words

log = logging.getLogger(__name__)


@dataclass
class Record:
    """Record LSL streams into an XDF file. End with Ctrl-C: everything is saved, checked and counted.

    A crash or power cut loses at most a second; the file stays readable.
    """

    out: Path = Path("recordings")
    """The XDF file to make (NAME.xdf), or a folder that gets one named by date and time. Nothing is overwritten."""
    predicate: str = ""
    """Which streams, as an XPath 1.0 condition, e.g. "type='sEEG' or name='Audio'". Default: all that are visible."""
    seconds: float | None = None
    """Stop by itself after so many seconds."""
    timeout_s: float = 30.0
    """How long to wait for the first stream, in seconds."""
    expect: tuple[str, ...] = ()
    """Streams that must not be missing, by name, type or source_id: nothing begins before all of them send, and it is
    said when one fails."""
    expect_silent_s: float = 3.0
    """How long an expected stream may send nothing, in seconds."""
    disk: DiskPolicy = field(default_factory=DiskPolicy)
    figures: bool = False
    """Print with every pull what is in the file so far, as one line of JSON: for a program that shows it."""
    verify: Path | None = None
    """Record nothing: read this recording back and say what is in it, and whether it is whole and unchanged."""
    repair: Path | None = None
    """Record nothing: write a whole copy of this cut-off or damaged recording, NAME.repaired.xdf, and verify it."""
    head: str = ""
    """With --verify: the end of its hash chain as it was noted down when the recording ended."""

    def __post_init__(self) -> None:
        check_range(self, "seconds", 0.0, 1e6, "s")
        check_range(self, "timeout_s", 0.0, 1e6, "s")
        check_range(self, "expect_silent_s", 0.5, 3600.0, "s")
        check_names(self.expect)
        self._nothing_else_with("verify", {"head"})
        self._nothing_else_with("repair", set())
        if self.head and self.verify is None:
            raise OptionError("--head goes with --verify FILE: the recording whose chain ends so")

    def _nothing_else_with(self, name: str, allowed: set[str]) -> None:
        """Refuse options of recording where a recording is only looked at."""
        if getattr(self, name) is None:
            return
        usual = Record()
        for one in dataclasses.fields(self):
            if one.name not in {name, *allowed} and getattr(self, one.name) != getattr(usual, one.name):
                raise OptionError(
                    f"{option(one.name)} goes with no {option(name)}, which records nothing; expected one of them"
                )

    def run(self) -> int:
        """Record; exit code 0 where the file on disk holds all that was received."""
        if self.verify is not None:
            from bk_realtime.commands.recording_check import verify

            return verify(self.verify, self.head.lower())
        if self.repair is not None:
            from bk_realtime.commands.recording_check import repair

            return repair(self.repair)
        return record(self)


def record(settings: Record) -> int:
    """Record until Ctrl-C, SIGTERM or the time is up; print what is in the file.

    Returns
    -------
    int
        0 all well, 1 the file read back is not what was written, or lacks a stream that was expected.

    Raises
    ------
    BkError
        No stream, not all that are expected, the file exists, the disk is full.
    """
    share_heap()  # before any thread begins
    stop = asked_to_end()
    from bk_realtime.recorder.care import SPARED, Care
    from bk_realtime.recorder.figures import saved_line
    from bk_realtime.recorder.recorder import Recorder  # takes a while: who asks it to end meanwhile is heard

    path = recording_path(settings.out, datetime.now())
    session = _session_id(path.parent)
    care = Care(path, settings.disk, settings.expect, settings.expect_silent_s, say, path.parent if session else None)
    when_one_dies(care.thread_died)
    recorder = Recorder(path, settings.predicate, say=say, session=session, care=care)
    say(f"recording to {path}; Ctrl-C ends it")
    try:
        recorder.run(stop, settings.seconds, settings.timeout_s, tell=say if settings.figures else None)
    except BaseException:
        with contextlib.suppress(BkError):  # what ended it is what is said, with what is safe in the file
            recorder.close(read_back=False)
        raise
    report = recorder.close()
    if report is None:
        say("stopped before any stream was found; no file was made")
        return 0
    if settings.figures:
        say(saved_line(report["streams"]))
    for stream in report["streams"]:
        say(f"saved {stream['n_samples']} samples of {stream['name']} ({stream['type']})")
    for line in report.get("refused", ()):
        log.warning("not recorded: %s", line)
    for line in report.get("holes", ()):  # of what was sent: all that was received is there
        say(f"warning: {line}")
    # a session may have several recordings: it looks itself
    lacking = [] if session else without_samples(settings.expect, report["streams"])
    lacking += [f"{SPARED} to the end: the disk was nearly full"] if care.spare else []
    for problem in (*report["problems"], *lacking):
        log.warning("%s", problem)
    say(f"{path}: {report['bytes']} bytes, sha256 {report['sha256'][:16]}…, {_verdict(report['complete'])}")
    say(in_words(report["chain"]))
    return 0 if report["complete"] and not lacking else 1


def _session_id(folder: Path) -> str:
    """The id of the session whose folder this is; empty where it is none's."""
    try:
        return str(read_toml(folder / SETTINGS).get("id", ""))
    except BkError:
        return ""


def _verdict(complete: bool) -> str:
    return "read back and complete" if complete else "NOT complete, see the warnings"
