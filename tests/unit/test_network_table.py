"""`offline.ablation --networks`: trained by folds and seeds, kept, gone on with, and told by intervals."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import offline.ablation
import offline.training.network_scores
import offline.training.networks
import offline.training.recordings
from bk_realtime.config import read_toml
from bk_realtime.errors import BkError
from offline.ablation import print_networks
from offline.data.split import SplitSettings
from offline.training.ablation import Ablation
from offline.training.fitting import Fit
from offline.training.network_scores import NetworkRow, conclusion, over_people, score_networks, step_cost
from offline.training.networks import CELLS, RESULTS, NetworksOf, run_networks
from offline.training.seed_scores import FIGURES, SeedRow
from offline.training.settings import OptimiserSettings, TrainerSettings
from tests.synthetic import synthetic_recording

RATE = 86.13


def ablation(out: Path, **changes: object) -> Ablation:
    plain = Ablation(
        (Path("synthetic.xdf"),),
        out,
        networks=True,
        folds=2,
        split=SplitSettings(guard_s=0.5, min_part_s=2.0),
        optimiser=OptimiserSettings(epochs=1, batch=8, segment_s=1.0),
        machine=TrainerSettings(accelerator="cpu", threads=1),
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def test_a_table_is_kept_and_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = synthetic_recording(30.0, n_channels=4)
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: recording)
    monkeypatch.setattr(offline.training.network_scores, "N_STEPS", 3)
    assert offline.training.networks.NETWORKS == ("ridge", "gru", "tcn", "transformer", "ssm")
    kinds = ("ridge", "gru", "ssm")  # tests of training have the others too
    monkeypatch.setattr(offline.training.networks, "NETWORKS", kinds)
    trained = []
    fit = offline.training.networks.fit_decoder

    def counted(kind: str, *told: Any, **more: Any) -> Fit:
        trained.append((kind, told[6]))
        return fit(kind, *told, **more)

    monkeypatch.setattr(offline.training.networks, "fit_decoder", counted)
    text, settings = io.StringIO(), ablation(tmp_path / "a")
    console = Console(file=text, width=200)
    (found,) = run_networks(settings, console)
    print_networks([found], settings, console)
    assert tuple(row.kind for row in found.rows) == kinds
    assert trained == [(kind, 0) for kind in kinds for _ in range(2)]
    assert all(np.isfinite([row.r_speech, row.r_partial, row.mcd_db, row.chance]).all() for row in found.rows)
    assert found.rows[0].r_speech > 0.4 > 2 * found.rows[0].chance  # features of this recording say the sound
    for word in ("SIMULATED", "ssm", "over gru [95 %]", "30 s in 2 contiguous folds, 1 seed(s)"):
        assert word in text.getvalue(), word
    assert (
        "SIMULATED: Nothing here may replace the default, whatever it says: 2 of 5 folds, 30 of 270 seconds"
        in text.getvalue()
    )
    kept = read_toml(tmp_path / "a" / RESULTS)["recordings"][0]
    assert (kept["simulated"], kept["contaminated"]) == (True, False)
    assert kept["contamination"] in ("clean", "cannot tell")
    assert tuple(row["decoder"] for row in kept["rows"]) == kinds
    with pytest.raises(BkError, match="go on with --resume"):
        run_networks(settings, console)
    with pytest.raises(BkError, match="--resume: folds"):
        run_networks(dataclasses.replace(settings, folds=3, resume=True), console)
    trained.clear()
    (tmp_path / "a" / CELLS / "1.ssm.fold_2.seed_0.npz").unlink()
    (again,) = run_networks(dataclasses.replace(settings, resume=True), console)
    assert trained == [("ssm", 0)]
    # one seed on one machine ends with the same weights; only the time differs
    assert [row.as_dict() | {"cpu_s": 0} for row in again.rows] == [row.as_dict() | {"cpu_s": 0} for row in found.rows]
    cells = list(offline.training.networks._cells(dataclasses.replace(settings, seeds=(0, 1)), 0))
    assert sum(cell.kind == "ridge" for cell in cells) == 2  # ridge draws nothing
    assert sum(cell.kind == "ssm" for cell in cells) == 4


def decoded_by(truth: np.ndarray, noise: float, seed: int) -> np.ndarray:
    return truth + noise * np.random.default_rng(seed).standard_normal(truth.shape)


def test_differences_are_paired_and_of_the_mean_over_seeds() -> None:
    rng = np.random.default_rng(0)
    level = np.repeat(rng.choice([-9.0, -3.0], 60), 86)[:, None]
    truth = level + rng.standard_normal((len(level), 8)).cumsum(0) * 0.02 + rng.standard_normal((len(level), 8))
    mels = {
        "ridge": [(decoded_by(truth, 2.0, 1), 1.0)],
        "gru": [(decoded_by(truth, 1.0, seed), 4.0) for seed in (2, 3)],
        "tcn": [(decoded_by(truth, 1.0, seed), seed) for seed in (4, 6)],
    }
    ridge, gru, tcn = score_networks(mels, [truth[:3000], truth[3000:]], RATE)
    assert set(ridge.over) == {"gru"}
    assert set(gru.over) == {"ridge"}
    assert tcn.over["ridge"][1] > 0.1
    assert tcn.over["gru"][1] < 0 < tcn.over["gru"][2]
    assert ridge.over["gru"][0] == -gru.over["ridge"][0]
    assert tcn.r_speech > ridge.r_speech > ridge.chance
    assert 0 < tcn.spread < 0.02
    assert np.isnan(ridge.spread)  # of one seed there is none
    assert tcn.cpu_s == 5.0
    assert isinstance(tcn, SeedRow)  # as a row of days is
    assert set(ridge.as_dict()) == {"decoder", *FIGURES, "over_gru", "over_gru_low", "over_gru_high"} - {"spread"}


def rows_of(gain: float) -> list[NetworkRow]:
    def row(kind: str, **over: float) -> NetworkRow:
        told = {k: (v, v - 1, v + 1) for k, v in over.items()}
        return NetworkRow(kind, 0.5, 0.0, 0.1, 6.0, 0.05, 1.0, over=told)

    rivals = [row("ridge", gru=0.0), row("gru", ridge=0.0)]
    return [*rivals, row("ssm", ridge=gain, gru=gain), row("tcn", ridge=0.0, gru=0.0)]


def test_little_never_replaces_a_default_and_much_only_what_is_above_both_rivals() -> None:
    rng = np.random.default_rng(0)
    people = [rows_of(0.05 + 0.01 * rng.standard_normal()) for _ in range(10)]
    assert conclusion(people, 5, 290.0, 3) == "Above ridge and gru by more than noise over the participants: ssm."
    for few in ((people[:9], 5, 290.0, 3), (people, 4, 290.0, 3), (people, 5, 200.0, 3), (people, 5, 290.0, 2)):
        assert conclusion(*few).startswith("Nothing here may replace the default, whatever it says: ")
    assert conclusion([*people, people[0]], 5, 290.0, 3, 10).endswith(
        "some of these recordings are of one participant."
    )
    noise = [rows_of(0.05 * rng.standard_normal()) for _ in range(10)]
    assert "the default stays" in conclusion(noise, 5, 290.0, 3)
    assert np.isnan(over_people(people[:2], "ssm", "ridge")[1:]).all()
    mean, low, high = over_people(people, "ssm", "ridge")
    assert low < mean < high < 0.1


def test_the_best_of_several_networks_has_to_be_above_what_noise_makes_the_best_of_them() -> None:
    people = [rows_of(gain) for gain in np.linspace(-0.0127, 0.0403, 10)]
    assert over_people(people, "ssm", "ridge")[1] > 0  # by itself, and not as one of two
    assert over_people(people, "ssm", "ridge", 2)[1] < 0
    assert "the default stays" in conclusion(people, 5, 290.0, 3)


def test_recordings_of_one_participant_are_not_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline.training.network_scores, "N_STEPS", 3)
    monkeypatch.setattr(offline.ablation, "NETWORKS", ("ridge", "gru", "ssm", "tcn"))
    text = io.StringIO()
    found = [NetworksOf(f"sub-{n}", rows_of(0.05), 300.0, 6, False, "") for n in ("01_ses-1", "01_ses-2", "02", "03")]
    print_networks(found, Ablation((), tmp_path), Console(file=text, width=200))
    assert "ssm over ridge, 4 recordings of 3 participant(s) at most: +0.050\n" in text.getvalue()
    print_networks(found[1:], Ablation((), tmp_path), Console(file=text, width=200))
    assert "ssm over ridge, 3 participants: +0.050 [+0.050 +0.050]" in text.getvalue()


def test_the_cost_of_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline.training.network_scores, "N_STEPS", 3)
    assert step_cost("ridge", 6, 80)[0] == 20 * 6 * 80
    count, us = step_cost("tcn", 6, 80)
    assert count == 6 * 92 + 8 * 3 * 92**2 + 92 * 80
    assert us > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"folds": 1}, "expected 2 to 20"),
        ({"seeds": ()}, "expected at least one, each once"),
        ({"seeds": (1, 1)}, "expected at least one, each once"),
        ({"bands": ("low",)}, "expected one of them, got both"),
    ],
)
def test_refused_before_anything_is_read(changes: dict, said: str, tmp_path: Path) -> None:
    with pytest.raises(BkError, match=said):
        run_networks(ablation(tmp_path / "a", **changes), Console(file=io.StringIO()))
    assert not (tmp_path / "a").exists()
