"""A decoder is never scored on what it learnt, whatever the recording is called or has beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import h5py
import pytest

from bk_realtime.config import read_toml, write_toml
from offline.data.provenance import perhaps_trained_on, training_entry, without_folders
from offline.evaluate import main as evaluate
from offline.io import read_recording
from offline.train import main as train
from tests.synthetic import synthetic_recording

QUICK = ["--split.min-part-s", "1", "--split.guard-s", "1"]
SILENT = [*QUICK, "--bootstrap", "20", "--shifts", "20", "--shuffles", "0", "--sound-s", "0"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sessions of one name, the decoder of the first two, and a table of words."""
    folder = tmp_path_factory.mktemp("leak")
    for seed in (1, 2, 3):
        recording = synthetic_recording(16.0, n_channels=2, seed=seed)
        (folder / f"s{seed}").mkdir()
        with h5py.File(folder / f"s{seed}/session.h5", "w") as file:
            file["ecog"], file["ecogSR"] = recording.neural, float(recording.sfreq)
            file["audio"], file["audioSR"] = recording.audio, recording.sample_rate
    paths = [str(folder / f"s{seed}/session.h5") for seed in (1, 2)]
    assert train([*paths, "--out", str(folder / "bundle"), "--decoder", "ridge", "--set", "n_past=2", *QUICK]) == 0
    return folder


def test_recordings_of_one_name_are_all_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for session in ("s1", "s2"):
        path = str(folder / session / "session.h5")
        assert evaluate([str(folder / "bundle"), path, *SILENT]) == 1
        assert "was used to train" in capsys.readouterr().err
        assert evaluate([str(folder / "bundle"), path, "--held-out", *SILENT]) == 0
    provenance = read_toml(folder / "bundle/bundle.toml")["provenance"]
    assert [entry["name"] for entry in provenance["data"]] == ["session.h5"] * 2
    assert training_entry(provenance, read_recording(folder / "s3/session.h5")) is None
    assert str(folder) not in provenance["command"]


def test_words_beside_do_not_make_it_new(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, sidecar = folder / "s1/words.tsv", folder / "s1/session.h5.toml"
    table.write_text("onset\tduration\tword\n1.0\t1.0\took\n")
    write_toml(sidecar, {"markers": "words.tsv"})
    try:
        assert evaluate([str(folder / "bundle"), str(folder / "s1/session.h5"), *SILENT]) == 1
    finally:
        sidecar.unlink()
    assert "was used to train" in capsys.readouterr().err


def test_a_doubt_of_the_bundle_stands_on_the_card_of_its_own_held_out_part(folder: Path, tmp_path: Path) -> None:
    """`offline.train --from` and `offline.transfer --save` leave it, where yesterday's bundle may know today."""
    shutil.copytree(folder / "bundle", tmp_path / "b")
    values = read_toml(tmp_path / "b/bundle.toml")
    values["provenance"]["leak"] = "cannot tell whether yesterday's bundle knows today: it kept no fingerprints"
    write_toml(tmp_path / "b/bundle.toml", values)
    recording, out = str(folder / "s1/session.h5"), tmp_path / "card"
    assert evaluate([str(tmp_path / "b"), recording, "--held-out", "--out", str(out), *SILENT]) == 0
    (card,) = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["participants"].values()
    assert card["leak_probe"]
    lines = [line for line in card["verdicts"] if line["check"] == "leak"]
    assert [line["good"] for line in lines] == [False, False]
    assert all("CANNOT TELL" in line["text"] for line in lines)
    assert "it kept no fingerprints" in lines[0]["text"]


def test_bundle_of_the_first_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It knows recordings by file name, so that of two with one name the last is left."""
    index = folder / "bundle/bundle.toml"
    new, old = index.read_bytes(), read_toml(index)
    entries = old["provenance"]["data"]
    old["provenance"]["data"] = {e["name"]: {k: e[k] for k in e if k not in ("name", "neural_sha256")} for e in entries}
    write_toml(index, old)
    try:
        for session, found in (("s1", "may have been used"), ("s2", "was used"), ("s3", "may have been used")):
            assert evaluate([str(folder / "bundle"), str(folder / session / "session.h5"), *SILENT]) == 1
            assert found in capsys.readouterr().err
    finally:
        index.write_bytes(new)
    assert not perhaps_trained_on(old["provenance"], folder / "s3/other.h5")
    assert not perhaps_trained_on(read_toml(index)["provenance"], folder / "s3/session.h5")


def test_the_same_recording_twice_is_refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.h5"
    copy.write_bytes((folder / "s1/session.h5").read_bytes())
    with h5py.File(copy, "r+") as file:
        file.attrs["note"] = "same numbers, other bytes"
    with pytest.raises(SystemExit) as stop:
        train([str(folder / "s1/session.h5"), str(copy), "--out", str(tmp_path / "m"), "--decoder", "ridge", *QUICK])
    assert stop.value.code == 2
    assert "comes twice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argument", "kept"),
    [
        ("data/Jansen_Piet/p01.xdf", "p01.xdf"),
        ("/home/x/Jansen/p01.xdf", "p01.xdf"),
        (r"C:\data\Jansen_Piet\p01.xdf", "p01.xdf"),
        ("--out=Jansen=Piet/m/", "--out=m"),
        ("Jansen=Piet/m", "m"),
        ("--lead", "--lead"),
        ("n_past=12", "n_past=12"),
    ],
)
def test_command_is_kept_without_folders(argument: str, kept: str) -> None:
    assert without_folders(argument) == kept
