"""Fingerprints: the same content is found whatever was done to it, other content is not, and silence is never alike."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import scipy.signal

from offline.data.content_match import FOUND_Z, Place, places, windows
from offline.data.fingerprint import NEURAL_BANDS, Code, fingerprint, neural_codes, sound_code
from offline.io.recording import Recording
from tests.synthetic import _smooth, synthetic_recording

SFREQ, SECONDS, CHANNELS = 512.0, 24, 8


def brain(
    seed: int, seconds: float = SECONDS, n_channels: int = CHANNELS, loud: float | np.ndarray = 1.0
) -> np.ndarray:
    """(n, n_channels) µV: 1/f noise with a common part, ``loud`` (n, 1) times as large, mains, an offset; the
    participant (mixing) is always one."""
    rng = np.random.default_rng(seed)
    n = int(seconds * SFREQ)
    x = scipy.signal.lfilter([1.0], [1.0, -0.97], rng.standard_normal((n, n_channels)), axis=0)
    mixing = np.random.default_rng(9).standard_normal((n_channels, n_channels)) + np.eye(n_channels) + 1.0
    mains = 8.0 * np.sin(2 * np.pi * 50.0 * np.arange(n) / SFREQ)[:, None]
    return loud * 10.0 * (x @ mixing) + mains + 300.0


@pytest.fixture(scope="module")
def session() -> np.ndarray:
    return brain(1)


@pytest.fixture(scope="module")
def known(session: np.ndarray) -> tuple[Code | None, ...]:
    return neural_codes(session, SFREQ)


def found(codes: tuple[Code | None, ...], known: tuple[Code | None, ...]) -> list[Place]:
    """Places in the band that has most."""
    both = [(a, b) for a, b in zip(codes, known, strict=True) if a is not None and b is not None]
    return max((places(a, b) for a, b in both), key=len)


ORDER = np.random.default_rng(0).permutation(CHANNELS)
CHANGES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "as it is": (lambda x: x, SFREQ),
    "float32 in volt": (lambda x: (x * 1e-6).astype(np.float32), SFREQ),
    "whole microvolts": (lambda x: np.round(x).astype(np.int16), SFREQ),
    "another order": (lambda x: x[:, ORDER], SFREQ),
    "a gain each, some turned over": (lambda x: x * np.linspace(-3, 4, CHANNELS), SFREQ),
    "one channel less": (lambda x: x[:, 1:], SFREQ),
    "half of the channels": (lambda x: x[:, ORDER[: CHANNELS // 2]], SFREQ),
    "one channel": (lambda x: x[:, 3:4], SFREQ),
    "a dead channel and a noisy one": (
        lambda x: np.column_stack([x, np.zeros(len(x)), 1e3 * np.random.default_rng(3).standard_normal(len(x))]),
        SFREQ,
    ),
    "average reference": (lambda x: x - x.mean(1, keepdims=True), SFREQ),
    "median reference": (lambda x: x - np.median(x, 1, keepdims=True), SFREQ),
    "bipolar": (lambda x: np.diff(x, axis=1), SFREQ),
    "bipolar of half": (lambda x: np.diff(x[:, : CHANNELS // 2], axis=1), SFREQ),
    "400 Hz": (lambda x: scipy.signal.resample_poly(x, 25, 32), 400.0),
    "2000 Hz": (lambda x: scipy.signal.resample_poly(x, 125, 32), 2000.0),
    "high-passed and notched": (
        lambda x: scipy.signal.lfilter(
            *scipy.signal.iirnotch(50.0, 30.0, SFREQ),
            scipy.signal.sosfilt(scipy.signal.butter(2, 1.0, "high", fs=SFREQ, output="sos"), x, axis=0),
            axis=0,
        ),
        SFREQ,
    ),
    "high gamma alone": (
        lambda x: scipy.signal.sosfilt(scipy.signal.butter(4, (70, 170), "band", fs=SFREQ, output="sos"), x, axis=0),
        SFREQ,
    ),
    "a clock 50 ppm faster": (lambda x: scipy.signal.resample(x, round(len(x) * 1.00005)), SFREQ),
    "a second is missing": (
        lambda x: np.where((np.arange(len(x)) // int(SFREQ) == 7)[:, None], np.nan, x),
        SFREQ,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_found(session: np.ndarray, known: tuple[Code | None, ...], change: str) -> None:
    make, rate = CHANGES[change]
    where = found(neural_codes(make(session), rate), known)
    assert sum(place.seconds for place in where) > 0.7 * SECONDS
    assert all(abs(place.there_s - place.here_s) < 0.03 for place in where)


@pytest.mark.parametrize("samples", [1, 2, 5, 51, 1000, 7777])
@pytest.mark.parametrize("end", [0, 300])
def test_a_piece_is_found_where_it_stands(
    session: np.ndarray, known: tuple[Code | None, ...], samples: int, end: int
) -> None:
    where = found(neural_codes(session[samples : len(session) - end], SFREQ), known)
    assert where
    assert all(place.there_s - place.here_s == pytest.approx(samples / SFREQ, abs=0.011) for place in where)


def test_all_at_once(session: np.ndarray, known: tuple[Code | None, ...]) -> None:
    changed = 1e-3 * scipy.signal.resample_poly(np.diff(session[700:, ORDER[1:]], axis=1), 25, 32)
    assert found(neural_codes(changed.astype(np.float32), 400.0), known)


@pytest.mark.parametrize("seed", range(2, 8))
def test_another_session_of_the_same_person_is_not_found(known: tuple[Code | None, ...], seed: int) -> None:
    """Mixing, mains and spectrum are those of the known one."""
    other = neural_codes(brain(seed), SFREQ)
    for a, b in zip(other, known, strict=True):
        assert a is not None
        assert b is not None
        assert windows(a, b)
        assert max(place.z for place in windows(a, b)) < FOUND_Z - 1.5


def test_a_task_that_both_share_is_not_found() -> None:
    """Loudness of both sessions goes up and down together, as syllables do: only the brain's own noise may count."""
    loud = np.exp(0.7 * _smooth(np.random.default_rng(5), int(SECONDS * SFREQ), SFREQ, 6.0))
    a, b = (neural_codes(brain(seed, loud=loud[:, None]), SFREQ) for seed in (21, 22))
    assert not found(a, b)


