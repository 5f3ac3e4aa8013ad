"""Tricks with what the decoder reads: sound in the channels, features that look ahead, a brain that knows nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import scipy.signal

from bk_realtime.config import FeatureSettings
from offline.attacks.play import Attempt
from offline.attacks.registry import trick
from offline.attacks.scene import Scene, Session, renamed, saved, trained

FEATURE_RATE = Fraction(128)


@trick("microphone in the electrodes")
def contaminated(scene: Scene) -> Attempt:
    """The sound at -20 dB in 6 of 32 channels."""
    return Attempt(contaminated_session(scene.test).path, scene.bundle)


@trick("microphone in the electrodes, kept")
def contaminated_kept(scene: Scene) -> Attempt:
    """The same, with the option that lets it pass."""
    return Attempt(contaminated_session(scene.test).path, scene.bundle, {"contaminated": "keep"})


def contaminated_session(session: Session) -> Session:
    recording, path = renamed(session, f"contaminated_{session.path.name[:4]}")
    assert recording.audio is not None
    rate = float(recording.sfreq)
    sound = scipy.signal.resample_poly(recording.audio, round(rate), recording.sample_rate)[: len(recording.neural)]
    neural = recording.neural.copy()
    spoken = np.abs(sound) > 0.1 * np.abs(sound).max()
    for channel in range(6):
        size = neural[:, channel].std() / sound[spoken].std() * 10 ** (-20 / 20)
        neural[: len(sound), channel] += (size * sound).astype(np.float32)
    return saved(replace(recording, neural=neural), path)


@trick("microphone in training")
def contaminated_training(scene: Scene) -> Attempt:
    """A decoder that was trained on such channels, by the option that lets it pass; the test session is clean."""
    path = contaminated_session(scene.training).path
    bundle = trained([path], scene.folder / "contaminated", scene.seed, contaminated="keep")
    return Attempt(scene.test.path, bundle)


@trick("filters that look ahead")
def acausal_filters(scene: Scene) -> Attempt:
    """Features made elsewhere by filters that run forwards and backwards."""

    def power(x: np.ndarray, rate: float) -> np.ndarray:
        band = scipy.signal.butter(3, (70.0, 170.0), "bandpass", fs=rate, output="sos")
        high = np.square(scipy.signal.sosfiltfilt(band, x, axis=0))
        smooth = scipy.signal.butter(2, 8.0, fs=rate, output="sos")
        return np.asarray(np.log(np.maximum(scipy.signal.sosfiltfilt(smooth, high, axis=0), 1e-3)))

    return _given(scene, "ahead", power)


@trick("z-score over the whole recording")
def acausal_z_score(scene: Scene) -> Attempt:
    """Features made elsewhere, normalised by what was yet to come."""

    def z_score(x: np.ndarray, rate: float) -> np.ndarray:
        band = scipy.signal.butter(3, (70.0, 170.0), "bandpass", fs=rate, output="sos")
        smooth = scipy.signal.butter(2, 8.0, fs=rate, output="sos")
        level = scipy.signal.sosfilt(smooth, np.abs(scipy.signal.sosfilt(band, x, axis=0)), axis=0)
        return np.asarray((level - level.mean(0)) / level.std(0))

    return _given(scene, "z_scored", z_score)


@trick("brain that knows nothing")
def no_brain(scene: Scene) -> Attempt:
    """Honestly trained and scored, but the neural signal is that of another time."""
    moved = []
    for session in (scene.training, scene.test):
        recording, path = renamed(session, f"moved_{session.path.name[:4]}")
        moved.append(saved(replace(recording, neural=np.roll(recording.neural, len(recording.neural) // 2, 0)), path))
    return Attempt(moved[1].path, trained([moved[0].path], scene.folder / "nothing", scene.seed))


def _given(scene: Scene, name: str, make: Callable[[np.ndarray, float], np.ndarray]) -> Attempt:
    """Both sessions as features made elsewhere, and a decoder trained on those of the first."""
    made = []
    for session in (scene.training, scene.test):
        recording, path = renamed(session, f"{name}_{session.path.name[:4]}")
        rate = float(recording.sfreq)
        features = make(recording.neural.astype(np.float64), rate)[:: round(rate / float(FEATURE_RATE))]
        changed = replace(recording, neural=features, sfreq=FEATURE_RATE, neural_rate=float(FEATURE_RATE))
        made.append(saved(changed, path, holds_features=True))
    bundle = trained([made[0].path], scene.folder / name, scene.seed, features=FeatureSettings(kind="given"))
    return Attempt(made[1].path, bundle)
