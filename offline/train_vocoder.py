"""`python -m offline.train_vocoder AUDIO… --out DIR`: train the learnt vocoder, or fine-tune it to one voice."""

from __future__ import annotations

import copy
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import tyro
from rich.console import Console
from torch.utils.tensorboard import SummaryWriter

from bk_realtime.config import MelSettings, read_toml, to_dict, write_toml
from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.vocoder.learnt.mel_net import MelNet, NetSettings
from bk_realtime.vocoder.learnt.vocoder import LearntVocoder, load_net, save_learnt
from bk_realtime.vocoder.mel import log_mel
from offline.data.provenance import code_version
from offline.scoring.speech_quality import score, vocode_clip
from offline.vocoder_lab.clips import Clip, Sampler
from offline.vocoder_lab.degrade import DEGRADATIONS, DegradeSettings
from offline.vocoder_lab.fitting import degrade_batch, fit_experts, loss_terms
from offline.vocoder_lab.material import TRAINED_ON, Material, gather, read_held_out

CHECKPOINT, WEIGHTS, RUN = "last.pt", "learnt.safetensors", "run.toml"
FILES = ("trained_on", "held_out_files")
"""Entries of run.toml that are known once the files are read."""


@dataclass(frozen=True)
class TrainVocoder:
    """Train the learnt vocoder on speech, its input degraded as decoders do. Follow: tensorboard --logdir DIR"""

    audio: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Sound files or folders of them; a few minutes do for --fine-tune."""
    out: Path
    """Folder for weights, checkpoints and TensorBoard files."""
    steps: int = 8000
    """Training steps."""
    batch: int = 8
    """Segments a step."""
    frames: int = 64
    """Mel frames a segment."""
    learning_rate: float = 1.2e-3
    """Highest learning rate (at 3e-3 nothing is learnt); it warms up and falls to a fiftieth along a cosine."""
    seed: int = 0
    """Two runs with one seed on one machine end with the same weights."""
    fine_tune: Path | None = None
    """Weights to start from (a participant's voice: a quarter of the steps and of the learning rate is plenty)."""
    hold_out: tuple[str, ...] = ()
    """Patterns of file names never trained on, e.g. 'F1_*'."""
    hold_out_every: int = 20
    """Of every folder's other files, each so manieth is held out too (0: none)."""
    minutes_each: float = 0.0
    """Minutes to take of each folder, evenly spread over its files (0: all)."""
    decoded: tuple[Path, ...] = ()
    """Files of real decoder output and its audio, from python -m offline.decoded_mels."""
    decoded_share: float = 0.3
    """Share of segments that are decoder output."""
    checkpoint_minutes: float = 3.0
    """Time between checkpoints, and between scores of the held-out clips."""
    score_clips: int = 6
    """Held-out clips scored at each checkpoint (0: none, where every second of CPU is needed)."""
    threads: int = 1
    """CPU threads."""
    resume: bool = False
    """Go on from the last checkpoint in --out, as if training had never stopped."""
    overwrite: bool = False
    """Replace what --out holds."""
    net: NetSettings = field(default_factory=NetSettings)
    degrade: DegradeSettings = field(default_factory=DegradeSettings)


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
        terms["loss"].backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.n_done += 1
        return {name: float(value.detach()) for name, value in terms.items()}

    def save(self, folder: Path) -> None:
        """Write the checkpoint in one move."""
        part = folder / (CHECKPOINT + ".part")
        torch.save({"net": self.net.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.n_done}, part)
        part.replace(folder / CHECKPOINT)

    def load(self, folder: Path) -> None:
        """Go on from the checkpoint."""
        path = folder / CHECKPOINT
        if not path.is_file():
            raise BkError(f"{path}: no checkpoint to resume from; leave out --resume")
        stored: dict[str, Any] = torch.load(path, weights_only=True)
        self.net.load_state_dict(stored["net"])
        self.optimiser.load_state_dict(stored["optimiser"])
        self.n_done = stored["step"]


def open_run(settings: TrainVocoder, mel: MelSettings, console: Console) -> tuple[VocoderTrainingRun, Material]:
    """Network, optimiser and clips, from the start, from weights or from a checkpoint; what it hears. Reads only."""
    _refuse(settings)
    material = gather(
        settings.audio,
        settings.hold_out,
        settings.hold_out_every,
        settings.minutes_each,
        settings.decoded,
        settings.fine_tune,
        mel,
    )
    if settings.resume:
        _refuse_other_files(settings, material)
    clips = material.clips
    seconds = sum(c.n_frames for c in clips) * mel.hop_length / mel.sample_rate
    console.print(
        f"{len(clips)} clips, {seconds / 60:.1f} min to train on ({material.n_decoded} with decoder output), "
        f"{len(material.held)} files held out",
        highlight=False,
    )
    torch.manual_seed(settings.seed)
    net = load_net(settings.fine_tune, mel) if settings.fine_tune is not None else MelNet(settings.net, mel)
    if not settings.resume and not net.experts.any():
        fit_experts(net, clips, settings.seed)
    run = VocoderTrainingRun(settings, net, clips)
    if settings.resume:
        run.load(settings.out)
    return run, material


def _refuse(settings: TrainVocoder) -> None:
    """Before anything is read: may ``--out`` be written, and is ``--resume`` the same run?"""
    if settings.resume:
        plan, before = _plan(settings), read_toml(settings.out / RUN)
        before = {k: v for k, v in before.items() if k not in FILES}
        changed = sorted(k for k in {*plan, *before} if plan.get(k) != before.get(k))
        if changed:
            raise BkError(
                f"--resume: {changed[0]} is {plan.get(changed[0])!r}, the run in {settings.out} has "
                f"{before.get(changed[0])!r}; expected the same command, or train anew with --overwrite"
            )
        return
    if settings.out.exists() and (settings.out.is_file() or any(settings.out.iterdir())):
        if not settings.overwrite:
            raise BkError(f"{settings.out} exists; choose another --out, or pass --resume or --overwrite")
        if not (settings.out / RUN).is_file():
            raise BkError(f"{settings.out} holds something else than a vocoder training; expected one to overwrite")
        if settings.fine_tune is not None and settings.out.resolve() in settings.fine_tune.resolve().parents:
            raise BkError(f"--overwrite would delete {settings.fine_tune}, to start from; choose another --out")


def _refuse_other_files(settings: TrainVocoder, material: Material) -> None:
    """A resumed run trains on what it trained on, and holds out what it held out."""
    before = read_toml(settings.out / RUN)
    for name in FILES:
        if name not in before:
            raise BkError(f"--resume: the run in {settings.out} does not say which files it trained on; train anew")
        changed = sorted(set(material.files[name]) ^ set(before[name]))
        if changed or material.files[name] != before[name]:
            raise BkError(
                f"--resume: the sound files are not those that the run in {settings.out} began with ({name} differs"
                f"{': ' + changed[0] if changed else ' in order'}); expected the same, or train anew with "
                "--overwrite"
            )


def begin(settings: TrainVocoder, material: Material) -> None:
    """All is read and good: clear what ``--overwrite`` allows to be replaced, note what this run is."""
    if settings.resume:
        return
    settings.out.mkdir(parents=True, exist_ok=True)
    for path in settings.out.iterdir():
        if path.name in (CHECKPOINT, WEIGHTS, RUN) or path.name.startswith("events."):
            path.unlink()
    write_toml(settings.out / RUN, {**_plan(settings), **material.files})


def _plan(settings: TrainVocoder) -> dict[str, Any]:
    """What makes a run the run it is, for TOML; paths by name, so that it can go on elsewhere."""

    def plain(value: Any) -> Any:
        if isinstance(value, Path):
            return value.name
        return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value

    left_out = ("out", "resume", "overwrite", "threads", "checkpoint_minutes", "score_clips")
    return {k: plain(v) for k, v in to_dict(settings).items() if k not in left_out}


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


def train(settings: TrainVocoder, console: Console) -> Path:
    """Train and write the weights; returns their path."""
    torch.set_num_threads(settings.threads)
    mel = MelSettings()
    run, material = open_run(settings, mel, console)
    held = read_held_out(material.held, settings.score_clips)
    begin(settings, material)
    console.print(f"{run.net.n_parameters / 1e6:.2f} M parameters; from step {run.n_done}", highlight=False)
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
            console.print(f"step {run.n_done}/{settings.steps}  {text}", highlight=False, soft_wrap=True)
            sums, count = {}, 0
        if last or time.monotonic() - since > 60 * settings.checkpoint_minutes:
            run.save(settings.out)
            if held:
                scores = validate(run, held, board, speak=True)
                text = "  ".join(f"{k} {v:.3f}" for k, v in scores.items() if not k.endswith("lsd"))
                console.print(f"held out: {text}", highlight=False, soft_wrap=True)
            since = time.monotonic()
    board.close()
    about = {"steps": str(run.n_done), "seed": str(settings.seed), "code": code_version()}
    if material.trained_on is not None:
        about[TRAINED_ON] = " ".join(sorted(material.trained_on))
    save_learnt(run.net, settings.out / WEIGHTS, about)
    console.print(f"weights: {settings.out / WEIGHTS}", highlight=False)
    return settings.out / WEIGHTS


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(TrainVocoder, prog="python -m offline.train_vocoder", args=argv)
    if settings.resume and settings.overwrite:
        raise BkError("--resume and --overwrite exclude each other: go on, or start anew")
    train(settings, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
