"""Signals far beyond the training's hold the voice: through the decoder's own features, whatever the chunks."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.core import Core
from bk_realtime.metrics import Metrics
from bk_realtime.session.settings import GapPolicy, SafetySettings
from bk_realtime.voice.artefact_watch import ArtefactWatch
from bk_realtime.voice.output_guard import OutputGuard
from tests.engine_fakes import LABELS, SFREQ, chunks, noise, tiny_bundle

BEGIN, N = 3 * SFREQ, 8 * SFREQ


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A decoder that was trained on the very noise that is sent."""
    bundle = tiny_bundle(tmp_path_factory.mktemp("artefacts") / "b")
    power = Chain(bundle, LABELS).push(noise(10 * SFREQ, seed=5)).features[100:] * bundle.std + bundle.mean
    return dataclasses.replace(bundle, mean=power.mean(0), std=power.std(0))


class Run:
    def __init__(self, bundle: Bundle, **settings: Any) -> None:
        self.guard = OutputGuard(SafetySettings(unmuted=True, **settings), bundle.mel.sample_rate)
        self.core = Core(Chain(bundle, LABELS), self.guard, Metrics(), GapPolicy(max_backlog_s=9.0), lambda event: None)
        self.events: list[dict[str, Any]] = []
        self.held: list[tuple[float, float]] = []  # time and loudest sample
        self.core.shapers.append(ArtefactWatch(self.guard, bundle.mel.frame_rate, self.events.append))

    def send(self, x: np.ndarray, size: int = 64) -> None:
        for chunk in chunks(x, [size] * (len(x) // size - 1)):
            out = self.core.process(chunk, (), chunk.received)
            loudest = float(np.abs(out.guarded).max(initial=0.0))
            self.held.append((float(chunk.stamps[-1]) - 100.0, loudest if self.guard.holds else -1.0))

    @property
    def kinds(self) -> list[str]:
        return [event["event"] for event in self.events]

    @property
    def times(self) -> list[float]:
        return [t for t, loudest in self.held if loudest >= 0]


def with_artefact(kind: str, seconds: float, amplitude: float = 1.0) -> np.ndarray:
    """Eight seconds of noise of 30 µV; from the third on something else is in it."""
    x, n = noise(N), round(seconds * SFREQ)
    t, rng = np.arange(n) / SFREQ, np.random.default_rng(3)
    channels = np.arange(x.shape[1]) < {"one channel": 1, "chewing": 4}.get(kind, 6)
    phase = (3 * t) % 1
    wave = {
        "cable": 2000 * np.cumsum(rng.normal(size=n)) / 10,
        "chewing": 400 * rng.normal(size=n) * (np.sin(2 * np.pi * 1.5 * t) > -0.8),
        "spike and wave": 1000 * np.sin(2 * np.pi * phase) + 3000 * np.exp(-(((phase - 0.1) / 0.01) ** 2)),
        "fast spikes": 800 * np.sign(np.sin(2 * np.pi * 14 * t)),
        "one channel": 5000 * rng.normal(size=n),
        "wrong gain": 0 * t,
    }[kind]
    x[BEGIN : BEGIN + n] += (amplitude * wave[:, None] * channels).astype(np.float32)
    return x * (30.0 if kind == "wrong gain" else 1.0)


@pytest.mark.parametrize("kind", ["cable", "chewing", "spike and wave", "fast spikes"])
def test_an_artefact_holds_the_voice_and_a_calm_second_lets_it_out(bundle: Bundle, kind: str) -> None:
    run = Run(bundle)
    run.send(with_artefact(kind, 2.0))
    assert run.kinds == ["artefact", "artefact over"]
    assert run.events[0]["active_fault"] == run.events[1]["corrected"] == "artefact"
    assert 3.2 < min(run.times) < 3.7
    assert 5.6 < max(run.times) < 6.8
    assert max(loudest for t, loudest in run.held if min(run.times) + 0.1 < t < max(run.times)) == 0.0
    assert not run.guard.holds


def test_a_wrong_gain_is_held_from_the_start_and_stays(bundle: Bundle) -> None:
    run = Run(bundle)
    run.send(with_artefact("wrong gain", 1.0))
    assert run.kinds == ["artefact"]
    assert "wrong unit or gain" in run.events[0]["text"]
    assert run.guard.holds == ("artefact",)
    assert min(run.times) < 0.5


@pytest.mark.parametrize(("kind", "seconds"), [("one channel", 3.0), ("chewing", 0.02), ("fast spikes", 0.0)])
def test_a_broken_channel_a_short_jerk_and_nothing_at_all_are_none(bundle: Bundle, kind: str, seconds: float) -> None:
    run = Run(bundle)
    run.send(with_artefact(kind, seconds))
    assert run.kinds == []


def test_what_the_operator_released_stays_released_until_it_was_calm(bundle: Bundle) -> None:
    run, x = Run(bundle), with_artefact("fast spikes", 3.0)
    run.send(x[: BEGIN + SFREQ])
    assert run.guard.release("artefact")
    run.send(x[BEGIN + SFREQ : BEGIN + 2 * SFREQ])
    assert run.guard.holds == ()
    run.send(noise(2 * SFREQ, seed=8))
    run.send(x[BEGIN : BEGIN + SFREQ])
    assert run.guard.holds == ("artefact",)
    assert run.kinds == ["artefact", "artefact over", "artefact"]


def test_it_may_only_be_said(bundle: Bundle) -> None:
    run = Run(bundle, artefacts="say")
    run.send(with_artefact("fast spikes", 2.0))
    assert run.kinds == ["artefact", "artefact over"]
    assert "the voice goes on" in run.events[0]["text"]
    assert run.times == []


def test_chunks_change_nothing(bundle: Bundle) -> None:
    x, seen = with_artefact("chewing", 1.0), []
    for size in (16, 64, 500):
        run = Run(bundle)
        heard = [
            run.core.process(chunk, (), chunk.received)
            for chunk in chunks(x[: 5 * SFREQ], [size] * (5 * SFREQ // size - 1))
        ]
        seen.append([event["text"] for event in run.events])
        assert len(heard)
    assert seen[0] == seen[1] == seen[2] != []
