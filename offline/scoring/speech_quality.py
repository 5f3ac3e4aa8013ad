"""How much a vocoder loses when it is given the mel of real speech: PESQ, ESTOI and log-spectral distance."""

from __future__ import annotations

import importlib.util
import warnings

import numpy as np
import soxr
import torch
from pystoi import stoi

from bk_realtime.clock import SAMPLE_RATE
from bk_realtime.errors import InputError
from bk_realtime.stream import Operator

PESQ_RATE = 16000
PESQ_LEAST = 1.04
"""What silence in place of speech scores: the least that PESQ-WB gives, where its own program stops with an error."""


def log_spectral_distance(reference: np.ndarray, degraded: np.ndarray, sample_rate: int = SAMPLE_RATE) -> float:
    """Log-spectral distance in dB up to 8 kHz (Gray and Markel 1976), windows of 1024, hop 256.

    Root mean square over bins, mean over the frames within 50 dB of the loudest; spectra are clamped 80 dB under the
    reference's loudest bin, so that silence against deeper silence is no difference. NaN where nothing sounds.

    Parameters
    ----------
    reference, degraded : (T,) audio of one length.
    """
    window = np.hanning(1024)
    bins = int(8000 * 1024 / sample_rate) + 1

    def power(x: np.ndarray) -> np.ndarray:
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(x, (512, 512)), 1024)[::256]
        return np.square(np.abs(np.fft.rfft(frames * window)))[:, :bins]

    a, b = power(reference.astype(np.float64)), power(degraded.astype(np.float64))
    if a.max() <= 0:
        return float("nan")
    floor = a.max() * 1e-8
    audible = a.sum(1) > a.sum(1).max() * 1e-5
    difference = 10 * np.log10(np.maximum(a[audible], floor) / np.maximum(b[audible], floor))
    return float(np.sqrt(np.square(difference).mean(1)).mean())


def have_pesq() -> bool:
    """Whether PESQ can be computed here (extra ``score``)."""
    return importlib.util.find_spec("pesq") is not None


def wideband_pesq(reference: np.ndarray, degraded: np.ndarray) -> float:
    """PESQ-WB (ITU-T P.862.2) of (T,) audio at :data:`PESQ_RATE`; NaN where it finds no utterance."""
    import pesq

    if not np.any(degraded):
        return PESQ_LEAST
    try:
        return float(pesq.pesq(PESQ_RATE, reference, degraded, "wb"))
    except (pesq.NoUtterancesError, pesq.BufferTooShortError):
        return float("nan")


def intelligibility(reference: np.ndarray, degraded: np.ndarray, extended: bool) -> float:
    """STOI (Taal 2011) or, ``extended``, ESTOI (Jensen and Taal 2016) of (T,) audio at :data:`PESQ_RATE`; NaN where
    there is too little speech."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002  # pystoi adds noise of 1e-16 from this generator: a score is the same everywhere
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = float(stoi(reference, degraded, PESQ_RATE, extended=extended))
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return float("nan") if any("Not enough STFT frames" in str(w.message) for w in caught) else value


def score(reference: np.ndarray, degraded: np.ndarray, sample_rate: int = SAMPLE_RATE) -> dict[str, float]:
    """Quality of ``degraded`` (T,) against ``reference`` (T,), trimmed to the shorter.

    Returns
    -------
    pesq : PESQ-WB (ITU-T P.862.2) at 16 kHz; NaN where it finds no utterance.
    estoi : extended short-time objective intelligibility (Jensen and Taal 2016).
    lsd : :func:`log_spectral_distance` in dB.

    Raises
    ------
    InputError
        The package pesq is missing, or the signals are shorter than half a second.
    """
    if not have_pesq():
        raise InputError("PESQ is not installed: run pip install 'brainkaraoke[score]'")
    n = min(len(reference), len(degraded))
    if n < sample_rate // 2:
        raise InputError(f"copy synthesis: expected clips of at least 0.5 s, got {n / sample_rate:.2f} s; leave it out")
    a, b = (soxr.resample(x[:n].astype(np.float32), sample_rate, PESQ_RATE) for x in (reference, degraded))
    return {
        "pesq": wideband_pesq(a, b),
        "estoi": intelligibility(a, b, extended=True),
        "lsd": log_spectral_distance(reference[:n], degraded[:n], sample_rate),
    }


def vocode_clip(vocoder: Operator, mel: np.ndarray) -> np.ndarray:
    """Log-mel ``(n, n_mels)`` -> ``(n * hop,)`` float32 through a fresh stream of ``vocoder``."""
    with torch.inference_mode():
        return np.asarray(vocoder.forward(torch.from_numpy(np.ascontiguousarray(mel))[None])[0, :, 0].cpu().numpy())
