"""The output guard, whatever comes in: ceiling at and between samples, no clicks, no dependence on chunks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter, resample_poly

from bk_realtime.errors import BkError
from bk_realtime.session.settings import SafetySettings
from bk_realtime.voice.guard_kernel import DELAY
from bk_realtime.voice.output_guard import OutputGuard

RATE = 22050
OPEN = SafetySettings(unmuted=True)


def sound(kind: str, n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(n) / RATE
    x = {
        "speech-like": 0.3 * np.sin(2 * np.pi * 150 * t) * (1 + np.sin(2 * np.pi * 3 * t)),
        "square": np.sign(np.sin(2 * np.pi * 400 * t)),
        "loud noise": rng.normal(size=n) * 50,
        "float32 limits": rng.choice(np.array([3.4e38, -3.4e38, 1e-45, 0]), n),
        "broken": np.where(rng.random(n) < 0.2, rng.choice([np.nan, np.inf, -np.inf], n), rng.normal(size=n) * 3),
        "only nan": np.full(n, np.nan),
    }[kind]
    return x.astype(np.float32)


KINDS = ("speech-like", "square", "loud noise", "float32 limits", "broken", "only nan")


def act(guard: OutputGuard, x: np.ndarray, sizes: list[int], actions: list[tuple[int, str]]) -> np.ndarray:
    """Feed ``x`` in pieces of ``sizes``, cut also where an action (position, name) happens."""
    edges = np.unique(np.clip([0, *np.cumsum(sizes), *(at for at, _ in actions), len(x)], 0, len(x)))
    out, age = [], 0.01
    for a, b in pairwise(edges.tolist()):
        for at, name in actions:
            if at == a:
                if name in ("stale", "fresh"):
                    age = {"stale": 1.0, "fresh": 0.01}[name]
                elif name == "louder":
                    guard.gain_db = 12.0
                else:
                    getattr(guard, name)()
        out.append(guard.process(x[a:b], age))
    return np.concatenate(out)


ACTIONS = st.lists(
    st.tuples(st.integers(0, 2999), st.sampled_from(["mute", "unmute", "panic", "stale", "fresh", "louder"])),
    max_size=6,
)


@pytest.mark.parametrize("kind", KINDS)
@given(sizes=st.lists(st.integers(0, 700), max_size=8), actions=ACTIONS, ceiling=st.floats(-40, 0))
def test_never_above_the_ceiling_and_chunks_do_not_matter(kind, sizes, actions, ceiling) -> None:
    asked = SafetySettings(unmuted=True, ceiling_dbfs=ceiling, full_scale_db_spl=100.0)
    x = sound(kind, 3000)
    got = act(OutputGuard(asked, RATE), x, sizes, actions)
    whole = act(OutputGuard(asked, RATE), x, [], actions)
    assert got.dtype == np.float32
    assert got.shape == x.shape
    assert np.isfinite(got).all()
    assert np.abs(got.astype(np.float64)).max() <= 10 ** (ceiling / 20)
    np.testing.assert_array_equal(got, whole)


def true_peak(y: np.ndarray) -> float:
    """Of the wave between the samples, by another way than the guard's own."""
    return float(np.abs(resample_poly(np.pad(y.astype(np.float64), 100), 16, 1)).max())


HOSTILE = ("alternating", "quarter of the rate", "signs", "worst signs", "tone", "steps", "sparse", *KINDS)


