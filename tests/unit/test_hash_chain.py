"""The hash chain of a recording: whatever is changed in recording or chain is found, with its second and bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.__main__ import main
from bk_realtime.xdf import XdfWriter, info_xml, verify_xdf
from bk_realtime.xdf.hash_chain import chain_path
from bk_realtime.xdf.verify import write_sidecar
from tests.unit.test_xdf import description


def record(path: Path, seconds: int = 6, close: bool = True) -> np.ndarray:
    """Ten chunks a second of 100 Hz; returns the samples. ``close`` False: killed after the last chunk."""
    rng = np.random.default_rng(4)
    data = rng.normal(size=(seconds * 100, 3)).astype(np.float32)
    now = [0.0]
    writer = XdfWriter(path, now=lambda: now[0], session="s1")
    writer.add_stream(1, info_xml(description()))
    for start in range(0, len(data), 10):
        now[0] = (start + 10) / 100
        part = slice(start, start + 10)
        writer.write(1, start / 100 + np.arange(10) / 100, data[part])
    writer.clock_offset(1, 1.0, 0.0)
    if close:
        writer.close()
    return data


def links(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in chain_path(path).read_text(encoding="utf-8").splitlines()]


def problems(path: Path) -> list[str]:
    report = verify_xdf(path)
    assert report["complete"] == (not report["problems"])
    return list(report["problems"])


def test_a_third_party_can_follow_it_with_sha256_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    record(path)
    written = path.read_bytes()
    lines = chain_path(path).read_bytes().split(b"\n")
    assert lines.pop() == b""
    begin, *each = (json.loads(line) for line in lines)
    assert (begin["chain"], begin["file"], begin["session"], begin["previous"]) == (1, "x.xdf", "s1", "")
    stop = 0
    for number, (line, link) in enumerate(zip(lines, each, strict=False), start=1):
        assert link["previous"] == hashlib.sha256(line).hexdigest()
        assert (link["link"], link["first"]) == (number, stop)
        stop = link["stop"]
        assert link["sha256"] == hashlib.sha256(written[link["first"] : stop]).hexdigest()
    assert stop == len(written)
    assert [link.get("last", False) for link in each] == [False] * (len(each) - 1) + [True]
    assert [round(link["seconds"]) for link in each[:-1]] == [1, 2, 3, 4, 5, 6]
    report = verify_xdf(path)
    assert report["complete"]
    assert report["chain"]["head"] == hashlib.sha256(lines[-1]).hexdigest()
    assert report["chain"]["covered"] == len(written)


def test_one_flipped_bit_of_one_sample_is_found_with_its_second(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    data = record(path)
    whole = bytearray(path.read_bytes())
    at = whole.index(data[333].tobytes())  # within the fourth second
    whole[at] ^= 1
    path.write_bytes(whole)
    (problem,) = problems(path)
    link = next(link for link in links(path)[1:] if link["first"] <= at < link["stop"])  # type: ignore[operator]
    assert "seconds 3.0 to 4.0" in problem
    assert f"bytes {link['first']} to {link['stop']}" in problem
    assert "changed" in problem


def test_two_changed_stretches_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    data = record(path)
    whole = bytearray(path.read_bytes())
    for sample in (50, 150, 450):
        whole[whole.index(data[sample].tobytes())] ^= 128
    path.write_bytes(whole)
    first, second = problems(path)
    assert "seconds 0.0 to 2.0" in first
    assert "seconds 4.0 to 5.0" in second


def _cut_recording(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1500])


def _append(path: Path) -> None:
    """A whole chunk, which no reader complains of."""
    with path.open("ab") as file:
        file.write(b"\x01\x12\x05\x00" + bytes.fromhex("43A546DCCBF5410FB30ED5467383CBE4"))


def _lines(change: Callable[[list[bytes]], object]) -> Callable[[Path], None]:
    def of(path: Path) -> None:
        lines = chain_path(path).read_bytes().splitlines()
        change(lines)
        chain_path(path).write_bytes(b"".join(line + b"\n" for line in lines))

    return of


def _swap(lines: list[bytes]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


def _edit(k: int, old: bytes, new: bytes) -> Callable[[list[bytes]], None]:
    def of(lines: list[bytes]) -> None:
        assert old in lines[k]
        lines[k] = lines[k].replace(old, new)

    return of


CHANGES: list[tuple[Callable[[Path], None], str]] = [
    (_cut_recording, "cut off at byte"),
    (_append, "20 of .* bytes were added to the recording after its end"),
    (_lines(_swap), "link 3 does not follow on link 1"),
    (_lines(lambda lines: lines.pop(3)), "link 4 does not follow on link 2"),
    (_lines(lambda lines: lines.pop(1)), "link 2 does not follow on link 0"),
    (_lines(lambda lines: lines.pop()), "has no last link"),
    (_lines(lambda lines: lines.insert(3, lines[2])), "link 2 does not follow on link 2"),
    (_lines(lambda lines: lines.append(lines[-1])), "comes after the last one"),
    (_lines(_edit(2, b'"seconds": 2.0', b'"seconds": 9.0')), "link 3 does not follow on link 2"),
    (_lines(_edit(0, b'"s1"', b'"s2"')), "link 1 does not follow on link 0"),
    (_lines(_edit(3, b"{", b"[")), "line 4 is no link"),
    (_lines(_edit(0, b'"chain": 1', b'"chain": 2')), "no hash chain of version 1"),
    (_lines(lambda lines: lines.clear()), "no hash chain of version 1"),
    (lambda path: chain_path(path).write_bytes(chain_path(path).read_bytes()[:-9]), "ends within a line"),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[expected for _, expected in CHANGES])
def test_every_change_of_recording_or_chain_is_found(
    tmp_path: Path, change: Callable[[Path], None], expected: str
) -> None:
    path = tmp_path / "x.xdf"
    record(path)
    assert problems(path) == []
    change(path)
    found = " ; ".join(problems(path))
    assert re.search(expected, found), found


def _cut_both(path: Path) -> None:
    """Recording and chain end together at a link, as if both had been made so."""
    _lines(lambda lines: lines.__delitem__(slice(4, None)))(path)
    path.write_bytes(path.read_bytes()[: links(path)[-1]["stop"]])  # type: ignore[misc]


def _all_anew(path: Path) -> None:
    """Another recording with a chain of its own in place of both."""
    path.unlink()
    chain_path(path).unlink()
    record(path, seconds=5)


@pytest.mark.parametrize("change", [_cut_both, _all_anew, lambda path: chain_path(path).unlink()])
def test_what_was_noted_of_the_chain_finds_what_both_files_hide(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Path], None]
) -> None:
    path = tmp_path / "x.xdf"
    record(path)
    head = verify_xdf(path)["chain"]["head"]
    check = ["record", "--verify", str(path), "--head"]
    assert main([*check, head.upper()]) == 0
    assert "session s1, started 20" in capsys.readouterr().out
    change(path)
    assert main([*check, head]) == 1
    assert "not the recording that was noted down" in capsys.readouterr().out


def test_the_check_beside_the_recording_knows_its_chain(tmp_path: Path) -> None:
    path = tmp_path / "x.xdf"
    record(path)
    write_sidecar(path, verify_xdf(path))
    assert problems(path) == []
    _lines(_edit(-1, b'"seconds": 6.0', b'"seconds": 6.5'))(path)
    (problem,) = problems(path)
    assert "does not end as x.xdf.check.toml says" in problem
    chain_path(path).unlink()
    (problem,) = problems(path)
    assert "x.xdf.chain.jsonl" in problem
    assert "is missing" in problem


KILLED = """
import sys, time
import numpy as np
from pathlib import Path
from bk_realtime.xdf import XdfWriter, info_xml
from tests.unit.test_xdf import description
now = [0.0]
writer = XdfWriter(Path(sys.argv[1]), now=lambda: now[0], session="s1")
writer.add_stream(1, info_xml(description()))
for start in range(0, 250, 10):
    now[0] = (start + 10) / 100
    writer.write(1, start / 100 + np.arange(10) / 100, np.ones((10, 3), np.float32))
