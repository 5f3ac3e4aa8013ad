"""Sample chunks byte by byte, written out by hand: integers, strings, which stamps are left out, where values lie."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf.samples import (
    copy_values,
    pack_numbers,
    parse_stamps,
    parse_strings,
    read_varlen,
    sample_width,
)


def told(sfreq: float, channels: int, kind: str) -> StreamDescription:
    return StreamDescription("s", "EEG", "s", sfreq, ("c",) * channels, ("",) * channels, kind)


def stamp(seconds: float) -> bytes:
    return b"\x08" + struct.pack("<d", seconds)


def text(words: str, size: int = 1) -> bytes:
    raw = words.encode()
    return struct.pack({1: "<BB", 4: "<BI", 8: "<BQ"}[size], size, len(raw)) + raw


def test_integers_of_one_four_and_eight_bytes() -> None:
    buffer = b"\xff" + b"\x01\xfe" + b"\x04" + struct.pack("<I", 70_000) + b"\x08" + struct.pack("<Q", 1 << 40)
    assert read_varlen(buffer, 1) == (254, 3)
    assert read_varlen(buffer, 3) == (70_000, 8)
    assert read_varlen(buffer, 8) == (1 << 40, 17)
    for size in (0, 2, 3, 5, 7, 9, 255):
        with pytest.raises(ValueError, match=f"expected an integer of 1, 4 or 8 bytes, got {size}"):
            read_varlen(bytes([size]) + bytes(9), 0)
    for short in (b"\x01", b"\x04abc", b"\x08abcdefg"):
        with pytest.raises((IndexError, struct.error)):
            read_varlen(short, 0)


def test_strings_of_two_channels_with_and_without_stamps() -> None:
    content = b"\0" + text("a") + text("", 4) + stamp(9.5) + text("zwei", 8) + text("ü") + b"\0" + text("c") + text("d")
    stamps, rows = parse_strings(content, 3, told(4.0, 2, "string"), 7.0) or pytest.fail("not read")
    assert stamps.tolist() == [7.25, 9.5, 9.75]
    assert rows == [["a", ""], ["zwei", "ü"], ["c", "d"]]
    irregular = parse_strings(content, 3, told(0.0, 2, "string"), 7.0)
    assert irregular is not None
    assert irregular[0].tolist() == [7.0, 9.5, 9.5]
    odd = parse_strings(b"\0\x01\x02\xff!", 1, told(0.0, 1, "string"), 7.0)
    assert odd is not None
    assert odd[1] == [["\ufffd!"]]  # no letters, but something was there


def test_strings_that_do_not_fill_the_chunk_are_refused() -> None:
    description = told(0.0, 1, "string")
    content = stamp(1.0) + text("ab")
    assert parse_strings(content, 1, description, 0.0) is not None
    assert parse_strings(content + b"\0", 1, description, 0.0) is None
    assert parse_strings(content[:-1], 1, description, 0.0) is None
    assert parse_strings(b"\x07" + content[1:], 1, description, 0.0) is None
    assert parse_strings(content, len(content) + 1, description, 0.0) is None
    nothing = parse_strings(b"", 0, description, 0.0)
    assert nothing is not None
    assert nothing[1] == []


def test_numbers_with_all_stamps_with_the_first_and_with_none() -> None:
    description = told(4.0, 2, "int16")
    assert sample_width(description) == 4
    value = b"\x08\0\x08\0"  # looks like a stamp's length
    every = b"".join(stamp(t) + value for t in (5.0, 6.0, 6.125))
    first = stamp(5.0) + value + 2 * (b"\0" + value)
    none = 3 * (b"\0" + value)

    def read(content: bytes, last: float = 1.0) -> list[float] | None:
        found = parse_stamps(content, 3, description, last)
        return None if found is None else found.tolist()

    assert read(every) == [5.0, 6.0, 6.125]
    assert read(first) == [5.0, 5.25, 5.5]
    assert read(none) == [1.25, 1.5, 1.75]
    for good in (every, first, none):
        assert read(good[:-1]) is None
        assert read(good + b"\0") is None
    assert read(every[:13] + b"\0" + every[14:]) is None
    assert read(first[:13] + b"\x08" + first[14:]) is None
    empty = parse_stamps(b"", 0, description, 1.0)
    assert empty is not None
    assert len(empty) == 0
    irregular = parse_stamps(none, 3, told(0.0, 2, "int16"), 1.0)
    assert irregular is not None
    assert irregular.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("tolerance", "sfreq", "kept"),
    [(0.0, 4.0, [1, 0, 1, 1, 0]), (0.06, 4.0, [1, 0, 0, 1, 0]), (9.0, 4.0, [1, 0, 0, 0, 0]), (9.0, 0.0, [1] * 5)],
)
def test_a_stamp_is_left_out_where_a_reader_puts_the_same_in_its_place(
    tolerance: float, sfreq: float, kept: list[int]
) -> None:
    """The third is 50 ms late, the fourth a whole interval more; up to 60 ms from what the reader has, it goes."""
    stamps = np.array([2.0, 2.25, 2.55, 3.05, 3.3])
    values = np.arange(10, dtype=np.int16).reshape(5, 2)
    got = pack_numbers(stamps, values, told(sfreq, 2, "int16"), tolerance)
    rows = zip(stamps, values, kept, strict=True)
    assert got == b"".join((stamp(t) if has else b"\0") + row.tobytes() for t, row, has in rows)
    read = parse_stamps(got, 5, told(sfreq, 2, "int16"), 0.0)
    assert read is not None
    np.testing.assert_allclose(read, stamps, atol=tolerance + 1e-12)


def test_values_lie_after_their_stamps() -> None:
    values = np.arange(6, dtype=np.int16).reshape(3, 2)
    content = b"".join(
        [b"xyz", stamp(1.0), values[0].tobytes(), b"\0", values[1].tobytes(), b"\0", values[2].tobytes()]
    )
    out = np.zeros((3, 4), np.uint8)
    copy_values(np.frombuffer(content, np.uint8), 3, 3, 4, out)
    np.testing.assert_array_equal(out.view("<i2"), values)
