"""The neural stream of an XDF file as µV on a regular grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import rational_rate
from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, Montage, choose_channels, is_brain
from bk_realtime.montage.kinds import BRAIN_TYPES
from bk_realtime.shown import named, shown
from offline.io.grid import Grid, regular_grid
from offline.io.markers import is_marker_type
from offline.io.microphone import AS_AUDIO
from offline.io.microvolts import microvolts_on_grid
from offline.io.recording import checked_level
from offline.io.xdf.streams import Source, choose, rate_of


@dataclass(frozen=True, eq=False)
class Neural:
    """Which channels of a stream are read, and where on the time axis; ``rate`` is nominal, in Hz."""

    rate: Fraction
    montage: Montage
    grid: Grid
    notes: tuple[str, ...]


def neural_source(sources: Sequence[Source], wanted: str | None, path: Path, notes: list[str]) -> Source:
    """The stream of brain: the one named, else by its own type, else by the types of its channels.

    Raises
    ------
    InputError
        None with samples, or several; text.
    """
    source = choose(sources, wanted, path, "neural", _is_meant if any(map(_is_meant, sources)) else _is_neural)
    if source is None and (source := choose(sources, None, path, "neural", _has_brain_channels)) is not None:
        notes.append(
            f"neural: stream {named(source.name)} of type {named(source.description.type)}, "
            "by the types of its channels"
        )
    if source is None or not len(source):
        have = ", ".join(f"{named(s.name)} ({shown(s.description.type)}, {len(s)} samples)" for s in sources)
        raise InputError(
            f"{path}: no neural stream with samples; expected one of type sEEG, iEEG, ECoG or EEG, the file "
            f"holds {have or 'only streams of this program'}; name the stream with --neural"
        )
    if source.is_text:
        raise InputError(f"{path}: stream {named(source.name)} holds text; expected numbers as neural signal")
    return source


def plan_neural(
    source: Source,
    path: Path,
    channels: Sequence[str] | None,
    exclude: Sequence[str],
    unit: str | None,
    gain: float | None,
    sfreq: float | None,
    holds_features: bool = False,
    microphone: str | None = None,
) -> Neural:
    """Brain channels of a stream, without the one that is the ``microphone``, and their place on the time axis.

    Raises
    ------
    InputError, OptionError
        What :func:`~bk_realtime.montage.choose_channels` and :func:`~offline.io.grid.regular_grid` refuse.
    """
    d = source.description
    told = [ChannelInfo(*c) for c in zip(d.labels, d.types or ("",) * d.n_channels, d.units, strict=True)]
    apart = {} if microphone is None else {microphone: AS_AUDIO}
    where = f"{path}: stream {named(source.name)}"
    montage = choose_channels(told, where, channels, exclude, unit, gain, holds_features, apart=apart)
    rate = rational_rate(sfreq) if sfreq else rate_of(source, path)
    where = f"{path.name}: {shown(source.name)}"
    grid = regular_grid(source.stamps, float(rate), where, starts=source.starts, fingerprints=source.fingerprints)
    notes = [f"neural: {note}" for note in (*source.breaks(), *_made_labels(source), *grid.notes)]
    return Neural(rate, montage, grid, (*notes, *montage.notes))


def read_neural(source: Source, plan: Neural, path: Path, holds_features: bool = False) -> tuple[np.ndarray, str]:
    """(n, n_kept) float32 µV on the grid, NaN where nothing was recorded; and the sha256 (hex) of the numbers of all
    channels as the file holds them.

    Raises
    ------
    InputError
        A level that no brain has.
    """
    data, data_hash = microvolts_on_grid(
        source.blocks(), source.shape, source.dtype, plan.grid, plan.montage.keep, plan.montage.scale
    )
    return data if holds_features else checked_level(data, f"{path}: {shown(source.name)}"), data_hash


def listed_bad(description: StreamDescription) -> tuple[str, ...]:
    """Labels that the stream's metadata list as bad (``desc/bad_channels``, comma-separated)."""
    text = description.extra.get("bad_channels", "")
    return tuple(label.strip() for label in text.split(",") if label.strip())


def _is_neural(source: Source) -> bool:
    return source.description.is_neural and len(source) > 0


def _is_meant(source: Source) -> bool:
    """A neural stream whose channels do not all state that they are something else (a box of auxiliary inputs)."""
    types = source.description.types
    return _is_neural(source) and (not any(types) or any(is_brain("A1", kind)[0] for kind in types))


def _has_brain_channels(source: Source) -> bool:
    d = source.description
    kinds = {kind.lower() for kind in d.types}
    return len(source) > 0 and not source.is_text and not is_marker_type(d.type) and bool(kinds & BRAIN_TYPES)


def _made_labels(source: Source) -> list[str]:
    """What the header leaves open about labels."""
    d = source.description
    xml = source.parts[0].xml
    made = [label for i, label in enumerate(d.labels) if label == f"ch{i + 1}" and f">{label}<" not in xml]
    described = d.n_channels if d.n_described is None else d.n_described
    notes = []
    if made:
        which = made[0] if len(made) == 1 else f"{made[0]} to {made[-1]}"
        notes.append(
            f"the header of {named(source.name)} names {d.n_channels - len(made)} of {d.n_channels} channels: "
            f"the others are called {which}, by their place"
        )
    if described > d.n_channels:
        notes.append(
            f"the header of {named(source.name)} describes {described} channels, the stream has {d.n_channels}: "
            f"the first {d.n_channels} names are taken"
        )
    return notes
