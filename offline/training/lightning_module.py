"""One decoder under Lightning: scheduled-sampling training steps, free-running validation."""

from __future__ import annotations

import math
from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor

from bk_realtime.decoder.base import NetworkDecoder
from offline.data.augment import augment
from offline.data.settings import AugmentSettings
from offline.training.day_layers import DECAY, DayLayers
from offline.training.settings import OptimiserSettings


class DecoderModule(pl.LightningModule):
    """Trains a decoder by its ``scheduled`` pass and ``loss``, and judges it by its free-running ``forward``.

    Logged: ``loss`` (training), ``val_loss`` (free-running mean squared error of z-scored mel; chooses the best epoch,
    comparable over models and targets), ``val_teacher_forced`` (the same with true frames fed), ``lr``,
    ``teacher_forcing``, ``gradient``.

    Parameters
    ----------
    decoder : what to train.
    settings, augmentation : how.
    frame_rate : frames per second.
    seed : every epoch draws from a generator of its own, ``seed`` and the epoch's number.
    n_contacts : features of one band under one reference; see :func:`~offline.data.augment.augment`.
    days : input layers of the days before, where there are any; what validates and is decoded is of the last one.
    """

    def __init__(
        self,
        decoder: NetworkDecoder,
        settings: OptimiserSettings,
        augmentation: AugmentSettings,
        frame_rate: float,
        seed: int,
        n_contacts: int = 0,
        days: DayLayers | None = None,
    ) -> None:
        super().__init__()
        self.decoder, self.settings, self.augmentation = decoder, settings, augmentation
        self.frame_rate, self.seed = frame_rate, seed
        self.n_contacts, self.days = n_contacts, days

    @property
    def teacher_forcing(self) -> float:
        """Share of true frames fed in this epoch."""
        start, stop = self.settings.teacher_forcing
        ramp = max(1.0, self.settings.teacher_ramp * self.settings.epochs)
        return start + (stop - start) * min(1.0, self.current_epoch / ramp)

    def on_train_epoch_start(self) -> None:
        torch.manual_seed((self.seed * 100_003 + self.current_epoch) * 1009 + self.global_rank)

    def training_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> Tensor:
        x, mel, day = batch
        x = augment(x, self.augmentation, self.frame_rate, self.n_contacts)
        if self.days is not None:
            x = self.days(x, day)
        prediction = self.decoder.scheduled(x, mel, self.teacher_forcing, self.settings.sampling_passes)
        loss = self.decoder.loss(prediction, mel)
        self.log("loss", loss, on_step=False, on_epoch=True, batch_size=len(x), sync_dist=True)
        return loss

    def on_train_epoch_end(self) -> None:
        self.log("teacher_forcing", self.teacher_forcing)
        self.log("lr", self.trainer.optimizers[0].param_groups[0]["lr"])

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        norms = [p.grad.detach().norm() for p in self.decoder.parameters() if p.grad is not None]
        self.log("gradient", torch.stack(norms).norm(), on_step=False, on_epoch=True)

    def validation_step(self, batch: tuple[Tensor, Tensor, Tensor], _: int) -> None:
        x, mel, weights = batch
        decoded = self.decoder(x)
        weights = weights[:, : decoded.shape[1]]  # a decoder with blocks may leave an unfinished one out
        mask = weights > 0
        target = self.decoder.target
        want = target.z_mel_of(mel[:, : decoded.shape[1]])[mask]
        free = target.z_mel_of(decoded)[mask]
        forced = self.decoder.scheduled(x, mel, 1.0).refined[mask]
        count = max(1, round(float(weights.sum())))
        for name, got in (("val_loss", free), ("val_teacher_forced", forced)):
            squares = (got - want).square()
            if self.settings.validation_silence != 1.0:
                squares = squares.mean(1) * weights[mask] / weights[mask].mean()
            self.log(name, squares.mean(), batch_size=count, sync_dist=True)

    def configure_optimizers(self) -> Any:
        s = self.settings
        groups: list[dict[str, Any]] = [{"params": list(self.decoder.parameters())}]
        if self.days is not None:
            groups.append({"params": list(self.days.parameters()), "weight_decay": DECAY})
        optimiser = torch.optim.AdamW(groups, s.learning_rate, weight_decay=s.weight_decay)
        total = max(1, int(self.trainer.estimated_stepping_batches))
        warm_up = max(1, round(s.warm_up * total))

        def factor(update: int) -> float:
            if update < warm_up:
                return (update + 1) / warm_up
            if s.schedule == "constant":
                return 1.0
            return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (update - warm_up) / max(1, total - warm_up))))

        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, factor)
        return {"optimizer": optimiser, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
