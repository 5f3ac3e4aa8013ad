"""How to read a recording, as every command line and every NAME.toml beside a recording says it."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro
from rich.console import Console

from bk_realtime.config import FeatureSettings, option
from bk_realtime.errors import OptionError
from bk_realtime.shown import shown
from bk_realtime.typed import Within, check_within
from offline.io.recording import Recording

FILES = ("audio", "markers")
"""Options that may name a file."""


@dataclass(frozen=True)
class ReadOptions:
    """Options for recordings that do not tell everything themselves.

    Raises
    ------
    OptionError
        A number that is none or not positive.
    """

    neural: str | None = None
    """Neural stream (XDF: source id, name or type; NWB: name), where there are several."""
    join: tuple[str, ...] = ()
    """Further amplifiers on the samples of the main one: neural streams of the same file, or files of one session."""
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
    gain: Annotated[float | None, Within(1e-9, 1e9)] = None
    """µV of one count, where the neural numbers are counts."""
    sfreq: Annotated[float | None, Within(0.001, 1e7)] = None
    """True neural rate in Hz, where the file states none or a wrong one."""
    sample_rate: Annotated[int | None, Within(1, 10_000_000)] = None
    """Audio rate in Hz, where the file states none."""
    audio_start_s: Annotated[float | None, Within(-1e7, 1e7)] = None
    """When a sound file beside the recording begins, in seconds after the neural signal."""
    salvage: bool = False
    """Use what is whole in a damaged XDF file."""

    holds_features: Annotated[bool, tyro.conf.Fixed, tyro.conf.Suppress] = False
    """The file holds features that were made elsewhere: asked for by features.kind, and remembered in NAME.toml."""

    def __post_init__(self) -> None:
        for name in ("gain", "sfreq", "sample_rate"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise OptionError(f"{option(name)} {value:g}: expected a positive number")
        check_within(self, "reading options")
        if self.audio_start_s is not None and not math.isfinite(self.audio_start_s):
            raise OptionError(f"{option('audio_start_s')} {self.audio_start_s:g}: expected a number of seconds")

    def of(self, features: FeatureSettings) -> ReadOptions:
        """The same for a decoder of such features: those that were made elsewhere are read as features."""
        return dataclasses.replace(self, holds_features=True) if features.kind == "given" else self

    def given(self) -> dict[str, Any]:
        """The options that were given, as :func:`offline.io.read_recording` takes them."""
        return {k: v for k, v in dataclasses.asdict(self).items() if v is not None and v != () and v is not False}

    def refuse_one_file_for(self, paths: Sequence[Path]) -> None:
        """Refuse one sound file or one table of cues for several recordings: it belongs to one of them.

        Raises
        ------
        OptionError
            ``audio`` or ``markers`` names a file.
        """
        for name in FILES:
            value = getattr(self, name)
            if len(paths) > 1 and value is not None and os.path.isfile(value):
                raise OptionError(
                    f"{option(name)} {value}: one file for {len(paths)} recordings; expected one for each: write "
                    f'{name} = "FILE" into NAME.toml beside each recording'
                )
        for value in self.join:
            if len(paths) > 1 and os.path.isfile(value):
                raise OptionError(
                    f"--join {value}: one file for {len(paths)} recordings; expected one for each: write "
                    'join = ["FILE"] into NAME.toml beside each recording'
                )

    def anywhere(self) -> ReadOptions:
        """The same for a process in another folder: files by their full path."""
        full = {n: os.path.abspath(v) for n in FILES if (v := getattr(self, n)) is not None and os.path.isfile(v)}
        join = tuple(os.path.abspath(v) if os.path.isfile(v) else v for v in self.join)
        return dataclasses.replace(self, join=join, **full)

    def without_folders(self) -> dict[str, Any]:
        """Plain values for a file that says how something was made: folders may bear a person's name."""
        given = {"channels": self.channels, "exclude": self.exclude, **self.given()}
        short: dict[str, Any] = {n: os.path.basename(given[n]) for n in FILES if n in given}
        if self.join:
            short["join"] = [os.path.basename(v) for v in self.join]
        return {k: list(v) if isinstance(v, tuple) else v for k, v in (given | short).items()}


def say_notes(recording: Recording, path: Path, console: Console) -> None:
    """Print what the reader had to do and to guess, one line each."""
    for note in recording.notes:
        console.print(shown(f"{path}: {note}", 4000), highlight=False, markup=False, soft_wrap=True)
