"""Fit one decoder on a corpus: at once where it has a closed form, else by Lightning, with exact resume."""

from __future__ import annotations

import logging
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import Any

import lightning.pytorch as pl
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, ModelCheckpoint
from lightning.pytorch.loggers import TensorBoardLogger

from bk_realtime.decoder.base import ClosedFormDecoder, Decoder, NetworkDecoder
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.errors import InputError
from bk_realtime.heap import keep_freed_memory
from bk_realtime.typed import shortened
from offline.data.dataset import Corpus
from offline.data.decoding import decode_features
from offline.data.segments import SegmentModule, TrainingSegments
from offline.data.settings import AugmentSettings
from offline.training.checkpoint import ADVICE, Started, check_to_resume, read_weights
from offline.training.day_layers import DayLayers
from offline.training.lightning_module import DecoderModule
from offline.training.progress import LossHistory
from offline.training.settings import AUTO, OptimiserSettings, TrainerSettings

log = logging.getLogger(__name__)

VALIDATION_WINDOW_S, VALIDATION_WARM_UP_S = 8.0, 1.0
MIN_EPOCHS, MIN_UPDATES, MIN_PATIENCE = 15, 480, 5
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class Fit:
    """A fitted decoder: float32, on the CPU, eval mode; what is worth reporting of the fit; and its kind, where it is
    not the one that was asked for."""

    decoder: Decoder
    report: dict[str, Any] = field(default_factory=dict)
    kind: str = ""


class ResumeState(Callback):
    """Restores what Lightning forgets on a resume, so that training goes on as if it had never stopped.

    The checkpoints of a folder that was moved or renamed are looked for where the folder is now: Lightning would drop
    the best loss so far, and write over ``best.ckpt`` at once. Training that early stopping had ended stays ended.
    """

    def on_load_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        for callback in trainer.checkpoint_callbacks:
            if isinstance(callback, ModelCheckpoint) and callback.state_key in checkpoint["callbacks"]:
                state = checkpoint["callbacks"][callback.state_key]
                checkpoint["callbacks"][callback.state_key] = _moved(state, Path(str(callback.dirpath)))

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        trainer.should_stop = any(c.stopped_epoch > 0 for c in trainer.early_stopping_callbacks)


def _moved(state: dict[str, Any], folder: Path) -> dict[str, Any]:
    """State of a :class:`ModelCheckpoint` whose files lie in ``folder`` now, whatever system wrote it."""

    def here(path: str) -> str:
        return str(folder / PureWindowsPath(path).name) if path else path

    paths = {k: here(state[k]) for k in ("best_model_path", "kth_best_model_path", "last_model_path")}
    best = {here(path): score for path, score in state["best_k_models"].items()}
    return {**state, **paths, "best_k_models": best, "dirpath": str(folder)}


def fit_decoder(
    kind: str,
    decoder_settings: dict[str, Any],
    corpus: Corpus,
    optimiser: OptimiserSettings,
    augmentation: AugmentSettings,
    machine: TrainerSettings,
    folder: Path,
    seed: int = 0,
    resume: bool = False,
    callbacks: Sequence[Callback] = (),
    start: Mapping[str, torch.Tensor] | None = None,
) -> Fit:
    """Fit a decoder of any kind.

    Parameters
    ----------
    kind, decoder_settings : as for :func:`build_decoder`; or :data:`AUTO` with those of
        :class:`~offline.training.candidates.AutoSettings`, which chooses one.
    corpus : features, targets and parts. Where it is of several days and has layers, a network trains behind a
        :class:`~offline.training.day_layers.DayLayers`.
    folder : for checkpoints and TensorBoard files of networks.
    resume : continue from the last checkpoint in ``folder`` where there is one; ends with the same weights as an
        uninterrupted run.
    callbacks : further Lightning callbacks (progress, pictures).
    start : weights that a network begins with, in place of random ones; its targets are those of the corpus.
    """
    if kind == AUTO:
        from offline.training.auto import fit_auto  # which fits its candidates with this function

        return fit_auto(decoder_settings, corpus, optimiser, augmentation, machine, folder, seed, resume, callbacks)
    torch.manual_seed(seed)
    decoder = build_decoder(kind, decoder_settings, corpus.features[0].shape[1], corpus.mel[0].shape[1])
    training, validation = _tensors(corpus, "training"), _tensors(corpus, "validation")
    if isinstance(decoder, ClosedFormDecoder):
        report = decoder.fit(training, validation)
        return Fit(decoder.eval(), report)
    if not isinstance(decoder, NetworkDecoder):
        raise InputError(
            f"decoder {kind!r} cannot be trained here: expected a ClosedFormDecoder or a NetworkDecoder "
            f"(bk_realtime.decoder.base), got {type(decoder).__name__}"
        )
    if start is not None:
        decoder.load_state_dict(start)
    decoder.fit_targets(torch.cat([y for _, y in training]))
    return fit_network(decoder, corpus, optimiser, augmentation, machine, folder, seed, resume, callbacks)


