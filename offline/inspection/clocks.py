"""Whether sound and brain of a recording fit together: their clocks, then their signals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import build_features, run_features
from bk_realtime.vocoder.mel import log_mel
from offline.data.align import aligned_audio
from offline.inspection.channels import fitted
from offline.io.recording import Recording, pieces
from offline.scoring.mel import frame_level


@dataclass(frozen=True)
class Alignment:
    """Sound against brain.

    Attributes
    ----------
    start_s : audio start after neural start.
    overlap_s : time during which both ran.
    drift_ppm : audio clock against the neural clock, relative to their nominal rates.
    drift_ms_per_hour : what that would cost if it were not corrected.
    lag_ms : delay of high gamma (mean over channels) behind the sound level where both agree best.
    lag_r, chance_r : that correlation, and the 95th percentile of the best one with the sound shifted at random.
    """

    start_s: float
    overlap_s: float
    drift_ppm: float
    drift_ms_per_hour: float
    lag_ms: float
    lag_r: float
    chance_r: float


def check_alignment(recording: Recording, seed: int = 0) -> Alignment | None:
    """Compare the clocks, then the signals: the level of the sound with high gamma, within one second either way."""
    if recording.audio is None:
        return None
    start = max(recording.neural_start_s, recording.audio_start_s)
    overlap = min(recording.neural_end_s, recording.audio_end_s) - start
    audio_clock = recording.audio_rate / recording.sample_rate
    neural_clock = recording.neural_rate / float(recording.sfreq)
    drift = audio_clock / neural_clock - 1
    mel = MelSettings()
    ops = build_features(fitted(FeatureSettings(), recording), mel, recording.labels, recording.labels, recording.sfreq)
    features = run_features(ops, recording.neural)
    level = frame_level(log_mel(aligned_audio(recording, mel), mel))
    n = min(len(features), len(level))
    features, level = features[:n], level[:n]
    groups = np.array_split(np.arange(features.shape[1]), -(-features.shape[1] // 16))  # small beside the features
    mean = np.concatenate([np.nanmean(features[:, group], axis=0) for group in groups])
    std = np.concatenate([np.nanstd(features[:, group], axis=0) for group in groups])
    with np.errstate(invalid="ignore", divide="ignore"):
        brain = np.concatenate([np.nan_to_num((part - mean) / std).mean(axis=1) for part in pieces(features)])
    rate = float(mel.sample_rate / mel.hop_length)
    reach = min(round(rate), n // 4)
    r = _lagged(level, brain, reach)
    best = int(np.argmax(np.abs(r)))
    rng = np.random.default_rng(seed)
    shifts = rng.integers(min(n // 3, 10 * reach), n - min(n // 3, 10 * reach) + 1, 40)
    chance = [np.abs(_lagged(np.roll(level, int(s)), brain, reach)).max() for s in shifts]
    return Alignment(
        start_s=recording.audio_start_s - recording.neural_start_s,
        overlap_s=overlap,
        drift_ppm=drift * 1e6,
        drift_ms_per_hour=drift * 3600e3,
        lag_ms=(best - reach) / rate * 1e3,
        lag_r=float(r[best]),
        chance_r=float(np.quantile(chance, 0.95)),
    )


def _lagged(a: np.ndarray, b: np.ndarray, reach: int) -> np.ndarray:
    """Correlation of ``a[t]`` with ``b[t + lag]`` for lags -reach ... reach."""
    a = (a - a.mean()) / (a.std() + 1e-12)
    b = (b - b.mean()) / (b.std() + 1e-12)
    n = len(a)
    return np.array([
        float(a[max(0, -lag) : n - max(0, lag)] @ b[max(0, lag) : n - max(0, -lag)]) / n
        for lag in range(-reach, reach + 1)
    ])  # fmt: skip
