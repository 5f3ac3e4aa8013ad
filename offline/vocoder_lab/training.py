"""Training of the learnt vocoder: optimiser steps, checkpoints, scores of held-out clips."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch.utils.tensorboard import SummaryWriter

from bk_realtime.config import MelSettings
from bk_realtime.errors import FileError, InputError
from bk_realtime.files import atomic
from bk_realtime.tensor_file import check_optimiser, check_tensors, read_torch
from bk_realtime.typed import said
from bk_realtime.vocoder.learnt.mel_net import MelNet
from bk_realtime.vocoder.learnt.vocoder import LearntVocoder, load_net, save_learnt
from bk_realtime.vocoder.mel import log_mel
from offline.data.provenance import code_version
from offline.scoring.speech_quality import score, vocode_clip
from offline.vocoder_lab.clips import Clip, Sampler
from offline.vocoder_lab.degrade import DEGRADATIONS
from offline.vocoder_lab.fitting import degrade_batch, fit_experts, loss_terms
from offline.vocoder_lab.material import TRAINED_ON, Material, gather, read_held_out
from offline.vocoder_lab.run_folder import CHECKPOINT, WEIGHTS_NAME, begin, check_files, check_folder
from offline.vocoder_lab.settings import Report, TrainVocoder

ADVICE = "train anew with --overwrite"


def rate_at(step: int, settings: TrainVocoder) -> float:
    """Learning rate of a step."""
    warm = min(1.0, (step + 1) / min(200, max(1, settings.steps // 10)))
    return settings.learning_rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / settings.steps)))


class VocoderTrainingRun:
    """One training run: network, optimiser, step count; saved and restored whole."""

    def __init__(self, settings: TrainVocoder, net: MelNet, clips: Sequence[Clip]) -> None:
        self.settings, self.mel, self.net = settings, net.mel, net.train()
        self.optimiser = torch.optim.AdamW(
            [p for p in net.parameters() if p.requires_grad],
            lr=settings.learning_rate,
            betas=(0.9, 0.98),
            weight_decay=1e-3,
        )
        self.sampler = Sampler(clips, self.mel, settings.batch, settings.frames, settings.seed, settings.decoded_share)
        self.n_done = 0

    def step(self) -> dict[str, float]:
        """One optimiser step."""
        batch = self.sampler.draw(self.n_done)
        net_input = degrade_batch(batch, self.settings.degrade, self.mel, self.sampler.generators(self.n_done)[1])
        terms = loss_terms(self.net, batch, net_input, self.n_done)
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.n_done, self.settings)
        self.optimiser.zero_grad(set_to_none=True)
        terms["loss"].backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.n_done += 1
        return {name: float(value.detach()) for name, value in terms.items()}

    def save(self, folder: Path) -> None:
        """Write the checkpoint in one move."""
        whole = {"net": self.net.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.n_done}
        with atomic(folder / CHECKPOINT) as part:
            torch.save(whole, part)

    def load(self, folder: Path) -> None:
        """Go on from the checkpoint."""
        path = folder / CHECKPOINT
        if not path.is_file():
            raise FileError(f"{path}: no checkpoint to resume from; leave out --resume")
        stored = read_torch(path, ADVICE)
        if not isinstance(stored, dict) or set(stored) != {"net", "optimiser", "step"}:
            raise InputError(f"{path}: expected net, optimiser and step, got {said(stored)}; {ADVICE}")
        if not isinstance(stored["net"], dict) or type(stored["step"]) is not int or stored["step"] < 0:
            raise InputError(f"{path}: expected weights and a number of steps from 0 up; {ADVICE}")
        check_tensors(stored["net"], self.net.state_dict(), str(path), ADVICE)
        check_optimiser(stored["optimiser"], self.optimiser, str(path), ADVICE)
        self.net.load_state_dict(stored["net"])
        self.optimiser.load_state_dict(stored["optimiser"])
        self.n_done = stored["step"]


def open_run(settings: TrainVocoder, mel: MelSettings, report: Report) -> tuple[VocoderTrainingRun, Material]:
    """Network, optimiser and clips, from the start, from weights or from a checkpoint; what it hears. Reads only."""
    check_folder(settings)
    material = gather(settings, mel)
    if settings.resume:
        check_files(settings, material.files)
    clips = material.clips
    seconds = sum(c.n_frames for c in clips) * mel.hop_length / mel.sample_rate
    report(
        f"{len(clips)} clips, {seconds / 60:.1f} min to train on ({material.n_decoded} with decoder output), "
        f"{len(material.held)} files held out"
    )
    torch.manual_seed(settings.seed)
    net = load_net(settings.fine_tune, mel) if settings.fine_tune is not None else MelNet(settings.net, mel)
    if not settings.resume and not net.experts.any():
        fit_experts(net, clips, settings.seed)
    run = VocoderTrainingRun(settings, net, clips)
    if settings.resume:
        run.load(settings.out)
    return run, material


def validate(
    run: VocoderTrainingRun, held: Sequence[np.ndarray], board: SummaryWriter, speak: bool
) -> dict[str, float]:
    """PESQ, ESTOI and spectral distance on held-out clips, clean and degraded; sound to TensorBoard."""
    vocoder = LearntVocoder(copy.deepcopy(run.net), 23.2)
    results: dict[str, float] = {}
    for name, change in DEGRADATIONS.items():
        rows = []
        for i, audio in enumerate(held):
            spoken = vocode_clip(vocoder, change(log_mel(audio, run.mel), i))
            rows.append(score(audio, spoken))
            if i == 0 and speak:
                board.add_audio(f"held_out/{name}", spoken[None], run.n_done, run.mel.sample_rate)
        for key in rows[0]:
            results[f"{name}/{key}"] = float(np.nanmean([row[key] for row in rows]))
    for key, value in results.items():
        board.add_scalar(f"held_out/{key}", value, run.n_done)
    return results


def train(settings: TrainVocoder, report: Report) -> Path:
    """Train and write the weights; returns their path."""
    torch.set_num_threads(settings.threads)
    mel = MelSettings()
    run, material = open_run(settings, mel, report)
    held = read_held_out(material.held, settings.score_clips, mel.sample_rate)
    begin(settings, material.files)
    report(f"{run.net.n_parameters / 1e6:.2f} M parameters; from step {run.n_done}")
    board = SummaryWriter(str(settings.out), purge_step=run.n_done)
    since, sums, count = time.monotonic(), dict[str, float](), 0
    while run.n_done < settings.steps:
        for name, value in run.step().items():
            sums[name] = sums.get(name, 0.0) + value
        count += 1
        last = run.n_done == settings.steps
        if last or run.n_done % 50 == 0:
            means = {name: value / count for name, value in sums.items()}
            for name, value in means.items():
                board.add_scalar(f"training/{name}", value, run.n_done)
            text = "  ".join(f"{k} {v:.3f}" for k, v in means.items())
            report(f"step {run.n_done}/{settings.steps}  {text}")
            sums, count = {}, 0
        if last or time.monotonic() - since > 60 * settings.checkpoint_minutes:
            run.save(settings.out)
            if held:
                scores = validate(run, held, board, speak=True)
                text = "  ".join(f"{k} {v:.3f}" for k, v in scores.items() if not k.endswith("lsd"))
                report(f"held out: {text}")
            since = time.monotonic()
    board.close()
    about = {"steps": str(run.n_done), "seed": str(settings.seed), "code": code_version()}
    if material.trained_on is not None:
        about[TRAINED_ON] = " ".join(sorted(material.trained_on))
    save_learnt(run.net, settings.out / WEIGHTS_NAME, about)
    return settings.out / WEIGHTS_NAME
