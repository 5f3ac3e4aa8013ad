"""Device names: what runs where there is no card, one card, several."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.device import card_faults, pick_device
from bk_realtime.errors import DeviceError, OptionError
from tests.engine_fakes import LABELS, tiny_bundle


def cards(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: n > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: n)


def test_without_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    cards(monkeypatch, 0)
    assert [pick_device(d) for d in ("cpu", "auto")] == ["cpu", "cpu"]
    for name in ("cuda", "cuda:0"):
        with pytest.raises(DeviceError, match=f"device '{name}': no CUDA device here, .*use cpu or auto"):
            pick_device(name)


def test_with_two_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    cards(monkeypatch, 2)
    names = {"cpu": "cpu", "auto": "cuda", "cuda": "cuda", "cuda:0": "cuda:0", "cuda:1": "cuda:1"}
    assert {name: pick_device(name) for name in names} == names
    with pytest.raises(DeviceError, match="device 'cuda:2': there are 2 CUDA devices, numbered from 0"):
        pick_device("cuda:2")


@pytest.mark.parametrize("name", ["gpu", "cudafoo", "cuda:x", "cuda:", "meta", ""])
def test_no_such_name(name: str) -> None:
    with pytest.raises(OptionError, match="expected cpu, cuda, cuda:N or auto"):
        pick_device(name)


def test_cards_hidden_by_the_environment() -> None:
    program = "from bk_realtime.device import pick_device; print(pick_device('auto')); pick_device('cuda')"
    out = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
    )
    assert out.stdout.strip() == "cpu"
    assert "DeviceError: device 'cuda': no CUDA device here" in out.stderr


def test_a_card_without_memory_is_one_line() -> None:
    with (
        pytest.raises(DeviceError, match=r"device cuda: not enough memory on the card.*use cpu"),
        card_faults("cuda"),
    ):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nmore")


def test_a_lost_card_is_one_line_and_other_errors_pass() -> None:
    with pytest.raises(DeviceError, match=r"device cuda:0: the card failed \(CUDA error: unspecified launch failure\)"):
        with card_faults("cuda:0"):
            raise RuntimeError("CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA")
    with pytest.raises(RuntimeError, match="mat1 and mat2"), card_faults("cuda"):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")
    with pytest.raises(RuntimeError, match="CUDA error"), card_faults("cpu"):
        raise RuntimeError("CUDA error: is none here")


def test_a_card_that_fills_up_at_the_end_of_the_signal_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> torch.Tensor:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    chain = Chain(tiny_bundle(tmp_path / "b"), LABELS)
    monkeypatch.setattr(chain._decoder, "flush", full)
    with pytest.raises(DeviceError, match="not enough memory on the card"):
        chain.flush()
