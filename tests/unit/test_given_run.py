"""Given features through training, score card, decoding and preprocessing: as good as the signal, causality unknown."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from rich.console import Console
from scipy.signal import butter, sosfilt

import offline.decode
import offline.evaluate
import offline.preprocess
from bk_realtime.chain import Chain
from bk_realtime.config import FeatureSettings, MelSettings, read_toml
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.errors import OptionError
from offline.data.dataset import feature_reach_s
from offline.data.split import SplitSettings
from offline.inspection.report import inspect_recording, report_text
from offline.inspection.timings import read_timed
from offline.io.options import ReadOptions
from offline.training.outcome import print_result
from offline.training.run import train
from offline.training.settings import Train, TrainerSettings
from tests.synthetic import synthetic_recording

GIVEN = FeatureSettings(kind="given")
SPLIT = SplitSettings(guard_s=1.0, min_part_s=2.0)
RATE = 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``raw.h5``, 60 s of a simulated signal at 512 Hz, and ``features.h5``, causal log power made of it by hand."""
    folder = tmp_path_factory.mktemp("given")
    made = synthetic_recording(60.0, n_channels=6)
    x = made.neural.astype(np.float64)
    power = sosfilt(butter(4, (70, 170), "bandpass", fs=512, output="sos"), x, axis=0) ** 2
    total = np.cumsum(np.vstack([np.zeros((26, 6)), power]), 0)
    log_power = np.log((total[26:] - total[:-26]) / 26 + 1e-6)
    newest = np.ceil((np.arange(60 * RATE) + 1) * 512 / RATE).astype(int) - 1
    for name, key, data, rate in (("raw", "ecog", x, 512), ("features", "high_gamma", log_power[newest], RATE)):
        with h5py.File(folder / f"{name}.h5", "w") as file:
            file[key], file[f"{key}SR"] = data.astype(np.float32), rate
            file["audio"], file["audioSR"] = made.audio, made.sample_rate
            file["electrodes"] = [label.encode() for label in made.labels]
            file.attrs["simulated"] = True
    return folder


def settings(folder: Path, name: str, **changes: Any) -> Train:
    machine = TrainerSettings(accelerator="cpu", threads=1)
    features = GIVEN if name == "features" else FeatureSettings()
    return Train((folder / f"{name}.h5",), folder / f"bundle_{name}", "ridge", split=SPLIT, features=features,
                 machine=machine, **changes)  # fmt: skip


@pytest.fixture(scope="module")
def trained(folder: Path) -> dict[str, tuple[float, str]]:
    """r inside speech and what was printed, by recording."""
    out = {}
    for name in ("raw", "features"):
        text = io.StringIO()
        console = Console(file=text, width=200)
        result = train(settings(folder, name), console)
        assert result is not None
        print_result(console, settings(folder, name), result)
        out[name] = result.scores["ridge"]["r_speech"], text.getvalue()
    return out


def test_training_is_as_good_as_on_the_signal_and_says_what_is_unknown(
    trained: dict[str, tuple[float, str]], folder: Path
) -> None:
    assert trained["raw"][0] > 0.5
    assert abs(trained["features"][0] - trained["raw"][0]) < 0.1
    assert "GIVEN features, causality unknown" in " ".join(trained["features"][1].split())
    assert "GIVEN" not in trained["raw"][1]
    index = read_toml(folder / "bundle_features" / "bundle.toml")
    assert index["features"]["kind"] == "given"
    assert index["sfreq"] == "100"
    assert index["provenance"]["causality"].startswith("unknown")
    raw = read_toml(folder / "bundle_raw" / "bundle.toml")
    assert "kind" not in raw["features"]
    assert "causality" not in raw["provenance"]
    training, validation = (index["provenance"]["data"][0][part] for part in ("training", "validation"))
    assert (validation[0] - training[0][1]) / (22050 / 256) >= feature_reach_s(GIVEN, MelSettings()) > 2.0


