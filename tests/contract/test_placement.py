"""Everything that may run on a card can be moved to one: tried on torch's "meta" device, which every machine has.

A meta tensor has a shape and no values. Weights left on the CPU do not mix with it, so a network that was not moved as
a whole raises; and its values cannot be copied to the host, which is where a step has to end.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bk_realtime.chain import Chain
from bk_realtime.config import VocoderSettings
from bk_realtime.decoder.capture.captured import CapturedStep
from bk_realtime.decoder.registry import DECODERS
from bk_realtime.decoder.speech_gate import SpeechGate
from bk_realtime.decoder.sureness import Sureness
from bk_realtime.device import on_device, pick_device
from bk_realtime.stream import Operator
from bk_realtime.vocoder.mel import LogMel
from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction
from bk_realtime.vocoder.published.hifigan import HifiGan
from tests.contract.cases import CASES
from tests.contract.harness import moved, runs_on_card
from tests.unit.test_bundle import LABELS, make_bundle

META = torch.device("meta")
SIZES = {
    "ridge": {"n_past": 4},
    "gru": {"hidden": 8},
    "seq2seq": {"hidden": 8},
    "windowed": {"hidden": 8, "window": 6, "hop": 3, "past": 4, "future": 5},
    "average": {"ridge": {"n_past": 4}, "gru": {"hidden": 8}},
    "tcn": {"hidden": 8, "blocks": 2},
    "transformer": {"hidden": 8, "window": 6},
    "ssm": {"hidden": 8, "layers": 2, "states": 4},
}
NETWORKS = [
    "attention_additive_1",
    "attention_additive_9",
    "attention_dot_1",
    "attention_dot_9",
    "attention_location_1",
    "attention_location_9",
    "average",
    "average of different lookahead",
    "average of seeds",
    "causal_conv",
    "causal_conv_dilated",
    "causal_conv_dilated_lookahead",
    "causal_conv_lookahead",
    "causal_conv_one_tap",
    "causal_gru",
    "encoder",
    "encoder_lookahead",
    "gru",
    "gru classes",
    "gru one layer",
    "postnet",
    "postnet_none",
    "ridge",
    "ridge without past",
    "seq2seq",
    "seq2seq_additive_classes",
    "seq2seq_dot_lookahead",
    "seq2seq_graphed_on_cpu",
    "seq2seq_no_attention_no_prenet",
    "seq2seq_no_feedback_deep",
    "seq2seq_traced",
    "seq2seq_traced_lookahead",
    "ssm",
    "ssm_layer",
    "ssm_traced",
    "ssm_trunk",
    "tcn",
    "tcn_classes",
    "tcn_traced",
    "tcn_trunk",
    "transformer",
    "transformer_traced",
    "transformer_trunk",
    "transformer_trunk_one_frame",
    "windowed",
    "windowed_classes",
    "windowed_overlapping_skip",
]
"""Held against the cases by a test; to make them all takes half a minute, which every run of any test paid."""
VOCODERS_WITH_NETWORK = [name for name in CASES if name.startswith(("hifigan", "waveglow"))]


@pytest.fixture
def allow_meta(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name passes, wherever it is asked for."""
    for module in list(sys.modules.values()):
        if getattr(module, "pick_device", None) is pick_device:
            monkeypatch.setattr(module, "pick_device", lambda device: device)


@torch.inference_mode()
def steps(op: Operator, x: Tensor, n: int = 2) -> list[Tensor]:
    """``n`` steps of ``op`` over ``x``."""
    state, out = op.init_state(len(x)), []
    for _ in range(n):
        y, state = op.step(x, state)
        out.append(y)
    return out


def test_every_case_with_a_network_is_listed() -> None:
    assert sorted(n for n in CASES if isinstance(CASES[n].make(), (nn.Module, CapturedStep))) == NETWORKS


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_move_as_a_whole(name: str) -> None:
    case = CASES[name]
    original = case.make()
    op = moved(lambda: original, META)
    x = torch.zeros(2, op.block, op.channels[0], dtype=torch.float64, device=META)
    for y in steps(op, x):
        assert y.device == META
        assert y.shape == (2, op.block * op.ratio, op.channels[1])
    if name != "postnet_none":  # it has no weights
        with pytest.raises(RuntimeError):  # the original is where it was, and such a mixture does not go unnoticed
            steps(original, x)
    assert steps(original, torch.zeros(x.shape, dtype=torch.float64))[0].device.type == "cpu"


@pytest.mark.usefixtures("allow_meta")
@pytest.mark.parametrize("name", VOCODERS_WITH_NETWORK)
def test_vocoders_move_as_a_whole(name: str) -> None:
    op: Any = CASES[name].make(device="meta")  # type: ignore[call-arg]
    n = 2 * op.block
    if isinstance(op, HifiGan):
        (y, _) = steps(op, torch.zeros(2, n, op.channels[0], dtype=torch.float64, device=META))
        assert (y.device, y.shape) == (META, (2, n * op.ratio, 1))
        return
    with pytest.raises(NotImplementedError, match="meta tensor"):  # the sound itself, on its way to the host
        steps(op, torch.zeros(2, n, op.channels[0], dtype=torch.float64))
    frames = torch.zeros(2, op.channels[0], 4, dtype=torch.float64, device=META)
    noise = torch.zeros(2, op.net.group, 4 * int(op.ratio) // op.net.group, dtype=torch.float64, device=META)
    assert op.net.generate(frames, noise).shape == (2, 4 * op.ratio)


def test_what_stays_on_the_cpu_is_known() -> None:
    """Features, the mel of sound, the speech gate, which reads features, and phases, which are chosen by comparison."""
    for name, case in CASES.items():
        op, on_card = case.make(), runs_on_card(case)
        features = type(op).__module__.startswith("bk_realtime.features")
        assert on_card + features + isinstance(op, (LogMel, PhaseReconstruction, SpeechGate, Sureness)) == 1, name


@pytest.mark.usefixtures("allow_meta")
@pytest.mark.parametrize("kind", DECODERS)
def test_a_chain_moves_its_decoder(kind: str) -> None:
    bundle = make_bundle(kind, **SIZES[kind])
    chain = Chain(bundle, LABELS, "meta")
    assert chain.device == META
    features = torch.zeros(1, 40, 3, dtype=torch.float64)
    to_card, decoder, to_host = chain._decoder.streams
    with torch.inference_mode():
        mel = torch.cat([decoder.push(to_card.push(frame)) for frame in features.split(1, 1)], 1)
    assert mel.device == META
    assert mel.shape[2] == 80
    assert mel.shape[1] > 0
    assert to_host.op.like(mel).device.type == "cpu"
    with pytest.raises(NotImplementedError, match="meta tensor"):  # phases are found on the CPU: the copy to the host
        chain.push(np.random.default_rng(0).standard_normal((2000, 3)))
    tensors = bundle.decoder.state_dict().values()  # type: ignore[attr-defined]
    assert {tensor.device.type for tensor in tensors} == {"cpu"}, "the bundle is shared and stays as it was"


def test_on_the_same_device_nothing_is_copied() -> None:
    bundle = make_bundle("gru", hidden=8)
    assert on_device(bundle.decoder, torch.device("cpu")) is bundle.decoder  # type: ignore[type-var]
    chain = Chain(dataclasses.replace(bundle, vocoder=VocoderSettings()), LABELS)
    assert chain.stages["decoder"][1].op is bundle.decoder  # type: ignore[attr-defined]
