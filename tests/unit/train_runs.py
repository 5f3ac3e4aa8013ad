"""What the tests of `offline.train` share: a recording from memory, small settings, runs and their ends."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch.callbacks import Callback
from rich.console import Console

import offline.training.recordings
from bk_realtime.decoder.bundle import load_bundle
from offline.data.split import SplitSettings
from offline.io.recording import Recording
from offline.training.outcome import print_result
from offline.training.run import train
from offline.training.settings import OptimiserSettings, Train, TrainerSettings
from tests.synthetic import synthetic_recording


@pytest.fixture(scope="module")
def recording() -> Recording:
    return synthetic_recording(30.0, n_channels=4)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch, recording: Recording) -> None:
    """Recordings come from memory; the readers have tests of their own."""
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path: recording)


def settings(out: Path, **changes: Any) -> Train:
    plain = Train(
        recordings=(Path("synthetic.xdf"),),
        out=out,
        decoder="gru",
        set=("hidden=8", "layers=1"),
        split=SplitSettings(guard_s=1.0, min_part_s=2.0),
        optimiser=OptimiserSettings(epochs=4, batch=4, segment_s=1.0),
        machine=TrainerSettings(accelerator="cpu", threads=1),
    )
    return dataclasses.replace(plain, **changes)


def run(options: Train) -> tuple[dict, str]:
    text = io.StringIO()
    console = Console(file=text, width=200)
    result = train(options, console)
    assert result is not None
    print_result(console, options, result)
    return result.scores, text.getvalue()


def last_weights(folder: Path, model: str) -> dict[str, torch.Tensor]:
    """Weights after the last epoch, whichever epoch was best."""
    checkpoint = torch.load(folder / "training" / model / "checkpoints/last.ckpt", weights_only=True)
    return checkpoint["state_dict"]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_bundle(folder).decoder.state_dict()  # type: ignore[attr-defined]


class StopAfter(Callback):
    """Ends training as a crash in the next epoch would, or as Ctrl-C does."""

    def __init__(self, epochs: int, how: type[BaseException] = RuntimeError) -> None:
        self.epochs, self.how = epochs, how

    def on_train_epoch_start(self, trainer, pl_module) -> None:
        if trainer.current_epoch == self.epochs:
            raise self.how("power cut")
