"""The audit's parts against figures worked out by hand: frequencies, frames, groups of channels, delays, loudness."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
import scipy.stats

from bk_realtime.contamination import audit as module
from bk_realtime.contamination.missing import FILL_S
from bk_realtime.contamination.spectra import coherences, correlation, diagonal, power_db, stft
from bk_realtime.errors import InputError

SFREQ = 500.0
SLOW = scipy.signal.butter(4, 12, fs=SFREQ, output="sos")


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def audited(neural: np.ndarray, sound: np.ndarray, **changes: object) -> module.Audit:
    """Of channels A1, A2, ... at 500 Hz without mains."""
    labels = tuple(f"A{k + 1}" for k in range(neural.shape[1]))
    return module.audit_signals(
        **({"neural": neural, "audio": sound, "sfreq": SFREQ, "labels": labels, "line_freq": 0.0} | changes)
    )


# ---- spectra ----


def test_frames_of_a_spectrogram_begin_every_hop_and_are_rounded_off_at_both_ends() -> None:
    x = noise(0, 23)
    x[9] = np.nan
    got = stft(x, 8, 4)
    assert got.shape == (4, 5)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(8) / 7)
    for k in (0, 3):
        by_hand = [(x[4 * k : 4 * k + 8] * window * np.exp(-2j * np.pi * f * np.arange(8) / 8)).sum() for f in range(5)]
        np.testing.assert_allclose(got[k], by_hand, atol=1e-12)
    assert np.isnan(got[1:3]).all()  # both hold the missing sample, and say so


def test_power_is_in_decibels_and_silence_lies_120_below_the_loudest() -> None:
    np.testing.assert_allclose(power_db(np.array([[10.0, 1j], [0.0, 0.1]])), [[20, 0], [-100, -20]], atol=1e-3)
    assert np.isfinite(power_db(np.zeros((2, 2), complex))).all()


def test_correlation_is_that_of_every_column_with_every_other_and_of_a_constant_none() -> None:
    a, b = 1e-3 * noise(1, 50, 3) + 5, 20 * noise(2, 50, 2)
    b[:, 1] += 9e3 * a[:, 0]
    got = correlation(a, b)
    np.testing.assert_allclose(got, np.corrcoef(a.T, b.T)[:3, 3:], atol=1e-6)
    b[:, 0] = 7.0
    assert not correlation(a, b)[:, 0].any()


def test_the_diagonal_by_hand() -> None:
    """Above the mean of what lies 3 to 7 bins beside it; chance by shuffles, and by diagonals 9 bins off or more."""
    n = 40
    matrix = 0.1 * noise(3, n, n) + 0.02 * np.arange(n)  # uneven, so that every neighbour counts
    matrix += 0.2 * np.eye(n) + 0.3 * np.eye(n, k=9) + 0.3 * np.eye(n, k=-(n - 9))
    orders = np.argsort(np.random.default_rng(4).random((300, n)), axis=1)
    sharp = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            beside = [matrix[i, j + s * k] for k in range(3, 8) for s in (-1, 1) if 0 <= j + s * k < n]
            sharp[i, j] = matrix[i, j] - np.mean(beside)
    shuffled = np.array([np.mean([sharp[o[j], j] for j in range(n)]) for o in orders])
    shifted = np.array([np.mean([sharp[i, (i + k) % n] for i in range(n)]) for k in range(9, n - 8)])
    value, p = diagonal(matrix, orders)
    assert value == pytest.approx(np.mean([sharp[i, i] for i in range(n)]), rel=1e-9)
    z = (value - max(shuffled.mean(), shifted.mean())) / max(shuffled.std(), shifted.std())
    assert p == pytest.approx(scipy.stats.t.sf(z, len(shifted) - 1), rel=1e-6)


@pytest.mark.parametrize("n", [11, 17, 18])
def test_few_frequencies_tell_something_too(n: int) -> None:
    """At rates under 500 Hz no diagonal is far enough off: shuffles tell alone."""
    rng = np.random.default_rng(5)
    orders = np.argsort(rng.random((500, n)), axis=1)
    noise = 0.05 * rng.standard_normal((n, n))
    assert diagonal(noise, orders)[1] > 0.05
    value, p = diagonal(noise + 0.4 * np.eye(n), orders)
    assert value == pytest.approx(0.4, abs=0.05)
    assert p < 0.02


def test_a_set_without_frequencies_has_no_coherence() -> None:
    sound, brain = noise(5, 40, 3) + 1j * noise(6, 40, 3), noise(7, 2, 40, 3) + 0j
    bins = np.array([[True, True, True], [False, False, False]])
    value, _, null = coherences(sound, brain, np.ones((2, 40), bool), np.array([5, 9, 14]), bins)
    assert value.shape == null.shape == (2, 2)
    assert not value[1].any()
    assert not null[1].any()


# ---- what is compared ----


@pytest.mark.parametrize(
    ("sfreq", "line_freq", "want"),
    [
        (1000.0, 50.0, [f for f in range(75, 421, 5) if f % 50 not in (45, 0, 5)]),
        (1000.0, 0.0, list(range(75, 421, 5))),
        (1200.0, 60.0, [f for f in range(75, 451, 5) if f % 60 not in (55, 0, 5)]),
        (300.0, 0.0, list(range(75, 127, 5))),
    ],
)
def test_frequencies_are_five_hertz_apart_from_75_to_450_without_the_mains(
    sfreq: float, line_freq: float, want: list[int]
) -> None:
    """Up to 450 Hz, or to 0.42 of the rate where that is less; 5 Hz around every multiple of the mains are left out."""
    n = round(8 * sfreq)
    found = audited(noise(8, n, 1), noise(9, n), sfreq=sfreq, line_freq=line_freq)
    np.testing.assert_allclose(found.freqs, want)
    assert found.matrix.shape == (len(want), len(want))
    assert 0 < found.channels[0].p < 1


def test_rates_from_300_hertz_and_six_seconds_are_enough() -> None:
    with pytest.raises(InputError, match="neural rate 297 Hz; expected 300 Hz or more"):
        audited(noise(8, 4000, 1), noise(9, 4000), sfreq=297.0)
    with pytest.raises(InputError, match=r"0\.2 s of signal; expected 6 s or more"):
        audited(noise(8, 99, 1), noise(9, 4000))
    with pytest.raises(InputError, match=r"0\.1 s of speech; expected 6 s or more"):
        audited(noise(8, 100, 1), noise(9, 4000))
    enough = 60 * 50 + 50  # sixty frames of 0.2 s, every 0.1 s
    with pytest.raises(InputError, match=r"5\.9 s of speech; expected 6 s or more"):
        audited(noise(8, enough - 1, 1), noise(9, 4000))
    assert audited(noise(8, enough, 1), noise(9, 4000)).n_frames == 60


def test_only_frames_with_speech_count_and_digital_silence_is_none() -> None:
    """Seven seconds of sound, three of zeros: 70 frames begin in the sound. The sound at its own rate or not."""
    sound = np.concatenate([noise(10, 3500), np.zeros(1500)])
    assert audited(noise(11, 5000, 1), sound).n_frames == 70
    quiet = np.concatenate([noise(10, 3500), 0.02 * noise(12, 1500)])  # 34 dB down
    assert audited(noise(11, 5000, 1), quiet).n_frames == 70
    soft = np.concatenate([noise(10, 3500), 0.06 * noise(12, 1500)])  # 24 dB down
    assert audited(noise(11, 5000, 1), soft).n_frames == 99
    with pytest.raises(InputError, match=r"0\.0 s of speech"):
        audited(noise(11, 5000, 1), np.zeros(5000))


# ---- channels ----


def test_the_worst_channel_is_the_one_with_the_sound_at_its_own_frequency() -> None:
    """Not the one that holds it 50 Hz higher."""
    n = 10_000
    sound = noise(13, n)
    tone = np.repeat(np.exp(noise(14, n // 250)), 250)
    sound = tone * np.sin(2 * np.pi * 100 * np.arange(n) / SFREQ) + 0.05 * sound
    higher = tone * np.sin(2 * np.pi * 150 * np.arange(n) / SFREQ)
    neural = noise(15, n, 4)
    neural[:, 1] = 0.05 * neural[:, 1] + higher
    neural[:, 2] = 0.05 * neural[:, 2] + sound
    found = audited(neural, sound)
    assert found.worst == "A3"
    assert found.channels[2].r == max(channel.r for channel in found.channels)
    at = int(np.argmin(np.abs(found.freqs - 100)))
    assert found.matrix[at, at] > 0.9


def test_every_channel_is_judged_alone_however_many_are_worked_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    n = 5000
    sound, neural = noise(16, n), noise(17, n, 5)
    neural[5:, 3] += 0.5 * sound[:-5]
    whole = audited(neural, sound)
    real, sizes = module.coherences, []
    monkeypatch.setattr(
        module, "coherences", lambda s, brain, *rest: (sizes.append(len(brain)), real(s, brain, *rest))[1]
    )
    monkeypatch.setattr(module, "GROUP_FRAMES", 2 * 99 + 50)  # two channels of 99 frames
    pieces = audited(neural, sound)
    assert sizes == [2, 2, 1]
    assert [c.label for c in pieces.channels] == ["A1", "A2", "A3", "A4", "A5"]
    for one, other in zip(whole.channels, pieces.channels, strict=True):
        assert (one.label, one.verdict, one.why) == (other.label, other.verdict, other.why)
        for name in ("r", "p", "coherence", "coherence_p", "waveform", "lag_ms"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-4, abs=1e-9)
    assert [c.verdict for c in whole.channels] == ["clean", "clean", "clean", "contaminated", "clean"]
    assert (whole.worst, pieces.worst) == ("A4", "A4")


def test_a_delay_is_that_of_the_channel_in_milliseconds_from_the_sound_at_its_full_rate() -> None:
    """Ten milliseconds and a quarter behind, which at the channel's own rate is no whole number of samples."""
    rate, n = 4000.0, 5000
    sound = noise(18, n * 8)
    neural = noise(19, n, 2)
    neural[:, 0] += 0.3 * np.roll(sound, 42)[::8]  # 10.5 ms, folded down to the channel's rate
    neural[:, 1] += 0.3 * np.roll(sound, -1000)[::8]
    found = audited(neural, sound, sample_rate=rate).channels
    assert [c.verdict for c in found] == ["contaminated", "contaminated"]
    assert found[0].lag_ms == pytest.approx(10.5, abs=0.3)
    assert found[1].lag_ms == pytest.approx(-250.0, abs=0.1)
    assert all(c.waveform > module.WAVEFORM_Z for c in found)


