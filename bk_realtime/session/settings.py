"""Settings of one live session, as ``session.toml`` keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field

GAIN_RANGE_DB = (-60.0, 24.0)
"""What the volume may be, in dB before the limiter, in settings, commands and the window's slider alike."""


@dataclass(frozen=True)
class SafetySettings:
    """What stands between the decoder and a patient's ear."""

    ceiling_dbfs: float = -6.0
    """No sample ever exceeds this level (dB re full scale)."""
    gain_db: float = 0.0
    start_muted: bool = True
    max_age_ms: float = 200.0
    """Age of data above which the output fades out and says so."""
    fade_ms: float = 10.0


@dataclass(frozen=True)
class InletSettings:
    """Which LSL stream the engine listens to; empty fields match anything."""

    name: str = ""
    type: str = ""
    source_id: str = ""
    unit: str = ""
    """Unit of the samples where the stream does not say it."""
    timeout_s: float = 10.0


@dataclass(frozen=True)
class GapPolicy:
    """What happens when samples are missing or late."""

    carry_s: float = 0.25
    """Gaps up to this long are counted and carried over; longer ones start a new segment."""
    max_backlog_s: float = 0.5
    """More unprocessed signal than this is dropped to the newest, counted and logged."""
    keep_s: float = 0.05
    """How much of the newest signal survives such a drop."""


@dataclass(frozen=True)
class SessionSettings:
    """All that an engine process needs; written to ``session.toml`` before it starts."""

    session: str
    """Session id: part of every outlet's source_id."""
    bundle: str
    """Folder of the decoder bundle."""
    inlet: InletSettings = field(default_factory=InletSettings)
    safety: SafetySettings = field(default_factory=SafetySettings)
    gaps: GapPolicy = field(default_factory=GapPolicy)
    device: str = "cpu"
    """Where decoder and vocoder run: cpu, cuda or auto."""
    sound_device: str = "auto"
    """Sound device by name or index, auto (default device, or none with a notice) or none."""
    prefill_ms: float = 23.2
    """Sound kept waiting before the card, against jitter."""
    vocoder: str = ""
    """Another vocoder than the bundle's."""
    lookahead_ms: float = -1.0
    """Another vocoder lookahead than the bundle's; negative: the bundle's."""
