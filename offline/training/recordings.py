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
) -> list[Recording]:
    """Read every recording, saying which one and what the reader had to do where there is a console.

    Parameters
    ----------
    label_map : TOML file of lines such as A1 = "EEG 12": the decoder's label, then the recordings'. Of several
        recordings, a line is meant for those that have such a channel.

    Raises
    ------
    BkError
        A file that cannot be read, the same recording twice, several neural rates, or labels that cannot be given.
    """
    names = {} if label_map is None else read_label_map(label_map)
    if not paths:
        raise InputError("recordings: expected at least one file to train on, got none")
    read = read or ReadOptions()
    read.refuse_one_file_for(paths)
    recordings, there = [], set[str]()
    for path in paths:
        if console is not None:
            console.print(f"reading {path}", highlight=False, markup=False)
        recordings.append(read_recording(path, **read.given()))
        if console is not None:
            say_notes(recordings[-1], path, console)
        own = {label.strip() for label in recordings[-1].labels}
        there |= own
        meant = {label: name for label, name in names.items() if len(paths) == 1 or name.strip() in own}
        recordings[-1] = named(recordings[-1], meant)
    for label, name in names.items():
        if name.strip() not in there:
            raise InputError(
                f"{label_map}: {label} = {name!r}: no recording has a channel of that name; correct {label!r}"
            )
    refuse_duplicates(paths, recordings)
    rates = sorted({float(r.sfreq) for r in recordings})
    if len(rates) > 1:
        raise InputError(f"recordings run at {rates[0]:g} and {rates[-1]:g} Hz: expected one rate for one decoder")
    return recordings


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