def test_the_rectified_sound_is_sought_too() -> None:
    n = 15_000
    sound = noise(20, n)
    neural = noise(21, n, 1)
    neural[:, 0] += 2.0 * (np.abs(sound) - np.abs(sound).mean())
    found = audited(neural, sound).channels[0]
    assert found.verdict == "contaminated"
    assert found.why.startswith("waveform of the rectified sound")
    assert abs(found.lag_ms) < 1.0


def test_a_channel_without_signal_has_no_figures() -> None:
    sound, neural = noise(22, 5000), noise(23, 5000, 4)
    neural[:, 0] = np.nan
    neural[:, 1] = 3.0
    neural[3049:, 2] = np.nan  # 59 frames
    neural[3050:, 3] = np.nan  # 60, which are enough
    found = audited(neural, sound).channels
    for channel in found[:3]:
        figures = (channel.r, channel.p, channel.coherence, channel.coherence_p, channel.waveform, channel.lag_ms)
        assert (channel.verdict, figures, channel.why) == ("no signal", (0.0, 1.0, 0.0, 1.0, 0.0, 0.0), "")
    assert found[3].verdict == "clean"


def test_frames_without_speech_tell_nothing_of_a_channel() -> None:
    """The channel is there only where nobody speaks."""
    sound, neural = noise(24, 10_000), noise(25, 10_000, 2)
    sound[5000:] = 0.0
    neural[:5000, 0] = np.nan
    assert [c.verdict for c in audited(neural, sound).channels] == ["no signal", "clean"]


