"""The contamination audit of a recording: sound on the neural time axis, then the statistics that live sessions have."""

from __future__ import annotations

from bk_realtime.contamination import Audit, ChannelAudit, audit_signals
from bk_realtime.config import MelSettings
from offline.data.align import aligned_audio
from offline.io.recording import Recording

__all__ = ["Audit", "ChannelAudit", "audit", "audit_signals"]


def audit(recording: Recording, line_freq: float = 50.0, seed: int = 0) -> Audit:
    """Audit every channel of a recording.

    Raises
    ------
    InputError
        No audio, a neural rate under 300 Hz, or under six seconds of speech.
    """
    mel = MelSettings()
    audio = aligned_audio(recording, mel)
    return audit_signals(
        recording.neural, audio, float(recording.sfreq), recording.labels, line_freq, seed, mel.sample_rate
    )
