"""`learn --from` over real LSL: a SIMULATED second day goes on from yesterday, on an amplifier whose contacts moved."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pylsl
import pytest
import torch

from bk_realtime.config import MelSettings
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.learning.prior import Prior
from offline.data.dataset import target_mel
from offline.data.processed import process_recording
from offline.io.recording import Recording
from offline.scoring.mel import mean_correlation, speech_mask
from offline.training.carried import z_scored
from tests.lsl.outlets import make_outlet
from tests.synthetic import synthetic_recording
from tests.unit.test_transfer import decoder_of, other_montage

pytestmark = pytest.mark.lsl

SENT_S, PIECE_S, FASTER = 26.0, 0.25, 6.0
"""Seconds of the day that are sent, in pieces: stamped at their own pace from so long ago on and sent so much faster,
as by a sender that was held up."""


class Day:
    """Amplifier and microphone, sent from here."""

    def __init__(self, recording: Recording) -> None:
        assert recording.audio is not None
        self.id = f"day2-{uuid.uuid4().hex}"
        self._rates = float(recording.sfreq), float(recording.sample_rate)
        self._data = recording.neural, recording.audio[:, None]
        labels, told = list(recording.labels), {"simulated": "true"}
        self.outlets = (
            make_outlet(f"{self.id}-amp", "amp", "sEEG", self._rates[0], len(labels), labels=labels, desc=told),
            make_outlet(f"{self.id}-mic", "mic", "Audio", self._rates[1], 1, unit=None, labels=["mono"]),
        )

    def heard(self) -> bool:
        """Whether somebody listens to both."""
        return all(outlet.have_consumers() for outlet in self.outlets)

    def send(self) -> None:
        """All of it, once."""
        pause, now = threading.Event(), pylsl.local_clock()
        for piece in range(round(SENT_S / PIECE_S)):
            while (early := now + piece * PIECE_S / FASTER - pylsl.local_clock()) > 0:
                pause.wait(early)
            for outlet, data, rate in zip(self.outlets, self._data, self._rates, strict=True):
                first, stop = (round(k * PIECE_S * rate) for k in (piece, piece + 1))
                stamps = now - SENT_S + np.arange(first, stop) / rate
                outlet.push_chunk(np.ascontiguousarray(data[first:stop], np.float32), stamps.tolist())


class Learning:
    """`python -m bk_realtime learn --figures` and what it says; killed where the block is left."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "bk_realtime", "learn", "--figures", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)

    def until(self, true: Callable[[], object]) -> None:
        """Wait until it is so, while it lives."""
        end = time.monotonic() + 240.0
        while not true():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.02)

    def figures(self) -> dict[str, Any]:
        """The newest."""
        rows = [json.loads(line) for line in self.said if line.startswith('{"learnt"')]
        return rows[-1]["learnt"] if rows else {"seconds": 0.0}

    def __enter__(self) -> Learning:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_a_second_day_goes_on_from_yesterday_live(tmp_path: Path) -> None:
    yesterday = load_bundle(decoder_of(synthetic_recording(60.0, n_channels=6, gain=1.0, seed=1), tmp_path / "day1"))
    today = synthetic_recording(50.0, n_channels=6, gain=1.0, seed=2)
    (tmp_path / "labels.toml").write_text('A2 = "K9"\n')
    day = Day(other_montage(today))  # A1 lost, A2 called K9, the others on other inputs
    with Learning(
        "--beside", str(tmp_path / "day2.xdf"), "--from", str(tmp_path / "day1"),
        "--label-map", str(tmp_path / "labels.toml"), "--source-id", f"{day.id}-amp", "--microphone", f"{day.id}-mic",
        "--timeout-s", "120",
    ) as learning:  # fmt: skip
        learning.until(day.heard)
        day.send()
        learning.until(lambda: learning.figures()["seconds"] > SENT_S - 4.0)
        learning.process.send_signal(signal.SIGINT)
        assert learning.process.wait(timeout=240.0) == 0, learning.said
    notes = [line for line in learning.said if line.startswith("note: ")]
    assert any("1 of 6 channels lost since, or bad: A1" in note for note in notes)
    assert any("carried on from bundle day1" in note for note in notes)
    last = learning.figures()
    assert last["counts_s"] == 720.0
    assert last["carried_text"].startswith("carried on or from scratch: cannot be told yet")
    made = load_bundle(tmp_path / "day2_learnt")
    assert made.labels == ("A2", "A3", "A4", "A5", "A6")
    card = made.provenance["carried_on"]
    assert (card["bundle"], card["sha256"], card["lost"]) == ("day1", yesterday.digest, ["A1"])
    assert made.provenance["simulated"] is True
    before = Prior.of(yesterday, made.labels).weight.numpy()
    assert 0.9 < np.corrcoef(made.decoder.weight.ravel(), before.ravel())[0, 1] < 0.99999  # each contact at its own
    assert after(today, made) > 0.4


def after(recording: Recording, bundle: Any) -> float:
    """r inside speech on what was not sent."""
    mel = MelSettings()
    made = process_recording(recording, bundle.features, mel, bundle.labels)
    z = torch.from_numpy(z_scored(made.log_power, bundle.mean, bundle.std, bundle.features))
    first = round((SENT_S + 1.0) * float(mel.frame_rate))
    true, decoded = target_mel(made.audio, mel)[first:], bundle.decoder.forward(z[None])[0].numpy()[first:]
    n = min(len(true), len(decoded))
    return float(mean_correlation(decoded[:n], true[:n], speech_mask(true[:n])))
