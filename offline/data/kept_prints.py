"""The fingerprints of what a bundle was trained on, as tensors of its file, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from bk_realtime.errors import InputError
from offline.data.fingerprint import NEURAL_BANDS, Code, Fingerprint


def kept_tensors(fingerprints: Sequence[Fingerprint]) -> dict[str, torch.Tensor]:
    """Tensors of a bundle's ``fingerprint.safetensors``, one group of names a training recording, in their order."""
    tensors: dict[str, torch.Tensor] = {}
    for i, print_ in enumerate(fingerprints):
        for name, code in _named(print_).items():
            if code is not None:
                tensors[f"{i}.{name}.bits"] = torch.from_numpy(np.where(code.valid, code.bits, 0).astype(np.uint8))
                tensors[f"{i}.{name}.valid"] = torch.from_numpy(np.packbits(code.valid))
                tensors[f"{i}.{name}.directions"] = torch.tensor([code.directions])
    return tensors


def kept_fingerprints(tensors: Mapping[str, torch.Tensor], n_recordings: int) -> list[Fingerprint]:
    """The fingerprints of :func:`kept_tensors`.

    Raises
    ------
    InputError
        Tensors of other names, types or lengths.
    """
    left = dict(tensors)

    def code(name: str) -> Code | None:
        if f"{name}.bits" not in left:
            return None
        bits, valid, size = (left.pop(f"{name}.{part}", None) for part in ("bits", "valid", "directions"))
        good = (
            bits is not None
            and valid is not None
            and size is not None
            and (bits.dtype, valid.dtype, size.dtype) == (torch.uint8, torch.uint8, torch.int64)
            and bits.ndim == 1
            and valid.shape == (-(-len(bits) // 8),)
            and size.shape == (1,)
            and int(size) > 0
        )
        if not good or bits is None or valid is None or size is None:
            raise InputError(f"fingerprint {name}: expected bits, valid and directions of one length; get it again")
        return Code(bits.numpy(), np.unpackbits(valid.numpy(), count=len(bits)).astype(bool), int(size))

    out = [
        Fingerprint(tuple(code(f"{i}.neural{b}") for b in range(len(NEURAL_BANDS))), code(f"{i}.sound"))
        for i in range(n_recordings)
    ]
    if left:
        raise InputError(f"fingerprint: {min(left)} belongs to none of the {n_recordings} recordings; get it again")
    return out


def _named(print_: Fingerprint) -> dict[str, Code | None]:
    return {**{f"neural{b}": code for b, code in enumerate(print_.neural)}, "sound": print_.sound}
