"""Where networks run."""

from __future__ import annotations

import torch

from bk_realtime.errors import BkError


def pick_device(device: str) -> str:
    """cpu, cuda or auto -> where to run; auto is cuda where there is one.

    Raises
    ------
    BkError
        Another name, or cuda where there is none.
    """
    if device not in ("cpu", "auto") and not device.startswith("cuda"):
        raise BkError(f"device {device!r}: expected cpu, cuda or auto")
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device != "cpu" and not torch.cuda.is_available():
        raise BkError(f"device {device!r}: no CUDA device here, or a PyTorch without CUDA; use cpu or auto")
    return device
