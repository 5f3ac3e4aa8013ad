"""What bands add, by contiguous folds: found where it was put, not found where it was not, kept in a file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

import offline.training.recordings
from bk_realtime.config import FeatureSettings, read_toml
from bk_realtime.errors import BkError
from offline.ablation import print_bands
from offline.data.split import SplitSettings
from offline.training.ablation import Ablation
from offline.training.band_gain import BANDS, BandRow, choose_bands, run_bands
from offline.training.settings import TrainerSettings
from tests.unit.test_simulate import made

NAN = float("nan")


def ablation(out: Path, **settings: object) -> Ablation:
    values = {"bands": ("low", "beta"), "folds": 2, "machine": TrainerSettings(accelerator="cpu", threads=1)}
    return Ablation((Path("simulated.xdf"),), out, **{**values, **settings})  # type: ignore[arg-type]


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch):
    def read(**settings: object) -> None:
        recording = made(80.0, channels=6, sfreq=512.0, **settings).recording()
        monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: recording)

    return read


def test_a_slow_wave_is_found_and_beta_is_not(simulated, tmp_path: Path) -> None:
    simulated(coupling=0.5, low_coupling=2.0)
    text = io.StringIO()
    console = Console(file=text, width=140)
    (found,) = run_bands(ablation(tmp_path / "a"), console)
    print_bands([found], tmp_path / "a", console)
    assert [row.name for row in found.rows] == ["high gamma", "+ low", "+ beta", "+ low + beta"]
    plain, low, beta, _ = found.rows
    assert low.gain[1] > 0.05
    assert low.r_speech > plain.r_speech + 0.1 > low.chance
    assert beta.gain[1] < 0 or beta.gain[0] < 0.05
    assert choose_bands([plain, low])[0] == ("low:0.5-30:signal",)
    assert "SIMULATED" in text.getvalue()
    assert "--features.more-bands low:0.5-30:signal" in text.getvalue()
    kept = read_toml(tmp_path / "a" / BANDS)
    assert kept["recordings"][0]["rows"][1]["gain"] == pytest.approx(low.gain[0], abs=1e-4)
    assert kept["recordings"][0]["simulated"] is True
    with pytest.raises(BkError, match="exists already"):
        run_bands(ablation(tmp_path / "a"), console)


def test_high_gamma_alone_has_the_guards_of_the_slowest_band(simulated, tmp_path: Path, monkeypatch) -> None:
    simulated(coupling=0.0)
    seen = []
    cut = offline.training.band_gain.nested_splits
    monkeypatch.setattr(
        offline.training.band_gain, "nested_splits", lambda corpus, n: seen.append(corpus.splits) or cut(corpus, n)
    )
    settings = ablation(tmp_path / "a", bands=("low",), split=SplitSettings(guard_s=0.1))
    (found,) = run_bands(settings, Console(file=io.StringIO(), width=140))
    assert len(seen) == 2
    assert seen[0] == seen[1]
    (split,) = seen[0]
    assert (split.test[0] - split.validation[1]) / 86.13 > 2.4
    assert choose_bands(found.rows)[0] == ()  # nothing is there to be found


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"bands": ("gamma",)}, "expected low or beta"),
        ({"folds": 1}, "expected 2 to 20"),
        ({"features": FeatureSettings(kind="given")}, "expected a signal to filter"),
    ],
)
def test_refused_before_anything_is_read(settings: dict, said: str, tmp_path: Path) -> None:
    with pytest.raises(BkError, match=said):
        run_bands(ablation(tmp_path, **settings), Console(file=io.StringIO()))


@pytest.mark.parametrize(
    ("gain", "partial", "r", "taken", "said"),
    [
        ((0.1, 0.05, 0.15), 0.02, 0.4, ("low:0.5-30:signal",), "is taken"),
        ((0.1, 0.05, 0.15), -0.01, 0.4, ("low:0.5-30:signal",), "loudness only, or movement"),
        ((0.1, -0.01, 0.21), 0.02, 0.4, (), "may be noise"),
        ((0.1, NAN, NAN), 0.02, 0.4, (), "too little speech"),
        ((-0.1, -0.2, 0.0), 0.0, 0.2, (), "no band adds"),
        ((0.1, 0.05, 0.15), 0.02, 0.31, (), "not above chance"),
    ],
)
def test_a_band_is_taken_only_for_more_than_noise(gain, partial, r, taken, said) -> None:
    plain = BandRow((), 0.3, 0.1, 0.05, (NAN,) * 3, NAN)
    low = BandRow(("low:0.5-30:signal",), r, 0.1 + partial, 0.05 if r != 0.31 else 0.35, gain, partial)
    found, why = choose_bands([plain, low])
    assert found == taken
    assert said in why
