"""What each measure of the audit counts for: the rules by themselves, without a signal that happens to meet them."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from bk_realtime.contamination import audit as module
from bk_realtime.contamination.spectra import coherences, diagonal

QUIET = [(5.0, 0.0)] * 4
"""Waveforms: as chance has them."""
LEVEL = 1e-4


def verdict(**changes: object) -> tuple[str, str]:
    """Of a channel in which nothing is found but ``changes``."""
    asked = {
        "r_p": 0.5,
        "level": LEVEL,
        "coherence_p": (0.5, 0.5),
        "match": QUIET,
        "follows": (0.0, 0.0),
        "slow_r": 0.0,
    }
    return module._verdict(**(asked | changes))


def matched(place: int, z: float, lag_s: float) -> list[tuple[float, float]]:
    """Matches of which one is (z, lag_s): the sound, above 200 Hz, the rectified sound, above 200 Hz."""
    return [(z, lag_s) if k == place else QUIET[k] for k in range(4)]


@pytest.mark.parametrize(
    ("changes", "want"),
    [
        ({}, "clean"),
        # the spectra: alone only below the level that the number of channels asks for
        ({"r_p": 0.9 * LEVEL}, "contaminated"),
        ({"r_p": 1.1 * LEVEL}, "clean"),
        # with coherent waveforms one in twenty is enough; coherence by itself is what a hearing brain has
        ({"r_p": 0.04, "coherence_p": (0.9e-5, 0.5)}, "contaminated"),
        ({"r_p": 0.04, "coherence_p": (1.1e-5, 0.5)}, "clean"),
        ({"r_p": 0.06, "coherence_p": (0.9e-5, 0.5)}, "suspect"),
        ({"coherence_p": (1e-300, 0.5)}, "suspect"),
        # above 200 Hz no brain has it
        ({"coherence_p": (0.5, 0.9e-8)}, "contaminated"),
        ({"coherence_p": (0.5, 1.1e-8)}, "clean"),
        # waveforms: below 200 Hz a brain may follow 4 to 80 ms behind, not earlier, not later, not before the sound
        ({"match": matched(0, 6.6, 0.02)}, "suspect"),
        ({"match": matched(0, 6.4, 0.2)}, "clean"),
        ({"match": matched(0, 6.6, 0.003)}, "contaminated"),
        ({"match": matched(0, 6.6, 0.0045)}, "suspect"),
        ({"match": matched(0, 6.6, 0.0795)}, "suspect"),
        ({"match": matched(0, 6.6, 0.0805)}, "contaminated"),
        ({"match": matched(0, 6.6, -0.02)}, "contaminated"),
        ({"match": matched(2, 6.6, 0.02)}, "suspect"),
        ({"match": matched(2, 6.6, -0.02)}, "contaminated"),
        ({"match": matched(1, 6.6, 0.02)}, "contaminated"),
        ({"match": matched(3, 6.6, 0.02)}, "contaminated"),
        # loudness: as close and as strong as no population is
        ({"follows": (module.POWER_R + 0.01, module.POWER_DB + 0.1)}, "contaminated"),
        ({"follows": (module.POWER_R + 0.01, module.POWER_DB - 0.1)}, "clean"),
        ({"follows": (module.POWER_R - 0.01, module.POWER_DB + 0.1)}, "clean"),
        ({"slow_r": module.SLOW_R + 0.01}, "contaminated"),
        ({"slow_r": -module.SLOW_R - 0.01}, "contaminated"),
        ({"slow_r": module.SLOW_SUSPECT_R + 0.01}, "suspect"),
        ({"slow_r": -module.SLOW_SUSPECT_R - 0.01}, "suspect"),
        ({"slow_r": module.SLOW_SUSPECT_R - 0.01}, "clean"),
    ],
)
def test_each_rule_alone(changes: dict[str, object], want: str) -> None:
    got, why = verdict(**changes)
    assert got == want
    assert bool(why) == (want != "clean")


def test_the_reason_names_the_first_suspicion_and_the_delay() -> None:
    assert verdict(match=matched(0, 7.0, 0.0125)) == ("suspect", "waveform of the sound, +12.5 ms")
    assert verdict(match=matched(3, 7.0, -0.1))[1] == "waveform of the rectified sound, above 200 Hz, -100.0 ms"
    assert verdict(match=matched(0, 7.0, 0.02), slow_r=module.SLOW_SUSPECT_R + 0.01)[1].startswith("waveform of the so")


SFREQ, SECONDS = 500.0, 20


@pytest.mark.parametrize(("n_channels", "want"), [(1, "contaminated"), (8, "clean")])
def test_more_channels_ask_for_more(monkeypatch: pytest.MonkeyPatch, n_channels: int, want: str) -> None:
    """A chance of a quarter of ALPHA is too much for one channel of eight: ALPHA is for all of them together."""
    monkeypatch.setattr(module, "diagonal", lambda matrix, orders: (0.0, module.ALPHA / 4))
    rng = np.random.default_rng(0)
    n = round(SFREQ * SECONDS)
    neural, sound = rng.standard_normal((n, n_channels)), rng.standard_normal(n)
    found = module.audit_signals(neural, sound, SFREQ, tuple(f"A{k}" for k in range(n_channels)), 50.0)
    assert {channel.verdict for channel in found.channels} == {want}


def test_chance_never_holds_the_sound_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sound that tells what chance does is moved by two seconds or more, either way round the recording."""
    shifts: list[np.ndarray] = []
    real = module.coherences
    monkeypatch.setattr(
        module,
        "coherences",
        lambda sound, brain, good, moved, bins: (shifts.append(moved), real(sound, brain, good, moved, bins))[1],
    )
    rng = np.random.default_rng(1)
    n = round(SFREQ * 10)
    module.audit_signals(rng.standard_normal((n, 1)), rng.standard_normal(n), SFREQ, ("A1",), 0.0)
    frames = (n - round(module.WINDOW_S * SFREQ)) // round(module.HOP_S * SFREQ) + 1
    assert shifts[0].tolist() == list(range(20, frames - 20 + 1))


