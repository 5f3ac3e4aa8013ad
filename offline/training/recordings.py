"""Recordings of a training, read and checked against each other. Knows nothing that takes long to load."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bk_realtime.decoder.fit import read_label_map, refuse_taken
from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, match_labels
from offline.data.provenance import refuse_duplicates
from offline.io import read_recording
from offline.io.options import ReadOptions, say_notes
from offline.io.recording import Recording


def read_recordings(
    paths: Sequence[Path],
    read: ReadOptions | None = None,
    console: Console | None = None,
    label_map: Path | None = None,
    days: Sequence[int] = (),
) -> list[Recording]:
    """Read every recording, saying which one and what the reader had to do where there is a console.

    Parameters
    ----------
    label_map : TOML file of lines such as A1 = "EEG 12": the decoder's label, then the recordings'. With ``days`` for
        recordings of the last one alone, as in a session; of several, a line is meant for those with such a channel.
    days : the day that each recording is of; empty where all count as of one.

    Raises
    ------
    BkError
        A file that cannot be read, the same recording twice, several neural rates, days of a SIMULATED participant and
        of another, or labels that cannot be given, or given to some recordings alone while nobody says to which.
    """
    names = {} if label_map is None else read_label_map(label_map)
    if not paths:
        raise InputError("recordings: expected at least one file to train on, got none")
    read = read or ReadOptions()
    read.refuse_one_file_for(paths)
    recordings = []
    for path in paths:
        if console is not None:
            console.print(f"reading {path}", highlight=False, markup=False)
        recordings.append(read_recording(path, **read.given()))
        if console is not None:
            say_notes(recordings[-1], path, console)
    if days:
        _refuse_other_people(paths, recordings)
    if label_map is not None:
        last = [i for i in range(len(paths)) if not days or days[i] == days[-1]]
        called = _each_named([recordings[i] for i in last], names, label_map, days[-1] if days else None)
        for i, one in zip(last, called, strict=True):
            recordings[i] = one
    refuse_duplicates(paths, recordings)
    rates = sorted({float(r.sfreq) for r in recordings})
    if len(rates) > 1:
        raise InputError(f"recordings run at {rates[0]:g} and {rates[-1]:g} Hz: expected one rate for one decoder")
    return recordings


def _refuse_other_people(paths: Sequence[Path], recordings: Sequence[Recording]) -> None:
    """Days are of one participant. Recordings do not name theirs; whether one is SIMULATED can be told."""
    made_up = [recording.simulated for recording in recordings]
    if len(set(made_up)) > 1:
        one, other = (paths[made_up.index(which)] for which in (True, False))
        raise InputError(f"several days: {one} is SIMULATED and {other} is not; expected days of one participant")


def _each_named(
    recordings: Sequence[Recording], names: Mapping[str, str], label_map: Path, day: int | None
) -> list[Recording]:
    """Recordings of one day, each with the lines whose channels it has."""
    own = [{label.strip() for label in recording.labels} for recording in recordings]
    for label, name in names.items():
        having = [r.name for r, labels in zip(recordings, own, strict=True) if name.strip() in labels]
        if not having:
            of = "" if day is None else f" of day {day}"
            raise InputError(
                f"{label_map}: {label} = {name!r}: no recording{of} has a channel of that name; correct {label!r}"
            )
        also = [r.name for r, labels in zip(recordings, own, strict=True) if label in labels and label != name.strip()]
        if len(having) > 1 and also:
            rest = ", or --days of `offline.train`, with which it is for the last day alone" if day is None else ""
            raise InputError(
                f"{label_map}: {label} = {name!r}: {', '.join(having)} have such a channel, and {also[0]} has "
                f"{label!r} as another one, so nobody can tell which recordings are meant; expected recordings of one "
                f"montage{rest}"
            )
    if len(recordings) == 1:
        return [named(recordings[0], names)]
    return [
        named(recording, {label: name for label, name in names.items() if name.strip() in labels})
        for recording, labels in zip(recordings, own, strict=True)
    ]


def named(recording: Recording, label_map: Mapping[str, str]) -> Recording:
    """The recording with its channels called as the decoder is to call them.

    Parameters
    ----------
    label_map : decoder's label -> recording's label; channels that it does not name keep theirs.

    Raises
    ------
    BkError
        It names a channel that the recording does not have, one twice, or gives a label that another channel has.
    """
    if not label_map:
        return recording
    refuse_taken(recording.labels, label_map, f"recording {recording.name}")
    channels = [ChannelInfo(label, "SEEG", "microvolts") for label in recording.labels]
    labels = match_labels(tuple(label_map), channels, f"recording {recording.name}", label_map).labels
    now = dict(zip(recording.labels, labels, strict=True))
    read = f"{recording.reading_hash} {sorted(now.items())}"  # another reading: what is kept of one is not the other's
    digest = hashlib.sha256(read.encode()).hexdigest() if recording.reading_hash else ""
    return replace(recording, labels=labels, bad=tuple(now[label] for label in recording.bad), reading_hash=digest)