def test_runs_of_missing_samples_up_to_twenty_milliseconds_are_bridged() -> None:
    most = round(FILL_S * SFREQ)
    sound, neural = noise(26, 5000), noise(27, 5000, 2)
    for first in range(20, 4900, 50):  # in every frame
        neural[first : first + most, 0] = np.nan
        neural[first : first + most + 1, 1] = np.nan
    assert [c.verdict for c in audited(neural, sound).channels] == ["clean", "no signal"]


# ---- rules ----


@pytest.mark.parametrize(
    ("changes", "want"),
    [
        ({"coherence_p": (0.5, module.COHERENCE_ALONE_P)}, "clean"),
        ({"coherence_p": (module.COHERENCE_P, 0.5)}, "clean"),
        ({"r_p": 1e-4}, "clean"),
        ({"r_p": 0.05, "coherence_p": (0.0, 0.5)}, "suspect"),
        ({"match": [(module.WAVEFORM_Z, -0.02), *[(0.0, 0.0)] * 3]}, "contaminated"),
        ({"match": [(module.WAVEFORM_Z, module.BRAIN_S[0]), *[(0.0, 0.0)] * 3]}, "suspect"),
        ({"match": [(module.WAVEFORM_Z, module.BRAIN_S[1]), *[(0.0, 0.0)] * 3]}, "suspect"),
        ({"follows": (module.POWER_R, 99.0)}, "clean"),
        ({"follows": (1.0, module.POWER_DB)}, "clean"),
        ({"slow_r": module.SLOW_R}, "suspect"),
        ({"slow_r": -module.SLOW_SUSPECT_R}, "clean"),
    ],
)
def test_a_figure_at_its_limit(changes: dict[str, object], want: str) -> None:
    asked = {"r_p": 0.5, "level": 1e-4, "coherence_p": (0.5, 0.5), "match": [(0.0, 0.0)] * 4}
    assert module._verdict(**(asked | {"follows": (0.0, 0.0), "slow_r": 0.0} | changes))[0] == want


