"""Training of Seq2Seq: frames per second of a whole update, against plain per-frame loops of the same model.

The baseline (`_plain_seq2seq`) is the same network with the same weights and the same gradient, taken through frame by
frame. ``detail`` also has the stricter comparison, with a loop that has its encoder run over the whole sequence by
``nn.GRU`` and only its decoder go frame by frame, as public Tacotron code does. All do forward, backward and optimiser
step on the same batch, in turn, in one thread; seconds are those of the processor, so that other programs count little.
A unit test holds values and gradients equal.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from bk_realtime.decoder.seq2seq import Seq2Seq, Seq2SeqSettings
from bk_realtime.heap import keep_freed_memory
from offline.training.settings import OptimiserSettings
from tests.bench._plain_seq2seq import plain_teacher_forced

N_CHANNELS, N_MELS = 128, 80


def run(quick: bool, device: str = "cpu") -> list[dict]:
    """Frames per second of ours; baseline those of the loop; batch and segment as offline.train has them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    keep_freed_memory()  # as offline.train does; the loops have it too
    optimiser = OptimiserSettings()
    batch, length = optimiser.batch, round(optimiser.segment_s * 22050 / 256)
    model = Seq2Seq(Seq2SeqSettings(), N_CHANNELS, N_MELS).to(device).train()
    x, mel = (torch.randn(batch, length, width, device=device) for width in (N_CHANNELS, N_MELS))
    adam = torch.optim.AdamW(model.parameters(), 1e-3)

    def ours() -> torch.Tensor:
        return model.loss(model.teacher_forced(x, mel), mel)

    def plain() -> torch.Tensor:
        return (plain_teacher_forced(model, x, mel) - mel).square().mean()

    def all_by_frame() -> torch.Tensor:
        return (plain_teacher_forced(model, x, mel, encode_by_frame=True) - mel).square().mean()

    def update(loss: Callable[[], torch.Tensor]) -> float:
        _wait(device)
        start = clock()
        adam.zero_grad()
        loss().backward()
        adam.step()
        _wait(device)
        return clock() - start

    clock = time.process_time if device == "cpu" else time.perf_counter
    ways = {"ours": ours, "plain": plain, "all": all_by_frame}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(4 if quick else 12):
        for name, way in ways.items():
            took[name] += [update(way) for _ in range(3 if name == "ours" else 1)]
    torch.set_num_threads(threads)
    best = {name: min(times) for name, times in took.items()}  # what the machine does when nothing else is in the way
    frames = batch * length
    return [
        {
            "name": "train_speed",
            "value": frames / best["ours"],
            "unit": "frames/s",
            "baseline": frames / best["all"],
            "ratio": best["all"] / best["ours"],
            "detail": {
                "batch": batch,
                "segment_frames": length,
                "hidden": model.settings.hidden,
                "update_ms": best["ours"] * 1e3,
                "loop_update_ms": best["all"] * 1e3,
                "loop_behind_nn_gru_encoder_update_ms": best["plain"] * 1e3,
                "ratio_to_loop_behind_nn_gru_encoder": best["plain"] / best["ours"],
                "seconds_per_ten_minutes": 600 * 22050 / 256 / (frames / best["ours"]),
            },
        }
    ]


def _wait(device: str) -> None:
    """Until the card has done what it was asked for."""
    if device != "cpu":
        torch.cuda.synchronize(device)
