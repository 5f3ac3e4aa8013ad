"""The mel spectrogram that decoders predict and vocoders speak: Tacotron 2 / HiFi-GAN / WaveGlow convention."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from bk_realtime.config import MelSettings, check_mel
from bk_realtime.errors import InputError
from bk_realtime.stream import Operator, Stream

_HZ_PER_MEL, _LOG_START_HZ, _LOG_STEP = 200.0 / 3.0, 1000.0, math.log(6.4) / 27.0


def hz_to_mel(hz: np.ndarray | float) -> np.ndarray:
    """Slaney's mel scale (Auditory Toolbox, 1998): linear below 1 kHz, logarithmic above."""
    hz = np.asarray(hz, dtype=np.float64)
    start = _LOG_START_HZ / _HZ_PER_MEL
    return np.where(
        hz < _LOG_START_HZ, hz / _HZ_PER_MEL, start + np.log(np.maximum(hz, 1e-9) / _LOG_START_HZ) / _LOG_STEP
    )


def mel_to_hz(mel: np.ndarray | float) -> np.ndarray:
    """Inverse of :func:`hz_to_mel`."""
    mel = np.asarray(mel, dtype=np.float64)
    start = _LOG_START_HZ / _HZ_PER_MEL
    return np.where(mel < start, mel * _HZ_PER_MEL, _LOG_START_HZ * np.exp(_LOG_STEP * (mel - start)))


def mel_filterbank(settings: MelSettings) -> np.ndarray:
    """``(n_mels, n_fft // 2 + 1)`` float64: triangles of equal area (Slaney normalisation, 2 / bandwidth in Hz)."""
    check_mel(settings)
    bins = np.arange(settings.n_fft // 2 + 1) * (settings.sample_rate / settings.n_fft)
    corners = mel_to_hz(np.linspace(hz_to_mel(settings.f_min), hz_to_mel(settings.f_max), settings.n_mels + 2))
    low, mid, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    triangles = np.maximum(0.0, np.minimum((bins - low) / (mid - low), (high - bins) / (high - mid)))
    return np.asarray(triangles * (2.0 / (high - low)))


def hann_window(settings: MelSettings) -> np.ndarray:
    """Periodic Hann window of ``win_length``, centred in ``n_fft`` samples, float64."""
    n, pad = settings.win_length, (settings.n_fft - settings.win_length) // 2
    window = np.zeros(settings.n_fft)
    window[pad : pad + n] = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n) / n)
    return window


class LogMel(Operator):
    """Audio ``(B, T, 1)`` at ``sample_rate`` -> log-mel ``(B, T // hop_length, n_mels)``, natural logarithm.

    Frame ``k`` is the window over samples ``[k*hop - (n_fft-hop)/2, k*hop + (n_fft+hop)/2)``, so it is centred on
    the middle of its own hop (HiFi-GAN's alignment); samples outside the signal are zero. Magnitudes are clamped at
    ``floor``. With 1024/256 the lookahead is 384 samples, declared as 2 frames.
    """

    def __init__(self, settings: MelSettings | None = None, dtype: torch.dtype = torch.float32) -> None:
        self.settings = settings = settings or MelSettings()
        self._window = torch.from_numpy(hann_window(settings)).to(dtype)
        self._filters = torch.from_numpy(mel_filterbank(settings).T.copy()).to(dtype)
        self.channels = (1, settings.n_mels)
        self.block = settings.hop_length
        self.ratio = Fraction(1, settings.hop_length)
        pad = (settings.n_fft - settings.hop_length) // 2
        self.lookahead = math.ceil(pad / settings.hop_length)
        self._held = pad + self.lookahead * settings.hop_length  # samples before the newest block that a frame reaches

    def init_state(self, batch: int) -> Tensor:
        """Zeros: nothing has sounded yet. ``(B, held)``."""
        return self._window.new_zeros(batch, self._held)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """``(B, n * hop, 1) -> (B, n, n_mels)``."""
        s = self.settings
        buffer = torch.cat([state, x[..., 0]], 1)
        frames = buffer.unfold(1, s.n_fft, s.hop_length)[:, : x.shape[1] // s.hop_length]
        magnitude = torch.fft.rfft(frames * self._window).abs()
        mel = torch.log(torch.clamp(magnitude @ self._filters, min=s.floor))
        return mel, buffer[:, buffer.shape[1] - self._held :].clone()


def log_mel(audio: np.ndarray, settings: MelSettings | None = None) -> np.ndarray:
    """Log-mel of a whole signal: ``(T,)`` float at ``sample_rate`` -> ``(T // hop_length, n_mels)`` float32.

    The same :class:`LogMel` in pieces, so an hour of audio needs little memory.

    Raises
    ------
    BkError
        ``audio`` is not one-dimensional.
    """
    audio = np.asarray(audio, dtype=np.float32)
    if audio.ndim != 1:
        raise InputError(f"log_mel: expected mono audio of shape (T,), got {audio.shape}; average the channels first")
    op = LogMel(settings)
    stream = Stream(op, torch.zeros(1))
    pieces = [stream.push(torch.from_numpy(piece)[None, :, None]) for piece in _pieces(audio, 2048 * op.block)]
    mel = torch.cat([*pieces, stream.flush()], 1)[0]
    return np.asarray(mel.numpy())


def _pieces(audio: np.ndarray, n: int) -> list[np.ndarray]:
    return [np.ascontiguousarray(audio[i : i + n]) for i in range(0, len(audio), n)]
