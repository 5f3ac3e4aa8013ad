"""Recordings that hold features: HDF5, NPY and NWB as labs write them; what they cannot be is one clear line."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pynwb
import pytest
from pynwb.misc import DecompositionSeries

import offline.export
from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.montage import ChannelInfo, choose_channels
from bk_realtime.xdf import XdfWriter, info_xml
from offline.io import Recording, read_recording
from offline.io.feature_data import as_features, doubt_of_signal, feature_columns

RATE, N = 100, 1200
RNG = np.random.default_rng(0)
ENVELOPE = np.abs(RNG.normal(size=(N, 3)))  # of any unit: 1e-7 and 1e7 below
CUBE = RNG.normal(size=(N, 3, 2))
SOUND = (0.1 * RNG.normal(size=N * 160)).astype(np.float32)  # 16 kHz


def hdf5(folder: Path, data: np.ndarray = ENVELOPE, name: str = "high_gamma", **more: Any) -> Path:
    path = folder / "session.h5"
    with h5py.File(path, "w") as file:
        file[name] = data
        file["audio"], file["audioSR"] = SOUND, 16000
        for key, value in ({f"{name}SR": RATE, "electrodes": [b"A1", b"A2", b"B1"]} | more).items():
            if value is not None:
                file[key] = value
    return path


def npy(folder: Path, data: np.ndarray = ENVELOPE, ending: str = "_hg") -> Path:
    np.save(folder / f"p1{ending}.npy", data)
    np.save(folder / "p1_audio.npy", SOUND)
    np.save(folder / "p1_channels.npy", np.array(["A1", "A2", "B1"]))
    return folder / f"p1{ending}.npy"


def nwb(folder: Path, data: np.ndarray = CUBE, decomposition: bool = True) -> Path:
    file = pynwb.NWBFile("features", "id-1", datetime(2020, 1, 1, tzinfo=UTC))
    device = file.create_device("amplifier")
    group = file.create_electrode_group("A", "shaft", "left", device)
    file.add_electrode_column("label", "name")
    for label in ("A1", "A2", "B1"):
        file.add_electrode(group=group, location="unknown", label=label)
    region = file.create_electrode_table_region([0, 1, 2], "all", "source_channels")
    module = file.create_processing_module("ecephys", "features")
    if decomposition:
        series = DecompositionSeries(
            name="band_power", data=data, metric="power", unit="n/a", rate=float(RATE), source_channels=region
        )
        for band in ("hg", "beta"):
            series.add_band(band_name=band, band_limits=(1.0, 2.0), band_mean=1.0, band_stdev=1.0)
    else:
        series = pynwb.TimeSeries(name="high_gamma", data=data, unit="a.u.", rate=float(RATE))
    module.add(series)
    file.add_acquisition(pynwb.TimeSeries(name="Audio", data=SOUND, unit="a.u.", rate=16000.0))
    path = folder / "sub-1.nwb"
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return path


def read(path: Path, **options: Any) -> Recording:
    return read_recording(path, holds_features=True, **options)


def check(recording: Recording, data: np.ndarray, labels: tuple[str, ...]) -> None:
    assert recording.holds_features
    assert recording.sfreq == RATE
    assert recording.labels == labels
    np.testing.assert_array_equal(recording.neural, data.astype(np.float32))
    assert recording.audio is not None
    assert len(recording.audio) / recording.audio_rate == pytest.approx(N / RATE)
    assert any("features, made elsewhere" in note for note in recording.notes)


def test_nwb_decomposition_in_a_processing_module(tmp_path: Path) -> None:
    check(read(nwb(tmp_path)), CUBE.reshape(N, 6), ("A1_hg", "A1_beta", "A2_hg", "A2_beta", "B1_hg", "B1_beta"))


def test_nwb_plain_series_of_no_voltage(tmp_path: Path) -> None:
    path = nwb(tmp_path, ENVELOPE, decomposition=False)
    check(read(path), ENVELOPE, ("ch1", "ch2", "ch3"))
    check(read(path, neural="high_gamma"), ENVELOPE, ("ch1", "ch2", "ch3"))
    with pytest.raises(OptionError, match="no series iEEG; it has acquisition/Audio, processing/ecephys/high_gamma"):
        read(path, neural="iEEG")


@pytest.mark.parametrize(
    ("data", "labels", "bands", "said"),
    [
        (CUBE, ["A1"] * 5, [], "5 names for 3 channels of 2 bands"),
        (CUBE, [], ["a", "b", "c", "d"], "4 names for 2 bands"),
        (ENVELOPE, ["A1", "A2"], [], "2 names for 3 features"),
        (np.zeros((50, 40, 30)), [], [], "of one whole session"),
        (np.zeros((50, 4, 3, 2)), [], [], "expected features"),
        (np.array([["x"] * 3] * 9), [], [], "as numbers"),
    ],
)
def test_what_features_cannot_be(data: np.ndarray, labels: list[str], bands: list[str], said: str) -> None:
    with pytest.raises(BkError, match=said):
        feature_columns(data, [ChannelInfo(x) for x in labels], bands, "file", [])


def test_formats_that_are_read_as_signals_only(tmp_path: Path) -> None:
    path = tmp_path / "x.fif"
    path.write_bytes(b"anything")
    with pytest.raises(InputError, match="expected features in HDF5, NPY, NWB or XDF"):
        read(path)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_bands_of_each_channel_whatever_the_order_of_axes(order: tuple[int, ...]) -> None:
    channels = [ChannelInfo(x) for x in ("A1", "A2", "B1")]
    data, infos = feature_columns(CUBE.transpose(order), channels, ["hg", "beta"], "file", [])
    np.testing.assert_array_equal(data, CUBE.reshape(N, 6))
    assert [c.label for c in infos] == ["A1_hg", "A1_beta", "A2_hg", "A2_beta", "B1_hg", "B1_beta"]


def test_a_name_for_each_feature_stays_and_bands_without_names_are_numbered() -> None:
    named = [ChannelInfo(f"f{i}") for i in range(6)]
    for shape in ((N, 3, 2), (N, 6)):
        data, infos = feature_columns(CUBE.reshape(shape), named, [], "file", [])
        np.testing.assert_array_equal(data, CUBE.reshape(N, 6))
        assert infos == named
    _, infos = feature_columns(CUBE, [], [], "file", [])
    assert [c.label for c in infos] == ["ch1_1", "ch1_2", "ch2_1", "ch2_2", "ch3_1", "ch3_2"]


def test_the_logarithm_of_zero_is_missing_and_said() -> None:
    data, notes = ENVELOPE.copy(), list[str]()
    data[5, 1] = -np.inf
    got, _ = feature_columns(data, [], [], "file", notes)
    assert np.argwhere(np.isnan(got)).tolist() == [[5, 1]]
    assert "1 infinite features" in notes[0]


def recording(**changes: Any) -> Recording:
    plain = {"neural": ENVELOPE, "sfreq": Fraction(RATE), "labels": ("A1", "A2", "B1")}
    return Recording(**plain | changes)  # type: ignore[arg-type]


def test_the_frame_rate_as_it_is_written() -> None:
    made = as_features(recording(sfreq=Fraction(8613, 100)))
    assert made.sfreq == Fraction(22050, 256)
    assert made.neural_rate == 22050 / 256
    assert any("taken as the frame rate" in note for note in made.notes)


def test_features_at_the_rate_of_a_signal_are_said() -> None:
    assert any("features at 1024 Hz?" in note for note in as_features(recording(sfreq=Fraction(1024))).notes)
    assert not any("?" in note for note in as_features(recording(sfreq=Fraction(500))).notes)


def test_a_signal_that_looks_like_features_is_doubted() -> None:
    assert "power or envelopes?" in doubt_of_signal(ENVELOPE)
    assert doubt_of_signal(RNG.normal(size=(N, 3))) == ""
    assert doubt_of_signal(np.full((N, 2), np.nan)) == ""
    assert doubt_of_signal(np.zeros((N, 2))) == ""


def test_units_belong_to_signals(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="--unit V: given features have no unit"):
        read(nwb(tmp_path), unit="V")


def test_what_is_no_brain_is_left_out_of_features_too() -> None:
    chosen = choose_channels([ChannelInfo(x) for x in ("A1_hg", "DC09_hg", "EKG1", "X")], "file", features=True)
    assert chosen.labels == ("A1_hg", "X")
    assert any("DC09_hg" in note for note in chosen.notes)
    with_types = [ChannelInfo("DC09_hg", "SEEG"), ChannelInfo("A1_hg", "AUX", "code"), ChannelInfo("A2_hg", "", "dB")]
    chosen = choose_channels(with_types, "file", features=True)
    assert chosen.labels == ("DC09_hg", "A2_hg")
    assert chosen.scale.tolist() == [1.0, 1.0]


def test_a_file_beside_the_features_says_so(tmp_path: Path) -> None:
    path = nwb(tmp_path)
    path.with_name(f"{path.name}.toml").write_text("holds_features = true\n")
    check(read_recording(path), CUBE.reshape(N, 6), ("A1_hg", "A1_beta", "A2_hg", "A2_beta", "B1_hg", "B1_beta"))


@pytest.mark.parametrize("scale", [1e-7, 1.0, 1e7])
def test_hdf5_of_any_level(scale: float, tmp_path: Path) -> None:
    check(read(hdf5(tmp_path, scale * ENVELOPE)), scale * ENVELOPE, ("A1", "A2", "B1"))
    check(read(hdf5(tmp_path, (scale * ENVELOPE).T)), scale * ENVELOPE, ("A1", "A2", "B1"))


@pytest.mark.parametrize("name", ["features", "HGA", "envelope", "ecog"])
def test_hdf5_under_other_names(name: str, tmp_path: Path) -> None:
    check(read(hdf5(tmp_path, name=name)), ENVELOPE, ("A1", "A2", "B1"))


def test_hdf5_rate_as_attribute_of_the_dataset(tmp_path: Path) -> None:
    path = hdf5(tmp_path, high_gammaSR=None)
    with pytest.raises(InputError, match="expected the neural rate in 'high_gammaSR'"):
        read(path)
    with h5py.File(path, "a") as file:
        file["high_gamma"].attrs["fs"] = 100.0
    check(read(path), ENVELOPE, ("A1", "A2", "B1"))


@pytest.mark.parametrize("ending", ["_hg", "_feat", "_features", "_sEEG"])
def test_npy_with_sound_and_names_beside(ending: str, tmp_path: Path) -> None:
    path = npy(tmp_path, ending=ending)
    check(read(path, sfreq=100.0), ENVELOPE, ("A1", "A2", "B1"))
    with pytest.raises(InputError, match="do not state the rate of features; name it in Hz with --sfreq"):
        read(path)


def test_npy_with_a_name_for_each_feature(tmp_path: Path) -> None:
    """The public single-word-production scripts write one beside the features, several time steps a channel."""
    path = npy(tmp_path, CUBE.reshape(N, 6), "_feat")
    names = [f"{c}T{t}" for t in (-1, 0) for c in ("A1", "A2", "B1")]
    np.save(tmp_path / "p1_feat_names.npy", np.array(names))
    check(read(path, sfreq=100.0), CUBE.reshape(N, 6), tuple(names))


def test_hash_is_of_the_numbers_and_not_of_the_choice(tmp_path: Path) -> None:
    first = read(hdf5(tmp_path))
    assert read(hdf5(tmp_path, electrodes=[b"A1", b"DC01", b"B1"])).neural_hash == first.neural_hash
    assert read(hdf5(tmp_path, ENVELOPE + 1)).neural_hash != first.neural_hash


def test_features_read_as_a_signal_are_doubted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"if high_gamma holds features: features\.kind given"):
        read_recording(hdf5(tmp_path))
    recording = read_recording(hdf5(tmp_path, name="ecog"))
    assert not recording.holds_features
    assert any("power or envelopes?" in note for note in recording.notes)
    signal = read_recording(hdf5(tmp_path, RNG.normal(size=(N, 3)), name="ecog"))
    assert not any("envelopes" in note for note in signal.notes)


def test_hdf5_bands_of_each_channel(tmp_path: Path) -> None:
    labels = ("A1_hg", "A1_beta", "A2_hg", "A2_beta", "B1_hg", "B1_beta")
    check(read(hdf5(tmp_path, CUBE, bands=[b"hg", b"beta"])), CUBE.reshape(N, 6), labels)
    names = [label.encode() for label in labels]
    check(read(hdf5(tmp_path, CUBE.transpose(1, 2, 0), electrodes=names)), CUBE.reshape(N, 6), labels)


def test_channels_are_chosen_and_left_out_of_features(tmp_path: Path) -> None:
    path = hdf5(tmp_path, electrodes=[b"A1_hg", b"DC09_hg", b"B1_hg"])
    assert read(path).labels == ("A1_hg", "B1_hg")
    assert read(path, exclude=("A1_hg",)).labels == ("B1_hg",)
    assert read(path, channels=("DC09_hg", "A1_hg")).labels == ("DC09_hg", "A1_hg")
    with pytest.raises(OptionError, match="no channel 'A2_hg'"):
        read(path, channels=("A2_hg",))


def test_bad_channels_are_bad_in_every_band(tmp_path: Path) -> None:
    path = hdf5(tmp_path, CUBE, bands=[b"hg", b"beta"], bad_channels=[b"A2"])
    assert read(path).bad == ("A2_hg", "A2_beta")


def test_xdf_stream_of_features(tmp_path: Path) -> None:
    path = tmp_path / "session.xdf"
    stream = StreamDescription("hg", "Features", "id", 100.0, ("A1_hg", "A2_hg", "B1_hg"), ("", "", ""))
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(stream))
        writer.write(1, 5.0 + np.arange(N) / RATE, ENVELOPE.astype(np.float32))
    recording = read(path, neural="hg")
    assert recording.holds_features
    assert recording.labels == ("A1_hg", "A2_hg", "B1_hg")
    np.testing.assert_array_equal(recording.neural, ENVELOPE.astype(np.float32))
    with pytest.raises(BkError, match="unit"):
        read_recording(path, neural="hg")


def test_features_are_not_exported_as_a_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = hdf5(tmp_path)
    path.with_name("session.h5.toml").write_text("holds_features = true\n")
    with pytest.raises(SystemExit):
        offline.export.main([str(path), "--nwb", str(tmp_path / "out.nwb")])
    assert "holds features" in capsys.readouterr().err
    assert not (tmp_path / "out.nwb").exists()
