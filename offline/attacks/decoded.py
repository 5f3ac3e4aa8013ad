"""Tricks with a decoded mel: made from the truth or from nothing, with no brain in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import scipy.ndimage

from bk_realtime.config import MelSettings
from offline.attacks.play import Attempt, says
from offline.attacks.registry import trick
from offline.attacks.scene import LEAD_MS, SAMPLE_RATE, Scene
from offline.data.align import aligned_audio
from offline.data.dataset import target_mel
from offline.data.trials import Trial
from offline.scoring.mel import MEAN, ORACLE, baselines, frame_level

FRAME_RATE = SAMPLE_RATE / MelSettings().hop_length


def decoded(name: str) -> Callable[[Callable[[Scene], np.ndarray]], Callable[[Scene], np.ndarray]]:
    """Enter a function that makes the decoded mel (T, n_mels) of the test session."""

    def enter(make: Callable[[Scene], np.ndarray]) -> Callable[[Scene], np.ndarray]:
        def hand(scene: Scene) -> Attempt:
            return Attempt(scene.test.path, says(scene.bundle, make(scene)))

        hand.__doc__ = make.__doc__
        trick(name)(hand)
        return make

    return enter


@decoded("speech/silence oracle")
def oracle(scene: Scene) -> np.ndarray:
    """Knows when somebody speaks, and two spectra."""
    return baselines(scene.test.mel, scene.test.spoken, [scene.training.mel])[ORACLE]


@decoded("mean spectrum")
def mean(scene: Scene) -> np.ndarray:
    """The mean of the training session, all the time."""
    return baselines(scene.test.mel, scene.test.spoken, [scene.training.mel])[MEAN]


@decoded("constant")
def constant(scene: Scene) -> np.ndarray:
    """The mean spectrum of speech, with a trembling too small to see."""
    level = scene.training.mel[scene.training.spoken].mean(0)
    return np.asarray(level + 1e-3 * scene.rng.standard_normal(scene.test.mel.shape))


@decoded("noise")
def noise(scene: Scene) -> np.ndarray:
    """Spectra that change as fast as speech does, at random."""
    return np.asarray(_smooth(scene, 0.06) + scene.training.mel.mean(0))


@decoded("loudness only")
def loudness_only(scene: Scene) -> np.ndarray:
    """Stationary noise with the spectrum of speech, made as loud as the truth is at each moment."""
    sound = aligned_audio(scene.test.recording, MelSettings())
    envelope = np.sqrt(scipy.ndimage.uniform_filter1d(np.square(sound.astype(np.float64)), SAMPLE_RATE // 50))
    return _noise_of(scene, envelope)


@decoded("loudness in three steps")
def loudness_steps(scene: Scene) -> np.ndarray:
    """The same noise at three levels only: silence, soft, loud."""
    sound = aligned_audio(scene.test.recording, MelSettings())
    envelope = np.sqrt(scipy.ndimage.uniform_filter1d(np.square(sound.astype(np.float64)), SAMPLE_RATE // 50))
    loud = envelope > np.median(envelope[envelope > 0.1 * envelope.max()])
    steps = np.where(loud, 0.7, np.where(envelope > 0.05 * envelope.max(), 0.15, 0.002)) * envelope.max()
    return _noise_of(scene, steps)


@decoded("loudness to spectrum")
def loudness_curve(scene: Scene) -> np.ndarray:
    """The spectrum that a frame of this loudness has on average, by a curve of the training session."""
    level, true = frame_level(scene.training.mel), frame_level(scene.test.mel)
    spoken = scene.training.spoken
    curve = np.polynomial.polynomial.polyfit(level[spoken] / 20, scene.training.mel[spoken].astype(np.float64), 4)
    wanted = np.clip(true, level[spoken].min(), level[spoken].max()) / 20
    return np.asarray(np.polynomial.polynomial.polyval(wanted, curve).T)


@decoded("truth, late by half a second")
def late(scene: Scene) -> np.ndarray:
    """The recorded mel, 0.46 s late."""
    return np.roll(scene.test.mel, 40, 0)


@decoded("truth, moved by 50 ms")
def moved(scene: Scene) -> np.ndarray:
    """The recorded mel, four frames late: within what a lag may be."""
    return np.roll(scene.test.mel, round(0.05 * FRAME_RATE), 0)


@decoded("truth with noise")
def noisy_truth(scene: Scene) -> np.ndarray:
    """The recorded mel under noise: better than any decoder of a brain."""
    return np.asarray(scene.test.mel + 0.5 * scene.test.mel[scene.test.spoken].std() * _smooth(scene, 0.03))


@decoded("average words at true onsets")
def word_templates(scene: Scene) -> np.ndarray:
    """For each word that was said, the average of its takes in training, put where it was said."""
    return _placed(scene, lambda label: [t for t in scene.training.trials if t.label == label])


@decoded("previous trial")
def previous_trial(scene: Scene) -> np.ndarray:
    """What was said in the trial before, put where somebody speaks now."""
    trials = scene.test.trials
    out = baselines(scene.test.mel, scene.test.spoken, [scene.training.mel])[ORACLE].copy()
    for before, trial in itertools.pairwise(trials):
        n = min(before.stop - before.first, trial.stop - trial.first)
        out[trial.first : trial.first + n] = scene.test.mel[before.first : before.first + n]
    return out


@decoded("one template at true onsets")
def onset_template(scene: Scene) -> np.ndarray:
    """The average of all words of training, put wherever a word begins."""
    return _placed(scene, lambda _: list(scene.training.trials))


def _placed(scene: Scene, takes: Callable[[str], list[Trial]]) -> np.ndarray:
    """Averages of takes of the training session at the onsets of the test session, silence elsewhere."""
    silence = scene.training.mel[~scene.training.spoken].mean(0)
    out = np.tile(silence, (len(scene.test.mel), 1))
    for trial in scene.test.trials:
        n = round(0.8 * FRAME_RATE)
        cut = [scene.training.mel[t.first : t.first + n] for t in takes(trial.label)]
        average = np.mean([c for c in cut if len(c) == n], 0)
        room = out[trial.first : trial.first + n]
        room[:] = average[: len(room)]
    return out


def _smooth(scene: Scene, seconds: float) -> np.ndarray:
    """Noise (T, n_mels) of unit deviation, smooth in time and over neighbouring bins."""
    rough = scene.rng.standard_normal(scene.test.mel.shape)
    smooth = scipy.ndimage.gaussian_filter(rough, (seconds * FRAME_RATE, 3))
    return np.asarray(smooth / smooth.std())


def _noise_of(scene: Scene, envelope: np.ndarray) -> np.ndarray:
    """Log-mel of stationary noise with the mean spectrum of speech, times an envelope (n,) at the audio rate."""
    n = len(scene.test.mel)
    sound = (scene.rng.standard_normal(len(envelope)) * envelope).astype(np.float32)
    hiss = target_mel(sound, MelSettings(), LEAD_MS)[:n]
    colour = scene.training.mel[scene.training.spoken].mean(0) - hiss[scene.test.spoken].mean(0)
    return np.asarray(hiss + colour)
