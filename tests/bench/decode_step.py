"""One streaming step of Seq2Seq at hidden 256 and 128 channels, against WindowedSeq2Seq re-run for every hop.

Both give one new mel frame per 11.61 ms; both in one thread, one after the other on the same frames, untrained (the
time does not depend on the weights). On a card: our step captured against the same step called operation by operation,
both with the copies of a frame to the card and of the mel back.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from bk_realtime.decoder.capture.traced import Traced, captured
from bk_realtime.decoder.seq2seq import Seq2Seq, Seq2SeqSettings
from bk_realtime.decoder.windowed import WindowedSeq2Seq, WindowedSettings
from bk_realtime.stream import Operator, Stream
from tests.bench._pace import BREATH_S, engine_priority

HIDDEN, N_CHANNELS, N_MELS = 256, 128, 80


def run(quick: bool, device: str = "cpu") -> list[dict]:
    """Median, 99th percentile and maximum of a step in ms; ratio = windowed median / our median."""
    if device != "cpu":
        return [_on_card(hidden, 500 if quick else 5000, device) for hidden in (256, 1024)]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    decoder = Seq2Seq(Seq2SeqSettings(hidden=HIDDEN), N_CHANNELS, N_MELS).eval()
    ours = Traced(decoder)  # as a live session and offline.decode run it
    windowed = WindowedSeq2Seq(WindowedSettings(hidden=HIDDEN, hop=1), N_CHANNELS, N_MELS).eval()
    step = _time(ours, 2000 if quick else 20000)
    eager = _time(decoder, 1000 if quick else 5000)
    again = _time(windowed, 40 if quick else 400)
    with engine_priority() as priority:
        live = _time(ours, 1000 if quick else 5000, BREATH_S)
    torch.set_num_threads(threads)
    p50, p99, worst = np.percentile(step, [50, 99, 100])
    return [
        {
            "name": "decode_step",
            "value": float(p99),
            "unit": "ms p99",
            "baseline": float(np.median(again)),
            "ratio": float(np.median(again) / p50),
            "detail": {
                "p50": float(p50),
                "p99": float(p99),
                "max": float(worst),
                "untraced_p50": float(np.median(eager)),
                "untraced_p99": float(np.percentile(eager, 99)),
                "after_a_pause_p50": float(np.median(live)),
                "after_a_pause_p99": float(np.percentile(live, 99)),
                "windowed_p99": float(np.percentile(again, 99)),
                "hidden": HIDDEN,
                "channels": N_CHANNELS,
                "steps": len(step),
                "priority_after_a_pause": priority,
            },
        }
    ]


def _on_card(hidden: int, n: int, device: str) -> dict:
    torch.manual_seed(0)
    decoder = Seq2Seq(Seq2SeqSettings(hidden=hidden), N_CHANNELS, N_MELS).eval().to(device)
    step, eager = (
        _time(captured(decoder, torch.device(device)), n, device=device),
        _time(decoder, n // 2, device=device),
    )
    p50, p99, worst = np.percentile(step, [50, 99, 100])
    return {
        "name": "decode_step",
        "value": float(p99),
        "unit": "ms p99",
        "baseline": float(np.percentile(eager, 99)),
        "ratio": float(np.median(eager) / p50),
        "detail": {
            "p50": float(p50), "p99": float(p99), "max": float(worst), "eager_p50": float(np.median(eager)),
            "hidden": hidden, "channels": N_CHANNELS, "steps": n,
        },
    }  # fmt: skip


@torch.inference_mode()
def _time(op: Operator, n: int, pause_s: float = 0.0, device: str = "cpu") -> np.ndarray:
    """Milliseconds of each of ``n`` one-frame pushes, copies to and from ``device`` included, after a warm-up;
    ``pause_s`` between them, as in a session, where the processor rests and its caches are taken over."""
    frames = torch.randn(n + 20, 1, 1, N_CHANNELS)
    stream = Stream(op, frames[0].to(device))
    took = []
    for frame in frames:
        start = time.perf_counter()
        stream.push(frame.to(device)).to("cpu")
        took.append(time.perf_counter() - start)
        if pause_s:
            time.sleep(pause_s)
    return np.array(took[20:]) * 1000.0
