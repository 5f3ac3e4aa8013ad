"""Published vocoder checkpoints: state dicts with or without weight norm, and the mel they were trained with."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import FileError, InputError

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
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, OSError, EOFError, KeyError, ValueError, SafetensorError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileError(
            f"{path}: expected a state dict of tensors (torch or safetensors), could not read it ({reason}); a whole "
            "pickled model is refused: save its state_dict()"
        ) from None
    for key in keys:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not any(isinstance(v, Tensor) for v in found.values()):
        raise InputError(f"{path}: expected a state dict of tensors, got {type(found).__name__}")
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


def read_config(weights: Path) -> dict[str, Any]:
    """``config.json`` beside the weights (or the file of the same name with .json)."""
    path = VocoderSettings.sizes_beside(weights)
    if path is None:
        raise FileError(f"{weights}: expected config.json beside it, found none; copy the one that it was trained with")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: not valid JSON ({error})") from None
    if not isinstance(config, dict):
        raise InputError(f"{path}: expected a JSON object, got {type(config).__name__}")
    return config


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
