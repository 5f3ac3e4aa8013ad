"""`offline.evaluate` from the command line: bundles, folds and refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from matplotlib.figure import Figure
from rich.console import Console

import offline.evaluation.jobs
import offline.evaluation.run as evaluation_run
from bk_realtime.config import write_toml
from bk_realtime.plain_files import read_toml
from bk_realtime.vocoder import log_mel
from offline.data.split import Split, SplitSettings
from offline.evaluate import main
from offline.evaluation import decoders, figures
from offline.evaluation.cards import ParticipantCard
from offline.evaluation.decoders import Recipe
from offline.evaluation.folds import chosen_notes
from offline.evaluation.recordings import process
from offline.evaluation.report import card_marks
from offline.evaluation.settings import Evaluate, refuse_out
from offline.evaluation.task import ONSET, PREVIOUS, TRIALS
from offline.io import Recording
from offline.scoring.loudness import LOUDNESS, LOUDNESS_STEPS
from offline.scoring.mel import MEAN, ORACLE
from offline.train import main as train
from tests.synthetic import synthetic_recording

FAST = ["--bootstrap", "20", "--shifts", "20", "--shuffles", "1", "--split.min-part-s", "1", "--split.guard-s", "1"]
SILENT = [*FAST, "--sound-s", "0"]
NO_BRAIN = (MEAN, ORACLE, LOUDNESS, LOUDNESS_STEPS)


def write_h5(path: Path, recording: Recording) -> None:
    with h5py.File(path, "w") as file:
        file["ecog"], file["ecogSR"] = recording.neural, float(recording.sfreq)
        file["audio"], file["audioSR"] = recording.audio, recording.sample_rate
        file.attrs["simulated"] = True


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recordings (HDF5) and a ridge bundle trained on the first."""
    folder = tmp_path_factory.mktemp("evaluate")
    for seed, name in ((0, "seen"), (1, "new")):
        write_h5(folder / f"{name}.h5", synthetic_recording(24.0, n_channels=3, seed=seed))
    options = ["--decoder", "ridge", "--set", "n_past=6", "--split.min-part-s", "1", "--split.guard-s", "1"]
    assert train([str(folder / "seen.h5"), "--out", str(folder / "bundle"), *options]) == 0
    return folder


def run(*arguments: str | Path) -> int:
    return main([str(a) for a in arguments])


def result(out: Path) -> dict[str, Any]:
    return json.loads((out / "evaluation.json").read_text(encoding="utf-8"))


def test_training_data_is_refused_with_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "renamed.h5").write_bytes((folder / "seen.h5").read_bytes())  # content counts, not the name
    assert run(folder / "bundle", tmp_path / "renamed.h5", "--out", tmp_path / "e", *SILENT) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("LEAK:")
    assert "--held-out" in error
    assert not (tmp_path / "e").exists()


def test_held_out_part_of_a_training_recording(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder / "bundle", folder / "seen.h5", "--held-out", "--out", tmp_path / "e", *SILENT) == 0
    card = result(tmp_path / "e")["participants"]["seen"]
    (probe,) = card["leak_probe"]
    assert probe["finding"] == ""
    assert probe["gap_s"] >= probe["needed_s"]
    assert card["seconds"] < 5.0
    assert not {"days_before", "left_out"} & card.keys()
    own = card["decoders"]["ridge"]
    assert own["r"]["value"] > 0.6
    printed = capsys.readouterr().out
    assert printed.count("SIMULATED") >= 2
    assert f"{own['r']['value']:.3f}" in printed
    assert card["sureness"]["all"]["frames"] == pytest.approx(card["seconds"] * 22050 / 256)
    assert "how sure: the 80 % interval holds" in " ".join(printed.split())
    assert "expects speech" in printed


def test_of_several_days_only_the_last_one_is_scored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_h5(tmp_path / "today.h5", synthetic_recording(24.0, n_channels=2, seed=3))  # a contact is lost
    bundle, days = tmp_path / "m", ["--days", "1", "2", "--out", str(tmp_path / "m")]
    options = ["--decoder", "ridge", "--set", "n_past=6", "--split.min-part-s", "1", "--split.guard-s", "1"]
    assert train([str(folder / "seen.h5"), str(tmp_path / "today.h5"), *days, *options]) == 0
    assert "of day 2, which alone chooses and is scored; day 1 is learnt" in " ".join(capsys.readouterr().out.split())
    assert run(bundle, tmp_path / "today.h5", "--held-out", "--out", tmp_path / "e", *SILENT) == 0
    card = result(tmp_path / "e")["participants"]["today"]
    assert card["days_before"] == [1]
    (gone,) = card["left_out"]
    assert f"because not every recording has them as good ones: {gone}" in " ".join(card["notes"])
    assert gone not in read_toml(bundle / "bundle.toml")["labels"]
    assert card["leak_probe"][0]["finding"] == ""
    assert any("nothing of day 1, which it learnt as a whole;" in note for note in card["notes"])
    capsys.readouterr()
    assert run_error(bundle, folder / "seen.h5", "--held-out", *SILENT) == 2
    assert "names its held-out frames" in capsys.readouterr().err
    assert run(bundle, folder / "seen.h5", *SILENT) == 1
    assert capsys.readouterr().err.startswith("LEAK:")


