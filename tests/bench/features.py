"""Figure `features`: time per frame of the feature chain, 128 channels at 1024 Hz, one frame a push."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter

import numpy as np
import torch
from scipy import signal

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import build_features, run_features
from bk_realtime.stream import Pipeline

N_CHANNELS, SFREQ = 128, 1024


def _ours(ops: list, chunks: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    pipe, times, frames = Pipeline(ops, torch.zeros(0, dtype=torch.float64)), [], []
    for chunk in chunks:
        start = perf_counter()
        frames.append(pipe.push(torch.as_tensor(chunk, dtype=torch.float64)[None])[0].numpy())
        times.append(perf_counter() - start)
    return np.array(times), np.concatenate(frames)


def _scipy(chunks: list[np.ndarray], mean: np.ndarray, std: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same numbers from a plain sosfilt and numpy loop on clean data: no masks, NaN or validation."""
    sos = np.vstack(
        [
            signal.butter(4, (70, 170), "bandpass", fs=SFREQ, output="sos"),
            *(np.concatenate(signal.iirnotch(f, 30, fs=SFREQ))[None] for f in (100, 150)),
        ]
    )
    window = round(0.05 * SFREQ)
    first = chunks[0][0].astype(np.float64)
    zi = signal.sosfilt_zi(sos)[:, :, None] * (first - first.mean())
    past, times, frames = np.full((window, N_CHANNELS), np.nan), [], []
    for chunk in chunks:
        start = perf_counter()
        x = chunk.astype(np.float64)
        y, zi = signal.sosfilt(sos, x - x.mean(1, keepdims=True), axis=0, zi=zi)
        past = np.concatenate([past, y])[-window:]
        frames.append(np.clip((np.log(np.mean(past**2, 0) + 1e-6) - mean) / std, -10, 10))
        times.append(perf_counter() - start)
    return np.array(times), np.array(frames)


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
    _ours(ops, chunks[:50])
    (ours, got), (theirs, want) = _ours(ops, chunks), _scipy(chunks, mean, std)
    settled = round(0.05 * SFREQ) // 11 + 1
    worst = float(np.abs(got - want)[settled:].max())
    if worst > 1e-6:
        raise RuntimeError(f"features and baseline differ by {worst:g}: the timings compare different things")
    start = perf_counter()
    run_features(ops, x)
    speed = len(x) / SFREQ / (perf_counter() - start)
    p = {key: np.percentile(times * 1e3, [50, 99, 100]).round(4) for key, times in (("o", ours), ("b", theirs))}
    about = {"channels": N_CHANNELS, "sfreq": SFREQ, "frames": n_frames, "max_difference": worst}
    names = ("p50", "p99", "max")
    detail = {**dict(zip(names, p["o"].tolist(), strict=True)), **about}
    detail |= {f"baseline_{k}": v for k, v in zip(names, p["b"].tolist(), strict=True)}
    detail |= {"baseline": "scipy.signal.sosfilt and numpy", "offline_x_real_time": round(speed, 1)}
    return [
        {
            "name": "features",
            "value": float(p["o"][1]),
            "unit": "ms p99 per frame",
            "baseline": float(p["b"][1]),
            "ratio": float(p["b"][1] / p["o"][1]),
            "detail": detail,
        }
    ]


if __name__ == "__main__":
    for row in run(quick=True):
        print(row)
