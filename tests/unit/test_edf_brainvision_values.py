"""EDF and BrainVision headers, number by number: what they say, and where exactly one of them is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError, FileError
from offline.io import brainvision, edf
from tests.unit.edf_files import Line, write_brainvision, write_edf

TOP16, TOP24 = 1 << 15, 1 << 23


def patched(path: Path, *changes: tuple[int, bytes], cut: int | None = None) -> Path:
    data = bytearray(path.read_bytes())
    for at, text in changes:
        data[at : at + len(text)] = text
    path.write_bytes(data[:cut])
    return path


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Three records of half a second: 4 and 2 samples of two channels, and times."""
    a, b = np.arange(12.0) * 10 - 50, np.arange(6.0) * 100
    lines = [Line("A1", a, 8.0, span=327.67), Line("A1", b, 4.0, unit="mV", span=None)]
    return write_edf(tmp_path / "two.edf", lines, kind="EDF+C", onsets=[0, 0.5, 1.0], record_s=0.5)


def test_an_edf_header_is_read_as_it_stands(two: Path) -> None:
    header = edf.read_header(two)
    first, second = header.signals
    assert (header.width, header.kind, header.n_records, header.record_s) == (2, "EDF+C", 3, Fraction(1, 2))
    assert header.data_start == 256 * 4
    assert header.record_bytes == 8 + 4 + 120
    assert header.annotation_columns == ((12, 120),)
    assert header.notes == ()
    assert (first.label, first.unit, first.samples, first.column, first.rate) == ("A1-0", "µV", 4, 0, 8)
    assert (second.label, second.unit, second.samples, second.column, second.rate) == ("A1-1", "mV", 2, 8, 4)
    np.testing.assert_allclose((first.gain, first.offset), (0.01, 0.0), atol=1e-9)
    np.testing.assert_allclose((second.gain, second.offset), (1.0, 0.0), atol=1e-9)
    ((at, block),) = edf.blocks(header)
    assert at == 0
    assert block.shape == (3, 132)
    np.testing.assert_allclose(edf.digital(header, first, block) * first.gain, np.arange(12.0) * 10 - 50, atol=0.01)
    np.testing.assert_array_equal(edf.digital(header, second, block), np.arange(6) * 100)


def test_a_channel_that_is_lifted_and_one_without_a_range(two: Path) -> None:
    n = 3  # channels, with the times
    low, high = 256 + (16 + 80 + 8) * n, 256 + (16 + 80 + 8 + 8) * n
    digital_low, digital_high = 256 + (16 + 80 + 8 + 16) * n, 256 + (16 + 80 + 8 + 24) * n
    patched(two, (low, b"-10     "), (high, b"30      "), (digital_low, b"-100    "), (digital_high, b"300     "))
    patched(two, (digital_low + 8, b"7       "), (digital_high + 8, b"7       "))
    first, second = edf.read_header(two).signals
    assert (first.gain, first.offset) == (0.1, 0.0)
    patched(two, (low, b"10      "), (high, b"50      "))
    assert edf.read_header(two).signals[0].offset == pytest.approx(20.0)
    assert second.gain == 0.0


def test_numbers_of_24_bits_on_both_sides_of_nought(tmp_path: Path) -> None:
    values = np.array([0.0, 1, -1, 255, 256, -256, 65536, -65537, TOP24 - 1, -TOP24])
    header = edf.read_header(write_edf(tmp_path / "x.bdf", [Line("A1", values, 10.0, span=None)]))
    (signal,), ((_, block),) = header.signals, edf.blocks(header)
    assert (header.width, header.record_bytes) == (3, 30)
    np.testing.assert_array_equal(edf.digital(header, signal, block), values)


