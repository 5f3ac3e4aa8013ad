"""Sound like speech, and a simulated participant who says it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.signal

from offline.simulation.session import Simulate, Simulation, simulate
from offline.simulation.speech import SpeechTrack


def babble(seconds: float, seed: int, sample_rate: int = 16000) -> np.ndarray:
    """Speech-like sound: bursts of a buzz or a hiss through moving resonances, with pauses."""
    rng = np.random.default_rng(seed)
    pieces = []
    n = 0
    while n < seconds * sample_rate:
        length = int(rng.uniform(0.08, 0.3) * sample_rate)
        t = np.arange(length) / sample_rate
        if rng.random() < 0.7:
            source = scipy.signal.sawtooth(2 * np.pi * rng.uniform(90, 200) * t)
            centre = rng.uniform(300, 2500)
        else:
            source, centre = rng.standard_normal(length), rng.uniform(3000, 6500)
        b, a = scipy.signal.iirpeak(centre, 3, fs=sample_rate)
        pieces.append(scipy.signal.lfilter(b, a, source) * np.hanning(length))
        if rng.random() < 0.35:
            pieces.append(np.zeros(int(rng.uniform(0.2, 0.9) * sample_rate)))
        n = sum(map(len, pieces))
    out = np.concatenate(pieces)[: int(seconds * sample_rate)]
    return (0.1 * out / out.std() + 5e-4 * rng.standard_normal(len(out))).astype(np.float32)


def made(seconds: float = 60.0, seed: int = 1, **settings: object) -> Simulation:
    values = {"channels": 16, "sfreq": 1000.0, "line_freq": 0.0, "artefacts": 0.0, "bad": 0, "audio_ppm": 0.0}
    session = SpeechTrack(np.clip(babble(seconds, seed), -1, 1), 16000, [(0.0, "experimentStarted")])
    return simulate(Simulate((), Path("x.xdf"), seed=seed, **{**values, **settings}), session)  # type: ignore[arg-type]
