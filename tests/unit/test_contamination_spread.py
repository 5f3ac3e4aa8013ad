"""Of a long recording, minutes with speech are audited, spread over the whole; and the result says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bk_realtime.config import FeatureSettings
from offline.data.audited import audit
from offline.data.contamination import screen
from offline.data.spread import FADE_S, MOST_S, PIECE_S, spread_over
from offline.io.recording import Recording
from tests.bench.contamination import NOISE, PLANTED, RATE, session

SLOW = 1000


def talk(*spoken: tuple[float, float], seconds: float) -> np.ndarray:
    """(n,) noise at 1000 Hz: loud in the stretches, 60 dB weaker elsewhere."""
    t = np.arange(int(seconds * SLOW)) / SLOW
    level = np.full(len(t), 1e-3)
    for a, b in spoken:
        level[(t >= a) & (t < b)] = 1.0
    return (level * np.random.default_rng(0).standard_normal(len(t))).astype(np.float32)


def test_a_recording_of_usual_length_is_taken_whole() -> None:
    audio = talk((0, MOST_S), seconds=MOST_S)
    whole = spread_over(audio, SLOW)
    assert whole.said == ""
    assert whole.rows(audio, SLOW) is audio
    assert whole.sound(audio, SLOW) is audio


def test_pieces_reach_from_the_first_to_the_last_and_pauses_are_passed_over() -> None:
    chosen = spread_over(talk((0, 900), (1800, 3000), seconds=3600), SLOW)
    starts = np.array(chosen.starts_s)
    assert len(starts) == MOST_S / PIECE_S
    assert (starts[0], starts[-1]) == (0, 2990)
    assert not ((starts >= 900) & (starts < 1800)).any()
    assert chosen.said == "told from 5.0 of 60.0 minutes, with speech and spread over the recording"


def test_the_little_speech_of_a_long_recording_is_all_taken() -> None:
    assert spread_over(talk((700, 730), (1500, 1510), seconds=2000), SLOW).starts_s == (700, 710, 720, 1500)


def test_channels_and_sound_are_cut_alike_and_the_sound_makes_no_click() -> None:
    audio = talk((0, 100), (500, 600), seconds=700)
    chosen = spread_over(audio, SLOW)
    rows = chosen.rows(audio[:, None], SLOW)[:, 0]
    sound = chosen.sound(audio, SLOW)
    assert len(rows) == len(sound) == len(chosen.starts_s) * PIECE_S * SLOW
    piece = np.arange(len(sound)) % round(PIECE_S * SLOW)
    inner = (piece >= FADE_S * SLOW) & (piece < (PIECE_S - FADE_S) * SLOW)
    np.testing.assert_array_equal(rows[inner], sound[inner])
    assert not sound[piece == 0].any()


@pytest.fixture(scope="module")
def long() -> Recording:
    """Five and a half minutes: the sound is 30 dB below the last channel's level, in its last half only."""
    made = session(7, 512, folded=True, seconds=330.0)
    neural = made.neural[:, [*range(len(NOISE)), len(NOISE) + 1]]
    clean = session(8, 512, folded=True, seconds=330.0).neural[:, 0]
    neural[: len(neural) // 2, -1] = clean[: len(neural) // 2]
    assert made.sample_rate == RATE
    return replace(made, neural=neural, labels=(*NOISE, PLANTED[1]))


def test_a_weak_copy_in_half_of_a_long_recording_is_found_and_what_was_heard_is_said(long: Recording) -> None:
    found = audit(long)
    assert found.labels("contaminated") == (PLANTED[1],)
    assert found.said == "told from 5.0 of 5.5 minutes, with speech and spread over the recording"
    _, clean = screen([long], NOISE, FeatureSettings(), "refuse")
    assert clean.verdict == "clean"
    assert clean.line == f"no channel that is read holds the sound itself, {found.said}"
