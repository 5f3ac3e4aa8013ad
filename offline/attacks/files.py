"""Tricks with files: the training session again in other clothes, splits that leak, wrong units, rates, lengths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import scipy.ndimage
import scipy.signal
import soundfile

from bk_realtime.config import MelSettings
from offline.attacks.play import Attempt
from offline.attacks.registry import trick
from offline.attacks.scene import LEAD_MS, SAMPLE_RATE, Scene, renamed, saved
from offline.data.align import aligned_audio
from offline.data.dataset import lead_samples
from offline.data.decoding import decode_recording
from offline.io.recording import Recording


def resaved(name: str) -> Callable[[Callable[[Recording], Any]], Callable[[Recording], Any]]:
    """Enter a function that dresses up the training session: it returns the recording, or it and how to save it."""

    def enter(dress: Callable[[Recording], Any]) -> Callable[[Recording], Any]:
        def hand(scene: Scene) -> Attempt:
            done = dress(piece_of(scene.training.recording))
            recording, how = done if isinstance(done, tuple) else (done, {})
            path = scene.folder / f"{name.replace(' ', '_').replace(',', '')}_simulated_sEEG.npy"
            return Attempt(saved(recording, path, **how).path, scene.bundle)

        hand.__doc__ = dress.__doc__
        trick(f"training session, {name}")(hand)
        return dress

    return enter


def piece_of(recording: Recording, first_s: float = 20.0, seconds: float = 80.0) -> Recording:
    """A piece of a session, sound and cues with it, as a session of its own."""
    rate, stop_s = float(recording.sfreq), first_s + seconds
    assert recording.audio is not None
    return replace(
        recording,
        neural=recording.neural[round(first_s * rate) : round(stop_s * rate)],
        audio=recording.audio[round(first_s * SAMPLE_RATE) : round(stop_s * SAMPLE_RATE)],
        markers=[(t - first_s, text) for t, text in recording.markers if first_s < t < stop_s],
    )


@resaved("as float64")
def as_float64(recording: Recording) -> Any:
    """Saved again with rounding that no byte survives."""
    noisy = recording.neural.astype(np.float64) * (1 + 1e-7)
    return replace(recording, neural=noisy), {"dtype": "float64"}


@resaved("channels in another order")
def reordered(recording: Recording) -> Any:
    """The last channel first."""
    return replace(recording, neural=recording.neural[:, ::-1], labels=recording.labels[::-1])


@resaved("cropped by 10 ms")
def cropped(recording: Recording) -> Any:
    """Without its first hundredth of a second, sound and signal alike."""
    neural, audio = round(0.01 * float(recording.sfreq)), round(0.01 * SAMPLE_RATE)
    assert recording.audio is not None
    return replace(recording, neural=recording.neural[neural:], audio=recording.audio[audio:])


@resaved("one channel less")
def one_less(recording: Recording) -> Any:
    """One contact is a constant."""
    neural = recording.neural.copy()
    neural[:, 3] = 0.0
    return replace(recording, neural=neural)


@resaved("in another unit")
def other_unit(recording: Recording) -> Any:
    """Saved in millivolts, which the options say."""
    return recording, {"dtype": "float64", "scale": 1e-3, "unit": "mV"}


@resaved("re-referenced")
def rereferenced(recording: Recording) -> Any:
    """Against the average of all contacts."""
    return replace(recording, neural=recording.neural - recording.neural.mean(1, keepdims=True))


@resaved("resampled")
def resampled(recording: Recording) -> Any:
    """At 500 Hz in place of 512."""
    neural = scipy.signal.resample_poly(recording.neural, 125, 128, axis=0)
    return replace(recording, neural=neural, sfreq=Fraction(500), neural_rate=500.0)


@trick("training session itself")
def the_same(scene: Scene) -> Attempt:
    """The file that the decoder was trained on."""
    return Attempt(scene.training.path, scene.bundle)


@trick("random frames held out")
def random_frames(scene: Scene) -> Attempt:
    """A split of single frames at random, so that every scored one has neighbours in training."""
    (entry,) = scene.bundle.provenance["data"]
    first, stop = entry["held_out"]
    odd = [[k, k + 1] for k in range(first, stop) if scene.rng.permutation(4)[0]]
    return _split(scene, entry | {"training": [*entry["training"], *odd]})


@trick("held-out part touches training")
def touching(scene: Scene) -> Attempt:
    """A contiguous split without a gap."""
    (entry,) = scene.bundle.provenance["data"]
    return _split(scene, entry | {"validation": [entry["validation"][0], entry["held_out"][0]]})


def _split(scene: Scene, entry: dict[str, Any]) -> Attempt:
    bundle = replace(scene.bundle, provenance=scene.bundle.provenance | {"data": [entry]})
    return Attempt(scene.training.path, bundle, {"held_out": True})


@trick("units wrong by ten")
def wrong_unit(scene: Scene) -> Attempt:
    """Numbers ten times too large, called microvolts."""
    recording, path = renamed(scene.test, "times_ten")
    return Attempt(saved(recording, path, scale=10.0).path, scene.bundle)


@trick("wrong rate in the header")
def wrong_rate(scene: Scene) -> Attempt:
    """Decoded sound of 22050 Hz whose header says 24000."""
    return pair(scene, "header", lambda sound: (sound, 24_000))


@trick("decoded file half as long")
def half_as_long(scene: Scene) -> Attempt:
    """Only the first half was decoded."""
    return pair(scene, "half", lambda sound: (sound[: len(sound) // 2], SAMPLE_RATE))


@trick("loudness only, as a sound file")
def loudness_file(scene: Scene) -> Attempt:
    """Noise with the true loudness, handed in as decoded sound: it beats a published network in plain r."""
    sound = aligned_audio(scene.test.recording, MelSettings()).astype(np.float64)
    envelope = np.sqrt(scipy.ndimage.uniform_filter1d(np.square(sound), SAMPLE_RATE // 50))
    colour = np.fft.rfft(scene.rng.standard_normal(len(sound))) * np.abs(np.fft.rfft(sound))
    noise = np.fft.irfft(colour, len(sound))
    return pair(scene, "noise", lambda _: (envelope * noise / np.abs(noise).max(), SAMPLE_RATE))


def pair(scene: Scene, name: str, change: Callable[[np.ndarray], tuple[np.ndarray, int]]) -> Attempt:
    """Honestly decoded sound, changed, against the recorded one."""
    reference, decoded = (scene.folder / f"{name}_{role}_simulated.wav" for role in ("recorded", "decoded"))
    soundfile.write(reference, aligned_audio(scene.test.recording, MelSettings()), SAMPLE_RATE)
    sound = decode_recording(scene.bundle, scene.test.recording).audio[-lead_samples(LEAD_MS, MelSettings()) :]
    soundfile.write(decoded, *change(sound))
    return Attempt(options={"decoded": decoded, "reference": reference})