def test_coherence_by_its_definition() -> None:
    """One frequency: |sum of x y*|^2 over the powers, each frame of the channel counting alike; chance taken off."""
    rng = np.random.default_rng(2)
    shape = (40, 3)
    sound = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
    brain = 2.0 * sound + rng.standard_normal(shape)
    brain[7] *= 1e3  # one loud frame decides nothing
    good = np.ones((1, 40), bool)
    good[0, 5] = False
    shifts, bins = np.array([11, 17, 23]), np.array([[True, True, False], [False, False, True]])
    value, p, null = coherences(sound, brain[None], good, shifts, bins)
    y = brain[good[0]] / np.sqrt(np.square(np.abs(brain[good[0]])).mean(axis=1, keepdims=True))
    w = 1 / np.sqrt(np.square(np.abs(brain[good[0]])).mean(axis=1, keepdims=True))

    def by_hand(shift: int) -> np.ndarray:
        x = np.roll(sound, shift, axis=0)[good[0]] * w
        return np.abs((x * y.conj()).sum(0)) ** 2 / (np.square(np.abs(x)).sum(0) * np.square(np.abs(y)).sum(0))

    chance = np.stack([by_hand(s) for s in shifts])
    for rows, v, q, m in zip(bins, value, p, null, strict=True):
        means = chance[:, rows].mean(axis=1)
        real = by_hand(0)[rows].mean()
        assert m[0] == pytest.approx(means.mean(), rel=1e-9)
        assert v[0] == pytest.approx(real - means.mean(), rel=1e-9)
        shape, scale = means.mean() ** 2 / means.var(), means.var() / means.mean()
        assert q[0] == pytest.approx(scipy.stats.gamma.sf(real, shape, scale=scale), rel=1e-6, abs=1e-300)


def test_chance_of_coherence_holds_where_few_frequencies_are_free() -> None:
    """Two bins, as above 200 Hz at 512 Hz, and a voice of few loud frames: of 4000 channels without any sound, p below
    0.001 in four by luck; a normal tail has it in 40."""
    rng = np.random.default_rng(4)
    shape = (400, 2)
    loud = np.exp(rng.standard_normal((shape[0], 1)))
    sound = loud * (rng.standard_normal(shape) + 1j * rng.standard_normal(shape))
    brain = rng.standard_normal((4000, *shape)) + 1j * rng.standard_normal((4000, *shape))
    good, shifts = np.ones(brain.shape[:2], bool), np.arange(20, 381)
    p = np.concatenate([coherences(sound, brain[k : k + 500], good[k : k + 500], shifts, np.ones((1, 2), bool))[1][0]
                        for k in range(0, 4000, 500)])  # fmt: skip
    assert np.count_nonzero(p < 1e-3) <= 10
    assert 300 <= np.count_nonzero(p < 0.1) <= 500


def test_a_set_without_a_frequency_says_nothing() -> None:
    """At 400 Hz no bin lies above 200 Hz."""
    rng = np.random.default_rng(5)
    sound = rng.standard_normal((80, 3)) + 0j
    value, p, _ = coherences(sound, sound[None], np.ones((1, 80), bool), np.arange(20, 61), np.zeros((1, 3), bool))
    assert value[0, 0] == 0
    assert p[0, 0] == 1


def test_a_broad_correlation_is_no_diagonal() -> None:
    """The diagonal counts above what lies 3 to 7 bins beside it, against shuffled and against shifted diagonals."""
    rng = np.random.default_rng(3)
    n = 60
    orders = np.argsort(rng.random((500, n)), axis=1)
    noise = 0.05 * rng.standard_normal((n, n))
    value, p = diagonal(noise + 0.5, orders)
    assert abs(value) < 0.03
    assert p > 1e-3
    value, p = diagonal(noise + 0.3 * np.eye(n), orders)
    assert value == pytest.approx(0.3, abs=0.03)
    assert p < 1e-8
    aside = 0.3 * np.eye(n, k=20)  # another frequency: no sound at its own
    assert diagonal(noise + aside, orders)[1] > 0.05
