"""Training and validation segments: equal length, drawn afresh each epoch from the epoch's own seed."""

from __future__ import annotations

from collections.abc import Sequence

import lightning.pytorch as pl
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from bk_realtime.decoder.speech_frames import frame_level, speech_threshold

Source = tuple[np.ndarray, np.ndarray]
"""Features (T, n_features) and mel (T, n_mels), float32, contiguous, that segments are cut from."""


class TrainingSegments(Dataset[tuple[Tensor, Tensor, int]]):
    """Segments of ``length`` frames at jittered places that cover every source about once, shuffled.

    Everything follows from ``(seed, epoch)``, so that a resumed run sees what an uninterrupted one would have.
    The third of a segment is what ``days`` says of its source, else 0.
    """

    def __init__(self, sources: Sequence[Source], length: int, seed: int, epoch: int, days: Sequence[int] = ()) -> None:
        rng = np.random.default_rng((seed, epoch))
        self.length = min(length, *(len(x) for x, _ in sources))
        self.sources = sources
        self.days = tuple(days) or (0,) * len(sources)
        places = []
        for i, (x, _) in enumerate(sources):
            n = max(1, len(x) // self.length)
            jittered = (np.arange(n) + rng.random(n)) * (len(x) - self.length + 1) / n
            places += [(i, int(start)) for start in jittered]
        self.places = [places[i] for i in rng.permutation(len(places))]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, int]:
        i, start = self.places[index]
        x, y = self.sources[i]
        stop = start + self.length
        return torch.from_numpy(x[start:stop]), torch.from_numpy(y[start:stop]), self.days[i]


class ValidationWindows(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """Windows of equal length over all validation sources, decoded side by side.

    A window starts from an empty state, so its first ``warm_up`` frames do not count unless no other window holds them;
    every other frame counts once, one whose level is not above ``threshold`` (dB) ``silence`` times. The third tensor
    of a window, (length,) float32, says how much each does.
    """

    def __init__(
        self, sources: Sequence[Source], length: int, warm_up: int, silence: float = 1.0, threshold: float = -np.inf
    ) -> None:
        self.length = min(length, *(len(x) for x, _ in sources))
        warm_up = min(warm_up, self.length // 2)
        self.items: list[tuple[Tensor, Tensor, Tensor]] = []
        for x, y in sources:
            weight = np.ones(len(y), np.float32)
            if silence != 1.0:
                weight[frame_level(y) <= threshold] = silence
            n = 1 if len(x) == self.length else 1 + -(-(len(x) - self.length) // (self.length - warm_up))
            counted = 0
            for start in np.linspace(0, len(x) - self.length, n).round().astype(int):
                counts = weight[start : start + self.length] * (np.arange(start, start + self.length) >= counted)
                stop = counted = start + self.length
                self.items.append(tuple(torch.from_numpy(a) for a in (x[start:stop], y[start:stop], counts)))  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        return self.items[index]


class SegmentModule(pl.LightningDataModule):
    """Loaders of both; the training one is made anew each epoch. ``days``: of the training sources."""

    def __init__(
        self,
        training: Sequence[Source],
        validation: Sequence[Source],
        segment: int,
        window: int,
        warm_up: int,
        batch: int,
        seed: int,
        silence: float = 1.0,
        days: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.training, self.segment, self.batch, self.seed = training, segment, batch, seed
        self.days = days
        threshold = speech_threshold(np.concatenate([y for _, y in training])) if silence != 1.0 else -np.inf
        self.windows = ValidationWindows(validation, window, warm_up, silence, threshold)

    def train_dataloader(self) -> DataLoader[tuple[Tensor, Tensor, int]]:
        epoch = self.trainer.current_epoch if self.trainer is not None else 0
        segments = TrainingSegments(self.training, self.segment, self.seed, epoch, self.days)
        # a generator of its own: making an iterator draws a number, and when Lightning makes it differs after a resume
        return DataLoader(segments, self.batch, generator=torch.Generator())

    def val_dataloader(self) -> DataLoader[tuple[Tensor, Tensor, Tensor]]:
        return DataLoader(self.windows, batch_size=32, generator=torch.Generator())
