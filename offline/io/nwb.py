"""NWB files in the iBIDS layout of the public single-word-production data (Verwoert et al. 2022, OSF nrgx6).

``acquisition/iEEG`` (samples, channels), ``acquisition/Audio`` and ``acquisition/Stimulus`` (one text a neural
sample), channel names in ``*_channels.tsv`` beside the file.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import microvolt_scale
from bk_realtime.errors import BkError, InputError, OptionError
from offline.io import companions
from offline.io.recording import Recording, array_hash, checked_audio, checked_level, file_hash

PLAUSIBLE_UV = (1.0, 5000.0)
"""Standard deviation in µV of an intracranial channel, generously."""


def read_nwb(
    path: Path,
    neural: str | None = None,
    audio: str | None = None,
    markers: str | Path | None = None,
    unit: str | None = None,
    sfreq: float | None = None,
    sample_rate: int | None = None,
    require_audio: bool = False,
) -> Recording:
    """Read an NWB file.

    Parameters
    ----------
    path : the file.
    neural, audio : names in ``acquisition``; by default ``iEEG`` (else the only ElectricalSeries) and ``Audio``.
    markers : BIDS-like table of cues; by default ``Stimulus``, else annotations in the file, else ``*_events.tsv``.
    unit : unit of the stored neural numbers; by default that of ``*_channels.tsv``, else the file's own.
    sfreq, sample_rate : rates in Hz where the file has neither rate nor time stamps.

    Raises
    ------
    InputError
        pynwb is not installed, the file is damaged, a series is missing, or the level cannot be µV.
    """
    try:
        import pynwb
    except ImportError:
        raise InputError(
            f"{path}: reading NWB needs pynwb, which is not installed; "
            "install it with: pip install 'brainkaraoke[formats]'"
        ) from None
    path = Path(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cached name spaces of older versions
        try:
            with pynwb.NWBHDF5IO(str(path), "r", load_namespaces=True) as io:
                return _read(io.read(), path, neural, audio, markers, unit, sfreq, sample_rate, require_audio)
        except BkError:
            raise
        except Exception as error:  # pynwb and hdmf raise whatever comes on damaged files
            text = " ".join(str(error).split())[:200] or type(error).__name__
            raise InputError(f"{path}: not a readable NWB file: truncated, damaged or not NWB ({text})") from None


def _read(
    file: Any,
    path: Path,
    neural: str | None,
    audio: str | None,
    markers: str | Path | None,
    unit: str | None,
    sfreq: float | None,
    sample_rate: int | None,
    require_audio: bool,
) -> Recording:
    series = dict(file.acquisition)
    brain = _pick(series, neural, ("iEEG", "ieeg", "sEEG", "ECoG", "ElectricalSeries"), path, "neural")
    if brain is None:
        raise InputError(
            f"{path}: expected acquisition/iEEG, got {', '.join(series) or 'no acquisition'}; "
            "name it with neural in NAME.toml beside it"
        )
    data = companions.time_by_channel(np.asarray(brain.data[:]), f"{path}: {brain.name}")
    notes: list[str] = []
    rate, start = _timing(brain, sfreq, path, "sfreq")
    table = companions.channel_rows(path)
    scale = _scale(brain, data, table, unit, path, notes)
    labels = _labels(brain, table, data.shape[1], path)
    sound_series = _pick(series, audio, ("Audio", "audio"), path, "audio")
    sound, sound_rate, sound_start, sound_nominal = None, 0.0, 0.0, 0
    if sound_series is not None:
        array = np.asarray(sound_series.data[:])
        sound = checked_audio(companions.full_scale(array, notes), f"{path}: {sound_series.name}")
        sound_rate, sound_start = _timing(sound_series, sample_rate, path, "sample_rate")
        sound_nominal = round(companions.nominal(sound_rate, companions.AUDIO_RATES))
    elif require_audio:
        raise InputError(f"{path}: no acquisition/Audio; speech audio is needed here")
    cue_table = Path(markers) if markers else companions.bids_table(path, "events")
    return Recording(
        neural=checked_level(data.astype(np.float32) * scale.astype(np.float32), f"{path}: {brain.name}"),
        sfreq=companions.rational(round(companions.nominal(rate, companions.NEURAL_RATES), 3), str(path)),
        labels=labels,
        neural_start_s=start,
        neural_rate=rate,
        audio=sound,
        sample_rate=sound_nominal,
        audio_start_s=sound_start,
        audio_rate=sound_rate,
        markers=_cues(series, markers, rate, start, len(data), path),
        name=path.stem,
        simulated="simulated" in f"{path.stem} {file.session_description}".lower(),
        source_hash=file_hash(path),
        neural_hash=array_hash(data),
        also_read=tuple(p for p in (companions.bids_table(path, "channels"), cue_table) if p is not None),
        bad=_bad(brain, table, labels),
        notes=tuple(notes),
    )


def _pick(series: dict[str, Any], wanted: str | None, usual: tuple[str, ...], path: Path, what: str) -> Any:
    if wanted is not None:
        if wanted not in series:
            raise OptionError(f"{path}: no acquisition/{wanted}; it has {', '.join(series)}")
        return series[wanted]
    found = next((series[name] for name in usual if name in series), None)
    if found is None and what == "neural":
        electrical = [s for s in series.values() if type(s).__name__ == "ElectricalSeries"]
        if len(electrical) > 1:
            names = ", ".join(s.name for s in electrical)
            raise InputError(
                f"{path}: {len(electrical)} neural series: {names}; choose one with neural in NAME.toml beside it"
            )
        found = electrical[0] if electrical else None
    return found


def _timing(series: Any, option: float | None, path: Path, flag: str) -> tuple[float, float]:
    """Rate in Hz and time of the first sample in seconds."""
    if series.rate:
        return float(option or series.rate), float(series.starting_time or 0.0)
    if series.timestamps is not None and len(series.timestamps) > 1:
        stamps = np.asarray(series.timestamps[:], np.float64)
        if not np.isfinite(stamps).all() or stamps[-1] <= stamps[0]:
            raise InputError(f"{path}: {series.name}: time stamps are not increasing numbers")
        rate = (len(stamps) - 1) / (stamps[-1] - stamps[0])
        if np.abs(np.diff(stamps) * rate - 1).max() > 0.5 and option is None:
            raise InputError(
                f"{path}: {series.name}: time stamps with gaps; expected a regular series; name {flag} to read it so"
            )
        return float(option or rate), float(stamps[0])
    if option is None:
        raise InputError(f"{path}: {series.name} has neither rate nor time stamps; name its rate with {flag}")
    return float(option), 0.0


def _labels(series: Any, table: list[dict[str, str]], n_channels: int, path: Path) -> tuple[str, ...]:
    if table:
        if len(table) != n_channels:
            raise InputError(
                f"{path}: {n_channels} channels, but its channels.tsv lists {len(table)}; expected as many"
            )
        return tuple(row["name"] for row in table)
    electrodes = getattr(series, "electrodes", None)
    if electrodes is not None:
        columns = electrodes.table.colnames
        for column in ("label", "channel_name", "electrode_name", "location"):
            if column in columns:
                names = [str(electrodes.table[column][int(i)]) for i in electrodes.data[:]]
                if len(set(names)) == n_channels:
                    return tuple(names)
    return tuple(f"ch{i + 1}" for i in range(n_channels))


def _bad(series: Any, table: list[dict[str, str]], labels: tuple[str, ...]) -> tuple[str, ...]:
    """Channels listed as bad in the channel table, else in the electrode table."""
    if table:
        return tuple(row["name"] for row in table if row.get("status", "").lower() == "bad")
    electrodes = getattr(series, "electrodes", None)
    if electrodes is None or "status" not in electrodes.table.colnames:
        return ()
    status = [str(electrodes.table["status"][int(i)]).lower() for i in electrodes.data[:]]
    return tuple(label for label, s in zip(labels, status, strict=True) if s == "bad")


def _scale(
    series: Any, data: np.ndarray, table: list[dict[str, str]], unit: str | None, path: Path, notes: list[str]
) -> np.ndarray:
    """Factor from stored numbers to µV, one or one a channel."""
    if unit is not None:
        return np.array(microvolt_scale(unit))
    found: dict[str, np.ndarray] = {}
    units = [row.get("units", "") for row in table]
    if len(units) == data.shape[1] and all(units):
        found["channels.tsv"] = np.array([microvolt_scale(text) for text in units])
    if series.unit:
        found["the file"] = np.full(data.shape[1], microvolt_scale(series.unit) * float(series.conversion or 1.0))
    if not found:
        raise InputError(f"{path}: {series.name} states no unit; name it with unit in NAME.toml beside it")
    if len(found) == 2 and not np.allclose(found["channels.tsv"], found["the file"]):
        # the two statements contradict each other: the one that makes a brain's voltages is right
        level = np.nanstd(data[: 1 << 16].astype(np.float64), axis=0)
        able = {k: v for k, v in found.items() if PLAUSIBLE_UV[0] < float(np.nanmedian(level * v)) < PLAUSIBLE_UV[1]}
        if len(able) != 1:
            raise InputError(
                f"{path}: channels.tsv and {series.name} state different units; "
                "name the right one with unit in NAME.toml beside it"
            )
        notes.append(f"channels.tsv and the file state different units: that of {next(iter(able))} is taken")
        found = able
    return next(iter(found.values()))


def _cues(
    series: dict[str, Any], markers: str | Path | None, rate: float, start: float, n: int, path: Path
) -> list[tuple[float, str]]:
    if markers is not None:
        return companions.read_events(Path(markers))
    annotated = [s for s in series.values() if type(s).__name__ == "AnnotationSeries"]
    if annotated:
        return [
            (float(t), _str(text))
            for s in annotated
            for t, text in zip(s.timestamps[:], s.data[:], strict=True)
        ]  # fmt: skip
    stimulus = series.get("Stimulus")
    if stimulus is not None:
        texts = np.array([_str(v) for v in np.asarray(stimulus.data[:]).ravel()])
        if len(texts) != n:
            rate = len(texts) / n * rate  # one text an audio sample, or another regular grid over the same time
        return companions.changes(texts, rate, start)
    events = companions.bids_table(path, "events")
    return [] if events is None else companions.read_events(events)


def _str(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
