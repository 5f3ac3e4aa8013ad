"""What a reader says of a small file, field by field: NPY and HDF5, and which reader a file gets by its first bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError, InputError
from offline.io.hdf5 import read_hdf5
from offline.io.npy import read_npy
from offline.io.readers import find_reader, options_of
from offline.io.recording import file_hash

RATE, N = 512, 2048
BRAIN = (np.random.default_rng(3).standard_normal((N, 3)) * 30).astype(np.float32)
SOUND = (np.random.default_rng(4).standard_normal(4 * 8000) * 0.1).astype(np.float32)
STATED = "NPY files state neither rate nor unit: taken as 512 Hz, microvolts"


# ---- which reader ----


@pytest.mark.parametrize(
    ("name", "head", "format_name", "function"),
    [
        ("a.xdf", b"XDF:", "XDF", "read_xdf_recording"),
        ("a.odd", b"XDF:", "XDF", "read_xdf_recording"),
        ("a.xdf.gz", b"\x1f\x8b", "XDF", "read_xdf_recording"),
        ("A.XDFZ", b"\x1f\x8b", "XDF", "read_xdf_recording"),
        ("a.nwb", b"\x89HDF\r\n\x1a\n", "NWB", "read_nwb"),
        ("a.mat", b"\x89HDF\r\n\x1a\n", "HDF5", "read_hdf5"),
        ("a.odd", b"\x93NUMPY\1\0", "NPY", "read_npy"),
        ("a.EDF", b"0       ", "BrainVision, EDF or FIF", "read_mne"),
        ("a.vhdr", b"Brain Vision", "BrainVision, EDF or FIF", "read_mne"),
    ],
)
def test_a_reader_by_the_first_bytes_and_then_by_the_ending(
    name: str, head: bytes, format_name: str, function: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(head + bytes(9))
    found, reader = find_reader(tmp_path / name)
    assert (found, reader.__name__) == (format_name, function)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "head", "why"),
    [
        ("a.xdf", b"nothing", "expected an XDF file by its ending, but it does not begin like one"),
        ("a.nwb", b"nothing", "expected an NWB file by its ending"),
        ("a.npy", b"\x93NUMP", "expected an NPY file by its ending"),
        ("a.hdf", b"\x89HDF", "expected an HDF5 file by its ending"),
        ("a.gz", b"\x1f\x8b", r"no reader for this file; expected one of .*\.xdf"),
        ("a.wav", b"RIFF", "no reader for this file"),
        ("a.dat", b"12", "a part of a BrainVision recording; name its header a.vhdr instead"),
    ],
)
def test_a_file_without_a_reader(name: str, head: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(head)
    if name == "a.dat":
        with pytest.raises(InputError, match="no reader"):
            find_reader(tmp_path / name)
        (tmp_path / "a.vhdr").touch()
    with pytest.raises(InputError, match=why):
        find_reader(tmp_path / name)


def test_options_that_a_reader_knows() -> None:
    def some(path: Path, unit: str = "", gain: float = 1) -> None: ...
    def every(path: Path, unit: str = "", **options: Any) -> None: ...

    assert options_of(some, ["sfreq"]) == ["unit", "gain"]  # type: ignore[arg-type]
    assert options_of(every, ["sfreq"]) == ["unit", "sfreq"]  # type: ignore[arg-type]


# ---- NPY ----


def npy(folder: Path, name: str = "p1_sEEG", **beside: np.ndarray) -> Path:
    np.save(folder / f"{name}.npy", BRAIN)
    for ending, array in beside.items():
        np.save(folder / f"p1_{ending}.npy", array)
    return folder / f"{name}.npy"


def test_an_array_alone(tmp_path: Path) -> None:
    found = read_npy(npy(tmp_path), sfreq=RATE)
    np.testing.assert_array_equal(found.neural, BRAIN)
    assert (float(found.sfreq), found.labels, found.name) == (RATE, ("ch1", "ch2", "ch3"), "p1")
    assert (found.audio, found.sample_rate, found.audio_rate, found.audio_start_s) == (None, 0, 0.0, 0.0)
    assert (found.markers, found.bad, found.also_read, found.simulated) == ([], (), (), False)
    assert found.source_hash == file_hash(tmp_path / "p1_sEEG.npy")
    assert STATED in found.notes
    assert float(read_npy(tmp_path / "p1_sEEG.npy").sfreq) == 1024
    with pytest.raises(
        InputError, match=r"no audio beside it \(p1_audio\.npy, p1\.wav, \.\.\.\); name it with --audio"
    ):
        read_npy(tmp_path / "p1_sEEG.npy", sfreq=RATE, require_audio=True)
    assert read_npy(npy(tmp_path, "a_simulated_sEEG_processed"), sfreq=RATE).simulated
    assert read_npy(npy(tmp_path, "_seeg"), sfreq=RATE).name == "_seeg"  # nothing before it: no prefix


def test_an_array_and_what_lies_beside_it(tmp_path: Path) -> None:
    words = np.array([""] * N, "<U4")
    words[512:1024] = "ook"
    path = npy(tmp_path, audio=SOUND, words=words, channelNames=np.array([b"LA1", b"LA2", b"L\xff"]))
    (tmp_path / "p1_events.tsv").write_text("onset\tduration\ttrial_type\n1\t1\tno\n")
    found = read_npy(path, sfreq=RATE, require_audio=True)
    assert found.labels == ("LA1", "LA2", "L\ufffd")
    assert found.markers == [(1.0, "start;ook"), (2.0, "end;ook")]
    np.testing.assert_array_equal(found.audio, SOUND)
    assert (found.sample_rate, found.audio_rate, found.audio_start_s) == (8000, 8000.0, 0.0)
    assert "audio rate by its length: 8000 Hz" in found.notes
    beside = [tmp_path / f"p1_{ending}.npy" for ending in ("channelNames", "words", "audio")]
    assert found.source_hash == file_hash(path, *beside)
    assert found.also_read == (tmp_path / "p1_words.npy",)
    # told, not found
    told = read_npy(path, sfreq=RATE, sample_rate=16000, audio=beside[2], audio_start_s=0.5, markers=beside[1])
    assert (told.sample_rate, told.audio_start_s) == (16000, 0.5)
    assert told.markers == found.markers
    assert read_npy(path, sfreq=RATE, audio=beside[2]).audio_start_s == 0.0
    table = read_npy(path, sfreq=RATE, markers=tmp_path / "p1_events.tsv")
    assert table.markers == [(1.0, "start;no"), (2.0, "end;no")]
    assert table.also_read == (tmp_path / "p1_events.tsv",)
    assert read_npy(path, sfreq=RATE, unit="millivolts").neural[5, 1] == pytest.approx(1e3 * BRAIN[5, 1])
    by_gain = read_npy(path, sfreq=RATE, gain=0.5)
    np.testing.assert_allclose(by_gain.neural, 0.5 * BRAIN)
    assert "NPY files state neither rate nor unit: taken as 512 Hz" in by_gain.notes


@pytest.mark.parametrize(
    ("beside", "why"),
    [
        ({"words": np.array(["a"] * (N - 1))}, "expected one text for each of the 2048 samples, got"),
        ({"words": np.zeros(N)}, r"expected one text for each of the 2048 samples, got \(2048,\) float64"),
        ({"channelNames": np.array(["A", "B"])}, r"2 names for 3 channels of p1_sEEG\.npy"),
    ],
)
def test_what_does_not_fit_beside_an_array(beside: dict[str, np.ndarray], why: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=why):
        read_npy(npy(tmp_path, **beside), sfreq=RATE)


@pytest.mark.parametrize(
    ("name", "what"),
    [("p1_audio", "sound"), ("p1_audio_final", "sound"), ("p1_words", "cues"), ("p1_stimuli", "cues")],
)
def test_sound_and_cues_are_no_brain(name: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"by its name the {what} of p1; expected the neural array, such as p1_sEEG"):
        read_npy(npy(tmp_path, name), sfreq=RATE)


def test_features_in_an_array(tmp_path: Path) -> None:
    path = npy(tmp_path, "p1_feat", feat_names=np.array(["f1", "f2", "f3"]), audio=SOUND)
    with pytest.raises(InputError, match="NPY files do not state the rate of features; name it in Hz with --sfreq"):
        read_npy(path, holds_features=True)
    found = read_npy(path, sfreq=RATE, holds_features=True)
    assert (found.labels, found.name, found.sample_rate) == (("f1", "f2", "f3"), "p1", 8000)
    np.testing.assert_array_equal(found.neural, BRAIN)
    assert "NPY files state no rate: taken as 512 Hz, as the option says" in found.notes


# ---- HDF5 ----


def hdf5(folder: Path, fill: Callable[[h5py.File], None] = lambda file: None, **changes: object) -> Path:
    path = folder / "session.h5"
    with h5py.File(path, "w") as file:
        values: dict[str, Any] = {"ecog": BRAIN, "ecogSR": RATE} | changes
        for name, value in values.items():
            if value is not None:
                file[name] = value
        fill(file)
    return path


def test_a_file_with_a_signal_alone(tmp_path: Path) -> None:
    path = hdf5(tmp_path)
    found = read_hdf5(path)
    np.testing.assert_array_equal(found.neural, BRAIN)
    assert (float(found.sfreq), found.labels, found.name) == (RATE, ("ch1", "ch2", "ch3"), "session")
    assert (found.audio, found.sample_rate, found.audio_start_s, found.markers) == (None, 0, 0.0, [])
    assert found.source_hash == file_hash(path)
    assert (found.simulated, found.also_read, found.bad) == (False, (), ())
    assert "no unit stated: taken as microvolts" in found.notes
    with pytest.raises(InputError, match="no dataset 'audio'; name a sound file with --audio"):
        read_hdf5(path, require_audio=True)
    assert not any("unit" in note for note in read_hdf5(path, gain=2.0).notes if "taken" in note)
    np.testing.assert_allclose(read_hdf5(path, gain=2.0).neural, 2 * BRAIN)
    with pytest.raises(InputError, match=r"expected the neural rate in 'ecogSR'; name it with --sfreq"):
        read_hdf5(hdf5(tmp_path, ecogSR=None))
    assert float(read_hdf5(tmp_path / "session.h5", sfreq=256).sfreq) == 256


def test_a_file_that_says_that_it_is_simulated(tmp_path: Path) -> None:
    assert read_hdf5(hdf5(tmp_path, lambda file: file.attrs.update(simulated=True))).simulated
    hdf5(tmp_path).rename(tmp_path / "a_Simulated.h5")
    assert read_hdf5(tmp_path / "a_Simulated.h5").simulated


def test_the_sound_of_a_file_turned_or_elsewhere(tmp_path: Path) -> None:
    path = hdf5(tmp_path, audio=SOUND[None], audioSR=8000)  # one row: it is turned
    found = read_hdf5(path, require_audio=True)
    np.testing.assert_array_equal(found.audio, SOUND)
    assert (found.sample_rate, found.audio_rate) == (8000, 8000.0)
    assert read_hdf5(path, sample_rate=4000).sample_rate == 4000
    by_length = read_hdf5(hdf5(tmp_path, audio=SOUND))
    assert by_length.sample_rate == 8000
    assert "audio rate by its length: 8000 Hz" in by_length.notes
    for rate in (-8000.0, np.inf, np.nan):
        with pytest.raises(InputError, match="rate"):
            read_hdf5(hdf5(tmp_path, audio=SOUND, audioSR=rate))
    soundfile.write(tmp_path / "s.wav", SOUND, 8000, subtype="FLOAT")
    outside = read_hdf5(hdf5(tmp_path), audio=tmp_path / "s.wav", audio_start_s=0.25)
    np.testing.assert_array_equal(outside.audio, SOUND)
    assert (outside.sample_rate, outside.audio_start_s) == (8000, 0.25)
    assert outside.source_hash == file_hash(path, tmp_path / "s.wav")
    assert read_hdf5(path, audio=tmp_path / "s.wav").audio_start_s == 0.0


def test_cues_of_a_file(tmp_path: Path) -> None:
    codes = np.zeros(N)
    codes[512:600], codes[1024:1100] = 3, 4
    assert read_hdf5(hdf5(tmp_path, stimulus=codes)).markers == [(1.0, "3"), (2.0, "4")]

    def words(file: h5py.File, **times: list[float]) -> None:
        group = file.create_group("words")
        group.create_dataset("text", data=["ook", "als"], dtype=h5py.string_dtype())
        for name, values in times.items():
            group[name] = values

    ended = read_hdf5(hdf5(tmp_path, lambda file: words(file, onset=[1.0, 2.0], offset=[1.5, 2.5])))
    assert ended.markers == [(1.0, "start;ook"), (1.5, "end;ook"), (2.0, "start;als"), (2.5, "end;als")]
    assert any(note.startswith("cues from words/text and the onsets beside it") for note in ended.notes)
    long = read_hdf5(hdf5(tmp_path, lambda file: words(file, onset=[1.0, 2.0], duration=[0.25, 0.5])))
    assert [t for t, _ in long.markers] == [1.0, 1.25, 2.0, 2.5]
    assert [t for t, _ in read_hdf5(hdf5(tmp_path, lambda file: words(file, onset=[1.0, 2.0]))).markers] == [1.0, 2.0]
    assert read_hdf5(hdf5(tmp_path, words)).markers == []  # texts without times
    table = tmp_path / "cues.tsv"
    table.write_text("onset\tduration\ttrial_type\n1\t1\tno\n")
    told = read_hdf5(tmp_path / "session.h5", markers=table)
    assert told.markers == [(1.0, "start;no"), (2.0, "end;no")]
    assert told.also_read == (table,)


def test_features_of_a_file(tmp_path: Path) -> None:
    bands = BRAIN[:1024].reshape(1024, 3, 1) * np.array([1.0, 2.0])
    path = hdf5(tmp_path, high_gamma=bands, high_gammaSR=100.0, electrodes=np.array([b"LA1", b"LA2", b"LA3"]))
    found = read_hdf5(path, neural="high_gamma", sfreq=100.0, holds_features=True)
    assert found.neural.shape == (1024, 6)
    assert {label.split("_")[0].split(":")[0].split(" ")[0] for label in found.labels} == {"LA1", "LA2", "LA3"}
    with pytest.raises(BkError, match="name it with --sfreq"):
        read_hdf5(hdf5(tmp_path, features=bands[:, :, 0], ecogSR=None, ecog=None), holds_features=True)
