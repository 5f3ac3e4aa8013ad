"""What the light hands to the audit, sample by sample, and what it says of what comes back; the audit is a stand-in."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.contamination import rolling as module
from bk_realtime.contamination.audit import Audit, ChannelAudit
from bk_realtime.contamination.rolling import Light, RollingAudit
from bk_realtime.errors import InputError

SFREQ, RATE = 512.0, 1024.0


class StandIn:
    """Remembers what it is asked, and finds what it is told to."""

    def __init__(self) -> None:
        self.verdicts: dict[str, str] = {}
        self.error = ""

    def __call__(
        self,
        neural: np.ndarray,
        audio: np.ndarray,
        sfreq: float,
        labels: tuple[str, ...],
        line_freq: float,
        sample_rate: float,
    ) -> Audit:
        self.neural, self.audio, self.asked = neural, audio, (sfreq, labels, line_freq, sample_rate)
        if self.error:
            raise InputError(self.error)
        channels = [ChannelAudit(label, 0, 1, 0, 1, self.verdicts.get(label, "clean")) for label in labels]
        return Audit(tuple(channels), np.zeros(1), np.zeros((1, 1)), labels[0], 60)


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = StandIn()
    monkeypatch.setattr(module, "audit_signals", made)
    return made


def times(first: float, seconds: float, rate: float) -> np.ndarray:
    """Stamps of both signals are their values too, so that what the audit gets says when it was."""
    return first + np.arange(round(seconds * rate)) / rate


def push(
    rolling: RollingAudit, neural: np.ndarray, sound: np.ndarray, chunk_s: float = 1.0, jitter: float = 0.0
) -> None:
    rng = np.random.default_rng(0)
    for t, rate, take in ((neural, SFREQ, rolling.push_neural), (sound, RATE, rolling.push_sound)):
        size = round(chunk_s * rate)
        for k in range(0, len(t), size):
            piece = t[k : k + size]
            take(piece[:, None] if rate == SFREQ else piece, piece + jitter * rng.uniform(-1, 1))


def test_both_signals_begin_and_end_together_at_their_nominal_rates(audit: StandIn) -> None:
    rolling = RollingAudit(("A1",), SFREQ, RATE, line_freq=60.0)
    push(rolling, times(100, 30, SFREQ), times(102.5, 30, RATE))
    assert rolling.light() == Light("green", text="no channel holds the sound itself")
    assert audit.asked == (SFREQ, ("A1",), 60.0, RATE)
    stop = 130 - 1 / SFREQ
    np.testing.assert_allclose(audit.neural[:, 0], times(102.5, stop - 102.5, SFREQ), atol=1e-6)
    np.testing.assert_allclose(audit.audio, times(102.5, stop - 102.5, RATE), atol=1e-4)
    push(rolling, times(130, 3, SFREQ), times(132.5, 1, RATE))  # now the sound ends last
    assert rolling.light().colour == "green"
    np.testing.assert_allclose(audit.neural[-1, 0], 133 - 2 / SFREQ, atol=1e-6)


def test_chunks_whose_stamps_jitter_lie_on_one_line(audit: StandIn) -> None:
    rolling = RollingAudit(("A1",), SFREQ, RATE)
    push(rolling, times(100, 30, SFREQ), times(100, 30, RATE), chunk_s=0.125, jitter=2e-3)
    rolling.light()
    assert audit.asked[2] == 50.0
    got = audit.neural[:, 0]
    assert np.abs(np.diff(got) * SFREQ - 1).max() < 0.01  # no sample left out, none twice
    n = min(len(got), len(audit.audio[::2]))
    np.testing.assert_allclose(got[:n], audit.audio[::2][:n], atol=1e-3)


def test_clocks_that_run_faster_than_they_say_are_read_by_their_stamps(audit: StandIn) -> None:
    rolling = RollingAudit(("A1",), SFREQ, RATE)
    push(rolling, times(100, 30, SFREQ * 1.01), times(100, 30, RATE * 0.99))
    rolling.light()
    n = min(len(audit.neural), len(audit.audio) // 2)
    np.testing.assert_allclose(audit.neural[:n, 0], times(100, 30, SFREQ)[:n], atol=0.6 / SFREQ)
    np.testing.assert_allclose(audit.audio[: 2 * n], times(100, 30, RATE)[: 2 * n], atol=0.6 / RATE)


@pytest.mark.parametrize(
    ("seconds", "said"), [(20.0, "no channel holds"), (20 - 1 / SFREQ, "cannot tell yet: 20 s of")]
)
def test_twenty_seconds_are_enough(audit: StandIn, seconds: float, said: str) -> None:
    """From the first stamp to the last."""
    rolling = RollingAudit(("A1",), SFREQ, RATE)
    push(rolling, times(100, seconds + 1 / SFREQ, SFREQ), times(99, 30, RATE))
    assert rolling.light().text.startswith(said)


def test_signals_that_never_met_say_zero_seconds(audit: StandIn) -> None:
    rolling = RollingAudit(("A1",), SFREQ, RATE)
    push(rolling, times(100, 30, SFREQ), times(200, 30, RATE))
    assert rolling.light() == Light("yellow", text="cannot tell yet: 0 s of both signals")


def test_a_minute_is_kept_and_a_second_without_anything_is_no_interruption(audit: StandIn) -> None:
    """Chunks of a second; one whose last sample is older than a minute is let go."""
    rolling = RollingAudit(("A1",), SFREQ, RATE)
    push(rolling, times(100, 30, SFREQ), times(100, 60, RATE))
    push(rolling, times(131 - 1 / SFREQ, 1, SFREQ), np.zeros(0))
    assert rolling.light().colour == "green"
    assert audit.neural[0, 0] == pytest.approx(100, abs=0.1)
    rolling = RollingAudit(("A1",), SFREQ, RATE)
    push(rolling, times(100, 30, SFREQ), times(100, 100, RATE))
    push(rolling, times(131 - 1 / SFREQ, 69, SFREQ), np.zeros(0))  # exactly a second after the last sample
    rolling.light()
    assert audit.neural[0, 0] == pytest.approx(139 - 1 / SFREQ, abs=0.1)
    assert audit.neural[-1, 0] == pytest.approx(200, abs=0.1)
    push(rolling, times(201 + 1 / SFREQ, 1, SFREQ), np.zeros(0))  # a sample more than a second
    assert rolling.light().text.startswith("cannot tell yet: 0 s")


def test_a_long_chunk_is_let_go_by_its_last_sample(audit: StandIn) -> None:
    rolling = RollingAudit(("A1",), SFREQ, RATE, seconds=65.0)
    push(rolling, times(100, 100, SFREQ), times(100, 100, RATE), chunk_s=10.0)
    rolling.light()
    assert audit.neural[0, 0] == pytest.approx(130, abs=0.1)


def test_a_chunk_without_samples_is_none(audit: StandIn) -> None:
    rolling = RollingAudit(("A1",), SFREQ, RATE)
    rolling.push_sound(np.zeros(0), np.zeros(0))
    assert rolling.light() == Light("grey", text="no microphone")
    push(rolling, np.zeros(0), times(100, 30, RATE))
    assert rolling.light() == Light("yellow", text="cannot tell: no neural signal")


def test_red_and_yellow_name_their_channels_the_first_twelve_in_words(audit: StandIn) -> None:
    labels = tuple(f"A{k}" for k in range(1, 16))
    rolling = RollingAudit(labels, SFREQ, RATE)
    push(rolling, times(100, 30, SFREQ), times(100, 30, RATE))
    named = ", ".join(labels[:12])
    audit.verdicts = dict.fromkeys(labels[:13], "suspect")
    assert rolling.light() == Light("yellow", labels[:13], f"the sound may be in {named}")
    audit.verdicts = dict.fromkeys(labels[:13], "contaminated") | {"A15": "suspect"}
    assert rolling.light() == Light("red", labels[:13], f"the sound itself is in {named}")
    audit.error = "contamination audit: 3.0 s of speech; expected 6 s or more"
    assert rolling.light() == Light("yellow", text="cannot tell: 3.0 s of speech; expected 6 s or more")


def test_a_rate_of_300_hertz_is_enough(audit: StandIn) -> None:
    for sfreq, want in (
        (300.0, "cannot tell: no neural signal"),
        (299.0, "cannot tell: neural rate 299 Hz, expected 300"),
    ):
        rolling = RollingAudit(("A1",), sfreq, RATE)
        rolling.push_sound(times(100, 30, RATE), times(100, 30, RATE))
        assert rolling.light().text.startswith(want)
