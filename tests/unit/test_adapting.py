"""Channels masked, dead ones found, features normalised anew while a session runs: right values, and to the bit."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.engine.adapting import Adapting
from bk_realtime.engine.core import Core
from bk_realtime.errors import OptionError
from bk_realtime.features import run_features
from bk_realtime.metrics import Metrics
from bk_realtime.session.adapt import AdaptSettings, read_adjustments
from bk_realtime.session.bundle import load_session_bundle
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.voice.output_guard import OutputGuard
from tests.engine_fakes import LABELS, SFREQ, chunks, noise, tiny_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory):
    return tiny_bundle(tmp_path_factory.mktemp("bundle") / "b")


class Running:
    """A core whose features can be adjusted, fed in pieces of signal."""

    def __init__(self, bundle, **settings: Any) -> None:
        self.events: list[dict[str, Any]] = []
        self.core = Core(
            Chain(bundle, LABELS),
            OutputGuard(SafetySettings(), 22050),
            Metrics(),
            GapPolicy(max_backlog_s=60.0),
            self.note,
        )
        self.adapting = Adapting(self.core, AdaptSettings(**settings), self.note)
        self.at, self.pieces = 0, []
        self.features: list[np.ndarray] = []
        self.mel: list[np.ndarray] = []

    def note(self, event: dict[str, Any]) -> None:
        self.events.append(json.loads(json.dumps(event)))  # as a log keeps it

    def play(self, x: np.ndarray, sizes: tuple[int, ...] = (64,)) -> None:
        sizes = sizes * (len(x) // sum(sizes))
        for chunk in chunks(x, sizes, start=100.0 + self.at / SFREQ):
            out = self.core.process(chunk, (), chunk.received)
            self.features.append(out.decoded.features)
            self.mel.append(out.decoded.mel)
            self.adapting.keep(chunk.received)
        self.at += len(x)
        self.pieces.append(x)

    def kinds(self) -> list[str]:
        return [e["event"] for e in self.events if e["event"] not in ("segment", "start", "reset")]


def again(running: Running, bundle) -> tuple[np.ndarray, np.ndarray]:
    """Features and mel of the same signal with what is on record, in other chunks."""
    x = np.concatenate(running.pieces).astype(np.float64)
    chain, out, at = Chain(bundle, LABELS), [], 0
    for adjustment in read_adjustments(running.events):
        sample = round((adjustment.stamp - 100.0) * SFREQ)
        out.append(chain.push(x[at:sample]))
        chain.adjust(adjustment.masked, adjustment.statistics)
        at = sample
    out.append(chain.push(x[at:]))
    return np.concatenate([o.features for o in out]), np.concatenate([o.mel for o in out])


def test_a_masked_channel_is_a_missing_one_and_returns(bundle) -> None:
    """Exactly as if its samples were no numbers: there is one rule of a missing channel."""
    x = noise(4 * SFREQ)
    running = Running(bundle)
    running.play(x[:SFREQ])
    running.adapting.mask({"label": "a3", "on": True})
    running.play(x[SFREQ : 3 * SFREQ])
    assert running.adapting.figures()["masked_channels"] == ("A3",)
    assert running.core.chain.bad_channels() == ["A3"]
    running.core.start_segment("gap")
    assert running.core.chain.bad_channels() == ["A3"]
    running.adapting.mask({"label": "A3", "on": False})
    running.play(x[3 * SFREQ :])
    assert running.core.chain.bad_channels() == []
    missing = x.astype(np.float64)
    missing[SFREQ : 3 * SFREQ, 2] = np.nan
    want = Chain(bundle, LABELS).push(missing[: 3 * SFREQ]).features
    got = np.concatenate(running.features)[: len(want)]
    np.testing.assert_array_equal(got, want)
    assert not got[100:250, 2].any()
    assert got[:80, 2].any()


def test_a_baseline_gives_the_statistics_of_its_frames_and_can_be_undone(bundle) -> None:
    """Mean and deviation of the powers in the baseline, in full on record; the training's after an undo."""
    x = noise(26 * SFREQ)
    x[:, 1] *= 4.0
    x[:, 5] = np.nan  # nothing is known of it now: it keeps the training's
    running = Running(bundle, dead_s=600.0)
    running.play(x[: 2 * SFREQ])
    running.adapting.recalibrate({"do": "begin", "seconds": 10})
    running.play(x[2 * SFREQ : 14 * SFREQ])
    assert running.adapting.figures()["recalibrated"] is True
    (change,) = read_adjustments(running.events)
    powers = run_features(bundle.feature_operators(LABELS)[:-1], x.astype(np.float64))
    first = round(2 * 22050 / 256)
    frames = powers[first : first + round(10 * 22050 / 256)]
    for k in (0, 1, 2):
        assert change.statistics[0][k] == pytest.approx(frames[:, k].mean(), abs=1e-9)
        assert change.statistics[1][k] == pytest.approx(frames[:, k].std(), abs=1e-9)
    assert (change.statistics[0][5], change.statistics[1][5]) == (bundle.mean[5], bundle.std[5])
    z = np.concatenate(running.features)
    assert abs(z[-60:, 1].mean()) < 0.5
    assert z[20:100, 1].mean() > 1.5
    running.adapting.recalibrate({"do": "undo"})
    running.play(x[14 * SFREQ : 16 * SFREQ])
    assert running.adapting.figures()["recalibrated"] is False
    assert np.concatenate(running.features)[-60:, 1].mean() > 1.5
    with pytest.raises(OptionError, match="nothing to undo"):
        running.adapting.recalibrate({"do": "undo"})


