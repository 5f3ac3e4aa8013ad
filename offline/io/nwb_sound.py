"""The sound of an NWB file: a series, a column of the neural series, or a sound file beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import ChannelInfo, Montage
from offline.io import companions
from offline.io.array_audio import column_sound, find_column
from offline.io.grid import Grid
from offline.io.microphone import amplifier_sound, may_be_microphones
from offline.io.nwb_layout import Found, is_electrical, listed, looks_like_sound, named, time_axis
from offline.io.nwb_values import number, values
from offline.io.sound_track import OVERSHOOT, one_channel, sound_track
from offline.io.stored import StoredSignal, kind_of

GAP_S = 0.01
"""Shortest gap that is seen in audio."""
_USUAL = ("audio", "microphone", "mic", "speech", "voice", "sound")
_LEAST_PEAK = 3e-3
"""Sound that a stated conversion makes fainter than this has another unit than full scale."""


@dataclass(frozen=True, eq=False)
class Sound:
    """Mono (m,) float32, its nominal and true rate in Hz, its start in seconds, and the file it came from, if any."""

    audio: np.ndarray
    nominal: int
    rate: float
    start_s: float
    file: Path | None = None


@dataclass(frozen=True, eq=False)
class NeuralSource:
    """The neural series with all its channels: where a microphone may be wired to one of them."""

    stored: StoredSignal
    grid: Grid
    infos: Sequence[ChannelInfo]
    montage: Montage
    microphone: int | None = None


def nwb_sound(
    found: Sequence[Found],
    neural: NeuralSource,
    wanted: str | None,
    channel: str | None,
    told_rate: int | None,
    audio_start_s: float,
    path: Path,
    notes: list[str],
) -> Sound | None:
    """The sound named, else the series of a usual name in ``acquisition``; None where there is none.

    Parameters
    ----------
    wanted : path or name of a series, label of a channel of the neural series, or a sound file that begins
        ``audio_start_s`` seconds after the neural signal.
    channel : of a sound with several.
    told_rate : in Hz, where the series states none.

    Raises
    ------
    OptionError
        ``wanted`` is none of these.
    InputError
        Several series that could be it, or numbers that are no sound.
    """
    sounds = [f for f in found if not is_electrical(f) and _may_be_sound(f)]
    if wanted is None:
        chosen = _usual(sounds, path)
        if chosen is None:
            _say_what_could_be(sounds, neural, notes)
            return None
        return _of_series(chosen, channel, told_rate, path, notes)
    series = named(found, wanted, path)
    if series is not None:
        return _of_series(series, channel, told_rate, path, notes)
    i, grid = neural.microphone, neural.grid
    if i is not None:
        column, nominal = column_sound(neural.stored, i, neural.infos[i].label, grid, path, notes)
        return Sound(column, round(nominal), grid.rate, grid.start_s)
    sound, rate = companions.load_audio(Path(wanted), told_rate, channel, notes)
    rate = rate or companions.audio_rate_by_length(len(sound), neural.grid.length, neural.grid.rate, wanted)
    return Sound(sound, rate, float(rate), neural.grid.start_s + audio_start_s, Path(wanted))


def microphone_column(
    found: Sequence[Found], infos: Sequence[ChannelInfo], wanted: str | None, path: Path
) -> int | None:
    """Index of the channel of the neural series that ``wanted`` names; None where it names a series or a file.

    Raises
    ------
    OptionError
        It names nothing.
    """
    if wanted is None or named(found, wanted, path) is not None:
        return None
    try:
        return find_column(infos, wanted, path)
    except OptionError as error:
        sounds = [f for f in found if not is_electrical(f) and _may_be_sound(f)]
        raise OptionError(
            f"{error}, and no such series; sound may be in {listed(sounds) or 'none of its series'}"
        ) from None


def _may_be_sound(found: Found) -> bool:
    """One or a few channels of numbers."""
    data = found.series.data
    return kind_of(data) in {"f", "i", "u"} and len(data.shape) in (1, 2) and min(data.shape[-1:]) > 0


def _usual(sounds: Sequence[Found], path: Path) -> Found | None:
    raw = [f for f in sounds if f.path.startswith("acquisition/")]
    for name in ("Audio", "audio"):
        for f in raw:
            if f.path == f"acquisition/{name}":
                return f
    fitting = [f for f in raw if f.name.lower() in _USUAL] or [f for f in raw if looks_like_sound(f.name)]
    if len(fitting) > 1:
        raise InputError(f"{path}: {len(fitting)} series of sound: {listed(fitting)}; choose one with --audio")
    return fitting[0] if fitting else None


def _say_what_could_be(sounds: Sequence[Found], neural: NeuralSource, notes: list[str]) -> None:
    series = [f.path for f in sounds if looks_like_sound(f.name)]
    inputs = may_be_microphones(neural.infos, [i for i, _ in neural.montage.left_out])
    if series or inputs:
        notes.append(f"no audio taken; {', '.join([*series, *inputs][:12])} may be it: name it with --audio")


def _of_series(found: Found, channel: str | None, told_rate: int | None, path: Path, notes: list[str]) -> Sound:
    where = f"{path}: {found.name}"
    array = values(found.series.data, where)
    if array.ndim == 2 and array.shape[0] < array.shape[1]:
        array = array.T
    if array.ndim not in (1, 2) or array.dtype.kind not in "fiu" or not len(array):
        raise InputError(f"{where}: expected audio samples (n,) as numbers, got shape {array.shape} {array.dtype}")
    grid = time_axis(found, len(array), told_rate, path, "sample_rate", companions.AUDIO_RATES, GAP_S)
    if is_electrical(found):  # a microphone on an input of its own
        audio = amplifier_sound(one_channel(array, where, notes, channel), grid.rate, where, notes)
    else:
        audio = sound_track(_converted(array, found, where, notes), where, notes, channel)
    if grid.length != len(audio) or len(grid.pieces) > 1:
        audio = np.nan_to_num(grid.lay_out(audio[:, None])[:, 0])
        notes += [f"audio: {note.replace('NaN', 'silence')}" for note in grid.notes]
    nominal = companions.nominal(grid.rate, companions.AUDIO_RATES)
    return Sound(audio, round(nominal), grid.rate, grid.start_s)


def _converted(array: np.ndarray, found: Found, where: str, notes: list[str]) -> np.ndarray:
    """The numbers times the stated conversion, where that makes full scale of what is none; otherwise as stored."""
    factor, offset = number(found.series, "conversion", where, 1.0), number(found.series, "offset", where, 0.0)
    if factor == 1.0 and offset == 0.0:
        return array
    low, high = (float(v) for v in (np.nanmin(array), np.nanmax(array)))
    if array.dtype.kind == "f" and max(-low, high) <= OVERSHOOT:
        return array  # full scale as it is; the conversion is to volts
    if array.dtype.kind != "f" and array.dtype.itemsize <= 2:
        return array  # integers of 8 and 16 bit have the full scale of their type
    peak = max(abs(low * factor + offset), abs(high * factor + offset))
    if not _LEAST_PEAK < peak <= OVERSHOOT:
        return array
    notes.append(f"audio: {found.path} times its conversion {factor:g}")
    return array.astype(np.float64) * factor + offset
