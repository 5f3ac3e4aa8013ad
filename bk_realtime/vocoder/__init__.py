"""Vocoders: log-mel frames in, audio samples out, with declared latency."""

from __future__ import annotations

from bk_realtime.vocoder.mel import LogMel, log_mel, mel_filterbank

__all__ = ["LogMel", "log_mel", "mel_filterbank"]
