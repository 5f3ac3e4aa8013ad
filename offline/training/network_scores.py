"""Scores of `offline.ablation --networks`: decoders against ridge and gru, with intervals; cost of a step."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy import stats

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.capture.traced import Traced
from bk_realtime.decoder.framewise import Framewise
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.stream import Stream
from offline.scoring.loudness import partial_correlation
from offline.scoring.mel import mel_cepstral_distortion, speech_mask
from offline.scoring.paired import Gain, Paired
from offline.scoring.resampling import circular_shift
from offline.training.settings import BASELINE

CELLS = "networks"
"""Folder of what every training decoded."""
RIVALS = (BASELINE, "gru")
N_SHIFTS, N_STEPS = 40, 200
ENOUGH = {"folds": 5, "seconds": 270.0, "seeds": 3, "participants": 10}
"""Below this no table may speak for another default."""


@dataclass(frozen=True)
class NetworkRow:
    """One decoder on one recording, over all folds; means over the seeds.

    Attributes
    ----------
    r_speech, r_partial, mcd_db : inside speech, the second with the recorded level taken off.
    spread : range of ``r_speech`` among the seeds; NaN of one seed.
    chance : 95th percentile of ``r_speech`` of the first seed at circular shifts.
    over : rival -> r inside speech over it.
    cpu_s : CPU seconds of a training.
    """

    kind: str
    r_speech: float
    spread: float
    r_partial: float
    mcd_db: float
    chance: float
    over: dict[str, Gain]
    cpu_s: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what cannot be told is left out."""
        numbers = {
            name: getattr(self, name) for name in ("r_speech", "spread", "r_partial", "mcd_db", "chance", "cpu_s")
        }
        for rival, interval in self.over.items():
            numbers |= {f"over_{rival}{end}": x for end, x in zip(("", "_low", "_high"), interval, strict=True)}
        told = {name: round(float(value), 5) for name, value in numbers.items() if np.isfinite(value)}
        return {"decoder": self.kind, **told}


def score_networks(
    decoded: dict[str, list[tuple[np.ndarray, float]]], reference: list[np.ndarray], frame_rate: float
) -> list[NetworkRow]:
    """Scores of every decoder.

    Parameters
    ----------
    decoded : kind -> for each seed what it decoded of all folds (T, n_mels) log-mel, and CPU seconds of a training.
    reference : recorded log-mel of the same folds.
    """
    truth, speech = np.concatenate(reference), np.concatenate([speech_mask(y) for y in reference])
    paired = Paired(truth, speech, frame_rate)
    mels = {kind: [mel for mel, _ in seeds] for kind, seeds in decoded.items()}
    each = {kind: [paired.r(mel) for mel in own] for kind, own in mels.items()}
    # a decoder's seeds are averaged in each draw
    drawn = {kind: np.mean([paired.samples(mel) for mel in own], axis=0) for kind, own in mels.items()}
    rows = []
    for kind, own in mels.items():
        moved = circular_shift(own[0], truth, speech, frame_rate, N_SHIFTS, np.random.default_rng(0))
        over: dict[str, Gain] = {}
        for rival in RIVALS:
            if rival != kind:
                gain = float(np.mean(each[kind]) - np.mean(each[rival]))
                over[rival] = paired.interval(gain, drawn[kind] - drawn[rival])
        rows.append(
            NetworkRow(
                kind,
                float(np.mean(each[kind])),
                float(np.ptp(each[kind])) if len(own) > 1 else float("nan"),
                float(np.mean([partial_correlation(mel, truth, speech) for mel in own])),
                float(np.mean([mel_cepstral_distortion(mel, truth, speech) for mel in own])),
                float(np.nanpercentile(moved["r_speech"], 95)),
                over,
                float(np.mean([cpu_s for _, cpu_s in decoded[kind]])),
            )
        )
    return rows


def over_people(people: list[list[NetworkRow]], kind: str, rival: str) -> Gain:
    """Mean over participants of what a decoder has over its rival, and Student's t over them; three or more have an
    interval."""
    gains = np.array([row.over[rival][0] for rows in people for row in rows if row.kind == kind])
    mean, n = float(gains.mean()), len(gains)
    if n < 3:
        return mean, float("nan"), float("nan")
    reach = float(stats.t.ppf(0.975, n - 1) * gains.std(ddof=1) / np.sqrt(n))
    return mean, mean - reach, mean + reach


def conclusion(people: list[list[NetworkRow]], folds: int, seconds: float, seeds: int) -> str:
    """Whether anything here may replace the default: only what is above ridge and gru by more than noise, over enough
    participants, folds, minutes and seeds."""
    there = {"folds": folds, "seconds": seconds, "seeds": seeds, "participants": len(people)}
    short = [f"{there[name]:.0f} of {need:.0f} {name}" for name, need in ENOUGH.items() if there[name] < need]
    if short:
        return f"Nothing here may replace the default, whatever it says: {', '.join(short)}."
    rivals = {row.kind for row in people[0]} - set(RIVALS)
    better = [kind for kind in sorted(rivals) if all(over_people(people, kind, rival)[1] > 0 for rival in RIVALS)]
    if not better:
        return "Nothing here is above ridge and gru by more than noise over the participants: the default stays."
    return f"Above ridge and gru by more than noise over the participants: {', '.join(better)}."


def multiply_adds(decoder: Decoder) -> int:
    """Of one frame; of a linear decoder its weights."""
    if isinstance(decoder, Framewise):
        return decoder.multiply_adds
    return sum(weight.numel() for weight in decoder.state_dict().values() if weight.dim() > 1)


@torch.inference_mode()
def step_cost(kind: str, n_in: int, n_mels: int) -> tuple[int, float]:
    """Multiply-adds of one frame, and microseconds of one step as a session runs it, on one thread: the median of some
    hundred, untrained, since the weights do not matter to it."""
    decoder = build_decoder(kind, {}, n_in, n_mels).eval().requires_grad_(False)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        frames = torch.randn(N_STEPS + 20, 1, 1, n_in)
        stream, took = Stream(Traced(decoder), frames[0]), []
        for frame in frames:
            start = time.perf_counter()
            stream.push(frame)
            took.append(time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    return multiply_adds(decoder), 1e6 * float(np.median(took[20:]))
