"""`--days` with `--decoder auto` and ridge: the days before are in the training part of every fold, today alone is cut,
chooses and is scored; and a training that was broken off goes on as if it had not been."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import Callback

import offline.training.recordings
import offline.training.run
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from bk_realtime.errors import BkError
from offline.data.dataset import Corpus, build_corpus, common_labels
from offline.data.processed import process_recording
from offline.data.recut import recut
from offline.io.recording import Recording
from offline.train import main
from offline.training import auto, fitting
from offline.training.auto import Choice, nested_splits
from offline.training.recordings import read_recordings
from offline.training.run_folder import begin_run
from offline.training.settings import OptimiserSettings, Train
from tests.unit.train_runs import last_weights, run, weights
from tests.unit.two_days import FEATURES, MEL, ONE_EPOCH, SHORT, corpus, corpus_of, days, read, settings

__all__ = ["corpus", "days", "read"]  # fixtures


class CutAfter(Callback):
    """Ends training as a power cut would, after so many epochs of all networks together."""

    def __init__(self, epochs: int) -> None:
        self.left = epochs

    def on_train_epoch_start(self, trainer, pl_module) -> None:
        if not self.left:
            raise RuntimeError("power cut")
        self.left -= 1


def auto_settings(out: Path, **changes: Any) -> Train:
    sizes = ("folds=2", "gru.hidden=8", "gru.layers=1", "ridge.n_past=8")
    made = settings(out, **{"decoder": "auto", "set": sizes, **changes})
    made.check()
    return made


# ---- folds -----------------------------------------------------------------------------------------------------------
def test_folds_are_of_today_and_the_days_before_are_learnt_in_each(corpus: Corpus) -> None:
    tested = np.zeros(len(corpus.features[1]), int)
    for splits in nested_splits(corpus, 3):
        part = recut(corpus, splits)
        assert splits[0] == corpus.splits[0]
        assert part.segment_days("test") == part.segment_days("validation") == (0,)
        assert set(part.segment_days("training")) == {0, 1}
        assert len(part.segments("training")[0][0]) == len(corpus.features[0])
        np.testing.assert_array_equal(part.mel[1], corpus.mel[1])
        first, stop = splits[1].test
        tested[first:stop] += 1
    held_out = corpus.splits[1].test[0]
    assert tested.max() == 1
    assert tested[:held_out].mean() > 0.9
    assert not tested[held_out - round(1.0 * corpus.frame_rate) :].any()


def test_how_much_there_is_to_learn_from_is_said_of_today(corpus: Corpus) -> None:
    with pytest.raises(BkError, match=r"^2[4-7] s to learn from are too short for 20 nested folds; record longer$"):
        nested_splits(corpus, 20)


def test_what_a_fold_holds_out_does_not_come_back_through_yesterdays_sound(days: dict[str, Recording]) -> None:
    recordings = list(days.values())
    labels = common_labels(recordings)
    sessions = [process_recording(r, FEATURES, MEL, labels) for r in recordings]

    def made() -> Corpus:
        return build_corpus(sessions, FEATURES, MEL, labels, recordings[0].sfreq, split=SHORT, days=(1, 2))

    whole = made()
    fold = nested_splits(whole, 2)[0]
    part = recut(whole, fold)
    first, stop = ((whole.first[1] + row) * MEL.hop_length for row in fold[1].test)
    louder = sessions[1].audio.copy()
    louder[first:stop] *= 5.0
    sessions[1] = dataclasses.replace(sessions[1], audio=louder)
    other = made()
    assert abs(other.mel[0] - whole.mel[0]).max() > 0.1  # the fold's test part is in what the whole is trained on
    np.testing.assert_allclose(recut(other, fold).mel[0], part.mel[0], atol=1e-4)
    np.testing.assert_allclose(recut(whole, whole.splits).mel[0], whole.mel[0], atol=1e-4)


@pytest.mark.parametrize("of", [(), (1, 2)])
def test_a_fold_is_z_scored_by_what_it_trains_on(days: dict[str, Recording], of: tuple[int, ...]) -> None:
    """As if what it holds out were not there: it was scored by the statistics of all that is not held out."""
    whole = corpus_of(days, of)
    sfreq = next(iter(days.values())).sfreq
    for fold in nested_splits(whole, 2):
        part = recut(whole, fold)
        alone = build_corpus(whole.sessions, FEATURES, MEL, whole.labels, sfreq, splits=fold, days=of)
        assert abs(part.features[1] - whole.features[1]).max() > 1e-3
        for name in ("features", "mel"):
            for got, wanted in zip(getattr(part, name), getattr(alone, name), strict=True):
                np.testing.assert_allclose(got, wanted, atol=1e-4 if name == "mel" else 0)
        np.testing.assert_array_equal((part.mean, part.std), (alone.mean, alone.std))
    again = recut(whole, whole.splits)
    assert all(np.array_equal(got, wanted) for got, wanted in zip(again.features, whole.features, strict=True))


def test_the_sound_of_one_day_is_cut_and_nothing_else(corpus: Corpus) -> None:
    as_one = dataclasses.replace(corpus, days=())
    part = recut(as_one, corpus.splits[::-1])
    assert part.splits == corpus.splits[::-1]
    assert part.mel is as_one.mel


# ---- trainings -------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def trained(
    days: dict[str, Recording], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Train, list[Corpus], dict[str, Any], str]:
    """One training of auto on two days, what its candidates were fitted on, its scores and what it printed."""
    fitted: list[Corpus] = []
    fit = fitting.fit_decoder

    def spied(kind: str, sizes: dict[str, Any], part: Corpus, *told: Any) -> fitting.Fit:
        fitted.append(part)
        return fit(kind, sizes, part, *told)

    two_epochs = OptimiserSettings(epochs=2, batch=8, segment_s=1.0)
    made = auto_settings(tmp_path_factory.mktemp("auto") / "whole", optimiser=two_epochs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offline.training.recordings, "read_recording", lambda path, **_: days[Path(path).name])
        patch.setattr(fitting, "fit_decoder", spied)
        return made, fitted, *run(made)


def test_auto_learns_yesterday_in_every_fold_and_is_scored_on_today(
    trained: tuple[Train, list[Corpus], dict[str, Any], str], corpus: Corpus
) -> None:
    made, fitted, scores, text = trained
    assert len(fitted) > 4  # ridge and gru in two folds, then what was taken
    for part in fitted[:4]:
        assert part.splits[0] == corpus.splits[0]
        assert part.splits[1].test[1] < corpus.splits[1].test[0]
        assert set(part.segment_days("training")) == {0, 1}
        assert part.segment_days("test") == (0,)
        assert not part.layers
    bundle = load_bundle(made.out)
    np.testing.assert_array_equal(bundle.mean, corpus.mean)
    assert bundle.provenance["fit"]["folds"] == 2
    assert set(bundle.provenance["fit"]["validation"]) == {"ridge", "gru", "ridge + gru"}
    yesterday, today = bundle.provenance["data"]
    assert (yesterday["day"], today["day"]) == (1, 2)
    assert "held_out" not in yesterday
    assert today["held_out"] == [corpus.first[1] + frame for frame in corpus.splits[1].test]
    assert {"auto", "ridge"} < set(scores)
    assert "days: the decoder is of day 2, which alone chooses and is scored; day 1 is learnt" in text
    assert "input layer" not in text


def test_the_networks_of_auto_have_layers_where_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = (float("nan"),) * 3
    monkeypatch.setattr(auto, "nested_splits", lambda *_: [])
    monkeypatch.setattr(auto, "choose", lambda *_: Choice(("gru",), {}, nothing, "gru", "so it was wanted"))
    _, text = run(auto_settings(tmp_path / "m", optimiser=ONE_EPOCH, day_layers=True))
    assert "gru: day 1 is 0." in text
    bundle = load_bundle(tmp_path / "m")
    assert bundle.kind == "gru"
    assert "1" in bundle.provenance["fit"]["fits"]["gru"]["days_apart"]
    assert not any("days" in name for name in weights(tmp_path / "m"))


def test_a_ridge_learns_both_days_and_today_chooses_its_penalty(tmp_path: Path, corpus: Corpus) -> None:
    options = settings(tmp_path / "m", decoder="ridge", set=())
    options.check()
    run(options)
    bundle = load_bundle(tmp_path / "m")
    assert bundle.kind == "ridge"
    np.testing.assert_array_equal(bundle.mean, corpus.mean)
    training, validation = (
        [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in corpus.segments(part)]
        for part in ("training", "validation")
    )
    assert (len(training), len(validation)) == (2, 1)
    ridge = Ridge(RidgeSettings(), corpus.features[0].shape[1], 80)
    assert ridge.fit(training, validation)["penalty"] == bundle.provenance["fit"]["penalty"]
    torch.testing.assert_close(bundle.decoder.weight, ridge.weight)  # type: ignore[attr-defined]


# ---- a training that was broken off ----------------------------------------------------------------------------------
def test_resume_of_auto_ends_as_if_it_had_never_stopped(
    trained: tuple[Train, list[Corpus], dict[str, Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = trained[0].out, dataclasses.replace(trained[0], out=tmp_path / "cut")
    with monkeypatch.context() as patch:
        power = CutAfter(3)
        patch.setattr(offline.training.run, "Pictures", lambda *_: power)
        with pytest.raises(RuntimeError, match="power cut"):
            run(cut)
    assert not (tmp_path / "cut/bundle.toml").exists()
    assert (tmp_path / "cut/training/auto/fold_2/gru/checkpoints/last.ckpt").exists()
    run(dataclasses.replace(cut, resume=True))
    for fold in ("auto/fold_1/gru", "auto/fold_2/gru"):
        one, two = (last_weights(folder, fold) for folder in (whole, cut.out))
        assert one.keys() == two.keys()
        assert all(torch.equal(tensor, two[name]) for name, tensor in one.items()), fold
    one, two = (load_bundle(folder).provenance["fit"] for folder in (whole, cut.out))
    for key in ("chosen", "why", "validation"):
        assert one[key] == two[key]
    one, two = (weights(folder) for folder in (whole, cut.out))
    assert all(torch.equal(tensor, two[name]) for name, tensor in one.items())


@pytest.mark.parametrize(
    ("given", "now"), [(["--days", "1", "3"], "[1, 3]"), (["--days", "4", "5"], "[4, 5]"), ([], "None")]
)
@pytest.mark.parametrize("decoder", ["auto", "ridge", "gru"])
def test_resume_with_other_days_is_refused_in_one_line(
    given: list[str],
    now: str,
    decoder: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["d1.xdf", "d2.xdf", "--out", str(tmp_path / "m"), "--decoder", decoder]
    begun = settings(tmp_path / "m", decoder=decoder, set=())
    begin_run(begun, ["one", "two"])
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: pytest.fail("read too soon"))
    with pytest.raises(SystemExit) as caught:
        main([*words, *given, "--resume"])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"--resume: days is {now}, the run in {tmp_path / 'm'} has [1, 2]; expected the same command" in error


def test_days_of_a_simulated_participant_and_of_another_are_refused(
    days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {**days, "d1.xdf": dataclasses.replace(days["d1.xdf"], simulated=False)}
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: there[Path(path).name])
    paths = [Path("d1.xdf"), Path("d2.xdf")]
    with pytest.raises(
        BkError, match=r"several days: d2\.xdf is SIMULATED and d1\.xdf is not; expected days of one parti"
    ):
        read_recordings(paths, days=(1, 2))
    assert len(read_recordings(paths)) == 2
