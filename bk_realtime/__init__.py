"""BrainKaraoke, live half: sEEG from a Lab Streaming Layer inlet in, decoded speech out.

The names below are the public face; each is loaded when it is first asked for, and importing the package does nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bk_realtime.chain import Chain
    from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
    from bk_realtime.decoded import Decoded
    from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
    from bk_realtime.decoder.registry import build_decoder
    from bk_realtime.errors import BkError, DeviceError, FileError, InputError, OptionError, StreamError
    from bk_realtime.features import build_features
    from bk_realtime.stream import Operator, Pipeline, Stream
    from bk_realtime.vocoder import build_vocoder
    from bk_realtime.xdf import read_xdf

__version__ = "0.1.0"

_MODULES = {
    "chain": ("Chain",),
    "config": ("FeatureSettings", "MelSettings", "VocoderSettings"),
    "decoded": ("Decoded",),
    "decoder.bundle": ("Bundle", "load_bundle", "save_bundle"),
    "decoder.registry": ("build_decoder",),
    "errors": ("BkError", "DeviceError", "FileError", "InputError", "OptionError", "StreamError"),
    "features": ("build_features",),
    "stream": ("Operator", "Pipeline", "Stream"),
    "vocoder": ("build_vocoder",),
    "xdf": ("read_xdf",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "BkError",
    "Bundle",
    "Chain",
    "Decoded",
    "DeviceError",
    "FeatureSettings",
    "FileError",
    "InputError",
    "MelSettings",
    "Operator",
    "OptionError",
    "Pipeline",
    "Stream",
    "StreamError",
    "VocoderSettings",
    "__version__",
    "build_decoder",
    "build_features",
    "build_vocoder",
    "load_bundle",
    "read_xdf",
    "save_bundle",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
