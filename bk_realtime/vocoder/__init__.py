"""Vocoders: log-mel frames in, audio samples out, with declared lookahead.

A vocoder is an operator from ``(B, T, n_mels)`` log-mel frames to ``(B, T * hop_length, 1)`` samples, aligned with the
frames' hops, whose ``lookahead`` is in samples and whose ``silence`` is the log of the mel floor.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Operator
from bk_realtime.vocoder.learnt.vocoder import WEIGHTS as LEARNT_WEIGHTS
from bk_realtime.vocoder.learnt.vocoder import LearntVocoder, load_net
from bk_realtime.vocoder.mel import LogMel, log_mel, mel_filterbank
from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction
from bk_realtime.vocoder.published.hifigan import HifiGan, load_hifigan
from bk_realtime.vocoder.published.waveglow import WaveGlow, load_waveglow

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
]

Builder = Callable[[VocoderSettings, MelSettings, Path | None, str], Operator]


def _phase(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    return PhaseReconstruction(mel, settings.lookahead_ms)


def _hifigan(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    return load_hifigan(weights_path(settings, folder), mel, settings.lookahead_ms, device)


def _learnt(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    path = weights_path(settings, folder) if settings.weights else LEARNT_WEIGHTS
    return LearntVocoder(load_net(path, mel), settings.lookahead_ms)


def _waveglow(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    return load_waveglow(weights_path(settings, folder), mel, settings.lookahead_ms, device)


VOCODERS: dict[str, Builder] = {"hifigan": _hifigan, "learnt": _learnt, "phase": _phase, "waveglow": _waveglow}
"""Name -> builder."""


def build_vocoder(
    settings: VocoderSettings | None = None,
    mel: MelSettings | None = None,
    folder: Path | None = None,
    device: str = "cpu",
) -> Operator:
    """The vocoder that ``settings`` name, warmed up, for mel frames of the convention ``mel``.

    Parameters
    ----------
    settings : name, wanted lookahead in ms and weights file; default the weight-free phase reconstruction.
    mel : what the frames are.
    folder : where a relative ``settings.weights`` lies (the bundle).
    device : for vocoders with a network, "cpu" or "cuda"; phase reconstruction is always on the CPU.

    Raises
    ------
    BkError
        Unknown name, missing or wrong weights, or a mel convention that the vocoder was not made for.
    """
    settings, mel = settings or VocoderSettings(), mel or MelSettings()
    if settings.name not in VOCODERS:
        raise BkError(f"vocoder {settings.name!r}: expected one of {', '.join(sorted(VOCODERS))}")
    return VOCODERS[settings.name](settings, mel, folder, device)


def weights_path(settings: VocoderSettings, folder: Path | None) -> Path:
    """Where ``settings.weights`` lies; a missing entry or file is a :class:`BkError`."""
    if not settings.weights:
        raise BkError(f"vocoder {settings.name!r} needs a file of weights: name it with vocoder.weights or --weights")
    path = Path(settings.weights)
    path = path if folder is None or path.is_absolute() else folder / path
    if not path.is_file():
        raise BkError(f"{path}: no such file of vocoder weights")
    return path