@pytest.mark.parametrize("kind", HOSTILE)
@given(
    seed=st.integers(0, 1000),
    level=st.sampled_from([0.3, 1.0, 4.0, 1e30]),
    ceiling=st.floats(-40, 0),
    actions=ACTIONS,
)
@settings(max_examples=30)
def test_the_wave_between_the_samples_stays_below_the_ceiling_too(kind, seed, level, ceiling, actions) -> None:
    rng, n = np.random.default_rng(seed), 3000
    t, first, length = np.arange(n), rng.integers(0, 2000), rng.integers(2, 900)
    x = {
        "alternating": (-1.0) ** t,
        "quarter of the rate": np.sqrt(2) * np.cos(np.pi / 2 * t + np.pi / 4),
        "signs": rng.choice([-1.0, 1.0], n),
        "worst signs": np.sign(np.sinc(t - first - 0.5)),  # all that comes together between two samples
        "tone": np.cos(np.pi * rng.random() * t + 6 * rng.random()),
        "steps": np.sign(np.sin(2 * np.pi * 400 * t / RATE)),
        "sparse": np.where(rng.random(n) < 0.01, rng.normal(size=n), 0.0),
    }.get(kind)
    x = sound(kind, n, seed) if x is None else (level * x * ((t >= first) & (t < first + length))).astype(np.float32)
    guard = OutputGuard(SafetySettings(unmuted=True, ceiling_dbfs=ceiling), RATE)
    y = act(guard, x, [], actions)
    assert true_peak(y) <= guard.ceiling


