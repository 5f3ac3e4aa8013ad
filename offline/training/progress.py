"""What a researcher sees while a network trains: one progress line, and pictures and sound in TensorBoard."""

from __future__ import annotations

import time
from typing import Any

import lightning.pytorch as pl
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bk_realtime.config import FRAME_RATE, MelSettings, VocoderSettings
from bk_realtime.stream import Operator
from bk_realtime.vocoder import build_vocoder
from offline.training.steps import Left, Steps

FRAME_S = float(1 / FRAME_RATE)


class EpochProgress(Callback):
    """One line of progress over epochs; where the output is no terminal, one printed line an epoch.

    Parameters
    ----------
    name : of what is trained.
    steps : is told how far it is, and for how long at most.
    trainings : how many there are at most, one after the other.
    """

    def __init__(self, name: str, console: Console, steps: Steps | None = None, trainings: int = 1) -> None:
        self._trainings, self._begun = max(1, trainings), 0
        self.name, self.console, self._steps = name, console, steps or Steps(False)
        self._left = Left(0, 1)
        self.progress: Progress | None = None
        self.task: Any = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._left = Left(trainer.current_epoch, trainer.max_epochs or 1)
        self._begun = min(self._begun + 1, self._trainings)
        if not trainer.is_global_zero or not self.console.is_terminal:
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
        )
        self.progress = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=self.console)
        total = trainer.max_epochs
        self.task = self.progress.add_task(
            f"training {self.name}", total=total, completed=trainer.current_epoch, note=""
        )
        self.progress.start()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        metrics = {k: float(v) for k, v in trainer.callback_metrics.items()}
        note = f"loss {metrics.get('loss', float('nan')):.3f}  free-running {metrics.get('val_loss', float('nan')):.3f}"
        if trainer.is_global_zero:
            n, total = trainer.current_epoch + 1, trainer.max_epochs or 1
            to_come = self._trainings - self._begun
            left_s = self._left.after(n) + self._left.each(n) * total * to_come
            self._steps.tell(self.name, (self._begun - 1 + n / total) / self._trainings, left_s)
        if self.progress is not None:
            self.progress.update(self.task, advance=1, note=note)
        elif trainer.is_global_zero:
            self.console.print(
                f"{self.name} epoch {trainer.current_epoch + 1}/{trainer.max_epochs}  {note}", highlight=False
            )

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._stop()

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException) -> None:
        self._stop()

    def _stop(self) -> None:
        if self.progress is not None:
            self.progress.stop()
            self.progress = None


class LossHistory(Callback):
    """Seconds and free-running validation loss of every epoch; a resumed run goes on from those of its checkpoint."""

    def __init__(self) -> None:
        self.epochs: list[tuple[float, float]] = []
        self._start = 0.0

    def state_dict(self) -> dict[str, Any]:
        return {"epochs": self.epochs}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.epochs = state_dict["epochs"]

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._start = time.monotonic() - self.seconds()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.epochs.append((time.monotonic() - self._start, float(trainer.callback_metrics["val_loss"])))

    def seconds(self) -> float:
        """Of the whole training."""
        return self.epochs[-1][0] if self.epochs else 0.0

    def seconds_to(self, share: float, best: float) -> float:
        """Until the loss first came within ``share`` of ``best``; NaN where it never did."""
        return next((seconds for seconds, loss in self.epochs if loss <= (1 + share) * best), float("nan"))


class Pictures(Callback):
    """Decoded beside recorded mel, attention weights and the decoded voice, free-running on the validation part.

    Parameters
    ----------
    mark : what the title of each picture begins with.
    pictures : how many times in a whole training.
    seconds : how much of the validation part is shown.
    """

    def __init__(
        self, mel: MelSettings, vocoder: VocoderSettings, mark: str = "", pictures: int = 6, seconds: float = 6.0
    ) -> None:
        self.mel, self.vocoder, self.pictures, self.seconds = mel, vocoder, pictures, seconds
        self.title = f"{mark}validation part, which chooses the epoch"
        self._voice: Operator | None = None
        self._recorded: torch.Tensor | None = None  # spoken once a training: it is the same in every picture

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._recorded = None

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        every = max(1, (trainer.max_epochs or 1) // self.pictures)
        if not trainer.is_global_zero or (trainer.current_epoch + 1) % every:
            return
        board: Any = trainer.logger.experiment  # type: ignore[union-attr]
        x, mel, _ = trainer.datamodule.windows[0]  # type: ignore[attr-defined]
        n = round(self.seconds * self.mel.sample_rate / self.mel.hop_length)
        x, mel = x[None, :n].to(pl_module.device), mel[None, :n].to(pl_module.device)
        decoder: Any = pl_module.decoder
        decoded = decoder(x)
        weights = decoder.scheduled(x, decoded, 1.0).weights
        step = trainer.global_step
        mels = {"recorded": mel[0].cpu().numpy(), "decoded": decoded[0].cpu().numpy()}
        board.add_figure("mel", mel_figure(mels, title=self.title), step)
        if weights is not None:
            board.add_figure("attention", attention_figure(weights[0].float().cpu().numpy()), step)
        if self._recorded is None:
            self._recorded = self._speak(mel.float().cpu())
        for name, sound in {"recorded": self._recorded, "decoded": self._speak(decoded.float().cpu())}.items():
            board.add_audio(name, sound, step, self.mel.sample_rate)

    def _speak(self, mel: torch.Tensor) -> torch.Tensor:
        self._voice = self._voice or build_vocoder(self.vocoder, self.mel)
        audio = self._voice.forward(mel)[0, :, 0]
        return (audio / audio.abs().max().clamp(min=1e-3))[None]


def mel_figure(mels: dict[str, np.ndarray], frame_s: float = FRAME_S, title: str = "") -> Figure:
    """Log-mel spectrograms (T, n_mels) one below the other on one colour scale."""
    figure = Figure(figsize=(9, 2.2 * len(mels)), layout="constrained")
    figure.suptitle(title, fontsize=10, x=0.01, ha="left")
    axes = figure.subplots(len(mels), 1, sharex=True, squeeze=False)[:, 0]
    low, high = np.percentile(next(iter(mels.values())), [1, 99.5])
    for axis, (name, mel) in zip(axes, mels.items(), strict=True):
        extent = (0.0, len(mel) * frame_s, 0.0, mel.shape[1])
        axis.imshow(mel.T, origin="lower", aspect="auto", vmin=low, vmax=high, extent=extent, interpolation="none")
        axis.set_ylabel(f"{name}\nmel bin")
    axes[-1].set_xlabel("seconds")
    return figure


def attention_figure(weights: np.ndarray, frame_s: float = FRAME_S) -> Figure:
    """Attention weights (T, W) over the window of encoder frames, the newest on top."""
    figure = Figure(figsize=(9, 2.6), layout="constrained")
    axis = figure.subplots()
    extent = (0.0, len(weights) * frame_s, -weights.shape[1] * frame_s * 1000, 0.0)
    axis.imshow(weights.T, origin="lower", aspect="auto", extent=extent, interpolation="none")
    axis.set_xlabel("seconds")
    axis.set_ylabel("ms before now")
    return figure