def test_new_recording_leaves_json_and_figures(folder: Path, tmp_path: Path) -> None:
    assert run(folder / "bundle", folder / "new.h5", "--out", tmp_path / "e", *FAST, "--sound-s", "5") == 0
    values = result(tmp_path / "e")
    assert values["simulated"]
    assert "SIMULATED" in values["warning"]
    card = values["participants"]["new"]
    assert set(card["decoders"]) == {"ridge", *NO_BRAIN, PREVIOUS, ONSET, "recorded mel, vocoded"}
    assert card["decoders"]["recorded mel, vocoded"]["stoi"]["value"] > card["decoders"]["ridge"]["stoi"]["value"]
    assert len(card["per_bin"]["ridge"]["r"]) == 80
    assert {"circular shift", "shuffled brain", TRIALS} == set(card["chance"])
    assert len(card["trials"]) == card["n_trials"] > 5
    assert card["words"] == {}  # no markers say which words they are
    names = {p.name for p in (tmp_path / "e").iterdir()}
    assert {f"new_{kind}.png" for kind in ("card", "mel", "bins", "chance", "lag")} <= names
    assert run_error(folder / "bundle", folder / "new.h5", "--out", tmp_path / "e") == 2
    (tmp_path / "e/evaluation.json").unlink()
    refuse_out(Evaluate(out=tmp_path / "e"))  # what a crash before the last file leaves can be written over


