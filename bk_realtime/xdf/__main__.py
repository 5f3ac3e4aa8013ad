"""Make a whole copy of a cut-off or damaged recording: ``python -m bk_realtime.xdf FILE OUT``."""

from __future__ import annotations

import sys
from pathlib import Path

from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.xdf.reader import read_xdf
from bk_realtime.xdf.writer import XdfWriter


@exit_cleanly
def main(arguments: list[str]) -> None:
    """``python -m bk_realtime.xdf FILE OUT``: copy the whole chunks of FILE to a new file OUT."""
    if len(arguments) != 2:
        raise BkError("expected two files: python -m bk_realtime.xdf FILE OUT")
    source, target = map(Path, arguments)
    streams = read_xdf(source, salvage=True)
    with XdfWriter(target) as writer:
        for stream in streams:
            writer.add_stream(stream.stream_id, stream.xml)
        for stream in streams:
            for time, value in zip(stream.clock_times, stream.clock_offsets, strict=True):
                writer.clock_offset(stream.stream_id, float(time), float(value))
            for start in range(0, len(stream), 1 << 16):
                part = slice(start, start + (1 << 16))
                writer.write(stream.stream_id, stream.raw_stamps[part], stream.data[part])
            writer.boundary()
    print(f"{target}: " + ", ".join(f"{len(s)} samples of {s.description.name!r}" for s in streams))


if __name__ == "__main__":
    main(sys.argv[1:])
