"""One recording with a microphone and trigger lines among its channels is the same in every format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import h5py
import numpy as np
import pynwb
import pytest
from pynwb.ecephys import ElectricalSeries

from bk_realtime.errors import OptionError
from offline.io import read_recording
from tests.xdf_files import Stream
from tests.xdf_files import write as write_xdf

RATE, N = 1525.87890625, 9000
RNG = np.random.default_rng(5)
LABELS = ("LA1", "LA2", "LA3", "LA4", "TRIG")
EDGES = ((1000, 7), (6000, 300))
DATA = (RNG.standard_normal((N, 5)) * 40).astype(np.float32)
DATA[:, 4] = 0
for _at, _code in EDGES:
    DATA[_at : _at + 100, 4] = _code
MARKERS = [(at / RATE, str(code)) for at, code in EDGES]


def hdf5(folder: Path) -> Path:
    with h5py.File(folder / "a.h5", "w") as file:
        file["ecog"], file["ecogSR"], file["labels"] = DATA, RATE, np.array(LABELS, "S")
    return folder / "a.h5"


def npy(folder: Path) -> Path:
    np.save(folder / "a_sEEG.npy", DATA)
    np.save(folder / "a_channelNames.npy", np.array(LABELS))
    (folder / "a_sEEG.npy.toml").write_text(f"sfreq = {RATE}\n")
    return folder / "a_sEEG.npy"


def nwb(folder: Path) -> Path:
    file = pynwb.NWBFile("test", "id-1", datetime(2021, 1, 1, tzinfo=UTC))
    group = file.create_electrode_group("A", "A", "l", file.create_device("amp"))
    file.add_electrode_column("label", "label")
    for label in LABELS:
        file.add_electrode(location="l", group=group, label=label)
    region = file.create_electrode_table_region(list(range(5)), "all")
    file.add_acquisition(ElectricalSeries(name="iEEG", data=DATA * 1e-6, electrodes=region, rate=RATE))
    with pynwb.NWBHDF5IO(str(folder / "a.nwb"), "w") as io:
        io.write(file)
    return folder / "a.nwb"


FORMATS = pytest.mark.parametrize("write", [hdf5, npy, nwb])


@FORMATS
def test_the_microphone_is_no_neural_channel_and_has_the_rate_of_the_others(
    write: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = write(tmp_path)
    recording = read_recording(path, audio="LA2", channels=["LA1", "LA2", "LA4"])
    assert recording.labels == ("LA1", "LA4")
    assert recording.audio is not None
    assert np.corrcoef(recording.audio, DATA[:, 1])[0, 1] > 0.999
    assert recording.audio_rate == pytest.approx(RATE, rel=1e-9)
    assert len(recording.audio) / recording.audio_rate == pytest.approx(recording.duration_s, abs=1e-6)
    assert any("left out, it is the audio: LA2" in note for note in recording.notes)
    assert read_recording(path, audio="LA2").labels == ("LA1", "LA3", "LA4")


@FORMATS
def test_trigger_channels_are_markers(write: Callable[[Path], Path], tmp_path: Path) -> None:
    path = write(tmp_path)
    for told in (None, "TRIG"):
        markers = read_recording(path, markers=told).markers
        assert [text for _, text in markers] == [text for _, text in MARKERS]
        np.testing.assert_allclose([t for t, _ in markers], [t for t, _ in MARKERS], atol=1e-6)
    assert read_recording(path, exclude=["TRIG"]).markers == []
    assert read_recording(path, channels=["LA1"]).markers != []


def test_cues_of_an_array_count_before_its_trigger_channel(tmp_path: Path) -> None:
    path = hdf5(tmp_path)
    with h5py.File(path, "a") as file:
        file["words"] = np.where(np.arange(N) < 3000, b"", b"ook")
    assert [text for _, text in read_recording(path).markers] == ["start;ook", "end;ook"]
    assert [text for _, text in read_recording(path, markers="TRIG").markers] == ["7", "300"]


def test_several_trigger_channels_are_told_apart(tmp_path: Path) -> None:
    path = hdf5(tmp_path)
    with h5py.File(path, "a") as file:
        del file["labels"]
        file["labels"] = np.array(("LA1", "LA2", "LA3", "TTL1", "TTL2"), "S")
        file["ecog"][:, 3] = 2.0 * DATA[:, 4]
    texts = [text for _, text in read_recording(path).markers]
    assert sorted(texts) == ["TTL1=14", "TTL1=600", "TTL2=300", "TTL2=7"]
    with pytest.raises(OptionError, match="no dataset 'TTL3'"):
        read_recording(path, markers="TTL3")


@pytest.mark.parametrize("kind", ["EEG", "AUX"])
def test_trigger_channel_of_another_box_of_the_xdf_file(kind: str, tmp_path: Path) -> None:
    stamps = 100 + np.arange(N) / 1000
    neural = Stream("amp", "EEG", 1000.0, DATA[:, :3], stamps, labels=LABELS[:3], types=("SEEG",) * 3)
    box = Stream("box", kind, 1000.0, DATA[:, 3:], stamps, labels=("AUX1", "TRIG"), types=("AUX", "TRIG"))
    path = write_xdf(tmp_path, neural, box)
    recording = read_recording(path)
    assert recording.labels == ("LA1", "LA2", "LA3")
    assert [text for _, text in recording.markers] == ["7", "300"]
    np.testing.assert_allclose([t for t, _ in recording.markers], [101, 106], atol=1e-6)
