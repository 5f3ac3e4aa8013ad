"""Names that engine, window, recorder and readers must spell alike."""

from __future__ import annotations

OUTLET_PREFIX = "BrainKaraoke-"
"""In front of the name of every stream that the live program itself sends."""
PLAYED = f"{OUTLET_PREFIX}audio"
"""Stream of the voice as it goes to the ear."""

SETTINGS = "session.toml"
RECORDING = "session.xdf"
LABELS = "labels.toml"
"""In a session's folder: what was recorded; which channel is which, where ``--label-map`` said so."""

VIEW, DECODED = "view.json", "decoded.json"
TRACES, SOUND, MEL, DECODED_MEL, VOICE = "traces.f4", "sound.i2", "mel.f2", "decoded.f2", "voice.i2"
"""In the folder of ``offline.inspect --view``: what a window needs to show a recording, and a decoder made of it."""

OWN = "bk-"
"""What the source_id of every stream begins with that an engine sends."""
REPLAY_PREFIX = "session-replay-"
"""What a session's own replay sends begins with this. A replay started by hand is like a device: it is recorded."""

NOT_WHOLE = "THE RECORDING IS NOT WHOLE"
"""How a session ends whose recording lacks something: printed, and a notice in its events."""


def source_id(session: str, stream: str = "") -> str:
    """``source_id`` of an outlet of the engine of ``session``; without ``stream`` what they all begin with."""
    return f"{OWN}{session}-{stream}"
