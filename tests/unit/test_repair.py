"""A whole copy of a damaged recording: what is there is kept bit for bit, what is lost is said, readers take it."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyxdf

from bk_realtime.__main__ import main
from bk_realtime.xdf import XdfWriter, info_xml, read_xdf, verify_xdf
from bk_realtime.xdf.packing import BOUNDARY, pack_chunk
from bk_realtime.xdf.repair import repair_xdf
from bk_realtime.xdf.verify import write_sidecar
from tests.unit.test_xdf import description, write_example


def repaired(path: Path, code: int = 0) -> Path:
    """The copy that the command makes; the original stays as it is."""
    before = path.read_bytes()
    assert main(["record", "--repair", str(path)]) == code
    assert path.read_bytes() == before
    return path.with_name("x.repaired.xdf")


def by_pyxdf(path: Path) -> dict[str, np.ndarray]:
    streams, _ = pyxdf.load_xdf(path, dejitter_timestamps=False, synchronize_clocks=False, verbose=False)
    return {s["info"]["name"][0]: np.asarray(s["time_series"]) for s in streams}


def test_a_cut_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.xdf"
    stamps, data = write_example(path)
    write_sidecar(path, verify_xdf(path))
    (tmp_path / "x.xdf.toml").write_text('unit = "mV"\n', encoding="utf-8")
    path.write_bytes(path.read_bytes()[: path.read_bytes().index(data[205].tobytes())])
    copy = repaired(path)
    said = capsys.readouterr().out
    assert "lost: 50 of 250 samples of 'amp' (sEEG)" in said
    assert re.search(r"lost: \d+ bytes, \d+ to \d+ \(the end\)", said)
    assert "written anew: the footer of 'amp' (sEEG)" in said
    assert said.endswith("x.repaired.xdf: whole\n")
    neural, marks = read_xdf(copy)
    np.testing.assert_array_equal(neural.data, data[:200])
    np.testing.assert_array_equal(neural.raw_stamps, stamps[:200])
    np.testing.assert_array_equal(neural.clock_offsets, np.full(4, -0.25))
    assert len(marks) == 2
    np.testing.assert_array_equal(by_pyxdf(copy)["amp"], data[:200])
    assert (tmp_path / "x.repaired.xdf.toml").read_text(encoding="utf-8") == 'unit = "mV"\n'  # readers heed it
    assert BOUNDARY in copy.read_bytes()


def test_nothing_to_do_and_nothing_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.xdf"
    write_example(path)
    assert not repaired(path).exists()
    assert "nothing is missing" in capsys.readouterr().out
    path.write_bytes(path.read_bytes()[:-500])
    copy = repaired(path).read_bytes()
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["record", "--repair", str(path)])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "never overwritten" in said
    assert (tmp_path / "x.repaired.xdf").read_bytes() == copy


MALICE = b"<info><channel_count>99999999</channel_count><nominal_srate>1</nominal_srate></info>"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"RIFF" + bytes(100),
        b"XDF:" + bytes(3000),
        b"<info>" + bytes(100),
        b"XDF:" + pack_chunk(2, struct.pack("<I", 1), MALICE),
        b"XDF:" + pack_chunk(2, struct.pack("<I", 1), MALICE.replace(b"99999999", b"0")),
    ],
)
def test_what_cannot_be_saved_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes) -> None:
    path = tmp_path / "x.xdf"
    path.write_bytes(text)
    with pytest.raises(SystemExit) as ended:
        main(["record", "--repair", str(path)])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["x.xdf"]


def test_a_wrong_length_costs_its_chunk_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    _, data = write_example(path, offsets=False)
    whole = bytearray(path.read_bytes())
    at = whole.index(data[30].tobytes()) - 9 - 2 - 6 - 1  # the length of the chunk of samples 30 to 39
    assert whole[at - 1 : at + 9] == b"\x01" + whole[at : at + 1] + struct.pack("<HI", 3, 1) + b"\x01\x0a"
    whole[at] ^= 0x55
    path.write_bytes(whole)
    copy = repaired(path)
    neural, marks = read_xdf(copy)
    np.testing.assert_array_equal(neural.data, np.delete(data, slice(30, 40), 0))
    assert len(marks) == 3
    np.testing.assert_array_equal(by_pyxdf(copy)["amp"], neural.data)


def _replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def of(whole: bytes) -> bytes:
        assert old in whole
        assert len(old) == len(new)
        return whole.replace(old, new, 1)

    return of


@pytest.mark.parametrize(
    ("damage", "labels", "said"),
    [
        (_replace(b"<label>A2</label>", b"<label>A2\x00/label>"), ("A1", "ch2", "A3"), "1 of them without their label"),
        (_replace(b"<desc>", b"\xff\xff\xff\xff\xff\xff"), ("A1", "A2", "A3"), "3 channels, float32, 100 Hz"),
        (_replace(b"<channel_count>3<", b"<channel_count>\x00<"), ("A1", "A2", "A3"), "3 channels, float32, 100 Hz"),
        (_replace(b"<name>amp</name>", b"<name>amp</n\x01me>"), ("A1", "A2", "A3"), "the header of 'name lost'"),
        (_replace(b"<nominal_srate>100.0<", b"<nominal_srate>1\x000.0<"), ("A1", "A2", "A3"), "100 Hz (measured)"),
    ],
)
def test_a_damaged_header_is_rebuilt_from_what_can_be_read(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[bytes], bytes],
    labels: tuple[str, ...],
    said: str,
) -> None:
    path = tmp_path / "x.xdf"
    stamps, data = write_example(path)
    path.write_bytes(damage(path.read_bytes()))
    copy = repaired(path)
    out = capsys.readouterr().out
    assert said in out
    neural = next(s for s in read_xdf(copy) if s.stream_id == 1)
    np.testing.assert_array_equal(neural.data, data)
    np.testing.assert_allclose(neural.raw_stamps, stamps, atol=1e-9)
    assert neural.description.labels == labels
    assert neural.description.units == ("microvolts",) * 3
    assert "header was damaged" in neural.description.extra["repaired"]
    assert len(by_pyxdf(copy)) == 2


def test_a_header_that_is_gone_costs_its_stream_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.xdf"
    write_example(path)
    whole = path.read_bytes()
    start = whole.index(b"<info><name>amp")
    stop = whole.index(b"</info>", start) + 7
    path.write_bytes(whole[:start] + bytes(stop - start) + whole[stop:])
    copy = repaired(path)
    (marks,) = read_xdf(copy)
    assert len(marks) == 3
    assert re.search(r"\d+ bytes of stream 1, whose header is lost", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda whole: b"\0\0\0\0" + whole[4:], "the first four bytes"),
        (_replace(b"<version>1.0</version>", b"<version>1.0</v\x01rsion>"), "the file's header"),
    ],
)
def test_the_begin_of_the_file_is_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[bytes], bytes], said: str
) -> None:
    path = tmp_path / "x.xdf"
    _, data = write_example(path)
    path.write_bytes(damage(path.read_bytes()))
    copy = repaired(path)
    assert f"written anew: {said}" in capsys.readouterr().out
    np.testing.assert_array_equal(by_pyxdf(copy)["amp"], data)
    _, header = pyxdf.load_xdf(copy, verbose=False)
    assert header["info"]["version"] == ["1.0"]
    assert header["info"]["repaired"][0]["from"] == ["x.xdf"]


def test_times_that_are_counted_on_over_a_loss_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other recorders leave out the first stamp of a chunk too."""
    path = tmp_path / "x.xdf"
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(description()))
        writer.write(1, np.arange(10) / 100, np.ones((10, 3), np.float32))
        writer.write(1, 0.1 + np.arange(10) / 100, np.full((10, 3), 7.0, np.float32))
        first = b"".join(b"\0" + np.full(3, 9.0, "<f4").tobytes() for _ in range(10))
        writer._append(b"", 3, struct.pack("<I", 1), b"\x01\x0a" + first)
    whole = path.read_bytes()
    assert b"\x01\x0a\x08" in whole
    hurt = whole.rindex(b"\x01\x0a\x08")  # the second chunk claims another number of samples
    path.write_bytes(whole[:hurt] + b"\x01\x63" + whole[hurt + 2 :])
    copy = repaired(path)
    assert "10 samples have none of their own" in capsys.readouterr().out
    np.testing.assert_array_equal(by_pyxdf(copy)["amp"][:, 0], [1.0] * 10 + [9.0] * 10)


