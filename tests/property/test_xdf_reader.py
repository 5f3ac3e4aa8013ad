"""Our XDF reader gives what pyxdf gives: stamps raw and on the recorder's clock, values, strings, clock offsets."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyxdf
from hypothesis import given, settings
from hypothesis import strategies as st

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml, read_xdf
from bk_realtime.xdf.header import FORMATS

CLOCK = 5000.0
"""Where the senders' clocks stand when a recording begins, in seconds."""


def chunk(tag: int, content: bytes) -> bytes:
    """An XDF chunk with a length of 4 bytes, as LabRecorder writes it."""
    return struct.pack("<BIH", 4, len(content) + 2, tag) + content


def samples_chunk(stream_id: int, stamps: list[float | None], rows: list[bytes]) -> bytes:
    """A sample chunk; a stamp of None is left to the reader, as LabRecorder does between the stamps of a chunk."""
    parts = [struct.pack("<IBI", stream_id, 4, len(rows))]
    for stamp, row in zip(stamps, rows, strict=True):
        parts += [b"\0" if stamp is None else struct.pack("<Bd", 8, stamp), row]
    return chunk(3, b"".join(parts))


def strings(row: list[str]) -> bytes:
    """One sample of strings."""
    return b"".join(struct.pack("<BI", 4, len(text.encode())) + text.encode() for text in row)


