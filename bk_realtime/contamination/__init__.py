"""Is the microphone's sound in the electrodes? The statistics, for whole recordings and for the last minute alike."""

from bk_realtime.contamination.audit import (
    CLEAN,
    CONTAMINATED,
    MIN_SFREQ,
    NO_SIGNAL,
    SUSPECT,
    Audit,
    ChannelAudit,
    audit_signals,
)

__all__ = [
    "CLEAN",
    "CONTAMINATED",
    "MIN_SFREQ",
    "NO_SIGNAL",
    "SUSPECT",
    "Audit",
    "ChannelAudit",
    "audit_signals",
]
