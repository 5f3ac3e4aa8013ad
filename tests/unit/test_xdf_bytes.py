"""The XDF file byte by byte, as the specification has it, and the WAV header: no reader of ours in between."""

from __future__ import annotations

import hashlib
import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import FileError
from bk_realtime.sink.wav import WavSink
from bk_realtime.xdf import XdfWriter, info_xml
from bk_realtime.xdf.packing import BOUNDARY, footer_xml, pack_chunk, varlen


def description(channel_format: str = "float32") -> StreamDescription:
    return StreamDescription("amp", "EEG", "id", 100.0, ("A1", "A2"), ("uV", "uV"), channel_format=channel_format)


def chunks(data: bytes) -> list[tuple[int, bytes]]:
    """(tag, content) of every chunk of a file."""
    assert data[:4] == b"XDF:"
    at, found = 4, []
    while at < len(data):
        size = data[at]
        length = int.from_bytes(data[at + 1 : at + 1 + size], "little")
        at += 1 + size
        found.append((struct.unpack("<H", data[at : at + 2])[0], data[at + 2 : at + length]))
        at += length
    assert at == len(data)
    return found


@pytest.mark.parametrize(
    ("n", "want"),
    [
        (0, "0100"),
        (255, "01ff"),
        (256, "0400010000"),
        (2**32 - 1, "04ffffffff"),
        (2**32, "080000000001000000"),
    ],
)
def test_lengths_take_one_four_or_eight_bytes(n: int, want: str) -> None:
    assert varlen(n).hex() == want


def test_a_chunk_is_length_kind_stream_and_content() -> None:
    assert pack_chunk(6, struct.pack("<I", 3), "<a/>").hex() == "010a0600030000003c612f3e"
    assert pack_chunk(5, b"", BOUNDARY) == bytes([1, 18, 5, 0]) + BOUNDARY


def test_every_chunk_of_a_short_recording(tmp_path: Path) -> None:
    path, now = tmp_path / "x.xdf", [0.0]
    xml = info_xml(description())
    with XdfWriter(path, now=lambda: now[0]) as writer:
        writer.add_stream(7, xml)
        writer.write(7, [1.0, 1.02], np.array([[1, 2], [3, 4]], np.float32))
        writer.clock_offset(7, 0.5, -0.125)
        now[0] = 9.99
        writer.write(7, [2.0], np.array([[5, 6]], np.float32))
        now[0] = 10.0
        writer.write(7, [3.0], np.array([[7, 8]], np.float32))
        now[0] = 19.99
        writer.write(7, [4.0, 4.5], np.array([[9, 9], [9, 9]], np.float32))
        writer.boundary()
        assert writer.counts == {7: 6}
        assert not writer.failed
    data = path.read_bytes()
    assert writer.sha256 == hashlib.sha256(data).hexdigest()
    found = chunks(data)
    assert [tag for tag, _ in found] == [1, 2, 3, 4, 3, 3, 5, 3, 5, 6]
    assert found[0][1].startswith(b"<info><version>1.0</version>")
    stream = struct.pack("<I", 7)
    assert found[1][1] == stream + xml.strip().encode()
    # two samples: a count, then for each 8 and its stamp, and the values
    first = b"\x08" + struct.pack("<d", 1.0) + struct.pack("<2f", 1, 2)
    second = b"\x08" + struct.pack("<d", 1.02) + struct.pack("<2f", 3, 4)
    assert found[2][1] == stream + b"\x01\x02" + first + second
    assert found[3][1] == stream + struct.pack("<dd", 0.5, -0.125)
    assert found[6][1] == found[8][1] == BOUNDARY
    footer = found[9][1]
    assert footer[:4] == stream
    for part in (
        "<first_timestamp>1.0</first_timestamp>",
        "<last_timestamp>4.5</last_timestamp>",
        "<sample_count>6</sample_count>",
        "<offset><time>0.5</time><value>-0.125</value></offset>",
    ):
        assert part.encode() in footer


def test_a_stamp_that_a_reader_puts_in_its_place_is_left_out(tmp_path: Path) -> None:
    """Within the tolerance of one nominal interval after the sample before; none at 0."""
    stamps = [1.0, 1.01 + 4e-7, 1.02 + 3e-6]
    for tolerance, sizes in ((0.0, [8, 8, 8]), (1e-6, [8, 0, 8])):
        path = tmp_path / f"{tolerance}.xdf"
        with XdfWriter(path) as writer:
            writer.add_stream(1, info_xml(description()))
            writer.write(1, stamps, np.zeros((3, 2), np.float32), tolerance_s=tolerance)
        content = next(content for tag, content in chunks(path.read_bytes()) if tag == 3)[6:]
        got = []
        while content:
            got.append(content[0])
            content = content[1 + content[0] + 8 :]
        assert got == sizes


