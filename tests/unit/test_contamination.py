"""The contamination audit finds planted sound and stays silent without it: rates over seeds."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import scipy.signal
import soxr

from bk_realtime.errors import BkError
from offline.data.audited import audit, audit_signals
from tests.babble import made

SEEDS = range(5)
HIGH = scipy.signal.butter(2, 70, "highpass", fs=1000, output="sos")


def person(seed: int) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """(n, 12) µV that follows speech strongly, (n,) sound at the same 1000 Hz."""
    session = made(50.0, seed=seed, coupling=2.0, channels=12, participant=seed + 1)
    sound = soxr.resample(session.track.audio, 16000, 1000).astype(np.float64)
    n = min(len(sound), len(session.neural))
    return session.neural[:n], sound[:n], session.participant.labels


def plant(neural: np.ndarray, sound: np.ndarray, channels: list[int], level_db: float, delay: int = 0) -> np.ndarray:
    """Add the sound at a level relative to the electrode's own activity above 70 Hz while somebody speaks."""
    out = neural.copy()
    heard = scipy.signal.sosfilt(HIGH, sound)
    active = np.convolve(heard**2, np.ones(200) / 200, "same")
    active = active > np.quantile(active, 0.95) * 1e-3
    for c in channels:
        own = scipy.signal.sosfilt(HIGH, neural[:, c])[active].std()
        out[:, c] += np.roll(sound * own / heard[active].std() * 10 ** (level_db / 20), delay).astype(np.float32)
    return out


@pytest.fixture(scope="module")
def people() -> list[tuple[np.ndarray, np.ndarray, tuple[str, ...]]]:
    return [person(seed) for seed in SEEDS]


def verdicts(neural: np.ndarray, sound: np.ndarray, labels: tuple[str, ...]) -> list[str]:
    return [c.verdict for c in audit_signals(neural, sound, 1000.0, labels, 50.0).channels]


def test_silent_without_contamination(people: list) -> None:
    """A brain that follows the speech, by up to 9 dB, is no contamination: none of 60 channels."""
    counts = Counter(v for one in people for v in verdicts(*one))
    assert counts == {"clean": 60}


@pytest.mark.parametrize(("level_db", "least"), [(-15.0, 12), (-10.0, 14), (-3.0, 15)])
def test_planted_contamination_is_found_and_its_channels_named(people: list, level_db: float, least: int) -> None:
    """Sound 15, 10 and 3 dB under the electrode's own high gamma, three of twelve channels, five participants."""
    found = wrong = 0
    for neural, sound, labels in people:
        got = verdicts(plant(neural, sound, [1, 5, 8], level_db), sound, labels)
        found += sum(got[c] == "contaminated" for c in (1, 5, 8))
        wrong += sum(v != "clean" for c, v in enumerate(got) if c not in (1, 5, 8))
    assert found >= least
    assert wrong == 0


def test_a_loose_cable_that_rings_in_one_band_and_a_late_clock(people: list) -> None:
    neural, sound, labels = people[0]
    ringing = scipy.signal.sosfilt(scipy.signal.butter(3, [90, 200], "bandpass", fs=1000, output="sos"), sound)
    assert verdicts(plant(neural, ringing, [3], 0.0), sound, labels)[3] in ("contaminated", "suspect")
    late = verdicts(plant(neural, sound, [3], -3.0, delay=25), sound, labels)
    assert late[3] == "contaminated"


def test_flat_and_missing_channels_have_no_verdict(people: list) -> None:
    neural, sound, labels = people[0]
    broken = neural.copy()
    broken[:, 0], broken[:, 1], broken[::500, 2] = 3.0, np.nan, np.nan
    got = verdicts(broken, sound, labels)
    assert got[1] == "no signal"
    assert got[0] in ("no signal", "clean")
    some = neural.copy()
    some[2000:4000, 4] = np.nan
    assert verdicts(some, sound, labels)[4] == "clean"


def test_too_little_to_say_anything(people: list) -> None:
    neural, sound, labels = people[0]
    with pytest.raises(BkError, match="of speech; expected 6 s"):
        audit_signals(neural[:5000], sound[:5000], 1000.0, labels, 50.0)
    with pytest.raises(BkError, match="expected 300 Hz or more"):
        audit_signals(neural, sound, 200.0, labels, 50.0)


def test_on_a_recording(people: list) -> None:
    session = made(50.0, seed=9, coupling=1.5, channels=8)
    clean = audit(session.recording())
    assert "no acoustic contamination" in clean.summary
    sound = soxr.resample(session.track.audio, 16000, 1000)[: len(session.neural)]
    session.neural[: len(sound)] = plant(session.neural[: len(sound)], sound.astype(np.float64), [2, 3], -6.0)
    found = audit(session.recording())
    labels = session.participant.labels
    assert {c.label for c in found.channels if c.verdict == "contaminated"} == {labels[2], labels[3]}
    assert labels[2] in found.summary
    assert found.worst in (labels[2], labels[3])