def test_the_mean_alone_and_an_early_end(bundle) -> None:
    running = Running(bundle)
    with pytest.raises(OptionError, match="baseline of 10 s or more, got 0"):
        running.adapting.recalibrate({"do": "end"})
    for seconds in (5, 601, True, "120", float("nan")):
        with pytest.raises(OptionError, match="seconds of 10 to 600"):
            running.adapting.recalibrate({"do": "begin", "seconds": seconds})
    running.adapting.recalibrate({"do": "begin", "deviation": False})
    running.play(noise(11 * SFREQ))
    running.adapting.recalibrate({"do": "end"})
    running.play(noise(SFREQ))
    (change,) = read_adjustments(running.events)
    np.testing.assert_array_equal(change.statistics[1], bundle.std)
    assert (change.statistics[0] != bundle.mean).all()
    running.adapting.recalibrate({"do": "begin"})
    running.adapting.recalibrate({"do": "cancel"})
    assert running.adapting.figures()["recalibrating_s"] is None


@pytest.mark.parametrize("rolling_s", [None, 20.0])
def test_what_is_on_record_gives_the_live_result_to_the_bit(bundle, rolling_s: float | None) -> None:
    """Masks, a baseline and its undo at the recorded samples, in any chunks; frozen and rolling."""
    bundle = load_session_bundle(SessionSettings(bundle.path, adapt=AdaptSettings(rolling_s=rolling_s)))
    assert bundle.features.normalisation == ("frozen" if rolling_s is None else "running")
    x = noise(18 * SFREQ) * np.linspace(1, 3, 18 * SFREQ)[:, None].astype(np.float32)
    running = Running(bundle)
    for k, what in enumerate(
        ({}, {"label": "A2"}, {"do": "begin", "seconds": 10}, {"label": "A2", "on": False}, {"label": "A7"})
    ):
        if "label" in what:
            running.adapting.mask(what)
        elif what:
            running.adapting.recalibrate(what)
        running.play(x[k * SFREQ : (k + 1) * SFREQ], (17, 3, 64, 1, 40))
    running.play(x[5 * SFREQ : 15 * SFREQ], (97, 12))
    running.adapting.recalibrate({"do": "undo"})
    running.play(x[15 * SFREQ :])
    assert running.kinds().count("adjusted") == 5
    features, mel = again(running, bundle)
    np.testing.assert_array_equal(np.concatenate(running.features), features)
    np.testing.assert_array_equal(np.concatenate(running.mel), mel)


def test_a_dead_channel_masks_itself_and_returns_when_it_is_well_for_long(bundle) -> None:
    """Flat, railed or no number; an electrode that comes back for a moment does not flicker."""
    x = noise(30 * SFREQ)
    x[2 * SFREQ : 10 * SFREQ, 0] = 3276.7
    x[2 * SFREQ : 8 * SFREQ, 4] = np.nan
    running = Running(bundle, dead_s=5.0)
    running.play(x[: 6 * SFREQ])
    assert running.adapting.figures()["masked_channels"] == ()
    running.play(x[6 * SFREQ : 8 * SFREQ])
    assert running.adapting.figures()["masked_channels"] == ("A1", "A5")
    assert [e["text"] for e in running.events if e.get("active_fault") == "dead channels"][-1].startswith(
        "2 of 8 channels are dead"
    )
    running.play(x[8 * SFREQ : 17 * SFREQ])
    assert running.adapting.figures()["masked_channels"] == ("A1", "A5")
    running.play(x[17 * SFREQ : 19 * SFREQ])
    assert running.adapting.figures()["masked_channels"] == ("A1",)
    running.play(x[19 * SFREQ : 21 * SFREQ])
    assert running.adapting.figures()["masked_channels"] == ()
    # a busy machine may be slow and keep up again
    assert [e["event"] for e in running.events if e.get("corrected") == "dead channels"] == ["channels back"]
    features, _ = again(running, bundle)
    np.testing.assert_array_equal(np.concatenate(running.features), features)


