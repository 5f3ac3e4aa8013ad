"""A microphone's sound as the mel that decoders predict, piece by piece, with the time of every frame.

By the operator of training and vocoders, and the resampler of the sound card. It needs torch: imported by the thread
that computes, not before.
"""

from __future__ import annotations

import numpy as np
import torch

from bk_realtime.config import MelSettings
from bk_realtime.sink.drift import HALF, kernel, resample, resampler_state
from bk_realtime.stream import Stream
from bk_realtime.vocoder.mel import LogMel
from gui.strips import GAP_S


class SoundMel:
    """One stream of sound.

    Parameters
    ----------
    sample_rate : Hz of what is pushed; another than the mel's is resampled.
    full_scale : largest value of the samples.
    """

    def __init__(self, sample_rate: float, full_scale: float = 1.0) -> None:
        self._mel = MelSettings()
        self._rate, self._full_scale = sample_rate, full_scale
        self._ratio = self._mel.sample_rate / sample_rate
        self._table = kernel(min(1.0, self._ratio))
        self._stream = Stream(LogMel(self._mel), torch.zeros(1))
        self._last: float | None = None
        self._begin()

    def _begin(self) -> None:
        self._resampler = resampler_state()
        self._stream.reset()

    def push(self, samples: np.ndarray, stamps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) samples with (n,) stamps in seconds -> (m,) stamps of the ends of the frames and (m, n_mels) log mel.

        After a gap it begins anew: what is before and after it is in no frame together.
        """
        if not len(samples):
            return np.empty(0), np.empty((0, self._mel.n_mels), np.float32)
        if self._last is not None and not 0 <= stamps[0] - self._last <= GAP_S:
            self._begin()
        self._last = float(stamps[-1])
        sound, late_s = np.nan_to_num(samples / self._full_scale).astype(np.float32), 0.0
        if self._ratio != 1.0:
            sound, self._resampler = resample(sound, self._resampler, self._ratio, self._table)
            late_s = HALF / self._rate
        mel = self._stream.push(torch.from_numpy(sound)[None, :, None])[0].numpy()
        end, rate = self._last - late_s, self._mel.sample_rate
        done = self._stream.n_out - len(mel) + 1 + np.arange(len(mel))
        return end - (self._stream.n_in - done * self._mel.hop_length) / rate, mel
