"""The simulated participant does what it says: gain, lag, spectrum, covariance, days, labels."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import scipy.signal

from bk_realtime.vocoder.mel import log_mel
from offline.data.align import aligned_audio
from offline.simulation.background import default_amplitude
from offline.simulation.coupling import contact_drive, speech_drive
from offline.simulation.day import on_day
from offline.simulation.participant import MAX_GAIN_DB, make_participant
from offline.simulation.session import Simulate, Simulation, simulation_facts
from tests.babble import made


def power(x: np.ndarray, sfreq: float, half: int) -> np.ndarray:
    """Centred moving 70-170 Hz power, zero phase."""
    band = scipy.signal.sosfiltfilt(scipy.signal.butter(4, [70, 170], "bandpass", fs=sfreq, output="sos"), x)
    return scipy.signal.fftconvolve(band**2, np.ones(2 * half + 1) / (2 * half + 1), mode="same")


@pytest.fixture(scope="module")
def long() -> Simulation:
    return made(120.0, coupling=1.5)


def test_gain_and_lag_are_those_stated(long: Simulation) -> None:
    person, session = long.participant, long.track
    drive = speech_drive(session.audio, session.sample_rate)
    t = np.arange(len(long.neural)) / 1000.0
    errors_db, errors_s = [], []
    for c in np.flatnonzero(person.gain_db > 3):
        followed = contact_drive(person, drive, int(c))
        got = power(long.neural[:, c].astype(float), 1000.0, 25)
        slow = np.interp(t, np.arange(len(followed)) * 0.005, followed)
        slow = scipy.signal.fftconvolve(slow, np.ones(51) / 51, mode="same")
        lags = np.arange(-300, 301, 10)
        r = [np.corrcoef(np.roll(slow, lag)[500:-500:10], np.log(got[500:-500:10]))[0, 1] for lag in lags]
        errors_s.append(lags[int(np.argmax(r))] / 1000 - person.lag_s[c])
        moved = np.roll(slow, round(person.lag_s[c] * 1000))
        top, none = moved > np.quantile(moved, 0.97), moved < 0.02
        want = person.gain_db[c] * moved[top].mean() + 0.5  # spontaneous changes add about half a dB to both ends
        errors_db.append(10 * np.log10(got[top].mean() / got[none].mean()) - want + 0.5)
    assert len(errors_db) >= 4
    assert np.abs(errors_s).max() < 0.03
    assert abs(np.median(errors_db)) < 1.0
    assert np.abs(errors_db).max() < 2.0


def test_contacts_that_follow_nothing_and_zero_coupling() -> None:
    still = made(60.0, coupling=0.0)
    assert (still.participant.gain_db == 0).all()
    loud = speech_drive(still.track.audio, 16000)["loudness"]
    t = np.arange(len(still.neural)) / 1000.0
    slow = np.interp(t, np.arange(len(loud)) * 0.005, loud)
    for c in range(16):
        assert abs(np.corrcoef(np.log(power(still.neural[:, c].astype(float), 1000.0, 25)), slow)[0, 1]) < 0.12


def test_a_slow_wave_follows_speech_only_where_it_is_asked_for() -> None:
    """As large as is stated against the contact's own background, at the contact's lag, with its sign."""
    plain, waved = made(60.0, coupling=0.0), made(60.0, coupling=0.0, low_coupling=1.0)
    assert not plain.participant.low_gain.any()
    for name in ("labels", "weights", "feature", "lag_s", "gain_db", "level"):  # the same person otherwise
        np.testing.assert_array_equal(getattr(waved.participant, name), getattr(plain.participant, name))
    assert "low_coupling" not in simulation_facts(Simulate((), Path("x.xdf")), plain)
    person = waved.participant
    facts = simulation_facts(Simulate((), Path("x.xdf"), low_coupling=1.0), waved)
    assert facts["low_coupling"] == 1.0
    assert facts["low_gain"][person.labels[3]] == pytest.approx(person.low_gain[3], abs=1e-3)
    assert {-1.0, 0.0, 1.0} == set(np.sign(person.low_gain))
    drive = speech_drive(waved.track.audio, 16000)
    band = scipy.signal.butter(2, [0.5, 30], "bandpass", fs=1000.0, output="sos")
    for c, gain in enumerate(person.low_gain):
        wave = (waved.neural[:, c] - plain.neural[:, c]).astype(np.float64)
        own = scipy.signal.sosfilt(band, plain.neural[:, c].astype(np.float64))
        assert wave.std() == pytest.approx(abs(gain) * own.std(), rel=0.2)
        if gain:
            followed = drive["loudness"] if person.feature[c] == "none" else contact_drive(person, drive, c)
            slow = scipy.signal.sosfilt(band, np.repeat(followed, 5))[: len(wave)]
            lags = np.arange(-250, 251)
            r = [
                np.corrcoef(np.roll(slow, lag)[2000:-500], wave[2000 : len(slow)][: len(slow) - 2500])[0, 1]
                for lag in lags
            ]
            best = int(np.argmax(np.abs(r)))
            assert np.sign(r[best]) == np.sign(gain)
            assert abs(r[best]) > 0.9
            assert lags[best] / 1000 == pytest.approx(person.lag_s[c], abs=0.012)


def test_spectrum_and_covariance() -> None:
    x = made(60.0, coupling=0.0, channels=32).neural
    freqs, psd = scipy.signal.welch(x, 1000.0, nperseg=2000, axis=0)
    median = 10 * np.log10(np.median(psd, axis=1))
    for lo, hi in ((2, 8), (13, 30), (55, 68), (200, 300)):
        rows = (freqs >= lo) & (freqs < hi)
        assert abs((median[rows] - 20 * np.log10(default_amplitude(freqs[rows]))).mean()) < 2.0
    high = (freqs >= 75) & (freqs < 160)  # spontaneous high gamma lies above the floor, a little
    assert 0 < (median[high] - 20 * np.log10(default_amplitude(freqs[high]))).mean() < 2.5
    slow = scipy.signal.sosfilt(scipy.signal.butter(2, [2, 200], "bandpass", fs=1000.0, output="sos"), x, axis=0)
    correlation = np.abs(np.corrcoef(slow, rowvar=False)[np.triu_indices(32, 1)])
    assert 0.2 < np.median(correlation) < 0.5
    assert 30 < np.median(x.std(axis=0)) < 150


def test_one_person_two_sessions() -> None:
    one, two, again = made(10.0, seed=1), made(10.0, seed=2), made(10.0, seed=1)
    assert one.participant.labels == two.participant.labels
    np.testing.assert_array_equal(one.participant.gain_db, two.participant.gain_db)
    assert not np.allclose(one.neural, two.neural)
    np.testing.assert_array_equal(one.neural, again.neural)
    other = made(10.0, seed=1, participant=2)
    assert not np.array_equal(other.participant.gain_db, one.participant.gain_db)


def test_a_later_day_is_the_same_person_with_another_montage() -> None:
    first, today, again = (made(4.0, channels=64, bad=4, day=day) for day in (1, 2, 2))
    one, two = first.participant, today.participant
    assert first.day is None
    change = today.day
    assert change is not None
    np.testing.assert_array_equal(today.neural, again.neural)
    assert (len(change.lost), len(change.renamed), len(change.noisy), two.n_channels) == (4, 2, 4, 60)
    assert change.moved
    back = {new: old for old, new in change.renamed.items()}
    assert not set(back) & set(one.labels)
    own = [back.get(label, label) for label in two.labels]
    assert set(own) == set(one.labels) - set(change.lost)
    at = [one.labels.index(label) for label in own]
    assert at != sorted(at)  # inputs moved: by its place no channel is told
    np.testing.assert_array_equal(two.weights, one.weights[at])
    assert two.feature == tuple(one.feature[c] for c in at)
    used = one.gain_db[at] > 0
    assert ((two.gain_db > 0) == used).all()
    ratio = two.gain_db[used] / one.gain_db[at][used]
    assert 0.05 < np.log(ratio).std() < 0.25
    assert set(one.bad) <= set(two.bad)
    assert set(two.bad) - set(one.bad) == set(change.noisy)
    assert abs(np.corrcoef(today.neural[:, 0], first.neural[:, at[0]])[0, 1]) < 0.3  # other noise, same seed
    slow = make_participant(64, 1, n_bad=4, low_coupling=1.0)
    np.testing.assert_array_equal(np.sign(on_day(slow, 1, 2).participant.low_gain), np.sign(slow.low_gain[at]))
    third = made(4.0, channels=64, bad=4, day=3).participant
    shared = set(third.gain_db) & set(two.gain_db)
    assert shared <= {0.0, MAX_GAIN_DB}  # drifts on


def test_labels_look_like_seeg() -> None:
    person = make_participant(300, 4)
    assert len(set(person.labels)) == 300
    assert all(re.fullmatch(r"[A-Z]+'?\d+", label) for label in person.labels)
    shafts = {re.sub(r"\d+$", "", label) for label in person.labels}
    assert len(shafts) > 20
    assert len(person.bad) == 18
    assert set(person.bad.values()) == {"flat", "noisy"}


def test_bad_channels_line_noise_and_artefacts() -> None:
    session = made(20.0, bad=4, line_freq=50.0, artefacts=30.0)
    x, person = session.neural, session.participant
    typical = np.median(x.std(axis=0))
    for label, reason in person.bad.items():
        level = x[:, person.labels.index(label)].std()
        assert level == 0 if reason == "flat" else level > 5 * typical
    good = [c for c, label in enumerate(person.labels) if label not in person.bad]
    freqs, psd = scipy.signal.welch(x[:, good], 1000.0, nperseg=2000, axis=0)
    at, beside = np.abs(freqs - 50).argmin(), np.abs(freqs - 56).argmin()
    assert (psd[at] > 3 * psd[beside]).mean() > 0.8
    clean = made(20.0, bad=4, line_freq=50.0, artefacts=0.0).neural
    assert np.abs(x - clean).max() > 100


def ridge_r(train: Simulation, test: Simulation) -> float:
    """Mean correlation over mel bins of a plain ridge on 0.3 s of past log power."""

    def pair(simulation: Simulation) -> tuple[np.ndarray, np.ndarray]:
        recording = simulation.recording()
        mel = log_mel(aligned_audio(recording))
        x = scipy.signal.sosfilt(
            scipy.signal.butter(4, [70, 170], "bandpass", fs=1000.0, output="sos"), simulation.neural, axis=0
        )
        sums = np.vstack([np.zeros(x.shape[1]), np.cumsum(x**2, axis=0)])
        ends = ((np.arange(len(mel)) + 1) * 256 * 1000) // 22050
        frames = np.log((sums[ends] - sums[np.maximum(0, ends - 50)]) / 50 + 1e-3)
        frames -= frames.mean(axis=0)
        past = [np.vstack([np.repeat(frames[:1], k, 0), frames[: len(frames) - k]]) for k in range(0, 24, 2)]
        return np.hstack(past), mel

    (x, y), (z, want) = pair(train), pair(test)
    weights = np.linalg.solve(x.T @ x + 300 * np.eye(x.shape[1]), x.T @ (y - y.mean(axis=0)))
    got = z @ weights
    return float(np.mean([np.corrcoef(got[:, b], want[:, b])[0, 1] for b in range(80)]))


def test_speech_can_be_decoded_from_it_and_only_with_coupling() -> None:
    coupled = ridge_r(made(100.0, seed=1, channels=24), made(30.0, seed=2, channels=24))
    assert 0.4 < coupled < 0.9
    assert abs(ridge_r(made(40.0, 1, coupling=0.0), made(30.0, 2, coupling=0.0))) < 0.15


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("tensorpac_seeg_1contact_626s/seeg_data_pac.npz", "samples"),
        ("naplab_ieeg_102ch_2048hz/tiny_test.edf", "fit"),
    ],
)
def test_real_noise(name: str, mode: str, shared_data: Path) -> None:
    from offline.simulation.noise import load_noise

    path = shared_data / "neural" / name
    data, rate = load_noise(path)
    x = made(40.0, coupling=0.0, noise=path, channels=12).neural
    freqs, got = scipy.signal.welch(x, 1000.0, nperseg=1000, axis=0)
    real_freqs, want = scipy.signal.welch(data, rate, nperseg=round(rate), axis=0)
    got_db = 10 * np.log10(np.median(got, axis=1))
    want_db = 10 * np.log10(np.interp(freqs, real_freqs, np.median(want, axis=1)))
    for lo, hi in ((4, 30), (30, 65), (180, 350)):
        rows = (freqs >= lo) & (freqs < hi)
        assert abs((got_db - want_db)[rows].mean()) < 4.0, (mode, lo)