def run_error(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as stop:
        run(*arguments)
    return int(stop.value.code or 0)


def test_errors_are_one_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/thesis.tex").write_text("x")
    (tmp_path / "no.wav").write_text("no sound")
    new, bundle = folder / "new.h5", folder / "bundle"
    cases: tuple[tuple[tuple[str | Path, ...], str], ...] = (
        ((), "expected one of"),
        ((bundle,), "at least one recording"),
        ((new, new), "is not a decoder bundle"),
        ((bundle, tmp_path / "none.xdf"), "no such file"),
        ((bundle, new, "--held-out", *SILENT), "--held-out needs"),
        ((bundle, new, "--out", tmp_path / "other"), "something else"),
        ((bundle, new, "--decoder", "gru"), "belong to --folds"),
        ((new, "--folds", "1"), "at least 2"),
        ((new, "--folds", "2", "--decoder", "grue"), "grue"),
        ((new, "--folds", "12", "--workers", "0"), "expected at least 5 s"),
        ((new, new, "--folds", "3", "--together", "--workers", "0"), "comes twice"),
        ((new, "--folds", "2", "--scheduler", "nonsense", *SILENT), "no dask scheduler"),
        (("--decoded", tmp_path / "no.wav"), "expected both"),
        (("--decoded", tmp_path / "no.wav", "--reference", tmp_path / "no.wav"), "expected an audio file"),
        ((bundle, new, "--bootstrap", "3"), "at least 20"),
        ((bundle, new, "--device", "tpu"), "expected cpu, cuda, cuda:N or auto"),
        (("--copy-synthesis", tmp_path / "other"), "expected a sound file"),
    )
    for arguments, text in cases:
        assert run_error(*arguments) == 2, arguments
        error = capsys.readouterr().err
        assert error.count("\n") == 1, error
        assert error.startswith("error: "), error
        assert text in error, (arguments, error)


def test_folds_resume_and_a_leaking_split_fails(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "e"
    command = (folder / "new.h5", "--folds", "2", "--workers", "0", "--out", out, "--permutations", "1", *SILENT)
    assert run(*command) == 0
    first = result(out)
    card = first["participants"]["new"]
    assert card["decoders"]["ridge"]["r_speech"]["value"] > card["chance"]["retrained"]["r_speech"]["p95"]
    assert len(card["leak_probe"]) == 2
    assert card["sureness"]["all"]["frames"] > 1500  # both folds
    (out / "evaluation.json").unlink()
    for figure in out.glob("*.png"):
        figure.unlink()
    (out / "jobs/new_fold1of2_permutation1.json").write_text('{"key": "cut sho')
    ran = []
    monkeypatch.setattr(
        offline.evaluation.jobs,
        "run_job",
        lambda job, real=offline.evaluation.jobs.run_job: ran.append(job) or real(job),
    )
    assert run(*command) == 0
    assert [(job.fold, job.permutation) for job in ran] == [(0, 1)]
    assert result(out)["participants"] == first["participants"]
    assert "kept from before" in capsys.readouterr().out

    def no_guard(n_frames: int, n_folds: int, *_: Any) -> list[Split]:
        half, part = n_frames // 2, n_frames // 4
        return [Split(((half, n_frames - part),), (n_frames - part, n_frames), (0, half))] * n_folds

    monkeypatch.setattr(decoders, "fold_splits", no_guard)
    titles, png = list[str](), figures.png

    def spied(draw: Any, *size: float) -> bytes:
        def drawn(figure: Figure) -> None:
            draw(figure)
            titles.append(figure.get_suptitle())

        return png(drawn, *size)

    monkeypatch.setattr(figures, "png", spied)
    leak = ("--folds", "2", "--workers", "0", "--permutations", "0", "--out", tmp_path / "leak")
    assert run(folder / "new.h5", *leak, *SILENT) == 1
    printed, error = capsys.readouterr()
    assert error.count("\n") == 1
    assert len(titles) >= 5
    assert all("LEAK SIMULATED participant, new" in title for title in titles)  # a picture goes without its card
    assert "LEAK SIMULATED new: " in " ".join(printed.split())
    assert "LEAK: training frames lie 0.000 s from scored ones" in error
    assert not result(tmp_path / "leak")["participants"]["new"]["verdicts"][0]["good"]


def test_what_makes_figures_worthless_stands_in_every_title(monkeypatch: pytest.MonkeyPatch) -> None:
    leaking: dict[str, Any] = {"leak_probe": [{"finding": "LEAK: x"}]}
    untold: dict[str, Any] = {"content": {"verdict": "cannot tell", "line": "x"}}
    kept, silent = ({"contamination": {"verdict": verdict}} for verdict in ("kept", "cannot tell"))
    fine = {"leak_probe": [{"finding": ""}], "content": {"verdict": "none"}, "contamination": {"verdict": "clean"}}
    assert card_marks({}) == card_marks(fine) == []
    assert card_marks({**kept, **leaking, **untold}) == ["CONTAMINATED", "LEAK"]
    told_nothing = ["(CONTAMINATION: CANNOT TELL)", "(LEAK: CANNOT TELL)", "GIVEN FEATURES"]
    assert card_marks({**silent, **untold, "causality": "unknown"}) == told_nothing
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(evaluation_run, "print_card", lambda *_: None)
    monkeypatch.setattr(evaluation_run, "total_of", lambda *_: {"n_recordings": 2, "n_participants": 2, "decoders": {}})
    monkeypatch.setattr(evaluation_run, "_write", lambda settings, result, console: told.append(result))
    people = [
        ParticipantCard(name, {"simulated": name == "b", "leak_probe": [], **card}, [])
        for name, card in (("a", kept), ("b", untold))
    ]
    console = Console(record=True, width=200)
    assert evaluation_run._report(Evaluate(), console, people) == 0
    both = ["CONTAMINATED", "(LEAK: CANNOT TELL)"]
    assert (told[0]["total"]["marks"], told[0]["total"]["simulated"]) == (both, True)
    assert "CONTAMINATED (LEAK: CANNOT TELL) SIMULATED mean of 2 recordings" in console.export_text()


@pytest.mark.parametrize(("own_kind", "said"), [(True, ["features", "kind of decoder"]), (False, ["features"])])
def test_what_the_folds_may_have_chosen_is_said(folder: Path, tmp_path: Path, own_kind: bool, said: list[str]) -> None:
    values = read_toml(folder / "bundle/bundle.toml")
    assert chosen_notes(folder / "bundle", own_kind) == []
    values["provenance"] |= {"features_chosen": {"why": "x"}, "fit": {"chosen": "gru"}}
    write_toml(tmp_path / "bundle.toml", values)
    notes = chosen_notes(tmp_path, own_kind)
    assert [note.partition("the bundle's ")[2].partition(" w")[0] for note in notes] == said


def test_sessions_of_one_participant_and_the_same_one_twice() -> None:
    """Sound and trials stand where the target stands, also with a lead; a session that comes twice is a leak."""
    a, b = (synthetic_recording(14.0, n_channels=2, seed=seed) for seed in (5, 6))
    split = SplitSettings(guard_s=1.0, min_part_s=0.5)
    recipe = Recipe(labels=a.labels, decoder=(("n_past", 2),), split=split, lead_ms=50.0)
    first, second = (process(r, recipe.features, recipe.mel, recipe.labels) for r in (a, b))
    segments, leaks, _ = decoders.fold_segments([first, second], recipe, 1, 2, 0.0, 0, 1)
    assert [leak.finding for leak in leaks] == ["", ""]
    for segment in segments:
        assert segment.recorded is not None
        mel = log_mel(segment.recorded)
        n = min(len(mel), len(segment.reference))
        np.testing.assert_allclose(mel[4 : n - 4], segment.reference[4 : n - 4], atol=1e-4)
        assert len(segment.shuffled) == 1
        assert set(segment.decoded) == {"ridge", *NO_BRAIN}
    _, leaks, _ = decoders.fold_segments([first, first], recipe, 0, 2, 0.0, 0, 0)
    assert leaks[0].finding == ""  # the same fold of both is held out together: no training frame is a duplicate
    part = replace(
        first.processed,
        log_power=first.processed.log_power[450:],
        audio=first.processed.audio[450 * 256 :],
        audio_frames=(0, len(first.processed.log_power) - 450),
    )
    _, leaks, _ = decoders.fold_segments([first, replace(first, processed=part)], recipe, 0, 2, 0.0, 0, 0)
    assert any("as they are" in leak.finding for leak in leaks)
