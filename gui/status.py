"""What the engine's status outlet says, read leniently: a field that is missing or odd is simply not shown."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

SILENT_S = 1.0
"""Status older than this means that the engine does not answer."""
DEFAULT_MAX_AGE_MS = 200.0
STAGES = ("features", "decoder", "vocoder", "total")


@dataclass(frozen=True)
class Status:
    """One status message. Times in ms; ``None`` where the engine did not say."""

    state: str = "starting"
    muted: bool = True
    simulated: bool = False
    age_ms: float | None = None
    age_p99_ms: float | None = None
    max_age_ms: float = DEFAULT_MAX_AGE_MS
    algorithmic_ms: float | None = None
    group_delay_ms: float | None = None
    measured_ms: float | None = None
    buffer_ms: float | None = None
    device_ms: float | None = None
    lead_ms: float | None = None
    gain_db: float | None = None
    gaps: int | None = None
    underruns: int | None = None
    dropped_samples: int | None = None
    limiter_hits: int | None = None
    n_frames: int | None = None
    stages: dict[str, dict[str, float]] = field(default_factory=dict)
    bad_channels: tuple[str, ...] = ()
    source: str = ""
    source_id: str = ""
    bundle: str = ""
    message: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    """What is wrong and stays so: concerned -> words."""


def parse_status(text: str) -> Status | None:
    """A status message, or ``None`` for text that is not one."""
    values = parse_object(text)
    if values is None or not isinstance(values.get("state"), str):
        return None
    return Status(
        state=values["state"],
        muted=values.get("muted") is True,
        simulated=values.get("simulated") is True,
        max_age_ms=_number(values.get("max_age_ms")) or DEFAULT_MAX_AGE_MS,
        stages=_stages(values.get("stages")),
        bad_channels=_labels(values.get("bad_channels")),
        faults=_faults(values.get("faults")),
        **{k: _number(values.get(k)) for k in _FLOATS},
        **{k: _count(values.get(k)) for k in _COUNTS},
        **{k: values[k] for k in _TEXTS if isinstance(values.get(k), str)},
    )


def parse_object(text: str) -> dict[str, Any] | None:
    """A JSON object, or ``None``."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


_FLOATS = (
    *("age_ms", "age_p99_ms", "algorithmic_ms", "group_delay_ms", "measured_ms"),
    *("buffer_ms", "device_ms", "lead_ms", "gain_db"),
)
_COUNTS = ("gaps", "underruns", "dropped_samples", "limiter_hits", "n_frames")
_TEXTS = ("source", "source_id", "bundle", "message")


def _number(value: Any) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None


def _count(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _labels(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()


def _faults(value: Any) -> dict[str, str]:
    return {k: str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _stages(value: Any) -> dict[str, dict[str, float]]:
    if not isinstance(value, dict):
        return {}
    kept = {}
    for stage in STAGES:
        row = value.get(stage)
        if isinstance(row, dict):
            kept[stage] = {k: n for k in ("p50", "p99", "max") if (n := _number(row.get(k))) is not None}
    return kept
