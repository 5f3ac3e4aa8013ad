"""`python -m bk_realtime record`: LSL streams into a crash-safe XDF file."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bk_realtime.config import check_range
from bk_realtime.errors import FileError
from bk_realtime.processes.parent import end_with_parent, stop_on_signals

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

    def __post_init__(self) -> None:
        check_range(self, "seconds", 0.0, 1e6, "s")
        check_range(self, "timeout_s", 0.0, 1e6, "s")

    def run(self) -> int:
        """Record; exit code 0 where the file on disk holds all that was received."""
        return record(self)


def record(settings: Record) -> int:
    """Record until Ctrl-C, SIGTERM or the time is up; print what is in the file.

    Returns
    -------
    int
        0 all well, 1 the file read back is not what was written.

    Raises
    ------
    BkError
        No stream, the file exists, the disk is full.
    """
    stop = threading.Event()
    stop_on_signals(stop.set)
    end_with_parent(stop.set)
    from bk_realtime.recorder.recorder import Recorder  # takes a while: who asks it to end meanwhile is heard

    path = settings.out
    if path.suffix.lower() != ".xdf":
        path = path / f"{datetime.now():%Y-%m-%d_%H-%M-%S}.xdf"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path.parent}: no folder can be made there ({error.strerror}); name another --out") from None
    recorder = Recorder(path, settings.predicate, say=_say)
    _say(f"recording to {path}; Ctrl-C ends it")
    try:
        recorder.run(stop, settings.seconds, settings.timeout_s)
    finally:
        report = recorder.close()
    if report is None:
        _say("stopped before any stream was found; no file was made")
        return 0
    for stream in report["streams"]:
        _say(f"saved {stream['n_samples']} samples of {stream['name']} ({stream['type']})")
    for problem in report["problems"]:
        log.warning("%s", problem)
    _say(f"{path}: {report['bytes']} bytes, sha256 {report['sha256'][:16]}…, {_verdict(report['complete'])}")
    return 0 if report["complete"] else 1


def _verdict(complete: bool) -> str:
    return "read back and complete" if complete else "NOT complete, see the warnings"


def _say(line: str) -> None:
    print(line, flush=True)
