"""The streaming Seq2Seq: parallel training equals the loop and equals decoding; attention is what the papers say."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bk_realtime.decoder.attention import SlidingAttention, attention_weights, mix
from bk_realtime.decoder.capture.captured import leaves, replace_leaves, tensors
from bk_realtime.decoder.capture.graphs import Graphed
from bk_realtime.decoder.capture.traced import Traced
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.decoder.score import ATTENTION_SCORES, Score
from bk_realtime.decoder.seq2seq import Seq2Seq, Seq2SeqSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Operator, Stream
from tests.bench._plain_seq2seq import plain_teacher_forced
from tests.contract.cases_seq2seq import small, sound

N_IN, N_MELS = 4, 6


def model(**changes: object) -> Seq2Seq:
    torch.manual_seed(0)
    made = Seq2Seq(small(**changes), N_IN, N_MELS)
    made.fit_targets(torch.randn(200, N_MELS) * 2 - 5)
    return sound(made).requires_grad_(True)  # type: ignore[return-value, attr-defined]


def signal(n: int, width: int, seed: int = 1, batch: int = 2) -> Tensor:
    return torch.randn(batch, n, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@torch.no_grad()
def own_frames(decoder: Seq2Seq, x: Tensor) -> Tensor:
    """Free-running frames before the postnet, as log mel, one frame at a time."""
    state, frames = decoder.init_state(x.shape[0]), []
    ahead = torch.cat([x, x.new_zeros(x.shape[0], decoder.lookahead, x.shape[2])], 1)
    for k in range(ahead.shape[1]):
        _, state = decoder.step(ahead[:, k : k + 1], state)
        frames.append(state.previous)
    return decoder.target.mel_of(torch.stack(frames[decoder.lookahead :], 1))


VARIANTS = [
    {},
    {"attention": "dot", "lookahead": 2},
    {"attention": "additive", "decoder_layers": 2},
    {"attention": "none", "prenet": ()},
    {"target": "classes"},
    {"feedback": False},
]


@pytest.mark.parametrize("changes", VARIANTS, ids=str)
def test_forcing_its_own_frames_reproduces_free_running(changes: dict) -> None:
    decoder, x = model(**changes), signal(40, N_IN)
    with torch.no_grad():
        free = decoder.forward(x)
    forced = decoder.teacher_forced(x, own_frames(decoder, x)).mel
    torch.testing.assert_close(forced.detach(), free, rtol=1e-9, atol=1e-11)


def test_parallel_pass_has_values_and_gradient_of_the_plain_loops() -> None:
    decoder, x, mel = model(), signal(30, N_IN), signal(30, N_MELS, 2)
    weight = signal(30, N_MELS, 3)
    found = []
    ways = (
        lambda: decoder.teacher_forced(x, mel).mel,
        lambda: plain_teacher_forced(decoder, x, mel),
        lambda: plain_teacher_forced(decoder, x, mel, encode_by_frame=True),
    )
    for run in ways:
        decoder.zero_grad()
        out = run()
        (out * weight).sum().backward()
        found.append((out.detach(), {n: p.grad.clone() for n, p in decoder.named_parameters() if p.grad is not None}))
    (ours, our_gradient), *loops = found
    assert any("location" in name for name in our_gradient)
    for plain, plain_gradient in loops:
        torch.testing.assert_close(ours, plain, rtol=1e-10, atol=1e-11)
        assert our_gradient.keys() == plain_gradient.keys()
        for name, gradient in our_gradient.items():
            torch.testing.assert_close(
                gradient, plain_gradient[name], rtol=1e-8, atol=1e-10, msg=lambda m, n=name: f"{n}: {m}"
            )


def test_enough_passes_of_scheduled_sampling_are_free_running() -> None:
    """Every pass makes one more frame free-running, so as many passes as frames are exact; fewer come close."""
    decoder, x, mel = model(), signal(12, N_IN), signal(12, N_MELS, 2)
    free = decoder.forward(x).detach()
    torch.testing.assert_close(decoder.scheduled(x, mel, 0.0, passes=12).mel, free, rtol=1e-9, atol=1e-11)
    errors = [(decoder.scheduled(x, mel, 0.0, n).mel - free).square().mean().item() for n in (1, 2, 4)]
    assert errors[0] > errors[1] > errors[2] > 0
    torch.testing.assert_close(decoder.scheduled(x, mel, 1.0).mel, decoder.teacher_forced(x, mel).mel)


def test_decoding_is_repeatable_and_training_is_not() -> None:
    decoder, x, mel = model(prenet_dropout=0.5, dropout=0.5), signal(20, N_IN), signal(20, N_MELS)
    assert torch.equal(decoder.forward(x), decoder.forward(x))
    decoder.train()
    assert not torch.equal(decoder.teacher_forced(x, mel).mel, decoder.teacher_forced(x, mel).mel)


@pytest.mark.parametrize("kind", ATTENTION_SCORES)
def test_attention_against_slow_reference(kind: str) -> None:
    window, dim, kernel = 6, 5, 3
    torch.manual_seed(3)
    attention = SlidingAttention(Score(kind, 3, 4, dim, window, 2, kernel), 3, 4).double()
    p = {n: w.detach().numpy() for n, w in attention.score.named_parameters()}
    query, memory = signal(25, 3, batch=1), signal(25, 4, 2, batch=1)
    context, weights, state = attention.attend(query, memory, attention.init_state(1))
    q, m = query[0].numpy(), memory[0].numpy()
    given, seen = {}, np.zeros(25)  # weights of the frame before, and their sum so far, by memory frame
    for k in range(25):
        frames = list(range(max(0, k - window + 1), k + 1))
        units = []
        for j in frames:
            position = p["position"][window - 1 - (k - j)]
            a, b = p["query.weight"] @ q[k] + p["query.bias"], p["key.weight"] @ m[j] + position
            if kind == "dot":
                units.append(a @ b / np.sqrt(dim))
                continue
            f = np.zeros(dim)
            if kind == "location":
                for row, values in enumerate((given, seen)):
                    for tap in range(kernel):
                        near = j + tap - kernel // 2
                        if near in frames:
                            value = values.get(near, 0.0) if isinstance(values, dict) else values[near]
                            f += p["location_units.weight"] @ p["location_filters"][:, row * kernel + tap] * value
            units.append(p["energy.weight"][0] @ np.tanh(a + b + f))
        w = np.exp(units - np.max(units))
        w /= w.sum()
        given = dict(zip(frames, w, strict=True))
        seen[frames] += w
        got = weights[0, k].detach().numpy()
        np.testing.assert_allclose(got[window - len(frames) :], w, rtol=1e-9)
        assert not got[: window - len(frames)].any(), "weight on frames before the signal began"
        np.testing.assert_allclose(got.sum(), 1.0, rtol=1e-12)
        np.testing.assert_allclose(context[0, k].detach().numpy(), w @ m[frames], rtol=1e-9)
    if kind == "location":  # what left the window took its weight along
        np.testing.assert_allclose(state.cumulative[0].detach().numpy(), seen[25 - window :], rtol=1e-9)


@pytest.mark.parametrize("n", [1, 5, 64, 65, 200])
def test_mix_is_a_sliding_weighted_mean(n: int) -> None:
    weights, values = signal(n, 7), signal(n + 6, 3, 2)
    slow = torch.stack([(weights[:, k, :, None] * values[:, k : k + 7]).sum(1) for k in range(n)], 1)
    torch.testing.assert_close(mix(weights, values), slow, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("changes", [{}, {"attention": "dot"}, {"target": "classes"}, {"target": "l1"}], ids=str)
def test_learns_a_delayed_mapping(changes: dict) -> None:
    """Mel is what a feature was three frames ago: the free-running model finds it."""
    torch.manual_seed(0)
    decoder = Seq2Seq(small(hidden=16, dropout=0.0, feedback_noise=0.2, **changes), 2, 3)
    x = torch.randn(4, 20, 2, generator=torch.Generator().manual_seed(5)).cumsum(1).tanh()
    mel = torch.nn.functional.pad(x, (0, 0, 3, 0))[:, :-3] @ torch.tensor([[1.0, 0.5, -1.0], [0.0, 1.0, 1.0]]) - 5
    decoder.fit_targets(mel.flatten(0, 1))
    optimiser = torch.optim.Adam(decoder.parameters(), 1e-2)
    for i in range(50):
        optimiser.zero_grad()
        loss = decoder.loss(decoder.scheduled(x, mel, 1 - i / 30), mel)
        loss.backward()
        optimiser.step()
    decoder.eval()
    with torch.no_grad():
        left = (decoder.forward(x) - mel).square().mean() / (mel - mel.mean((0, 1))).square().mean()
    assert left < 0.3, f"free-running error {left:.2f} of the variance"


def test_attention_tap() -> None:
    decoder, x = model(), signal(9, N_IN, batch=1)
    stream = Stream(decoder, x)
    stream.push(x)
    weights = attention_weights(decoder, stream.state)
    assert weights is not None
    assert weights.shape == (1, 5)
    np.testing.assert_allclose(weights.sum(-1), 1.0, rtol=1e-6)
    none = model(attention="none")
    assert attention_weights(none, none.init_state(1)) is None


def test_trains_in_bfloat16() -> None:
    decoder = model().float().train()
    with torch.autocast("cpu", torch.bfloat16):
        prediction = decoder.scheduled(signal(20, N_IN).float(), signal(20, N_MELS).float(), 0.5)
        loss = decoder.loss(prediction, signal(20, N_MELS).float())
    loss.backward()
    assert all(p.grad is None or p.grad.isfinite().all() for p in decoder.parameters())
    assert torch.isfinite(loss)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"attention": "psychic"}, "attention 'psychic' is unknown"),
        ({"target": "mse2"}, "target 'mse2' is unknown"),
        ({"hidden": 0}, "hidden: expected a whole number from 1"),
        ({"location_kernel": 4}, "odd kernel"),
        ({"target": "classes", "n_levels": 1}, "n_levels: expected a whole number from 2"),
        ({"width": 3}, "unknown key 'width'"),
    ],
)
def test_refuses(settings: dict, text: str) -> None:
    with pytest.raises(BkError, match=text):
        build_decoder("seq2seq", settings, N_IN, N_MELS)


def test_graphs_pass_through_on_cpu() -> None:
    decoder, x = model(lookahead=2), signal(15, N_IN)
    graphed = Graphed(decoder)
    with torch.no_grad():
        stream = Stream(graphed, x, 2)
        parts = [stream.push(x[:, :7]), stream.push(x[:, 7:]), stream.flush()]
        torch.testing.assert_close(torch.cat(parts, 1), decoder.forward(x), rtol=1e-9, atol=1e-11)
    assert graphed.lookahead == 2


@pytest.mark.parametrize("kind", ["seq2seq", "gru"])
def test_traces_give_what_steps_give_and_the_same_bits_every_time(kind: str) -> None:
    decoder = build_decoder(kind, {"hidden": 16}, N_IN, 8).eval()
    frames = signal(30, N_IN).float().split(1, 1)
    with torch.inference_mode():
        traced, plain = Traced(decoder), Stream(decoder, frames[0], 2)
        first, second = Stream(traced, frames[0], 2), Stream(traced, frames[0], 2)
        early = [first.push(frame) for frame in frames]  # the trace is made here
        for frame, before in zip(frames, early, strict=True):
            assert torch.equal(second.push(frame), before)
            torch.testing.assert_close(before, plain.push(frame), rtol=1e-5, atol=1e-5)
    assert traced._captured  # it did capture


class Forgetful(Operator, nn.Module):
    """Claims to be traceable, but takes a number out of its input, which a trace turns into a constant."""

    channels, traceable = (N_IN, N_IN), True

    def init_state(self, batch: int) -> Tensor:
        return torch.zeros(batch)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return x * float(x.detach().numpy().sum()), state + 1


def test_a_trace_that_is_wrong_is_found_before_it_counts() -> None:
    frame = signal(1, N_IN).float()
    with torch.inference_mode(), pytest.raises(RuntimeError, match="BK_NO_TRACE=1"):
        Stream(Traced(Forgetful()), frame, 2).push(frame)


@pytest.mark.parametrize("kind", ["seq2seq", "tcn", "ssm"])
def test_what_hangs_on_weights_alone_is_computed_once(kind: str) -> None:
    """In the trace as it runs no operation is left that has nothing but constants to work on."""
    decoder = build_decoder(kind, {"hidden": 16}, N_IN, 8).eval()
    frames = signal(4, N_IN).float().split(1, 1)
    with torch.inference_mode():
        stream = Stream(Traced(decoder), frames[0], 2)
        for frame in frames:
            stream.push(frame)
    nodes = list(torch.jit.last_executed_optimized_graph().nodes())
    operations = [node for node in nodes if node.kind().startswith("aten::")]
    of_weights = [n.kind() for n in operations if all(x.node().kind() == "prim::Constant" for x in n.inputs())]
    assert "aten::linear" in [node.kind() for node in operations]
    assert of_weights == []


def test_a_decoder_that_was_traced_can_still_be_trained() -> None:
    decoder, frame = model().float(), signal(1, N_IN).float()
    with torch.inference_mode():
        traced = Traced(decoder)
        Stream(traced, frame, 2).push(frame)
    assert traced._captured
    assert all(weight.requires_grad and weight.is_leaf for weight in decoder.parameters())


def test_a_decoder_that_was_traced_goes_without_the_collector() -> None:
    frame = signal(1, N_IN).float()
    decoder = model().float().requires_grad_(False)
    stream = Stream(Traced(decoder), frame, 2)
    with torch.inference_mode():
        for _ in range(3):
            stream.push(frame)
    there = [weakref.ref(decoder), *(weakref.ref(weight) for weight in decoder.parameters())]
    gc.collect()
    gc.disable()
    try:
        del decoder, stream
        assert [one() for one in there if one() is not None] == []  # nor is a weight kept with what was traced
    finally:
        gc.enable()


def test_windowed_decoders_are_not_traced() -> None:
    assert not Traced(build_decoder("windowed", {"hidden": 4}, N_IN, 8)).enabled


def test_state_taken_apart_and_put_together() -> None:
    state = model().init_state(2)
    doubled = replace_leaves(state, [t + 1 for t in tensors(state)])
    assert type(doubled) is type(state)
    assert type(doubled.encoder) is type(state.encoder)
    assert doubled.encoder.skip == state.encoder.skip
    assert all(torch.equal(a, b + 1) for a, b in zip(tensors(doubled), tensors(state), strict=True))
    assert len(list(leaves(state))) == len(tensors(state)) + 1


def test_default_settings_are_streaming() -> None:
    decoder = Seq2Seq(Seq2SeqSettings(), 8, 80)
    assert (decoder.lookahead, decoder.block) == (0, 1)