def fit_network(
    decoder: NetworkDecoder,
    corpus: Corpus,
    optimiser: OptimiserSettings,
    augmentation: AugmentSettings,
    machine: TrainerSettings,
    folder: Path,
    seed: int,
    resume: bool = False,
    callbacks: Sequence[Callback] = (),
) -> Fit:
    """Train a network from the weights and target statistics that it has; arguments as for :func:`fit_decoder`."""
    rate = float(corpus.frame_rate)
    segment, window = (
        max(1, round(seconds * rate / decoder.block)) * decoder.block
        for seconds in (optimiser.segment_s, VALIDATION_WINDOW_S)
    )
    training = corpus.segments("training")
    optimiser = with_epochs(optimiser, len(TrainingSegments(training, segment, seed, 0)))
    before = corpus.days_before if corpus.layers else ()
    layers = DayLayers(len(before), corpus.features[0].shape[1]) if before else None
    module = DecoderModule(decoder, optimiser, augmentation, rate, seed, corpus.n_contacts, layers)
    data = SegmentModule(
        training,
        corpus.segments("validation"),
        segment,
        window,
        round(VALIDATION_WARM_UP_S * rate),
        optimiser.batch,
        seed,
        optimiser.validation_silence,
        corpus.segment_days("training"),
    )
    checkpoints = folder / "checkpoints"
    last = checkpoints / "last.ckpt"
    each = ModelCheckpoint(checkpoints, "{epoch:03d}", save_top_k=-1, save_last=True, save_on_train_epoch_end=True)
    best = ModelCheckpoint(
        checkpoints,
        "best",
        monitor="val_loss",
        save_top_k=1,
        save_on_train_epoch_end=True,
        enable_version_counter=False,
    )
    stop = EarlyStopping("val_loss", patience=optimiser.patience, check_on_train_epoch_end=True)
    history = LossHistory()
    started = Started()
    resumed = last if resume and last.exists() else None
    if resumed is not None:
        check_to_resume(resumed, module, (stop, history, best, each))
        if (checkpoints / "best.ckpt").exists():
            read_weights(checkpoints / "best.ckpt", module)
    _quieten_lightning()
    keep_freed_memory()
    trainer = pl.Trainer(
        accelerator=machine.accelerator,
        devices=machine.devices,
        num_nodes=machine.nodes,
        precision=machine.precision,  # type: ignore[arg-type]
        max_epochs=optimiser.epochs,
        gradient_clip_val=optimiser.clip,
        callbacks=[stop, ResumeState(), history, *callbacks, best, each, started],
        logger=TensorBoardLogger(folder, name="", version="tensorboard"),
        reload_dataloaders_every_n_epochs=1,
        log_every_n_steps=1,
        num_sanity_val_steps=0,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    try:
        trainer.fit(module, data, ckpt_path=resumed)
    except SystemExit:  # Lightning's answer to Ctrl-C
        if not trainer.interrupted:
            raise
        log.warning(
            "stopped after %d epochs; python -m offline.train goes on with the same command and --resume",
            trainer.current_epoch,
        )
        raise SystemExit(EXIT_INTERRUPTED) from None
    except Exception as error:
        if resumed is None or started.started:
            raise
        reason = shortened(f"{type(error).__name__}: {error}", 160)
        raise InputError(f"{resumed}: cannot be gone on with ({reason}); {ADVICE}") from error
    if not best.best_model_path:
        raise InputError("training ended without a finite validation loss; expected one: lower the learning rate")
    state = read_weights(Path(best.best_model_path), module)
    module.load_state_dict(state["state_dict"])
    decoder = module.decoder.to("cpu", torch.float32).eval().requires_grad_(False)
    assert best.best_model_score is not None
    soon = history.seconds_to(0.02, float(best.best_model_score))
    report = {
        "epochs": len(history.epochs),
        "best_epoch": int(state["epoch"]) + 1,
        "val_loss": round(float(best.best_model_score), 6),
        "parameters": sum(p.numel() for p in decoder.parameters()),
        "seconds": round(history.seconds(), 1),
        **({"seconds_to_2_percent": round(soon, 1)} if math.isfinite(soon) else {}),
        **({} if layers is None else {"days_apart": layers.report(before)}),
    }
    return Fit(decoder, report)


def with_epochs(optimiser: OptimiserSettings, n_segments: int) -> OptimiserSettings:
    """Epochs and patience as numbers where they were left to the data."""
    updates = math.ceil(n_segments / optimiser.batch)
    epochs = optimiser.epochs or max(MIN_EPOCHS, math.ceil(MIN_UPDATES / updates))
    return replace(optimiser, epochs=epochs, patience=optimiser.patience or max(MIN_PATIENCE, epochs // 3))


def decode_part(decoder: Decoder, corpus: Corpus, part: str = "test") -> list[np.ndarray]:
    """Free-running log-mel of every segment of a part, each from an empty state: [(T, n_mels) float32]."""
    return [decode_features(decoder, x) for x, _ in corpus.segments(part)]


def use_threads(machine: TrainerSettings) -> None:
    """Set the CPU threads of this process: as many as are wanted, else as many cores as nothing else keeps busy.

    Threads of torch that share a core slow each other down many times over.
    """
    cores = os.cpu_count() or 1
    busy = round(os.getloadavg()[0]) if hasattr(os, "getloadavg") else 0
    torch.set_num_threads(machine.threads or max(1, cores - busy))


def _tensors(corpus: Corpus, part: str) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in corpus.segments(part)]


def _quieten_lightning() -> None:
    """Lightning's chatter about hardware, workers and tips says nothing that a researcher needs here."""
    for name in ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero"):
        logging.getLogger(name).setLevel(logging.ERROR)
    texts = (".*does not have many workers.*", ".*exists and is not empty.*", ".*LeafSpec.*", ".*sync_dist=True.*")
    for text in texts:
        warnings.filterwarnings("ignore", text)
