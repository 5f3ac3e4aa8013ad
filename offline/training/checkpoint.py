"""Lightning's checkpoints, checked before a training goes on with them: damage is one line, and none of it is run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
from lightning.pytorch.callbacks import Callback
from torch import Tensor, nn

from bk_realtime.errors import InputError
from bk_realtime.tensor_file import check_numbers, check_tensors, read_torch, tensors_in
from bk_realtime.typed import said

ADVICE = "put a whole one in its place, or train anew into another folder"


class Started(Callback):
    """Whether training has begun, which is after Lightning has taken all that it wants from a checkpoint."""

    def __init__(self) -> None:
        self.started = False

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.started = True


def read_weights(path: Path, module: nn.Module) -> dict[str, Any]:
    """A checkpoint with weights that are those of ``module``.

    Raises
    ------
    InputError
        It is damaged, or of another network.
    """
    found = read_torch(path, ADVICE)
    if not isinstance(found, dict) or not isinstance(found.get("state_dict"), dict):
        raise InputError(f"{path}: expected a checkpoint with state_dict, got {said(found)}; {ADVICE}")
    check_tensors(found["state_dict"], module.state_dict(), str(path), ADVICE)
    for key in ("epoch", "global_step"):
        if type(found.get(key)) is not int or not 0 <= found[key] < 2**31:
            raise InputError(f"{path}: {key}: expected a whole number from 0 on, got {said(found.get(key))}; {ADVICE}")
    return found


def check_to_resume(path: Path, module: nn.Module, callbacks: Sequence[Callback]) -> None:
    """Refuse a checkpoint that a training cannot go on with.

    Raises
    ------
    InputError
        As :func:`read_weights`; or the state of optimiser, loops or callbacks is missing or of another kind.
    """
    found = read_weights(path, module)
    for key, kind in (("optimizer_states", list), ("lr_schedulers", list), ("loops", dict), ("callbacks", dict)):
        if not isinstance(found.get(key), kind) or not found[key]:
            raise InputError(f"{path}: {key}: expected the state of a training, got {said(found.get(key))}; {ADVICE}")
    if not all(isinstance(state, dict) and state for state in found["lr_schedulers"]):
        raise InputError(f"{path}: lr_schedulers: expected the state of a schedule; {ADVICE}")
    for state in found["optimizer_states"]:
        if not isinstance(state, dict) or not state.get("state") or not state.get("param_groups"):
            raise InputError(f"{path}: optimizer_states: expected that of an optimiser, got {said(state)}; {ADVICE}")
    for name, tensor in tensors_in(found["optimizer_states"]):
        check_numbers(f"optimizer_states.{name}", tensor, str(path), ADVICE)
    for callback in callbacks:
        kept = found["callbacks"].get(callback.state_key, {})
        for name, fresh in callback.state_dict().items():
            if not isinstance(kept, dict) or (name in kept and not _alike(kept[name], fresh)):
                raise InputError(f"{path}: callbacks: {name} of {type(callback).__name__} is damaged; {ADVICE}")


def _alike(got: Any, fresh: Any) -> bool:
    """Whether a kept value is of the kind of a fresh one; a number may also be a tensor."""
    if isinstance(fresh, bool) or fresh is None:
        return fresh is None or isinstance(got, bool)
    if isinstance(fresh, int):
        return type(got) is int and got >= 0
    if isinstance(fresh, (float, Tensor)):
        return isinstance(got, (float, int, Tensor))
    return isinstance(got, type(fresh))
