"""`python -m offline.inspect RECORDING`: what is in a recording and what is wrong with it, before training on it."""

from __future__ import annotations

if __name__ == "__main__" and not __package__:  # run by path, this file would be everybody's module `inspect`
    raise SystemExit("error: expected python -m offline.inspect; a file of this name cannot be run by its path")

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from bk_realtime.config import FeatureSettings, write_toml
from bk_realtime.errors import FileError, OptionError, exit_cleanly
from bk_realtime.files import write_bytes
from bk_realtime.logs import parse_command
from bk_realtime.session.names import VIEW
from offline.inspection.timings import read_timed
from offline.io import read_recording, sidecar
from offline.io.options import ReadOptions
from offline.io.outputs import claim, claim_folder


@dataclass(frozen=True)
class Inspect:
    """Check a recording: streams, clocks, channels, audio, and whether the microphone leaks into the electrodes."""

    recording: Annotated[Path, tyro.conf.Positional]
    """XDF, NWB, HDF5, NPY, BrainVision, EDF or FIF file."""
    html: Path | None = None
    """Write a report with figures here, one file."""
    figures: Path | None = None
    """Folder to write the report's figures to, as PNG."""
    view: Path | None = None
    """Folder that gets what a window needs to show the recording (traces, sound, its mel, markers), in place of a
    report; how far that is, is said in lines of JSON."""
    line_freq: float = 50.0
    """Mains frequency in Hz."""
    kind: Annotated[Literal["high-gamma", "given"], tyro.conf.arg(name="features.kind")] = "high-gamma"
    """high-gamma (made from the signal that the recording holds) or given (the recording holds features)."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    remember: bool = False
    """Write the reading options that are given here to NAME.toml beside the recording, for every later command."""
    overwrite: bool = False
    """Replace an existing report."""


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Inspect, "python -m offline.inspect", argv)
    if settings.html is not None:
        claim(settings.html, settings.overwrite, (".html", ".htm"))
    if settings.figures is not None:
        claim_folder(settings.figures)
    read = settings.read.of(FeatureSettings(kind=settings.kind))
    if settings.view is not None:
        return _write_view(settings, settings.view, read)
    recording, timings = read_timed(settings.recording, read)
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    from offline.inspection.html import figures, write_html
    from offline.inspection.report import inspect_recording, report_text

    result = inspect_recording(recording, timings, settings.line_freq)
    print(report_text(result))
    if settings.remember and read.given():
        if sidecar(settings.recording).exists() and not settings.overwrite:
            raise FileError(f"{sidecar(settings.recording)} exists already; edit it, or add --overwrite")
        write_toml(sidecar(settings.recording), read.given())
        print(f"remembered in {sidecar(settings.recording)}")
    if settings.html is not None:
        write_html(result, settings.html)
        print(f"report: {settings.html}")
    if settings.figures is not None:
        for name, data in figures(result).items():
            path = settings.figures / f"{result.recording.name}_{name}.png"
            claim(path, settings.overwrite)
            write_bytes(path, data)
        print(f"figures: {settings.figures}")
    return 0


def _write_view(settings: Inspect, folder: Path, read: ReadOptions) -> int:
    """What a window shows, and nothing else."""
    if settings.html is not None or settings.figures is not None or settings.remember:
        raise OptionError("--view goes with no --html, --figures or --remember; expected one of them")
    claim_folder(folder)
    if (folder / VIEW).exists() and not settings.overwrite:
        raise FileError(f"{folder}: holds a view already; choose another folder or pass --overwrite")
    from offline.training.steps import Steps

    steps = Steps(True)
    steps.tell("reading")
    recording = read_recording(settings.recording, **read.given())
    from offline.inspection.view_files import write_view

    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_view(recording, folder, steps.tell)
    except OSError as error:
        raise FileError(f"{folder}: cannot be written ({error.strerror or error})") from None
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