print("written", flush=True)
sys.stdin.read()
"""


def test_kill_nine_leaves_a_chain_up_to_the_last_second(tmp_path: Path) -> None:
    path, pipe = tmp_path / "x.xdf", subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdin=pipe, stdout=pipe, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    report = verify_xdf(path)
    chain, size = report["chain"], path.stat().st_size
    assert (chain["links"], chain["closed"]) == (2, False)
    assert size - 3000 < chain["covered"] < size  # half a second
    no_footer, not_covered, no_end = report["problems"]
    assert not_covered == f"{size - chain['covered']} of {size} bytes at the end are not covered by x.xdf.chain.jsonl"
    assert "has no last link" in no_end
    assert "no footer" in no_footer
    whole = bytearray(path.read_bytes())
    whole[chain["covered"] - 1] ^= 1  # what is covered is proven
    path.write_bytes(whole)
    assert any("seconds 1.0 to 2.0" in problem for problem in problems(path))


def test_a_chain_that_cannot_be_written_for_a_while_covers_all_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, now = tmp_path / "x.xdf", [0.0]
    writer = XdfWriter(path, now=lambda: now[0], session="")
    writer.add_stream(1, info_xml(description()))
    chain = writer._file._chain
    assert chain is not None
    write = os.write

    def full(fd: int, content: bytes) -> int:
        if fd == chain._fd:
            write(fd, bytes(content)[:20])  # the disk takes a part of the line
            raise OSError(28, "No space left on device")
        return write(fd, content)

    for second in range(4):
        monkeypatch.setattr(os, "write", full if second in (1, 2) else write)
        now[0] += 1.0
        writer.write(1, second + np.arange(10) / 100, np.ones((10, 3), np.float32))
    writer.close()
    assert writer.chain_problem == "No space left on device"
    assert problems(path) == []
    assert [link["seconds"] for link in links(path)[1:]] == [1.0, 4.0, 4.0]
