"""Streams of strangers against the real processes: whatever is announced, the others are recorded, and it is told."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pylsl
import pytest

from bk_realtime.xdf import read_xdf, verify_xdf
from tests.lsl.outlets import make_outlet
from tests.lsl.stranger import Stranger

pytestmark = pytest.mark.lsl

ROOT = Path(__file__).resolve().parents[2]
BAD = (
    {"name": "rate", "nominal_srate": "1e308"},
    {"name": "fast", "nominal_srate": "1e12"},
    {"name": "infinite", "nominal_srate": "inf"},
    {"name": "none", "channel_count": "0"},
    {"name": "many", "channel_count": "5000000", "channel_format": "string"},
    {"name": "words", "nominal_srate": "1e9", "channel_format": "string", "channel_count": "1"},
    {"name": "clear\x1b[2J"},
    {"name": "bytes\udcff\udcfe"},
    {"name": "long" * 3000},
)


def deep_outlet(source_id: str) -> pylsl.StreamOutlet:
    info = pylsl.StreamInfo("deep", "sEEG", 1, 100, "float32", source_id)
    node = info.desc()
    for _ in range(3000):
        node = node.append_child("a")
    return pylsl.StreamOutlet(info)


def wait_for_line(process: subprocess.Popen[str], wanted: str) -> list[str]:
    """Lines up to the one that holds ``wanted``."""
    assert process.stdout is not None
    lines = []
    while wanted not in (line := process.stdout.readline()):
        assert line, f"ended without {wanted!r}: {lines}"
        lines.append(line)
    return [*lines, line]


def test_strangers_end_no_recording_and_hide_no_later_stream(tmp_path: Path, source_id: str) -> None:
    path = tmp_path / "x.xdf"
    first = make_outlet(f"{source_id}-1", name="first")
    with contextlib.ExitStack() as there:
        for fields in BAD:
            there.enter_context(Stranger(**fields))
        deep = deep_outlet(f"{source_id}-deep")
        command = [sys.executable, "-u", "-m", "bk_realtime", "record", "--out", str(path)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            said = wait_for_line(process, "recording 'first'")
            end = time.monotonic() + 60.0
            while sum("refused" in line for line in said) < 7 and time.monotonic() < end:
                said += wait_for_line(process, "")
            later = make_outlet(f"{source_id}-2", name="later")
            said += wait_for_line(process, "recording 'later'")
            for outlet in (first, later):
                for k in range(50):
                    outlet.push_sample([float(k)] * 4)
            end = time.monotonic() + 60.0
            while sum(s["n_samples"] for s in verify_xdf(path)["streams"]) < 100 and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGINT)
            said += process.communicate(timeout=60)[0].splitlines()
    assert process.returncode == 0, said
    kept = tomllib.loads((tmp_path / "x.xdf.check.toml").read_text(encoding="utf-8"))["refused"]
    for name in ("rate", "fast", "none", "many", "words", "clear\\x1b[2J", "deep"):
        assert any(f"refused '{name}'" in line for line in kept), (name, kept)
        assert any("not recorded: refused" in line and name in line for line in said), (name, said)
    assert any("LSL cannot read its announcement" in line for line in kept)
    assert any("at most 1000 letters" in line for line in kept)
    assert not any("\x1b" in line for line in said)
    assert sorted(s.description.name for s in read_xdf(path) if len(s)) == ["first", "later"]
    assert all(len(s) == 50 for s in read_xdf(path) if s.description.name in ("first", "later"))
    del deep
