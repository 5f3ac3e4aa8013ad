"""Real signals that nothing was tuned to, over LSL, through the whole session: no fault, finite sound."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import mne
import numpy as np
import pytest
import soundfile

from bk_realtime.chunks import StreamDescription
from bk_realtime.config import FeatureSettings
from bk_realtime.xdf import XdfWriter, info_xml
from bk_realtime.xdf.reader import read_xdf
from tests.engine_fakes import tiny_bundle
from tests.lsl.test_session import bk, undisturbed

pytestmark = [pytest.mark.lsl, pytest.mark.shared_data]
SECONDS = 5


def edf(shared_data: Path, folder: Path) -> tuple[Path, StreamDescription]:
    """The 102-contact EDF at 2048 Hz, 2 s, looped."""
    raw = mne.io.read_raw_edf(shared_data / "neural/naplab_ieeg_102ch_2048hz/tiny_test.edf", verbose="error")
    return _as_xdf(raw, 1e6, folder)


def brainvision(shared_data: Path, folder: Path) -> tuple[Path, StreamDescription]:
    """ECoG and depth LFP at 1000 Hz; MNE takes its µV for V."""
    (header,) = (shared_data / "neural/pynm_ecog_stn_19s").rglob("*.vhdr")
    return _as_xdf(mne.io.read_raw_brainvision(header, verbose="error"), 1.0, folder)


def headset(shared_data: Path, folder: Path) -> tuple[Path, StreamDescription]:
    """An XDF of a consumer headset: EEG, movement and pulse streams, one name, stamps that step back."""
    path = shared_data / "xdf/sub-P001_ses-S001_task-Default_run-001_eeg.xdf"
    (eeg,) = [s.description for s in read_xdf(path) if s.description.is_neural]
    return path, eeg


def _as_xdf(raw: mne.io.BaseRaw, scale: float, folder: Path) -> tuple[Path, StreamDescription]:
    x = (raw.get_data() * scale).T.astype(np.float32)
    n = int(SECONDS * raw.info["sfreq"])
    x = np.tile(x, (n // len(x) + 1, 1))[:n]
    labels = tuple(raw.ch_names)
    said = StreamDescription(
        "amp", "sEEG", "amp-1", float(raw.info["sfreq"]), labels, ("microvolts",) * len(labels), "float32"
    )
    path = folder / "in.xdf"
    writer = XdfWriter(path)
    writer.add_stream(1, info_xml(said, {}))
    second = int(said.sfreq)
    for start in range(0, n, second):
        writer.write(1, 10.0 + np.arange(start, min(n, start + second)) / said.sfreq, x[start : start + second])
    writer.close()
    return path, said


@pytest.mark.parametrize("make", [edf, brainvision, headset], ids=lambda f: f.__name__)
def test_runs_live_without_a_fault(make, shared_data: Path, tmp_path: Path) -> None:
    path, said = make(shared_data, tmp_path)
    features = FeatureSettings(band=(70.0, min(170.0, 0.43 * said.sfreq)))
    bundle = tiny_bundle(tmp_path / "model", labels=said.labels, sfreq=said.sfreq, features=features)

    def run() -> Path:
        place = Path(tempfile.mkdtemp(dir=tmp_path))
        process = bk(
            "run", "--bundle", str(bundle.path), "--source", str(path), "--out", str(place), "--headless",
            "--sound-device", "none", "--unmuted", "--unit", "microvolts", "--seconds", "12",
        )  # fmt: skip
        _, err = process.communicate(timeout=400)
        assert process.returncode == 0, err
        (folder,) = place.iterdir()
        return folder

    folder = undisturbed(run)
    latency = json.loads((folder / "latency.json").read_text())
    assert latency["n_frames"] > 100
    assert latency["gaps"] == 0
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    # of a process that was held up it is told
    events = [
        e["event"] for e in events if not (e["event"] == "notice" and re.search("hang|hung|still|goes on", e["text"]))
    ]
    # the end of the replay is a loss of the stream; nothing else may have happened but that a busy machine stood still,
    # which a chain that cannot keep up does all the time
    stood_still = {"backlog", "reset", "returned", "stalled", "stall over", "slow", "keeps up", "slept", "start"}
    # the EDF has flat channels (pulse, saturation, trigger), which a machine that keeps up finds within its 12 s
    said = {"matched", "gate", "loop watch", "priority", "segment", "start", "lost", "dead channels"}
    assert set(events) <= said | stood_still, events
    assert events.count("reset") <= 2, events
    voice, _ = soundfile.read(folder / "decoded.wav")
    assert np.isfinite(voice).all()
    assert np.abs(voice).max() > 1e-4
