"""Loudness taken off: correlation of what is left when the recorded level explains all that it can, and its oracles.

A spectrum that follows the level alone (stationary noise as loud as the speech, a curve from level to spectrum) scores
.2 to .7 inside speech and tells no word from another. So each frame's own level (the mean of its log-mel) is subtracted
on both sides, and what the recorded level predicts of the rest is regressed out of both, in every bin, before they are
correlated: the partial correlation (Yule 1907, "On the theory of correlation for any
number of variables", Proc. R. Soc. A 79:182) given curves of the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from bk_realtime.measures.mel import baselines, frame_level, mean_correlation, speech_mask

LOUDNESS, LOUDNESS_STEPS = "loudness oracle", "loudness in three steps"
"""Decoders that know the true level of every frame, and no more (:func:`loudness_oracles`)."""
ORDER = 4
"""Degree of the curve of either level that is taken off."""
LEAST_FRAMES = 100
"""Speech frames below which so many curves fit anything: nothing is told then."""
MOST_LEVELS, FRAMES_PER_LEVEL = 30, 50
N_STEPS = 3
SMOOTHED = (9, 17, 35)
"""Frames over which the level's spectrum is averaged, so that loudness that comes blurred is taken off too: about 100,
200 and 400 ms."""
_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Loudness:
    """What the recorded level explains over the speech frames, as orthonormal curves.

    A decoder's own level goes first, frame by frame: it would drown what is left where it is not that of the recording.

    Attributes
    ----------
    common : (n_speech, k) of every bin: a constant, and polynomials of the two levels that a frame has, that of its
        energy, which its loudest bins make, and the mean of its log-mel, which all bins make alike. (Taking off the
        first one alone leaves .2 to noise that carries the true loudness, since its weak bins follow those of speech.)
    own : (n_speech, n_mels, len(SMOOTHED)) of each bin: its mean at each level, averaged over time.
    """

    common: np.ndarray
    own: np.ndarray

    @classmethod
    def of(cls, reference: np.ndarray, mask: np.ndarray) -> Loudness:
        """Of a recorded log-mel (T, n_mels) over its speech frames (T,) bool."""
        level = frame_level(reference)
        curves = [np.ones((int(mask.sum()), 1))]
        for known in (level[mask], reference[mask].mean(1, dtype=np.float64)):
            low, high = (known.min(), known.max()) if len(known) else (0.0, 0.0)
            scaled = 2.0 * (known - low) / max(high - low, _TINY) - 1.0
            curves.append(np.polynomial.legendre.legvander(scaled, ORDER)[:, 1:])
        u, s, _ = np.linalg.svd(np.concatenate(curves, 1), full_matrices=False)
        common = u[:, s > _TINY * max(s.max(initial=0.0), _TINY)]  # both levels may be the same curve
        spectrum = _spectrum_at(level, level, reference)
        own = np.empty((len(common), reference.shape[1], len(SMOOTHED)))
        for k, width in enumerate(SMOOTHED):
            curve = _without_mean(uniform_filter1d(spectrum, width, axis=0)[mask])
            size = np.linalg.norm(curve, axis=0)
            curve -= common @ (common.T @ curve)
            for j in range(k):
                curve -= own[:, :, j] * (own[:, :, j] * curve).sum(0)
            left = np.linalg.norm(curve, axis=0)
            own[:, :, k] = np.where(left > 1e-6 * size, curve / np.maximum(left, _TINY), 0.0)
        return cls(common, own.astype(np.float32))

    def off(self, mel: np.ndarray) -> np.ndarray:
        """What is left of the speech frames (n_speech, n_mels) without its own level and the curves (least squares)."""
        x = _without_mean(mel.astype(np.float64))
        x -= self.common @ (self.common.T @ x)
        for k in range(self.own.shape[2]):
            own = self.own[:, :, k]
            x -= own * (own * x).sum(0)
        return x


def partial_correlation(
    decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, loudness: Loudness | None = None
) -> float:
    """Correlation inside speech without loudness, mean over bins: two (T, n_mels) log-mels and speech frames (T,).

    NaN with fewer than :data:`LEAST_FRAMES` speech frames. ``loudness`` is that of ``reference`` where it is known.
    """
    if mask.sum() < LEAST_FRAMES:
        return float("nan")
    loudness = loudness or Loudness.of(reference, mask)
    return mean_correlation(loudness.off(decoded[mask]), loudness.off(reference[mask]))


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
    spoken = speech_mask(mel)
    spoken = spoken if spoken.any() else np.ones(len(mel), bool)
    edges = np.quantile(known[spoken], np.arange(1, N_STEPS) / N_STEPS)
    steps, own = np.digitize(known, edges), np.digitize(wanted, edges)
    means = [mel[spoken & (steps == i)] for i in range(N_STEPS)]
    three = np.array([m.mean(0, dtype=np.float64) if len(m) else mel.mean(0, dtype=np.float64) for m in means])[own]
    silence = mel[~spoken].mean(0, dtype=np.float64) if not spoken.all() else mel.mean(0, dtype=np.float64)
    return {
        LOUDNESS: _spectrum_at(wanted, known, mel).astype(reference.dtype),
        LOUDNESS_STEPS: np.where(mask[:, None], three, silence).astype(reference.dtype),
    }


def without_a_brain(reference: np.ndarray, training: list[np.ndarray]) -> dict[str, np.ndarray]:
    """All rows that decode without a brain: :func:`bk_realtime.measures.mel.baselines` and :func:`loudness_oracles`."""
    mask = speech_mask(reference)
    return baselines(reference, mask, training) | loudness_oracles(reference, mask, training)


def loudness_alone(
    oracles: dict[str, np.ndarray], reference: np.ndarray, mask: np.ndarray, loudness: Loudness
) -> dict[str, float]:
    """How far loudness comes in :func:`partial_correlation`: by name, the oracles (:func:`loudness_oracles`) and the
    first of them averaged over time. Empty where there are none."""
    ways = dict(oracles)
    for width in SMOOTHED if LOUDNESS in oracles else ():
        blurred = uniform_filter1d(oracles[LOUDNESS].astype(np.float64), width, axis=0)
        ways[f"{LOUDNESS}, mean of {width} frames"] = blurred
    return {name: partial_correlation(mel, reference, mask, loudness) for name, mel in ways.items()}


def _without_mean(mel: np.ndarray) -> np.ndarray:
    return np.asarray(mel - mel.mean(1, keepdims=True))


def _spectrum_at(wanted: np.ndarray, known: np.ndarray, mel: np.ndarray) -> np.ndarray:
    """Mean of ``mel`` (n, n_mels) with the levels ``known`` (n,) at each of the levels ``wanted`` (T,): (T, n_mels)."""
    parts = np.array_split(np.argsort(known, kind="stable"), int(np.clip(len(mel) // FRAMES_PER_LEVEL, 2, MOST_LEVELS)))
    at = np.array([known[part].mean() for part in parts])
    spectra = np.array([mel[part].mean(0, dtype=np.float64) for part in parts])
    return np.stack([np.interp(wanted, at, spectrum) for spectrum in spectra.T], 1)
