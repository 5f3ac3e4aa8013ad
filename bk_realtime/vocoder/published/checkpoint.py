"""Published vocoder checkpoints: state dicts with or without weight norm, and the mel they were trained with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError, FileError, InputError
from bk_realtime.plain_files import read_json
from bk_realtime.tensor_file import check_numbers, read_safetensors, read_torch
from bk_realtime.typed import shortened

_SAME = {
    "sampling_rate": "sample_rate",
    "hop_size": "hop_length",
    "hop_length": "hop_length",
    "win_size": "win_length",
    "win_length": "win_length",
    "n_fft": "n_fft",
    "filter_length": "n_fft",
    "num_mels": "n_mels",
    "n_mel_channels": "n_mels",
    "fmin": "f_min",
    "mel_fmin": "f_min",
    "fmax": "f_max",
    "mel_fmax": "f_max",
}
"""Names in HiFi-GAN's and WaveGlow's config.json -> ours."""


def load_state(path: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    """The state dict in ``path`` (torch, weights only, or safetensors), on the CPU.

    Parameters
    ----------
    keys : names under which the wanted state dict may lie one level down ("generator", "model", "state_dict").

    Raises
    ------
    BkError
        The file is missing, damaged, or holds anything but tensors and plain containers.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such file of vocoder weights")
    try:
        found: Any = read_safetensors(path)[0] if path.suffix == ".safetensors" else read_torch(path, "get it again")
    except BkError as error:
        raise FileError(
            f"{path}: expected a state dict of tensors (torch or safetensors), could not read it ({error}); a whole "
            "pickled model is refused: save its state_dict()"
        ) from None
    for key in keys:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not any(isinstance(v, Tensor) for v in found.values()):
        raise InputError(f"{path}: expected a state dict of tensors, got {type(found).__name__}")
    if not all(isinstance(key, str) for key in found):
        raise InputError(f"{path}: expected a state dict of tensors by name, got other keys")
    for key, value in found.items():
        if isinstance(value, Tensor):
            check_numbers(key, value, str(path), "get it again")
    return {k.removeprefix("module."): v for k, v in found.items()}


def fold_weight_norm(state: dict[str, Any]) -> dict[str, Tensor]:
    """Weights as they act: ``weight_g`` and ``weight_v`` (or torch's newer parametrization) become ``weight``.

    Weight normalisation (Salimans and Kingma 2016) as torch does it, over every dimension but the first.
    """
    folded = {}
    for key, value in state.items():
        for g, v in (
            ("weight_g", "weight_v"),
            ("parametrizations.weight.original0", "parametrizations.weight.original1"),
        ):
            if key.endswith(v):
                stem = key.removesuffix(v)
                if stem + g not in state:
                    raise InputError(f"weights: {key} has no {stem + g} beside it; the checkpoint is incomplete")
                if not isinstance(value, Tensor) or not isinstance(state[stem + g], Tensor) or value.ndim < 1:
                    raise InputError(f"weights: expected tensors as {key} and {stem + g}; the checkpoint is damaged")
                if state[stem + g].shape != (len(value), *[1] * (value.ndim - 1)):
                    raise InputError(f"weights: {stem + g} does not go with {key}; the checkpoint is damaged")
                direction = value.double()
                norm = direction.flatten(1).norm(dim=1).reshape(-1, *[1] * (value.ndim - 1))
                folded[stem + "weight"] = state[stem + g].double() * direction / norm
                break
            if key.endswith(g):
                break
        else:
            if isinstance(value, Tensor):
                folded[key] = value
    return folded


def take(state: dict[str, Tensor], key: str, shape: tuple[int, ...], dtype: torch.dtype, device: str) -> Tensor:
    """The tensor ``key`` of that shape; else an :class:`InputError` that names both."""
    if key not in state:
        raise InputError(
            f"weights: {key} is missing; expected it from config.json, which belongs to another checkpoint?"
        )
    if tuple(state[key].shape) != shape:
        raise InputError(
            f"weights: {key} is {tuple(state[key].shape)}; config.json asks for {shape}: they do not match"
        )
    return state[key].to(device, dtype).contiguous()


@contextmanager
def described_by(weights: Path) -> Iterator[None]:
    """Within it, sizes in ``config.json`` that go with no network at all are an :class:`InputError`."""
    try:
        yield
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, MemoryError) as error:
        reason = shortened(f"{type(error).__name__}: {error}", 160)
        path = VocoderSettings.sizes_beside(weights) or weights
        raise InputError(f"{path}: describes no network of this kind ({reason}); copy it again") from None


def read_config(weights: Path) -> dict[str, Any]:
    """``config.json`` beside the weights (or the file of the same name with .json)."""
    path = VocoderSettings.sizes_beside(weights)
    if path is None:
        raise FileError(f"{weights}: expected config.json beside it, found none; copy the one that it was trained with")
    return read_json(path)


def check_same_mel(config: dict[str, Any], mel: MelSettings, where: str) -> None:
    """Refuse a network trained on another mel spectrogram than the one it would be given.

    Raises
    ------
    BkError
        A size, rate, band edge or mel scale differs.
    """
    scale = "htk" if config.get("htk") or config.get("mel_htk") else str(config.get("mel_scale") or "slaney")
    if scale.lower() != mel.scale:
        raise InputError(
            f"{where} was trained on {scale} mels, the decoder makes {mel.scale} ones; the sound would be wrong"
        )
    for name, ours in _SAME.items():
        if name not in config:
            continue
        theirs = config[name]
        if theirs is None and ours == "f_max":
            theirs = mel.sample_rate / 2
        if theirs != getattr(mel, ours):
            raise InputError(
                f"{where} was trained with {name} = {theirs}, the decoder's mel has {ours} = {getattr(mel, ours):g}; "
                "take a vocoder trained on the decoder's mel"
            )