def test_records_come_in_pieces_and_a_file_that_shrinks_is_refused(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = edf.read_header(two)
    monkeypatch.setattr(edf, "_BLOCK", 2 * header.record_bytes)
    pieces = list(edf.blocks(header))
    assert [(at, len(block)) for at, block in pieces] == [(0, 2), (2, 1)]
    monkeypatch.setattr(edf, "_BLOCK", 1)
    singles = list(edf.blocks(header))
    assert [at for at, _ in singles] == [0, 1, 2]
    np.testing.assert_array_equal(np.concatenate([b for _, b in singles]), np.concatenate([b for _, b in pieces]))
    patched(two, cut=header.data_start + 3 * header.record_bytes - 1)
    with pytest.raises(BkError, match="became shorter while it was read"):
        list(edf.blocks(header))


@pytest.mark.parametrize(
    ("stated", "there", "said"),
    [(b"3 ", 3, ""), (b"4 ", 3, "shorter"), (b"2 ", 3, "longer"), (b"0 ", 0, "shorter"), (b"-1", 0, "shorter")],
)
def test_as_many_records_as_the_header_says(two: Path, stated: bytes, there: int, said: str) -> None:
    start, size = 1024, 132
    patched(two, (236, stated.ljust(8)), cut=start + there * size)
    if said:
        with pytest.raises(BkError, match=f"truncated: it is {said} than"):
            edf.read_header(two)
    else:
        assert edf.read_header(two).n_records == there


@pytest.mark.parametrize(("more", "note"), [(0, ": 2 are read$"), (5, ": 2 are read, the last one is incomplete")])
def test_a_file_that_was_not_closed(two: Path, more: int, note: str) -> None:
    patched(two, (236, b"-1      "), cut=1024 + 2 * 132 + more)
    header = edf.read_header(two)
    assert header.n_records == 2
    (said,) = header.notes
    assert note.strip("$") in said
    assert said.endswith("read") == note.endswith("$")


@pytest.mark.parametrize(
    ("at", "text", "message"),
    [
        (184, b"1023    ", "a header of 3 signals has 1024 bytes, it says 1023"),
        (184, b"x       ", "size of the header: 'x'"),
        (236, b"many    ", "number of records: 'many'"),
        (244, b"0.0000009", "its records have 0.000000 s"),
        (244, b"86400   ", "its records have 86400 s"),
        (244, b"half    ", "seconds in a record: 'half'"),
        (252, b"0   ", "does not begin like an EDF or BDF file"),
        (252, b"-1  ", "does not begin like an EDF or BDF file"),
        (0, b"1       ", "does not begin like an EDF or BDF file"),
        (0, b"\xffBIOSEMX", "does not begin like an EDF or BDF file"),
        (256 + 104 * 3, b"low     ", "range of channel 'A1-0': 'low'"),
        (256 + 104 * 3, b"inf     ", "range of channel 'A1-0': 'inf'"),
    ],
)
def test_a_header_that_cannot_be(at: int, text: bytes, message: str, two: Path) -> None:
    with pytest.raises(BkError, match=message):
        edf.read_header(patched(two, (at, text[:8])))


def test_seconds_of_a_record_with_a_comma_and_at_their_limits(two: Path) -> None:
    for text, seconds in ((b"0,25    ", Fraction(1, 4)), (b"0.000001", Fraction(1, 10**6)), (b"86399   ", 86399)):
        assert edf.read_header(patched(two, (244, text))).record_s == seconds


def test_what_no_edf_file_can_be_opened_from(two: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        edf.read_header(tmp_path / "missing.edf")
    for cut in (0, 255, 256, 1023):
        with pytest.raises(BkError, match="damaged, truncated"):
            edf.read_header(patched(two, cut=cut))


# ---- BrainVision -----------------------------------------------------------------------------------------------------
N, LABELS = 100, ["A1", "A2"]


@pytest.fixture
def header(tmp_path: Path) -> Path:
    values = np.arange(2.0 * N).reshape(N, 2)
    return write_brainvision(tmp_path / "b.vhdr", values, LABELS, 100.0)


def edited(header: Path, *changes: tuple[str, str]) -> Path:
    text = header.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    header.write_text(text, encoding="utf-8")
    return header


COUNT = "NumberOfChannels=2"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([(COUNT, "NumberOfChannels=" + "0" * 18 + "2")], "NumberOfChannels=0{18}2: expected a number of at most 18"),
        ([(COUNT, "NumberOfChannels=²")], "NumberOfChannels=²: expected a number of at most 18 digits"),
        ([(COUNT, COUNT + "\nDataPoints=" + "1" * 19)], "DataPoints=1{19}: expected a number"),
        ([(COUNT, "NumberOfChannels=0")], "NumberOfChannels=0: expected at least 1"),
        ([(COUNT, "NumberOfChannels=100001")], "NumberOfChannels=100001: expected at least 1"),
        ([(COUNT, "NumberOfChannels=100000")], "NumberOfChannels=100000, but it describes 2"),
        ([(COUNT, "NumberOfChannels=3")], "NumberOfChannels=3, but it describes 2"),
        ([("DataFile=b.eeg", "DataFile=a\\b.eeg")], "expected the name of a file"),
        ([("Ch2=A2,,1,µV", "Ch2=A2,,1,µV,x,0\nCh3=A3")], "but it describes 3"),
        ([(COUNT, COUNT + "\nDataPoints=99")], "800 bytes are not 99 samples of 2 channels"),
        ([(COUNT, COUNT + "\nDataPoints=101")], "800 bytes are not 101 samples of 2 channels"),
    ],
)
def test_a_brainvision_header_that_cannot_be(header: Path, changes: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(BkError, match=message):
        brainvision.check_header(edited(header, *changes))


def good(header: Path) -> None:
    brainvision.check_header(header)


def test_the_size_of_the_data_is_judged_by_its_format(header: Path) -> None:
    good(header)
    good(edited(header, (COUNT, COUNT + "\nDataPoints=100")))
    good(edited(header, ("DataPoints=100", "DataPoints=200"), ("IEEE_FLOAT_32", "INT_16")))
    good(edited(header, ("DataPoints=200", "DataPoints=100"), ("INT_16", "int_32")))
    data = header.with_suffix(".eeg")
    edited(header, ("\nDataPoints=100", ""))
    data.write_bytes(data.read_bytes()[:-8])
    good(header)
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(BkError, match="791 bytes are not a whole number of samples of 2 channels"):
        good(header)
    data.write_bytes(b"")
    with pytest.raises(BkError, match="truncated: 0 bytes"):
        good(header)


@pytest.mark.parametrize("name", ["", "../b.eeg", "/b.eeg", "./b.eeg", "a\\b.eeg", "x" * 256, "a//b"])
def test_data_that_lies_elsewhere(header: Path, name: str) -> None:
    with pytest.raises(BkError, match="expected"):
        brainvision.data_file(edited(header, ("DataFile=b.eeg", f"DataFile={name}")))


def test_data_by_the_name_of_the_header_in_a_folder_below_and_missing(header: Path) -> None:
    assert brainvision.data_file(edited(header, ("DataFile=b.eeg", "DataFile=$b.eeg"))).name == "b.eeg"
    below = header.parent / "raw"
    below.mkdir()
    (below / "b.eeg").write_bytes(b"1234")
    assert brainvision.data_file(edited(header, ("DataFile=$b.eeg", "DataFile=raw/b.eeg"))) == below / "b.eeg"
    with pytest.raises(FileError, match=f"its data file {'x' * 251}.eeg is missing"):
        brainvision.data_file(edited(header, ("DataFile=raw/b.eeg", f"DataFile={'x' * 251}.eeg")))


def test_the_markers_that_the_header_names_or_those_of_its_name(header: Path) -> None:
    own = header.with_suffix(".vmrk")
    assert brainvision.marker_file(header) == own
    assert brainvision.marker_file(edited(header, ("MarkerFile=b.vmrk", "MarkerFile=$b.vmrk"))) == own
    assert brainvision.marker_file(edited(header, ("MarkerFile=$b.vmrk", "MarkerFile=other.vmrk"))) == own
    other = header.with_name("other.vmrk")
    other.write_text("")
    assert brainvision.marker_file(header) == other
    assert brainvision.marker_file(edited(header, ("MarkerFile=other.vmrk\n", ""))) is None


def test_resolution_and_unit_as_they_stand_or_as_the_format_says(header: Path) -> None:
    def read(*channels: str) -> list[tuple[float, str]]:
        text = header.read_text(encoding="utf-8").partition("[Channel Infos]\n")[0]
        header.write_text(text + "[Channel Infos]\n" + "\n".join(channels) + "\n", encoding="utf-8")
        return brainvision.channel_units(header)

    assert read() == []
    assert read("Ch1=A1") == [(1.0, "µV")]
    assert read("Ch1=A1,,0.5", "Ch2=A2,,, mV", "ch4=A4,,9.9e8,V,x") == [
        (0.5, "µV"),
        (1.0, "mV"),
        (1.0, "µV"),
        (9.9e8, "V"),
    ]
    for resolution in ("0", "-1", "nan", "x", "1e9"):
        with pytest.raises(BkError, match=f"channel 2 has resolution '{resolution}'"):
            read("Ch1=A1,,1,µV", f"Ch2=A2,,{resolution},µV")
    assert read("Ch100001=A1") == []
    assert len(read("Ch100000=A1")) == 100_000
    with pytest.raises(BkError, match="channel 1000000 has resolution '1'"):
        read("Ch1000000=A1,,1,µV")


def dated(second: float) -> str:
    return f"2024010112{int(second) // 60:02d}{int(second) % 60:02d}{round(second % 1 * 1e6):06d}"


M = 1000


def pieces(folder: Path, notes: list[str], *segments: tuple[int, str]) -> list[tuple[int, int]]:
    """First sample and first grid point of each run of ten seconds at 100 Hz; the length last."""
    path = write_brainvision(folder / "s.vhdr", np.zeros((M, 2)), LABELS, 100.0, segments)
    grid = brainvision.segment_grid(path, M, 100.0, notes)
    assert grid.rate == 100.0
    return [*((first, at) for first, _, at in grid.pieces), (M, grid.length)]


def test_pauses_by_the_dates_of_the_segments(tmp_path: Path) -> None:
    notes: list[str] = []

    def read(*segments: tuple[int, str]) -> list[tuple[int, int]]:
        return pieces(tmp_path, notes, *segments)

    whole = [(0, 0), (M, M)]
    assert read() == read((0, dated(5))) == whole
    assert read((0, dated(5)), (500, dated(13))) == [(0, 0), (500, 800), (M, 1300)]
    three = [(0, 0), (400, 700), (600, 1100), (M, 1500)]
    assert read((0, dated(5)), (400, dated(12)), (600, dated(16))) == three
    assert read((0, dated(5)), (M, dated(30))) == whole  # of a sample that is not there
    assert notes == []
    # one without a date is joined; the next with one lies by the last that was known
    assert read((0, dated(5)), (400, ""), (600, dated(16))) == [(0, 0), (600, 1100), (M, 1500)]
    assert read((500, dated(8))) == whole
    assert ["interrupted 1 times" in note for note in notes] == [True, True]


def test_dates_may_be_early_by_half_a_second_and_what_two_clocks_drift(tmp_path: Path) -> None:
    n = 1_050_000  # nearly three hours: 1.05 s of drift
    for early, good in ((1.53, True), (1.6, False)):
        dates = [(0, dated(0)), (100_000, dated(1000 - early))]
        path = write_brainvision(tmp_path / "s.vhdr", np.zeros((M, 2)), LABELS, 100.0, dates)
        if good:
            assert brainvision.segment_grid(path, n, 100.0, []).length == n
        else:
            with pytest.raises(BkError, match="segment 2 begins at"):
                brainvision.segment_grid(path, n, 100.0, [])
