"""What training the learnt vocoder lowers, what the network hears meanwhile, and the linear experts in closed form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import librosa
import numpy as np
import torch
from torch import Tensor

from bk_realtime.config import MelSettings
from bk_realtime.vocoder.learnt.mel_net import OFFSETS, MelNet
from offline.vocoder_lab.clips import LOUDER, SOFTER, Batch, Clip
from offline.vocoder_lab.degrade import DEGRADATION_KINDS, DegradeSettings, degrade

QUIET = math.log(1e-3)
"""What lies deeper is hiss, and would else rule the mean."""
FAINT = 1e-3
"""Mean power in a third octave under which a segment says nothing: what log-mels of about -7 hold."""
LOUDEST = 6.0
WARM_UP = 8
"""Frames at a segment's start that count for nothing where the past matters."""


def degrade_batch(batch: Batch, settings: DegradeSettings, mel: MelSettings, generator: torch.Generator) -> Tensor:
    """What the network hears (B, T, n_mels): degraded mel, or real decoder output where a segment has it."""
    degraded = degrade(batch.mel, settings, mel, generator)
    return torch.where(batch.has_decoded[:, None, None], batch.decoded, degraded)


def loss_terms(net: MelNet, batch: Batch, net_input: Tensor, turn: int = 0) -> dict[str, Tensor]:
    """What training lowers: the corrected mel's error, and that of its trajectory over time and bands, and what
    measures of intelligibility and quality make of it. Each step looks at one of the offsets, by ``turn``."""
    hidden = net.hidden_of(net_input)
    n, offset = net_input.shape[1], turn % OFFSETS
    fix = net.correct(hidden[:, offset:], net.recent(net_input)[:, offset:], offset)
    corrected = (net_input[:, : n - offset] + fix).clamp(math.log(net.mel.floor), LOUDEST)
    true = batch.mel[:, : n - offset]
    error = corrected.clamp(min=QUIET) - true.clamp(min=QUIET)
    terms = {"mel": error.abs().mean()}
    terms["trajectory"] = error.diff(dim=1).abs().mean() + error.diff(dim=2).abs().mean()
    terms["envelope"] = envelope_error(corrected[:, WARM_UP:], true[:, WARM_UP:], net.mel)
    terms["loudness"] = loudness_error(corrected[:, WARM_UP:], true[:, WARM_UP:], net.mel)
    weights = {"mel": 1.0, "trajectory": 0.3, "envelope": 1.0, "loudness": 5.0}
    terms["loss"] = sum((weights[k] * v for k, v in terms.items()), fix.new_zeros(()))
    return terms


