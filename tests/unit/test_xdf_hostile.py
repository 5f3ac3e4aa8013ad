"""XDF files made to hurt: the chunk that does is damaged, the rest is saved, and no time or memory is spent on it."""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError, FileError, InputError
from bk_realtime.xdf import read_xdf
from bk_realtime.xdf.hash_chain import chain_path
from bk_realtime.xdf.header import stream_description
from bk_realtime.xdf.repair import repair_xdf
from bk_realtime.xdf.salvage import scan_xdf
from bk_realtime.xdf.verify import verify_xdf
from bk_realtime.xdf.xml_door import parse_xml
from offline.inspection.report import inspect_recording
from offline.inspection.timings import read_timed
from offline.io import read_recording
from offline.io.cue_tables import read_events
from offline.io.held_warnings import warnings_when_read
from offline.io.options import ReadOptions
from tests.recording_damage import chunk, cut, flipped, header_xml, noisy, odd_xdf, samples, written, xdf

TABLE = "onset\tduration\ttrial_type\n0.1\t0.2\took\n0.5\t0.2\tals\n"
NUMBER = struct.pack("<I", 1)
BEGIN = chunk(1, b"<info><version>1.0</version></info>")
HEADER = chunk(2, NUMBER + header_xml().encode())
DATA = chunk(3, samples(1, [i / 500 for i in range(600)]))
FOOTER = chunk(6, NUMBER + b"<info><sample_count>600</sample_count></info>")


HOW = ["read", "salvage", "verify", "repair"]


@pytest.mark.parametrize("how", HOW)
def test_whatever_is_wrong_is_one_line(how: str, tmp_path: Path) -> None:
    offset = chunk(4, NUMBER + struct.pack("<dd", 1, 0.5))
    small = xdf(BEGIN, HEADER, chunk(3, samples(1, [0.0, 0.002])), offset, FOOTER)
    every = [*odd_xdf(), *flipped(small, len(small), 7), *cut(small, 20), *noisy(small, 40)]
    for what, content in every[HOW.index(how) :: 5]:  # which of them changes with every one that is added
        path = written(tmp_path, "x.xdf", content)
        try:
            if how == "verify":
                verify_xdf(path, with_stamps=True)
            elif how == "repair":
                out = tmp_path / "out.xdf"
                out.unlink(missing_ok=True)
                repair_xdf(path, out)
                assert not out.exists() or verify_xdf(out)["damaged_bytes"] == 0, what
            else:
                read_recording(path, **({"salvage": True} if how == "salvage" else {}))
        except BkError as error:
            lines = str(error).splitlines()
        else:
            lines = []
        assert len(lines) < 2, what


@pytest.mark.parametrize("odd", ["1e308", "inf", "nan", "-1", "0x1", ""])
@pytest.mark.parametrize("field", ["nominal_srate", "channel_count"])
def test_a_header_that_states_nonsense_costs_its_own_stream(field: str, odd: str, tmp_path: Path) -> None:
    other = chunk(2, struct.pack("<I", 2) + header_xml(**{field: odd}, name="b").encode())
    path = written(tmp_path, "x.xdf", xdf(BEGIN, HEADER, other, DATA, FOOTER))
    with pytest.raises(InputError, match=r"is damaged: .* whole: 600 samples of 'a'; make a whole copy"):
        read_recording(path)
    assert len(read_recording(path, salvage=True).neural) == 600
    repair_xdf(path, tmp_path / "out.xdf")
    assert len(read_recording(tmp_path / "out.xdf").neural) == 600


def test_channels_are_no_more_than_bytes(tmp_path: Path) -> None:
    many = [
        chunk(2, struct.pack("<I", i) + header_xml(name=f"s{i}", channel_count="43000").encode()) for i in range(2, 50)
    ]
    scan, _ = scan_xdf(written(tmp_path, "x.xdf", xdf(BEGIN, HEADER, *many, DATA, FOOTER)))
    assert scan.n_channels == 3 * 43000 + 1
    assert scan.streams[1].n_samples == 600
    assert len(scan.damaged) == 45


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE a [<!ENTITY a "b">]><a>&a;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        '<?xml version="1.0" encoding="foo"?><a/>',
        "<a>" * 101 + "</a>" * 101,
        "<a>" * 200_000,
        "<a>",
        "",
    ],
)
def test_xml_that_is_refused(xml: str) -> None:
    with pytest.raises(InputError):
        parse_xml(xml.encode())


def test_names_within_names_do_not_grow() -> None:
    tag = "a" * 400
    with pytest.raises(InputError, match="more than 500 letters"):
        stream_description(header_xml(desc=f"<{tag}><{tag}>{'<b/>' * 10}</{tag}></{tag}>"))


