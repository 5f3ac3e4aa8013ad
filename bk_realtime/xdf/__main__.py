"""Make a whole copy of a cut-off or damaged recording: ``python -m bk_realtime.xdf FILE OUT``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from bk_realtime.xdf.reader import read_xdf
from bk_realtime.xdf.writer import XdfWriter


@dataclass(frozen=True)
class WholeCopy:
    """Copy the whole chunks of a cut-off or damaged XDF file to a new file."""

    file: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="FILE")]
    """The recording; it is not altered."""
    out: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="OUT")]
    """File to write; it must not exist yet."""


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(WholeCopy, "python -m bk_realtime.xdf", argv)
    streams = read_xdf(settings.file, salvage=True)
    with XdfWriter(settings.out) as writer:
        for stream in streams:
            writer.add_stream(stream.stream_id, stream.xml)
        for stream in streams:
            for time, value in zip(stream.clock_times, stream.clock_offsets, strict=True):
                writer.clock_offset(stream.stream_id, float(time), float(value))
            for start in range(0, len(stream), 1 << 16):
                part = slice(start, start + (1 << 16))
                writer.write(stream.stream_id, stream.raw_stamps[part], stream.data[part])
            writer.boundary()
    print(f"{settings.out}: " + ", ".join(f"{len(s)} samples of {s.description.name!r}" for s in streams))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
