"""Is the sound's own waveform in a channel? Cross-correlation at the sound's full rate, as an amplifier samples it.

An amplifier input without a filter folds high frequencies of the sound into its own range. Correlating the channel with
the sound *at the instants of its samples* finds that too, at any delay in fractions of a sample. The channel's own
spectrum is flattened first, so that its slow activity does not drown what is sought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
import soxr

from bk_realtime.contamination.missing import FILL_S, filled
from bk_realtime.progress import task

BLOCK_S = 2.0
SEARCH_S, CHANCE_S = 0.3, (0.4, 0.95)
"""Delays at which a copy is sought, and those (either way) that tell what chance does."""
SOUND_RATE = 16000.0
"""The sound is looked at up to half of about this."""
LOCKED_HZ = 200.0
"""Above this no cortex follows the waveform of a sound."""
CHUNK_BLOCKS, GROUP = 120, 8
"""Blocks and channels that are worked on at once."""
FLAT_S = 0.2
BRAIN_S = (0.004, 0.08)
"""Delays behind the sound at which a hearing brain may follow its waveform below :data:`LOCKED_HZ`."""


@dataclass(frozen=True, eq=False)
class Match:
    """Best match of each channel with the sound: its size in standard deviations of chance, and its delay in seconds
    (positive where the channel is behind); each (n_channels,)."""

    z: np.ndarray
    lag_s: np.ndarray


class WaveformMatch:
    """Correlates channels with sounds, chunk by chunk of the recording so that its length costs no memory.

    Parameters
    ----------
    sounds : tracks (m,) at ``rate``; their sample 0 belongs to neural sample 0.
    sfreq : neural rate in Hz.
    """

    def __init__(self, sounds: Sequence[np.ndarray], rate: float, sfreq: float) -> None:
        self.sfreq = sfreq
        self.half = round(BLOCK_S * sfreq / 2)
        self.size = scipy.fft.next_fast_len(4 * self.half, real=True)
        self.freqs = np.fft.rfftfreq(self.size, 1 / sfreq)
        self.phases = max(1, round(SOUND_RATE / sfreq))
        # the sound reaches a second further than the channel's block, either way: every delay has the whole of it
        margin = self.half * self.phases
        fine = [soxr.resample(np.asarray(sound, np.float64), rate, self.phases * sfreq) for sound in sounds]
        self._sounds = [np.pad(track, margin).reshape(-1) for track in fine]

    def match(self, channels: np.ndarray, low: float, line_freq: float) -> list[Match]:
        """Match channels (n, n_channels) with each sound above ``low`` Hz, then above :data:`LOCKED_HZ`."""
        keep = (self.freqs >= low) & (self.freqs <= 0.49 * self.sfreq)
        if line_freq > 0:
            keep &= np.abs(self.freqs - line_freq * np.round(self.freqs / line_freq)) > 1.0
        n_channels = channels.shape[1]
        cross = np.zeros((len(self._sounds), len(self.freqs), self.phases, n_channels), np.complex64)
        step = CHUNK_BLOCKS * self.half
        starts = range(0, max(1, len(channels) - 2 * self.half + 1), step)
        with task("the sound's waveform in the channels", len(starts) * n_channels, " channels") as progress:
            for start in starts:
                piece = channels[start : start + step + self.half]
                sounds = [self._sound_spectra(k, start, len(piece)) for k in range(len(self._sounds))]
                for first in range(0, n_channels, GROUP):
                    brain = self._channel_spectra(piece[:, first : first + GROUP], keep)
                    for k, sound in enumerate(sounds):
                        cross[k, :, :, first : first + GROUP] += sound @ brain
                    progress.advance(brain.shape[2])
        out = []
        for k in range(len(self._sounds)):
            out.append(self._best(cross[k]))
            out.append(self._best(cross[k] * (self.freqs >= LOCKED_HZ)[:, None, None]))
        return out

    def _sound_spectra(self, k: int, start: int, n: int) -> np.ndarray:
        """(freqs, phases, blocks) conjugated, of the sound as the amplifier samples it at each fraction of a sample."""
        track = self._sounds[k][start * self.phases : (start + n + 2 * self.half) * self.phases]
        track = np.pad(track, (0, (n + 2 * self.half) * self.phases - len(track)))
        rows = _blocks(track.reshape(-1, self.phases), 4 * self.half, self.half)  # blocks, phases, samples
        spectra = scipy.fft.rfft(rows.astype(np.float32), self.size, axis=2)
        return np.ascontiguousarray(spectra.transpose(2, 1, 0).conj())

    def _channel_spectra(self, x: np.ndarray, keep: np.ndarray) -> np.ndarray:
        """(freqs, blocks, channels) of flattened channels."""
        if not np.isfinite(x).all():
            x = filled(x, round(FILL_S * self.sfreq))
        rows = _blocks(flattened(x, self.sfreq), 2 * self.half, self.half)  # blocks, channels, samples
        spectra = scipy.fft.rfft(rows * np.hanning(2 * self.half).astype(np.float32), self.size, axis=2)
        spectra *= keep
        return np.ascontiguousarray(spectra.transpose(2, 0, 1))

    def _best(self, cross: np.ndarray) -> Match:
        """(freqs, phases, channels) cross-spectra to the best delay."""
        lags = scipy.fft.irfft(cross, self.size, axis=0)  # sample lag, phase, channel
        # the channel's block lies half a block inside the sound's
        index = scipy.fft.fftfreq(self.size, 1 / self.size)
        index = (index + self.half + self.size // 2) % self.size - self.size // 2
        # phase p of the sound is p fine steps after the neural sample: the channel is that much earlier against it
        delay = (index[:, None] - np.arange(self.phases)[None] / self.phases) / self.sfreq
        away = np.abs(delay)
        spread = np.sqrt(np.square(lags[(away >= CHANCE_S[0]) & (away <= CHANCE_S[1])]).mean(axis=0)) + 1e-30
        near = away <= SEARCH_S
        size = np.abs(lags[near]) / spread
        best = size.argmax(axis=0)
        return Match(np.take_along_axis(size, best[None], 0)[0].astype(float), delay[near][best])


def flattened(x: np.ndarray, sfreq: float) -> np.ndarray:
    """(n, n_channels) with only the phase of each frequency in each fifth of a second left, float32.

    A brain that follows speech is louder while somebody speaks. Chance would then be larger at delays near 0 than at
    those that it is measured at; with all magnitudes alike it is not, and neither spectrum nor artefacts count. Frames
    with missing samples are 0.
    """
    half = round(FLAT_S * sfreq / 2)
    window = np.sqrt(np.hanning(2 * half + 1)[:-1]).astype(np.float32)[None, None]
    padded = np.pad(np.asarray(x, np.float32), ((half, 3 * half), (0, 0)))
    rows = _blocks(padded, 2 * half, half)
    good = np.isfinite(rows).all(axis=2, keepdims=True)
    rows = np.where(good, rows, 0.0)
    spectra = scipy.fft.rfft((rows - rows.mean(axis=2, keepdims=True)) * window, axis=2)
    size = np.abs(spectra)
    # what is but rounding of a constant has no phase
    rounding = 1e-6 * half * np.abs(rows).max(axis=2, keepdims=True)
    spectra = np.divide(spectra, size, out=np.zeros_like(spectra), where=size > rounding)
    rows = scipy.fft.irfft(spectra, 2 * half, axis=2) * window
    out = np.zeros((len(rows) + 1, rows.shape[1], half), np.float32)
    out[:-1] += rows[:, :, :half]
    out[1:] += rows[:, :, half:]
    return np.asarray(out.transpose(0, 2, 1).reshape(-1, x.shape[1])[half : half + len(x)])


def _blocks(x: np.ndarray, size: int, hop: int) -> np.ndarray:
    """(n_blocks, n_columns, size) of (n, n_columns) every ``hop`` rows; at least one, with zeros at its end where there
    is too little."""
    x = np.pad(x, ((0, max(0, size - len(x))), (0, 0)))
    return np.lib.stride_tricks.sliding_window_view(x, size, axis=0)[::hop]
