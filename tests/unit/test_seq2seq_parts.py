"""Hand-written gradients, targets, schedule, and the windowed reference model."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bk_realtime.decoder import layers
from bk_realtime.decoder.gru import GruDecoder, GruSettings
from bk_realtime.decoder.kernels import alignment
from bk_realtime.decoder.kernels.alignment import align, toeplitz
from bk_realtime.decoder.kernels.recurrence import gru_layer
from bk_realtime.decoder.layers import BidirectionalGru, CausalPostnet, SequenceDropout, gru_weights
from bk_realtime.decoder.scheduled_sampling import scheduled_frames, shift_right
from bk_realtime.decoder.targets import Classification, Regression
from bk_realtime.decoder.windowed import WindowedSeq2Seq, WindowedSettings
from bk_realtime.errors import BkError


def draw(*shape: int, seed: int = 0, grad: bool = True) -> torch.Tensor:
    made = torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return made.requires_grad_(grad)


def test_gru_layer_is_nn_gru() -> None:
    gru, x, weight = nn.GRU(3, 5, batch_first=True).double(), draw(2, 9, 3), draw(2, 9, 5, seed=1, grad=False)
    found = []
    for y in (gru(x)[0], gru_layer(x, gru_weights(gru))):
        gradients = torch.autograd.grad((y * weight).sum(), [x, *gru.parameters()])
        found.append([y, *gradients])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


def test_the_gru_trains_by_the_compiled_loop_on_what_its_steps_give(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    decoder, x = GruDecoder(GruSettings(hidden=6, dropout=0.3), 3, 5).double(), draw(2, 9, 3)
    weight, loops = draw(2, 9, 5, seed=1, grad=False), []
    monkeypatch.setattr(layers, "gru_layer", lambda *a: loops.append(a) or gru_layer(*a))
    found = []
    for run in (lambda: decoder.step(x, decoder.init_state(2))[0], lambda: decoder.scheduled(x, x, 0.0).mel):
        torch.manual_seed(1)  # the same dropout
        assert not loops
        y = run()
        found.append([y, *torch.autograd.grad((y * weight).sum(), [x, *decoder.parameters()])])
    assert len(loops) == 2  # one a layer: nn.GRU trains several times as slowly
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


def test_bidirectional_gru_is_nn_gru() -> None:
    ours, theirs, x = BidirectionalGru(3, 4, 2).double(), nn.GRU(3, 4, 2, bidirectional=True).double(), draw(2, 9, 3)
    for name, weight in theirs.named_parameters():
        kind, layer = name.removesuffix("_reverse").rsplit("_l", 1)
        side = ours.backward_layers if name.endswith("_reverse") else ours.onward_layers
        weight.data.copy_(side[int(layer)].get_parameter(f"{kind}_l0"))
    torch.testing.assert_close(ours(x), theirs(x.transpose(0, 1))[0].transpose(0, 1), rtol=1e-10, atol=1e-12)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x.transpose(0, 1))[0].transpose(0, 1), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("slide", [True, False])
@pytest.mark.parametrize("compiled", [True, False])
def test_alignment_gradient(slide: bool, compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_compiled", lambda _: compiled)
    window, dim, n = 4, 3, 5
    inputs = (
        draw(2, n, dim),
        draw(2, n + window - 1 if slide else window, dim, seed=1),
        draw(window, dim, seed=2),
        draw(dim, seed=3),
        draw(2 * window, window * dim, seed=4),
    )
    none = torch.zeros(2, window, dtype=torch.float64)
    mask = torch.zeros(2, n, window, dtype=torch.float64)
    if slide:
        mask[:, 0, :3] = -torch.inf
    assert torch.autograd.gradcheck(lambda *a: align(*a, mask, none, none, slide)[0], inputs)


@pytest.mark.parametrize("slide", [True, False])
def test_compiled_alignment_is_the_one_of_every_device(slide: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    window, dim, n = 7, 5, 12
    inputs = [draw(2, n, dim), draw(2, n + window - 1 if slide else window, dim, seed=1), draw(window, dim, seed=2)]
    inputs += [draw(dim, seed=3), toeplitz(draw(2 * 3, dim, seed=4), window)]
    before = [draw(2, window, seed=5 + i, grad=False).softmax(-1) for i in range(2)]
    mask, wanted = torch.zeros(2, n, window, dtype=torch.float64), draw(2, n, window, seed=7, grad=False)
    found = []
    for compiled in (True, False):
        monkeypatch.setattr(alignment, "_compiled", lambda _, now=compiled: now)
        weights, cumulative = align(*inputs, mask, *before, slide)
        found.append([weights, cumulative, *torch.autograd.grad((weights * wanted).sum(), inputs)])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


def test_toeplitz_is_a_convolution() -> None:
    folded, weights = draw(2 * 5, 3), draw(4, 2, 7, seed=1)
    want = nn.functional.conv1d(weights, folded.mT.unflatten(1, (2, 5)), padding=2).mT.flatten(1)
    torch.testing.assert_close(weights.flatten(1) @ toeplitz(folded, 7), want, rtol=1e-12, atol=1e-12)


def test_untrained_postnet_changes_nothing() -> None:
    x = draw(1, 6, 4, grad=False).float()
    assert torch.equal(CausalPostnet(4, 8, 5, 3).eval()(x), x)


def test_sequence_dropout_drops_whole_channels() -> None:
    dropped = SequenceDropout(0.5)(torch.ones(3, 10, 50))
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert set(dropped.unique().tolist()) == {0.0, 2.0}
    x = torch.ones(1, 2, 3)
    assert SequenceDropout(0.5).eval()(x) is x


def test_behind_and_schedule() -> None:
    frames = draw(2, 4, 3, grad=False)
    assert torch.equal(shift_right(frames)[:, 1:], frames[:, :-1])
    assert not shift_right(frames)[:, 0].any()
    assert shift_right(frames[:, :0]).shape == (2, 0, 3)
    assert scheduled_frames(lambda f: f + 1, frames, 1.0) is frames
    assert torch.equal(scheduled_frames(lambda f: f + 1, frames, 0.0, 3), torch.full_like(frames, 3.0))
    torch.manual_seed(0)
    many = frames.repeat(50, 50, 1)
    mixed = scheduled_frames(lambda f: f - 7, many, 0.3, 2)
    true, twice, half_true = mixed == many, mixed == -14.0, mixed == many - 7
    assert (true | twice | half_true).all()
    assert not half_true.any(), "a frame is kept in every pass or in none"
    assert abs(true.double().mean().item() - 0.3) < 0.03


def mels(n: int = 4000) -> torch.Tensor:
    return draw(n, 3, grad=False) * torch.tensor([1.0, 2.0, 0.1]) + torch.tensor([-5.0, 0.0, 3.0])


@pytest.mark.parametrize(("kind", "value"), [("mse", 4.0), ("l1", 2.0), ("both", 6.0)])
def test_regression_losses(kind: str, value: float) -> None:
    target = Regression(3, kind).double()
    target.fit(mels())
    mel = mels(20)[None]
    frames = target.z_mel_of(mel)
    torch.testing.assert_close(target.mel_of(frames), mel)
    assert target.loss(frames, frames, mel) == 0
    torch.testing.assert_close(target.loss(frames + 2, frames - 2, mel).item(), value)
    mask = torch.arange(20)[None] < 5
    wrong = torch.where(mask[..., None], frames, frames + 100)
    assert target.loss(wrong, wrong, mel, mask) == 0


def test_classification_reads_the_centre_of_the_likeliest_level() -> None:
    target = Classification(3, 8).double()
    target.fit(mels())
    mel = mels()[None]
    levels = target.levels_of(mel)
    assert (levels.flatten().bincount(minlength=8) / levels.numel() - 1 / 8).abs().max() < 0.01
    raw = nn.functional.one_hot(levels, 8).double().flatten(-2) * 50
    read = target.mel_of(target.read(raw))
    assert (read - mel).square().mean() < 0.1 * (mel - mel.mean((0, 1))).square().mean()
    assert torch.equal(target.levels_of(read), levels), "a centre lies in its own level"
    assert target.loss(raw, read, mel) < 1e-6
    torch.testing.assert_close(target.loss(raw * 0, read, mel).item(), torch.tensor(8.0).log().item())
    restored = Classification(3, 8).double()
    restored.load_state_dict(target.state_dict())
    assert torch.equal(restored.read(raw), target.read(raw))


def windowed(**changes: object) -> WindowedSeq2Seq:
    torch.manual_seed(0)
    sizes = {"window": 6, "hop": 6, "past": 3, "future": 6, "hidden": 4, "conv_kernel": 3, "location_kernel": 3}
    made = WindowedSeq2Seq(WindowedSettings(**(sizes | changes)), 3, 5)  # type: ignore[arg-type]
    return made.double().eval()


@pytest.mark.parametrize("changes", [{"skip": False}, {"attention": "dot"}, {"attention": "additive"}], ids=str)
def test_windows_forced_with_their_own_frames_run_free(changes: dict) -> None:
    decoder, x = windowed(postnet_layers=0, **changes), draw(2, 30, 3, grad=False)
    free = decoder.forward(x).detach()
    torch.testing.assert_close(decoder.teacher_forced(x, free).mel.detach(), free, rtol=1e-9, atol=1e-11)


def test_windows_declare_their_latency() -> None:
    decoder = WindowedSeq2Seq(WindowedSettings(), 8, 80)
    assert (decoder.block, decoder.lookahead, decoder.wait, decoder.receptive_field) == (35, 35, 34, 105)


def test_overlapping_windows_train_on_every_frame_once() -> None:
    decoder, x, mel = windowed(hop=2), draw(2, 21, 3, grad=False), draw(2, 21, 5, grad=False)
    prediction = decoder.scheduled(x, mel, 0.5)
    assert prediction.mel.shape == (2, 20, 5)
    assert prediction.weights is not None
    assert prediction.weights.shape == (2, 20, decoder.receptive_field)
    assert torch.isfinite(decoder.loss(prediction, mel, torch.ones(2, 21, dtype=torch.bool)))


@pytest.mark.parametrize("changes", [{"hop": 9}, {"hop": 0}, {"future": -1}, {"conv_kernel": 4}], ids=str)
def test_windows_refuse(changes: dict) -> None:
    with pytest.raises(BkError, match="expected"):
        windowed(**changes)
