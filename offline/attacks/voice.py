"""Twelve synthetic words, so that a session can be simulated on any machine: source, formants and noise bands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.signal
import soundfile

from bk_realtime.clock import SAMPLE_RATE

WORDS = ("sami", "tofu", "misa", "olaf", "fita", "musi", "sote", "amo", "tufa", "imol", "feso", "luti")
FORMANTS_HZ = {
    "a": (750, 1250, 2600), "e": (450, 1900, 2600), "i": (300, 2300, 3000), "o": (450, 850, 2500),
    "u": (320, 750, 2300), "m": (250, 1000, 2200), "l": (360, 1300, 2700),
}  # fmt: skip
NOISE_HZ = {"s": (4500, 9500), "f": (1500, 8500), "t": (2500, 7000)}
LEVEL_DB = {"m": -9.0, "l": -6.0, "s": -13.0, "f": -20.0, "t": -14.0}
"""Level of a sound against an open vowel, 0 dB where it is not named."""
LENGTH_S = {"m": 0.1, "l": 0.09, "s": 0.15, "f": 0.14, "t": 0.06}
VOWEL_S = 0.2
SIZE, HOP = 512, 64


def speak(word: str, rng: np.random.Generator) -> np.ndarray:
    """One take of a word at its own pitch, pace and level: (n,) float32 at 22050 Hz."""
    pace, pitch_hz, level_db = rng.uniform(0.85, 1.2), rng.uniform(95, 135), rng.normal(0, 2.5)
    lengths = [pace * LENGTH_S.get(sound, VOWEL_S) * rng.uniform(0.85, 1.15) for sound in word]
    n = int(sum(lengths) * SAMPLE_RATE)
    t = np.arange(n) / SAMPLE_RATE
    pitch = pitch_hz * (1 - 0.15 * t / t[-1] + 0.03 * np.sin(2 * np.pi * 4 * t + rng.uniform(0, 6)))
    phase = np.cumsum(pitch) / SAMPLE_RATE
    pulses = (np.diff(np.floor(phase), prepend=0) > 0).astype(float) - np.mean(pitch) / SAMPLE_RATE
    breath = rng.standard_normal(n)
    frequency, at, voiced = scipy.signal.stft(pulses, SAMPLE_RATE, nperseg=SIZE, noverlap=SIZE - HOP)
    hissed = scipy.signal.stft(breath, SAMPLE_RATE, nperseg=SIZE, noverlap=SIZE - HOP)[2] / np.sqrt(SAMPLE_RATE)
    middles = np.cumsum(lengths) - np.array(lengths) / 2
    throat = rng.normal(1, 0.03)
    tone = np.array([_tone(frequency, sound, throat) for sound in word])
    hiss = np.array([_hiss(frequency, sound) for sound in word])
    shaped = voiced * _between(at, middles, tone) * 40 + hissed * _between(at, middles, hiss) * 8
    sound = scipy.signal.istft(shaped, SAMPLE_RATE, nperseg=SIZE, noverlap=SIZE - HOP)[1][:n]
    sound = sound * np.minimum(1, np.minimum(t, t[-1] - t) / 0.02)
    return np.asarray(0.1 * sound / np.sqrt(np.mean(np.square(sound))), np.float32) * np.float32(10 ** (level_db / 20))


def write_words(folder: Path, takes: int, seed: int) -> list[Path]:
    """``takes`` sound files of each word, named so that the word stands in the cue."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 31])
    paths = []
    for word in WORDS:
        for take in range(takes):
            paths.append(folder / f"{word}__{take + 1}.wav")
            soundfile.write(paths[-1], speak(word, rng), SAMPLE_RATE)
    return paths


def _tone(frequency: np.ndarray, sound: str, throat: float) -> np.ndarray:
    """Gain of the voice at each frequency (n_bins,)."""
    if sound not in FORMANTS_HZ:
        return np.full(len(frequency), 1e-3)
    peaks = [1 / (1 + ((frequency - throat * f) / (60 + 0.05 * f)) ** 2) for f in FORMANTS_HZ[sound]]
    tilt = 1 / (1 + frequency / 800)
    gain = 10 ** (LEVEL_DB.get(sound, 0.0) / 20)
    return np.asarray(gain * (peaks[0] + 0.6 * peaks[1] + 0.3 * peaks[2] + 0.003) * tilt)


def _hiss(frequency: np.ndarray, sound: str) -> np.ndarray:
    """Gain of the breath at each frequency (n_bins,)."""
    low, high = NOISE_HZ.get(sound, (0, 0))
    band = (frequency >= low) & (frequency <= high) if high else np.zeros(len(frequency), bool)
    return np.where(band, 10 ** (LEVEL_DB.get(sound, -40.0) / 20), 1e-3)


def _between(at: np.ndarray, middles: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Gains (n_sounds, n_bins) moved over from sound to sound, in dB: (n_bins, n_times)."""
    logs = np.log(gains)
    return np.asarray(np.exp(np.stack([np.interp(at, middles, logs[:, k]) for k in range(gains.shape[1])])))
