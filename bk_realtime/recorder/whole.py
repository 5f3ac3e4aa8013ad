"""A recording that is done is read back whole and compared with what was written; the result is kept beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import pylsl

from bk_realtime.errors import FileError
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.xdf import XdfWriter, verify_xdf
from bk_realtime.xdf.verify import write_sidecar

LEFT_S = 30.0
"""At the end so long at most is written what waits for a slow disk; a session waits 90 s for its recorder."""


def take_all(streams: Sequence[RecordedStream], pull: Callable[[RecordedStream], object]) -> list[str]:
    """Write all that waits of ``streams`` by ``pull``, in turn; returns a line for each that has more."""
    end, waiting = pylsl.local_clock() + LEFT_S, list(streams)
    for s in waiting:
        s.hold = False
    while waiting := [s for s in waiting if s.inlet is not None and s.clock is not None and not s.lost]:
        if pylsl.local_clock() > end:
            why = f"is not all there: the disk was too slow, and what still waited after {LEFT_S:g} s is lost"
            return [f"{s.description.name!r} {why}" for s in waiting]
        for s in waiting:
            pull(s)
        waiting = [s for s in waiting if not s.drained]
    return []


def check_whole(
    writer: XdfWriter,
    refused: list[str],
    say: Callable[[str], None],
    lacking: Sequence[str] = (),
    holes: Sequence[str] = (),
) -> dict[str, Any]:
    """The report of :func:`~bk_realtime.xdf.verify_xdf` on the file of a closed ``writer``, written beside it.

    Parameters
    ----------
    refused : a line for each stream that was not recorded, since it would do harm.
    say : called with a line where the report cannot be kept.
    lacking : a line for each stream of which something that was received is not in the file.
    holes : a line for each in which samples are missing by its stamps: they were never received.

    Raises
    ------
    FileError
        Somebody has renamed or moved the file while it was written.
    """
    if not os.path.lexists(writer.path):
        raise FileError(
            f"{writer.path} was renamed or moved while it was recorded, and is not checked: all {writer.n_bytes} bytes "
            "are in the file that it is now; check that with `record --verify`"
        )
    report = verify_xdf(writer.path)
    if report["sha256"] != writer.sha256:
        report["problems"].append("the file on disk differs from what was written")
    found = {s["id"]: s["n_samples"] for s in report["streams"]}
    if found != writer.counts:
        report["problems"].append(f"the file on disk holds {found} samples, written were {writer.counts}")
    report["problems"] += lacking
    report["complete"] = not report["problems"]
    if refused:
        report["refused"] = refused
    if holes:
        report["holes"] = list(holes)
    try:
        write_sidecar(writer.path, report)
    except OSError as error:  # the last room went to the recording, which is whole
        say(f"warning: the check of {writer.path.name} cannot be kept beside it ({error.strerror or error})")
    return report
