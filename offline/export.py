"""`python -m offline.export RECORDING --nwb FILE | --bids FOLDER`: recordings for other tools."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console

from bk_realtime.errors import InputError, OptionError, exit_cleanly
from bk_realtime.logs import parse_command
from offline.io import read_recording
from offline.io.bids_export import write_bids
from offline.io.nwb_export import write_nwb
from offline.io.options import ReadOptions, say_notes
from offline.io.outputs import claim, claim_folder


@dataclass(frozen=True)
class Export:
    """Write a recording as NWB file or as BIDS-iEEG derivative."""

    recording: Annotated[Path, tyro.conf.Positional]
    """Any recording that the program reads."""
    nwb: Path | None = None
    """NWB file to write."""
    bids: Path | None = None
    """Folder of the BIDS derivative to write (or to add a participant to)."""
    subject: str = "01"
    """BIDS participant label, letters and digits."""
    task: str = "wordProduction"
    """BIDS task label, letters and digits."""
    line_freq: float = 50.0
    """Mains frequency in Hz, for the sidecar."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    overwrite: bool = False
    """Replace existing files."""


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Export, "python -m offline.export", argv)
    if settings.nwb is None and settings.bids is None:
        raise OptionError("nothing to write: name --nwb FILE or --bids FOLDER")
    if settings.nwb is not None:
        claim(settings.nwb, settings.overwrite, (".nwb",))
    if settings.bids is not None:
        claim_folder(settings.bids)
    recording = read_recording(settings.recording, **settings.read.given())
    if recording.holds_features:
        raise InputError(f"{settings.recording}: holds features; NWB and BIDS are written of signals in µV alone")
    say_notes(recording, settings.recording, Console())
    if settings.nwb is not None:
        write_nwb(recording, settings.nwb, settings.overwrite)
        print(settings.nwb)
    if settings.bids is not None:
        for path in write_bids(
            recording, settings.bids, settings.subject, settings.task, settings.line_freq, settings.overwrite
        ):
            print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
