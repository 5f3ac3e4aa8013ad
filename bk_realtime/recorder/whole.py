"""A recording that is done is read back whole and compared with what was written; the result is kept beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from bk_realtime.errors import FileError
from bk_realtime.xdf import XdfWriter, verify_xdf
from bk_realtime.xdf.verify import write_sidecar


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
