"""XDF files that were cut, damaged, killed, full or changed: one clear line, and nothing lost that is there."""

from __future__ import annotations

import gzip
import random
import re
import resource
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError
from bk_realtime.xdf import XdfWriter, info_xml, read_xdf, verify_xdf
from bk_realtime.xdf.salvage import scan_xdf
from bk_realtime.xdf.verify import write_sidecar
from tests.unit.test_xdf import description, write_example


def test_cut_anywhere_only_whole_chunks_are_kept(tmp_path: Path) -> None:
    """Every byte position of a small file: the kept part is always a prefix, and never a wrong sample."""
    path, part = tmp_path / "x.xdf", tmp_path / "cut.xdf"
    _, data = write_example(path, n=60, offsets=False)
    whole = path.read_bytes()
    kept, refused = [], []
    for size in [*range(0, len(whole), 11), *range(len(whole) - 40, len(whole))]:
        part.write_bytes(whole[:size])
        try:
            streams = read_xdf(part, salvage=True)
        except BkError as error:
            refused.append(str(error))
            continue
        n = len(streams[0])
        np.testing.assert_array_equal(streams[0].data, data[:n])
        kept.append(n)
        assert part.read_bytes() == whole[:size]
    assert kept == sorted(kept)
    assert set(kept) == {10, 20, 30, 40, 50, 60}
    assert refused
    assert not any("\n" in line for line in refused)


