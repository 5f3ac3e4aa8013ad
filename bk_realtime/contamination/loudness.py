"""Does a channel follow the sound's loudness as no brain does? Its envelope, on any carrier or as a slow wave."""

from __future__ import annotations

import numpy as np
import scipy.signal

RANGE_DB = 40.0
"""The sound's level counts from this far below its loud parts."""
POWER_R, POWER_DB = 0.75, 20.0
"""A channel's power follows the sound's level beyond any brain from this correlation and this rise on; no population
rises by more than about 9 dB with speech."""
SLOW_R, SLOW_SUSPECT_R = 0.7, 0.5
"""Correlation of a channel's slow wave with the sound's envelope; a brain that follows it stays far below (0.1 to 0.3).
"""
SLOW_RATE, SLOW_BAND = 50.0, (1.0, 15.0)


def power_follows(sound_db: np.ndarray, brain_db: np.ndarray, good: np.ndarray, most: int = 3) -> tuple[float, float]:
    """How one channel's power follows the sound's level.

    Parameters
    ----------
    sound_db, brain_db : (n_frames,) levels in dB.
    good : (n_frames,) frames that count.
    most : largest shift between both that is tried, in frames.

    Returns
    -------
    correlation, and the rise of the channel in dB between quiet and loud parts of the sound.
    """
    loud = np.quantile(sound_db[good], 0.95)
    level = np.maximum(sound_db, loud - RANGE_DB)
    own = np.maximum(brain_db, np.quantile(brain_db[good], 0.95) - RANGE_DB)
    best = (0.0, 0.0)
    for shift in range(-most, most + 1):
        a, b = np.roll(level, shift)[good], own[good]
        a, b = a - a.mean(), b - b.mean()
        both = float((a * b).mean())
        spread = float(a.std() * b.std())
        if spread > 0 and both / spread > best[0]:
            rise = both / float(a.var()) * float(np.ptp(np.quantile(level[good], (0.1, 0.95))))
            best = (both / spread, rise)
    return best


class SlowEnvelope:
    """The sound's envelope as a slow wave, to compare channels with."""

    def __init__(self, sound: np.ndarray, sfreq: float) -> None:
        self.sfreq = sfreq
        self.band = scipy.signal.butter(2, SLOW_BAND, "bandpass", fs=sfreq, output="sos")
        self.step = max(1, round(sfreq / SLOW_RATE))
        self.envelope = self._slow(np.abs(sound))

    def correlation(self, channel: np.ndarray) -> float:
        """Largest size of the correlation with (n,) samples at the sound's rate, up to 0.2 s off; signed."""
        x = self._slow(np.nan_to_num(channel - np.nanmean(channel)))
        n = min(len(x), len(self.envelope))
        a, b = self.envelope[:n], x[:n]
        most = round(0.2 * self.sfreq / self.step)
        norm = float(np.sqrt(np.square(a).sum() * np.square(b).sum())) + 1e-30
        values = np.array([float((np.roll(a, k) * b).sum()) for k in range(-most, most + 1)]) / norm
        return float(values[np.abs(values).argmax()])

    def _slow(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(scipy.signal.sosfiltfilt(self.band, x)[:: self.step])
