"""Weights and checkpoints: whatever is wrong with one is one line before anything is made of it, and no code runs."""

from __future__ import annotations

import copy
import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save
from torch import Tensor, nn

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from bk_realtime.tensor_file import build_for, check_optimiser, check_tensors, read_safetensors, read_torch
from bk_realtime.vocoder.learnt.mel_net import MelNet, NetSettings
from bk_realtime.vocoder.learnt.vocoder import load_net, save_learnt
from bk_realtime.vocoder.published.checkpoint import load_state
from bk_realtime.vocoder.published.hifigan import load_hifigan
from offline.training.checkpoint import check_to_resume
from tests.damage import ODD, damaged_bytes, damaged_values
from tests.unit.hifigan_reference import MEL, V3
from tests.unit.test_typed_reader import accepted

FEW = {k: ODD[k] for k in ("true", "empty text", "minus one", "nan", "nested list", "empty table")}


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))


def odd_tensors(good: dict[str, Tensor]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, tensor in good.items():
        one = tensor.clone()
        one.view(-1)[-1] = math.nan
        for name, other in (
            ("NaN", one),
            ("inf", tensor + math.inf),
            ("huge", tensor * 0 + 1e30),
            ("half", tensor.half()),
            ("double", tensor.double()),
            ("whole numbers", tensor.long()),
            ("short", tensor[:-1].clone()),
            ("another shape", tensor.flatten()[None].clone()),
            ("empty", tensor[:0].clone()),
        ):
            yield f"{key} {name}", {**good, key: other}
        yield f"{key} missing", {k: v for k, v in good.items() if k != key}
    yield "one more", {**good, "x": torch.zeros(2)}


def saved(value: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def test_no_odd_tensor_becomes_a_weight(tmp_path: Path) -> None:
    good, path = dict(network().state_dict()), tmp_path / "w.safetensors"

    def load() -> None:
        build_for(network, read_safetensors(path)[0], str(path), "get it again")

    assert accepted(odd_tensors(good), lambda tensors: path.write_bytes(save(tensors)), load) == []
    path.write_bytes(save(good))
    load()
    cases = damaged_bytes(save(good), 60)
    accepted(cases, path.write_bytes, load)  # flipped bits of a weight may be another weight


def test_a_network_that_is_not_in_the_file_takes_no_memory() -> None:
    with pytest.raises(BkError, match="do not fit the settings"):
        build_for(lambda: nn.Linear(10**7, 10**7), {"weight": torch.zeros(1), "bias": torch.zeros(1)}, "w", "stop")


MADE_WITHOUT_MEMORY = """
import sys, torch
from bk_realtime.decoder.registry import DECODERS, build_decoder
from bk_realtime.decoder.score import ATTENTION_SCORES
from bk_realtime.vocoder.learnt.mel_net import MelNet
with torch.device("meta"):
    for kind in DECODERS:
        build_decoder(kind, {"ridge": {}, "gru": {}} if kind == "average" else {}, 8, 80)
    for attention in ATTENTION_SCORES:
        build_decoder("seq2seq", {"attention": attention}, 8, 80)
    MelNet()
print([name for name in ("torch._dynamo", "sympy") if name in sys.modules])
"""


def test_networks_made_without_memory_load_no_compiler() -> None:
    """It took each process of a session that loads the decoder two seconds."""
    done = subprocess.run([sys.executable, "-c", MADE_WITHOUT_MEMORY], capture_output=True, text=True, timeout=500)
    assert done.stdout == "[]\n", done.stderr


class Code:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("/tmp/this-must-not-run",)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_damaged_checkpoints_of_torch(tmp_path: Path) -> None:
    path, net = tmp_path / "w.pt", network()
    good = dict(net.state_dict())

    def load() -> None:
        check_tensors(read_torch(path, "get it again"), net.state_dict(), str(path), "get it again")

    path.write_bytes(saved(good))
    load()
    assert accepted(odd_tensors(good), lambda tensors: path.write_bytes(saved(tensors)), load) == []
    accepted(damaged_bytes(saved(good), 100), path.write_bytes, load)
    accepted(damaged_bytes(saved(good), 40, 1), path.write_bytes, lambda: load_state(path, ("generator",)))
    path.write_bytes(saved({"x": Code()}))
    with pytest.raises(BkError, match=r"damaged, or not what torch\.save writes"):
        load()
    assert not os.path.exists("/tmp/this-must-not-run")
    path.write_bytes(saved({"x": torch.zeros(1).expand(10**12)}))
    with pytest.raises(BkError, match="claims more values than the file holds"):
        load()


def trained() -> tuple[nn.Module, torch.optim.Optimizer]:
    net = network()
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.1)
    net(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    return net, optimiser


def test_the_state_of_an_optimiser() -> None:
    net, optimiser = trained()
    good = copy.deepcopy(optimiser.state_dict())
    check_optimiser(good, torch.optim.AdamW(net.parameters(), lr=0.1), "w", "stop")
    nan = copy.deepcopy(good)
    nan["state"][0]["exp_avg"][0] = math.nan
    short = copy.deepcopy(good)
    short["state"][1]["exp_avg_sq"] = torch.zeros(1)
    less = {**good, "state": {k: {} for k in good["state"]}}
    for odd in (nan, short, less, {}, None, [], {**good, "param_groups": []}, {**good, "state": 3}):
        with pytest.raises(BkError, match=r"^w: "):
            check_optimiser(odd, optimiser, "w", "stop")


def test_checkpoints_that_a_training_cannot_go_on_with(tmp_path: Path) -> None:
    net, optimiser = trained()
    path = tmp_path / "last.ckpt"
    good: dict[str, Any] = {
        "state_dict": dict(net.state_dict()),
        "epoch": 3,
        "global_step": 12,
        "optimizer_states": [optimiser.state_dict()],
        "lr_schedulers": [{"last_epoch": 3}],
        "loops": {"fit_loop": {}},
        "callbacks": {"x": {}},
    }
    path.write_bytes(saved(good))
    check_to_resume(path, net, ())
    cases = ((n, v) for n, v in damaged_values(good, FEW) if n.count(".") == 0 and not n.startswith("unknown"))
    taken = accepted(cases, lambda values: path.write_bytes(saved(values)), lambda: check_to_resume(path, net, ()))
    assert set(taken) <= {"optimizer_states twice", "lr_schedulers twice", "optimizer_states double"} | {
        "lr_schedulers double"
    }


def test_weights_of_the_learnt_vocoder(tmp_path: Path) -> None:
    path, sizes = tmp_path / "w.safetensors", NetSettings(channels=4, blocks=1, hidden=4, taps=1, experts=1)
    net = MelNet(sizes)
    save_learnt(net, path)
    about = read_safetensors(path)[1]
    load_net(path, MelSettings())
    good = {k: v.detach().clone() for k, v in net.state_dict().items()}
    few = {k: good[k] for k in list(good)[:2]}
    cases = ((n, {**({k: v for k, v in good.items() if k not in few}), **v}) for n, v in odd_tensors(few))

    def read() -> None:
        load_net(path, MelSettings())

    assert accepted(cases, lambda tensors: path.write_bytes(save(tensors, about)), read) == []
    for key, values in (("net", about["net"]), ("mel", about["mel"])):
        for text in ("", "{}", "[1]", "3", '{"a": 1}', values[:-2], values + "}", values.replace(": ", ": 1e9, ")):
            path.write_bytes(save(good, {**about, key: text}))
            with pytest.raises(BkError):
                read()


def test_sizes_beside_a_published_vocoder_that_go_with_none(tmp_path: Path) -> None:
    weights, config = tmp_path / "g", tmp_path / "config.json"
    weights.write_bytes(saved({"generator": {"conv_pre.weight": torch.zeros(1)}}))
    cases = damaged_values({**MEL, **V3}, FEW)

    def write(values: dict[str, Any]) -> None:
        config.write_text(json.dumps(values))

    assert accepted(cases, write, lambda: load_hifigan(weights, MelSettings())) == []
