"""What was saved of a participant, and what the small files beside it say at once: no recording is read here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.errors import BkError
from bk_realtime.plain_files import read_toml
from bk_realtime.session.status import Status, read_status
from bk_realtime.shown import shown
from gui.participant import Participant
from gui.report.told import in_words, read_scores, says_nothing
from gui.train.recorded import SESSION, recordings_of, sessions_of
from gui.words import tr

REPORT, PICTURE, FIGURES = "report.json", "report.png", "latency.json"
REPLAY = "replay"
_MOST_FILES = 200
_NAMED = 12


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
