"""Headers of streams that are damaged: what can still be read of them, and the rate by the stamps of their samples."""

from __future__ import annotations

import dataclasses
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError, InputError
from bk_realtime.xdf.header import MOST_CHANNELS, info_xml, stream_description
from bk_realtime.xdf.packing import SAMPLES
from bk_realtime.xdf.resync import kind
from bk_realtime.xdf.salvage import Scan, scan_xdf
from bk_realtime.xdf.samples import read_varlen

RATE = "repaired_rate"
"""In a rebuilt header: lost (0 Hz stands there) or measured, where the nominal rate could not be read."""

_LEAST_ROOM = 4096


def whole_chunks(scan: Scan, buffer: Any) -> Iterator[tuple[int, int, int, int]]:
    """(first byte, byte after the last, kind, stream or 0) of each whole chunk, in order, of a scan that kept them."""
    for at, stop in zip(scan.order[::2], scan.order[1::2], strict=True):
        tag, number, _ = kind(buffer, at)
        yield at, stop, tag, number


def readable_headers(path: Path) -> dict[int, StreamDescription]:
    """What can be read of headers that do not parse, by the stream's number."""
    try:
        scan, buffer = scan_xdf(path, headers={})
    except InputError as error:  # not one header that parses: look at the first chunks
        buffer = path.read_bytes()[: 1 << 24] if path.stat().st_size else b""
        if b"<info" not in buffer:
            raise error from None
        scan = Scan(path, len(buffer), damaged=[(0, len(buffer))])
    found: dict[int, StreamDescription] = {}
    room = max(_LEAST_ROOM, len(buffer) // 16)  # for channels of all streams: each is written anew
    for start, stop in scan.damaged:
        for match in re.finditer(rb"\x02\x00(....)(?=[^\x00]{0,200}<(?:info|name))", buffer[start:stop], re.DOTALL):
            number = struct.unpack("<I", match[1])[0]
            end = re.search(rb"</info>", buffer[start + match.end() : stop])
            text = buffer[start + match.end() : stop if end is None else start + match.end() + end.end()]
            if number in scan.streams:
                continue
            read = _rebuilt(bytes(text).decode("utf-8", "replace"), min(room, MOST_CHANNELS))
            if read is not None:
                found[number] = read
                room -= read.n_channels
    return found


def _rebuilt(text: str, most_channels: int) -> StreamDescription | None:
    """What can be read of a damaged header; None where it does not tell what a sample is."""

    def said(key: str, where: str = text) -> str:
        found = re.search(f"<{key}>([^<>]*)</{key}>", where)
        return found[1].strip() if found else ""

    channels = re.split("<channel>", text)[1:]
    count = int(said("channel_count")) if said("channel_count").isdecimal() else len(channels)
    if not 1 <= count <= most_channels:
        return None
    listed = channels if len(channels) == count else [""] * count
    label, unit, kind = (tuple(said(key, channel) for channel in listed) for key in ("label", "unit", "type"))
    try:
        rate, extra = float(said("nominal_srate")), {}
    except ValueError:
        rate, extra = 0.0, {RATE: "lost"}
    try:
        description = StreamDescription(
            said("name") or "name lost", said("type"), said("source_id"), rate,
            tuple(one or f"ch{i + 1}" for i, one in enumerate(label)), unit, said("channel_format"),
            said("hostname"), {"repaired": "the header was damaged; what could not be read is missing", **extra},
            types=kind if any(kind) else (),
        )  # fmt: skip
        stream_description(info_xml(description))
    except (ValueError, BkError):
        return None
    return description


def with_measured_rate(description: StreamDescription, scan: Scan, buffer: Any, number: int) -> StreamDescription:
    """The description with the rate that chunks with a stamp of their own show, where the header lost it."""
    stamps, counts = [], []
    for at, _, tag, of in whole_chunks(scan, buffer):
        if (tag, of) != (SAMPLES, number):
            continue
        n, first = read_varlen(buffer, kind(buffer, at)[2])
        if n and buffer[first] == 8:
            stamps.append(struct.unpack_from("<d", buffer, first + 1)[0])
            counts.append(n)
    steps = [(n, b - a) for n, a, b in zip(counts, stamps, stamps[1:], strict=False) if b > a]
    if not steps or description.channel_format == "string":
        return description
    rate = float(np.median([n / step for n, step in steps]))
    rate = round(rate) if abs(rate - round(rate)) < 0.002 * rate else float(f"{rate:.6g}")
    return dataclasses.replace(description, sfreq=float(rate), extra={**description.extra, RATE: "measured"})
