"""XDF files of any LSL set-up (our sessions, LabRecorder's, simulated ones) as a :class:`Recording`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.chunks import microvolt_scale
from bk_realtime.clock import rational_rate
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.xdf import XdfStream, pick_stream, read_xdf
from offline.io.grid import regular_grid
from offline.io.recording import Recording, array_hash, checked_audio, checked_level, file_hash

AUDIO_GAP_S = 0.01
"""Shortest gap that is seen in audio."""


def read_xdf_recording(
    path: Path,
    neural: str | None = None,
    audio: str | None = None,
    markers: str | None = None,
    unit: str | None = None,
    sfreq: float | None = None,
    sample_rate: int | None = None,
    channels: Sequence[str] | None = None,
    require_audio: bool = False,
    salvage: bool = False,
) -> Recording:
    """Read an XDF file.

    Neural, audio and marker streams are found by type (no matter the case): sEEG, iEEG, ECoG, EEG; Audio; Markers
    (or any stream of strings). All times are on the recorder's clock, clock offsets and resets applied. Neural
    samples that are missing by the stamps become NaN, so that the sample index stays proportional to time.

    Parameters
    ----------
    path : the file.
    neural, audio, markers : source id, name or type of the stream, where the type alone does not tell.
    unit : unit of the neural numbers, where the stream has none or a wrong one.
    sfreq, sample_rate : true neural and audio rate in Hz, where the stream's header states another.
    channels : labels of the neural channels to keep; by default those of a neural or unstated type.
    require_audio : refuse a file without audio.
    salvage : use the whole chunks of a damaged file.

    Raises
    ------
    InputError
        Not a readable XDF file; no neural stream, or several; an unknown unit; no audio where it is required.
    """
    streams = read_xdf(path, salvage=salvage)
    source = [s for s in streams if not s.description.name.startswith(OUTLET_PREFIX)]
    neural_stream = _chosen(source, neural, path, "neural", lambda s: s.description.is_neural and len(s) > 0)
    if neural_stream is None:
        have = ", ".join(f"{s.description.name!r} ({s.description.type}, {len(s)} samples)" for s in streams)
        raise InputError(
            f"{path}: no neural stream with samples; expected one of type sEEG, iEEG, ECoG or EEG, the file "
            f"holds {have}; name the stream with neural in NAME.toml beside it"
        )
    if isinstance(neural_stream.data, list):
        raise InputError(
            f"{path}: stream {neural_stream.description.name!r} holds text; expected numbers as neural signal"
        )
    audio_stream = _chosen(source, audio, path, "audio", lambda s: s.description.type.lower() == "audio" and len(s) > 0)
    if audio_stream is None and require_audio:
        raise InputError(
            f"{path}: no audio stream with samples; speech audio is needed here. Record the microphone too "
            "(stream type Audio), or name the stream with audio in NAME.toml beside it"
        )
    if audio_stream is not None and isinstance(audio_stream.data, list):
        raise InputError(f"{path}: stream {audio_stream.description.name!r} holds text; expected audio samples")
    keep, scale = _neural_channels(neural_stream, unit, channels, path)
    notes: list[str] = []
    rate = rational_rate(sfreq) if sfreq else _rate(neural_stream, path)
    grid = regular_grid(neural_stream.stamps, float(rate), f"{path.name}: {neural_stream.description.name}")
    notes += [f"neural: {note}" for note in grid.notes]
    data = np.asarray(neural_stream.data)
    neural_hash = array_hash(data)
    if len(keep) < data.shape[1] or keep != sorted(keep):
        data = data[:, keep]
    data = data.astype(np.float32, copy=False)
    if (scale != 1.0).any():
        data = data * scale.astype(np.float32)
    checked_level(data, f"{path}: {neural_stream.description.name}")
    data = grid.lay_out(data)
    recording = Recording(
        neural=data,
        sfreq=rate,
        labels=tuple(neural_stream.description.labels[c] for c in keep),
        neural_start_s=grid.start_s,
        neural_rate=grid.rate,
        markers=_markers(source, markers, path),
        name=path.stem,
        simulated=any(s.simulated for s in streams),
        source_hash=file_hash(path),
        neural_hash=neural_hash,
        bad=_listed_bad(neural_stream),
        notes=tuple(notes),
    )
    return recording if audio_stream is None else _with_audio(recording, audio_stream, sample_rate, path)


def _with_audio(recording: Recording, stream: XdfStream, told_rate: int | None, path: Path) -> Recording:
    sample_rate = rational_rate(told_rate) if told_rate else _rate(stream, path)
    if sample_rate.denominator != 1:
        raise InputError(
            f"{path}: audio stream at {float(sample_rate):g} Hz; expected a whole number of samples a second"
        )
    where = f"{path.name}: {stream.description.name}"
    grid = regular_grid(stream.stamps, float(sample_rate), where, AUDIO_GAP_S, "sample_rate")
    samples = np.asarray(stream.data)
    if samples.dtype.kind != "f":
        samples = samples.astype(np.float32) / np.float32(np.iinfo(samples.dtype).max + 1.0)
    mono = samples.mean(axis=1, dtype=np.float32)
    peak = float(np.nanmax(np.abs(mono), initial=0.0))
    notes = [f"audio: {note}" for note in grid.notes]
    if peak > 1.5:  # floats that hold 16-bit numbers
        mono = mono / np.float32(32768.0)
        notes.append(f"audio: values up to {peak:.0f} taken as 16-bit integers")
    mono = grid.lay_out(checked_audio(mono, where)[:, None])[:, 0]
    holes = np.isnan(mono)
    mono[holes] = 0.0
    return replace(
        recording,
        audio=mono,
        sample_rate=int(sample_rate),
        audio_start_s=grid.start_s,
        audio_rate=grid.rate,
        notes=(*recording.notes, *notes),
    )


def _chosen(
    streams: list[XdfStream], wanted: str | None, path: Path, what: str, fits: Callable[[XdfStream], bool]
) -> XdfStream | None:
    """The stream named, or the only one that fits."""
    if wanted is not None:
        return pick_stream(streams, wanted, path)
    found = [s for s in streams if fits(s)]
    if len(found) > 1:
        names = ", ".join(
            f"{s.description.name!r} ({s.description.type}, {s.description.n_channels} channels, "
            f"source id {s.description.source_id!r})"
            for s in found
        )
        raise InputError(f"{path}: {len(found)} {what} streams: {names}; choose one with {what} in NAME.toml beside it")
    return found[0] if found else None


def _rate(stream: XdfStream, path: Path) -> Fraction:
    """Nominal rate; where the stream claims none (0 Hz) the measured one."""
    if stream.description.sfreq > 0:
        return rational_rate(stream.description.sfreq)
    steps = np.diff(stream.stamps)
    if len(steps) < 10 or np.median(steps) <= 0:
        raise InputError(f"{path}: stream {stream.description.name!r} has no rate and too few stamps to measure one")
    return rational_rate(round(1 / float(np.median(steps)), 3))


def _neural_channels(
    stream: XdfStream, unit: str | None, channels: Sequence[str] | None, path: Path
) -> tuple[list[int], np.ndarray]:
    """Indices of the channels to read and the factor of each to µV. Channels in no voltage (triggers) are left out
    unless they are asked for."""
    labels = stream.description.labels
    if channels is not None:
        missing = [c for c in channels if c not in labels]
        if missing:
            raise OptionError(
                f"{path}: no channel {missing[0]!r} in {stream.description.name!r}; it has {', '.join(labels)}"
            )
        keep = [labels.index(c) for c in channels]
    else:
        keep = list(range(len(labels)))
    if unit is not None:
        return keep, np.full(len(keep), microvolt_scale(unit))
    units = [stream.description.units[c] for c in keep]
    if not any(units):
        raise InputError(
            f"{path}: stream {stream.description.name!r} does not say its unit; expected microvolts, volts, ...; "
            "name it with unit in NAME.toml beside it"
        )
    scale = []
    kept = []
    for c, text in zip(keep, units, strict=True):
        try:
            scale.append(microvolt_scale(text))
            kept.append(c)
        except BkError:
            if channels is not None or not _is_voltage_free(text):
                raise InputError(
                    f"{path}: channel {labels[c]!r} has unit {text!r}; expected a voltage; name the unit with unit "
                    "or the channels to use with channels in NAME.toml beside it"
                ) from None
    if not kept:
        raise InputError(
            f"{path}: no channel of {stream.description.name!r} has a voltage as unit; "
            "name it with unit in NAME.toml beside it"
        )
    return kept, np.array(scale)


def _is_voltage_free(unit: str) -> bool:
    return unit.strip().lower() in (
        "",
        "boolean",
        "bool",
        "none",
        "n/a",
        "counter",
        "unitless",
        "integer",
        "a.u.",
        "au",
    )


def _markers(streams: list[XdfStream], wanted: str | None, path: Path) -> list[tuple[float, str]]:
    """Events of all marker streams (or of the one named): text as it is, numbers in short form."""
    if wanted is not None:
        chosen = [pick_stream(streams, wanted, path)]
    else:
        chosen = [
            s
            for s in streams
            if "marker" in s.description.type.lower() or s.description.type.lower() in ("events", "stimulus", "trigger")
            or (isinstance(s.data, list) and s.description.sfreq == 0)
        ]  # fmt: skip
    events: list[tuple[float, str]] = []
    for stream in chosen:
        for stamp, row in zip(stream.stamps, stream.data, strict=True):
            text = ";".join(str(v) if isinstance(v, str) else f"{v:g}" for v in row)
            events.append((float(stamp), text))
    return events


def _listed_bad(stream: XdfStream) -> tuple[str, ...]:
    """Labels that the stream's metadata list as bad (``desc/bad_channels``, comma-separated)."""
    text = stream.description.extra.get("bad_channels", "")
    return tuple(label.strip() for label in text.split(",") if label.strip())