@pytest.mark.parametrize("constant", [0.3, -1.0, 1e30])
def test_a_constant_does_not_come_out_and_its_step_dies_away(constant: float) -> None:
    guard = OutputGuard(OPEN, RATE)
    guard.process(np.zeros(500, np.float32), 0.0)
    y = guard.process(np.full(RATE, constant, np.float32), 0.0)
    assert np.abs(y).max() <= guard.ceiling
    assert np.abs(y[RATE // 5 :]).max() < 0.02 * min(1.0, abs(constant))
    assert np.abs(y[-10:]).max() < 1e-6


def test_speech_passes_the_offset_filter_as_it_is() -> None:
    t = np.arange(RATE) / RATE
    for hertz in (100, 1000, 4000):
        guard = OutputGuard(OPEN, RATE)
        y = guard.process((0.3 * np.sin(2 * np.pi * hertz * t)).astype(np.float32), 0.0)
        assert np.abs(y[RATE // 2 :]).max() == pytest.approx(0.3, rel=0.003)


@pytest.mark.parametrize("kind", ["speech-like", "square", "loud noise"])
@given(actions=st.lists(st.tuples(st.integers(0, 2999), st.sampled_from(["mute", "unmute", "stale", "fresh"]))))
def test_no_jump_beyond_the_inputs_own_and_the_fade(kind, actions) -> None:
    guard = OutputGuard(OPEN, RATE)
    x = sound(kind, 3000)
    got = act(guard, x, [], actions).astype(np.float64)[DELAY:]
    own = np.abs(np.diff(x.astype(np.float64), prepend=0))[: len(got)] * (1 + 2e-3)
    slope = np.pi / 2 / (OPEN.fade_ms / 1e3 * RATE) * guard.ceiling
    offset = 2e-3 * np.abs(x).max()  # of the high-pass
    turn = guard.ceiling / 5 * (kind != "speech-like")  # the limiter's gain moves in five samples where it must
    assert (np.abs(np.diff(got, prepend=0)) <= own + slope + offset + turn + 1e-6).all()


@given(seed=st.integers(0, 100), at=st.integers(800, 1500), length=st.integers(1, 400))
def test_bad_samples_click_no_more_than_a_fast_decay(seed: int, at: int, length: int) -> None:
    x = sound("speech-like", 3000, seed)
    own = np.abs(np.diff(x)).max()
    x[at : at + length] = np.random.default_rng(seed).choice(np.array([np.nan, np.inf], np.float32), length)
    guard = OutputGuard(OPEN, RATE)
    got = guard.process(x, 0.01)
    assert np.abs(np.diff(got)).max() <= own + 0.06 * np.abs(got).max()
    assert guard.bad_samples == length
    if length > 300:
        assert np.abs(got[at + 300 : at + length]).max() < 0.03  # only what the high-pass does not hear


def test_starts_muted_and_silent_unless_told_otherwise() -> None:
    x = sound("square", 2000)
    guard = OutputGuard(SafetySettings(), RATE)
    assert guard.muted
    assert not guard.process(x, 0.0).any()
    guard.unmute()
    got = guard.process(x, 0.0)
    assert abs(got[0]) < 1e-3
    assert 0.6 * guard.ceiling < np.abs(got[400:]).max() <= guard.ceiling
    assert not guard.silent


def test_quiet_sound_passes_untouched_but_for_its_offset() -> None:
    """Late by the guard's delay; what a first-order high-pass of 5 Hz leaves, computed by SciPy."""
    x = 0.3 * sound("square", 4000)
    guard = OutputGuard(OPEN, RATE)
    pole = np.exp(-2 * np.pi * 5 / RATE)
    fades = 0.5 - 0.5 * np.cos(np.pi * np.clip((np.arange(4000) + 1) / (0.01 * RATE), 0, 1))
    want = lfilter((1 + pole) / 2 * np.array([1.0, -1.0]), [1.0, -pole], x * 1.0)
    got = guard.process(x, 0.0)
    np.testing.assert_allclose(got[300:], (np.roll(want, DELAY) * fades)[300:], atol=1e-6)
    assert guard.limiter_hits == 0
    assert guard.delay_s == DELAY / RATE < 0.0005


def test_limiter_counts_and_recovers() -> None:
    guard = OutputGuard(OPEN, RATE)
    x = 0.3 * sound("square", 4 * RATE)
    want = OutputGuard(OPEN, RATE).process(x, 0.0)
    x[1100] = 3e38
    got = guard.process(x, 0.0)
    assert 0 < guard.limiter_hits <= 12  # the filter between samples sees it that long
    at = 1100 + DELAY
    assert 0.5 * guard.ceiling < got[at] <= guard.ceiling
    assert np.abs(got[at + 5]) < 0.02
    assert np.abs(got[RATE // 2]) > 0.2
    np.testing.assert_allclose(got[-100:], want[-100:], rtol=1e-3)


@pytest.mark.parametrize(("name", "n"), [("mute", 222), ("panic", 24)])
def test_out_after_the_fade_and_stays_out(name: str, n: int) -> None:
    guard = OutputGuard(OPEN, RATE)
    guard.process(sound("square", 1000), 0.0)
    getattr(guard, name)()
    got = guard.process(sound("square", 1000), 0.0)  # at once: the fade comes after the delay
    assert got[: n // 3].any()
    assert not got[n:].any()
    assert guard.silent
    guard.mute()
    assert not guard.process(sound("square", 100), 0.0).any()
    guard.unmute()
    assert guard.process(sound("square", 400), 0.0)[-1] != 0


def test_stale_data_fade_out_and_return_with_hysteresis() -> None:
    guard = OutputGuard(SafetySettings(unmuted=True, max_age_ms=200), RATE)
    x = sound("square", 500)
    for age, stale in [(0.1, 0), (0.199, 0), (0.201, 1), (0.19, 1), (None, 1), (0.151, 1), (0.149, 0), (0.199, 0)]:
        got = guard.process(x, age)
        assert guard.stale == bool(stale), age
        assert (got[-1] == 0) == bool(stale)
    for age in (float("nan"), float("inf")):
        guard.process(x, age)
        assert guard.stale


def test_reset_keeps_mute_and_gain_and_fades_in() -> None:
    guard = OutputGuard(OPEN, RATE)
    guard.gain_db = -6.0
    guard.process(sound("loud noise", 1000), 9.0)
    assert guard.limiter_hits > 0
    guard.reset()
    assert (guard.limiter_hits, guard.stale, guard.muted, guard.gain_db) == (0, False, False, -6.0)
    got = guard.process(0.2 * sound("square", 1000), 0.0)
    assert abs(got[0]) < 1e-3
    assert np.abs(got[-200:]).max() == pytest.approx(0.2 * 10 ** (-6 / 20), rel=0.05)


@pytest.mark.parametrize(
    ("asked", "rate"),
    [
        ({"ceiling_dbfs": 1.0}, RATE),
        ({"ceiling_dbfs": float("nan")}, RATE),
        ({"fade_ms": 0.0}, RATE),
        ({"max_age_ms": -1.0}, RATE),
        ({"gain_db": 30.0}, RATE),
        ({"gain_db": float("nan")}, RATE),
        ({}, 0),
    ],
)
def test_unsafe_settings_are_refused(asked: dict[str, float], rate: int) -> None:
    with pytest.raises(BkError, match="expected"):
        OutputGuard(SafetySettings(**asked), rate)
