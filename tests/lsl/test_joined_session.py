"""A whole session of two amplifiers over real LSL: joined live is joined offline from what was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import offline.session_report
from bk_realtime.chunks import StreamDescription
from bk_realtime.session.events import read_events
from bk_realtime.session.settings import InletSettings
from bk_realtime.xdf import XdfWriter, info_xml
from bk_realtime.xdf.reader import read_xdf
from offline.inspection.rejoined import as_decoded
from offline.io import read_recording
from tests.engine_fakes import tiny_bundle
from tests.lsl.test_session import PATIENT, bk, undisturbed
from tests.property.test_join import taken

pytestmark = pytest.mark.lsl
SECONDS = 14.0
PPM = 200.0


def write_two(path: Path) -> Path:
    """1000 Hz, and 2048 Hz on a clock that runs 200 ppm fast; packets with 0.2 ms of jitter; both call a contact A1."""
    writer = XdfWriter(path)
    rng = np.random.default_rng(5)
    for number, (name, rate, ppm) in enumerate((("amp", 1000.0, 0.0), ("stim", 2048.0, PPM)), 1):
        times, stamps = taken(SECONDS, rate, ppm, 2e-4, seed=number)
        labels = ("A1", "A2", "A3")
        d = StreamDescription(name, "sEEG", f"{name}-1", rate, labels, ("microvolts",) * 3, "float32")
        writer.add_stream(number, info_xml(d, {}))
        tones = [30 * np.sin(2 * np.pi * (80 + 7 * k) * times + number) for k in range(3)]
        x = (np.stack(tones, 1) + 10 * rng.standard_normal((len(times), 3))).astype(np.float32)
        for a in range(0, len(stamps), 500):
            writer.write(number, stamps[a : a + 500], x[a : a + 500])
    writer.close()
    return path


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished session; where the machine stood still and signal was dropped by design, another one."""

    def run() -> Path:
        root = tmp_path_factory.mktemp("joined")
        labels = [f"A{k}" for k in (1, 2, 3)] + [f"stim:A{k}" for k in (1, 2, 3)]
        recording = write_two(root / "two.xdf")
        bundle = tiny_bundle(root / "model", labels=labels, sfreq=1000)
        process = bk(
            "run", "--bundle", str(bundle.path), "--source", str(recording), "--out", str(root / "out"),
            "--join", "stim", "--headless", "--sound-device", "none", "--unmuted", *PATIENT,
        )  # fmt: skip
        _, err = process.communicate(timeout=400)
        assert process.returncode == 0, err
        (folder,) = (root / "out").iterdir()
        return folder

    return undisturbed(run)


def test_live_equals_offline(session: Path) -> None:
    """Mel to 1e-4 and waveform to 60 dB, decoded again from the two raw streams of the session's recording."""
    assert offline.session_report.main([str(session)]) == 0
    mel, snr = json.loads((session / "report.json").read_text())["agreement"].values()
    assert mel <= 1e-4
    assert snr >= 60


def test_offset_drift_and_residual_are_on_record(session: Path) -> None:
    (figures,) = json.loads((session / "latency.json").read_text())["joined"].values()
    assert figures["drift_ppm"] == pytest.approx(PPM, abs=10)
    assert 0 < figures["residual_ms"] <= figures["residual_max_ms"] < 0.5
    assert abs(figures["offset_s"]) < 10
    begun = [e for e in read_events(session / "events.jsonl") if e["event"] == "joined" and "stamp" in e]
    assert {e["name"] for e in begun} == {"amp", "stim"}


def test_the_reader_joins_the_recording_alike(session: Path) -> None:
    """Both raw streams are recorded; read with --join they give the rows that were decoded, once both lines, which did
    not begin with the same sample, have settled."""
    path = session / "session.xdf"
    streams = read_xdf(path)
    assert {"amp", "stim"} <= {s.description.name for s in streams}
    (live,) = [
        s
        for s in as_decoded(session, streams, read_events(session / "events.jsonl"), InletSettings())
        if s.description.is_neural
    ]
    assert live.description.labels[3:] == ("stim:A1", "stim:A2", "stim:A3")
    read = read_recording(path, neural="amp", join="stim")
    assert read.labels == live.description.labels
    assert len(read.neural) == len(live.data)
    np.testing.assert_array_equal(read.neural[:, :3], live.data[:, :3])
    n = len(read.neural)
    difference = read.neural[n // 2 : n - 100, 3:] - live.data[n // 2 : n - 100, 3:]
    assert np.sqrt(np.nanmean(difference**2)) < 0.01 * np.nanstd(read.neural[:, 3:])