def test_reasons_say_how_much() -> None:
    def why(**changes: object) -> str:
        asked = {"r_p": 0.5, "level": 1e-4, "coherence_p": (0.5, 0.5), "match": [(0.0, 0.0)] * 4, "slow_r": 0.0}
        return module._verdict(**(asked | {"follows": (0.0, 0.0)} | changes))[1]

    assert why(follows=(0.876, 31.4)) == "its power follows the sound's level by 31 dB (r 0.88)"
    assert why(slow_r=-0.876) == "its slow wave is the sound's envelope (r -0.88)"
    assert why(slow_r=0.612) == "its slow wave is like the sound's envelope (r +0.61)"
    assert why(r_p=1e-9) == "sound at its own frequency"
    assert why(coherence_p=(0.5, 0.0)) == "waveform coherent with the sound above 200 Hz"
    assert why(coherence_p=(0.0, 0.5)) == "waveform coherence"
    named = [why(match=[(9.0, 0.2) if k == place else (0.0, 0.0) for k in range(4)]) for place in range(4)]
    assert named == [
        "waveform of the sound, +200.0 ms",
        "waveform of the sound, above 200 Hz, +200.0 ms",
        "waveform of the rectified sound, +200.0 ms",
        "waveform of the rectified sound, above 200 Hz, +200.0 ms",
    ]


# ---- loudness ----


def test_power_that_follows_the_sound_and_a_slow_wave_that_is_its_envelope() -> None:
    rng = np.random.default_rng(28)
    n = 15_000
    level = np.repeat(np.exp(1.7 * rng.standard_normal(n // 500)), 500)
    level = np.convolve(level, np.hanning(100) / np.hanning(100).sum(), "same")
    sound = level * rng.standard_normal(n)
    neural = 1e-3 * rng.standard_normal((n, 3)) + rng.standard_normal((n, 3))
    neural[:, 0] = (0.01 + level) * rng.standard_normal(n)
    neural[:, 1] = 0.1 * neural[:, 1] + 3 * scipy.signal.sosfiltfilt(SLOW, np.abs(sound))
    found = audited(neural, sound).channels
    assert [c.verdict for c in found] == ["contaminated", "contaminated", "clean"]
    assert found[0].why.startswith("its power follows the sound's level by ")
    assert found[1].why.startswith("its slow wave is the sound's envelope (r +0.")


def test_the_summary_names_both_kinds() -> None:
    def channel(label: str, verdict: str) -> module.ChannelAudit:
        return module.ChannelAudit(label, 0.0, 1.0, 0.0, 1.0, verdict)

    def said(*channels: module.ChannelAudit) -> str:
        return module.Audit(channels, np.zeros(1), np.zeros((1, 1)), "A1", 60).summary

    bad, odd, good, gone = (
        channel("A1", "contaminated"),
        channel("A2", "suspect"),
        channel("A3", "clean"),
        channel("A4", "no signal"),
    )
    assert said(good, gone) == "no acoustic contamination found in 2 channels"
    assert said(bad, good) == "acoustic contamination: 1 contaminated: A1"
    assert said(odd, good) == "acoustic contamination: 1 suspect (waveform coherence): A2"
    assert said(bad, odd, good) == "acoustic contamination: 1 contaminated: A1; 1 suspect (waveform coherence): A2"
