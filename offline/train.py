"""`python -m offline.train RECORDING… --out DIR`: train a decoder and write the bundle that a live session loads."""

from __future__ import annotations

import dataclasses
import os
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import torch
import tyro
from rich.console import Console

from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings, to_dict
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.features import feature_labels
from bk_realtime.vocoder import build_vocoder, weights_path
from offline.data.augment import AugmentSettings
from offline.data.dataset import Corpus, build_corpus, common_labels, load_session
from offline.data.provenance import provenance, refuse_duplicates
from offline.data.split import SplitSettings
from offline.io import read_recording
from offline.training.fitting import Fit, TrainerSettings, decode_part, fit_decoder
from offline.training.lightning_module import OptimiserSettings
from offline.training.progress import EpochProgress, Pictures
from offline.training.run_folder import kept_vocoder, prepare, refuse
from offline.training.score_table import ScoreRows, advantage, print_scores, score_all, verdict

WORK = "training"
"""Sub-folder of --out with checkpoints, TensorBoard files, predictions and the bundles of the rivals."""


@dataclass(frozen=True)
class Train:
    """Train a decoder on recordings of sEEG and speech.

    Ends with a table of scores on a held-out contiguous part, beside ridge regression and trivial baselines. While it
    runs: tensorboard --logdir DIR/training
    """

    recordings: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Recordings with neural data and audio (XDF, NWB, HDF5, NPY …); several train one decoder."""
    out: Path
    """Folder for the decoder bundle."""
    decoder: Literal["seq2seq", "gru", "windowed", "ridge"] = "seq2seq"
    """Which decoder. Windowed looks 400 ms ahead and is for comparison."""
    compare: tuple[Literal["gru", "windowed", "seq2seq"], ...] = ()
    """Further networks to train and score on the same parts; ridge always is."""
    loss: Literal["default", "mse", "l1", "both", "classes"] = "default"
    """What networks learn: mel under squared or absolute error or both, or classes (cross-entropy over mel levels)."""
    lead: float = 0.0
    """Milliseconds after its newest signal that the decoder predicts the sound of (negative: before)."""
    set: tuple[str, ...] = ()
    """Sizes of the decoder as NAME=VALUE, e.g. --set hidden=256 attention=dot. A wrong name lists the right ones.
    KIND.NAME=VALUE sets those of a rival, e.g. gru.hidden=256."""
    channels: tuple[str, ...] = ()
    """Channels to use, by label; default all."""
    exclude: tuple[str, ...] = ()
    """Channels to leave out, by label."""
    seed: int = 0
    """Two runs with one seed on one machine end with the same weights."""
    resume: bool = False
    """Go on from the last checkpoint in --out, as if training had never stopped. Another vocoder may be named; where
    none is, it stays what it was."""
    overwrite: bool = False
    """Replace what --out holds."""
    save_predictions: bool = False
    """Keep decoded mel of the held-out part in DIR/training/predictions.npz."""
    cache: Path | None = None
    """Folder to keep computed features in, for repeated runs."""
    split: SplitSettings = field(default_factory=SplitSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    vocoder: VocoderSettings = field(default_factory=VocoderSettings)
    optimiser: Annotated[OptimiserSettings, tyro.conf.arg(name="")] = field(default_factory=OptimiserSettings)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    machine: Annotated[TrainerSettings, tyro.conf.arg(name="")] = field(default_factory=TrainerSettings)


def decoder_settings(settings: Train, kind: str) -> dict[str, Any]:
    """Decoder settings from ``--loss`` and ``--set``: NAME=VALUE for ``--decoder``, KIND.NAME=VALUE for others."""
    values: dict[str, Any] = {}
    for text in settings.set:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise BkError(f"--set {text}: expected NAME=VALUE, e.g. hidden=256, or KIND.NAME=VALUE")
        owner, _, name = name.rpartition(".")
        if (owner or settings.decoder) != kind:
            continue
        try:
            values[name] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            values[name] = value
    if settings.loss != "default" and kind != "ridge":
        values["target"] = settings.loss
    return values


def load_corpus(settings: Train, mel: MelSettings, console: Console) -> Corpus:
    """Read every recording and cut the corpus."""
    recordings = []
    for path in settings.recordings:
        console.print(f"reading {path}", highlight=False)
        recordings.append(read_recording(path))
    refuse_duplicates(settings.recordings, recordings)
    rates = sorted({float(r.sfreq) for r in recordings})
    if len(rates) > 1:
        raise BkError(f"recordings run at {rates[0]:g} and {rates[-1]:g} Hz: expected one rate for one decoder")
    labels = common_labels(recordings, settings.channels, settings.exclude)
    n_in = len(feature_labels(settings.features, labels))
    kinds = {settings.decoder, *settings.compare, "ridge"}
    reach = max(_reach_frames(build_decoder(k, decoder_settings(settings, k), n_in, mel.n_mels)) for k in kinds)
    sessions = [load_session(r, settings.features, mel, labels, settings.cache) for r in recordings]
    reach_s = reach * mel.hop_length / mel.sample_rate
    return build_corpus(
        sessions,
        settings.features,
        mel,
        labels,
        recordings[0].sfreq,
        split=settings.split,
        lead_ms=settings.lead,
        reach_s=reach_s,
    )


def check_vocoder(settings: VocoderSettings, mel: MelSettings) -> None:
    """Refuse now what the bundle could not speak with once hours of training are done."""
    if settings.weights:
        weights_path(settings, None)
    build_vocoder(settings, mel)


def _reach_frames(decoder: Any) -> int:
    """Frames one output is made of, where the decoder states it (recurrent ones forget gradually: 0)."""
    return int(getattr(decoder, "receptive_field", getattr(decoder, "span", 0)))


def train(settings: Train, console: Console) -> ScoreRows:
    """Train, score and save; returns the scores by decoder name."""
    torch.set_num_threads(settings.machine.threads or _idle_cores())
    mel = MelSettings()
    ranks = (os.environ.get(name) for name in ("RANK", "SLURM_PROCID", "LOCAL_RANK"))  # set where DDP runs us again
    leader = int(next((r for r in ranks if r is not None), "0")) == 0
    work = settings.out / WORK
    if leader:
        refuse(settings, work)
        check_vocoder(settings.vocoder, mel)
    corpus = load_corpus(settings, mel, console)
    if leader:
        prepare(settings, work, [session.reading_hash for session in corpus.sessions])
    parts = ", ".join(f"{p} {corpus.seconds(p):.0f} s" for p in ("training", "validation", "test"))
    console.print(f"{len(corpus.labels)} channels, {corpus.features[0].shape[1]} features; {parts}", highlight=False)
    fits: dict[str, Fit] = {}
    for kind in dict.fromkeys((settings.decoder, "ridge", *settings.compare)):
        fits[kind] = fit_decoder(
            kind,
            decoder_settings(settings, kind),
            corpus,
            settings.optimiser,
            settings.augment,
            settings.machine,
            work / kind,
            settings.seed,
            settings.resume,
            (EpochProgress(kind, console), Pictures(mel, settings.vocoder)),
        )
    if not leader:
        return {}
    for kind, fit in fits.items():
        if "seconds_to_2_percent" in fit.report:
            console.print(
                f"{kind}: {fit.report['epochs']} epoch(s) in {fit.report['seconds']:.0f} s; within 2 % of its best "
                f"free-running validation loss after {fit.report['seconds_to_2_percent']:.0f} s",
                highlight=False,
            )
    decoded = {}
    for kind, fit in fits.items():
        with console.status(f"decoding the held-out part with {kind}"):
            decoded[kind] = decode_part(fit.decoder, corpus)
    reference = [y for _, y in corpus.segments("test")]
    scores = score_all(decoded, reference, [y for _, y in corpus.segments("training")])
    if settings.save_predictions:
        _save_predictions(work / "predictions.npz", decoded, reference)
    origin = provenance(settings.recordings, corpus, settings.seed)
    for kind, fit in fits.items():
        folder = settings.out if kind == settings.decoder else work / kind / "bundle"
        save_bundle(_bundle(settings, corpus, mel, kind, fit, scores, origin), folder, overwrite=True)
    print_scores(console, scores, corpus.seconds("test"), settings.decoder, any(s.simulated for s in corpus.sessions))
    rivals = [k for k in fits if k != settings.decoder]
    intervals = {k: advantage(decoded, reference, settings.decoder, k, float(corpus.frame_rate)) for k in rivals}
    if rivals:
        console.print(verdict(scores, settings.decoder, intervals), highlight=False)
    console.print(f"decoder bundle: {settings.out}", highlight=False)
    return scores


def _idle_cores() -> int:
    """Cores that nothing else keeps busy: threads of torch that share a core slow each other down many times over."""
    cores = os.cpu_count() or 1
    busy = round(os.getloadavg()[0]) if hasattr(os, "getloadavg") else 0
    return max(1, cores - busy)


def _bundle(
    settings: Train,
    corpus: Corpus,
    mel: MelSettings,
    kind: str,
    fit: Fit,
    scores: ScoreRows,
    origin: dict[str, Any],
) -> Bundle:
    rounded = {n: {k: round(float(v), 4) for k, v in row.items() if np.isfinite(v)} for n, row in scores.items()}
    return Bundle(
        path=None,
        kind=kind,
        features=settings.features,
        mel=mel,
        vocoder=settings.vocoder,
        labels=corpus.labels,
        sfreq=corpus.sfreq,
        mean=corpus.mean,
        std=corpus.std,
        decoder=fit.decoder,
        lead_ms=settings.lead,
        provenance={**origin, "fit": fit.report, "optimiser": to_dict(settings.optimiser)},
        scores={"test_seconds": round(corpus.seconds("test"), 1), **rounded},
    )


def _save_predictions(path: Path, decoded: dict[str, list[np.ndarray]], reference: list[np.ndarray]) -> None:
    arrays = {name: np.concatenate(mels) for name, mels in {**decoded, "reference": reference}.items()}
    np.savez(path, **arrays)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(Train, prog="python -m offline.train", args=argv)
    if not settings.recordings:
        raise BkError("recordings: expected at least one file to train on, got none")
    words = sys.argv[1:] if argv is None else argv
    if settings.resume and not any(word.startswith("--vocoder.") for word in words):
        settings = dataclasses.replace(settings, vocoder=kept_vocoder(settings.out, settings.out / WORK))
    train(dataclasses.replace(settings, compare=tuple(dict.fromkeys(settings.compare))), Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