@st.composite
def recorded_stream(draw: st.DrawFn, stream_id: int) -> tuple[bytes, list[bytes], bytes]:
    """Header, body chunks in order, and footer of a stream whose clock drifts, jitters and may be reset."""
    form = draw(st.sampled_from(list(FORMATS)))
    n_channels = draw(st.integers(1, 3))
    rate = draw(st.sampled_from([0.0, 10.0, 250.0, 333.3]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    about = StreamDescription(
        f"s{stream_id}", "EEG", f"id{stream_id}", rate, ("a", "b", "c")[:n_channels], ("uV",) * n_channels, form
    )
    clock, offset = CLOCK, rng.normal(scale=100)
    body: list[bytes] = []
    n_samples = 0
    for _ in range(draw(st.integers(0, 12))):
        if draw(st.integers(0, 9)) == 0:  # the sender starts anew with another clock
            clock, offset = rng.uniform(0, 9000), offset + rng.normal(scale=500)
        n = draw(st.integers(0, 20))
        stamped = rng.random(n) < draw(st.sampled_from([0.1, 0.5, 1.0]))
        stamps = clock + np.arange(n) / 20 + rng.normal(scale=1e-3, size=n)
        if form == "string":
            rows = [strings([draw(st.text(max_size=8)) for _ in range(n_channels)]) for _ in range(n)]
        else:
            values = (rng.standard_normal((n, n_channels)) * 50).astype(FORMATS[form])
            rows = [row.tobytes() for row in values]
        body.append(samples_chunk(stream_id, [t if s else None for t, s in zip(stamps, stamped, strict=True)], rows))
        n_samples += n
        clock += 5.0 + rng.exponential(0.05)
        if draw(st.integers(0, 3)):
            measured = offset + 2e-5 * (clock - CLOCK) + rng.standard_t(2) * 5e-5
            body.append(chunk(4, struct.pack("<Idd", stream_id, clock, measured)))
    if draw(st.booleans()):  # what liblsl adds when an outlet dies: a sample that no footer counts, and a wrong offset
        wrong = draw(st.sampled_from([clock, 1e5]))
        row = strings(["?"] * n_channels) if form == "string" else bytes(np.dtype(FORMATS[form]).itemsize * n_channels)
        body += [samples_chunk(stream_id, [clock], [row]), chunk(4, struct.pack("<Idd", stream_id, wrong, -1e5))]
    count = n_samples + draw(st.integers(-1, 1))
    footer = draw(st.sampled_from([f"<info><sample_count>{count}</sample_count></info>", "<info/>", ""]))
    header = chunk(2, struct.pack("<I", stream_id) + info_xml(about).encode())
    return header, body, chunk(6, struct.pack("<I", stream_id) + footer.encode()) if footer else b""


@st.composite
def recording(draw: st.DrawFn) -> bytes:
    """A whole file with the chunks of its streams mixed."""
    streams = [draw(recorded_stream(i)) for i in range(1, 1 + draw(st.integers(1, 3)))]
    order = [i for i, (_, body, _) in enumerate(streams) for _ in body]
    waiting = [iter(body) for _, body, _ in streams]
    mixed = [next(waiting[i]) for i in draw(st.permutations(order))]
    parts = [h for h, _, _ in streams] + mixed + [f for _, _, f in streams]
    return b"XDF:" + chunk(1, b"<info><version>1.0</version></info>") + b"".join(parts)


def assert_equal_to_pyxdf(path: Path) -> None:
    """Both readers, all streams, bit for bit."""
    raw: list[dict[str, Any]] = pyxdf.load_xdf(path, dejitter_timestamps=False, synchronize_clocks=False)[0]
    synced: list[dict[str, Any]] = pyxdf.load_xdf(path, dejitter_timestamps=False)[0]
    ours = read_xdf(path)
    assert [s.stream_id for s in ours] == [s["info"]["stream_id"] for s in synced]
    for got, want, before in zip(ours, synced, raw, strict=True):
        n = len(want["time_stamps"])
        np.testing.assert_array_equal(got.stamps, want["time_stamps"])
        np.testing.assert_array_equal(got.raw_stamps, before["time_stamps"][:n])
        np.testing.assert_array_equal(got.clock_times, want["clock_times"])
        np.testing.assert_array_equal(got.clock_offsets, want["clock_values"])
        if got.description.channel_format == "string":
            assert got.data == want["time_series"]
        else:
            assert got.data.dtype == FORMATS[got.description.channel_format]
            np.testing.assert_array_equal(got.data, want["time_series"])


@settings(max_examples=40)
@given(content=recording())
def test_recorded_files_equal_pyxdf(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("xdf") / "x.xdf"
    path.write_bytes(content)
    if sum(len(s["time_stamps"]) for s in pyxdf.load_xdf(path, dejitter_timestamps=False)[0]):
        assert_equal_to_pyxdf(path)


@given(
    seed=st.integers(0, 2**32 - 1),
    tolerance_s=st.sampled_from([0.0, 1e-7]),
    form=st.sampled_from([f for f in FORMATS if f != "string"]),
)
def test_written_files_equal_pyxdf(
    tmp_path_factory: pytest.TempPathFactory, seed: int, tolerance_s: float, form: str
) -> None:
    path = tmp_path_factory.mktemp("xdf") / "x.xdf"
    rng = np.random.default_rng(seed)
    amp = StreamDescription("amp", "sEEG", "amp", 512.0, ("A1", "A2"), ("uV",) * 2, form)
    marks = StreamDescription("marks", "Markers", "marks", 0.0, ("m",), ("",), "string")
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(amp))
        writer.add_stream(2, info_xml(marks))
        for second in range(10):
            stamps = CLOCK + second + np.arange(512) / 512
            writer.write(1, stamps, (rng.standard_normal((512, 2)) * 50).astype(FORMATS[form]), tolerance_s)
            writer.write(2, [stamps[7]], [[f"wörd {second}"]])
            for stream_id in (1, 2):
                writer.clock_offset(stream_id, stamps[0], 3.0 + rng.normal(scale=1e-4))
    assert_equal_to_pyxdf(path)


@pytest.mark.parametrize(
    ("late_s", "wrong_s", "kept"), [(0.0, -1e3, 60), (100.0, 0.0, 60), (0.0, 0.0, 61)], ids=["wrong", "late", "right"]
)
def test_what_a_dying_outlet_adds_is_dropped(tmp_path: Path, late_s: float, wrong_s: float, kept: int) -> None:
    about = StreamDescription("amp", "sEEG", "amp", 2.0, ("A1",), ("uV",))
    parts = [b"XDF:", chunk(2, struct.pack("<I", 1) + info_xml(about).encode())]
    for second in range(30):
        parts.append(samples_chunk(1, [float(second), None], [bytes(4)] * 2))
        parts.append(chunk(4, struct.pack("<Idd", 1, second, 2.0 + 1e-4 * (second % 3))))
    parts += [samples_chunk(1, [30.0], [bytes(4)]), chunk(4, struct.pack("<Idd", 1, 30 + late_s, 2.0 + wrong_s))]
    parts.append(chunk(6, struct.pack("<I", 1) + b"<info><sample_count>60</sample_count></info>"))
    path = tmp_path / "x.xdf"
    path.write_bytes(b"".join(parts))
    assert_equal_to_pyxdf(path)
    assert len(read_xdf(path)[0]) == kept


@pytest.mark.shared_data
def test_example_files_equal_pyxdf(shared_data: Path) -> None:
    files = sorted((shared_data / "xdf").glob("*.xdf"))
    assert len(files) == 6
    for path in files:
        assert_equal_to_pyxdf(path)


@st.composite
def stamps_of_a_sender(draw: st.DrawFn, rate: float) -> np.ndarray:
    """Stamps as a sender may give them: by the nominal rate or a little off it, exact or jittered, with gaps, steps
    back, repeated ones and such that are no time."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(1, 400))
    true_rate = (rate or 10.0) * draw(st.sampled_from([1.0, 1.0, 1 + 1e-5, 0.995]))
    stamps = draw(st.sampled_from([0.0, 1e5, 1.7e9])) + np.arange(n) / true_rate
    if draw(st.booleans()):  # LSL's own sum within a chunk
        stamps = np.add.accumulate(np.full(n, 1 / (rate or 10.0))) + 0.0
    stamps += rng.normal(scale=draw(st.sampled_from([0.0, 3e-8, 1e-6, 1e-3])), size=n)
    for _ in range(draw(st.integers(0, 3))):
        stamps[draw(st.integers(0, n - 1)) :] += rng.normal(scale=2.0)
    if draw(st.integers(0, 4)) == 0:
        # a signal's chunk without times is damaged: tests/unit/test_xdf_hostile.py
        no_time = [0.0, 1e19] if rate > 0 else [np.nan, np.inf, -np.inf, 0.0]
        stamps[draw(st.integers(0, n - 1))] = draw(st.sampled_from(no_time))
    return stamps


@settings(max_examples=80)
@given(data=st.data())
def test_stamps_left_out_come_back_the_same(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    rate = data.draw(st.sampled_from([0.0, 1.0, 100.0, 333.3, 1024.0, 22050.0, 44100.0, 30000.0 / 7]))
    stamps = data.draw(stamps_of_a_sender(rate))
    tolerance_s = data.draw(st.sampled_from([0.0, 1e-7]))
    about = StreamDescription("s", "EEG", "s", rate, ("A1",), ("uV",))
    path = tmp_path_factory.mktemp("xdf") / "x.xdf"
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(about))
        for part in np.array_split(stamps, data.draw(st.integers(1, 4))):
            writer.write(1, part, np.zeros((len(part), 1), np.float32), tolerance_s)
    (theirs,) = pyxdf.load_xdf(path, dejitter_timestamps=False, synchronize_clocks=False)[0]
    ours = read_xdf(path)[0].raw_stamps
    np.testing.assert_array_equal(ours, theirs["time_stamps"])
    np.testing.assert_allclose(ours, stamps, rtol=0, atol=tolerance_s)
