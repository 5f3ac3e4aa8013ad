"""The compiled sample parser equals pyxdf byte for byte, on every way to write stamps."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pytest
import pyxdf

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml, read_xdf, sample_kernels, samples
from bk_realtime.xdf.header import FORMATS
from bk_realtime.xdf.samples import parse_stamps


def content(stamps: np.ndarray, stamped: np.ndarray, data: np.ndarray) -> bytes:
    """A sample chunk after its count: a stamp where ``stamped``, none elsewhere, as LabRecorder mixes them."""
    parts = []
    for t, has, row in zip(stamps, stamped, data, strict=True):
        parts.append(struct.pack("<Bd", 8, t) if has else b"\0")
        parts.append(row.tobytes())
    return b"".join(parts)


@pytest.mark.parametrize("channel_format", [f for f in FORMATS if f != "string"])
def test_mixed_stamps_equal_pyxdf(channel_format: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    description = StreamDescription("s", "EEG", "s", 250.0, ("a", "b", "c"), ("uV",) * 3, channel_format)
    dtype = np.dtype(FORMATS[channel_format])
    path = tmp_path / "x.xdf"
    writer = XdfWriter(path)
    writer.add_stream(7, info_xml(description))
    writer.close()
    raw = path.read_bytes()
    chunks = []
    for n in (1, 2, 300, 37):
        data = (rng.standard_normal((n, 3)) * 50).astype(dtype)
        stamped = rng.random(n) < 0.3
        body = struct.pack("<HI", 3, 7) + struct.pack("<BI", 4, n) + content(rng.random(n) * 9, stamped, data)
        chunks.append(struct.pack("<BI", 4, len(body)) + body)
    path.write_bytes(raw + b"".join(chunks))
    want = pyxdf.load_xdf(str(path), dejitter_timestamps=False, synchronize_clocks=False)[0][0]
    got = read_xdf(path)[0]
    np.testing.assert_array_equal(got.data, want["time_series"])
    np.testing.assert_array_equal(got.raw_stamps, want["time_stamps"])
    assert got.data.dtype == want["time_series"].dtype


def test_content_that_does_not_fit_is_refused() -> None:
    description = StreamDescription("s", "EEG", "s", 250.0, ("a",), ("uV",))
    good = content(np.arange(5.0), np.array([True, False, False, True, False]), np.ones((5, 1), "<f4"))
    parsed = parse_stamps(good, 5, description, 0.0)
    assert parsed is not None
    np.testing.assert_allclose(parsed, [0, 0.004, 0.008, 3, 3.004])
    assert parse_stamps(good[:-1], 5, description, 0.0) is None
    assert parse_stamps(good, 4, description, 0.0) is None
    assert parse_stamps(good, 6, description, 0.0) is None
    assert parse_stamps(b"\x05" + good[1:], 5, description, 0.0) is None


@pytest.mark.parametrize("stamped", [[True] * 5, [True, False, False, False, False], [False] * 5, [False, True] * 2])
@pytest.mark.parametrize("left", [0, 1_000_000])
def test_stamps_without_the_compiled_pass_are_those_of_it(
    stamped: list[bool], left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "_plain_left", left)
    description = StreamDescription("s", "EEG", "s", 333.0, ("a",), ("uV",))
    n, given = len(stamped), np.random.default_rng(2).random(len(stamped)) * 1e5
    whole = content(given, np.array(stamped), np.full((n, 1), 8, "<f4"))
    flags, raw_stamps = np.empty(n, np.uint8), np.zeros((n, 8), np.uint8)
    assert sample_kernels.walk_stamps(np.frombuffer(whole, np.uint8), 4, flags, raw_stamps) == len(whole)
    want = raw_stamps.view("<f8")[:, 0].copy()
    sample_kernels.deduce(flags, want, 7.0, 1 / 333)
    np.testing.assert_array_equal(parse_stamps(whole, n, description, 7.0), want)  # to the last bit
    for at in range(len(whole)):
        for octet in (0, 8, 77):
            odd = whole[:at] + bytes([octet]) + whole[at + 1 :]
            fits = sample_kernels.walk_stamps(np.frombuffer(odd, np.uint8), 4, flags, raw_stamps) == len(odd)
            assert (parse_stamps(odd, n, description, 7.0) is not None) == fits, at


def test_few_samples_are_walked_through_as_they_are_and_many_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    description = StreamDescription("s", "EEG", "s", 100.0, ("a", "b"), ("uV",) * 2)
    values = np.arange(8, dtype="<f4").reshape(4, 2)
    whole = content(np.arange(4) / 100, np.array([True, False, True, True]), values)
    monkeypatch.setattr(samples, "_plain_left", 12)
    for left in (4, 0, 0):  # stamps and values of four samples take eight
        assert parse_stamps(whole, 4, description, 0.0) is not None
        out = np.empty((4, 8), np.uint8)
        samples.copy_values(np.frombuffer(whole, np.uint8), 0, 4, 8, out)
        np.testing.assert_array_equal(out.view("<f4"), values)
        assert samples._plain_left == left


def test_stamps_that_readers_deduce_are_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bk_realtime.xdf.writer.BOUNDARY_S", math.inf)  # a machine that stands still adds none
    description = StreamDescription("mic", "Audio", "m", 16000.0, ("m",), ("",), "int16")
    data = np.arange(8000, dtype=np.int16)[:, None]
    path = tmp_path / "x.xdf"
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(description))
        header = path.stat().st_size
        for start in range(0, 8000, 1000):
            index = np.arange(start, start + 1000)
            writer.write(1, 100 + index / 16000, data[index], 1e-7)
        # a chunk's frame, its first stamp, and per sample the byte that says "no stamp" and the value
        assert path.stat().st_size - header == 8 * (1 + 4 + 2 + 4 + 5 + 8 + 1000 * (1 + 2))
    stream = read_xdf(path)[0]
    np.testing.assert_array_equal(stream.data, data)
    np.testing.assert_allclose(stream.stamps, 100 + np.arange(8000) / 16000, rtol=0, atol=1e-7)


def test_a_lost_chunk_takes_no_stamps_of_the_next_with_it(tmp_path: Path) -> None:
    description = StreamDescription("amp", "sEEG", "a", 1000.0, ("A1",), ("uV",))
    path, ends = tmp_path / "x.xdf", []
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(description))
        for start in range(0, 300, 100):
            writer.write(1, 7 + np.arange(start, start + 100) / 1000, np.ones((100, 1), np.float32), 1e-7)
            ends.append(path.stat().st_size)
    raw = bytearray(path.read_bytes())
    raw[ends[0] + 13] = 77  # within the second chunk's first sample: neither stamped nor unstamped
    path.write_bytes(raw)
    got = read_xdf(path, salvage=True)[0].raw_stamps
    want = np.concatenate([np.arange(100), np.arange(200, 300)]) / 1000 + 7
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-7)


def test_a_recorder_compiles_nothing_once_it_records(tmp_path: Path) -> None:
    samples.prepare()
    ready = [list(f.signatures) for f in (sample_kernels.leave_out, sample_kernels.pack)]
    assert all(ready)
    with XdfWriter(tmp_path / "x.xdf") as writer:
        for k, kind in enumerate(("float32", "float64", "int16", "int32"), start=1):
            formats = {"float64": "double64"}
            told = StreamDescription("amp", "sEEG", "amp-1", 100.0, ("A",) * 3, ("",) * 3, formats.get(kind, kind))
            writer.add_stream(k, info_xml(told))
            writer.write(k, np.arange(10) / 100, np.ones((10, 3), kind), 1e-7)
            writer.write(k, list(np.arange(10) / 100), np.ones((20, 3), kind)[::2])
    assert [list(f.signatures) for f in (sample_kernels.leave_out, sample_kernels.pack)] == ready
