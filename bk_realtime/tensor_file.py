"""Files of tensors, checked before they are used: what they hold, its shapes and types, and that it is numbers.

A network is built only for weights that lie in the file, so that a size that is wrong costs no memory, and no weight
that is no number reaches a frame. Nothing that a file holds is ever run.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from bk_realtime.errors import BkError, FileError, InputError
from bk_realtime.typed import said, shortened

LARGEST = 1e8
"""No trained weight is near it; products of larger ones overflow."""


def read_safetensors(path: Path, advice: str = "get it again") -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of a safetensors file, on the CPU.

    Raises
    ------
    FileError
        It is missing or cannot be read.
    InputError
        It is damaged or no such file.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such file of weights; {advice}")
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata() or {})
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (SafetensorError, RuntimeError, ValueError, TypeError) as error:
        raise InputError(f"{path}: not a safetensors file ({shortened(str(error), 160)}); {advice}") from None


def read_torch(path: Path, advice: str) -> Any:
    """What ``torch.save`` wrote, tensors and plain containers alone, on the CPU.

    Raises
    ------
    InputError
        It is damaged, holds anything else (which is not run), claims more than lies in the file, or is compressed.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such file of weights; {advice}")
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as whole:
                if any(info.compress_type != zipfile.ZIP_STORED for info in whole.infolist()):
                    raise InputError(f"{path}: expected weights as torch.save writes them, got a compressed file")
        found = torch.load(path, map_location="cpu", weights_only=True)
    except BkError:
        raise
    except Exception as error:  # a damaged pickle makes torch raise anything at all
        reason = shortened(str(error).split("\n")[0], 160) or type(error).__name__
        raise InputError(f"{path}: damaged, or not what torch.save writes ({reason}); {advice}") from None
    for name, tensor in tensors_in(found):
        if tensor.layout is torch.strided and tensor.nbytes > tensor.untyped_storage().nbytes():
            raise InputError(f"{path}: {shortened(name)} claims more values than the file holds; {advice}")
    return found


def tensors_in(value: Any) -> list[tuple[str, Tensor]]:
    """Every tensor in nested containers, with the path to it."""
    found: list[tuple[str, Tensor]] = []
    left, seen = [("", value)], set[int]()
    while left:
        name, inner = left.pop()
        if isinstance(inner, Tensor):
            found.append((name, inner))
        elif isinstance(inner, (dict, list, tuple)) and id(inner) not in seen:
            seen.add(id(inner))
            left += [
                (f"{name}.{k}".strip("."), v)
                for k, v in (inner.items() if isinstance(inner, dict) else enumerate(inner))
            ]
    return found


def build_for(build: Callable[[], nn.Module], weights: Mapping[str, Any], where: str, advice: str) -> Any:
    """The network that ``build`` makes, with ``weights`` in it; it is made without memory first and compared.

    Raises
    ------
    InputError
        A tensor is missing or one too many, has another shape or type, or holds what is no number.
    """
    try:
        with torch.device("meta"):
            wanted = dict(build().state_dict())
    except BkError:
        raise
    except (RuntimeError, ValueError, TypeError, OverflowError, MemoryError, NotImplementedError):
        wanted = None  # another package's network that cannot be made without memory, or sizes that go with no network
    if wanted is not None:
        check_tensors(weights, wanted, where, advice)
    try:
        network = build()
        check_tensors(weights, network.state_dict(), where, advice)
        network.load_state_dict(dict(weights))
    except BkError:
        raise
    except (RuntimeError, ValueError, TypeError, OverflowError, MemoryError, ZeroDivisionError, IndexError) as error:
        raise InputError(f"{where}: weights do not fit the settings ({shortened(str(error), 160)}); {advice}") from None
    return network


def check_tensors(weights: Mapping[str, Any], wanted: Mapping[str, Tensor], where: str, advice: str) -> None:
    """Refuse tensors that are not those of ``wanted``, by names, shapes and types, or that hold what is no number."""
    odd = sorted(set(wanted) ^ set(weights), key=str)
    if odd:
        what = "is missing" if odd[0] in wanted else "is one too many"
        raise InputError(f"{where}: weights do not fit the settings ({said(odd[0])} {what}); {advice}")
    for name, tensor in wanted.items():
        got = weights[name]
        if not isinstance(got, Tensor) or not _alike(got, tensor):
            raise InputError(
                f"{where}: weights do not fit the settings (expected {name} of {_kind(tensor)}, got {_kind(got)}); "
                f"{advice}"
            )
        check_numbers(name, got, where, advice)


def check_optimiser(state: Any, optimiser: torch.optim.Optimizer, where: str, advice: str) -> None:
    """Refuse the state of another optimiser: other groups or numbers, or a tensor of another shape than its weight."""
    mine = optimiser.state_dict()
    weights = [p for group in optimiser.param_groups for p in group["params"]]
    good = isinstance(state, dict) and set(state) == {"state", "param_groups"} and isinstance(state["state"], dict)
    groups: Any = state["param_groups"] if good else None
    good = good and isinstance(groups, list) and len(groups) == len(mine["param_groups"])
    for got, wanted in zip(groups, mine["param_groups"], strict=True) if good else ():
        good = good and isinstance(got, dict) and set(got) >= set(wanted) and got["params"] == wanted["params"]
        good = good and all(_same_kind(got[k], wanted[k]) for k in wanted)
    for key, kept in state["state"].items() if good else ():
        good = good and type(key) is int and 0 <= key < len(weights) and isinstance(kept, dict)
        good = good and {"step", "exp_avg", "exp_avg_sq"} <= set(kept)
        good = good and all(isinstance(v, Tensor) and v.shape in ((), weights[key].shape) for v in kept.values())
        good = good and all(kept[k].shape == weights[key].shape for k in ("exp_avg", "exp_avg_sq"))
        good = good and kept["step"].shape == () and bool(kept["step"] >= 0)
    if not good:
        raise InputError(f"{where}: its optimiser is not that of this training; {advice}")
    for name, tensor in tensors_in(state["state"]):
        check_numbers(name, tensor, where, advice)


def _same_kind(got: Any, wanted: Any) -> bool:
    """Whether a setting is of the kind that it was, and finite."""
    numbers = (int, float)
    if isinstance(wanted, numbers) and not isinstance(wanted, bool):
        return isinstance(got, numbers) and not isinstance(got, bool) and math.isfinite(got)
    if isinstance(wanted, tuple | list):
        pairs = zip(got, wanted, strict=False) if isinstance(got, tuple | list) else ()
        return isinstance(got, tuple | list) and len(got) == len(wanted) and all(_same_kind(a, b) for a, b in pairs)
    return wanted is None or type(got) is type(wanted)


def check_numbers(name: str, tensor: Tensor, where: str, advice: str) -> None:
    """Refuse NaN, infinities, and numbers that overflow when they meet others."""
    if tensor.is_floating_point() and not bool((tensor.abs() <= LARGEST).all()):
        raise InputError(f"{where}: {shortened(name)} holds what is no number, or one beyond {LARGEST:g}; {advice}")


def _alike(got: Tensor, wanted: Tensor) -> bool:
    return got.shape == wanted.shape and got.dtype == wanted.dtype and got.layout is wanted.layout


def _kind(tensor: Any) -> str:
    if not isinstance(tensor, Tensor):
        return said(tensor)
    return f"{tuple(tensor.shape)} {str(tensor.dtype).removeprefix('torch.')}"
