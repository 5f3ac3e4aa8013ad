"""A session over real LSL whose decoder is changed while it runs: live equals offline across the change."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.session.control import ControlClient
from tests.engine_fakes import tiny_bundle
from tests.lsl.test_session import bk, write_recording

pytestmark = pytest.mark.lsl


TRIES = 3


def test_another_decoder_takes_over_and_live_equals_offline_across_it(tmp_path: Path) -> None:
    write_recording(tmp_path / "in.xdf", 120)
    bundle, unfit = tiny_bundle(tmp_path / "model"), tiny_bundle(tmp_path / "unfit", n_channels=6)
    other = tiny_bundle(tmp_path / "other", hidden=24, layers=1)
    for n in range(TRIES):
        code, folder, told = _session(tmp_path, tmp_path / f"out{n}", bundle, other, unfit)
        if code != -9 % 256:  # the engine was ended by force: the machine stood still for 20 s
            break
    assert code == 0, told
    rows = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    (refused,) = [row for row in rows if row["event"] == "no bundle"]
    assert "8 channels of the running decoder, got 6" in refused["text"]
    (swap,) = [row for row in rows if row["event"] == "bundle"]
    assert (swap["path"], swap["sha256"]) == (str(other.path), other.digest)
    argv = [sys.executable, "-m", "offline.session_report", str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _session(root: Path, out: Path, bundle: Bundle, other: Bundle, unfit: Bundle) -> tuple[int, Path, str]:
    """Exit code, folder and output of one that refuses ``unfit`` and goes over to ``other``."""
    process = bk(
        "run", "--bundle", str(bundle.path), "--source", str(root / "in.xdf"), "--out", str(out),
        "--headless", "--sound-device", "none", "--unmuted",
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 300
        while not list(out.glob("*/control.json")):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        (control,) = out.glob("*/control.json")
        events = control.with_name("events.jsonl")

        def frames_after(n: int) -> int:
            """Frames decoded now, once there are ``n``."""
            while (now := client.request("status")["status"]["n_frames"]) < n:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            return int(now)

        with ControlClient.from_file(control, timeout=60.0) as client:
            frames_after(100)
            client.request("bundle", path=str(unfit.path))
            while '"no bundle"' not in events.read_text():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            client.request("bundle", path=str(other.path))
            while client.request("status")["status"]["bundle"] != str(other.path):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            frames_after(frames_after(0) + 100)
        process.send_signal(signal.SIGINT)
        said = "".join(process.communicate(timeout=240))
    finally:
        process.kill()
    return process.returncode, control.parent, said
