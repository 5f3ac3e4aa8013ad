"""Vocoders: log-mel frames in, audio samples out, with declared lookahead."""

from bk_realtime.vocoder.learnt.vocoder import LearntVocoder
from bk_realtime.vocoder.mel import LogMel, log_mel, mel_filterbank
from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction
from bk_realtime.vocoder.published.hifigan import HifiGan
from bk_realtime.vocoder.published.waveglow import WaveGlow
from bk_realtime.vocoder.registry import VOCODERS, build_vocoder, weights_path

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
