"""Contract cases of the encoder-decoders and of every part of them."""

from __future__ import annotations

import torch
from torch import nn

from bk_realtime.decoder.attention import SlidingAttention
from bk_realtime.decoder.capture.graphs import Graphed
from bk_realtime.decoder.capture.traced import Traced
from bk_realtime.decoder.encoder import Encoder
from bk_realtime.decoder.layers import CausalConv, CausalGru, CausalPostnet
from bk_realtime.decoder.score import ATTENTION_SCORES, Score
from bk_realtime.decoder.seq2seq import Seq2Seq, Seq2SeqSettings
from bk_realtime.decoder.windowed import WindowedSeq2Seq, WindowedSettings
from bk_realtime.stream import Operator
from tests.contract.harness import Case


def sound(op: Operator) -> Operator:
    """Float64, eval mode, and no layer left at zero."""
    assert isinstance(op, nn.Module)
    for weight in op.parameters():
        if not weight.any():
            nn.init.normal_(weight, std=0.2)
    return op.double().eval().requires_grad_(False)  # type: ignore[return-value]


def small(**changes: object) -> Seq2SeqSettings:
    sizes = {
        "hidden": 6,
        "attention_window": 5,
        "attention_dim": 4,
        "location_filters": 3,
        "location_kernel": 3,
        "prenet": (5, 4),
        "postnet_channels": 4,
        "n_levels": 4,
    }
    return Seq2SeqSettings(**(sizes | changes))  # type: ignore[arg-type]


def seq2seq(**changes: object) -> Case:
    def make() -> Operator:
        model = Seq2Seq(small(**changes), 3, 7)
        model.fit_targets(torch.randn(100, 7) * 2 - 5)
        return sound(model)

    return Case(make, n=40, bound_steps=40)


def windowed(**changes: object) -> Case:
    sizes = {"window": 6, "hop": 6, "past": 4, "future": 5, "hidden": 4, "conv_kernel": 3, "attention_dim": 4}
    sizes |= {"location_filters": 3, "location_kernel": 3, "prenet": (5, 4), "postnet_channels": 4, "n_levels": 4}

    def make() -> Operator:
        model = WindowedSeq2Seq(WindowedSettings(**(sizes | changes)), 3, 5)  # type: ignore[arg-type]
        model.fit_targets(torch.randn(100, 5) * 2 - 5)
        return sound(model)

    return Case(make, n=40, bound_steps=40)


CASES = {
    "causal_conv": Case(lambda: sound(CausalConv(3, 4, 5))),
    "causal_conv_one_tap": Case(lambda: sound(CausalConv(3, 4, 1))),
    "causal_conv_lookahead": Case(lambda: sound(CausalConv(3, 4, 5, 2))),
    "causal_gru": Case(lambda: sound(CausalGru(3, 5, 2))),
    "postnet": Case(lambda: sound(CausalPostnet(4, 6, 3, 3))),
    "postnet_none": Case(lambda: sound(CausalPostnet(4, 6, 3, 0))),
    "encoder": Case(lambda: sound(Encoder(3, 5, 2, 3, 2))),
    "encoder_lookahead": Case(lambda: sound(Encoder(3, 5, 2, 3, 1, lookahead=4))),
    **{
        f"attention_{kind}_{window}": Case(
            lambda kind=kind, window=window: sound(SlidingAttention(Score(kind, 3, 4, 5, window, 3, 3), 3, 4))
        )
        for kind in ATTENTION_SCORES
        for window in (1, 9)
    },
    "seq2seq": seq2seq(),
    "seq2seq_graphed_on_cpu": Case(lambda: Graphed(seq2seq().make()), n=40, bound_steps=40),
    "seq2seq_traced": Case(lambda: Traced(seq2seq().make()), n=40, bound_steps=40),
    "seq2seq_traced_lookahead": Case(lambda: Traced(seq2seq(lookahead=3).make()), n=40, bound_steps=40),
    "seq2seq_dot_lookahead": seq2seq(attention="dot", lookahead=3),
    "seq2seq_additive_classes": seq2seq(attention="additive", target="classes"),
    "seq2seq_no_attention_no_prenet": seq2seq(attention="none", prenet=()),
    "windowed": windowed(skip=False),
    "windowed_overlapping_skip": windowed(hop=2, attention="dot", skip=True),
    "windowed_classes": windowed(future=0, attention="additive", target="classes"),
    "seq2seq_no_feedback_deep": seq2seq(feedback=False, decoder_layers=2, postnet_layers=0),
}