def envelope_error(corrected: Tensor, true: Tensor, mel: MelSettings, span: int = 32) -> Tensor:
    """One minus the correlation of third-octave envelopes over ``span`` frames, as ESTOI takes it (Jensen and Taal
    2016), here from log-mels (B, T, n_mels) instead of waveforms; segments without sound are left out."""
    thirds = _third_octaves(mel).to(corrected)

    def envelopes(logs: Tensor) -> Tensor:
        power: Tensor = torch.exp(2.0 * logs) @ thirds.T
        pieces: Tensor = (power + 1e-10).sqrt().unfold(1, span, span // 4)
        return pieces  # (B, segments, bands, span)

    def normed(x: Tensor) -> Tensor:
        x = x - x.mean(-1, keepdim=True)
        x = x / (x.norm(dim=-1, keepdim=True) + 1e-6)
        x = x - x.mean(-2, keepdim=True)
        normal: Tensor = x / (x.norm(dim=-2, keepdim=True) + 1e-3)
        return normal

    a, b = envelopes(corrected), envelopes(true)
    likeness = (normed(a) * normed(b)).sum((-1, -2)) / span
    sounds = (b.square().mean((-1, -2)) > FAINT).to(likeness.dtype)
    return ((1.0 - likeness) * sounds).sum() / sounds.sum().clamp(min=1.0)


def loudness_error(corrected: Tensor, true: Tensor, mel: MelSettings) -> Tensor:
    """Difference of loudness in each band of log-mels (B, T, n_mels), after a PESQ that can be differentiated
    (Martin-Doñas et al. 2018), simplified: band powers relative to the segment's, each frame's gain made good within
    limits, to the power 0.23; a quarter of it is masked, and what was added counts more than what is missing."""
    scale = _band_scale(mel).to(corrected)
    a, b = torch.exp(2.0 * corrected) * scale, torch.exp(2.0 * true) * scale
    level = b.sum(-1).mean(1)[:, None, None] + 1e-6
    a, b = a / level, b / level
    a = a * ((b.sum(-1, keepdim=True) + 1e-4) / (a.sum(-1, keepdim=True) + 1e-4)).clamp(3e-4, 5.0)
    loud_a, loud_b = (a + 1e-5) ** 0.23, (b + 1e-5) ** 0.23
    error = (loud_a - loud_b).abs()
    error = (error - 0.25 * torch.minimum(loud_a, loud_b)).clamp(min=0.0) + 0.1 * error
    added = (((a + 5e-5) / (b + 5e-5)) ** 1.2).detach()
    added = torch.where(added < 3.0, torch.zeros_like(added), added.clamp(max=12.0))
    weight = (b.sum(-1) + 1e-2) ** -0.04
    both = (error.square().mean(-1) + 1e-8).sqrt() + 0.1 * (error * added).mean(-1)
    return (both * weight).mean()


def _filters(mel: MelSettings) -> Tensor:
    """(n_mels, n_fft // 2 + 1) float32, librosa's mel filters."""
    filters = librosa.filters.mel(
        sr=mel.sample_rate, n_fft=mel.n_fft, n_mels=mel.n_mels, fmin=mel.f_min, fmax=mel.f_max, dtype=np.float64
    )
    return torch.from_numpy(filters).float()


@lru_cache(maxsize=4)
def _band_scale(mel: MelSettings) -> Tensor:
    """(n_mels,) from squared mel magnitude to power: bins under each filter over its squared area."""
    filters = _filters(mel)
    return (filters > 0).sum(1) / 2.0 / filters.sum(1).square().clamp(min=1e-30)


@lru_cache(maxsize=4)
def _third_octaves(mel: MelSettings) -> Tensor:
    """(15, n_mels): from squared mel magnitudes to the power in STOI's third octaves from 150 Hz on."""
    filters = _filters(mel)
    hz = torch.linspace(0.0, mel.sample_rate / 2, filters.shape[1])
    centres = (filters @ hz) / filters.sum(1).clamp(min=1e-30)
    edges = torch.cat([torch.tensor([mel.f_min]), (centres[1:] + centres[:-1]) / 2, torch.tensor([mel.f_max])])
    thirds = 150.0 * 2.0 ** (torch.arange(15)[:, None] / 3.0)
    inside = torch.minimum(edges[1:], thirds * 2 ** (1 / 6)) - torch.maximum(edges[:-1], thirds * 2 ** (-1 / 6))
    return inside.clamp(min=0.0) / (edges[1:] - edges[:-1]) * _band_scale(mel)


@torch.no_grad()
def fit_experts(net: MelNet, clips: Sequence[Clip], seed: int, most_frames: int = 30_000) -> None:
    """Fit the linear experts in closed form, one for each kind in :data:`DEGRADATION_KINDS` and one for decoder output;
    kinds beyond the network's number of experts, and decoder output where there is none, are left at "no change"."""
    floor = math.log(net.mel.floor)
    for k, name in enumerate([*DEGRADATION_KINDS, "decoder output"][: net.settings.experts]):
        rng = np.random.default_rng([seed, k])
        n_in = net.experts.shape[-1] + 1
        gram = torch.zeros(OFFSETS, n_in, n_in, dtype=torch.float64)
        cross = torch.zeros(OFFSETS, n_in, net.mel.n_mels, dtype=torch.float64)
        own = [c for c in clips if (c.decoded is not None) == (name not in DEGRADATION_KINDS)]
        seen = 0
        for i in rng.permutation(len(own)):
            clip = own[i]
            gain = np.float32(rng.uniform(-SOFTER, LOUDER))
            true = np.maximum(clip.mel.astype(np.float32) + gain, np.float32(floor))
            if clip.decoded is None:
                # a little noise everywhere: else a smoother would be undone exactly, and any noise blown up
                degraded = DEGRADATION_KINDS[name](true, int(i)) + np.float32(0.15) * rng.standard_normal(
                    true.shape, np.float32
                )
            else:
                degraded = np.maximum(clip.decoded.astype(np.float32) + gain, np.float32(floor))
            x = net.recent(torch.from_numpy(degraded)[None])[0]
            x = torch.cat([x, torch.ones(len(x), 1)], 1)
            wanted = torch.from_numpy(np.maximum(true, QUIET) - np.maximum(degraded, QUIET)).float()
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
