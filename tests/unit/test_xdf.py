"""XDF files: what is written is what pyxdf reads; damage costs whole chunks only; bad files get one clear line."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyxdf

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.xdf import XdfWriter, info_xml, pick_stream, read_xdf, stream_description, verify_xdf
from bk_realtime.xdf import growing as growing_module
from bk_realtime.xdf import hash_chain as chain_module
from bk_realtime.xdf.packing import BOUNDARY
from bk_realtime.xdf.reader import find_segments


def description(
    name: str = "amp", kind: str = "sEEG", sfreq: float = 100.0, n: int = 3, **more: str
) -> StreamDescription:
    labels = tuple(f"A{i + 1}" for i in range(n))
    source_id = more.pop("source_id", f"{name}-id")
    return StreamDescription(name, kind, source_id, sfreq, labels, ("microvolts",) * n, **more)  # type: ignore[arg-type]


def write_example(path: Path, n: int = 250, chunk: int = 10, offsets: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """sEEG at 100 Hz and a marker a second, chunks of 10, with clock offsets; returns stamps and data."""
    rng = np.random.default_rng(1)
    data = rng.normal(size=(n, 3)).astype(np.float32)
    stamps = 1000 + np.arange(n) / 100
    now = [0.0]
    with XdfWriter(path, now=lambda: now[0]) as writer:
        writer.add_stream(1, info_xml(description()))
        writer.add_stream(2, info_xml(description("marks", "Markers", 0.0, 1, channel_format="string")))
        for start in range(0, n, chunk):
            part = slice(start, start + chunk)
            writer.write(1, stamps[part], data[part])
            if start % 100 == 0:
                writer.write(2, [stamps[start] + 0.003], [[f"word <{start}> é"]])
            if offsets and start % 50 == 0:
                writer.clock_offset(1, stamps[start], -0.25)
            now[0] += chunk / 10
    return stamps, data


@pytest.mark.parametrize("channel_format", ["float32", "double64", "int8", "int16", "int32", "int64"])
@pytest.mark.parametrize("n", [1, 255, 256, 300])
def test_numbers_come_back_bit_for_bit(tmp_path: Path, channel_format: str, n: int) -> None:
    path = tmp_path / "x.xdf"
    kind = channel_format.replace("double64", "float64")
    rng = np.random.default_rng(n)
    data = rng.integers(-100, 100, (n, 4)).astype(kind)
    stamps = np.sort(rng.uniform(0, 10, n))
    with XdfWriter(path) as writer:
        writer.add_stream(7, info_xml(description(n=4, channel_format=channel_format)))
        writer.write(7, stamps, data)
    (loaded,), _ = pyxdf.load_xdf(path, dejitter_timestamps=False, verbose=False)
    assert loaded["time_series"].dtype == data.dtype
    np.testing.assert_array_equal(loaded["time_series"], data)
    np.testing.assert_array_equal(loaded["time_stamps"], stamps)
    assert loaded["footer"]["info"]["sample_count"] == [str(n)]


def test_everything_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    stamps, data = write_example(path)
    neural, marks = read_xdf(path)
    np.testing.assert_array_equal(neural.data, data)
    np.testing.assert_array_equal(neural.raw_stamps, stamps)
    np.testing.assert_allclose(neural.stamps, stamps - 0.25, atol=1e-9)
    np.testing.assert_array_equal(neural.clock_offsets, np.full(5, -0.25))
    assert neural.segments == ((0, 250),)
    assert neural.effective_rate == pytest.approx(100)
    assert marks.data == [[f"word <{i}> é"] for i in (0, 100, 200)]
    assert marks.description.sfreq == 0
    assert path.read_bytes().count(BOUNDARY) == 2  # 25 s on the writer's clock
    report = verify_xdf(path)
    assert report["complete"]
    assert report["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [s["n_samples"] for s in report["streams"]] == [250, 3]


def test_header_round_trip() -> None:
    plain = description("a & b <c>", "iEEG", 1017.25, 2, source_id="x'\"y", hostname="lab")
    told = replace(plain, types=("SEEG", "AUX"))
    extra = {"simulated": "true", "reference/label": "Cz"}
    heard = stream_description(info_xml(told, extra))
    assert heard.extra == extra
    assert heard == replace(told, extra=extra)
    assert stream_description(info_xml(plain)).types == ("SEEG", "SEEG")  # of the stream's type where none is stated


@pytest.mark.parametrize("tags", [("label", "unit", "type"), ("name", "units", "type"), ("Label", "Unit", "Type")])
def test_what_senders_call_label_and_unit(tags: tuple[str, str, str]) -> None:
    values = zip(tags, ("LA1", "microvolts", "SEEG"), strict=True)
    channel = "".join(f"<{tag}>{value}</{tag}>" for tag, value in values)
    stream = StreamDescription("a", "EEG", "a", 100.0, ("x",), ("",), "float32")
    xml = re.sub("<channels>.*</channels>", f"<channels><channel>{channel}</channel></channels>", info_xml(stream, {}))
    described = stream_description(xml)
    assert (described.labels, described.units, described.types) == (("LA1",), ("microvolts",), ("SEEG",))


@pytest.mark.parametrize(
    "desc",
    ["<desc/>", "", "<desc>text</desc>", "<desc><channels><channel><label> </label></channel></channels></desc>"],
)
def test_missing_labels_become_numbers(desc: str) -> None:
    xml = (
        "<info><name>m</name><type>EEG</type><channel_count>2</channel_count><nominal_srate>10</nominal_srate>"
        f"<channel_format>int16</channel_format>{desc}</info>"
    )
    assert stream_description(xml).labels == ("ch1", "ch2")
    assert stream_description(xml).units == ("", "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<channel_count>3", "<channel_count>three"),
        ("<channel_format>float32", "<channel_format>complex"),
        ("<channel_count>3", "<channel_count>0"),
        ("</info>", ""),
    ],
)
def test_bad_headers_are_refused(tmp_path: Path, old: str, new: str) -> None:
    with XdfWriter(tmp_path / "x.xdf") as writer, pytest.raises(BkError, match="stream header"):
        writer.add_stream(1, info_xml(description()).replace(old, new))


def test_writer_refuses_what_it_cannot_keep(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    path.write_text("precious")
    with pytest.raises(BkError, match="never overwritten"):
        XdfWriter(path)
    assert path.read_text() == "precious"
    with pytest.raises(BkError, match="cannot write"):
        XdfWriter(tmp_path / "no" / "x.xdf")
    with XdfWriter(tmp_path / "y.xdf") as writer:
        writer.add_stream(1, info_xml(description()))
        writer.add_stream(2, info_xml(description("m", n=1, channel_format="string")))
        for n, shape, kind in ((1, (1, 4), float), (2, (1, 3), float), (1, (1, 3), complex)):
            with pytest.raises(ValueError, match="amp"):
                writer.write(1, np.zeros(n), np.zeros(shape, kind))
        with pytest.raises(ValueError, match="rows of 1 strings"):
            writer.write(2, [1.0], ["x"])
        with pytest.raises(ValueError, match="in use"):
            writer.add_stream(1, info_xml(description()))
        writer.write(1, [], np.zeros((0, 3)))
        writer.write(1, [1.0], np.zeros((1, 3)))
    assert len(read_xdf(tmp_path / "y.xdf")[0]) == 1


def test_data_reach_the_disk_within_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, synced = [0.0], []
    monkeypatch.setattr("bk_realtime.xdf.growing._sync", lambda fd: synced.append(now[0]))
    with XdfWriter(tmp_path / "x.xdf", now=lambda: now[0]) as writer:
        writer.add_stream(1, info_xml(description()))
        for _ in range(40):
            now[0] += 0.125
            size = (tmp_path / "x.xdf").stat().st_size
            writer.write(1, [now[0]], np.zeros((1, 3)))
            assert (tmp_path / "x.xdf").stat().st_size > size  # no buffer of our own: a kill loses nothing
        assert len(synced) == 5  # once a second of these five, no more often
    assert len(synced) == 6  # and at its end
    assert np.all(np.diff([0.0, *synced]) <= 1.0)
    assert synced[-1] == now[0]


def test_pushing_to_the_disk_is_the_systems_own_call_on_this_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recording first, then the link of its chain: a link never covers bytes that may still be lost."""
    assert {growing_module._sync, chain_module._sync} <= {os.fsync, getattr(os, "fdatasync", os.fsync)}
    pushed: list[str] = []
    for module in (growing_module, chain_module):
        monkeypatch.setattr(module, "_sync", lambda fd: pushed.append(Path(os.readlink(f"/proc/self/fd/{fd}")).name))
    now = [0.0]
    with XdfWriter(tmp_path / "x.xdf", now=lambda: now[0], session="s") as writer:
        writer.add_stream(1, info_xml(description()))
        pushed.clear()
        for now[0] in (0.99, 1.0, 1.5, 2.0):
            writer.write(1, [now[0]], np.zeros((1, 3)))
        assert pushed == ["x.xdf", "x.xdf.chain.jsonl"] * 2
        now[0] = 3.0
        writer.clock_offset(1, 3.0, 0.25)
        assert pushed == ["x.xdf", "x.xdf.chain.jsonl"] * 3
    assert pushed == ["x.xdf", "x.xdf.chain.jsonl"] * 4


