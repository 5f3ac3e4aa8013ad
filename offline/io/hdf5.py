"""HDF5 files with the datasets ``ecog``, ``audio``, ``ecogSR``, ``audioSR``, as closed-loop speech studies use them,
and others in which names tell what is what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, choose_channels
from offline.io import companions
from offline.io.array_audio import column_sound, find_column, say_what_could_be, set_apart
from offline.io.array_lines import line_markers, named_line, trigger_lines
from offline.io.feature_data import stored_features
from offline.io.grid import Grid
from offline.io.hdf5_file import open_hdf5, whole
from offline.io.hdf5_layout import Layout, text_of
from offline.io.markers import edges
from offline.io.microvolts import microvolts_on_grid
from offline.io.own_channels import OwnChannels, described_channels
from offline.io.recording import Recording, checked_level, file_hash
from offline.io.sound_track import sound_track
from offline.io.stored import StoredSignal

_SCALES = ("conversion", "scale", "scaling", "resolution", "gain", "uv_per_bit", "lsb")


def read_hdf5(
    path: Path,
    neural: str | None = None,
    audio: str | Path | None = None,
    markers: str | Path | None = None,
    sfreq: float | None = None,
    sample_rate: int | None = None,
    unit: str | None = None,
    channels: Sequence[str] = (),
    exclude: Sequence[str] = (),
    gain: float | None = None,
    audio_channel: str | None = None,
    audio_start_s: float = 0.0,
    require_audio: bool = False,
    holds_features: bool = False,
) -> Recording:
    """Read an HDF5 file. Names are compared without case, in the root and in groups.

    Parameters
    ----------
    path : file with ``ecog`` (samples, channels) and ``ecogSR``; optional ``audio`` and ``audioSR``, channel names
        (``electrodes``, ``channels``, ``labels``), types (``types``) and cues, one text a neural sample (``words``,
        ``stimulus``). Or other usual names, also in groups (``ieeg/data``, ``ieeg/sfreq``).
    neural : path of the neural dataset, where names do not tell.
    audio : path of the sound's dataset, label of a channel of the neural signal, or a sound file that begins
        ``audio_start_s`` seconds after the neural signal.
    audio_channel : number, from 1, of the microphone where the sound has several channels that differ.
    markers : path of the dataset of cues, a trigger channel, or a table of cues; where the file has no cues, the edges
        of its trigger channels are taken.
    sfreq, sample_rate : rates in Hz where the file has none, neither as a dataset nor as an attribute.
    channels, exclude, gain : as in :func:`~bk_realtime.montage.choose_channels`.
    unit : unit of the neural numbers; by default what the file states or, without that, µV.
    holds_features : the numbers are features (a dataset ``features``, ``high_gamma``, ..., else the neural one), one a
        channel or, in three dimensions, several bands.

    Raises
    ------
    InputError
        Not an HDF5 file, truncated, datasets or rates missing, no audio where it is required.
    OptionError
        No such dataset or channel.
    """
    path = Path(path)
    with open_hdf5(path) as file:
        notes: list[str] = []
        layout = Layout(file, path)
        return _read(
            layout, path, neural, audio, markers, sfreq, sample_rate, unit, channels, exclude, gain, audio_channel,
            audio_start_s, require_audio, notes, holds_features,
        )  # fmt: skip


def _read(
    layout: Layout,
    path: Path,
    neural: str | None,
    audio: str | Path | None,
    markers: str | Path | None,
    sfreq: float | None,
    sample_rate: int | None,
    unit: str | None,
    channels: Sequence[str],
    exclude: Sequence[str],
    gain: float | None,
    audio_channel: str | None,
    audio_start_s: float,
    require_audio: bool,
    notes: list[str],
    holds_features: bool,
) -> Recording:
    brain = layout.features(neural, notes) if holds_features else layout.neural(neural, notes)
    key = brain.name.strip("/")
    where = f"{path}: {key}"
    table = companions.channel_rows(path)
    if holds_features:
        stored, infos, bad = _features(layout, brain, table, where, notes)
    else:
        stored = StoredSignal(brain, where)
    n, n_channels = stored.shape
    rate = sfreq or (layout.feature_rate(brain) if holds_features else layout.neural_rate(brain))
    if rate is None:
        name = f"{key}SR" if holds_features else "ecogSR"
        raise InputError(
            f"{path}: expected the neural rate in '{name}'; name it with --sfreq, or sfreq in NAME.toml beside it"
        )
    exact = companions.rational(float(rate), str(path))
    grid = Grid(0.0, float(rate), n, ((0, n, 0),))
    if not holds_features:
        infos, bad = _channels(layout, brain, n_channels, table, unit, gain, notes)
    dataset = layout.audio(None if audio is None else str(audio))
    microphone = find_column(infos, str(audio), path) if audio is not None and dataset is None else None
    montage = choose_channels(
        infos, where, channels, exclude, unit, gain, holds_features, apart=set_apart(infos, microphone)
    )
    notes += montage.notes
    values, neural_hash = microvolts_on_grid(
        stored.blocks(), stored.shape, stored.dtype, grid, montage.keep, montage.scale
    )
    used = [path]
    sound: np.ndarray | None = None
    sound_rate, start = 0.0, 0.0
    if dataset is not None:
        array = whole(dataset, f"{path}: {dataset.name.strip('/')}")
        array = array.T if array.ndim == 2 and array.shape[0] < array.shape[1] else array
        sound = sound_track(array, f"{path}: {dataset.name.strip('/')}", notes, audio_channel)
        sound_rate = float(sample_rate or layout.audio_rate(dataset, brain) or 0)
    elif microphone is not None:
        sound, _ = column_sound(stored, microphone, infos[microphone].label, grid, path, notes)
        sound_rate = grid.rate
    elif audio is not None:
        sound, sound_rate = companions.load_audio(Path(audio), sample_rate, audio_channel, notes)
        used.append(Path(audio))
        start = audio_start_s
    elif require_audio:
        raise InputError(f"{path}: no dataset 'audio'; name a sound file with --audio, or audio in NAME.toml beside it")
    if not (math.isfinite(sound_rate) and sound_rate >= 0):
        raise InputError(f"{path}: expected a rate of the sound in Hz, got {sound_rate:g}; name it with --sample-rate")
    if sound is not None and not sound_rate:
        sound_rate = companions.audio_rate_by_length(len(sound), n, float(rate), str(path))
        notes.append(f"audio rate by its length: {sound_rate:g} Hz")
    is_table = markers is not None and (Path(markers).is_file() or Path(markers).suffix.lower() in companions.TABLES)
    cue_file = Path(markers) if is_table and markers is not None else None
    if cue_file is not None:
        cues = companions.table_markers(cue_file, 0.0, float(rate), n, notes)
    else:
        told = None if markers is None else str(markers)
        lines = named_line(infos, told, path) if told is not None and not layout.has(told) else []
        cues = [] if lines else _cues(layout, told, n, float(rate), notes)
        if told is None and not cues and not holds_features:
            lines = trigger_lines(infos, montage, exclude, microphone)
        cues += line_markers(stored, infos, lines, grid, notes)
    beside = [companions.bids_table(path, "channels"), cue_file]
    if sound is None:
        say_what_could_be(infos, montage, notes)
    return Recording(
        neural=values if holds_features else checked_level(values, str(path)),
        sfreq=exact,
        labels=montage.labels,
        audio=sound,
        sample_rate=round(sound_rate),
        audio_rate=sound_rate,
        audio_start_s=start,
        markers=cues,
        name=path.stem,
        simulated="simulated" in path.stem.lower() or bool(layout.file.attrs.get("simulated", False)),
        source_hash=file_hash(*used),
        neural_hash=neural_hash,
        also_read=tuple(p for p in beside if p is not None),
        bad=bad,
        notes=tuple(notes),
    )


def _channels(
    layout: Layout,
    brain: h5py.Dataset,
    n_channels: int,
    table: list[dict[str, str]],
    unit: str | None,
    gain: float | None,
    notes: list[str],
) -> tuple[list[ChannelInfo], tuple[str, ...]]:
    """What each channel of a signal is, and the labels listed as bad."""
    units = layout.units(brain, n_channels)
    if not any(units) and unit is None and gain is None and not any(row.get("units") for row in table):
        units = ["microvolts"] * n_channels
        notes.append("no unit stated: taken as microvolts")
    if gain is None and (scales := [k for k in brain.attrs if str(k).lower() in _SCALES]):
        key = brain.name.strip("/")
        notes.append(f"attribute {scales[0]!r} of {key} is not used; name the µV of one count with --gain")
    own = OwnChannels(
        layout.labels(brain, n_channels), layout.types(brain, n_channels), units, layout.bad(brain, n_channels)
    )
    return described_channels(own, n_channels, table, layout.path, notes)


def _features(
    layout: Layout, brain: h5py.Dataset, table: list[dict[str, str]], where: str, notes: list[str]
) -> tuple[StoredSignal, list[ChannelInfo], tuple[str, ...]]:
    """Features as a table, what each is, and which are on channels listed as bad."""
    numbers = whole(brain, where)
    axes = sorted(brain.shape)[:-1]  # the longest is time
    infos: list[ChannelInfo] = []
    bad: tuple[str, ...] = ()
    for n in (math.prod(axes), *reversed(axes)):
        labels, fitting = layout.labels(brain, n), table if len(table) == n else []
        if labels or fitting:
            own = OwnChannels(labels, layout.types(brain, n), [""] * n, layout.bad(brain, n))
            infos, bad = described_channels(own, n, fitting, layout.path, notes)
            break
    return stored_features(numbers, infos, bad, layout.bands(brain), where, notes)


def _cues(layout: Layout, wanted: str | None, n: int, rate: float, notes: list[str]) -> list[tuple[float, str]]:
    """From one text or code a sample, or from texts with arrays of onsets and ends beside them."""
    cues = layout.cues(wanted, n)
    if cues is None:
        return []
    values = whole(cues, f"{layout.path}: {cues.name.strip('/')}").ravel()
    if values.dtype.names:
        rows = [{name: text_of(row[name]) for name in values.dtype.names} for row in values]
        return companions.row_markers(tuple(values.dtype.names), rows, layout.path, rate, notes)
    if len(values) == n:
        if values.dtype.kind in "iuf":
            return [(i / rate, text) for i, text in edges(values, cues.name.strip("/"), notes)]
        return companions.changes(np.array([text_of(v) for v in values]), rate, 0.0)
    onsets, ends, lengths = layout.cue_times(cues, len(values))
    if onsets is None:
        return []
    columns: dict[str, Any] = {"onset": onsets, "text": [text_of(v) for v in values]}
    columns |= {"offset": ends} if ends is not None else {"duration": lengths} if lengths is not None else {}
    rows = [{name: str(column[i]) for name, column in columns.items()} for i in range(len(values))]
    notes.append(f"cues from {cues.name.strip('/')} and the onsets beside it, in seconds")
    return companions.row_markers(tuple(columns), rows, layout.path, rate, notes)