def test_strings_are_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    words = StreamDescription("m", "Markers", "id", 0.0, ("m",), ("",), channel_format="string")
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(words))
        writer.write(1, [1.5], [["é" * 200]])
    content = next(content for tag, content in chunks(path.read_bytes()) if tag == 3)
    text = ("é" * 200).encode()
    assert content[4:] == b"\x01\x01" + b"\x08" + struct.pack("<d", 1.5) + b"\x04" + struct.pack("<I", 400) + text


def test_a_disk_that_is_full_leaves_whole_chunks_and_says_what_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.xdf"
    writer = XdfWriter(path)
    writer.add_stream(1, info_xml(description()))
    writer.write(1, [1.0, 1.01], np.zeros((2, 2), np.float32))
    whole, real, room = path.read_bytes(), os.write, [10]

    def write(fd: int, data: memoryview) -> int:
        n = min(len(data), room[0])
        if not n:
            raise OSError(28, "No space left on device")
        room[0] -= n
        return real(fd, data[:n])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(FileError, match=rf"2 samples of amp in {len(whole)} bytes; free space"):
        writer.write(1, [2.0], np.zeros((1, 2), np.float32))
    assert writer.failed
    assert path.read_bytes() == whole
    with pytest.raises(FileError, match="the disk took no more"):
        writer.write(1, [3.0], np.zeros((1, 2), np.float32))
    assert writer.counts == {1: 2}
    writer.close()
    assert path.read_bytes() == whole
    assert hashlib.sha256(whole).hexdigest() == writer.sha256


def test_the_footer_of_a_stream_without_offsets() -> None:
    assert footer_xml(0.5, 1.5, 3, []).endswith("<sample_count>3</sample_count><clock_offsets></clock_offsets></info>")


@pytest.mark.parametrize(("sample_format", "kind", "size"), [("int16", 1, 2), ("float32", 3, 4)])
def test_the_header_of_a_wav_file(tmp_path: Path, sample_format: str, kind: int, size: int) -> None:
    path, rate = tmp_path / "x.wav", 22050
    sink = WavSink(path, rate, sample_format)
    sink.write(np.full(rate - 1, 0.5, np.float32))
    extra = 12 if size == 4 else 0
    assert path.read_bytes()[40 + extra : 44 + extra] == bytes(4)  # told once a second
    sink.write(np.full(1, 0.5, np.float32))
    told = size * rate
    data = path.read_bytes()
    assert data[:4] + data[8:16] == b"RIFFWAVEfmt "
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8 == 36 + extra + told
    assert struct.unpack("<IHHIIHH", data[16:36]) == (16, kind, 1, rate, size * rate, size, 8 * size)
    if extra:
        assert data[36:48] == b"fact" + struct.pack("<II", 4, rate)
    assert data[36 + extra : 44 + extra] == b"data" + struct.pack("<I", told)
    value = struct.unpack("<h" if size == 2 else "<f", data[-size:])[0]
    assert value == (16384 if size == 2 else 0.5)
    sink.close()
    assert path.read_bytes() == data
    assert (sink.fill, sink.latency_s, sink.underruns) == (0, 0.0, 0)


def test_a_wav_file_ends_where_its_32_bits_do(tmp_path: Path) -> None:
    sink = WavSink(tmp_path / "x.wav")
    sink._n_bytes = 2**32 - 256 - 20
    sink.write(np.zeros(11, np.float32))
    (event,) = sink.events()
    assert event["text"] == "x.wav ends here: the WAV format ends at 4 GB; the session goes on without it"
    assert event["active_fault"] == "x.wav"
    sink.write(np.zeros(1, np.float32))
    assert sink.events() == []
    sink._n_bytes = 0
    sink.close()


def test_a_wav_header_that_cannot_be_completed_is_said_and_the_file_closed(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    sink = WavSink(tmp_path / "x.wav")
    sink._file.close()
    sink._file = full = Full()  # type: ignore[assignment]
    sink.close()
    (event,) = sink.events()
    assert event["text"] == "x.wav ends here: No space left on device; the session goes on without it"
    assert full.closed
    sink.close()
    assert sink.events() == []
