"""`offline.lead`: the curve of a brain that leads its sound peaks where it should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import offline.lead
import offline.training.recordings
from tests.synthetic import synthetic_recording


def test_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    early = synthetic_recording(40.0, n_channels=4, lag_s=-0.2)
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: early)
    out = tmp_path / "lead.json"
    command = ["x.xdf", "--leads", "0", "150", "500", "--out", str(out), "--split.guard-s", "1"]
    command += ["--split.min-part-s", "2"]
    assert offline.lead.main(command) == 0
    printed = capsys.readouterr().out.replace("\n", " ")
    assert "r against lead" in printed
    assert "Half of the simulated shafts follow the sound" in printed
    told = json.loads(out.read_text())
    assert "Half of the simulated shafts" in told["negative"]
    assert "whoever takes the best of them has chosen by it" in told["choice"]
    assert told["choice"] in printed
    assert told["leak_untold"] == []
    scores = {float(k): v["r"] for k, v in told["leads"].items()}
    assert scores[150] > 0.8
    assert scores[500] < scores[150] - 0.3
    assert scores[0] > scores[500]
    with pytest.raises(SystemExit):
        offline.lead.main(command)
    assert "--overwrite" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        offline.lead.main(["x.xdf", "--decoder", "hmm"])
    assert "expected one of ridge, gru" in capsys.readouterr().err
