"""What was saved of a participant, and what the small files beside it say at once: no recording is read here."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.errors import BkError
from bk_realtime.plain_files import parse_json, read_toml
from bk_realtime.session.names import NOT_WHOLE, RECORDING
from bk_realtime.session.status import Status, read_status
from bk_realtime.shown import shown
from bk_realtime.typed import Within, from_dict
from gui.participant import Participant
from gui.report.told import in_words, read_scores, says_nothing
from gui.train.recorded import SESSION, recordings_of, sessions_of
from gui.words import tr

REPORT, PICTURE, FIGURES, EVENTS = "report.json", "report.png", "latency.json", "events.jsonl"
REPLAY = "replay"
_MOST_FILES = 200
_NAMED = 12
_TAIL = 1 << 18
"""Bytes of the events that are looked at: the last word comes last."""


@dataclass(frozen=True)
class Saved:
    """A session's folder, or a recording of the Record step.

    Attributes
    ----------
    path : folder or file.
    kind : session, replay, or the task of the recording.
    stamp : when it began: 2026-01-02_03-04-05.
    """

    path: Path
    kind: str
    stamp: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.path if self.is_session else self.path.parent

    @property
    def is_session(self) -> bool:
        """Whether an engine ran."""
        return self.kind in (SESSION, REPLAY)

    @property
    def recordings(self) -> list[Path]:
        """Its XDF files, in order."""
        if not self.is_session:
            return [self.path]
        try:
            return sorted(self.path.glob("session*.xdf"))
        except OSError:
            return []


def all_saved(who: Participant) -> list[Saved]:
    """All there is, newest first."""
    found = [Saved(path, SESSION, stamp) for path, stamp in sessions_of(who)]
    found += [Saved(path, REPLAY, stamp) for path, stamp in sessions_of(who, replays=True)]
    found += [Saved(one.path, one.task, one.stamp) for one in recordings_of(who) if one.task != SESSION]
    return sorted(found, key=lambda one: (one.stamp, one.path.name), reverse=True)


# ---- whole or not ----------------------------------------------------------------------------------------------------
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


# ---- what there is and how good it was -------------------------------------------------------------------------------
def files_in_words(one: Saved) -> str:
    """Where it lies, and the largest files."""
    try:
        paths = [path for _, path in zip(range(_MOST_FILES), one.folder.iterdir(), strict=False)]
        sizes = {path.name: path.stat().st_size for path in paths if path.is_file()}
    except OSError as error:
        return tr("{folder}: cannot be looked at ({error})").format(folder=one.folder, error=error.strerror or error)
    if not one.is_session:
        sizes = {name: size for name, size in sizes.items() if name.startswith(one.path.name)}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:_NAMED]
    listed = ", ".join(f"{shown(name, 60)} {_size(sizes[name])}" for name in largest)
    more = tr(" and {n} more").format(n=len(sizes) - _NAMED) if len(sizes) > _NAMED else ""
    return f"{one.folder}\n{listed}{more}"


def worthless(one: Saved) -> str:
    """Why the figures of its report say nothing about decoding, in words; empty where they may."""
    try:
        return says_nothing(read_scores(one.path / REPORT) if one.is_session else None)
    except BkError:  # said among its figures
        return ""


def figures_in_words(one: Saved) -> list[str]:
    """Lines on the session as it ran, and on its report where there is one."""
    if not one.is_session:
        return []
    lines = []
    try:
        lines += _of_status(read_status(one.path / FIGURES))
    except BkError as error:
        lines.append(tr("no figures of the session: {error}").format(error=error))
    try:
        scores = read_scores(one.path / REPORT)
    except BkError as error:
        return [*lines, tr("the report cannot be read: {error}").format(error=error)]
    return [*lines, *(in_words(scores) if scores is not None else [tr("no report yet: Check it now makes one")])]


def _of_status(status: Status) -> list[str]:
    who = tr("SIMULATED") + ", " if status.simulated else ""
    lines = [
        tr("{who}{frames} frames decoded, {gaps} gaps in the signal").format(
            who=who, frames=_count(status.n_frames), gaps=_count(status.gaps)
        )
    ]
    lines.append(
        tr("age of the data at the ear: {usual} usually, {rare} in 1 of 100").format(
            usual=_ms(status.age_p50_ms), rare=_ms(status.age_p99_ms)
        )
    )
    lines.append(
        tr("sound: {underruns} underruns, limiter {limiter_hits} times").format(
            underruns=_count(status.underruns), limiter_hits=_count(status.limiter_hits)
        )
    )
    return lines


def learnt_by(bundle: Path | None, one: Saved) -> str:
    """What a replay of it by this decoder would be worth, in one line; empty where training did not name its recording.

    By the recordings' names, which are never used twice but for those of sessions; the report of a replay tells by
    content.
    """
    try:
        data = {} if bundle is None else read_toml(bundle / INDEX).get("provenance", {}).get("data", [])
        known = set(data) if isinstance(data, dict) else {entry.get("name") for entry in data}
    except (AttributeError, BkError, TypeError):  # Check says what is wrong with it
        return ""
    names = [path.name for path in one.recordings if path.name in known]
    if bundle is None or not names:
        return ""
    was = (
        tr("may have been trained on this session")
        if one.is_session
        else tr("was trained on {file}").format(file=names[0])
    )
    return tr(
        "Replay this: the decoder in use, {bundle}, {was}: what it says of it may be remembered, not decoded"
    ).format(bundle=shown(bundle.name, 80), was=was)


def commands_for(one: Saved) -> list[tuple[str, Sequence[str]]]:
    """What judges it: each recording read back, then the session's report; module and words of each."""
    done: list[tuple[str, Sequence[str]]] = [
        ("bk_realtime", ("record", "--verify", str(path))) for path in one.recordings
    ]
    return [*done, *([("offline.session_report", (str(one.path),))] if one.is_session and done else [])]


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e5 else f"{n_bytes / 1e3:.1f} kB"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
