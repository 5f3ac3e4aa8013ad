"""Ridge, GRU and averages under contract."""

from __future__ import annotations

import torch

from bk_realtime.decoder.registry import build_decoder
from bk_realtime.stream import Operator
from tests.contract.harness import Case


def _build(kind: str, **settings: object) -> Operator:
    decoder = build_decoder(kind, settings, n_in=6, n_mels=5).double().eval()
    generator = torch.Generator().manual_seed(7)
    for tensor in [*decoder.parameters(), *decoder.buffers()]:
        tensor.data = torch.rand(tensor.shape, generator=generator, dtype=torch.float64) - 0.4
    return decoder


CASES = {
    "ridge": Case(lambda: _build("ridge", n_past=7)),
    "ridge without past": Case(lambda: _build("ridge", n_past=1)),
    "gru": Case(lambda: _build("gru", hidden=8, layers=2)),
    "gru one layer": Case(lambda: _build("gru", hidden=8, layers=1)),
    "gru classes": Case(lambda: _build("gru", hidden=8, layers=1, target="classes", n_levels=4)),
    "average": Case(lambda: _build("average", ridge={"n_past": 7}, gru={"hidden": 8})),
    "average of seeds": Case(lambda: _build("average", ridge={"n_past": 3}, gru={"hidden": 6}, seeds=2)),
    "average of different lookahead": Case(
        lambda: _build("average", ridge={"n_past": 4}, gru={"hidden": 4}, seq2seq={"hidden": 4, "lookahead": 2})
    ),
}
