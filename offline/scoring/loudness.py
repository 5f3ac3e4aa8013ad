"""Loudness taken off: correlation of what is left when the recorded level explains all that it can, and its oracles.

A spectrum that follows the level alone (stationary noise as loud as the speech, a curve from level to spectrum) scores
.4 to .7 inside speech and tells no word from another. What the level predicts is therefore regressed out of both sides,
in every bin, before they are correlated: the partial correlation (Yule 1907, "On the theory of correlation for any
number of variables", Proc. R. Soc. A 79:182) given smooth curves of the level.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d

from offline.scoring.mel import baselines, frame_level, mean_correlation, speech_mask

LOUDNESS, LOUDNESS_STEPS = "loudness oracle", "loudness in three steps"
"""Decoders that know the true level of every frame, and no more (:func:`loudness_oracles`)."""
ORDER = 4
"""Degree of the curve of either level that is taken off."""
LEAST_FRAMES = 100
"""Speech frames below which so many curves fit anything: nothing is told then."""
MOST_LEVELS, FRAMES_PER_LEVEL = 30, 50
N_STEPS = 3
SMOOTHED_S = (0.0, 0.1, 0.2, 0.4)
"""Seconds over which the loudness oracle is averaged to see how far loudness alone can come."""
_TINY = 1e-9


def level_curves(reference: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Orthonormal curves of the recorded level over the speech frames: (n_speech, k), k at most 1 + 2 * ORDER.

    Polynomials up to the fourth degree of the two levels that a frame has: that of its energy, which its loudest bins
    make, and the mean of its log-mel, which all bins make alike. Taking off the first one alone leaves .2 to noise that
    carries the true loudness, since its weak bins follow the weak bins of speech.

    Parameters
    ----------
    reference : (T, n_mels) recorded log-mel.
    mask : (T,) bool, speech frames.
    """
    curves = [np.ones((int(mask.sum()), 1))]
    for level in (frame_level(reference)[mask], reference[mask].mean(1, dtype=np.float64)):
        low, high = (level.min(), level.max()) if len(level) else (0.0, 0.0)
        scaled = 2.0 * (level - low) / max(high - low, _TINY) - 1.0
        curves.append(np.polynomial.legendre.legvander(scaled, ORDER)[:, 1:])
    u, s, _ = np.linalg.svd(np.concatenate(curves, 1), full_matrices=False)
    independent: np.ndarray = u[:, s > _TINY * max(s.max(initial=0.0), _TINY)]  # both levels may be the same curve
    return independent


def loudness_off(mel: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """What is left of each bin of the speech frames (n_speech, n_mels) without the ``curves``, by least squares."""
    x = mel.astype(np.float64)
    return np.asarray(x - curves @ (curves.T @ x))


def partial_correlation(decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray) -> float:
    """Correlation inside speech without loudness, mean over bins: two (T, n_mels) log-mels and speech frames (T,).

    NaN with fewer than :data:`LEAST_FRAMES` speech frames.
    """
    if mask.sum() < LEAST_FRAMES:
        return float("nan")
    curves = level_curves(reference, mask)
    return mean_correlation(loudness_off(decoded[mask], curves), loudness_off(reference[mask], curves))


def loudness_oracles(reference: np.ndarray, mask: np.ndarray, training: list[np.ndarray]) -> dict[str, np.ndarray]:
    """What decodes with the true level alone: a spectrum for every level, and one each for three steps of it.

    Parameters
    ----------
    reference : (T, n_mels) test log-mel, of which only the frame level is used.
    mask : (T,) true speech frames of the test part.
    training : log-mel of the training segments; their mean spectrum at each level is all that is known.

    Returns
    -------
    :data:`LOUDNESS` and :data:`LOUDNESS_STEPS` -> (T, n_mels).
    """
    mel = np.concatenate(training)
    known, wanted = frame_level(mel), frame_level(reference)
    parts = np.array_split(np.argsort(known, kind="stable"), int(np.clip(len(mel) // FRAMES_PER_LEVEL, 2, MOST_LEVELS)))
    at = np.array([known[part].mean() for part in parts])
    spectra = np.array([mel[part].mean(0, dtype=np.float64) for part in parts])
    curve = np.stack([np.interp(wanted, at, bin_) for bin_ in spectra.T], 1)
    spoken = speech_mask(mel)
    spoken = spoken if spoken.any() else np.ones(len(mel), bool)
    edges = np.quantile(known[spoken], np.arange(1, N_STEPS) / N_STEPS)
    steps, own = np.digitize(known, edges), np.digitize(wanted, edges)
    means = [mel[spoken & (steps == i)] for i in range(N_STEPS)]
    three = np.array([m.mean(0, dtype=np.float64) if len(m) else mel.mean(0, dtype=np.float64) for m in means])[own]
    silence = mel[~spoken].mean(0, dtype=np.float64) if not spoken.all() else mel.mean(0, dtype=np.float64)
    return {
        LOUDNESS: curve.astype(reference.dtype),
        LOUDNESS_STEPS: np.where(mask[:, None], three, silence).astype(reference.dtype),
    }


def without_a_brain(reference: np.ndarray, training: list[np.ndarray]) -> dict[str, np.ndarray]:
    """All rows that decode without a brain: :func:`offline.scoring.mel.baselines` and :func:`loudness_oracles`."""
    mask = speech_mask(reference)
    return baselines(reference, mask, training) | loudness_oracles(reference, mask, training)


def loudness_alone(
    oracles: dict[str, np.ndarray], reference: np.ndarray, mask: np.ndarray, frame_rate: float
) -> dict[str, float]:
    """How far loudness comes in :func:`partial_correlation`: by name, the oracles and the first of them averaged over
    time, whose curve of the level is then no longer that of its own frame. Empty where there are no oracles."""
    ways = {f"{LOUDNESS} over {1000 * s:.0f} ms": s for s in SMOOTHED_S if s}
    found = {name: partial_correlation(mel, reference, mask) for name, mel in oracles.items()}
    if LOUDNESS in oracles:
        for name, seconds in ways.items():
            mel = uniform_filter1d(oracles[LOUDNESS].astype(np.float64), max(1, round(seconds * frame_rate)), axis=0)
            found[name] = partial_correlation(mel, reference, mask)
    return found
