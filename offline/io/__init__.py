"""Readers: every recording format ends in one :class:`Recording`."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.config import option
from bk_realtime.errors import BkError, FileError, InputError, OptionError
from bk_realtime.montage import ChannelInfo, choose_channels
from bk_realtime.prompts.marks import bad_note
from bk_realtime.shown import shown
from bk_realtime.sources import source_digest
from offline.io.beside import beside_options, sidecar
from offline.io.cues_beside import with_cues_beside
from offline.io.feature_data import as_features, doubt_of_signal, refuse_units
from offline.io.held_warnings import warnings_when_read
from offline.io.options import FILES
from offline.io.readers import find_reader, options_of
from offline.io.recording import Recording, array_hash, file_hash

__all__ = ["Recording", "read_recording", "refuse_unread", "sidecar"]

CHOICE = ("channels", "exclude")
"""Options that hold for every file: where a reader does not know them, they are applied to what it read."""


_LONGEST_PATH = 1000
"""Letters of a file's name in messages."""
_SEVERAL = (" neural streams: ", " neural series: ")
"""In the complaint of a reader that found several amplifiers and was told none."""
_UNITS = {"unit": "gain", "gain": "unit"}
"""Given on the command line, the one takes the place of the other in NAME.toml."""


@warnings_when_read()
def read_recording(path: str | Path, **options: Any) -> Recording:
    """Read a recording; the reader is chosen by the file's first bytes, then by its ending.

    Parameters
    ----------
    path : XDF, NWB, HDF5, NPY (``*_sEEG.npy`` with its audio beside it), BrainVision, EDF or FIF file, or one that
        another package reads.
    options : those of :class:`~offline.io.options.ReadOptions`, e.g. ``neural="name"``, ``audio=PATH``, ``unit="V"``,
        and ``require_audio=True``. What the file ``NAME.toml`` beside the recording (``p01.xdf.toml``) says counts
        unless given here, so that every command reads a recording alike.

    Raises
    ------
    FileError
        No such file.
    OptionError
        The reader has no such option.
    InputError
        No reader for the file, or the reader's own complaint.
    """
    path = Path(path)
    refuse_unread(path)
    beside = beside_options(path)
    joined = beside.pop("join", ())
    joined = options.pop("join", joined)
    if joined:
        return _joined(path, (joined,) if isinstance(joined, str) else tuple(joined), options, beside)
    format_name, reader = find_reader(path)
    kept = {key: value for key, value in beside.items() if _UNITS.get(key) not in options}
    effective = {**kept, **options}
    known = options_of(reader, effective)
    if effective.get("holds_features"):
        refuse_units(effective, path)
        if "holds_features" not in known:
            raise InputError(
                f"{path}: {format_name} files are read as signals; expected features in HDF5, NPY, NWB or XDF, or "
                "a signal with features.kind high-gamma"
            )
    ours = {key: effective[key] for key in CHOICE if effective.get(key) and key not in known}
    theirs = {key: value for key, value in effective.items() if key not in CHOICE or key in known}
    for name in theirs:
        if name not in known:
            own = [k for k in known if k not in ("require_audio", "holds_features")]
            has = ", ".join(map(option, dict.fromkeys((*own, *CHOICE))))
            raise OptionError(f"{path}: the reader of {format_name} files has no option {option(name)}; it has {has}")
    try:
        recording = reader(path, **theirs)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:  # looking whether an option names a file
            raise
        raise OptionError(f"{path}: an option, of the command or beside the file, is too long for a name") from None
    except BkError as error:
        text = str(error).replace("NAME.toml", sidecar(path).name)
        raise type(error)(
            f"{text}; or read them as one with --join" if any(several in text for several in _SEVERAL) else text
        ) from None
    if effective.get("markers") is None:
        recording = with_cues_beside(recording, path)
    if effective.get("holds_features"):
        recording = as_features(recording)
    notes = recording.notes
    if not recording.holds_features and (doubt := doubt_of_signal(recording.neural)):
        notes = (*notes, doubt)
    if bad := bad_note(recording.markers):
        notes = (*notes, bad)
    if kept:
        listed = ", ".join(f"{k} = {v}" for k, v in kept.items())
        notes = (*notes, f"read as {sidecar(path).name} says: {listed}")
    recording = replace(  # a reader of somebody else's may leave the hashes to us
        recording,
        notes=notes,
        source_hash=recording.source_hash or file_hash(path),
        neural_hash=recording.neural_hash or array_hash(recording.neural),
    )
    recording = _chosen(recording, ours, path) if ours else recording
    return replace(recording, reading_hash=_reading_hash(recording, effective, reader))


def refuse_unread(path: Path) -> None:
    """Refuse what can be told to be no recording without reading it.

    Raises
    ------
    FileError, InputError
        No such file, a folder, an empty file, or one that no reader is for.
    """
    name = shown(str(path), _LONGEST_PATH)
    if path.is_dir():
        raise FileError(f"{name}: is a folder; expected one recording file")
    if not path.is_file():
        raise FileError(f"{name}: no such file")
    if path.stat().st_size == 0:
        raise InputError(f"{name}: the file is empty")
    find_reader(path)


def _joined(path: Path, join: Sequence[str], options: dict[str, Any], beside: dict[str, Any]) -> Recording:
    """A recording of several amplifiers. What chooses channels holds for those of all."""
    from offline.io.joined import read_joined

    choice = {key: {**beside, **options}[key] for key in CHOICE if {**beside, **options}.get(key)}
    others = {key: value for key, value in options.items() if key not in CHOICE}
    recording = read_joined(path, join, others, beside, read_recording)
    recording = _chosen(recording, choice, path) if choice else recording
    return replace(recording, reading_hash=_reading_hash(recording, {**beside, **options, "join": join}, read_joined))


def _chosen(recording: Recording, options: dict[str, Any], path: Path) -> Recording:
    """A recording with the channels of ``options`` only; the hash of its numbers stays that of all."""
    channels = [ChannelInfo(label, unit="microvolts") for label in recording.labels]
    wanted = options.get("channels") or recording.labels
    montage = choose_channels(channels, str(path), wanted, options.get("exclude", ()))
    return replace(
        recording,
        neural=np.ascontiguousarray(recording.neural[:, list(montage.keep)]),
        labels=montage.labels,
        notes=(*recording.notes, *montage.notes),
    )


def _reading_hash(recording: Recording, options: dict[str, Any], reader: Callable[..., Recording]) -> str:
    """What ``Recording.reading_hash`` is: files that options name count by content, not by path; the source of a reader
    of another package counts too, since no version of this program stands for it."""
    given = {k: v for k, v in options.items() if k != "require_audio"}
    if "join" in given:  # files among them are among those that were read
        given["join"] = [os.path.basename(name) for name in given["join"]]
    for key in FILES:
        if given.get(key) is not None and os.path.isfile(given[key]):
            given[key] = file_hash(Path(given[key]))
    files = [recording.source_hash, *map(file_hash, recording.also_read)]
    if reader.__module__.split(".")[0] != __name__.split(".")[0]:
        files.append(source_digest(reader.__module__))
    return hashlib.sha256(json.dumps([files, given], sort_keys=True, default=str).encode()).hexdigest()
