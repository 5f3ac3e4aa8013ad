"""Outputs are what they were: any change shows here and is explained under "Numerics" in CHANGELOG.md."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.golden.make import PATH, compute


@pytest.fixture(scope="module", params=["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"])
def pair(request: pytest.FixtureRequest) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    with np.load(PATH) as file:
        golden = dict(file)
    weights = {k.removeprefix("weights/"): v for k, v in golden.items() if k.startswith("weights/")}
    return golden, compute(weights, golden["samples"], golden["mel"], request.param)


@pytest.mark.parametrize(("name", "tolerance"), [("features", 1e-5), ("mel", 1e-4)])
def test_features_and_mel(pair, name: str, tolerance: float) -> None:
    golden, now = pair
    assert golden[name].size > 100
    np.testing.assert_allclose(now[name], golden[name], atol=tolerance)


def test_waveform_of_the_stored_mel(pair) -> None:
    """By signal-to-noise ratio: phases are chosen by comparisons, so the last bits of another processor may differ."""
    golden, now = pair
    assert golden["audio"].std() > 0
    error = now["audio"] - golden["audio"]
    assert 10 * np.log10(np.mean(golden["audio"] ** 2) / max(float(np.mean(error**2)), 1e-30)) > 30
