"""Whether what was saved is whole: by what the recorder has found, and the session has said; nothing is read anew."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bk_realtime.errors import BkError
from bk_realtime.plain_files import parse_json, read_toml
from bk_realtime.session.names import NOT_WHOLE, RECORDING
from bk_realtime.shown import shown
from bk_realtime.typed import Within, from_dict
from gui.report.saved import Saved
from gui.words import tr

EVENTS = "events.jsonl"
_TAIL = 1 << 18
"""Bytes of the events that are looked at: the last word comes last."""


@dataclass(frozen=True)
class Whole:
    """Whether what was recorded is whole: None where nobody has looked; in words."""

    whole: bool | None
    text: str


@dataclass(frozen=True)
class _Check:
    complete: bool
    bytes: Annotated[int, Within(0, 1e15)]
    problems: tuple[str, ...] = ()


def whole_by_recorder(one: Saved) -> Whole:
    """What the recorder found when it read its files back, as long as they are of the same length still."""
    paths = one.recordings
    if not paths:
        return Whole(False, tr("nothing was recorded: no {file} in the folder").format(file=RECORDING))
    if one.is_session and (why := _said_by_the_session(one.path)):
        return Whole(False, why)
    found = [_of_file(path) for path in paths]
    bad = [w for w in found if w.whole is False]
    return next(iter(bad), next((w for w in found if w.whole is None), found[0]))


def _said_by_the_session(folder: Path) -> str:
    """What a session has said of its own recording, where it is not whole; it knows more than each file does: streams
    that were expected, recorders that died, what lies between two files."""
    path, said = folder / EVENTS, []
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            lines = file.read(_TAIL).splitlines()
    except OSError:
        return ""
    for line in lines:
        with contextlib.suppress(ValueError):
            event = parse_json(line)
            values = event.get("values") if isinstance(event, dict) else None
            if isinstance(values, dict) and values.get("active_fault") == "recording":
                said.append(shown(str(event.get("text", "")), 200))
    if NOT_WHOLE in said:
        return "; ".join([NOT_WHOLE, *dict.fromkeys(text for text in said if text != NOT_WHOLE)][:4])
    return ""


def _of_file(path: Path) -> Whole:
    beside = path.with_name(path.name + ".check.toml")
    try:
        values, size = read_toml(beside), path.stat().st_size
        kept = from_dict(_Check, {k: values[k] for k in ("complete", "bytes", "problems") if k in values}, str(beside))
    except (BkError, OSError):
        return Whole(None, tr("{file} was not read back when it ended").format(file=path.name))
    if kept.bytes != size:
        return Whole(
            False,
            tr("{file} has {size} bytes, {saved} were saved: it was changed or cut off").format(
                file=path.name, size=size, saved=kept.bytes
            ),
        )
    if not kept.complete:
        why = shown(kept.problems[0], 200) if kept.problems else tr("its check says no more")
        return Whole(False, tr("{file} is NOT whole: {why}").format(file=path.name, why=why))
    return Whole(
        True,
        tr("{file} was whole when it was saved: {size:.1f} MB, read back").format(
            file=path.name, size=size / 1000000.0
        ),
    )
