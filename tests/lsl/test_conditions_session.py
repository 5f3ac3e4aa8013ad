"""A blinded session with a schedule of conditions over real LSL: what it prints, what the report finds in what was
heard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.engine_fakes import tiny_bundle
from tests.lsl.test_session import bk, undisturbed, write_recording

pytestmark = pytest.mark.lsl


def report(folder: Path, *args: str) -> tuple[str, dict]:
    argv = [sys.executable, "-m", "offline.session_report", str(folder), *args]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((folder / "report.json").read_text())


def test_a_blinded_schedule_is_played_recorded_and_split_by_the_report(tmp_path: Path) -> None:
    bundle, recording = tiny_bundle(tmp_path / "model"), write_recording(tmp_path / "in.xdf", 8)
    lines = ("time_s,condition", "0,real", "3,delayed 100", "5,muted")
    (tmp_path / "plan.csv").write_text("\n".join(lines))
    shown: list[str] = []

    def run() -> Path:
        """What was dropped where the machine stood still is missing in the figures."""
        place = Path(tempfile.mkdtemp(dir=tmp_path))
        process = bk(
            "run", "--bundle", str(bundle.path), "--source", str(recording), "--out", str(place),
            "--headless", "--sound-device", "none", "--unmuted", "--schedule", str(tmp_path / "plan.csv"),
            "--blind", "letters",
            env=os.environ,
        )  # fmt: skip
        shown[:] = process.communicate(timeout=400)
        assert process.returncode == 0, shown
        (folder,) = place.iterdir()
        return folder

    folder = undisturbed(run)
    shown += [*((folder / name).read_text() for name in ("events.jsonl", "latency.json", "conditions.jsonl"))]
    assert not [word for text in shown for word in ("delayed", "100 ms", '"real"') if word in text]
    said, summary = report(folder)
    assert "--unblind" in said
    assert "conditions" not in summary
    said, summary = report(folder, "--unblind")
    split = summary["conditions"]
    assert list(split) == ["real", "delayed 100 ms", "muted"]
    assert split["real"]["heard_later_ms"] == pytest.approx(0, abs=2)  # the guard looks ahead
    assert split["delayed 100 ms"]["heard_later_ms"] == pytest.approx(100, abs=2)
    assert split["delayed 100 ms"]["seconds"] == pytest.approx(2, abs=0.1)
    assert "heard_later_ms" not in split["muted"]
    assert split["muted"]["heard_dbfs"] < split["real"]["heard_dbfs"] - 15
    assert split["muted"]["decoded_dbfs"] > -20
    for figures in split.values():
        assert figures["mel_max_difference"] < 1e-4
        assert figures["n_frames"] > 100
        assert figures["scores"]["live gru"]["frames"] > 50
