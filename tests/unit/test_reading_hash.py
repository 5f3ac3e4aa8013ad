"""Which hash of a recording follows from what: neural numbers, files, the way of reading; and who goes by it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from bk_realtime.config import FeatureSettings, MelSettings, write_toml
from bk_realtime.errors import BkError
from offline.evaluation.recordings import read_for_folds
from offline.io import read_recording, sidecar
from tests.synthetic import synthetic_recording
from tests.unit.test_readers import SOUND, WORDS, make_any, make_hdf5, make_npy, make_nwb

EVENTS = "onset\tduration\ttrial_type\n1.0\t1.0\took\n"


@pytest.mark.parametrize("kind", ["npy", "hdf5", "nwb", "xdf", "fif", "vhdr", "edf"])
def test_reading_otherwise_changes_the_hash_of_the_reading_alone(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    path = make_any(kind, folder)
    plain = read_recording(path)
    assert len(plain.neural_hash) == len(plain.reading_hash) == 64
    assert read_recording(path).reading_hash == plain.reading_hash
    write_toml(sidecar(path), {"unit": "millivolts"})
    scaled = read_recording(path)
    assert not np.allclose(scaled.neural, plain.neural)
    assert (scaled.neural_hash, scaled.source_hash) == (plain.neural_hash, plain.source_hash)
    assert scaled.reading_hash != plain.reading_hash
    (folder / "cues.tsv").write_text(EVENTS)
    key = "unit" if kind == "xdf" else "markers"  # XDF takes no table
    write_toml(sidecar(path), {key: "millivolts" if kind == "xdf" else "cues.tsv", "unit": "millivolts"})
    with_cues = read_recording(path)
    shutil.move(folder, tmp_path / "there")
    moved = read_recording(tmp_path / "there" / path.name)
    assert moved.reading_hash == with_cues.reading_hash, "files count by content, not by path"
    if kind != "xdf":
        assert with_cues.reading_hash != scaled.reading_hash
        (tmp_path / "there/cues.tsv").write_text(EVENTS.replace("ook", "als"))
        assert read_recording(tmp_path / "there" / path.name).reading_hash != moved.reading_hash
    assert moved.neural_hash == plain.neural_hash


@pytest.mark.parametrize("kind", ["fif", "vhdr", "edf"])
def test_the_way_a_path_is_typed_changes_nothing(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_any(kind, tmp_path)
    if kind == "vhdr":
        (tmp_path / "cues").mkdir()
        (tmp_path / "cues/b.vmrk").write_text("Brain Vision Data Exchange Marker File, Version 1.0\n[Marker Infos]\n")
        path.write_text(path.read_text().replace("DataFormat", "MarkerFile=cues/b.vmrk\nDataFormat"))
    whole = read_recording(path)
    assert [p.name for p in whole.also_read] == (["b.vmrk"] if kind == "vhdr" else [])
    monkeypatch.chdir(tmp_path)
    assert read_recording(path.name).reading_hash == whole.reading_hash
    assert read_recording(Path("..") / tmp_path.name / path.name).reading_hash == whole.reading_hash


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_is_read_as_the_file(tmp_path: Path) -> None:
    path = make_any("fif", tmp_path)
    link = tmp_path / "link_raw.fif"
    link.symlink_to(path)
    assert read_recording(link).reading_hash == read_recording(path).reading_hash


def test_neural_hash_knows_nothing_of_words_names_and_audio(tmp_path: Path) -> None:
    path = make_npy(tmp_path)
    whole = read_recording(path)
    for beside in ("p1_words.npy", "p1_channelNames.npy"):
        (tmp_path / beside).unlink()
    np.save(tmp_path / "p1_audio_final.npy", SOUND / 2)
    bare = read_recording(path)
    assert bare.neural_hash == whole.neural_hash
    assert bare.source_hash != whole.source_hash
    path = make_hdf5(tmp_path)
    whole = read_recording(path)
    with h5py.File(path, "r+") as file:
        del file["words"], file["audio"]
        file["audio"], file["stimulus"] = SOUND, np.char.encode(WORDS)
    assert read_recording(path).neural_hash == whole.neural_hash
    with h5py.File(path, "r+") as file:
        file["ecog"][0, 0] += 1.0
    assert read_recording(path).neural_hash != whole.neural_hash


def test_channel_table_counts(tmp_path: Path) -> None:
    path = make_nwb(tmp_path)
    before = read_recording(path)
    table = tmp_path / "sub-01_task-wordProduction_channels.tsv"
    table.write_text(table.read_text().replace("LA3\tSEEG\tuV\tgood", "LA3\tSEEG\tuV\tbad"))
    after = read_recording(path)
    assert after.bad == ("LA2", "LA3")
    assert after.reading_hash != before.reading_hash
    assert after.neural_hash == before.neural_hash


def test_a_kept_recording_is_read_anew_when_it_is_read_otherwise(tmp_path: Path) -> None:
    """Workers of a cluster outlive an evaluation; what they keep must be what the job means."""
    recording = synthetic_recording(6.0, n_channels=2)
    path = tmp_path / "x_sEEG.npy"
    np.save(path, recording.neural)
    np.save(tmp_path / "x_audio.npy", recording.audio)
    settings = (FeatureSettings(), MelSettings(), ("ch1", "ch2"), str(tmp_path / "cache"))
    write_toml(sidecar(path), {"sfreq": 1024.0, "sample_rate": 44100})
    wrong = read_recording(path).reading_hash
    assert read_for_folds(str(path), wrong, *settings).sfreq == 1024
    write_toml(sidecar(path), {"sfreq": 512.0})
    right = read_recording(path).reading_hash
    loaded = read_for_folds(str(path), right, *settings)
    assert loaded.sfreq == 512
    assert len(loaded.processed.audio) > 5.9 * 22050
    read_for_folds.cache_clear()
    with pytest.raises(BkError, match="changed since the evaluation began"):
        read_for_folds(str(path), wrong, *settings)
