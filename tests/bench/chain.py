"""`chain`: features, decoder and vocoder per frame at 128 channels, 1024 Hz, one thread, against the 11.61 ms hop."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from bk_realtime.chain import STAGES, Chain
from tests.bench._pace import BREATH_S, engine_priority
from tests.engine_fakes import noise, tiny_bundle

N_CHANNELS = 128


def run(quick: bool, device: str = "cpu") -> list[dict]:
    """One row a decoder kind."""
    torch.set_num_threads(1)
    rows = []
    for kind, settings in (("gru", {"hidden": 256, "layers": 2}), ("seq2seq", {})):
        with tempfile.TemporaryDirectory() as folder, engine_priority() as priority:
            bundle = tiny_bundle(Path(folder) / "b", kind, N_CHANNELS, **settings)
            rows.append(_measure(kind, Chain(bundle, bundle.labels, device), 800 if quick else 5000))
            rows[-1]["detail"]["priority"] = priority
    return rows


def _measure(kind: str, chain: Chain, n_frames: int) -> dict:
    chain.warm_up()
    x = noise(chain.frame_clock.boundary(n_frames), N_CHANNELS)
    totals, stages = [], []
    for k in range(n_frames):
        piece = x[chain.frame_clock.boundary(k - 1) if k else 0 : chain.frame_clock.boundary(k)]
        t0 = time.perf_counter()
        out = chain.push(piece)
        totals.append(time.perf_counter() - t0)
        stages.append(out.seconds)
        time.sleep(BREATH_S)
    ms = 1e3 * np.array(totals)
    hop_ms = 1e3 * chain.frame_clock.hop_length / chain.frame_clock.sample_rate
    p50, p99 = np.percentile(ms, [50, 99])
    detail = {"p50": p50, "p99": p99, "max": ms.max(), "decoder": kind, "n_channels": N_CHANNELS, "frames": n_frames}
    for name, p in zip(STAGES, np.percentile(1e3 * np.array(stages), 99, axis=0), strict=True):
        detail[f"{name}_p99"] = float(p)
    detail = {k: float(v) if isinstance(v, np.floating) else v for k, v in detail.items()}
    return {
        "name": "chain",
        "value": float(p99),
        "unit": "ms p99",
        "baseline": hop_ms,
        "ratio": hop_ms / float(p99),
        "detail": detail,
    }
