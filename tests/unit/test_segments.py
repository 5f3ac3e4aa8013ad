"""What networks are trained and validated on: segments, windows, augmentation, number of epochs."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.base import NetworkDecoder
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.features import feature_labels
from offline.data.augment import augment
from offline.data.segments import SegmentModule, TrainingSegments, ValidationWindows
from offline.data.settings import AugmentSettings
from offline.training import progress
from offline.training.fitting import with_epochs
from offline.training.lightning_module import DecoderModule
from offline.training.progress import Pictures
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
    assert all(len(x) == len(y) == 60 and day == 0 for x, y, day in first)


def test_a_segment_says_of_which_day_it_is() -> None:
    sources = [(np.full((200, 2), k, np.float32), np.zeros((200, 3), np.float32)) for k in (5, 0, 7)]
    segments = TrainingSegments(sources, 60, 7, 0, days=(5, 0, 7))
    assert {int(x[0, 0]) for x, _, _ in segments} == {5, 0, 7}
    assert all(int(x[0, 0]) == day for x, _, day in segments)


def test_validation_counts_every_frame_once() -> None:
    stretches = [(np.arange(n, dtype=np.float32)[:, None], np.zeros((n, 3), np.float32)) for n in (500, 130, 100)]
    windows = ValidationWindows(stretches, 100, 20)
    counted = sorted(float(v) for x, _, mask in windows for v in x[mask > 0, 0])
    assert counted == sorted(float(v) for n in (500, 130, 100) for v in range(n))
    for x, _, mask in windows:
        assert bool(mask[0]) == (float(x[0, 0]) == 0.0) or int(mask.int().argmax()) >= 20


def test_silence_counts_less_in_the_loss_that_chooses_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speech is decoded well, silence badly: the loss is the mean with the weights, over windows that overlap."""
    rng = np.random.default_rng(0)
    level = np.where(np.arange(230) % 60 < 20, 0.0, -8.0)
    mel = (level[:, None] + 0.1 * rng.standard_normal((230, 5))).astype(np.float32)
    x = rng.standard_normal((230, 4)).astype(np.float32)
    decoder = build_decoder("gru", {"hidden": 4, "layers": 1}, 4, 5)
    assert isinstance(decoder, NetworkDecoder)
    decoder.fit_targets(torch.from_numpy(mel))
    decoder.eval()
    found = {}
    for silence in (1.0, 0.25):
        data = SegmentModule([(x, mel)], [(x, mel)], 50, 100, 20, 2, 0, silence)
        module = DecoderModule(decoder, OptimiserSettings(validation_silence=silence), AugmentSettings(), 86.0, 0)
        logged: dict[str, float] = {}
        monkeypatch.setattr(module, "log", lambda name, value, logged=logged, **_: logged.update({name: float(value)}))
        (batch,) = data.val_dataloader()
        with torch.no_grad():
            module.validation_step(batch, 0)
            z = [decoder.target.z_mel_of(a) for a in (decoder(batch[0]), batch[1])]
        squares = (z[0] - z[1]).square().mean(2).numpy()
        counted = batch[2].numpy()
        speech = batch[1].numpy().mean(2) > -4.0
        assert set(np.unique(counted[speech])) <= {0.0, 1.0}
        assert set(np.unique(counted[~speech])) <= {0.0, silence}
        assert (counted > 0).sum() == 230
        weights = (counted > 0) * np.where(speech, 1.0, silence)
        assert logged["val_loss"] == pytest.approx((squares * weights).sum() / weights.sum(), rel=1e-5)
        found[silence] = logged["val_loss"]
    assert abs(found[1.0] - found[0.25]) > 0.01


def test_what_was_recorded_is_spoken_once_a_training(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[float] = []
    heard: list[tuple[str, float]] = []

    def forward(mel: torch.Tensor) -> torch.Tensor:
        spoken.append(float(mel[0, 0, 0]))
        return mel[:, :, :1]

    monkeypatch.setattr(progress, "build_vocoder", lambda *_: SimpleNamespace(forward=forward))
    titles: list[str] = []
    monkeypatch.setattr(progress, "mel_figure", lambda _, title: titles.append(title))
    monkeypatch.setattr(Pictures, "_speak", lambda self, mel, of=Pictures._speak: of(self, mel) * 0 + mel[0, 0, 0])
    board = SimpleNamespace(
        add_figure=lambda *_: None, add_audio=lambda name, x, *_: heard.append((name, float(x[0, 0])))
    )
    decoder: Any = lambda x: x + 10.0  # noqa: E731
    decoder.scheduled = lambda *_: SimpleNamespace(weights=None)
    module: Any = SimpleNamespace(decoder=decoder, device=torch.device("cpu"))
    pictures = Pictures(MelSettings(), VocoderSettings(), "CONTAMINATED SIMULATED participant, ")
    for training in (1.0, 2.0):
        frames = torch.full((9, 5), training)
        trainer: Any = SimpleNamespace(
            max_epochs=2, is_global_zero=True, global_step=0, logger=SimpleNamespace(experiment=board),
            datamodule=SimpleNamespace(windows=[(frames + 2.0, frames, None)]),
        )  # fmt: skip
        pictures.on_fit_start(trainer, module)
        for trainer.current_epoch in range(2):
            pictures.on_validation_epoch_end(trainer, module)
    assert spoken == [1.0, 13.0, 13.0, 2.0, 14.0, 14.0]
    assert set(titles) == {"CONTAMINATED SIMULATED participant, validation part, which chooses the epoch"}
    assert heard == [(n, v) for k in (1.0, 2.0) for n, v in [("recorded", k), ("decoded", 12.0 + k)] * 2]


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


def test_a_contact_goes_missing_in_all_of_its_bands() -> None:
    torch.manual_seed(0)
    only = AugmentSettings(channel_dropout=0.25, time_masks=0, noise=0, gain_drift=0)
    dropped = augment(torch.ones(200, 3, 12), only, 86.0, n_contacts=4)
    blocks = dropped.unflatten(2, (3, 4))
    assert torch.equal(blocks, blocks[:, :, :1].expand_as(blocks))
    missing = blocks[:, 0, 0] == 0
    assert 0.15 < float(missing.float().mean()) < 0.35
    assert len({tuple(row.tolist()) for row in missing}) > 8  # contacts one by one
    features = FeatureSettings(more_bands=("beta",), more_references=("shaft",))
    assert feature_labels(features, ["A1", "A2"])[::2] == ["A1", "A1_beta", "A1_shaft", "A1_shaft_beta"]


def test_epochs_follow_the_amount_of_data() -> None:
    few, many = (with_epochs(OptimiserSettings(batch=8), n) for n in (16, 4000))
    assert (few.epochs, few.patience) == (240, 80)
    assert (many.epochs, many.patience) == (15, 5)
    assert with_epochs(OptimiserSettings(epochs=3, patience=2), 4000).epochs == 3