def test_the_score_card_says_that_causality_is_unknown(trained: object, folder: Path, tmp_path: Path) -> None:
    command = [str(folder / "bundle_features"), str(folder / "features.h5"), "--held-out", "--sound-s", "0"]
    assert offline.evaluate.main([*command, "--bootstrap", "40", "--shifts", "40", "--out", str(tmp_path / "e")]) == 0
    card = json.loads((tmp_path / "e" / "evaluation.json").read_text())["participants"]["features"]
    assert card["causality"].startswith("unknown")
    verdicts = {v["check"]: v for v in card["verdicts"]}
    assert not verdicts["causality"]["good"]
    assert "UNKNOWN" in verdicts["causality"]["text"]
    assert not verdicts["contamination"]["good"]
    assert "cannot" in verdicts["contamination"]["text"].lower()
    assert verdicts["leak"]["good"]
    assert card["leak_probe"][0]["needed_s"] > 2.0


def test_folds_say_so_too(folder: Path, tmp_path: Path) -> None:
    command = [
        str(folder / "features.h5"),
        "--features.kind",
        "given",
        "--folds",
        "2",
        "--workers",
        "0",
        "--permutations",
        "0",
    ]
    quick = ["--sound-s", "0", "--bootstrap", "40", "--shifts", "40", "--split.min-part-s", "2"]
    assert offline.evaluate.main([*command, *quick, "--out", str(tmp_path / "e")]) == 0
    card = json.loads((tmp_path / "e" / "evaluation.json").read_text())["participants"]["features"]
    assert card["causality"].startswith("unknown")
    assert card["decoders"]["ridge"]["r_speech"]["value"] > 0.4


def test_decoding_is_the_live_chain_and_preprocessing_has_its_features(
    trained: object, folder: Path, tmp_path: Path
) -> None:
    bundle = load_bundle(folder / "bundle_features")
    source, out = str(folder / "features.h5"), tmp_path / "d.npz"
    assert offline.decode.main([str(bundle.path), source, "--out", str(out)]) == 0
    assert offline.preprocess.main([source, "--bundle", str(bundle.path), "--out", str(tmp_path / "p.npz")]) == 0
    plain = [source, "--features.kind", "given", "--split.min-part-s", "2", "--out", str(tmp_path / "q.npz")]
    assert offline.preprocess.main(plain) == 0
    with h5py.File(source) as file:
        chain, x = Chain(bundle, bundle.labels), file["high_gamma"][:1000]
    live = np.concatenate([chain.push(x[i : i + 13]).mel for i in range(0, len(x), 13)] + [chain.flush().mel])
    with np.load(out) as decoded, np.load(tmp_path / "p.npz") as made, np.load(tmp_path / "q.npz") as own:
        at = len(live)  # ridge looks at the past alone
        np.testing.assert_allclose(decoded["mel"][:at], live, atol=1e-4)
        n = len(made["features"])
        np.testing.assert_allclose(decoded["features"][:n], made["features"], atol=1e-6)
        for values in (decoded, made, own):
            assert str(values["causality"]).startswith("unknown")


def test_features_are_not_filtered_as_a_signal(folder: Path, tmp_path: Path) -> None:
    beside = folder / "features.h5.toml"
    beside.write_text("holds_features = true\n")
    try:
        with pytest.raises(OptionError, match=r"read as features.*expected features\.kind given"):
            train(Train((folder / "features.h5",), tmp_path / "b", "ridge", split=SPLIT), Console(quiet=True))
    finally:
        beside.unlink()


def test_inspection_says_that_it_holds_features_and_calls_none_bad(folder: Path) -> None:
    result = inspect_recording(*read_timed(folder / "features.h5", ReadOptions(holds_features=True)), 50.0)
    assert not result.quality.bad
    assert result.audit is None
    text = report_text(result)
    assert "features, made elsewhere" in text
    assert "cannot tell from features" in text
    assert "µV" not in text
