"""What networks are trained and validated on: segments, windows, augmentation, number of epochs."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from offline.data.augment import augment
from offline.data.segments import TrainingSegments, ValidationWindows
from offline.data.settings import AugmentSettings
from offline.training.fitting import with_epochs
from offline.training.settings import OptimiserSettings


def test_training_segments_follow_seed_and_epoch() -> None:
    stretches = [
        (np.arange(n, dtype=np.float32)[:, None].repeat(2, 1), np.zeros((n, 3), np.float32)) for n in (500, 90)
    ]
    first, again, next_epoch = (TrainingSegments(stretches, 60, 7, e) for e in (0, 0, 1))
    assert len(first) == 8 + 1
    assert first.places == again.places != next_epoch.places
    starts = sorted(p for i, p in first.places if i == 0)
    assert starts[0] < 60
    assert starts[-1] > 380
    assert all(len(x) == len(y) == 60 for x, y in first)


def test_validation_counts_every_frame_once() -> None:
    stretches = [(np.arange(n, dtype=np.float32)[:, None], np.zeros((n, 3), np.float32)) for n in (500, 130, 100)]
    windows = ValidationWindows(stretches, 100, 20)
    counted = sorted(float(v) for x, _, mask in windows for v in x[mask, 0])
    assert counted == sorted(float(v) for n in (500, 130, 100) for v in range(n))
    for x, _, mask in windows:
        assert bool(mask[0]) == (float(x[0, 0]) == 0.0) or int(mask.int().argmax()) >= 20


def test_augmentation() -> None:
    torch.manual_seed(0)
    x = torch.ones(64, 100, 5)
    off = AugmentSettings(channel_dropout=0, time_masks=0, noise=0, gain_drift=0)
    assert torch.equal(augment(x, off, 86.0), x)
    dropped = augment(x, dataclasses.replace(off, channel_dropout=0.25), 86.0)
    assert 0.15 < (dropped[:, 0] == 0).float().mean() < 0.35
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    masked = augment(x, dataclasses.replace(off, time_masks=1, time_mask_s=0.1), 86.0)
    lengths = (masked[..., 0] == 0).sum(1)
    assert 1 <= int(lengths.min()) <= int(lengths.max()) == 9
    drift = augment(x, dataclasses.replace(off, gain_drift=0.3), 86.0) - x
    assert abs(float(drift[:, 0].std()) - 0.3) < 0.03
    torch.testing.assert_close(drift[:, 50] - drift[:, 49], drift[:, 20] - drift[:, 19])
    assert abs(float((augment(x, dataclasses.replace(off, noise=0.2), 86.0) - x).std()) - 0.2) < 0.01
    assert torch.equal(x, torch.ones(64, 100, 5))


def test_epochs_follow_the_amount_of_data() -> None:
    few, many = (with_epochs(OptimiserSettings(batch=8), n) for n in (16, 4000))
    assert (few.epochs, few.patience) == (240, 80)
    assert (many.epochs, many.patience) == (15, 5)
    assert with_epochs(OptimiserSettings(epochs=3, patience=2), 4000).epochs == 3