def test_damage_inside_costs_one_chunk(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    _, data = write_example(path)
    whole = path.read_bytes()
    at = whole.index(data[100].tobytes()) - 9 - 6  # head of the chunk that begins with sample 100: its sample count
    path.write_bytes(whole[:at] + b"\x01\x63" + whole[at + 2 :])
    assert scan_xdf(path)[0].damaged
    with pytest.raises(BkError, match=r"is damaged.*python -m bk_realtime record --repair"):
        read_xdf(path)
    neural, marks = read_xdf(path, salvage=True)
    assert 0 < len(neural) < 250
    assert {tuple(row) for row in neural.data.tolist()} <= {tuple(row) for row in data.tolist()}
    assert len(marks) == 3


def test_random_damage_never_breaks_the_reader(tmp_path: Path) -> None:
    path, hurt = tmp_path / "x.xdf", tmp_path / "hurt.xdf"
    write_example(path, offsets=False)
    whole = path.read_bytes()
    rng = random.Random(3)
    kept, refused = [], []
    for _ in range(100):
        broken = bytearray(whole)
        at = rng.randrange(len(whole) - 16)
        broken[at : at + 16] = rng.randbytes(16)
        hurt.write_bytes(broken)
        try:
            kept.append(sum(len(s) for s in read_xdf(hurt, salvage=True) if s.description.is_neural))
        except BkError as error:
            refused.append(str(error))
    assert np.median(kept) >= 240
    assert len(kept) > 85
    assert not any("\n" in line for line in refused)


def test_whole_copy_of_a_cut_file(tmp_path: Path) -> None:
    path, copy = tmp_path / "x.xdf", tmp_path / "copy.xdf"
    write_example(path)
    cut = path.read_bytes()[:-1500]
    path.write_bytes(cut)
    command = [sys.executable, "-m", "bk_realtime.xdf", str(path), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert verify_xdf(copy)["complete"]
    assert path.read_bytes() == cut
    kept, copied = read_xdf(path, salvage=True), read_xdf(copy)
    np.testing.assert_array_equal(copied[0].data, kept[0].data)
    np.testing.assert_array_equal(copied[0].stamps, kept[0].stamps)
    again = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert again.returncode == 2
    assert again.stderr.splitlines()[-1].startswith("error: ")
    assert "never overwritten" in again.stderr


def test_help_of_the_copy_command() -> None:
    command = [sys.executable, "-m", "bk_realtime.xdf"]
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=240, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "usage: python -m bk_realtime.xdf [-h] FILE OUT" in " ".join(shown.stdout.split())
    assert subprocess.run(command, capture_output=True, timeout=240, check=False).returncode == 2


def _header_only(path: Path) -> None:
    XdfWriter(path).close()


def _no_samples(path: Path) -> None:
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(description()))


def _chunk(tag: int, xml: bytes) -> bytes:
    """A file of one chunk, of stream 1 where its kind belongs to a stream."""
    content = struct.pack("<H", tag) + (struct.pack("<I", 1) if tag == 2 else b"") + xml
    return b"XDF:" + struct.pack("<BI", 4, len(content)) + content


DEEP = info_xml(description()).replace("<desc>", "<desc>" + "<a>" * 5000 + "</a>" * 5000).encode()
"""A header whose elements lie deeper than Python's stack."""


def _claiming(key: str, value: str) -> bytes:
    """A header that says something absurd."""
    return re.sub(f"<{key}>.*?</{key}>", f"<{key}>{value}</{key}>", info_xml(description())).encode()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: None, "no such file"),
        (lambda p: p.mkdir(), "is a folder"),
        (lambda p: p.write_bytes(b""), "is empty"),
        (lambda p: p.write_bytes(b"RIFF1234"), "is not an XDF file"),
        (lambda p: p.write_bytes(b"XDF:"), "holds no streams"),
        (_header_only, "holds no streams"),
        (_no_samples, "not one sample"),
        (lambda p: (_no_samples(p), p.write_bytes(p.read_bytes()[:200])), "cut off after 200 bytes, inside its header"),
        (lambda p: (write_example(p), p.write_bytes(p.read_bytes()[:-900])), "is cut off"),
        (lambda p: p.write_bytes(gzip.compress(b"XDF:")[:-9]), "cannot be read"),
        (lambda p: p.write_bytes(gzip.compress(b"XDF:")[:10] + b"\xff" * 20), "cannot be read"),
        (lambda p: p.write_bytes(_chunk(1, b'<?xml version="1.0" encoding="foo"?><info/>')), "inside its header"),
        (lambda p: p.write_bytes(_chunk(2, DEEP)), "inside its header"),
        (lambda p: p.write_bytes(_chunk(2, _claiming("channel_count", "99999999"))), "inside its header"),
        *(
            (lambda p, rate=rate: p.write_bytes(_chunk(2, _claiming("nominal_srate", rate))), "inside its header")
            for rate in ("inf", "nan", "1e308", "-1")
        ),
    ],
)
def test_files_that_are_no_recording(tmp_path: Path, make, said: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.xdf"
    make(path)
    with pytest.raises(BkError, match=said) as raised:
        read_xdf(path)
    assert "\n" not in str(raised.value)


def test_killed_recorder_leaves_a_readable_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "x.xdf"
    writer = XdfWriter(path)
    writer.add_stream(1, info_xml(description()))
    writer.write(1, [1.0], np.ones((1, 3)))
    assert len(read_xdf(path)[0]) == 1  # no footer yet
    assert "not closed by its recorder" in caplog.text
    assert not verify_xdf(path)["complete"]
    writer.close()
    assert verify_xdf(path)["complete"]


FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import exit_cleanly
from bk_realtime.xdf import XdfWriter, info_xml
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

@exit_cleanly
def main():
    with XdfWriter(Path(sys.argv[1])) as writer:
        writer.add_stream(1, info_xml(StreamDescription("amp", "sEEG", "x", 100.0, ("A1", "A2"), ("uV",) * 2)))
        for i in range(10_000):
            writer.write(1, np.arange(10) + 10.0 * i, np.full((10, 2), float(i)))
main()
"""


def test_full_disk_says_so_and_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "the disk took no more" in done.stderr
    (stream,) = read_xdf(path)
    n = len(stream)
    assert f"{n} samples of amp" in done.stderr
    assert 49_000 < path.stat().st_size <= 50_000
    np.testing.assert_array_equal(stream.data[:, 0], np.repeat(np.arange(n // 10), 10))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 50_000


def test_sidecar_finds_a_changed_file(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    _, data = write_example(path)
    write_sidecar(path, verify_xdf(path))
    assert verify_xdf(path)["complete"]
    whole = path.read_bytes()
    at = whole.index(data[100].tobytes())
    path.write_bytes(whole[:at] + b"\0" + whole[at + 1 :])  # a flipped value: no chunk is malformed
    report = verify_xdf(path)
    assert not report["complete"]
    assert "sha256 differs" in report["problems"][0]
