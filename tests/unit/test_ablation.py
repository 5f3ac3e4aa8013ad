"""`offline.ablation`: trains what is asked, keeps results, goes on where it stopped."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from rich.console import Console

import offline.training.ablation
import offline.training.recordings
from bk_realtime.config import FeatureSettings, read_toml, write_toml
from bk_realtime.decoder.registry import settings_class
from bk_realtime.errors import BkError
from offline.ablation import ablation_table
from offline.data.split import SplitSettings
from offline.training.ablation import RESULTS, VARIANTS, Ablation, AblationRows, run_ablation
from offline.training.score_table import CHOSEN
from offline.training.settings import OptimiserSettings, TrainerSettings
from tests.synthetic import synthetic_recording


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ablation:
    recording = synthetic_recording(30.0, n_channels=4)
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: recording)
    small = {"hidden": 8, "encoder_layers": 1, "conv_layers": 1, "attention_window": 5}
    for name in ("attention off", "location off"):
        monkeypatch.setitem(VARIANTS, name, ("seq2seq", {**VARIANTS[name][1], **small}))
    return Ablation(
        (Path("synthetic.xdf"),),
        tmp_path / "out",
        variants=("ridge", "attention off"),
        split=SplitSettings(guard_s=1.0, min_part_s=2.0),
        optimiser=OptimiserSettings(epochs=1, batch=8, segment_s=1.0),
        machine=TrainerSettings(accelerator="cpu", threads=1),
    )


def run(settings: Ablation, console: Console) -> AblationRows:
    results, simulated, mark = run_ablation(settings, console)
    console.print(ablation_table(settings, results, simulated, mark))
    return results


def test_results_are_kept_and_resumed(settings: Ablation, monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    results = run(settings, Console(file=text, width=120))
    assert set(results) == {"ridge/0", "attention off/0"}
    assert all(-1 <= row["r_speech"] <= 1 for row in results.values())
    assert results["attention off/0"]["parameters"] > 0
    assert "SIMULATED" in text.getvalue()
    kept = read_toml(settings.out / RESULTS)
    assert kept["simulated"] is True
    assert (kept["leak_untold"], kept["choice"]) == ([], CHOSEN)
    with pytest.raises(BkError, match="go on with --resume"):
        run(settings, Console(file=text))
    trained = []
    fit = offline.training.ablation.fit_decoder
    monkeypatch.setattr(offline.training.ablation, "fit_decoder", lambda *a, **k: trained.append(a[1]) or fit(*a, **k))
    more = dataclasses.replace(settings, variants=(*settings.variants, "location off"), resume=True)
    again = run(more, Console(file=text, width=120))
    assert trained == [VARIANTS["location off"][1]], "only the missing variant is trained"
    assert {k: again[k] for k in results} == results


def test_another_run_is_not_resumed(settings: Ablation, monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(file=io.StringIO(), width=120)
    ridge = dataclasses.replace(settings, variants=("ridge",))
    results = run(ridge, console)
    resumed = dataclasses.replace(ridge, resume=True)
    for changed, word in (
        ({"recordings": (Path("another.xdf"),)}, "recordings"),
        ({"split": SplitSettings(guard_s=1.5, min_part_s=2.0)}, "split"),
        ({"features": FeatureSettings(window_s=0.1)}, "features"),
        ({"optimiser": OptimiserSettings(epochs=2)}, "optimiser"),
    ):
        with pytest.raises(BkError, match=f"--resume: {word}"):
            run(dataclasses.replace(resumed, **changed), console)
    other = synthetic_recording(30.0, n_channels=4, seed=1)
    with monkeypatch.context() as context:
        context.setattr(offline.training.recordings, "read_recording", lambda path: other)
        with pytest.raises(BkError, match="expected the same recordings"):
            run(resumed, console)
    assert run(dataclasses.replace(resumed, seeds=(0, 1)), console)["ridge/0"] == results["ridge/0"]
    kept = read_toml(settings.out / "run.toml")
    assert kept.pop("silence_weight") == 0.25
    write_toml(settings.out / "run.toml", kept)  # as before ridge weighed silence
    with pytest.raises(BkError, match=r"--resume: silence_weight: 0.25, the run in .* has None"):
        run(resumed, console)
    write_toml(settings.out / "run.toml", {**kept, "silence_weight": 0.25, "networks": ["gru"]})
    with pytest.raises(BkError, match=r"--resume: networks: None, the run in .* has \['gru'\]"):
        run(resumed, console)
    (settings.out / "run.toml").unlink()
    with pytest.raises(BkError, match="does not say which recordings"):
        run(resumed, console)
    (settings.out / "ablation.toml").unlink()
    (settings.out / "runs").mkdir()
    with pytest.raises(BkError, match="go on with --resume"):
        run(ridge, console)


def test_every_variant_can_be_built() -> None:
    for kind, changes in VARIANTS.values():
        assert set(changes) <= set(settings_class(kind).__dataclass_fields__)


def test_unknown_variant(settings: Ablation) -> None:
    with pytest.raises(BkError, match="variant 'magic' is unknown"):
        run(dataclasses.replace(settings, variants=("magic",)), Console())
