"""Contract cases of the networks to compare with, and of every part of them that remembers."""

from __future__ import annotations

import torch

from bk_realtime.decoder.capture.traced import Traced
from bk_realtime.decoder.layers import CausalConv
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.decoder.ssm import DiagonalSsm, SsmStack
from bk_realtime.decoder.tcn import DilatedStack
from bk_realtime.decoder.transformer import WindowedTransformer
from bk_realtime.stream import Operator
from tests.contract.cases_seq2seq import sound
from tests.contract.harness import Case

SMALL: dict[str, dict[str, object]] = {
    "tcn": {"hidden": 6, "blocks": 2},
    "transformer": {"hidden": 6, "layers": 2, "heads": 2, "window": 5},
    "ssm": {"hidden": 6, "layers": 2, "states": 3},
}


def _build(kind: str, **changes: object) -> Operator:
    decoder = build_decoder(kind, {**SMALL[kind], **changes}, n_in=3, n_mels=7)
    decoder.fit_targets(torch.randn(100, 7) * 2 - 5)
    return sound(decoder)


CASES = {
    "causal_conv_dilated": Case(lambda: sound(CausalConv(3, 4, 3, dilation=4))),
    "causal_conv_dilated_lookahead": Case(lambda: sound(CausalConv(3, 4, 3, 5, 4))),
    "tcn_trunk": Case(lambda: sound(DilatedStack(4, 3, 2))),
    "transformer_trunk": Case(lambda: sound(WindowedTransformer(4, 1, 2, 9))),
    "transformer_trunk_one_frame": Case(lambda: sound(WindowedTransformer(4, 2, 1, 1))),
    # more frames than a block has, so that a block begins from the state of the one before
    "ssm_layer": Case(lambda: sound(DiagonalSsm(4, 5)), n=200),
    "ssm_trunk": Case(lambda: sound(SsmStack(4, 2, 3)), n=150),
    **{kind: Case(lambda kind=kind: _build(kind)) for kind in SMALL},
    **{f"{kind}_traced": Case(lambda kind=kind: Traced(_build(kind))) for kind in SMALL},
    "tcn_classes": Case(lambda: _build("tcn", target="classes", n_levels=4)),
}
