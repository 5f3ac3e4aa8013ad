"""Scores of a decoded log-mel against the recorded one: correlation per bin, inside speech, and cepstral distortion."""

from __future__ import annotations

import numpy as np
from scipy.fft import dct

from bk_realtime.decoder.speech_frames import frame_level, own_threshold, speech_mask, speech_threshold

__all__ = [
    "MEAN",
    "N_CEPSTRA",
    "ORACLE",
    "baselines",
    "frame_level",
    "mean_correlation",
    "mel_cepstral_distortion",
    "own_threshold",
    "pearson_per_bin",
    "speech_mask",
    "speech_threshold",
]

N_CEPSTRA = 24
"""Mel cepstra that count in the distortion, the level (the zeroth) left out."""
MEAN, ORACLE = "mean spectrum", "speech/silence oracle"
"""Decoders that know no brain (:func:`baselines`), under the names that every table gives them."""


def pearson_per_bin(decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """Pearson correlation over time, one per mel bin: two (T, n_mels) arrays -> (n_mels,).

    A bin whose reference does not vary has no correlation (NaN); one whose decoded trajectory does not vary scores 0,
    so that a constant guess is worth nothing rather than being left out.

    Parameters
    ----------
    decoded, reference : (T, n_mels) log-mel, aligned.
    mask : (T,) bool, the frames that count; default all.
    """
    if decoded.shape != reference.shape or decoded.ndim != 2:
        raise ValueError(f"pearson_per_bin: expected two (T, n_mels) arrays, got {decoded.shape} and {reference.shape}")
    if mask is not None:
        decoded, reference = decoded[mask], reference[mask]
    if len(reference) < 3:
        return np.full(reference.shape[1], np.nan)
    x, y = (a.astype(np.float64) - a.mean(0, dtype=np.float64) for a in (decoded, reference))
    x_power, y_power = np.square(x).sum(0), np.square(y).sum(0)
    tiny = 1e-10 * len(y)  # rounding of a constant float32 trajectory; log-mel varies by whole units
    norm = np.sqrt(np.maximum(x_power, tiny) * np.maximum(y_power, tiny))
    return np.where(y_power > tiny, np.where(x_power > tiny, (x * y).sum(0) / norm, 0.0), np.nan)


def mean_correlation(decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Mean over mel bins of :func:`pearson_per_bin`; NaN where no bin varies."""
    r = pearson_per_bin(decoded, reference, mask)
    return float(np.nanmean(r)) if np.isfinite(r).any() else float("nan")


def mel_cepstral_distortion(decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Mel-cepstral distortion in dB, mean over frames (Kubichek 1993), without the level and without time warping.

    Cepstra are the cosine transform of natural-log mel magnitudes (T, n_mels), so the figure is the RMS difference in
    dB of the two smoothed spectra.
    """
    if mask is not None:
        decoded, reference = decoded[mask], reference[mask]
    if not len(reference):
        return float("nan")
    difference = decoded.astype(np.float64) - reference.astype(np.float64)
    cepstra = dct(difference, type=2, axis=1)[:, 1 : N_CEPSTRA + 1] / difference.shape[1]
    return float(np.mean(10.0 / np.log(10.0) * np.sqrt(2.0 * np.square(cepstra).sum(1))))


def baselines(reference: np.ndarray, mask: np.ndarray, training: list[np.ndarray]) -> dict[str, np.ndarray]:
    """What decodes without a brain: the mean spectrum, and a perfect speech detector without spectral knowledge.

    Parameters
    ----------
    reference : (T, n_mels) test log-mel (for its shape).
    mask : (T,) true speech frames of the test part.
    training : log-mel of the training segments; their mean, and their mean spectra in speech and in silence, are all
        that is known.

    Returns
    -------
    :data:`MEAN` and :data:`ORACLE` -> (T, n_mels).
    """
    mel = np.concatenate(training)
    spoken = speech_mask(mel)
    mean = mel.mean(0)
    speech, silence = (mel[m].mean(0) if m.any() else mean for m in (spoken, ~spoken))
    return {
        MEAN: np.tile(mean.astype(reference.dtype), (len(reference), 1)),
        ORACLE: np.where(mask[:, None], speech, silence).astype(reference.dtype),
    }
