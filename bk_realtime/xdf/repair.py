"""A whole copy of a cut-off or damaged recording: its whole chunks as they are, what is missing around them anew."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

from bk_realtime.config import read_toml
from bk_realtime.errors import BkError, FileError
from bk_realtime.files import atomic, write_bytes
from bk_realtime.shown import named, shown
from bk_realtime.xdf.header import info_xml
from bk_realtime.xdf.mapped import RELEASE_BYTES, release, sha256_of
from bk_realtime.xdf.packing import (
    BOUNDARY,
    BOUNDARY_CHUNK,
    FILE_HEADER,
    SAMPLES,
    STREAM_FOOTER,
    STREAM_HEADER,
    footer_xml,
    pack_chunk,
)
from bk_realtime.xdf.rebuilt_header import RATE, readable_headers, whole_chunks, with_measured_rate
from bk_realtime.xdf.resync import kind
from bk_realtime.xdf.salvage import Scan, StreamScan, damage_in_words, scan_xdf
from bk_realtime.xdf.samples import read_varlen
from bk_realtime.xdf.verify import sidecar_path
from bk_realtime.xdf.xml_door import parse_xml

BOUNDARY_BYTES = 1 << 22
"""A boundary chunk is written anew where so many bytes went without one."""


@dataclass
class Repair:
    """What a repair did.

    Attributes
    ----------
    lost : lines on what is in the original and not in the copy, or not as it was.
    anew : what was written anew, a line each.
    n_samples : samples in the copy, by the number of their stream.
    """

    lost: list[str] = field(default_factory=list)
    anew: list[str] = field(default_factory=list)
    n_samples: dict[int, int] = field(default_factory=dict)

    @property
    def needed(self) -> bool:
        """False where the original lacks nothing."""
        return bool(self.lost or self.anew)


def repaired_path(path: Path) -> Path:
    """Where the copy goes: ``session.xdf`` -> ``session.repaired.xdf``."""
    return path.with_name(
        re.sub(r"(\.xdf|\.xdfz|\.xdf\.gz)?$", ".repaired.xdf", path.name, count=1, flags=re.IGNORECASE)
    )


def repair_xdf(path: Path, out: Path, even_if_whole: bool = False) -> Repair:
    """Write a whole copy of a recording; the original is never altered.

    Whole chunks go over byte for byte and in order. A damaged stream header is rebuilt from what can be read of it.

    Parameters
    ----------
    out : the copy; it must not exist yet.
    even_if_whole : write a copy of a file that lacks nothing too.

    Raises
    ------
    FileError
        ``path`` is missing, or ``out`` is there already or cannot be written.
    InputError
        Nothing can be saved: no XDF file, or one without a readable stream header.
    """
    if out.exists():
        raise FileError(f"{out} exists already: recordings are never overwritten; name or move it elsewhere")
    rebuilt = readable_headers(path)
    headers = {number: info_xml(d) for number, d in rebuilt.items()}
    scan, buffer = scan_xdf(path, keep_samples=True, headers=headers)
    if any(d.extra.get(RATE) for d in rebuilt.values()):  # stamps that were left out need it
        rebuilt = {n: with_measured_rate(d, scan, buffer, n) if RATE in d.extra else d for n, d in rebuilt.items()}
        headers = {number: info_xml(d) for number, d in rebuilt.items()}
        scan, buffer = scan_xdf(path, keep_samples=True, headers=headers)
    repair = Repair(n_samples={number: s.n_samples for number, s in scan.streams.items()})
    file_header = _look(scan, buffer, headers, repair)
    if repair.needed or even_if_whole:
        try:
            with atomic(out) as part, part.open("wb") as file:
                _write(file, scan, buffer, headers, file_header)
            told = path.with_name(path.name + ".toml")  # unit or gain, for whoever reads it
            if told.exists():
                write_bytes(out.with_name(out.name + ".toml"), told.read_bytes())
        except OSError as error:
            raise FileError(
                f"{out}: cannot be written ({error.strerror}); make room, or copy the recording elsewhere and repair "
                "it there"
            ) from None
    return repair


def _look(scan: Scan, buffer: Any, headers: dict[int, str], repair: Repair) -> str:
    """Say what is lost and what will be written anew; returns the header of the copy as a file."""
    path = scan.path
    begun, flagless = _file_header(scan, buffer), _counted_on(scan, buffer)
    if bytes(buffer[:4]) != b"XDF:":
        repair.anew.append("the first four bytes, which say that this is an XDF file")
    if begun is None:
        repair.anew.append("the file's header; when it was begun is not in it")
    repair.lost += damage_in_words(scan)
    kept = _counts_by_sidecar(path)
    for number, s in scan.streams.items():
        name = f"{named(s.description.name)} ({shown(s.description.type)})"
        if number in headers:
            repair.anew.append(f"the header of {name}, by what can be read of it: {_told(s)}")
        expected = max(s.footer_count or 0, kept.get(number, 0))
        if expected > s.n_samples:
            repair.lost.append(f"{expected - s.n_samples} of {expected} samples of {name}")
        if _footer_is_wrong(s):
            repair.anew.append(f"the footer of {name}")
        if number in flagless:
            repair.lost.append(
                f"times of {name} after the damage: {flagless[number]} samples have none of their own, and readers "
                "count on from before it"
            )
    for number, n_bytes in sorted(_orphans(scan, buffer).items()):
        repair.lost.append(f"{n_bytes} bytes of stream {number}, whose header is lost: what they are cannot be told")
    info = ElementTree.Element("info") if begun is None else begun
    if info.find("version") is None:
        ElementTree.SubElement(info, "version").text = "1.0"
    told = ElementTree.SubElement(info, "repaired")
    ElementTree.SubElement(told, "from").text = path.name
    ElementTree.SubElement(told, "sha256").text = sha256_of(buffer, 0, scan.size)
    return ElementTree.tostring(info, encoding="unicode")


def _told(s: StreamScan) -> str:
    d = s.description
    unnamed = sum(label == f"ch{i + 1}" for i, label in enumerate(d.labels))
    labels = f", {unnamed} of them without their label" if unnamed else ""
    return f"{d.n_channels} channels{labels}, {d.channel_format}, {d.sfreq:g} Hz" + (
        f" ({d.extra[RATE]})" if RATE in d.extra else ""
    )


def _write(file: BinaryIO, scan: Scan, buffer: Any, headers: dict[int, str], file_header: str) -> None:
    boundary = pack_chunk(BOUNDARY_CHUNK, b"", BOUNDARY)
    file.write(b"XDF:" + pack_chunk(FILE_HEADER, b"", file_header))
    for number, xml in headers.items():
        file.write(pack_chunk(STREAM_HEADER, struct.pack("<I", number), xml))
    before = without = released = 0
    for at, stop, tag, number in whole_chunks(scan, buffer):
        if tag == FILE_HEADER or (tag == STREAM_FOOTER and _footer_is_wrong(scan.streams[number])):
            continue
        if tag != BOUNDARY_CHUNK and (without > BOUNDARY_BYTES or (before and at != before)):
            file.write(boundary)
            without = 0
        file.write(buffer[at:stop])
        before, without = stop, 0 if tag == BOUNDARY_CHUNK else without + stop - at
        if at - released > RELEASE_BYTES:
            release(buffer, at)
            released = at
    file.write(boundary)
    for number, s in scan.streams.items():
        if _footer_is_wrong(s):
            offsets = zip(s.clock_times, s.clock_offsets, strict=True)
            footer = footer_xml(s.first, s.last, s.n_samples, offsets)
            file.write(pack_chunk(STREAM_FOOTER, struct.pack("<I", number), footer))


def _footer_is_wrong(s: StreamScan) -> bool:
    """Missing, unreadable, or of more samples than there are; fewer are no fault of the file (see verify)."""
    return s.footer_count is None or s.footer_count < 0 or s.footer_count > s.n_samples


def _file_header(scan: Scan, buffer: Any) -> ElementTree.Element | None:
    for at, stop, tag, _ in whole_chunks(scan, buffer):
        if tag == FILE_HEADER:
            return parse_xml(bytes(buffer[kind(buffer, at)[2] : stop]))
        if tag == SAMPLES:
            break
    return None


def _counted_on(scan: Scan, buffer: Any) -> dict[int, int]:
    """Samples, by stream, that follow on damage and have no stamp of their own up to the next that has one."""
    counted: dict[int, int] = {}
    waiting: set[int] = set()
    damage = [start for start, _ in scan.damaged][::-1]
    for at, _, tag, number in whole_chunks(scan, buffer):
        while damage and damage[-1] < at:
            damage.pop()
            waiting = set(scan.streams)
        if tag != SAMPLES or number not in waiting:
            continue
        n, first = read_varlen(buffer, kind(buffer, at)[2])
        if n and buffer[first] == 0:
            counted[number] = counted.get(number, 0) + n
        elif n:
            waiting.discard(number)
    return counted


def _orphans(scan: Scan, buffer: Any) -> dict[int, int]:
    """Bytes, by stream number, of sample chunks whose stream has no header."""
    orphans: dict[int, int] = {}
    for start, stop in scan.damaged:
        try:
            tag, number, _ = kind(buffer, start)
        except (ValueError, IndexError, struct.error):
            continue
        if tag == SAMPLES and number not in scan.streams and number < 1 << 16:
            orphans[number] = orphans.get(number, 0) + stop - start
    return orphans


def _counts_by_sidecar(path: Path) -> dict[int, int]:
    """Samples by stream number, as the check beside a recording knew them when it ended."""
    try:
        streams = read_toml(sidecar_path(path)).get("streams", [])
        return {int(s["id"]): int(s["n_samples"]) for s in streams}
    except (BkError, AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return {}
