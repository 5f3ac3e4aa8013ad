"""Hash chain of a growing recording: a link a second, so that a third party can show that nothing in it was changed.

``x.xdf.chain.jsonl`` beside ``x.xdf`` holds one JSON object a line. The first says whose recording it is and when it
began; every later one is a link: it covers the bytes ``first`` to ``stop`` of the recording by their SHA-256, and holds
in ``previous`` the SHA-256 of the whole line before it. The SHA-256 of the last line is the *head*: who noted it down
can tell later that not a byte of recording or chain is another. docs/formats.md shows how, without this program.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bk_realtime.xdf.mapped import sha256_of

VERSION = 1
_LATEST_S = 1e10
MOST_LINES = 20
"""So many differences are told one by one."""

_sync = getattr(os, "fdatasync", os.fsync)


def chain_path(path: Path) -> Path:
    """Where the chain of a recording is: ``session.xdf`` -> ``session.xdf.chain.jsonl``."""
    return path.with_name(path.name + ".chain.jsonl")


class HashChain:
    """Chain of a file that is being written; not safe to share between threads.

    Parameters
    ----------
    path : the recording; the chain lies beside it, and must not exist yet.
    session : id of the session; empty where there is none.

    Raises
    ------
    OSError
        There is one already, or none can be made.
    """

    def __init__(self, path: Path, session: str = "") -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._fd = os.open(chain_path(path), flags, 0o644)
        self.problem = ""
        """Why a link could not be written, as the system says it; empty where all are. Later links then cover more."""
        self._bytes = hashlib.sha256()
        self._first = self._stop = self._end = self._links = 0
        self._head = ""
        if not self._append({"chain": VERSION, "file": path.name, "session": session, "started": _now()}):
            os.close(self._fd)
            raise OSError(0, self.problem)

    def update(self, chunk: bytes) -> None:
        """Take in what was written to the recording."""
        self._bytes.update(chunk)
        self._stop += len(chunk)

    def link(self, seconds: float, last: bool = False) -> None:
        """Write a link over what came since the one before, and push it to the disk.

        Call it when those bytes are on the disk themselves. A link that cannot be written is no end of the recording:
        :attr:`problem` says so, and the next one covers its bytes too.

        Parameters
        ----------
        seconds : since the recording began.
        last : the recording ends here in good order.
        """
        if self._stop == self._first and not last:
            return
        link = {"link": self._links + 1, "first": self._first, "stop": self._stop, "sha256": self._bytes.hexdigest()}
        link |= {"seconds": round(seconds, 3), "time": _now()}
        if last:
            link["last"] = True
        if self._append(link):
            self._links += 1
            self._first, self._bytes = self._stop, hashlib.sha256()

    def close(self) -> None:
        """Close the file; what was not linked is not covered."""
        os.close(self._fd)

    def _append(self, values: dict[str, Any]) -> bool:
        line = json.dumps(values | {"previous": self._head}).encode()
        rest = memoryview(line + b"\n")
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
            _sync(self._fd)
        except OSError as error:
            self.problem = error.strerror or str(error)
            try:  # half a line would be the end of the chain for whoever reads it
                os.ftruncate(self._fd, self._end)
                os.lseek(self._fd, self._end, os.SEEK_SET)
            except OSError as second:
                self.problem += f"; {second.strerror}"
            return False
        self._end += len(line) + 1
        self._head = hashlib.sha256(line).hexdigest()
        return True


@dataclass
class ChainCheck:
    """What a chain says of a recording.

    Attributes
    ----------
    session, started : id and UTC time, from the first line.
    links : how many there are.
    covered : bytes of the recording, from its beginning, that links cover.
    head : SHA-256 of the last whole line.
    closed : the recorder ended it in good order.
    problems : lines; empty where nothing was changed, as far as the chain alone can tell.
    """

    session: str = ""
    started: str = ""
    links: int = 0
    covered: int = 0
    head: str = ""
    closed: bool = False
    problems: list[str] = field(default_factory=list)


def check_chain(path: Path, buffer: Any) -> ChainCheck | None:
    """Compare a recording with the chain beside it, link by link; None where there is no chain.

    Parameters
    ----------
    path : the recording.
    buffer : its bytes, of any kind that slices to bytes.
    """
    beside = chain_path(path)
    try:
        lines = beside.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        return ChainCheck(problems=[f"{beside.name} cannot be read ({error.strerror})"])
    cut = lines.pop()  # empty where the last line ends
    begin = _parsed(lines[0]) if lines else {}
    if begin.get("chain") != VERSION:
        found = repr(begin.get("chain"))[:40]
        return ChainCheck(
            problems=[f"{beside.name} is no hash chain of version {VERSION}: its first line says {found}"]
        )
    check = ChainCheck(str(begin.get("session", "")), str(begin.get("started", "")))
    check.head = hashlib.sha256(lines[0]).hexdigest()
    before: dict[str, Any] = {"link": 0, "seconds": 0.0}
    changed: list[tuple[dict[str, Any], dict[str, Any]]] = []  # (link before, last link) of each stretch
    problems: list[str] = []
    furthest = 0
    for number, line in enumerate(lines[1:], start=2):
        link = _parsed(line)
        if not _is_link(link):
            problems.append(f"line {number} is no link: the chain was changed")
            check.head = hashlib.sha256(line).hexdigest()
            continue
        if (link["link"], link["previous"], link["first"]) != (before["link"] + 1, check.head, check.covered):
            problems.append(
                f"link {link['link']} does not follow on link {before['link']} (second {before['seconds']:.1f}): lines "
                "before it were changed, removed, added or put in another order"
            )
        if check.closed:
            problems.append(f"link {link['link']} comes after the last one: it was added")
        # what lies before, a link out of order, is not read again: else a forged chain could keep us busy for ever
        if link["first"] >= furthest and sha256_of(buffer, link["first"], link["stop"]) != link["sha256"]:
            start = changed.pop()[0] if changed and changed[-1][1] is before else before
            changed.append((start, link))
        check.closed = check.closed or link.get("last") is True
        check.head, check.covered, before = hashlib.sha256(line).hexdigest(), link["stop"], link
        furthest = max(furthest, check.covered)
        check.links += 1
    check.problems = [_changed(*stretch, len(buffer)) for stretch in changed]
    check.problems += [f"{beside.name}: {problem}" for problem in problems]
    if len(check.problems) > MOST_LINES:
        check.problems[MOST_LINES:] = [f"{len(check.problems) - MOST_LINES} more differences from {beside.name}"]
    check.problems += _end(check, beside.name, len(cut), len(buffer))
    return check


def _changed(before: dict[str, Any], link: dict[str, Any], size: int) -> str:
    """What is said of a stretch of links whose bytes are others."""
    where = f"seconds {before['seconds']:.1f} to {link['seconds']:.1f} (bytes {before.get('stop', 0)} to {link['stop']}"
    if size < link["stop"]:
        return f"{where}) are not all there: the recording was cut off at byte {size}"
    return f"{where}, until {link['time']}) are not what was recorded: they were changed"


def _end(check: ChainCheck, name: str, cut: int, size: int) -> list[str]:
    """What is said of what comes behind the last link, and of a chain that lacks it."""
    problems, more = [], size - check.covered
    if more > 0:
        added = "were added to the recording after its end" if check.closed else f"at the end are not covered by {name}"
        problems.append(f"{more} of {size} bytes {added}")
    if cut:
        problems.append(f"{name} ends within a line, after {cut} bytes of it")
    if not check.closed:
        problems.append(f"{name} has no last link: the recorder was killed or is at work, or both files were cut")
    return problems


def in_words(chain: Mapping[str, Any]) -> str:
    """One line on a chain (the fields of :class:`ChainCheck`; none where there is no chain), to be noted down."""
    if not chain:
        return "no hash chain: what was changed later cannot be told"
    whose = f"session {chain['session']}, " if chain["session"] else ""
    return f"hash chain: {whose}started {chain['started']}, {chain['links']} links, head {chain['head']}"


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _is_link(values: dict[str, Any]) -> bool:
    whole = all(type(values.get(key)) is int and values[key] >= 0 for key in ("link", "first", "stop"))
    text = all(isinstance(values.get(key), str) for key in ("sha256", "previous", "time"))
    timed = type(values.get("seconds")) in (int, float) and abs(values["seconds"]) < _LATEST_S
    return whole and text and timed and values["first"] <= values["stop"]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
