"""What a row of the list says beside date and kind: of whom, how long, and whether it was SIMULATED."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bk_realtime.errors import BkError
from bk_realtime.plain_files import read_toml
from bk_realtime.session.status import read_status
from bk_realtime.typed import Within, from_dict
from bk_realtime.xdf.verify import sidecar_path
from gui.report.saved import FIGURES, REPLAY, Saved
from gui.words import later, tr

CANNOT_TELL = later("simulated or not: cannot tell")


@dataclass(frozen=True)
class Facts:
    """Of one saved session or recording, by the small files beside it.

    Attributes
    ----------
    simulated : whether any stream, or the session itself, said so; None where no file says it.
    seconds : length of its longest stream, its files one after another; None where no file says it.
    """

    simulated: bool | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class _Stream:
    first: Annotated[float, Within(-1e12, 1e12)] | None = None
    last: Annotated[float, Within(-1e12, 1e12)] | None = None
    simulated: bool | None = None


def facts_of(one: Saved) -> Facts:
    """Read them; a file that is missing or odd says nothing."""
    said: list[bool | None] = [True] if one.kind == REPLAY else []
    seconds: list[float] = []
    for path in one.recordings:
        streams = _streams(path)
        said += [stream.simulated for stream in streams]
        lengths = [s.last - s.first for s in streams if s.first is not None and s.last is not None]
        seconds += [max(0.0, max(lengths))] if lengths else []
    if one.is_session and True not in said:
        try:
            said.append(read_status(one.path / FIGURES).simulated)
        except BkError:  # said among its figures
            pass
    return Facts(_any(said), sum(seconds) if seconds else None)


def _any(said: Iterable[bool | None]) -> bool | None:
    """Whether one of them is True; None where nobody said anything."""
    known = [value for value in said if value is not None]
    return any(known) if known else None


def _streams(path: Path) -> list[_Stream]:
    """What the recorder's check says of each stream; also of a check of before, which does not say `simulated`."""
    beside = sidecar_path(path)
    try:
        listed = read_toml(beside).get("streams", [])
        kept = [{k: v for k, v in one.items() if k in ("first", "last", "simulated")} for one in listed]
        return [from_dict(_Stream, one, str(beside)) for one in kept]
    except (AttributeError, BkError, TypeError):  # the judgement beside the list says what is wrong with it
        return []


def row_words(one: Saved, name: str, facts: Facts | None) -> str:
    """A row of the list, of the participant ``name``; ``facts`` are None as long as nobody has looked."""
    day, _, hour = one.stamp.partition("_")
    parts = [f"{day} {hour.replace('-', ':')}", one.kind, name]
    if one.kind == REPLAY or (facts is not None and facts.simulated):
        parts.insert(1, "SIMULATED")
    if facts is None:
        return "  ·  ".join([*parts, "…"])
    if facts.seconds is not None:
        minutes, seconds = divmod(round(facts.seconds), 60)
        parts.append(f"{minutes}:{seconds:02d} min")
    if facts.simulated is None and one.kind != REPLAY:
        parts.append(tr(CANNOT_TELL))
    return "  ·  ".join(parts)


def signature(one: Saved) -> tuple[int, ...]:
    """Another one where the small files are others than those that were read."""
    found = []
    for path in (*map(sidecar_path, one.recordings), *([one.path / FIGURES] if one.is_session else [])):
        try:
            found.append(path.stat().st_mtime_ns)
        except OSError:
            found.append(-1)
    return tuple(found)
