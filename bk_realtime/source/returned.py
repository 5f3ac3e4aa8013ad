"""Is a stream that sends again the one that was lost? Rate, channels and units are compared."""

from __future__ import annotations

from bk_realtime.chunks import StreamDescription

_RATE_TOLERANCE = 1e-3


def looks_alike(n_channels: int, sfreq: float, was: StreamDescription) -> bool:
    """Whether an announced stream has as many channels as this one, and its rate in Hz."""
    return n_channels == was.n_channels and abs(sfreq - was.sfreq) <= _RATE_TOLERANCE * was.sfreq


def what_changed(came: StreamDescription, was: StreamDescription) -> str:
    """In which way it is another one, as said after "came back"; empty where it is the same."""
    if abs(came.sfreq - was.sfreq) > _RATE_TOLERANCE * was.sfreq:
        return f"at {came.sfreq:g} Hz instead of {was.sfreq:g} Hz"
    if came.labels != was.labels:
        changed = sorted(set(came.labels) ^ set(was.labels)) or ["their order"]
        return f"with other channels ({came.n_channels} instead of {was.n_channels}; {', '.join(changed[:4])})"
    return "with other units" if came.units != was.units else ""
