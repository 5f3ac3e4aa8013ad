"""What a session has recorded, when it is over: every file is read back and named, and it is said how whole it is."""

from __future__ import annotations

import contextlib
import logging
import math
import os
from collections import defaultdict
from collections.abc import Callable, Container, Iterable
from pathlib import Path
from typing import Any

from bk_realtime.errors import BkError
from bk_realtime.session.names import RECORDING

log = logging.getLogger(__name__)

HOLE_S = 0.1
"""Less than this between two samples is no hole, in seconds."""


def recordings(folder: Path) -> list[Path]:
    """``session.xdf``, ``session_2.xdf``, … of a session folder."""
    try:
        return sorted(folder.glob("session*.xdf"))
    except OSError as error:  # the disk died, and the session ends in order
        log.warning("%s: what is recorded there cannot be told (%s)", folder, error.strerror or error)
        return []


def bytes_of(paths: Iterable[Path]) -> int:
    """Bytes of all that can be told."""
    total = 0
    for path in paths:
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def next_recording(folder: Path, promised: Container[Path] = ()) -> Path:
    """Where the next recorder writes: the first such name that is neither there nor ``promised`` to another one; nor
    that of a recording which somebody has removed or renamed, whose chain is there."""
    from bk_realtime.xdf.hash_chain import chain_path

    path, n = folder / RECORDING, 1
    while os.path.exists(path) or os.path.exists(chain_path(path)) or path in promised:
        n += 1
        path = folder / f"session_{n}.xdf"
    return path


class Checked:
    """What was found in the recordings of a session, file by file.

    Parameters
    ----------
    say : called with one line at a time for the user.

    Attributes
    ----------
    whole : whether every file is.
    streams : those of all files, as of :func:`~bk_realtime.xdf.verify_xdf`.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self.whole = say, True
        self.streams: list[dict[str, Any]] = []
        self._spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self._files = 0

    def add(self, path: Path, in_pieces: bool = False) -> None:
        """Say what is in a recording, and how whole it is.

        Parameters
        ----------
        path : an XDF file.
        in_pieces : its recorder hung for a while, so that it may lack something in between.
        """
        from bk_realtime.xdf.hash_chain import in_words
        from bk_realtime.xdf.verify import verify_xdf

        self._files += 1
        try:
            report = verify_xdf(path)
            samples = ", ".join(f"{s['name']} {s['n_samples']}" for s in report["streams"])
            self._say(f"recorded {path.name}: {samples}")
            self._say(f"  {in_words(report['chain'])}")
            for problem in report["problems"]:
                log.warning("%s: %s", path.name, problem)
            self.whole &= bool(report["complete"])
            self.streams += report["streams"]
            for name, spans in _spans(path, in_pieces).items():
                self._spans[name] += spans
        except BkError as error:
            log.warning("%s", error)
            self.whole = False

    def holes(self) -> dict[str, float]:
        """Seconds between the files, by stream, of which no file holds a sample; of streams with a rate. Where each
        stream begins and ends is not judged."""
        if self._files < 2:
            return {}
        missing = {}
        for name, spans in self._spans.items():
            reached, seconds = math.inf, 0.0
            for first, last in sorted(spans):
                if first - reached > HOLE_S:
                    seconds += first - reached
                reached = last if math.isinf(reached) else max(reached, last)
            if seconds:
                missing[name] = seconds
        return missing


def _spans(path: Path, in_pieces: bool) -> dict[str, list[tuple[float, float]]]:
    """First and last stamp of each stream with a rate; with ``in_pieces`` of each of its stretches without a gap."""
    from bk_realtime.xdf.reader import find_segments
    from bk_realtime.xdf.salvage import scan_xdf
    from bk_realtime.xdf.stored import StoredNumbers

    scan, buffer = scan_xdf(path, keep_samples=in_pieces)
    found: dict[str, list[tuple[float, float]]] = {}
    for stream in scan.streams.values():
        d = stream.description
        if d.sfreq <= 0 or not stream.n_samples:
            continue
        spans = found.setdefault(d.name, [])
        if not in_pieces or d.channel_format == "string":
            spans.append((stream.first, stream.last))
            continue
        for stamps in StoredNumbers(buffer, stream.chunks, d, stream.n_samples).stamp_blocks():
            pieces = [(float(stamps[a]), float(stamps[b - 1])) for a, b in find_segments(stamps, d.sfreq)]
            if spans and 0 <= pieces[0][0] - spans[-1][1] <= HOLE_S:
                pieces[0] = (spans.pop()[0], pieces[0][1])
            spans += pieces
    return found
