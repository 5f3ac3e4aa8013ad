"""Figure `features`: time per frame of the feature chain, 128 channels at 1024 Hz, one frame a push."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from time import perf_counter

import numpy as np
import torch
from scipy import signal

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import build_features, run_features
from bk_realtime.stream import Operator, Pipeline

N_CHANNELS, SFREQ = 128, 1024


Step = Callable[[np.ndarray], np.ndarray]


def _ours(ops: list[Operator]) -> Step:
    pipe = Pipeline(ops, torch.zeros(0, dtype=torch.float64))
    return lambda chunk: pipe.push(torch.from_numpy(chunk.astype(np.float64))[None])[0].numpy()


def _scipy(first: np.ndarray, mean: np.ndarray, std: np.ndarray) -> Step:
    """The same numbers from a plain sosfilt and numpy loop on clean data: no masks, NaN or validation."""
    sos = np.vstack(
        [
            signal.butter(4, (70, 170), "bandpass", fs=SFREQ, output="sos"),
            *(np.concatenate(signal.iirnotch(f, 30, fs=SFREQ))[None] for f in (100, 150)),
        ]
    )
    first = first.astype(np.float64)
    zi = signal.sosfilt_zi(sos)[:, :, None] * (first - first.mean())
    past = np.full((round(0.05 * SFREQ), N_CHANNELS), np.nan)

    def step(chunk: np.ndarray) -> np.ndarray:
        nonlocal zi, past
        x = chunk.astype(np.float64)
        y, zi = signal.sosfilt(sos, x - x.mean(1, keepdims=True), axis=0, zi=zi)
        past = np.concatenate([past[len(y) :], y])
        return np.clip((np.log(np.mean(past**2, 0) + 1e-6) - mean) / std, -10, 10)[None]

    return step


def _timed(steps: Sequence[Step], chunks: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Every chunk through every step in turn, so that whatever else the machine does meets all of them:
    seconds (n_steps, n_chunks), frames (n_steps, n_chunks, C)."""
    seconds = np.zeros((len(steps), len(chunks)))
    frames = np.zeros((len(steps), len(chunks), N_CHANNELS))
    for k, chunk in enumerate(chunks):
        for i, step in enumerate(steps):
            start = perf_counter()
            (frames[i, k],) = step(chunk)
            seconds[i, k] = perf_counter() - start
    return seconds, frames


def run(quick: bool) -> list[dict]:
    """p99 ms per frame of our chain (mask, average reference, band-pass, notches, log power, z-score), with scipy and
    numpy on the same data as baseline, and the speed on a whole recording in seconds of signal per second."""
    n_frames = 1500 if quick else 8000
    clock = FrameClock(SFREQ)
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(clock.boundary(n_frames), N_CHANNELS)) * 30).astype(np.float32)
    edges = [0, *(clock.boundary(k) for k in range(n_frames))]
    chunks = [x[a:b] for a, b in pairwise(edges)]
    labels = [f"{'ABCDEFGH'[i // 16]}{i % 16 + 1}" for i in range(N_CHANNELS)]
    mean, std = np.full(N_CHANNELS, 5.0), np.full(N_CHANNELS, 0.3)
    ops = build_features(FeatureSettings(reference="average"), MelSettings(), labels, labels, SFREQ, mean=mean, std=std)
    with torch.inference_mode():
        _timed([_ours(ops)], chunks[:50])
        seconds, (got, want) = _timed([_ours(ops), _scipy(x[0], mean, std)], chunks)
    settled = round(0.05 * SFREQ) // 11 + 1
    worst = float(np.abs(got - want)[settled:].max())
    if worst > 1e-6 or len(got) <= settled:
        raise RuntimeError(f"features and baseline differ by {worst:g}: the timings compare different things")
    start = perf_counter()
    run_features(ops, x)
    speed = len(x) / SFREQ / (perf_counter() - start)
    ours, theirs = np.percentile(seconds * 1e3, [50, 99, 100], axis=1).T.round(4).tolist()
    names = ("p50", "p99", "max")
    detail = {
        **dict(zip(names, ours, strict=True)),
        **{f"baseline_{name}": value for name, value in zip(names, theirs, strict=True)},
        "baseline": "scipy.signal.sosfilt and numpy",
        "offline_x_real_time": round(speed, 1),
        "channels": N_CHANNELS,
        "sfreq": SFREQ,
        "frames": n_frames,
        "max_difference": worst,
    }
    return [
        {
            "name": "features",
            "value": ours[1],
            "unit": "ms p99 per frame",
            "baseline": theirs[1],
            "ratio": theirs[1] / ours[1],
            "detail": detail,
        }
    ]


if __name__ == "__main__":
    for row in run(quick=True):
        print(row)