def test_segments_end_at_gaps_and_resets() -> None:
    rng = np.random.default_rng(0)
    line = np.arange(3000) / 1000.0
    line[1000:] += 0.2  # a gap pyxdf would smear
    line[2000:] -= 500.0  # a clock reset
    stamps = line + rng.normal(scale=2e-3, size=3000)
    segments = find_segments(stamps, 1000.0)
    assert segments == ((0, 1000), (1000, 2000), (2000, 3000))
    assert find_segments(stamps, 0.0) == ((0, 3000),)
    assert find_segments(np.zeros(0), 100.0) == ()
    assert find_segments(np.arange(10.0), 1.0) == ((0, 10),)


def test_same_named_streams_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    with XdfWriter(path) as writer:
        for i, source_id in enumerate(("left", "right")):
            writer.add_stream(i, info_xml(description(source_id=source_id)))
            writer.write(i, [1.0 + i], np.full((1, 3), i))
    streams = read_xdf(path)
    assert [float(s.data[0, 0]) for s in streams] == [0.0, 1.0]
    assert pick_stream(streams, "right", path) is streams[1]
    assert pick_stream(streams, "#0", path) is streams[0]
    with pytest.raises(BkError, match=r"2 streams are called 'amp'.*source_id 'left'.*source_id 'right'"):
        pick_stream(streams, "amp", path)
    with pytest.raises(BkError, match="no stream is called 'x'"):
        pick_stream(streams, "x", path)


