"""What is heard in each condition of an experiment, by numbers: delays, levels, fades, noise, shams, new segments."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from bk_realtime.conditions.sound import ConditionSound
from bk_realtime.session.conditions import Condition
from bk_realtime.session.settings import SafetySettings
from bk_realtime.voice.output_guard import OutputGuard
from tests.unit.test_loudness import loudest_second

RATE = 2000
FADE_S = 0.01
FADE = 20


class Counting:
    """A second voice whose k-th sample is 100 + k."""

    def __init__(self) -> None:
        self.n = 0

    def take(self, n: int) -> np.ndarray:
        self.n += n
        return (100 + self.n - n + np.arange(n)).astype(np.float32)

    def reset(self) -> None:
        self.n = 0


def heard(
    text: str, voice: np.ndarray, at: int, sizes: list[int] | None = None, back_at: int | None = None
) -> np.ndarray:
    """The real voice until sample ``at``, then the condition, and where told the real one again."""
    real, other = Condition("real", "real"), Condition.parse(text)
    sound = ConditionSound(RATE, 0.5, FADE_S, [real, other], {other.name: Counting()}, seed=5)
    changes = [(at, other), *([(back_at, real)] if back_at is not None else [])]
    out, n = [], 0
    sizes = sizes or [len(voice)]
    for size in [*sizes, len(voice) - sum(sizes)]:

        def due(k: int, start: int = n) -> int:
            if changes and changes[0][0] == start + k:
                sound.change(changes.pop(0)[1])
            return changes[0][0] - start if changes else 10**9

        out.append(sound.process(voice[n : n + size], due))
        n += size
    return np.concatenate(out)


@pytest.fixture
def voice() -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.2, 0.2, 8 * RATE).astype(np.float32)


def test_delayed_is_the_same_voice_later_to_the_sample(voice: np.ndarray) -> None:
    out = heard("delayed 200", voice, 3000)
    np.testing.assert_array_equal(out[:3000], voice[:3000])
    np.testing.assert_array_equal(out[3000 + FADE :], voice[3000 + FADE - 400 : -400])


def test_muted_is_nothing_and_the_voice_returns_as_it_was(voice: np.ndarray) -> None:
    out = heard("muted", voice, 3000, back_at=6000)
    assert not out[3000 + FADE - 1 : 6000].any()
    np.testing.assert_array_equal(out[6000 + FADE :], voice[6000 + FADE :])


def test_replayed_is_what_was_decoded_that_long_ago(voice: np.ndarray) -> None:
    out = heard("replayed 5", np.concatenate([voice, voice]), 12_000)
    whole = np.concatenate([voice, voice])
    np.testing.assert_array_equal(out[12_000 + FADE :], whole[12_000 + FADE - 10_000 : -10_000])


def test_replayed_waits_until_there_is_enough() -> None:
    conditions = [Condition("real", "real"), Condition.parse("replayed 5")]
    sound = ConditionSound(RATE, 0.5, FADE_S, conditions, {}, seed=5)
    sound.process(np.zeros(3 * RATE, np.float32))
    assert sound.missing_s(conditions[1]) == 2.0
    sound.process(np.zeros(2 * RATE, np.float32))
    assert sound.missing_s(conditions[1]) == 0.0


def test_noise_has_the_level_that_was_asked_for(voice: np.ndarray) -> None:
    """RMS in dB re the ceiling (0.5 here), peaks 4.8 dB above it, white, and over the voice or alone."""
    over, alone = heard("noise -20", voice, 0), heard("noise-alone -20", voice, 0)
    noise = (over - voice)[FADE:]
    np.testing.assert_allclose(noise, alone[FADE:], atol=1e-7)
    assert 20 * np.log10(np.sqrt(np.mean(noise**2)) / 0.5) == pytest.approx(-20, abs=0.1)
    assert np.abs(noise).max() <= 0.5 * 10 ** (-20 / 20) * np.sqrt(3) + 1e-6
    spectrum = np.abs(np.fft.rfft(noise[:14_000])) ** 2
    low, high = spectrum[10:3000].mean(), spectrum[3000:6000].mean()
    assert low == pytest.approx(high, rel=0.15)


def test_a_second_voice_stays_beside_the_real_one_sample_for_sample(voice: np.ndarray) -> None:
    """It has run all the time: sample k is its own sample k, whenever it is switched to."""
    for text in ("shuffled 3", "other"):
        out = heard(text, voice, 3000)
        np.testing.assert_array_equal(out[3000 + FADE :], 100 + np.arange(3000 + FADE, len(voice)))


def test_fades_are_raised_cosines_without_a_jump() -> None:
    out = heard("muted", np.ones(4000, np.float32), 2000, back_at=3000)
    at = (np.arange(1, FADE + 1)) / FADE
    np.testing.assert_allclose(out[2000 : 2000 + FADE], 0.5 + 0.5 * np.cos(np.pi * at), atol=1e-6)
    np.testing.assert_allclose(out[3000 : 3000 + FADE], 0.5 - 0.5 * np.cos(np.pi * at), atol=1e-6)


@pytest.mark.parametrize(
    "text", ["delayed 123", "muted", "noise -30", "noise-alone -12", "replayed 5", "shuffled", "other"]
)
def test_chunks_change_nothing(voice: np.ndarray, text: str) -> None:
    long = np.concatenate([voice, voice])
    whole = heard(text, long, 10_007, back_at=13_001)
    sizes = list(itertools.islice(itertools.cycle([1, 0, 37, 5, 256, 999]), 60))
    np.testing.assert_array_equal(heard(text, long, 10_007, sizes, back_at=13_001), whole)


def test_a_delayed_voice_does_not_reach_over_a_new_segment() -> None:
    """What was said before the signal was lost is not heard after it; it fades out, then silence for the delay."""
    conditions = [Condition("real", "real"), Condition.parse("delayed 100")]
    sound = ConditionSound(RATE, 0.5, FADE_S, conditions, {}, seed=5)
    sound.process(np.ones(1000, np.float32))
    sound.change(conditions[1])
    sound.process(np.ones(1000, np.float32))
    sound.reset()
    out = sound.process(np.full(1000, 0.5, np.float32))
    assert out[0] > 0.9
    assert np.abs(np.diff(out[:200])).max() < 0.1
    assert not out[FADE:200].any()
    assert (out[200:] == 0.5).all()


@pytest.mark.parametrize("text", ["noise -6", "noise-alone -6"])
def test_masking_noise_is_no_louder_than_the_limit_at_the_ear(text: str) -> None:
    """At its loudest, with all gain, over a loud voice."""
    rate, told = 22050, SafetySettings(unmuted=True, gain_db=24.0, full_scale_db_spl=110.0, loudest_db_spl=70.0)
    guard = OutputGuard(told, rate)
    real, noise = Condition("real", "real"), Condition.parse(text)
    sound = ConditionSound(rate, guard.ceiling, FADE_S, [real, noise], {}, seed=1)
    voice = np.random.default_rng(2).uniform(-0.5, 0.5, 4 * rate).astype(np.float32)
    sound.process(voice[:rate])
    sound.change(noise)
    heard = np.concatenate([guard.process(sound.process(part), 0.0) for part in np.array_split(voice, 50)])
    assert 66 < loudest_second(heard, 110.0) <= 70
