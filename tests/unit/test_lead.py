"""`offline.lead`: the curve of a brain that leads its sound peaks where it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import offline.lead
import offline.training.leads
import offline.training.recordings
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from offline.data.dataset import Corpus
from offline.data.split import SplitSettings
from offline.evaluation.decoders import needed_s
from offline.training.leads import Lead, score_leads
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


def test_parts_lie_as_far_apart_as_the_decoder_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no guard but what goes into one frame: the decoder's own past was forgotten."""
    made, seen = synthetic_recording(40.0, n_channels=4), list[Corpus]()
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: made)

    def stop(kind: str, sizes: dict[str, Any], corpus: Corpus, *_: object) -> None:
        seen.append(corpus)
        raise KeyboardInterrupt

    monkeypatch.setattr(offline.training.leads, "fit_decoder", stop)
    split = SplitSettings(guard_s=0.0, min_part_s=2.0)
    with pytest.raises(KeyboardInterrupt):
        score_leads(Lead((Path("x.xdf"),), leads=(0.0, 200.0), split=split), Console(quiet=True))
    first, second, third = seen[0].splits[0].parts
    needed = needed_s(Ridge(RidgeSettings(), 4, 80), FeatureSettings(), MelSettings(), 200.0)
    for before, after in ((first, second), (second, third)):
        assert float((after[0] - before[1]) / seen[0].frame_rate) >= needed
