"""What recordings are joined from: streams of a file or files of a session, and their common clock."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.join.names import same_clock
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.xdf import read_xdf
from offline.io.recording import Recording
from offline.io.xdf.streams import Source, find_sources, pick

_CLOCK_STEP_S = 5e-3


_EDF = (".edf", ".bdf")


def common_stamps(streams: Sequence[Source]) -> list[np.ndarray]:
    """Stamps of streams on one clock: the sender's own where all were sent by one machine, as a live session sees them,
    else the recorder's."""
    if same_clock([s.description for s in streams]) and not any(_clock_was_set(s) for s in streams):
        return [np.concatenate([part.raw_stamps for part in s.parts]) for s in streams]
    return [s.stamps for s in streams]


def _clock_was_set(stream: Source) -> bool:
    offsets = np.concatenate([part.stamps - part.raw_stamps for part in stream.parts])
    return bool((np.abs(np.diff(offsets)) > _CLOCK_STEP_S).any())


# ---- streams of XDF files --------------------------------------------------------------------------------------------
def is_xdf(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(4) == b"XDF:"


def neural_streams(path: Path, salvage: bool) -> list[Source]:
    """Streams with samples that may be joined: neural ones first, then any other of numbers."""
    own = [s for s in read_xdf(path, salvage=salvage) if not s.description.name.startswith(OUTLET_PREFIX)]
    numbers = [s for s in find_sources(own) if len(s) and not s.is_text and s.description.sfreq > 0]
    return sorted(numbers, key=lambda s: not s.description.is_neural)


def main_stream(streams: list[Source], joined: list[Source], wanted: str | None, path: Path) -> Source:
    if wanted is not None:
        main = pick(streams, wanted, path)
    else:
        left = [s for s in streams if s.description.is_neural and s not in joined]
        if len(left) != 1:
            listed = ", ".join(f"{s.description.name!r} (source id {s.description.source_id!r})" for s in left)
            raise InputError(
                f"{path}: expected one neural stream to join the others to, got {len(left)} beside those of --join"
                f"{': ' + listed if listed else ''}; name it with --neural"
            )
        main = left[0]
    if main in joined:
        raise OptionError(f"{path}: --join names the main stream {main.description.name!r} itself; name the other one")
    return main


def told_name(stream: Source, streams: list[Source]) -> str:
    """What names a stream to its reader."""
    d = stream.description
    for key in ("source_id", "name"):
        text = getattr(d, key)
        if text and sum(getattr(s.description, key).lower() == text.lower() for s in streams) == 1:
            return str(text)
    return f"#{stream.parts[0].stream_id}"


def stream_of(path: Path, streams: list[Source], told: str | None) -> Source | None:
    if not streams:
        return None
    neural = [s for s in streams if s.description.is_neural]
    if told is None:
        return neural[0] if len(neural) == 1 else None
    return pick(streams, told, path)


# ---- other files -----------------------------------------------------------------------------------------------------
def named_file(path: Path, name: str) -> Path | None:
    """The file that ``--join`` names, if it is one: as it is, or beside the recording."""
    for file in (Path(name), path.parent / name):
        if file.is_file():
            if file.samefile(path):
                raise OptionError(f"{path}: --join names the recording itself; expected another file or a stream of it")
            return file
    return None


def on_the_axis_of(part: Recording, file: Path, main: Path) -> Recording:
    """A recording with its times on the axis of another file's."""
    if is_xdf(file) and is_xdf(main):
        return part  # both on the clock of their recorder
    dates = [_date(p) for p in (main, file)]
    if dates[0] is None or dates[1] is None:
        without = " and ".join(str(p) for p, d in zip((main, file), dates, strict=True) if d is None)
        raise InputError(
            f"{without}: no date of recording, so {file.name} and {main.name} have no common clock; expected two XDF "
            "files of one LSL session, two files with dates (EDF, BrainVision, FIF), or two streams of one file"
        )
    later = (dates[1] - dates[0]).total_seconds()
    edf = [p.name for p in (main, file) if p.suffix.lower() in _EDF]
    coarse = (
        [f"the header of {' and of '.join(edf)} tells whole seconds: the offset may be a second off"] if edf else []
    )
    return dataclasses.replace(
        part,
        notes=(*part.notes, *(coarse if edf else [])),
        neural_start_s=part.neural_start_s + later,
        audio_start_s=part.audio_start_s + later,
        markers=[(t + later, text) for t, text in part.markers],
    )


def _date(path: Path) -> datetime | None:
    """When the first sample of a file was taken, if it says so.

    Raises
    ------
    InputError
        MNE cannot read the file.
    """
    if path.suffix.lower() in _EDF:
        return _edf_date(path)
    import mne  # that has read the file before

    try:
        raw = mne.io.read_raw(path, preload=False, verbose="error")
    except Exception as error:  # MNE raises whatever comes
        text = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(
            f"{path}: its date of recording cannot be read ({text}); expected a file that MNE opens"
        ) from None
    date: datetime | None = raw.info["meas_date"]
    if date is None or path.suffix.lower() != ".fif":
        return date
    return date + timedelta(seconds=float(raw.first_time))


def _edf_date(path: Path) -> datetime | None:
    """Date and time of an EDF or BDF header; its two-digit years begin with 1985, whose first day stands for none."""
    with path.open("rb") as file:
        text = file.read(184)[168:].decode("ascii", "replace")
    try:
        date = datetime.strptime(text, "%d.%m.%y%H.%M.%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    date = date.replace(year=date.year % 100 + (1900 if date.year % 100 >= 85 else 2000))
    return None if (date.year, date.month, date.day) == (1985, 1, 1) else date
