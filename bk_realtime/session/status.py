"""The status of a running engine: what its outlet, its control channel and ``latency.json`` say, written once."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bk_realtime.errors import BkError, FileError
from bk_realtime.plain_files import parse_json, read_text
from bk_realtime.session.settings import SafetySettings

VERSION = 1
"""Goes up when a field changes its meaning or goes; a new field leaves it."""
STAGES = ("features", "decoder", "vocoder", "total")
"""Whose times are told."""
QUANTILES = ("p50", "p99", "max")

StageTimes = dict[str, dict[str, float]]
"""Stage -> p50, p99 and max in ms per frame, and ``count``."""

JoinedFigures = Mapping[str, Mapping[str, float]]
"""Joined stream -> ``offset_s`` (how much later it began), ``drift_ppm`` (how much faster it runs), ``residual_ms`` and
``residual_max_ms`` (what the common clock did not follow), ``missing`` and ``late`` (rows without it), ``wait_ms``."""


@dataclass(frozen=True)
class Status:
    """One status message, published ten times a second. ``None`` where the engine did not say, or not yet."""

    version: int = VERSION
    time: float | None = None
    """LSL clock of the engine's machine, in seconds."""
    state: str = "starting"
    """starting, running, muted, held, stale, signal lost, no sound or stopped."""
    muted: bool = True
    holds: tuple[str, ...] = ()
    """What holds the sound, beside the operator; each ends by itself or by the command ``release``."""
    simulated: bool = False
    """The signal is no person's."""
    age_ms: float | None = None
    """Age of what is heard now: since the newest neural sample in it was taken."""
    age_p50_ms: float | None = None
    age_p99_ms: float | None = None
    age_max_ms: float | None = None
    age_by: str = "stamps"
    """What the age goes by: stamps, or arrival where the stamps are not to be trusted."""
    max_age_ms: float = SafetySettings.max_age_ms
    """Older sound fades out."""
    algorithmic_ms: float | None = None
    """Declared latency of the method, exact."""
    group_delay_ms: float | None = None
    """Of the filters, in the middle of the band."""
    band_delays_ms: Mapping[str, float] = field(default_factory=dict)
    """How late each band beside the main one is: its filters, and half of what its power or mean is taken over."""
    measured_ms: float | None = None
    """Computation (p99), sound buffer and device together."""
    buffer_ms: float | None = None
    """Sound that waits before the device."""
    device_ms: float | None = None
    """What the device says of itself."""
    lead_ms: float | None = None
    """The decoder predicts this far ahead of its signal."""
    gain_db: float | None = None
    gaps: int | None = None
    """Interruptions of the incoming stream so far."""
    losses: int | None = None
    """How often the stream was lost; its end counts as one."""
    wrong_rates: int | None = None
    """How often the device's true rate was found more than 1 % off the announced one."""
    dropped_samples: int | None = None
    """Neural samples skipped to catch up with the present."""
    underruns: int | None = None
    """How often the sound device ran out of sound."""
    limiter_hits: int | None = None
    """Audio samples held down to the ceiling."""
    limiting_db: float | None = None
    """How far ceiling or loudness limit turned the sound down at most in the last second."""
    peak_dbfs: float | None = None
    """Highest sample that went out in the last second, dB re full scale."""
    level_db_spl: float | None = None
    """A-weighted level at the ear of the last second; None where full scale was not measured, or that does not hold."""
    loudest_db_spl: float | None = None
    """No second is louder than this; None: not calibrated, no limit is claimed."""
    unwritten_samples: int | None = None
    """Audio samples that were heard and are missing in decoded.wav, because the disk or the machine stood still."""
    disk_hours: float | None = None
    """How long the disk lasts at the pace of the last minute."""
    n_frames: int | None = None
    """Mel frames decoded."""
    stages: StageTimes = field(default_factory=dict)
    bad_channels: tuple[str, ...] = ()
    """Labels masked at the newest sample."""
    device: str = ""
    """Where the decoder runs."""
    sound_sink: str = ""
    """Where the voice is played, as far as the sound server or the device tells, in words; its volume there."""
    vocoder_device: str = ""
    """Where the vocoder runs; phase reconstruction is on the CPU by design."""
    source: str = ""
    """Name of the neural stream."""
    source_id: str = ""
    source_uid: str = ""
    """LSL's own id of the very outlet that is decoded; empty where none is."""
    """Of the neural stream."""
    joined: JoinedFigures = field(default_factory=dict)
    """Streams that are joined to it."""
    bundle: str = ""
    """Folder of the decoder."""
    message: str = ""
    """Text of the newest event."""
    gate: str = ""
    """The speech gate: none (the bundle has none), off, open or closed."""
    gate_probability: float | None = None
    """Probability of speech in the newest frame."""
    gate_openings: int | None = None
    """How often the gate has opened."""
    gate_open_s: float | None = None
    """How long it was open, in seconds."""
    sureness: str = ""
    """How sure the decoder is: cannot tell (the bundle cannot), sure, unsure, or faded (unsure, the voice too)."""
    sureness_share: float | None = None
    """Share of the validation part's frames with speech expected of which it was less sure than of the newest frame."""
    sureness_error_db: float | None = None
    """Predicted error of the newest frame of the mel, in dB."""
    unsure_times: int | None = None
    """How often it became unsure."""
    unsure_s: float | None = None
    """How long it was unsure, in seconds."""
    talk: str = ""
    """With hold-to-talk: held or waiting; empty without."""
    loop_trials: int | None = None
    """How often the voice was left out for half a second to look for a feedback loop; None: nobody looks."""
    contamination: str = ""
    """Is the microphone's sound in the electrodes? green, yellow, red, grey; empty where nobody listens."""
    contamination_text: str = ""
    """The same in words, with the channels."""
    faults: dict[str, str] = field(default_factory=dict)
    """What is wrong and stays so: what is concerned -> words."""
    fault_counts: Mapping[str, int] = field(default_factory=dict)
    """How often each of these began."""
    condition: str = ""
    """What is heard, in words; a letter or hidden where the operator is blinded; empty without conditions."""
    conditions: tuple[str, ...] = ()
    """What the command ``condition`` takes: names, or letters."""
    blinded: bool = False
    """The operator is not to know the condition: figures that tell of the sound are ``None``."""
    masked_channels: tuple[str, ...] = ()
    """Labels masked by command, or dead for long; ``bad_channels`` has these too."""
    drift: Mapping[str, float] = field(default_factory=dict)
    """The largest drifts: feature -> mean of the last minute less the training mean, in training deviations."""
    recalibrating_s: float | None = None
    """Seconds of baseline so far; ``None`` where none is taken."""
    recalibrated: bool = False
    """The normalisation is by a baseline of this session."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values by field, for JSON."""
        return dict(vars(self))

    @classmethod
    def from_values(cls, values: Any) -> Status | None:
        """A status from parsed JSON, read leniently: a field that is missing or odd keeps its default.

        ``None`` for what is not one: no object, or without a state.
        """
        if not isinstance(values, dict) or not isinstance(values.get("state"), str):
            return None
        read = {name: read_field(values.get(name)) for name, read_field in _READERS.items()}
        return cls(**{name: value for name, value in read.items() if value is not None})

    @classmethod
    def parse(cls, text: str) -> Status | None:
        """:meth:`from_values` of a JSON text."""
        return cls.from_values(parse_object(text))


