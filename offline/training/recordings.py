"""Recordings of a training, read and checked against each other. Knows nothing that takes long to load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bk_realtime.errors import InputError
from offline.data.provenance import refuse_duplicates
from offline.io import read_recording
from offline.io.options import ReadOptions, say_notes
from offline.io.recording import Recording


def read_recordings(
    paths: Sequence[Path], read: ReadOptions | None = None, console: Console | None = None
) -> list[Recording]:
    """Read every recording, saying which one and what the reader had to do where there is a console.

    Raises
    ------
    BkError
        A file that cannot be read, the same recording twice, or several neural rates.
    """
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
    refuse_duplicates(paths, recordings)
    rates = sorted({float(r.sfreq) for r in recordings})
    if len(rates) > 1:
        raise InputError(f"recordings run at {rates[0]:g} and {rates[-1]:g} Hz: expected one rate for one decoder")
    return recordings
