"""Figure `vocoder_step`: time per mel frame of the default vocoder and of cached HiFi-GAN V3, one frame a push.

HiFi-GAN V3 twice: with its full lookahead of 11 frames (117 ms), where every activation is computed once, and with
none, where each hop is completed from repeats of the newest frame. On a card, where networks may be large: HiFi-GAN V3
and V1 and WaveGlow of the published sizes, against the same networks recomputed over a window for every hop.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np
import torch
from torch import Tensor

from bk_realtime.config import MelSettings
from bk_realtime.stream import Operator, Stream
from bk_realtime.vocoder import HifiGan, PhaseReconstruction, log_mel
from bk_realtime.vocoder.published.waveglow import PUBLISHED, WaveGlow
from tests.unit.hifigan_reference import MEL, V1, V3, Generator, random_generator
from tests.unit.waveglow_reference import random_state

Push = Callable[[Tensor], object]


def _frames(n: int) -> Tensor:
    """Log-mel of gliding harmonics in noise, ``(1, n, 80)``."""
    t = np.arange(256 * n) / 22050
    phase = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 0.7 * t)) / 22050
    voice = sum(np.cos(h * phase) / h for h in range(1, 40)) * 0.06
    noise = np.random.default_rng(0).standard_normal(len(t)) * 0.005
    return torch.from_numpy(log_mel((voice * (np.sin(4 * t) > -0.5) + noise).astype(np.float32)))[None]


def _recompute(net: Generator, n_context: int, device: str = "cpu") -> Push:
    """What people do without caches: the network over a window of frames for every hop."""
    window = torch.full((1, 80, n_context), -11.5, device=device)

    def push(frame: Tensor) -> Tensor:
        window.copy_(torch.cat([window[:, :, 1:], frame.to(device).mT], 2))
        return net(window)[:, :, -256:].to("cpu")

    return push


def _timed(pushes: dict[str, Push], frames: Tensor, n_warm: int = 30) -> dict[str, dict[str, float]]:
    """Frames through every vocoder in turn (the slow baseline only every tenth): p50, p99, max of wall time and mean
    CPU time, in ms."""
    wall = {name: [] for name in pushes}
    cpu = dict.fromkeys(pushes, 0.0)
    for k in range(frames.shape[1]):
        for name, push in pushes.items():
            if name == "v3_window" and k % 10:
                continue
            start, busy = perf_counter(), process_time()
            push(frames[:, k : k + 1])
            if k >= n_warm:
                wall[name].append((perf_counter() - start) * 1e3)
                cpu[name] += (process_time() - busy) * 1e3
    return {
        name: {
            **dict(zip(("p50", "p99", "max"), np.percentile(times, [50, 99, 100]).round(3).tolist(), strict=True)),
            "cpu": round(cpu[name] / len(times), 3),
        }
        for name, times in wall.items()
    }


def run(quick: bool, device: str = "cpu") -> list[dict]:
    """p99 ms per frame of the default vocoder (beside it HiFi-GAN V3 recomputed over its window), then of V3 cached
    with its full lookahead and with none."""
    torch.set_num_threads(1)
    if device != "cpu":
        return [*_hifigan_on_card(200 if quick else 1000, device), _waveglow_on_card(60 if quick else 200, device)]
    n_frames = 400 if quick else 3000
    net = random_generator(V3)
    ours, cached = PhaseReconstruction(MelSettings()), HifiGan({**V3, **MEL}, net.state_dict())
    hasty = HifiGan({**V3, **MEL}, net.state_dict(), lookahead_ms=0.0)
    n_context = 2 * -(-cached.full_lookahead // 256) + 1
    frames = _frames(n_frames)
    pushes: dict[str, Push] = {
        "ours": _stream(ours),
        "two_hops": _stream(PhaseReconstruction(MelSettings(), lookahead_ms=23.2)),
        "v3_cached": _stream(cached),
        "v3_hasty": _stream(hasty),
        "v3_window": _recompute(net, n_context),
    }
    with torch.inference_mode():
        times = _timed(pushes, frames)
    rows = []
    for name, key in (
        ("vocoder_step", "ours"),
        ("vocoder_step_23ms", "two_hops"),
        ("vocoder_step_hifigan_v3", "v3_cached"),
        ("vocoder_step_hifigan_v3_no_lookahead", "v3_hasty"),
    ):
        detail = {**times[key], **{f"baseline_{k}": v for k, v in times["v3_window"].items()}}
        detail |= {"baseline": f"HiFi-GAN V3 recomputed over {n_context} frames", "frames": n_frames, "threads": 1}
        rows.append(
            {
                "name": name,
                "value": times[key]["p99"],
                "unit": "ms p99 per frame",
                "baseline": times["v3_window"]["p99"],
                "ratio": times["v3_window"]["p50"] / times[key]["p50"],
                "detail": detail,
            }
        )
    return rows


def _hifigan_on_card(n_frames: int, device: str) -> list[dict]:
    """One row a size: streamed with full lookahead, beside the generator run again over its window."""
    frames, rows = _frames(n_frames), []
    for name, sizes in (("v3", V3), ("v1", V1)):
        net = random_generator(sizes)
        cached = HifiGan({**sizes, **MEL}, net.state_dict(), device=device)
        n_context = 2 * -(-cached.full_lookahead // 256) + 1
        with torch.inference_mode():
            times = _timed(
                {"v_cached": _stream(cached, device), "v_window": _recompute(net.to(device), n_context, device)}, frames
            )
        rows.append(_row(f"vocoder_step_hifigan_{name}", times, n_frames, f"recomputed over {n_context} frames"))
    return rows


def _waveglow_on_card(n_frames: int, device: str) -> dict:
    """One frame a step; there is nothing to cache, so the baseline is real time."""
    vocoder = WaveGlow(PUBLISHED, random_state(PUBLISHED), device=device)
    with torch.inference_mode():
        times = _timed({"v_cached": _stream(vocoder, device)}, _frames(n_frames))
    hop = dict.fromkeys(("p50", "p99", "max"), 256e3 / 22050)
    return _row("vocoder_step_waveglow", {**times, "v_window": hop}, n_frames, "the hop, real time")


def _row(name: str, times: dict[str, dict[str, float]], n_frames: int, baseline: str) -> dict:
    ours, theirs = times["v_cached"], times["v_window"]
    return {
        "name": name,
        "value": ours["p99"],
        "unit": "ms p99 per frame",
        "baseline": theirs["p99"],
        "ratio": theirs["p50"] / ours["p50"],
        "detail": {**ours, **{f"baseline_{k}": v for k, v in theirs.items()}, "baseline": baseline, "frames": n_frames},
    }


def _stream(op: Operator, device: str = "cpu") -> Push:
    stream = Stream(op, torch.zeros(1, device=device))
    return lambda frame: stream.push(frame.to(device)).to("cpu")


if __name__ == "__main__":
    for row in run(quick=True):
        print(row)
