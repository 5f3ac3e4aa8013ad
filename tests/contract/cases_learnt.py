"""Contract cases of the learnt vocoder, with random weights."""

from __future__ import annotations

import torch

from bk_realtime.vocoder.learnt.mel_net import MelNet, NetSettings
from bk_realtime.vocoder.learnt.vocoder import LearntVocoder
from tests.contract.cases_vocoder import SMALL, mel_like
from tests.contract.harness import Case

SIZES = NetSettings(channels=10, blocks=2, kernel=4, hidden=8, taps=4, experts=2)


def learnt(hops: float) -> LearntVocoder:
    """Random weights, and limits that most frames lie between, so that both mels and their mixture sound."""
    torch.manual_seed(0)
    net = MelNet(SIZES, SMALL).double()
    for p in net.parameters():
        p.data.add_(0.2 * torch.randn_like(p))
    return LearntVocoder(net, hops * 64e3 / 22050, limits=(0.5, 0.2, 0.3, 1.2))


CASES: dict[str, Case] = {
    "learnt_0ms": Case(lambda: learnt(0.0), mel_like(20), bound_steps=130),
    "learnt_one_hop": Case(lambda: learnt(1.0), mel_like(20), bound_steps=130),
    "learnt_two_hops": Case(lambda: learnt(2.0), mel_like(20), bound_steps=130),
}