def test_commands_that_make_no_sense_are_refused(bundle) -> None:
    running = Running(bundle)
    for command in ({"label": "Z9"}, {}, {"label": "A1", "on": 1}):
        with pytest.raises(OptionError, match="expected label, one of A1"):
            running.adapting.mask(command)
    with pytest.raises(OptionError, match="begin, end, cancel or undo"):
        running.adapting.recalibrate({"do": "dance"})
    for label in LABELS[:-1]:
        running.adapting.mask({"label": label})
    with pytest.raises(OptionError, match="last channel"):
        running.adapting.mask({"label": LABELS[-1]})


def test_a_channel_is_masked_by_the_name_that_the_stream_gives_it(bundle) -> None:
    """Also where the names are crossed: the window shows the stream's."""
    core = Core(Chain(bundle, LABELS), OutputGuard(SafetySettings(), 22050), Metrics(), GapPolicy(), print)
    crossed = {"EEG 12": "A3", "A2": "A1", "A1": "A2"}
    adapting = Adapting(core, AdaptSettings(), print, crossed)
    adapting.mask({"label": "EEG 12", "of_stream": True})
    adapting.mask({"label": "A1", "of_stream": True})
    assert adapting.figures()["masked_channels"] == ("A2", "A3")
    with pytest.raises(OptionError, match="expected label"):
        adapting.mask({"label": "EEG 12"})


def test_a_recalibration_ends_the_line_of_drift(bundle) -> None:
    """As the line itself advises; the meter goes on to tell what it is from training."""
    powers = run_features(bundle.feature_operators(LABELS)[:-1], noise(8 * SFREQ).astype(np.float64))[20:]
    x = np.tile(noise(8 * SFREQ), (9, 1))
    for k in range(len(LABELS)):
        x[:, k] *= np.exp((6.0 + 3.0 * (k == 6) - powers[:, k].mean()) / 2)
    running = Running(bundle, drift_limit=2.5)
    running.play(x[: 36 * SFREQ])
    assert running.kinds().count("drift") == 1
    running.adapting.recalibrate({"do": "begin", "seconds": 10})
    running.play(x[36 * SFREQ : 50 * SFREQ])
    assert running.kinds().count("drift right") == 1
    assert running.adapting.figures()["drift"]["A7"] == pytest.approx(3.0, abs=0.2)


def test_the_drift_meter_counts_training_deviations_and_stands_until_it_is_near(bundle) -> None:
    """White noise of 30 µV times e^1.5 has log powers 3 above (natural log of power)."""
    powers = run_features(bundle.feature_operators(LABELS)[:-1], noise(8 * SFREQ).astype(np.float64))[20:]
    x = np.tile(noise(8 * SFREQ), (5, 1))
    x[:, 6] *= np.exp((6.0 + 3.0 - powers[:, 6].mean()) / 2)
    for k in (0, 1, 2, 3, 4, 5, 7):
        x[:, k] *= np.exp((6.0 - powers[:, k].mean()) / 2)
    running = Running(bundle, drift_limit=2.8)
    running.play(x[: 20 * SFREQ])
    assert running.adapting.figures()["drift"] == {}
    running.play(x[20 * SFREQ : 34 * SFREQ])
    drift = running.adapting.figures()["drift"]
    assert next(iter(drift)) == "A7"
    assert drift["A7"] == pytest.approx(3.0, abs=0.1)
    assert all(abs(v) < 0.1 for k, v in drift.items() if k != "A7")
    assert running.kinds().count("drift") == 1
    assert "A7" in next(e["text"] for e in running.events if e["event"] == "drift")
    x[:, 6] *= np.exp(-1.5)
    running.play(x[: 20 * SFREQ])
    assert running.kinds().count("drift right") == 1