def parse_object(text: str) -> dict[str, Any] | None:
    """A JSON object, or ``None``."""
    try:
        values = parse_json(text)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def read_status(path: Path) -> Status:
    """The status in a ``latency.json``.

    Raises
    ------
    FileError
        The file is missing or holds none.
    """
    try:
        status = Status.parse(read_text(path))
    except BkError as error:
        raise type(error)(f"{error}; is this a session folder?") from None
    if status is None:
        raise FileError(f"{path}: expected a session's figures; is this a session folder?")
    return status


LARGEST = float(2**63)


# ---- lenient readers, by the type of a field: None where the value is odd ------------------------------------------
def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -LARGEST <= value <= LARGEST:
        return None
    return float(value)


def _count(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _labels(value: Any) -> tuple[str, ...] | None:
    return tuple(str(v) for v in value) if isinstance(value, list) else None


def _texts(value: Any) -> dict[str, str] | None:
    return {k: str(v) for k, v in value.items()} if isinstance(value, dict) else None


def _counts(value: Any) -> dict[str, int] | None:
    if not isinstance(value, dict):
        return None
    return {str(k): n for k, v in value.items() if (n := _count(v)) is not None}


def _numbers(value: Any) -> dict[str, float] | None:
    if not isinstance(value, dict):
        return None
    return {str(k): x for k, v in value.items() if (x := _number(v)) is not None}


def _stages(value: Any) -> StageTimes | None:
    if not isinstance(value, dict):
        return None
    kept: StageTimes = {}
    for stage in STAGES:
        row = value.get(stage)
        if isinstance(row, dict):
            numbers = {**{name: _number(row.get(name)) for name in QUANTILES}, "count": _count(row.get("count"))}
            kept[stage] = {name: number for name, number in numbers.items() if number is not None}
    return kept


def _joined(value: Any) -> JoinedFigures | None:
    if not isinstance(value, dict):
        return None
    rows = {str(name): row for name, row in value.items() if isinstance(row, dict)}
    return {n: {str(k): v for k, x in row.items() if (v := _number(x)) is not None} for n, row in rows.items()}


_BY_TYPE: dict[Any, Callable[[Any], Any]] = {
    bool: _truth,
    int: _count,
    int | None: _count,
    float: _number,
    float | None: _number,
    str: _text,
    tuple[str, ...]: _labels,
    dict[str, str]: _texts,
    Mapping[str, int]: _counts,
    Mapping[str, float]: _numbers,
    StageTimes: _stages,
    JoinedFigures: _joined,
}
_TYPES = typing.get_type_hints(Status)
_READERS = {f.name: _BY_TYPE[_TYPES[f.name]] for f in dataclasses.fields(Status)}
