"""How to read a recording, as every command line asks it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.io import read_recording
from offline.io.recording import Recording


@dataclass(frozen=True)
class ReadOptions:
    """Options for recordings that do not tell everything themselves."""

    neural: str | None = None
    """Neural stream (XDF: source id, name or type; NWB: name), where there are several."""
    channels: tuple[str, ...] = ()
    """Neural channels to use, whatever their type; default: all that are brain."""
    exclude: tuple[str, ...] = ()
    """Channels to leave out."""
    audio: str | None = None
    """Audio stream, or a channel of the neural signal (a microphone on an amplifier input), or a sound file."""
    audio_channel: str | None = None
    """Channel of the audio that is the microphone, by name or number from 1, where it has several."""
    markers: str | None = None
    """Marker stream, or a table of cues (onset, duration or offset, text)."""
    unit: str | None = None
    """Unit of the neural numbers, where the file states none or a wrong one."""
    gain: float | None = None
    """µV of one count, where the neural numbers are counts."""
    sfreq: float | None = None
    """True neural rate in Hz, where the file states none or a wrong one."""
    sample_rate: int | None = None
    """Audio rate in Hz, where the file states none."""
    audio_start_s: float | None = None
    """When a sound file beside the recording begins, in seconds after the neural signal."""
    salvage: bool | None = None
    """Use what is whole in a damaged XDF file."""

    def given(self) -> dict[str, Any]:
        """The options that were given."""
        return {k: v for k, v in dataclasses.asdict(self).items() if v is not None and v != ()}

    def read(self, path: Path, require_audio: bool = False) -> Recording:
        """Read a recording with the options that were given."""
        return read_recording(path, **self.given(), **({"require_audio": True} if require_audio else {}))
