"""Where networks run, and moving them there."""

from __future__ import annotations

import contextlib
import copy
import itertools
from collections.abc import Iterator
from typing import TypeVar

import torch
from torch import nn

from bk_realtime.config import check_device
from bk_realtime.errors import DeviceError

T = TypeVar("T")


def pick_device(device: str) -> str:
    """cpu, cuda, cuda:N or auto -> where to run; auto is cuda where there is one.

    Raises
    ------
    OptionError
        Another name.
    DeviceError
        cuda where there is none, or a number that no card has.
    """
    check_device(device)
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        return device
    if not torch.cuda.is_available():
        raise DeviceError(f"device {device!r}: no CUDA device here, or a PyTorch without CUDA; use cpu or auto")
    n_cards = torch.cuda.device_count()
    if int(device.partition(":")[2] or 0) >= n_cards:
        raise DeviceError(f"device {device!r}: there are {n_cards} CUDA devices, numbered from 0; use cuda or auto")
    return device


def exact_float32() -> None:
    """No TF32 on a card: it keeps ten bits of the mantissa, and live must equal offline on whatever device."""
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False


@contextlib.contextmanager
def card_faults(device: torch.device | str) -> Iterator[None]:
    """What a card reports while the block runs becomes one :class:`DeviceError`; other errors pass."""
    try:
        yield
    except RuntimeError as error:  # torch has no kind of its own for most of them
        first = str(error).strip().split("\n")[0]
        if isinstance(error, torch.cuda.OutOfMemoryError):
            text = f"device {device}: not enough memory on the card; close what else uses it, or use cpu"
        elif torch.device(device).type == "cuda" and ("CUDA" in first or "cuda" in first):
            text = f"device {device}: the card failed ({first}); use cpu"
        else:
            raise
        raise DeviceError(text) from error


def on_device(module: T, device: torch.device) -> T:
    """The network ``module`` itself where all of it is on ``device``, else a copy there: others may share it."""
    assert isinstance(module, nn.Module)
    there = torch.empty(0, device=device).device  # cuda alone is the present card, which has a number
    if all(tensor.device == there for tensor in itertools.chain(module.parameters(), module.buffers())):
        return module
    return copy.deepcopy(module).to(there)