def test_a_gzipped_file_is_read_up_to_its_damage(tmp_path: Path) -> None:
    whole = xdf(BEGIN, HEADER, *(chunk(3, samples(1, [i + k / 500 for k in range(500)])) for i in range(40)), FOOTER)
    rng = np.random.default_rng(1)
    packed = gzip.compress(whole + chunk(3, samples(1, rng.random(3000).tolist())))
    path = written(tmp_path, "x.xdfz", packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"gzip file \(its end is missing\)"):
        read_xdf(path)
    assert len(read_xdf(path, salvage=True)[0]) > 2000
    assert not verify_xdf(path)["complete"]
    repair_xdf(path, tmp_path / "out.xdf")
    assert len(read_xdf(tmp_path / "out.xdf")[0]) == len(read_xdf(path, salvage=True)[0])
    broken = bytearray(packed)
    broken[len(packed) // 2] ^= 0xFF
    assert len(read_xdf(written(tmp_path, "y.xdfz", bytes(broken)), salvage=True)[0]) > 1000
    with pytest.raises(FileError, match="cannot be read"):
        read_xdf(written(tmp_path, "z.xdfz", b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 8))
    twice = written(tmp_path, "twice.xdfz", gzip.compress(whole[:1000]) + gzip.compress(whole[1000:]) + bytes(100))
    assert len(read_xdf(twice)[0]) == 20_000


def test_a_gzipped_file_is_a_recording(tmp_path: Path) -> None:
    whole = gzip.compress(xdf(BEGIN, HEADER, DATA, FOOTER))
    for name in ("x.xdfz", "y.xdf.gz"):
        assert len(read_recording(written(tmp_path, name, whole)).neural) == 600


def test_why_a_header_is_none_is_said(tmp_path: Path) -> None:
    header = chunk(2, NUMBER + header_xml(channel_count="20000000").encode())
    with pytest.raises(InputError, match=r"inside its header \(.*got <info>, 20000000 channels"):
        read_xdf(written(tmp_path, "x.xdf", xdf(BEGIN, header)))


def test_a_gzipped_file_that_unpacks_without_end(tmp_path: Path) -> None:
    content = xdf(BEGIN, HEADER, DATA) + bytes(80 << 20)
    with pytest.raises(InputError, match="made to hurt"):
        read_xdf(written(tmp_path, "x.xdfz", gzip.compress(content, 9)))


@pytest.mark.parametrize("stamp", [float("nan"), float("inf"), -1e300])
def test_a_chunk_without_times_is_damaged_and_the_rest_is_read(stamp: float, tmp_path: Path) -> None:
    bad = chunk(3, samples(1, [1.2, stamp]))
    path = written(tmp_path, "x.xdf", xdf(BEGIN, HEADER, DATA, bad, FOOTER))
    with pytest.raises(InputError, match="is damaged"):
        read_recording(path)
    assert len(read_recording(path, salvage=True).neural) == 600
    offset = chunk(4, NUMBER + struct.pack("<dd", stamp, 0.0))
    assert scan_xdf(written(tmp_path, "x.xdf", xdf(BEGIN, HEADER, offset, DATA, FOOTER)))[0].damaged


def test_a_clock_that_is_always_set_back(tmp_path: Path) -> None:
    offsets = [chunk(4, NUMBER + struct.pack("<dd", i % 2, i % 3)) for i in range(500)]
    path = written(tmp_path, "x.xdf", xdf(BEGIN, HEADER, DATA, *offsets, FOOTER))
    with pytest.raises(InputError, match=r"set back \d+ times"):
        read_recording(path)


def test_a_chain_of_numbers_without_end(tmp_path: Path) -> None:
    path = written(tmp_path, "x.xdf", xdf(BEGIN, HEADER, DATA, FOOTER))
    link = {"link": 1, "first": 0, "stop": 10**300, "sha256": "", "previous": "", "time": ""}
    lines = [{"chain": 1}, *({**link, "seconds": s} for s in (10**400, float("inf"), True, 1e300))]
    chain_path(path).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert len([p for p in verify_xdf(path)["problems"] if "is no link" in p]) == 4


LONG = "Q" * 5000


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("name", {"neural": "zz"}),
        ("name", {"audio": "zz"}),
        ("name", {"neural": LONG + "x"}),
        ("type", {}),
        ("source_id", {"neural": "zz"}),
        ("channel_count", {}),
        ("nominal_srate", {}),
        ("unit", {}),
        ("label", {"channels": ("zz",)}),
        ("label", {"unit": LONG}),
        ("label", {"markers": LONG}),
    ],
)
def test_endless_names_are_shortened(field: str, options: dict[str, str], tmp_path: Path) -> None:
    desc = "<channels><channel><label>A1</label><unit>microvolts</unit></channel></channels>"
    if field in ("unit", "label"):
        long = desc.replace("microvolts" if field == "unit" else "A1", LONG)
        xml = header_xml(desc=long)
    else:
        xml = header_xml(**{field: LONG})
    path = written(tmp_path, "x.xdf", xdf(BEGIN, chunk(2, NUMBER + xml.encode()), DATA, FOOTER))
    with pytest.raises(BkError) as caught:
        read_recording(path, **options)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("table", [TABLE.replace(old, LONG) for old in ("onset", "0.1", "0.2", "trial_type")] + [LONG])
def test_endless_cells_are_shortened(table: str, tmp_path: Path) -> None:
    for ending in ("tsv", "csv", "txt", "json"):
        notes: list[str] = []
        try:
            read_events(written(tmp_path, f"e.{ending}", table), 1024.0, notes)
        except BkError as error:
            notes.append(str(error))
        assert max(map(len, notes), default=0) < 1000


def test_an_error_stands_alone_and_a_warning_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    no_unit = chunk(2, NUMBER + header_xml(desc="<x/>").encode())
    path = written(tmp_path, "x.xdf", xdf(BEGIN, no_unit, chunk(3, samples(1, [i / 500 for i in range(1200)]))))
    for options in (ReadOptions(), ReadOptions(salvage=True)):
        with pytest.raises(InputError, match="does not state a unit"):
            inspect_recording(*read_timed(path, options), 50.0)
    with pytest.raises(InputError, match="is cut off"):
        inspect_recording(*read_timed(written(tmp_path, "y.xdf", path.read_bytes() + DATA[:-3]), ReadOptions()), 50.0)
    assert not caplog.records
    read_recording(path, unit="uV")
    assert caplog.text.count("was not closed by its recorder") == 1
    with warnings_when_read(), warnings_when_read():
        read_xdf(path)
        read_xdf(path)
        assert caplog.text.count("was not closed by its recorder") == 1
    assert caplog.text.count("was not closed by its recorder") == 2
