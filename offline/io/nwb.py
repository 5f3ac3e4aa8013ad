"""NWB files: as the public single-word-production data have it (iBIDS), and as other tools write them.

``acquisition/iEEG`` (samples, channels), ``acquisition/Audio`` and ``acquisition/Stimulus`` (one text a neural
sample), channel names in ``*_channels.tsv`` beside the file; or any ElectricalSeries in ``acquisition``, in ``LFP``
or in a processing module, with an electrode table, sound under any name and trials as markers.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, Montage, choose_channels, voltage
from offline.io import companions
from offline.io.array_audio import set_apart
from offline.io.array_lines import line_markers, named_line, trigger_lines
from offline.io.damage import library_errors
from offline.io.hdf5_file import open_hdf5
from offline.io.microvolts import microvolts_on_grid
from offline.io.nwb_cues import has_cues, nwb_markers
from offline.io.nwb_door import check_nwb
from offline.io.nwb_features import feature_series, nwb_features
from offline.io.nwb_layout import Found, all_series, channel_infos, listed, neural_series, time_axis
from offline.io.nwb_sound import NeuralSource, microphone_column, nwb_sound
from offline.io.nwb_values import length, number, numbers, text
from offline.io.recording import Recording, checked_level, file_hash
from offline.io.stored import StoredSignal

PLAUSIBLE_UV = (1.0, 5000.0)
"""Standard deviation in µV of an intracranial channel, generously."""


@dataclass(frozen=True)
class _Asked:
    """The options of :func:`read_nwb`."""

    neural: str | None
    audio: str | None
    markers: str | Path | None
    unit: str | None
    sfreq: float | None
    sample_rate: int | None
    channels: Sequence[str]
    exclude: Sequence[str]
    gain: float | None
    audio_channel: str | None
    audio_start_s: float
    require_audio: bool
    holds_features: bool


def read_nwb(
    path: Path,
    neural: str | None = None,
    audio: str | None = None,
    markers: str | Path | None = None,
    unit: str | None = None,
    sfreq: float | None = None,
    sample_rate: int | None = None,
    channels: Sequence[str] = (),
    exclude: Sequence[str] = (),
    gain: float | None = None,
    audio_channel: str | None = None,
    audio_start_s: float = 0.0,
    require_audio: bool = False,
    holds_features: bool = False,
) -> Recording:
    """Read an NWB file.

    Volts are data × conversion × channel_conversion + offset, as the format has it. Gaps in time stamps become NaN.

    Parameters
    ----------
    path : the file.
    neural : path or name of the neural series (``acquisition/LFP/ElectricalSeries``); by default ``acquisition/iEEG``,
        else the only ElectricalSeries of ``acquisition``, else the only one of the processing modules.
    audio : path or name of a series anywhere, label of a channel of the neural series (a microphone on an amplifier
        input), or a sound file that begins ``audio_start_s`` seconds after the neural signal; by default
        ``acquisition/Audio`` or another series there that is named like sound.
    audio_channel : number, from 1, of the microphone where the sound has several channels that differ.
    markers : name of a table of intervals, series or trigger channel of the file, or a table of cues, whose times
        count from the first neural sample; by default annotations, else ``Stimulus``, else ``*_events.tsv`` beside the
        file, else ``trials`` or other intervals, else the edges of trigger channels.
    channels, exclude, unit, gain : as in :func:`~bk_realtime.montage.choose_channels`. Types and units are those of
        ``*_channels.tsv``, else of the electrode table and the series.
    sfreq, sample_rate : rates in Hz where the file has neither rate nor time stamps.
    holds_features : the neural numbers are features: the DecompositionSeries, or the series named ``features``,
        ``high_gamma``, ..., wherever it is, one a channel or, in three dimensions, several bands.

    Raises
    ------
    InputError
        pynwb is not installed, the file is damaged, a series is missing, or the level cannot be µV.
    OptionError
        No such series, channel or table.
    """
    path = Path(path)
    asked = _Asked(
        neural, audio, markers, unit, sfreq, sample_rate, channels, exclude, gain, audio_channel, audio_start_s,
        require_audio, holds_features,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cached name spaces of older versions
        with (
            open_hdf5(path, "NWB", tables_too=True) as file,
            library_errors(path, "NWB", "pynwb", "hdmf", "h5py"),
        ):
            check_nwb(file, path, any_series=holds_features or neural is not None)
            with _pynwb(path).NWBHDF5IO(str(path), "r", load_namespaces=True) as io:
                return _read(io.read(), path, asked)


def _pynwb(path: Path) -> Any:
    try:
        import pynwb
    except ImportError:
        raise InputError(
            f"{path}: reading NWB needs pynwb, which is not installed; "
            "install it with: pip install 'brainkaraoke[formats]'"
        ) from None
    return pynwb


def _read(file: Any, path: Path, asked: _Asked) -> Recording:
    notes: list[str] = []
    found = all_series(file)
    features = asked.holds_features
    brain = (feature_series if features else neural_series)(found, asked.neural, path, notes)
    where = f"{path}: {brain.name}"
    table = companions.channel_rows(path)
    if features:
        stored, infos, bad = nwb_features(brain, table, path, notes)
    else:
        stored = StoredSignal(brain.series.data, where, _n_channels(brain.series, table))
    n, n_channels = stored.shape
    grid = time_axis(brain, n, asked.sfreq, path, "sfreq", companions.NEURAL_RATES)
    notes += [f"neural: {note}" for note in grid.notes]
    if not features:
        infos, bad = channel_infos(brain.series, table, n_channels, path, notes)
    microphone = microphone_column(found, infos, asked.audio, path)
    montage = choose_channels(
        infos,
        where,
        asked.channels,
        asked.exclude,
        asked.unit,
        asked.gain,
        features,
        apart=set_apart(infos, microphone),
    )
    notes += montage.notes
    scale, offset = montage.scale, np.zeros(len(montage.keep))
    if not features:
        scale, offset = _factors(brain, stored, table, infos, montage, asked, path, notes)
    neural, neural_hash = microvolts_on_grid(
        stored.blocks(), stored.shape, stored.dtype, grid, montage.keep, scale, offset
    )
    source = NeuralSource(stored, grid, infos, montage, microphone)
    sound = nwb_sound(
        found, source, asked.audio, asked.audio_channel, asked.sample_rate, asked.audio_start_s, path, notes
    )
    if sound is None and asked.require_audio:
        raise InputError(
            f"{path}: no acquisition/Audio; speech audio is needed here; it has {listed(found)}; "
            "name a series, a channel or a sound file with --audio"
        )
    told = None if asked.markers is None else Path(asked.markers)
    cue_file = told if told is not None and (told.is_file() or told.suffix.lower() in companions.TABLES) else None
    events = companions.bids_table(path, "events")
    cues: list[tuple[float, str]] | None = None
    wanted = None if asked.markers is None or cue_file is not None else str(asked.markers)
    lines = [] if wanted is None or has_cues(file, found, wanted, path) else named_line(infos, wanted, path)
    if lines:
        cues = line_markers(stored, infos, lines, grid, notes)
    elif cue_file is None:
        axis = (grid.start_s, grid.rate, grid.length)
        # a table of cues beside the file counts before its trials, not before its annotations
        cues = nwb_markers(file, found, wanted, axis, path, notes, with_tables=events is None or wanted is not None)
        cue_file = events if cues is None else None
    if cues is None and cue_file is not None:
        cues = companions.table_markers(cue_file, grid.start_s, grid.rate, grid.length, notes)
    if cues is None and not features:
        lines = trigger_lines(infos, montage, asked.exclude, microphone)
        cues = line_markers(stored, infos, lines, grid, notes)
    beside = [companions.bids_table(path, "channels"), cue_file or events]
    return Recording(
        neural=neural if features else checked_level(neural, where),
        sfreq=companions.rational(round(companions.nominal(grid.rate, companions.NEURAL_RATES), 3), str(path)),
        labels=montage.labels,
        neural_start_s=grid.start_s,
        neural_rate=grid.rate,
        audio=None if sound is None else sound.audio,
        sample_rate=0 if sound is None else sound.nominal,
        audio_start_s=0.0 if sound is None else sound.start_s,
        audio_rate=0.0 if sound is None else sound.rate,
        markers=cues or [],
        name=path.stem,
        simulated="simulated" in f"{path.stem} {file.session_description}".lower(),
        source_hash=file_hash(path, *([sound.file] if sound is not None and sound.file else [])),
        neural_hash=neural_hash,
        also_read=tuple(p for p in beside if p is not None),
        bad=bad,
        notes=tuple(notes),
    )


def _n_channels(series: Any, table: list[dict[str, str]]) -> int | None:
    """Number of channels by the electrodes or the table; the length of the other axis is time."""
    region = getattr(series, "electrodes", None)
    return length(region.data) if region is not None else len(table) or None


def _factors(
    brain: Found,
    stored: StoredSignal,
    table: list[dict[str, str]],
    infos: Sequence[ChannelInfo],
    montage: Montage,
    asked: _Asked,
    path: Path,
    notes: list[str],
) -> tuple[np.ndarray, np.ndarray]:
    """Factor and offset in µV of each kept channel: as the options say, else as table and file agree, else the one of
    the two that makes a brain's voltages."""
    series, keep, where = brain.series, list(montage.keep), f"{path}: {brain.name}"
    conversion = np.full(stored.shape[1], number(series, "conversion", where, 1.0))
    each = getattr(series, "channel_conversion", None)
    if each is not None:
        each = numbers(each, f"{where}: channel_conversion")
        if len(each) != len(conversion):
            raise InputError(f"{where}: channel_conversion has {len(each)} values, {len(conversion)} channels")
        conversion = conversion * each
    conversion, added = conversion[keep], number(series, "offset", where, 0.0)
    if not np.isfinite(conversion).all():
        raise InputError(f"{where}: channel_conversion: expected finite numbers: damaged; take another copy")
    if asked.unit is not None or asked.gain is not None:
        if added and (conversion != 0).all():
            notes.append("the file's offset is kept: the middle of its counts stays 0 µV")
            return montage.scale, montage.scale * added / conversion
        return montage.scale, np.zeros(len(keep))
    unit = voltage(text(series, "unit", where))
    own = None if unit is None else (unit * conversion, np.full(len(keep), unit * added))
    names = {row["name"] for row in table if row.get("units", "").lower() not in ("", "n/a")}
    by_table = (montage.scale, np.zeros(len(keep))) if any(infos[i].label in names for i in keep) else None
    if own is None or by_table is None:
        chosen = own or by_table
        if chosen is None:
            raise InputError(
                f"{path}: {brain.name} states no unit; name it with --unit, or unit in NAME.toml beside it"
            )
        return chosen
    if np.allclose(own[0], by_table[0]) and not added:
        return own
    # the two statements contradict each other: the one that makes a brain's voltages is right
    level = _level(stored, keep)
    if level is None:
        return own  # no numbers at all, or infinite ones: refused for that
    both = {"the file": own, "channels.tsv": by_table}
    able = {k: v for k, v in both.items() if PLAUSIBLE_UV[0] < float(np.nanmedian(level * v[0])) < PLAUSIBLE_UV[1]}
    states_more = bool(added or (conversion != 1.0).any())  # than a unit: the numbers are counts, and the file says how
    if len(able) == 2 and states_more:
        able = {"the file": own}
    if len(able) != 1:
        raise InputError(
            f"{path}: channels.tsv and {brain.name} state different units; "
            "name the right one with --unit, or unit in NAME.toml beside it"
        )
    if np.allclose(own[0], by_table[0]):
        return own  # they differ by the offset alone
    notes.append(f"channels.tsv and the file state different units: that of {next(iter(able))} is taken")
    return next(iter(able.values()))


def _level(stored: StoredSignal, keep: list[int]) -> np.ndarray | None:
    """Standard deviation of each kept channel, as stored, where the signal first has numbers; else None."""
    for start in range(0, stored.shape[0], 1 << 16):
        block = stored.rows(start, start + (1 << 16))[:, keep].astype(np.float64)
        with np.errstate(invalid="ignore"):
            level = np.asarray(np.nanstd(block, axis=0))
        if np.isfinite(level).any():
            return level
    return None
