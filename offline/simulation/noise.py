"""Background of a simulated participant taken from a real recording."""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import scipy.interpolate
import scipy.signal
import soxr

from bk_realtime.config import option
from bk_realtime.errors import BkError, InputError, OptionError
from offline.io import read_recording
from offline.io.npz_file import load_npz
from offline.io.options import ReadOptions
from offline.simulation.background import Spectrum, default_mixing
from offline.simulation.participant import Participant

MODES = ("auto", "fit", "samples")
_OPTION = re.compile("--(" + "|".join(option(f.name)[2:] for f in dataclasses.fields(ReadOptions)) + r")\b")
"""Options of the reader, which `offline.simulate` has under ``--noise.``."""
LONG_S = 60.0
"""Recordings at least this long are used sample by sample in mode ``auto``, shorter ones are fitted."""


def noise_spectrum(
    participant: Participant, path: Path, sfreq: float, mode: str, read: ReadOptions, notes: list[str]
) -> Spectrum:
    """Background after a real recording.

    ``samples`` plays the real samples (each contact from another place, mixed as neighbours are); ``fit`` takes the
    median power spectrum and the spread of levels, and gives Gaussian noise of that spectrum; ``auto`` chooses by
    length. With two or more real channels, the mixing takes their correlations.

    Parameters
    ----------
    path : npz with ``data`` (trials or channels, samples) and ``sf``; or any recording that ``read_recording`` reads.
    sfreq : the session's rate in Hz.
    read : how to read the recording.
    notes : gets what its reader had to do.

    Raises
    ------
    BkError
        Not readable, no usable channel, or values that cannot be µV.
    """
    if mode not in MODES:
        raise OptionError(f"--noise-mode {mode}: expected one of {', '.join(MODES)}")
    data, rate = load_noise(path, read, notes)
    if mode == "auto":
        mode = "samples" if len(data) / rate >= LONG_S else "fit"
    mixing = default_mixing(participant)
    if data.shape[1] >= 8:
        mixing = real_mixing(data, participant.n_channels)
    if mode == "samples":
        samples = np.asarray(soxr.resample(data, rate, sfreq), np.float64)
        level = float(np.median(samples.std(axis=0)))
        participant.level[:] *= level
        return Spectrum(lambda f: np.ones_like(f), mixing, samples / samples.std(axis=0))
    size = min(len(data), round(2 * rate))
    freqs, psd = scipy.signal.welch(data, rate, nperseg=size, axis=0)
    curve = np.sqrt(np.median(psd, axis=1))
    curve[0] = 0.0
    return Spectrum(lambda f: np.interp(f, freqs, curve, right=curve[-1]), mixing)


def load_noise(path: Path, read: ReadOptions | None = None, notes: list[str] | None = None) -> tuple[np.ndarray, float]:
    """(n, n_channels) float64 µV without dead or wild channels, and its rate in Hz; arguments as above."""
    given = {} if read is None else read.given()
    if path.suffix.lower() == ".npz":
        if given:
            told = option(min(given)).replace("--", "--noise.")
            raise OptionError(f"{path}: an npz file tells everything itself; expected no {told}")
        data, rate = _load_npz(path)
    else:
        try:
            recording = read_recording(path, **given)
        except BkError as error:
            raise type(error)(_OPTION.sub(r"--noise.\1", str(error))) from None
        if notes is not None:
            notes += recording.notes
        data, rate = recording.neural.astype(np.float64), recording.neural_rate
    data = data[np.isfinite(data).all(axis=1)]
    if len(data) < rate:
        raise InputError(
            f"{path}: expected at least one second of noise without missing values, got {len(data) / rate:.2f} s"
        )
    data = scipy.signal.detrend(data, axis=0)
    level = data.std(axis=0)
    typical = float(np.median(level[level > 0])) if (level > 0).any() else 0.0
    data = data[:, (level > typical / 10) & (level < typical * 10)]
    if not data.shape[1]:
        raise InputError(f"{path}: every channel is flat; expected real noise")
    if not 0.5 < typical < 5000:
        raise InputError(
            f"{path}: the noise has a standard deviation of {typical:.3g} µV; expected 1 to 1000. "
            "Name the unit of its numbers with --noise.unit"
        )
    return data, float(Fraction(rate).limit_denominator(1000))


def real_mixing(data: np.ndarray, n_channels: int) -> np.ndarray:
    """Mixing matrix with the correlations (2-40 Hz) of real channels; repeated in blocks where more are needed."""
    n_real = min(data.shape[1], n_channels)
    correlation = np.corrcoef(data[:, :n_real], rowvar=False)
    index = np.arange(n_channels) % n_real
    full = correlation[np.ix_(index, index)] * np.where(
        np.arange(n_channels)[:, None] // n_real == np.arange(n_channels) // n_real, 1.0, 0.3
    )
    values, vectors = np.linalg.eigh(full)  # few samples make it singular: keep it positive
    root: np.ndarray = vectors * np.sqrt(np.maximum(values, 1e-3))
    root /= np.linalg.norm(root, axis=1, keepdims=True)
    return root


def _load_npz(path: Path) -> tuple[np.ndarray, float]:
    try:
        stored = load_npz(path, ("data", "sf"))
    except InputError as error:
        raise InputError(f"{error}; expected an npz with 'data' (trials, samples) in µV and 'sf' in Hz") from None
    if stored["data"].dtype.kind not in "fiu" or stored["sf"].dtype.kind not in "fiu" or not stored["sf"].size:
        raise InputError(f"{path}: expected 'data' (trials, samples) in µV and 'sf' in Hz as numbers")
    data, rate = np.atleast_2d(np.asarray(stored["data"], np.float64)), float(stored["sf"].ravel()[0])
    if data.ndim != 2 or data.size == 0 or not 50 < rate < 1e5:
        raise InputError(f"{path}: expected data (trials, samples) and a rate in Hz, got {data.shape} at {rate:g} Hz")
    # trials of one contact become one signal: each is detrended and joined to the last by a 50 ms cross-fade
    fade = round(0.05 * rate)
    if data.shape[1] < 4 * fade:
        raise InputError(f"{path}: trials of {data.shape[1]} samples are too short; expected 0.2 s or more")
    trials = scipy.signal.detrend(data, axis=1)
    ramp = np.sqrt(np.linspace(0, 1, fade))
    out = trials[0]
    pieces = []
    for trial in trials[1:]:
        pieces.append(out[:-fade])
        out = np.concatenate([out[-fade:] * ramp[::-1] + trial[:fade] * ramp, trial[fade:]])
    pieces.append(out)
    return np.concatenate(pieces)[:, None], rate