def test_any_damage_gives_a_copy_that_readers_take(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    _, data = write_example(path)
    whole = path.read_bytes()
    rows = {tuple(row) for row in data.tolist()}
    rng = random.Random(5)
    kept = []
    for k in range(60):
        hurt = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 5])):
            at = rng.randrange(1800, len(whole) - 8)  # behind the headers
            size = rng.choice([1, 2, 8])
            kind = rng.randrange(3)
            hurt[at : at + size] = [rng.randbytes(size), b"", rng.randbytes(2 * size)][kind]
        path.write_bytes(hurt)
        out = tmp_path / f"{k}.xdf"
        repair_xdf(path, out, even_if_whole=True)
        assert verify_xdf(out)["complete"], k
        loaded = by_pyxdf(out)["amp"]
        neural = next(s for s in read_xdf(out) if s.stream_id == 1)
        np.testing.assert_array_equal(loaded, neural.data)
        kept.append(sum(tuple(row) in rows for row in loaded.tolist()))
        assert len(loaded) - kept[-1] <= 50  # a flipped bit of a value cannot be known by this
    assert np.median(kept) >= 230


def test_a_hostile_file_takes_a_bounded_time(tmp_path: Path) -> None:
    """Signs of chunks everywhere, and no chunk behind any of them."""
    path = tmp_path / "x.xdf"
    write_example(path)
    sign = b"\x01\x20" + struct.pack("<HI", 3, 1)
    path.write_bytes(path.read_bytes()[:3000] + sign * 200_000 + pack_chunk(5, b"", BOUNDARY))
    repair_xdf(path, tmp_path / "out.xdf")
    assert verify_xdf(tmp_path / "out.xdf")["complete"]