def test_offsets_of_one_moment_are_not_applied(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "x.xdf"
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(description()))
        writer.write(1, [1.0], np.zeros((1, 3)))
        writer.clock_offset(1, 1.0, 5.0)
        writer.clock_offset(1, 1.0, 6.0)
    (stream,) = read_xdf(path)
    np.testing.assert_array_equal(stream.stamps, [1.0])
    assert "stream 'amp': 2 clock offsets of one moment" in caplog.text


def test_a_stream_without_a_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(description()).replace("<name>amp</name>", ""))
        writer.write(1, [1.0], np.zeros((1, 3)))
    assert read_xdf(path)[0].description.name == ""


@pytest.mark.shared_data
def test_real_clock_reset(shared_data: Path) -> None:
    marks, eeg = read_xdf(shared_data / "xdf" / "clock_resets.xdf")
    assert np.diff(eeg.raw_stamps).min() < -653_000
    assert np.diff(eeg.stamps).min() > 0
    assert eeg.segments == ((0, 12876), (12876, 27815))
    assert eeg.effective_rate == pytest.approx(92.88, abs=0.01)
    assert len(marks) == 175


@pytest.mark.shared_data
def test_real_headset_streams_of_one_name(shared_data: Path) -> None:
    path = shared_data / "xdf" / "sub-P001_ses-S001_task-Default_run-001_eeg.xdf"
    streams = read_xdf(path)
    assert {s.description.name for s in streams} == {"Muse"}
    eeg = pick_stream(streams, "EEG", path)
    assert eeg.description.labels == ("TP9", "AF7", "AF8", "TP10", "AUX_RIGHT")
    assert set(eeg.description.units) == {"microvolts"}
    with pytest.raises(BkError, match="4 streams are called 'Muse'"):
        pick_stream(streams, "Muse", path)
    assert np.diff(pick_stream(streams, "ACC", path).raw_stamps).min() < 0
