"""Decoder kinds by name: ours, and those that other packages offer as entry points ``brainkaraoke.decoders``."""

from __future__ import annotations

import dataclasses
import importlib
import typing
from typing import TYPE_CHECKING, Any

from bk_realtime.config import from_dict, to_dict
from bk_realtime.errors import InputError
from bk_realtime.plugins import Plugins

if TYPE_CHECKING:
    from bk_realtime.decoder.base import Decoder

# kind -> module, class; imported on use, so that a live session loads only its own model
_CLASSES = {
    "ridge": ("ridge", "Ridge"),
    "gru": ("gru", "GruDecoder"),
    "seq2seq": ("seq2seq", "Seq2Seq"),
    "windowed": ("windowed", "WindowedSeq2Seq"),
    "average": ("average", "Average"),
    "tcn": ("tcn", "TcnDecoder"),
    "transformer": ("transformer", "TransformerDecoder"),
    "ssm": ("ssm", "SsmDecoder"),
}
DECODERS = tuple(_CLASSES)
"""Kinds that are built in."""
EXPERIMENTAL = ("tcn", "transformer", "ssm")
"""Those of them that nothing has shown to be better than the others; ``--decoder auto`` never takes one."""
PLUGINS = Plugins("brainkaraoke.decoders", "decoder", DECODERS)


def decoder_class(kind: str) -> type[Decoder]:
    """The class of a decoder kind.

    Raises
    ------
    OptionError
        The kind is unknown.
    InputError
        The package that offers it cannot be loaded, or offers no :class:`~bk_realtime.decoder.base.Decoder`.
    """
    if kind in _CLASSES:
        module, name = _CLASSES[kind]
        found = getattr(importlib.import_module(f"bk_realtime.decoder.{module}"), name)
    else:
        found = PLUGINS.load(kind)
    from bk_realtime.decoder.base import Decoder  # by now it is loaded: a kind that nobody offers was refused

    if not (isinstance(found, type) and issubclass(found, Decoder)):
        raise InputError(
            f"decoder {kind!r} of the package {PLUGINS.package(kind)}: expected a class derived from "
            f"bk_realtime.decoder.base.Decoder, got {found!r}"
        )
    return found


def settings_class(kind: str) -> type:
    """The settings dataclass of a decoder kind: the annotation ``settings`` of its class.

    Raises
    ------
    OptionError, InputError
        As :func:`decoder_class`; or the annotation is missing.
    """
    settings = typing.get_type_hints(decoder_class(kind)).get("settings")
    if not (isinstance(settings, type) and dataclasses.is_dataclass(settings)):
        raise InputError(
            f"decoder {kind!r} of the package {PLUGINS.package(kind)}: expected its class to be annotated "
            f"`settings: <a dataclass>`, got {settings!r}"
        )
    return settings


def build_decoder(kind: str, settings: dict[str, Any], n_in: int, n_mels: int, where: str = "", under: str = "") -> Any:
    """A decoder with untrained weights: a :class:`~bk_realtime.decoder.base.Decoder` (B, T, n_in) -> (B, T, n_mels).

    Parameters
    ----------
    kind : one of :data:`DECODERS`, or what an installed package offers.
    settings : plain values of the kind's settings dataclass; missing ones take their defaults.
    n_in : features per frame.
    n_mels : mel bins.
    where, under : the file that the settings come from, and the table in it. Of a kind that is built in all of them
        must be there then; another package may have new ones since, with defaults that mean what was before.

    Raises
    ------
    BkError
        Unknown kind, unknown key or bad value.
    """
    build: Any = decoder_class(kind)
    made: Any = from_dict(
        settings_class(kind), settings, where or f"decoder {kind}", under, bool(where) and kind in DECODERS
    )
    return build(made, n_in, n_mels)


def decoder_settings(decoder: Decoder) -> dict[str, Any]:
    """Plain values from which :func:`build_decoder` builds the same decoder."""
    return to_dict(decoder.settings)
