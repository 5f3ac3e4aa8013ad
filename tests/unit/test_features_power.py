"""Log power and z-scores against plain NumPy loops."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from bk_realtime.clock import FrameClock
from bk_realtime.errors import BkError
from bk_realtime.features import LogPower, ZScore, fit_statistics


def frames_by_hand(x: np.ndarray, sfreq: Fraction, window: int) -> np.ndarray:
    """Frame k from its own definition, one at a time, with the integer rule of the frame index."""
    out, k = [], 0
    while (end := int((k + 1) * 256 * sfreq / 22050)) <= len(x):
        part = x[max(0, end - window) : end]
        row = []
        for c in range(x.shape[1]):
            good = part[~np.isnan(part[:, c]), c]
            row.append(np.log(np.mean(good**2) + 1e-6) if len(good) >= window / 2 else np.nan)
        out.append(row)
        k += 1
    return np.array(out)


@pytest.mark.parametrize("sfreq", [Fraction(1000), Fraction(1024), Fraction(2048), Fraction(4069, 4)])
def test_log_power_equals_framing_by_hand(sfreq: Fraction) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1500, 4)) * [1, 10, 1e-3, 0]
    x[rng.random(x.shape) < 0.2] = np.nan
    x[300:340, 1] = np.nan
    x[600:900, 0] = np.nan
    op = LogPower(4, FrameClock(sfreq), 0.05)
    got = op.forward(torch.tensor(x)[None])[0].numpy()
    np.testing.assert_allclose(got, frames_by_hand(x, sfreq, round(0.05 * float(sfreq))), rtol=1e-12, atol=1e-13)
    assert np.isfinite(got[5:12]).all()
    assert np.isnan(got[:, 0]).sum() > 8
    assert len(got) == FrameClock(sfreq).n_frames(1500) == op.n_out(1500)


def test_log_power_needs_half_a_window() -> None:
    x = torch.ones(1, 120, 1, dtype=torch.float64)
    got = LogPower(1, FrameClock(1024), 0.05).forward(x)[0, :, 0]
    # boundaries 11, 23, 35: 25.5 of 51 samples are there from the third frame on
    assert got.isnan().tolist()[:3] == [True, True, False]
    assert got[2].item() == pytest.approx(0, abs=1e-5)


def test_log_power_refuses_no_window() -> None:
    with pytest.raises(BkError, match="window_s"):
        LogPower(1, FrameClock(1024), 1e-4)


def test_statistics_leave_nan_out() -> None:
    x = np.random.default_rng(0).normal(3, 2, (500, 4))
    x[:, 1] = 7
    x[1:, 2] = np.nan
    x[::7, 0] = np.nan
    mean, std = fit_statistics(x)
    assert mean[0] == pytest.approx(np.nanmean(x[:, 0]))
    assert std[0] == pytest.approx(np.nanstd(x[:, 0]))
    assert np.isnan(mean[[1, 2]]).all()
    assert np.isnan(std[[1, 2]]).all()


def test_frozen_z_scores() -> None:
    op = ZScore(np.array([1.0, np.nan, 5.0]), np.array([2.0, 1.0, 0.0]))
    x = torch.tensor([[[3.0, 1, 5], [np.nan, 2, 6], [1e6, 3, 7], [-1e6, 3, np.nan]]], dtype=torch.float64)
    np.testing.assert_array_equal(op.forward(x)[0].numpy(), [[1, 0, 0], [0, 0, 0], [10, 0, 0], [-10, 0, 0]])


def test_running_z_scores_start_frozen_follow_and_ignore_gaps() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(4, 0.5, (4000, 1))
    x[100:200] = np.nan
    got = ZScore(np.array([0.0]), np.array([1.0]), "running", 5.0, 86.13).forward(torch.tensor(x)[None])[0].numpy()
    # independent loop: exponential mean and variance, scored before each update
    rate, mean, var, want = 1 - np.exp(-1 / (5.0 * 86.13)), 0.0, 1.0, []
    for v in x[:, 0]:
        if np.isnan(v):
            want.append(0.0)
            continue
        want.append((v - mean) / np.sqrt(var))
        var = (1 - rate) * var + rate * (1 - rate) * (v - mean) ** 2
        mean = mean + rate * (v - mean)
    np.testing.assert_allclose(got[:, 0], np.clip(want, -10, 10), rtol=1e-9)
    assert got[0] == pytest.approx(x[0])
    assert abs(got[-1000:].mean()) < 0.3
    assert got[-1000:].std() == pytest.approx(1, abs=0.2)


def test_one_artefact_does_not_move_running_statistics_far() -> None:
    x = np.random.default_rng(1).normal(size=(2000, 1))
    spoilt = x.copy()
    spoilt[1000] = 1e9
    op = ZScore(np.array([0.0]), np.array([1.0]), "running", 60.0)
    clean, got = (op.forward(torch.tensor(v)[None])[0].numpy() for v in (x, spoilt))
    assert got[1000] == 10
    assert np.abs(got - clean)[1001:].max() < 0.1


@pytest.mark.parametrize(
    ("mean", "std", "mode", "message"),
    [
        ([0.0], [1.0], "rolling", "frozen or running"),
        ([0.0, 1.0], [1.0], "frozen", "per feature"),
        ([np.nan], [1.0], "frozen", "live channel"),
    ],
)
def test_z_score_refuses(mean, std, mode, message) -> None:
    with pytest.raises(BkError, match=message):
        ZScore(np.array(mean), np.array(std), mode)
