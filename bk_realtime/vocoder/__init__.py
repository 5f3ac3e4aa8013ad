"""Vocoders: log-mel frames in, audio samples out, with declared lookahead.

The names below are loaded when they are first asked for: each stands on torch, and who only asks for names needs none.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bk_realtime.vocoder.learnt.vocoder import LearntVocoder
    from bk_realtime.vocoder.mel import LogMel, log_mel, mel_filterbank
    from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction
    from bk_realtime.vocoder.published.hifigan import HifiGan
    from bk_realtime.vocoder.published.waveglow import WaveGlow
    from bk_realtime.vocoder.registry import VOCODERS, build_vocoder, weights_path

_MODULES = {
    "learnt.vocoder": ("LearntVocoder",),
    "mel": ("LogMel", "log_mel", "mel_filterbank"),
    "phase.reconstruction": ("PhaseReconstruction",),
    "published.hifigan": ("HifiGan",),
    "published.waveglow": ("WaveGlow",),
    "registry": ("VOCODERS", "build_vocoder", "weights_path"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "VOCODERS",
    "HifiGan",
    "LearntVocoder",
    "LogMel",
    "PhaseReconstruction",
    "WaveGlow",
    "build_vocoder",
    "log_mel",
    "mel_filterbank",
    "weights_path",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
