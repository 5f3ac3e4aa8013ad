"""The output guard, whatever comes in: ceiling, no added jumps, no dependence on chunks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.engine.output_guard import OutputGuard
from bk_realtime.errors import BkError
from bk_realtime.session.settings import SafetySettings

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
    settings = SafetySettings(unmuted=True, ceiling_dbfs=ceiling)
    x = sound(kind, 3000)
    got = act(OutputGuard(settings, RATE), x, sizes, actions)
    whole = act(OutputGuard(settings, RATE), x, [], actions)
    assert got.dtype == np.float32
    assert got.shape == x.shape
    assert np.isfinite(got).all()
    assert np.abs(got.astype(np.float64)).max() <= 10 ** (ceiling / 20)
    np.testing.assert_array_equal(got, whole)


@pytest.mark.parametrize("kind", ["speech-like", "square", "loud noise"])
@given(actions=st.lists(st.tuples(st.integers(0, 2999), st.sampled_from(["mute", "unmute", "stale", "fresh"]))))
def test_no_jump_beyond_the_inputs_own_and_the_fade(kind, actions) -> None:
    guard = OutputGuard(OPEN, RATE)
    x = sound(kind, 3000)
    got = act(guard, x, [], actions).astype(np.float64)
    own = np.abs(np.diff(x.astype(np.float64), prepend=0))
    slope = np.pi / 2 / (OPEN.fade_ms / 1e3 * RATE) * guard.ceiling
    recovery = guard.ceiling * (1 - guard._release) / 4  # steepest rise of the limiter's gain
    assert (np.abs(np.diff(got, prepend=0)) <= own + slope + recovery + 1e-6).all()


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
        assert np.abs(got[at + 300 : at + length]).max() < 1e-6


def test_starts_muted_and_silent_unless_told_otherwise() -> None:
    x = sound("square", 2000)
    guard = OutputGuard(SafetySettings(), RATE)
    assert guard.muted
    assert not guard.process(x, 0.0).any()
    guard.unmute()
    got = guard.process(x, 0.0)
    assert abs(got[0]) < 1e-3
    assert np.abs(got[400:]).min() == pytest.approx(guard.ceiling, rel=1e-3)
    assert not guard.silent


def test_quiet_sound_passes_untouched() -> None:
    x = 0.4 * sound("square", 4000)
    guard = OutputGuard(OPEN, RATE)
    np.testing.assert_array_equal(guard.process(x, 0.0)[300:], x[300:])
    assert guard.limiter_hits == 0


def test_limiter_counts_and_recovers() -> None:
    guard = OutputGuard(OPEN, RATE)
    guard.process(0.4 * sound("square", 1000), 0.0)
    x = 0.4 * sound("square", 4 * RATE)
    x[100] = 3e38
    got = guard.process(x, 0.0)
    assert guard.limiter_hits == 1
    assert got[100] == pytest.approx(guard.ceiling)
    assert np.abs(got[101]) < 0.01
    assert np.abs(got[RATE // 2]) > 0.2
    np.testing.assert_allclose(got[-100:], x[-100:], rtol=1e-3)


@pytest.mark.parametrize(("name", "n"), [("mute", 222), ("panic", 24)])
def test_out_after_the_fade_and_stays_out(name: str, n: int) -> None:
    guard = OutputGuard(OPEN, RATE)
    guard.process(sound("square", 1000), 0.0)
    getattr(guard, name)()
    got = guard.process(sound("square", 1000), 0.0)
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
    assert np.abs(got[-1]) == pytest.approx(0.2 * 10 ** (-6 / 20), rel=1e-3)


@pytest.mark.parametrize(
    ("settings", "rate"),
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
def test_unsafe_settings_are_refused(settings: dict[str, float], rate: int) -> None:
    with pytest.raises(BkError, match="expected"):
        OutputGuard(SafetySettings(**settings), rate)
