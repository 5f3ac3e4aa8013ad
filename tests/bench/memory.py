"""Memory over an hour of decoding: resident size of the process and bytes of the decoder's state, frame by frame.

The hour is simulated: its 310,078 frames are pushed one by one as fast as they decode. ``--quick`` decodes six minutes.
"""

from __future__ import annotations

import time

import psutil
import torch

from bk_realtime.decoder.capture.traced import Traced
from bk_realtime.decoder.seq2seq import Seq2Seq, Seq2SeqSettings
from bk_realtime.stream import Stream
from tests.contract.harness import state_bytes

HOUR, WARM_UP = 3600 * 22050 // 256, 2000
N_CHANNELS, N_MELS = 128, 80


@torch.inference_mode()
def run(quick: bool) -> list[dict]:
    """MiB at the end; ratio = resident size at the end / after the warm-up."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    n_frames = HOUR // 10 if quick else HOUR
    frames = torch.randn(1000, 1, 1, N_CHANNELS)
    decoder = Seq2Seq(Seq2SeqSettings(hidden=64 if quick else 128), N_CHANNELS, N_MELS).eval()
    stream = Stream(Traced(decoder), frames[0])
    process = psutil.Process()
    limit = time.monotonic() + 40 if quick else float("inf")  # a crowded machine: fewer frames, and the detail says so
    before = state = warm = 0
    for k in range(n_frames):
        stream.push(frames[k % len(frames)])
        if k == WARM_UP:
            before, state = process.memory_info().rss, state_bytes(stream.state)
            warm = k
        if k > WARM_UP and time.monotonic() > limit:
            break
    after, state_after = process.memory_info().rss, state_bytes(stream.state)
    torch.set_num_threads(threads)
    return [
        {
            "name": "memory",
            "value": after / 2**20,
            "unit": "MiB",
            "baseline": before / 2**20,
            "ratio": after / before,
            "detail": {
                "frames": stream.n_out,
                "minutes": stream.n_out * 256 / 22050 / 60,
                "warm_up_frames": warm,
                "state_bytes": state_after,
                "state_bytes_after_warm_up": state,
            },
        }
    ]
