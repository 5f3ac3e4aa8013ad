"""HDF5 and NPY files of other labs: names, groups, types, units, a microphone among the channels, cues in all forms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError
from offline.io import read_recording
from offline.io.recording import array_hash
from offline.io.stored import StoredSignal

RATE, N = 1000, 12_000
RNG = np.random.default_rng(12)
BRAIN = (RNG.standard_normal((N, 4)) * 40).astype(np.float32)
SOUND = (RNG.standard_normal(96_000) * 0.1).astype(np.float32)
TEXT = h5py.string_dtype()
CUES = [(1.0, "start;ook"), (1.5, "end;ook"), (4.0, "start;als"), (4.5, "end;als")]


def in_groups(file: h5py.File) -> None:
    """A dictionary of dictionaries: turned array, rates as attributes, labels as objects."""
    neural = file.create_group("ieeg")
    neural["data"], neural.attrs["fs"] = BRAIN.T, RATE
    neural["data"].attrs["units"] = "uV"
    neural.create_dataset("ch_names", data=["LA1", "LA2", "LA3", "EKG1"], dtype=TEXT)
    sound = file.create_group("audio")
    sound["data"], sound.attrs["sr"] = SOUND, 8000.25
    words = file.create_group("words")
    words.create_dataset("text", data=["ook", "als"], dtype=TEXT)
    words["onset"], words["offset"] = [1.0, 4.0], [1.5, 4.5]


def flat(file: h5py.File) -> None:
    """Types, units and bad channels as lists of bytes, a structured table of events."""
    file["seeg"], file["fs"] = BRAIN, float(RATE)
    file["labels"] = np.array([b"LA1", b"LA2", b"LA3", b"X1"])
    file["channel_types"] = np.array([b"SEEG", b"SEEG", b"SEEG", b"AUX"])
    file["units"] = np.array([b"uV", b"uV", b"uV", b"code"])
    file["bads"] = np.array([b"LA2"])
    rows = [(1.0, 0.5, b"ook"), (4.0, 0.5, b"als")]
    file["events"] = np.array(rows, dtype=[("onset", "f8"), ("duration", "f8"), ("word", "S5")])
    file["audio"], file["audioSR"] = SOUND, 8000


@pytest.mark.parametrize("fill", [in_groups, flat])
def test_hdf5_layouts(fill: Callable[[h5py.File], None], tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        fill(file)
    recording = read_recording(tmp_path / "a.h5")
    np.testing.assert_array_equal(recording.neural, BRAIN[:, :3])
    assert (float(recording.sfreq), recording.sample_rate) == (RATE, 8000)
    assert recording.audio_rate == (8000.25 if fill is in_groups else 8000)
    np.testing.assert_array_equal(recording.audio, SOUND)
    assert recording.labels == ("LA1", "LA2", "LA3")
    assert recording.markers == CUES
    assert recording.bad == (("LA2",) if fill is flat else ())
    assert recording.neural_hash == array_hash(BRAIN)
    assert any(note.startswith("left out") for note in recording.notes)


def test_hdf5_dataset_is_chosen_by_shape_or_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["foo"], file.attrs["sfreq"] = BRAIN, 512
    recording = read_recording(path)
    assert "neural signal: dataset foo (12000, 4)" in recording.notes
    with h5py.File(path, "a") as file:
        file["more/bar"] = BRAIN * 2
    with pytest.raises(BkError, match=r"got foo \(12000, 4\), more/bar .*; name the neural one with --neural"):
        read_recording(path)
    np.testing.assert_array_equal(read_recording(path, neural="more/bar").neural, BRAIN * 2)
    with pytest.raises(BkError, match="no dataset 'baz'; it has foo"):
        read_recording(path, neural="baz")
    with h5py.File(path, "a") as file:
        file["ecog"] = np.round(BRAIN / 0.5).astype(np.int16)
        file["ecog"].attrs["resolution"] = 0.5
    recording = read_recording(path)
    assert any("attribute 'resolution' of ecog is not used" in note for note in recording.notes)
    np.testing.assert_allclose(read_recording(path, gain=0.5).neural, BRAIN, atol=0.26)


def test_hdf5_microphone_among_the_channels_and_choice_of_channels(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        flat(file)
        del file["audio"], file["audioSR"]
    recording = read_recording(path)
    assert recording.audio is None
    assert any("X1 may be it: name it with --audio" in note for note in recording.notes)
    recording = read_recording(path, audio="X1", exclude=["LA3"])
    assert (recording.sample_rate, recording.labels) == (RATE, ("LA1", "LA2"))
    assert np.corrcoef(recording.audio, BRAIN[:, 3])[0, 1] > 0.999
    soundfile.write(tmp_path / "s.wav", np.stack([SOUND, SOUND[::-1]], 1), 8000, subtype="FLOAT")
    with pytest.raises(BkError, match=r"no channel 'zzz'; it has LA1, .*; and no sound file"):
        read_recording(path, audio="zzz")
    (tmp_path / "cues.csv").write_text("start_sample,end_sample,word\n1000,1500,ook\n4000,4500,als\n")
    assert read_recording(path, markers=tmp_path / "cues.csv").markers == CUES
    with pytest.raises(BkError, match=r"nothing\.csv: no such file"):
        read_recording(path, markers="nothing.csv")
    with pytest.raises(BkError, match="no dataset 'nothing'; it has"):
        read_recording(path, markers="nothing")


def test_npy_with_a_table_of_channels_and_cues_beside(tmp_path: Path) -> None:
    np.save(tmp_path / "p1_sEEG.npy", BRAIN.T * 1e-3)
    np.save(tmp_path / "p1_audio.npy", np.stack([SOUND, SOUND[::-1]]))
    rows = "".join(f"LA{i}\tSEEG\tmV\tgood\n" for i in range(3))
    (tmp_path / "p1_channels.tsv").write_text(f"name\ttype\tunits\tstatus\n{rows}TRIG\tTRIG\tn/a\tgood\n")
    (tmp_path / "p1_words.csv").write_text("word,start,end\nook,1.0,1.5\nals,4.0,4.5\n")
    path = tmp_path / "p1_sEEG.npy"
    with pytest.raises(BkError, match="2 different channels"):
        read_recording(path, sfreq=RATE)
    recording = read_recording(path, sfreq=RATE, audio_channel="2")
    np.testing.assert_allclose(recording.neural, BRAIN[:, :3], rtol=1e-6)
    np.testing.assert_array_equal(recording.audio, SOUND[::-1])
    assert (recording.labels, recording.sample_rate) == (("LA0", "LA1", "LA2"), 8000)
    assert recording.markers == CUES
    assert "NPY files state neither rate nor unit: taken as 1000 Hz" in recording.notes
    recording = read_recording(path, sfreq=RATE, channels=["LA2", "LA0"], gain=1000.0, audio="TRIG")
    np.testing.assert_allclose(recording.neural, BRAIN[:, [2, 0]], rtol=1e-6)
    assert recording.sample_rate == RATE


def test_npy_codes_a_sample(tmp_path: Path) -> None:
    np.save(tmp_path / "p1_sEEG.npy", BRAIN)
    codes = np.zeros(N, np.int16)
    codes[2000:2100], codes[5000:5100] = 3, 4
    np.save(tmp_path / "p1_stimuli.npy", codes)
    assert read_recording(tmp_path / "p1_sEEG.npy", sfreq=RATE).markers == [(2.0, "3"), (5.0, "4")]


def test_trials_are_not_a_recording(tmp_path: Path) -> None:
    np.save(tmp_path / "p1_sEEG.npy", BRAIN.reshape(6, 2000, 4))
    with pytest.raises(BkError, match=r"got shape \(6, 2000, 4\): trials\? write them one after another"):
        read_recording(tmp_path / "p1_sEEG.npy")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("chunks", [None, True])
def test_numbers_are_read_in_pieces(
    turned: bool, chunks: bool | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offline.io.stored.PIECE_VALUES", 4 * 1500)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        data: Any = file.create_dataset("x", data=BRAIN.T if turned else BRAIN, chunks=chunks)
        stored = StoredSignal(data, "a")
        blocks = list(stored.blocks())
        assert stored.shape == (N, 4)
        assert len(blocks) > 2
        np.testing.assert_array_equal(np.concatenate(blocks), BRAIN)
        np.testing.assert_array_equal(stored.column(2), BRAIN[:, 2])


def test_numbers_that_the_file_does_not_hold(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("ecog", (1_000_000, 100), np.float32, chunks=(1000, 100), compression="gzip")
        file["ecogSR"] = RATE
    with pytest.raises(BkError, match=r"states 0\.4 GB of numbers and the file holds 0 bytes"):
        read_recording(tmp_path / "a.h5")
