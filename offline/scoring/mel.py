"""Scores of a decoded log-mel against the recorded one: correlation per bin, inside speech, and cepstral distortion."""

from __future__ import annotations

import numpy as np
from scipy.fft import dct

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


def frame_level(mel: np.ndarray) -> np.ndarray:
    """Level of each frame in dB: natural-log mel magnitudes (T, n_mels) -> (T,)."""
    level: np.ndarray = 10.0 * np.log10(np.exp(2.0 * mel.astype(np.float64)).mean(1))
    return level


def speech_threshold(mel: np.ndarray, span_db: float = 60.0) -> float:
    """Level in dB that parts speech from silence: Otsu's (1979) threshold on the frame levels of ``mel``.

    Levels more than ``span_db`` under the 95th percentile count as that far under it, so that digital silence does
    not pull the threshold down.
    """
    level = frame_level(mel)
    top = np.percentile(level, 95)
    counts, edges = np.histogram(np.clip(level, top - span_db, top), bins=120)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sum_below = np.cumsum(counts * centres)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (sum_below / below - (sum_below[-1] - sum_below) / above) ** 2
    between = np.nan_to_num(between[:-1])
    best = np.flatnonzero(between == between.max())  # a gap between the two classes is a plateau: take its middle
    return float(edges[1 + round(best.mean())])


def speech_mask(mel: np.ndarray, threshold_db: float | None = None) -> np.ndarray:
    """Frames of a reference log-mel (T, n_mels) that hold speech, by energy: (T,) bool."""
    return frame_level(mel) > (speech_threshold(mel) if threshold_db is None else threshold_db)


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
