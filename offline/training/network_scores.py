"""Scores of `offline.ablation --networks`: decoders against ridge and gru, with intervals; cost of a step."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.capture.traced import Traced
from bk_realtime.decoder.framewise import Framewise
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.stream import Stream
from offline.scoring.paired import LEVEL, Gain
from offline.scoring.resampling import mean_interval
from offline.training.seed_scores import SeedRow, SeedScores
from offline.training.settings import BASELINE

CELLS = "networks"
"""Folder of what every training decoded."""
RIVALS = (BASELINE, "gru")
N_STEPS = 200
ENOUGH = {"folds": 5, "seconds": 270.0, "seeds": 3, "participants": 10}
"""Below this no table may speak for another default."""


@dataclass(frozen=True)
class NetworkRow(SeedRow):
    """One decoder on one recording, over all folds.

    Attributes
    ----------
    over : rival -> r inside speech over it.
    """

    over: dict[str, Gain]

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what cannot be told is left out."""
        return self.told({f"over_{rival}": gain for rival, gain in self.over.items()})


def score_networks(
    decoded: dict[str, list[tuple[np.ndarray, float]]], reference: list[np.ndarray], frame_rate: float
) -> list[NetworkRow]:
    """Scores of every decoder.

    Parameters
    ----------
    decoded : kind -> for each seed what it decoded of all folds (T, n_mels) log-mel, and CPU seconds of a training.
    reference : recorded log-mel of the same folds.
    """
    scores = SeedScores(decoded, reference, frame_rate)
    return [
        NetworkRow(
            **vars(scores.row(kind, kind)), over={rival: scores.gain(kind, rival) for rival in RIVALS if rival != kind}
        )
        for kind in decoded
    ]


def over_people(people: list[list[NetworkRow]], kind: str, rival: str, compared: int = 1) -> Gain:
    """Mean over participants of what a decoder has over its rival, and Student's t over them; three or more have an
    interval. ``compared``: decoders of which this is one, by Bonferroni's correction."""
    gains = np.array([row.over[rival][0] for rows in people for row in rows if row.kind == kind])
    return float(gains.mean()), *mean_interval(gains, 1.0 - (1.0 - LEVEL) / compared)


def conclusion(
    people: list[list[NetworkRow]], folds: int, seconds: float, seeds: int, participants: int | None = None
) -> str:
    """Whether anything here may replace the default: only what is above ridge and gru by more than noise makes the best
    of so many networks, over enough participants, folds, minutes and seeds.

    Parameters
    ----------
    participants : that the recordings are of at most; default as many. Fewer tell nothing over participants.
    """
    participants = len(people) if participants is None else participants
    there = {"folds": folds, "seconds": seconds, "seeds": seeds, "participants": participants}
    short = [f"{there[name]:.0f} of {need:.0f} {name}" for name, need in ENOUGH.items() if there[name] < need]
    if short:
        return f"Nothing here may replace the default, whatever it says: {', '.join(short)}."
    if participants < len(people):
        return "Nothing here may replace the default: some of these recordings are of one participant."
    rivals = {row.kind for row in people[0]} - set(RIVALS)
    n = len(rivals)
    better = [kind for kind in sorted(rivals) if all(over_people(people, kind, rival, n)[1] > 0 for rival in RIVALS)]
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
