"""Export and read again: the same recording; never over an existing file."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pynwb
import pytest

from bk_realtime.errors import BkError
from offline import export
from offline.data.align import aligned_audio
from offline.io import Recording, read_recording
from offline.io.bids_export import write_bids
from offline.io.nwb_export import write_nwb

DEMO = Path(__file__).parents[2] / "recordings" / "demo.xdf"


def recording() -> Recording:
    rng = np.random.default_rng(2)
    neural = (rng.standard_normal((6000, 3)) * 30).astype(np.float32)
    neural[100:140, 1] = np.nan
    return Recording(
        neural=neural, sfreq=Fraction(1000), labels=("LA1", "LA2", "B1"), neural_start_s=500.0, neural_rate=1000.02,
        audio=(rng.standard_normal(7 * 16000) * 0.05).astype(np.float32), sample_rate=16000, audio_start_s=499.6,
        audio_rate=16000.4, markers=[(500.5, "experimentStarted"), (501.0, "start;ook"), (503.0, "end;ook")],
        name="p01", simulated=True, source_hash="0" * 64, bad=("B1",),
    )  # fmt: skip


def same(made: Recording, got: Recording) -> None:
    np.testing.assert_array_equal(got.neural, made.neural)
    assert (got.labels, got.sfreq, got.sample_rate, got.bad) == (made.labels, made.sfreq, made.sample_rate, made.bad)
    assert got.simulated == made.simulated
    assert got.neural_rate == pytest.approx(made.neural_rate, rel=1e-9)
    assert got.audio_rate == pytest.approx(made.audio_rate, rel=1e-9)
    np.testing.assert_allclose(aligned_audio(got), aligned_audio(made), atol=1e-5)
    want = [(t - made.neural_start_s, text) for t, text in made.markers]
    assert [text for _, text in got.markers] == [text for _, text in want]
    np.testing.assert_allclose([t for t, _ in got.markers], [t for t, _ in want], atol=1e-6)


def test_nwb_round_trip_and_the_public_layout(tmp_path: Path) -> None:
    made = recording()
    write_nwb(made, tmp_path / "x.nwb")
    same(made, read_recording(tmp_path / "x.nwb"))
    with pynwb.NWBHDF5IO(str(tmp_path / "x.nwb"), "r") as io:
        file = io.read()
        assert set(file.acquisition) == {"iEEG", "Audio", "Stimulus", "Markers"}
        assert file.acquisition["iEEG"].unit == "volts"
        words = np.array(file.acquisition["Stimulus"].data[:])
        assert list(np.unique(words)) == ["", "ook"]
        assert list(np.flatnonzero(words == "ook")[[0, -1]]) == [1000, 2999]
        assert "SIMULATED" in file.session_description
        assert pynwb.validate(io=io) == []


def test_bids_round_trip(tmp_path: Path) -> None:
    made = recording()
    write_bids(made, tmp_path / "out", "01", "wordProduction")
    base = tmp_path / "out" / "sub-01" / "ieeg" / "sub-01_task-wordProduction"
    same(made, read_recording(Path(f"{base}_ieeg.nwb")))
    description = json.loads((tmp_path / "out" / "dataset_description.json").read_text())
    assert description["DatasetType"] == "derivative"
    assert description["GeneratedBy"][0]["Name"] == "brainkaraoke"
    sidecar = json.loads(Path(f"{base}_ieeg.json").read_text())
    assert (sidecar["SamplingFrequency"], sidecar["SEEGChannelCount"], sidecar["Simulated"]) == (1000.0, 3, True)
    assert Path(f"{base}_channels.tsv").read_text().splitlines()[3].startswith("B1\tSEEG\tuV\t")
    events = Path(f"{base}_events.tsv").read_text().splitlines()
    assert events[1:] == ["0.500000\t0\texperimentStarted", "1.000000\t2.000000\took"]
    write_bids(made, tmp_path / "out", "02", "wordProduction")
    assert (tmp_path / "out" / "participants.tsv").read_text().split() == ["participant_id", "sub-01", "sub-02"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    made = recording()
    write_nwb(made, tmp_path / "x.nwb")
    before = (tmp_path / "x.nwb").read_bytes()
    with pytest.raises(BkError, match="exists already"):
        write_nwb(made, tmp_path / "x.nwb")
    assert (tmp_path / "x.nwb").read_bytes() == before
    write_bids(made, tmp_path / "b", "01", "t")
    with pytest.raises(BkError, match="exists already"):
        write_bids(made, tmp_path / "b", "01", "t")
    write_bids(made, tmp_path / "b", "01", "t", overwrite=True)
    with pytest.raises(BkError, match="letters and digits"):
        write_bids(made, tmp_path / "b", "p-1", "t")
    with pytest.raises(BkError, match=r"x\.nwb is a file; expected a folder"):
        write_nwb(made, tmp_path / "x.nwb" / "y.nwb")


def test_command_on_the_demo(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert export.main([str(DEMO), "--nwb", str(tmp_path / "demo.nwb")]) == 0
    got = read_recording(tmp_path / "demo.nwb", require_audio=True)
    made = read_recording(DEMO)
    same(made, got)
    with pytest.raises(SystemExit) as caught:
        export.main([str(DEMO)])
    assert caught.value.code == 2
    assert "nothing to write" in capsys.readouterr().err