def test_silence_and_gaps_are_never_alike() -> None:
    flat = np.full((int(SECONDS * SFREQ), 4), 12.5)
    (low, _), (other, _) = neural_codes(flat, SFREQ), neural_codes(flat * 2, SFREQ)
    assert low is not None
    assert low.seconds == 0
    assert not windows(low, other if other is not None else low)
    assert sound_code(np.zeros(16000 * 10, np.float32), 16000.0).seconds == 0
    gaps = []
    for seed in (31, 32):
        x = brain(seed)
        x[int(4 * SFREQ) : int(14 * SFREQ)] = 0.0
        gaps.append(neural_codes(x, SFREQ))
    assert not found(*gaps)


def test_what_is_short_or_slow_says_that_it_cannot_tell(known: tuple[Code | None, ...]) -> None:
    assert neural_codes(brain(1)[::5], SFREQ / 5)[1] is None  # 102 Hz: the low band alone
    assert neural_codes(brain(1)[::10], SFREQ / 10) == (None, None)
    (short, _), (whole, _) = neural_codes(brain(1, 4.0), SFREQ), known
    assert short is not None
    assert whole is not None
    assert windows(short, whole) == []


def test_a_part_alone_can_be_kept(session: np.ndarray, known: tuple[Code | None, ...]) -> None:
    low = known[0]
    assert low is not None
    first = low.only([(0.0, 10.0)])
    assert first.seconds == pytest.approx(10.0, abs=0.05)
    assert not places(neural_codes(session[int(12 * SFREQ) :], SFREQ)[0] or low, first)


def test_a_piece_pasted_twice_is_found_in_itself() -> None:
    x = brain(4, 40.0)
    x[int(25 * SFREQ) : int(37 * SFREQ)] = x[int(3 * SFREQ) : int(15 * SFREQ)]
    low = neural_codes(x, SFREQ)[0]
    assert low is not None
    where = places(low, low, apart_s=1.0)
    assert {round(abs(p.there_s - p.here_s), 1) for p in where} == {22.0}
    clean = neural_codes(brain(4, 40.0), SFREQ)[0]
    assert clean is not None
    assert not places(clean, clean, apart_s=1.0)


def test_the_same_take_of_a_sound_and_another_one() -> None:
    one, two = (synthetic_recording(24.0, n_channels=2, seed=seed) for seed in (1, 2))
    assert one.audio is not None
    rate = one.sample_rate
    known = sound_code(one.audio, rate)
    half = scipy.signal.resample_poly(one.audio[12_345:], 1, 2)
    for copy, at in ((one.audio * 0.1, rate), (one.audio.astype(np.float16), rate), (half, rate / 2)):
        assert sum(p.seconds for p in places(sound_code(np.asarray(copy, np.float32), at), known)) > 0.7 * known.seconds
    assert not places(fingerprint(two).sound or known, known)
    # the same loudness in every band, another take of the sound in it
    rng = np.random.default_rng(0)
    spectrum = np.abs(scipy.signal.stft(one.audio, rate, nperseg=512)[2])
    again = scipy.signal.istft(spectrum * np.exp(2j * np.pi * rng.random(spectrum.shape)), rate, nperseg=512)[1]
    assert not places(sound_code(again.astype(np.float32), rate), known)


def test_features_have_no_neural_code() -> None:
    x = np.random.default_rng(0).standard_normal((2000, 4)).astype(np.float32)
    recording = Recording(neural=x, sfreq=Fraction(100), labels=("a", "b", "c", "d"), holds_features=True)
    assert fingerprint(recording).neural == (None,) * len(NEURAL_BANDS)
    assert fingerprint(recording).sound is None


def test_size_of_a_minute() -> None:
    codes = neural_codes(brain(1, 60.0, 4), SFREQ)
    assert all(code is not None and code.bits.nbytes == 6000 for code in codes)
