"""The light of the last minute: colours, jittered chunks, interruptions."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.contamination.rolling import Light, RollingAudit
from tests.bench.contamination import NOISE, PLANTED, RATE, session

SFREQ = 512
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def signals() -> tuple[np.ndarray, np.ndarray]:
    """(n, 7) µV with folded sound 20 dB below the level of the last channel, (m,) sound."""
    made = session(5, SFREQ, folded=True, seconds=30.0)
    assert made.audio is not None
    return made.neural[:, : len(NOISE) + 1], made.audio


def fed(neural: np.ndarray, sound: np.ndarray, start: float = 1000.0) -> RollingAudit:
    """Both in chunks, each chunk's stamps off by up to 0.1 ms, the microphone's clock 40 ms behind."""
    rolling = RollingAudit((*NOISE, *PLANTED)[: neural.shape[1]], SFREQ, RATE)
    for x, rate, push in ((neural, SFREQ, rolling.push_neural), (sound, RATE, rolling.push_sound)):
        size = rate // 8
        for first in range(0, len(x), size):
            piece = x[first : first + size]
            push(piece, start + (first + np.arange(len(piece))) / rate + 1e-4 * RNG.uniform(-1, 1))
    return rolling


def test_red_names_the_channel_and_green_without_it(signals: tuple[np.ndarray, np.ndarray]) -> None:
    neural, sound = signals
    assert fed(neural, sound).light() == Light("red", ("B1",), "the sound itself is in B1")
    assert fed(neural[:, :-1], sound).light().colour == "green"


def test_stamps_that_stand_still_fill_no_memory() -> None:
    rolling = RollingAudit(("A",), 512.0, 1024.0, seconds=3.0)
    for _ in range(40):
        rolling.push_neural(np.zeros((512, 1)), np.full(512, 5.0))
        rolling.push_sound(np.zeros(1024), np.full(1024, 5.0))
    assert [kept.n for kept in (rolling._neural, rolling._sound)] == [6 * 512, 6 * 1024]
    assert [sum(len(x) for x, _ in kept) for kept in (rolling._neural, rolling._sound)] == [6 * 512, 6 * 1024]
    assert rolling.light().text == "cannot tell yet: 0 s of both signals"


def test_what_cannot_be_told(signals: tuple[np.ndarray, np.ndarray]) -> None:
    neural, sound = signals
    assert fed(neural, sound[:0]).light() == Light("grey", text="no microphone")
    short = fed(neural[: 5 * SFREQ], sound).light()
    assert (short.colour, short.text) == ("yellow", "cannot tell yet: 5 s of both signals")
    silent = fed(neural, np.zeros_like(sound)).light()
    assert silent.colour == "yellow"
    assert "0.0 s of speech" in silent.text
    slow = RollingAudit(("A",), 100.0, RATE)
    slow.push_sound(sound, np.arange(len(sound)) / RATE)
    assert "neural rate 100 Hz" in slow.light().text


def test_after_an_interruption_it_begins_anew(signals: tuple[np.ndarray, np.ndarray]) -> None:
    neural, sound = signals
    for begins in (1060.0, 1000.0):  # a gap, or a clock that was set back
        rolling = fed(neural, sound)
        rolling.push_neural(neural[:SFREQ], begins + np.arange(SFREQ) / SFREQ)
        assert rolling.light().text.startswith("cannot tell yet")
