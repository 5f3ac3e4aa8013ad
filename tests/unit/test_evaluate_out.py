"""What `offline.evaluate` does to a folder that holds something: nothing before it has something better."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import h5py
import mne
import pytest
import soundfile

import offline.evaluation.jobs
import offline.evaluation.run
from bk_realtime.config import write_toml
from bk_realtime.errors import BkError
from offline.evaluate import main
from offline.evaluation.settings import FIGURES, Evaluate, refuse_out
from offline.io import sidecar
from tests.synthetic import synthetic_recording

SILENT = ["--bootstrap", "20", "--shifts", "20", "--shuffles", "0", "--sound-s", "0"]
FOLDS = ["--folds", "2", "--workers", "0", "--permutations", "0", "--split.min-part-s", "1", "--split.guard-s", "1"]
LEFT = {"evaluation.json": '{"earlier": 1}', "old_card.png": "x", "jobs/x_fold1of2_permutation0.json": "{}"}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "x.h5"
    made = synthetic_recording(14.0, n_channels=2)
    with h5py.File(path, "w") as file:
        file["ecog"], file["ecogSR"] = made.neural, float(made.sfreq)
        file["audio"], file["audioSR"] = made.audio, made.sample_rate
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name, text in LEFT.items():
        (tmp_path / "ev" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ev" / name).write_text(text)
    return tmp_path / "ev"


def files(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_a_wrong_command_removes_nothing(recording: Path, out: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments in (
        [tmp_path / "typo.h5", *FOLDS],
        [recording, *FOLDS, "--folds", "60"],
        [recording, *FOLDS, "--scheduler", "nonsense"],
        [recording, tmp_path / "typo.h5"],
        ["--decoded", tmp_path / "typo.wav", "--reference", tmp_path / "typo.wav"],
        ["--copy-synthesis", tmp_path / "empty"],
    ):
        with pytest.raises(SystemExit) as stop:
            main([str(a) for a in (*arguments, *SILENT, "--out", out, "--overwrite")])
        assert stop.value.code == 2
        assert files(out) == {name: text.encode() for name, text in LEFT.items()}, arguments


def test_a_run_that_is_cut_off_can_be_taken_up(
    recording: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [str(recording), *FOLDS, *SILENT, "--out", str(out)]
    real = offline.evaluation.jobs.run_job

    def cut_off(job: offline.evaluation.jobs.Job) -> Any:
        if job.fold:
            raise KeyboardInterrupt
        return real(job)

    monkeypatch.setattr(offline.evaluation.jobs, "run_job", cut_off)
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        main([*command, "--overwrite"])
    before = {name: text.encode() for name, text in LEFT.items()}
    left = files(out)
    assert left.items() > before.items()
    job = "x_fold1of2_permutation0"
    assert left.keys() - before.keys() == {f"jobs.part/{job}.json", f"jobs.part/{job}.npz"}
    monkeypatch.setattr(offline.evaluation.jobs, "run_job", real)
    capsys.readouterr()
    monkeypatch.setattr(offline.evaluation.run, "draw_figures", lambda *_: [])
    assert main([*command, "--overwrite"]) == 0
    assert capsys.readouterr().out.count("kept from before") == 1
    assert "x" in json.loads((out / "evaluation.json").read_text())["participants"]
    names = {f"{part}.{ending}" for part in (job, job.replace("fold1", "fold2")) for ending in ("json", "npz")}
    assert files(out).keys() == {"evaluation.json", "old_card.png", *(f"jobs/{name}" for name in names)}


def test_figures_that_fail_cost_no_result(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = synthetic_recording(4.0, n_channels=1)
    soundfile.write(tmp_path / "x.wav", made.audio, made.sample_rate)
    pair = ["--decoded", str(tmp_path / "x.wav"), "--reference", str(tmp_path / "x.wav"), *SILENT]

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(offline.evaluation.run, "draw_figures", full)
        with pytest.raises((OSError, SystemExit)):
            main([*pair, "--out", str(out), "--overwrite"])
    assert "x" in json.loads((out / "evaluation.json").read_text())["participants"]
    monkeypatch.setattr(offline.evaluation.run, "_write", full)
    before = files(out)
    with pytest.raises((OSError, SystemExit)):
        main([*pair, "--out", str(out), "--overwrite"])
    assert files(out) == before


def test_folds_of_a_link_to_a_fif_by_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs read what the command read: the file by its full path, with what lies beside the link."""
    made = synthetic_recording(14.0, n_channels=2)
    raw = mne.io.RawArray(made.neural.T * 1e-6, mne.create_info(2, float(made.sfreq), "seeg"), verbose="error")
    (tmp_path / "store").mkdir()
    raw.save(tmp_path / "store/5f2c_raw.fif", verbose="error")
    soundfile.write(tmp_path / "x.wav", made.audio, made.sample_rate)
    link = "store/5f2c_raw.fif"
    if sys.platform != "win32":  # links need a privilege there
        (tmp_path / "x_raw.fif").symlink_to(tmp_path / link)
        link = "x_raw.fif"
    write_toml(sidecar(tmp_path / link), {"audio": str(tmp_path / "x.wav")})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(offline.evaluation.run, "draw_figures", lambda *_: [])
    assert main([link, *FOLDS, *SILENT, "--out", "ev"]) == 0
    [card] = json.loads(Path("ev/evaluation.json").read_text())["participants"].values()
    assert list(card["recordings"]) == [Path(link).stem]


def test_what_an_unfinished_run_leaves_is_ours(tmp_path: Path) -> None:
    for names, refused in (
        ([f"p01_{kind}.png" for kind in FIGURES], False),
        (["p01_card.png", "evaluation.123.part.json"], False),
        (["p01_card.png", "holiday.png"], True),
        (["x_card.99.part.png", "jobs.part"], False),
        (["jobs", "thesis.tex"], True),
    ):
        out = tmp_path / names[-1]
        out.mkdir()
        for name in names:
            (out / name).write_text("x")
        if refused:
            with pytest.raises(BkError, match="something else"):
                refuse_out(Evaluate(out=out))
        else:
            refuse_out(Evaluate(out=out))
