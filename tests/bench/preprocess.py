"""Seconds of recording processed per second: 128 channels at 1024 Hz to z-scored features and target mel."""

from __future__ import annotations

import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.config import FeatureSettings
from offline.data.preprocessing import preprocess, write_arrays
from offline.data.split import SplitSettings
from offline.io import read_recording
from offline.io.recording import Recording

SETTINGS = FeatureSettings(), SplitSettings()


def noise_recording(seconds: float, n_channels: int = 128, sfreq: int = 1024) -> Recording:
    """White noise on every channel and in the microphone: speed does not depend on the content."""
    rng = np.random.default_rng(0)
    return Recording(
        neural=rng.standard_normal((int(seconds * sfreq), n_channels), dtype=np.float32),
        sfreq=Fraction(sfreq),
        labels=tuple(f"A{i}" for i in range(n_channels)),
        audio=0.1 * rng.standard_normal(int(seconds * 22050), dtype=np.float32),
        sample_rate=22050,
        name="noise",
        simulated=True,
    )


def with_files(recording: Recording) -> float:
    """Seconds of the same with the recording read from an NPY pair and the result written."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise_sEEG.npy"
        np.save(path, recording.neural)
        np.save(path.with_name("noise_audio.npy"), recording.audio)
        start = time.perf_counter()
        write_arrays(path.with_name("features.npz"), preprocess(read_recording(path), *SETTINGS))
        return time.perf_counter() - start


def run(quick: bool) -> list[dict]:
    """Ratio to the issue's demand of 100 times real time."""
    seconds = 60.0 if quick else 300.0
    preprocess(noise_recording(60.0, n_channels=4), *SETTINGS)  # compiles
    recording = noise_recording(seconds)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        preprocess(recording, *SETTINGS)
        times.append(time.perf_counter() - start)
    speed = seconds / float(np.median(times))
    detail = {"channels": 128, "sfreq": 1024, "seconds": seconds, "best": seconds / min(times)}
    detail["with_reading_and_writing"] = seconds / with_files(recording)
    return [
        {
            "name": "preprocess",
            "value": speed,
            "unit": "s recording / s",
            "baseline": 100.0,
            "ratio": speed / 100.0,
            "detail": detail,
        }
    ]
