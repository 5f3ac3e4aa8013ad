"""What the engine publishes, seen from a receiver."""

from __future__ import annotations

import json

import numpy as np
import pylsl
import pytest

from bk_realtime.config import MelSettings
from bk_realtime.sink.outlets import EngineOutlets
from bk_realtime.xdf.header import stream_description

pytestmark = pytest.mark.lsl


def inlet_of(source_id: str) -> pylsl.StreamInlet:
    (info,) = pylsl.resolve_byprop("source_id", source_id, 1, 60.0)
    inlet = pylsl.StreamInlet(info, recover=False)
    inlet.open_stream(60.0)
    return inlet


def receive(inlet: pylsl.StreamInlet, n: int) -> tuple[list, np.ndarray]:
    rows, stamps = [], []
    while len(rows) < n:
        row, stamp = inlet.pull_sample(timeout=60.0)
        assert row is not None, f"{len(rows)} of {n} samples came"
        rows.append(row)
        stamps.append(stamp)
    return rows, np.array(stamps)


def test_numbers_arrive_with_stamps_and_metadata(source_id: str) -> None:
    outlets = EngineOutlets(
        source_id, 3, MelSettings(), simulated=True, feature_labels=["A1", "A2", "B1-B2"], n_attention=4
    )
    inlets = {s: inlet_of(f"bk-{source_id}-{s}") for s in ("mel", "audio", "features", "attention")}
    rng = np.random.default_rng(0)
    mel, features = rng.normal(size=(5, 80)).astype(np.float32), rng.normal(size=(5, 3)).astype(np.float32)
    voice, weights = rng.normal(size=512).astype(np.float32), np.array([[0.1, 0.2, 0.3, 0.4]], np.float32)
    stamps = 1000.0 + np.array([0.0, 0.011, 0.023, 0.034, 0.047])
    voice_stamps = 1000.0 + np.arange(512) / 22050
    outlets.push_mel(mel[:0], stamps[:0])
    outlets.push_mel(mel, stamps)
    outlets.push_features(features[:1], stamps[:1])
    outlets.push_features(features[1:], stamps[1:])
    outlets.push_attention(weights, stamps[-1:])
    outlets.push_audio(voice[:256], voice_stamps[:256])
    outlets.push_audio(voice[256:], voice_stamps[-1])
    for name, rows, at in (
        ("mel", mel, stamps),
        ("features", features, stamps),
        ("attention", weights, stamps[-1:]),
        ("audio", voice[:, None], voice_stamps),
    ):
        got, when = receive(inlets[name], len(rows))
        np.testing.assert_array_equal(np.array(got, np.float32), rows)
        np.testing.assert_allclose(when, at, rtol=0, atol=1e-6)
    described = {name: stream_description(inlet.info(60.0).as_xml()) for name, inlet in inlets.items()}
    for name, said in described.items():
        assert said.name == f"BrainKaraoke-{name}"
        assert said.type.lower() == name
        assert said.extra["session"] == source_id
        assert said.extra["simulated"] == "true"
        assert said.extra["acquisition/software"].startswith("BrainKaraoke ")
        assert all(said.units)
    assert described["features"].labels == ("A1", "A2", "B1-B2")
    assert described["mel"].sfreq == pytest.approx(22050 / 256)
    assert described["mel"].extra["mel/f_max"] == "8000.0"
    assert described["mel"].extra["mel/scale"] == "slaney"
    assert (described["mel"].n_channels, described["audio"].sfreq) == (80, 22050.0)
    assert described["attention"].labels == ("t-3", "t-2", "t-1", "t-0")


def test_status_and_events_are_json(source_id: str) -> None:
    outlets = EngineOutlets(source_id, 2, MelSettings(), simulated=False)
    status, events = inlet_of(f"bk-{source_id}-status"), inlet_of(f"bk-{source_id}-events")
    outlets.push_status({"state": "running", "age_ms": float("nan"), "frames": np.int64(3), "bad_channels": ("A1",)})
    outlets.push_event({"event": "gap", "text": "µ 12 samples", "time": 77.25})
    outlets.push_event({"event": "marker", "text": "now"})
    (said,), _ = receive(status, 1)
    assert json.loads(said[0]) == {"state": "running", "age_ms": None, "frames": 3, "bad_channels": ["A1"]}
    rows, when = receive(events, 2)
    assert json.loads(rows[0][0])["text"] == "µ 12 samples"
    assert when[0] == 77.25
    assert 0 <= pylsl.local_clock() - when[1] < 600
    info = events.info(60.0)
    assert (info.type(), info.nominal_srate(), info.source_id()) == ("Markers", 0.0, f"bk-{source_id}-events")
    assert stream_description(info.as_xml()).extra["simulated"] == "false"
    assert pylsl.resolve_byprop("source_id", f"bk-{source_id}-attention", 1, 0.2) == []
    with pytest.raises(ValueError, match="n_attention"):
        outlets.push_attention(np.zeros((1, 4)), np.zeros(1))
    with pytest.raises(ValueError, match="labels"):
        EngineOutlets(source_id, 2, MelSettings(), simulated=False, feature_labels=["A1"])
