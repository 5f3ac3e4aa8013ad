"""What training the learnt vocoder lowers, what the network hears meanwhile, and the linear experts in closed form."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bk_realtime.config import MelSettings
from bk_realtime.vocoder.magnitude_net import LOG_FLOOR, OFFSETS, MagnitudeNet
from offline.degrade import KINDS, DegradeSettings, degrade
from offline.vocoder_data import Batch, Clip


def loss_terms(net: MagnitudeNet, batch: Batch, heard: Tensor, turn: int = 0) -> dict[str, Tensor]:
    """What training lowers: errors of mel and magnitudes (given the true pitch), and pitch.

    Magnitudes cost most of a step, so each step looks at one of the offsets and every fourth frame, by ``turn``.
    """
    estimate, _ = net.listen(heard, net.init_state(heard.shape[0]))
    n, offset = heard.shape[1], turn % OFFSETS
    meant = slice(turn // OFFSETS % 4, n - offset, 4)
    now = slice(meant.start + offset, n, 4)
    f0 = batch.f0[:, meant]
    voiced = (f0 > 0).to(heard.dtype)
    f0 = torch.where(f0 > 0, f0, torch.full_like(f0, 150.0))
    logs = net.write(estimate.hidden[:, now], heard[:, meant], f0, voiced, offset)
    log_true = torch.log(batch.magnitude[:, meant] + LOG_FLOOR)
    terms = {"magnitude": (logs - log_true).abs().mean()}
    powers = (torch.clamp(logs, max=8.0).mul(0.4).exp(), log_true.mul(0.4).exp())
    terms["compressed"] = (powers[0] - powers[1]).abs().mean()
    terms["mel"], terms["pitch"] = heard.new_zeros(()), heard.new_zeros(())
    target = pitch_target(net, batch.f0)
    recent = net.recent(heard)
    quiet = math.log(1e-3)  # what lies deeper is hiss, and would else rule the mean
    for i in range(OFFSETS):
        mended = net.mend(estimate.hidden[:, i:], recent[:, i:], heard[:, : n - i], i)
        error = torch.clamp(mended, min=quiet) - torch.clamp(batch.mel[:, : n - i], min=quiet)
        terms["mel"] = terms["mel"] + (error.abs() + error**2).mean() / OFFSETS
        logits = estimate.pitch[:, i:, i].flatten(0, 1)
        terms["pitch"] = terms["pitch"] + F.cross_entropy(logits, target[:, : n - i].flatten(0, 1)) / OFFSETS
    terms["loss"] = terms["magnitude"] + terms["mel"] + 0.5 * terms["compressed"] + 0.2 * terms["pitch"]
    return terms


def pitch_target(net: MagnitudeNet, f0: Tensor) -> Tensor:
    """Soft classes (B, T, 1 + pitches): unvoiced, or a narrow bell about the pitch."""
    step = (net.pitch_hz[1] / net.pitch_hz[0]).log()
    place = (torch.clamp(f0, min=1.0) / net.pitch_hz[0]).log() / step
    bell = torch.exp(-0.5 * ((torch.arange(net.settings.pitches, dtype=f0.dtype) - place[..., None]) / 0.8) ** 2)
    bell = bell / bell.sum(-1, keepdim=True).clamp(min=1e-6)
    voiced = (f0 > 0)[..., None]
    return torch.cat([(~voiced).to(f0.dtype), torch.where(voiced, bell, torch.zeros_like(bell))], -1)


def harm(batch: Batch, settings: DegradeSettings, mel: MelSettings, generator: torch.Generator) -> Tensor:
    """What the network hears (B, T, n_mels): harmed mel, or real decoder output where a segment has it."""
    heard, _ = degrade(batch.mel, settings, mel, generator)
    return torch.where(batch.has_decoded[:, None, None], batch.decoded, heard)


@torch.no_grad()
def fit_experts(net: MagnitudeNet, clips: Sequence[Clip], seed: int, most_frames: int = 15_000) -> None:
    """Fit the linear experts in closed form, one for each kind of harm in :data:`KINDS` and one for decoder output;
    kinds beyond the network's number of experts, and decoder output where there is none, are left at "no change"."""
    floor = math.log(net.mel.floor)
    for k, name in enumerate([*KINDS, "decoder output"][: net.settings.experts]):
        rng = np.random.default_rng([seed, k])
        n_in = net.experts.shape[-1] + 1
        gram = torch.zeros(OFFSETS, n_in, n_in, dtype=torch.float64)
        cross = torch.zeros(OFFSETS, n_in, net.mel.n_mels, dtype=torch.float64)
        own = [c for c in clips if (c.decoded is not None) == (name not in KINDS)]
        seen = 0
        for i in rng.permutation(len(own)):
            clip = own[i]
            gain = np.float32(rng.uniform(-1.2, 0.6))
            true = np.maximum(clip.mel.astype(np.float32) + gain, np.float32(floor))
            if clip.decoded is None:
                # a little noise everywhere: else a smoother would be undone exactly, and any noise blown up
                harmed = KINDS[name](true, int(i)) + np.float32(0.15) * rng.standard_normal(true.shape, np.float32)
            else:
                harmed = np.maximum(clip.decoded.astype(np.float32) + gain, np.float32(floor))
            x = net.recent(torch.from_numpy(harmed)[None])[0]
            x = torch.cat([x, torch.ones(len(x), 1)], 1)
            wanted = torch.from_numpy(true - harmed)
            for offset in range(OFFSETS):
                a, b = x[offset:], wanted[: len(wanted) - offset]
                gram[offset] += a.T @ a
                cross[offset] += a.T @ b
            seen += len(true)
            if seen > most_frames:
                break
        if seen == 0:
            continue
        for offset in range(OFFSETS):
            penalty = 1e-5 * gram[offset].trace() / n_in
            found = torch.linalg.solve(gram[offset] + penalty * torch.eye(n_in, dtype=torch.float64), cross[offset])
            net.experts[offset, k] = found[:-1].T.float()
            net.expert_bias[offset, k] = found[-1].float()
