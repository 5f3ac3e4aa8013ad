"""How much a vocoder loses when it is given the mel of real speech: PESQ, ESTOI and log-spectral distance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import soxr
import torch
from scipy.signal import fftconvolve, firwin

from bk_realtime.config import MelSettings
from bk_realtime.errors import InputError
from bk_realtime.stream import Operator
from bk_realtime.vocoder import log_mel

PESQ_RATE = 16000
PESQ_LEAST = 1.04
"""What silence in place of speech scores: the least that PESQ-WB gives, where its own program stops with an error."""


def log_spectral_distance(reference: np.ndarray, degraded: np.ndarray, sample_rate: int = 22050) -> float:
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


def hop_modulation(audios: Sequence[np.ndarray], hop: int = 256, low_hz: float = 2500.0, rate: int = 22050) -> float:
    """Depth of the modulation at the hop rate, its double or its triple, of the power above ``low_hz``: seams.

    Every hop within 30 dB of its clip's loudest is scaled to power 1 and their mean over all ``audios`` is taken,
    position by position. 0 is none, 2 a click in every hop; speech of which a vocoder knows nothing gives about 0.04.
    """
    taps = firwin(255, low_hz, pass_zero=False, fs=rate)
    profile, count = np.zeros(hop), 0
    for audio in audios:
        power = np.square(fftconvolve(audio.astype(np.float64), taps, "same"))
        hops = power[: len(power) // hop * hop].reshape(-1, hop)
        level = hops.mean(1, keepdims=True)
        loud = level[:, 0] > 1e-3 * level.max()
        profile += (hops[loud] / level[loud]).sum(0)
        count += int(loud.sum())
    return float(2 * np.abs(np.fft.rfft(profile)[1:4]).max() / hop / count) if count else float("nan")


def score(reference: np.ndarray, degraded: np.ndarray, sample_rate: int = 22050) -> dict[str, float]:
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
    try:
        import pesq
    except ImportError:
        raise InputError("PESQ is not installed: run pip install 'brainkaraoke[score]'") from None
    from pystoi import stoi

    n = min(len(reference), len(degraded))
    if n < sample_rate // 2:
        raise InputError(f"copy synthesis: expected clips of at least 0.5 s, got {n / sample_rate:.2f} s; leave it out")
    a, b = (soxr.resample(x[:n].astype(np.float32), sample_rate, PESQ_RATE) for x in (reference, degraded))
    try:
        quality = float(pesq.pesq(PESQ_RATE, a, b, "wb")) if b.any() else PESQ_LEAST
    except pesq.NoUtterancesError:
        quality = float("nan")
    return {
        "pesq": quality,
        "estoi": float(stoi(a, b, PESQ_RATE, extended=True)),
        "lsd": log_spectral_distance(reference[:n], degraded[:n], sample_rate),
    }


def vocode_clip(vocoder: Operator, mel: np.ndarray) -> np.ndarray:
    """Log-mel ``(n, n_mels)`` -> ``(n * hop,)`` float32 through a fresh stream of ``vocoder``."""
    with torch.inference_mode():
        return np.asarray(vocoder.forward(torch.from_numpy(np.ascontiguousarray(mel))[None])[0, :, 0].cpu().numpy())


def copy_synthesis(
    vocode: Callable[[np.ndarray], np.ndarray],
    clips: Iterable[np.ndarray],
    mel: MelSettings | None = None,
    degrade: Callable[[np.ndarray], np.ndarray] | None = None,
) -> dict[str, float]:
    """Mean :func:`score` of ``vocode(log_mel(clip))`` over ``clips``; NaN scores are left out of the mean.

    Parameters
    ----------
    vocode : (n, n_mels) float32 -> (n * hop,) audio; :func:`vocode_clip` with an operator, or an offline method.
    degrade : what happens to each mel before (blur, noise); default nothing.
    """
    rows = []
    for clip in clips:
        frames = log_mel(clip, mel)
        rows.append(score(clip, vocode(frames if degrade is None else degrade(frames))))
    if not rows:
        raise InputError("copy synthesis: expected at least one clip, got none")
    return {key: float(np.nanmean([row[key] for row in rows])) for key in rows[0]}
