"""The frame index and the chain on it: any chunking, odd rates, hours."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import LogPower, build_features
from bk_realtime.stream import Pipeline, Stream

RATES = [1000, 1024, 2048, 1017.25, 30012]


@pytest.mark.parametrize("sfreq", RATES)
@given(n=st.integers(0, 3 * 10**9))
def test_frame_count_is_the_inverse_of_the_boundary(sfreq: float, n: int) -> None:
    clock = FrameClock(sfreq)
    k = clock.n_frames(n)
    assert clock.boundary(k - 1) <= n < clock.boundary(k)
    exact = (k + 1) * 256 * Fraction(sfreq) / 22050
    assert 0 <= exact - clock.boundary(k) < 1


@pytest.mark.parametrize("sfreq", RATES)
@given(data=st.data())
def test_chain_whole_equals_chunks(sfreq: float, data: st.DataObject) -> None:
    n, most = int(sfreq * 0.3), int(sfreq * 0.05)
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    x = rng.normal(size=(n, 3)).cumsum(0)
    for _ in range(data.draw(st.integers(0, 4))):
        start, length = int(rng.integers(n)), int(rng.integers(1, n // 3))
        x[start : start + length, rng.integers(3)] = rng.choice([np.nan, np.inf, 3.0])
    settings = FeatureSettings(reference="average", normalisation="running", flat_s=0.02)
    mean, std = np.zeros(3), np.ones(3)
    ops = build_features(settings, MelSettings(), ["A1", "A2", "A3"], ["A1", "A2", "A3"], sfreq, mean, std)
    signal = torch.tensor(x)[None]
    pipe = Pipeline(ops, signal)
    want = pipe.forward(signal)
    out, i = [], 0
    while i < n:
        size = data.draw(st.integers(0, most)) if len(out) < 20 else most
        out.append(pipe.push(signal[:, i : i + size]))
        i += size
    out.append(pipe.flush())
    got = torch.cat(out, 1)
    assert got.shape == (1, FrameClock(sfreq).n_frames(n), 3)
    assert got.isfinite().all()
    torch.testing.assert_close(got, want, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("sfreq", RATES)
def test_frame_leaves_with_the_sample_that_completes_it(sfreq: float) -> None:
    clock = FrameClock(sfreq)
    stream = Stream(LogPower(1, clock, 0.002), torch.zeros(0, dtype=torch.float64))
    for k in range(12):
        n_before = clock.boundary(k) - stream.n_in - 1
        assert stream.push(torch.ones(1, n_before, 1, dtype=torch.float64)).shape[1] == 0
        assert stream.push(torch.ones(1, 1, 1, dtype=torch.float64)).shape[1] == 1
    assert stream.n_out == 12


def test_frames_after_hours_are_where_integers_put_them() -> None:
    clock = FrameClock(Fraction(4069, 4))
    n = 10 * 3600 * 4069 // 4
    assert clock.n_frames(n) == int(n * 22050 * 4 / (256 * 4069))
