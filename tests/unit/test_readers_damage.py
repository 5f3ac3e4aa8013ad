"""Readers on damaged, cut, empty and wrong files, missing values and sound that is none."""

from __future__ import annotations

import warnings
from pathlib import Path

import h5py
import numpy as np
import pytest

from bk_realtime.errors import BkError
from offline.io import read_recording
from tests.unit.test_readers import AUDIO_RATE, MAKERS, NEURAL, SFREQ, SOUND, make_any, make_npy


def broken(kind: str, path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "empty":
        path.write_bytes(b"")
    elif how == "truncated":
        path.write_bytes(content[: int(len(content) * 0.6)])
    else:
        path.write_bytes(b"this is no recording\n" * 100)


@pytest.mark.parametrize("how", ["empty", "truncated", "text"])
@pytest.mark.parametrize("kind", [*MAKERS, "fif", "edf", "vhdr"])
def test_damaged_files_are_refused_in_one_line(kind: str, how: str, tmp_path: Path) -> None:
    path = make_any(kind, tmp_path)
    broken(kind, path, how)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(BkError) as caught:
            read_recording(path)
    assert "\n" not in str(caught.value).strip()
    assert path.stem in str(caught.value)


def test_edf_and_brainvision_made_by_hand(tmp_path: Path) -> None:
    for kind in ("edf", "vhdr"):
        recording = read_recording(make_any(kind, tmp_path))
        np.testing.assert_allclose(recording.neural, NEURAL, atol=0.15)
        assert recording.sfreq == SFREQ


def test_brainvision_data_cut_short(tmp_path: Path) -> None:
    path = make_any("vhdr", tmp_path)
    data = tmp_path / "b.eeg"
    data.write_bytes(data.read_bytes()[:-5])
    with pytest.raises(BkError, match="truncated"):
        read_recording(path)
    data.unlink()
    with pytest.raises(BkError, match=r"data file b\.eeg is missing"):
        read_recording(path)


@pytest.mark.parametrize("kind", ["npy", "hdf5", "xdf"])
def test_missing_values(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = NEURAL.copy()
    some[:, 1] = np.nan
    some[100:200, 0] = np.nan
    monkeypatch.setattr("tests.unit.test_readers.NEURAL", some)
    recording = read_recording(MAKERS[kind](tmp_path))
    np.testing.assert_array_equal(np.isnan(recording.neural), np.isnan(some))
    most = np.full_like(NEURAL, np.nan)
    most[:100] = 1.0
    monkeypatch.setattr("tests.unit.test_readers.NEURAL", most)
    (tmp_path / "b").mkdir()
    with pytest.raises(BkError, match="98% of the neural values are missing"):
        read_recording(MAKERS[kind](tmp_path / "b"))


@pytest.mark.parametrize("kind", ["npy", "hdf5", "xdf"])
def test_audio_that_is_no_audio(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = SOUND.astype(np.float64)
    bad[7] = np.nan
    monkeypatch.setattr("tests.unit.test_readers.SOUND", bad)
    if kind == "hdf5":
        with h5py.File(tmp_path / "session.h5", "w") as file:
            file["ecog"], file["ecogSR"], file["audio"], file["audioSR"] = NEURAL, SFREQ, bad, AUDIO_RATE
        path = tmp_path / "session.h5"
    else:
        path = MAKERS[kind](tmp_path)
    with pytest.raises(BkError, match="1 of 192000 audio samples are not finite"):
        read_recording(path)


def test_wrong_types_and_names(tmp_path: Path) -> None:
    np.save(tmp_path / "a_sEEG.npy", np.array(["x", "y"]))
    with pytest.raises(BkError, match="as numbers"):
        read_recording(tmp_path / "a_sEEG.npy")
    np.save(tmp_path / "o_sEEG.npy", np.array([{}, None], dtype=object), allow_pickle=True)
    with pytest.raises(BkError, match="Python objects"):
        read_recording(tmp_path / "o_sEEG.npy")
    with h5py.File(tmp_path / "y.h5", "w") as file:
        file["x"] = [1]
    with pytest.raises(BkError, match="expected a dataset 'ecog'"):
        read_recording(tmp_path / "y.h5")
    for name, match in (("none.xdf", "no such file"), ("", "is a folder")):
        with pytest.raises(BkError, match=match):
            read_recording(tmp_path / name)
    (tmp_path / "x.pdf").write_text("x")
    with pytest.raises(BkError, match="no reader for this file"):
        read_recording(tmp_path / "x.pdf")
    with pytest.raises(BkError, match="has no option --colour"):
        read_recording(make_npy(tmp_path), colour="red")
    np.save(tmp_path / "p1_audio_final.npy", SOUND[:100_000])
    with pytest.raises(BkError, match="no usual audio rate"):
        read_recording(tmp_path / "p1_sEEG.npy")
