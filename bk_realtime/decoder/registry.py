"""Decoder kinds by name."""

from __future__ import annotations

import importlib
from typing import Any

from bk_realtime.config import from_dict, to_dict
from bk_realtime.errors import BkError
from bk_realtime.stream import Operator

# kind -> module, settings dataclass, class; imported on use, so that a live session loads only its own model
_KINDS = {
    "ridge": ("ridge", "RidgeSettings", "Ridge"),
    "gru": ("gru", "GruSettings", "GruDecoder"),
    "seq2seq": ("seq2seq", "Seq2SeqSettings", "Seq2Seq"),
    "windowed": ("windowed", "WindowedSettings", "WindowedSeq2Seq"),
}
DECODERS = tuple(_KINDS)


def settings_class(kind: str) -> type:
    """The settings dataclass of a decoder kind.

    Raises
    ------
    BkError
        The kind is unknown.
    """
    return _look_up(kind)[0]


def build_decoder(kind: str, settings: dict[str, Any], n_in: int, n_mels: int) -> Any:
    """A decoder with untrained weights: an :class:`Operator` (B, T, n_in) -> (B, T, n_mels) and ``nn.Module``.

    Parameters
    ----------
    kind : ridge, gru, seq2seq or windowed.
    settings : plain values of the kind's settings dataclass; missing ones take their defaults.
    n_in : features per frame.
    n_mels : mel bins.

    Raises
    ------
    BkError
        Unknown kind, unknown key or bad value.
    """
    kind_settings, kind_class = _look_up(kind)
    return kind_class(from_dict(kind_settings, settings, f"decoder {kind}"), n_in, n_mels)


def decoder_settings(decoder: Operator) -> dict[str, Any]:
    """Plain values from which :func:`build_decoder` builds the same decoder."""
    return to_dict(decoder.settings)  # type: ignore[attr-defined]


def _look_up(kind: str) -> tuple[type, Any]:
    if kind not in _KINDS:
        raise BkError(f"decoder kind {kind!r} is unknown: expected one of {', '.join(DECODERS)}")
    module_name, settings_name, class_name = _KINDS[kind]
    module = importlib.import_module(f"bk_realtime.decoder.{module_name}")
    return getattr(module, settings_name), getattr(module, class_name)
