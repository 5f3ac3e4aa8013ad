"""Decoded stretches: by a trained bundle on recordings, or by decoders fitted anew on one fold."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.decoder.registry import build_decoder, decoder_settings
from bk_realtime.errors import BkError
from bk_realtime.features import build_features, feature_labels, run_features
from offline.data.augment import AugmentSettings
from offline.data.dataset import (
    Corpus,
    ProcessedRecording,
    build_corpus,
    feature_reach_s,
    lead_samples,
    load_session,
    target_mel,
    target_rows,
)
from offline.data.provenance import training_entry
from offline.data.split import Split, SplitSettings, fold_splits
from offline.data.trials import Trial, inside, marked_trials
from offline.decode import describe
from offline.evaluation.leak import LeakProbe, duplicate_share, probe_split
from offline.evaluation.stretch import MEAN, ORACLE, Stretch
from offline.io import read_recording
from offline.io.recording import Recording
from offline.scoring.mel import speech_mask, speech_silence_oracle
from offline.training.fitting import Fit, TrainerSettings, fit_decoder
from offline.training.lightning_module import OptimiserSettings

SHUFFLE_PIECE_S = 1.0


@dataclass(frozen=True)
class Recipe:
    """What is trained anew in every fold."""

    kind: str = "ridge"
    decoder: tuple[tuple[str, Any], ...] = ()
    features: FeatureSettings = field(default_factory=FeatureSettings)
    mel: MelSettings = field(default_factory=MelSettings)
    vocoder: VocoderSettings = field(default_factory=VocoderSettings)
    labels: tuple[str, ...] = ()
    lead_ms: float = 0.0
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    split: SplitSettings = field(default_factory=SplitSettings)
    cache: str = ""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A recording as far as every fold shares it."""

    session: ProcessedRecording
    trials: tuple[Trial, ...]
    sfreq: Fraction


@lru_cache(maxsize=8)
def load(
    path: str, digest: str, features: FeatureSettings, mel: MelSettings, labels: tuple[str, ...], cache: str
) -> Loaded:
    """Log power, sound and trials of a recording; kept, since every fold and permutation needs them again.

    Parameters
    ----------
    digest : hash of the reading. Workers outlive an evaluation: read otherwise, a recording is another one.

    Raises
    ------
    BkError
        The recording is no longer read as it was when the job was made.
    """
    recording = read_recording(path)
    if recording.reading_hash != digest:
        raise BkError(f"{path} changed since the evaluation began (its content, or how it is read); run again")
    return prepare(recording, features, mel, labels, Path(cache) if cache else None)


def prepare(
    recording: Recording,
    features: FeatureSettings,
    mel: MelSettings,
    labels: Sequence[str],
    cache: Path | None = None,
) -> Loaded:
    """The same of a recording in memory."""
    clock = FrameClock(recording.sfreq, mel.sample_rate, mel.hop_length)
    session = load_session(recording, features, mel, labels, cache)
    return Loaded(session, marked_trials(recording, clock), recording.sfreq)


def needed_s(recipe_kind: str, settings: dict[str, Any], features: FeatureSettings, mel: MelSettings, n: int) -> float:
    """Seconds of signal behind one decoded frame and its target; recurrent decoders forget gradually and count 0."""
    decoder = build_decoder(recipe_kind, settings, n, mel.n_mels)
    frames = int(getattr(decoder, "receptive_field", getattr(decoder, "span", 0)))
    return feature_reach_s(features, mel) + frames * mel.hop_length / mel.sample_rate


def fold_stretches(
    loaded: Sequence[Loaded], recipe: Recipe, fold: int, n_folds: int, shift: float, seed: int, shuffles: int
) -> tuple[list[Stretch], list[LeakProbe], dict[str, Any]]:
    """Train on all but one fold of every session and decode that fold.

    Parameters
    ----------
    shift : circular shift of the brain against the sound before training, as a share of each session; 0 for none. What
        is then learnt is chance.
    shuffles : decodings of the shuffled brain.

    Returns
    -------
    One stretch a session, what the leak probe says of each, and the report of the fit.
    """
    mel, clock = recipe.mel, FrameClock(loaded[0].sfreq, recipe.mel.sample_rate, recipe.mel.hop_length)
    rate = clock.frame_rate
    sessions = [_rolled(item.session, shift) for item in loaded]
    n_features = len(feature_labels(recipe.features, recipe.labels))
    reach = needed_s(recipe.kind, dict(recipe.decoder), recipe.features, mel, n_features)
    reach = max(reach, needed_s("ridge", {}, recipe.features, mel, n_features)) + abs(recipe.lead_ms) / 1000.0
    splits = []
    for session in sessions:
        first, stop = target_rows(session, mel, recipe.lead_ms)
        splits.append(fold_splits(stop - first, n_folds, recipe.split, rate, reach)[fold])
    corpus = build_corpus(
        sessions,
        recipe.features,
        mel,
        recipe.labels,
        loaded[0].sfreq,
        splits=splits,
        lead_ms=recipe.lead_ms,
    )
    fits = {recipe.kind: _fit(recipe, recipe.kind, dict(recipe.decoder), corpus, seed)}
    if recipe.kind != "ridge":
        fits["ridge"] = _fit(recipe, "ridge", {}, corpus, seed)
    training = [y for _, y in corpus.segments("training")]
    stretches, leaks = [], []
    for i, (item, split) in enumerate(zip(loaded, splits, strict=True)):
        a, b = split.test
        x, y = corpus.features[i][a:b], corpus.mel[i][a:b]
        others = [corpus.mel[j][s:e] for j in range(len(splits)) if j != i for s, e in _fitted(splits[j])]
        leak = probe_split(corpus.mel[i], _indices(split), np.arange(a, b), float(rate), reach)
        leaks.append(replace(leak, duplicates=max(leak.duplicates, duplicate_share(others, y))))
        shifted = corpus.first[i] + round(lead_samples(recipe.lead_ms, mel) / mel.hop_length)
        stretches.append(
            Stretch(
                name=f"{item.session.name} fold {fold + 1}",
                reference=y,
                decoded={**{kind: run_decoder(fit.decoder, x) for kind, fit in fits.items()}, **trivial(y, training)},
                frame_rate=float(rate),
                trials=inside(item.trials, a + shifted, b + shifted),
                vocabulary=spoken_words(loaded),
                recorded=_sound(item.session, mel, recipe.lead_ms, corpus.first[i] + a, b - a),
                shuffled=shuffled_brain(fits[recipe.kind].decoder, x, float(rate), shuffles, seed),
            )
        )
    return stretches, leaks, fits[recipe.kind].report


def bundle_stretch(
    bundle: Bundle, recording: Recording, held_out: bool, shuffles: int, seed: int, cache: Path | None = None
) -> tuple[Stretch, list[LeakProbe], list[str]]:
    """Decode a recording with a bundle; with ``held_out`` only the part that training kept aside is scored.

    Raises
    ------
    BkError
        The recording lacks channels, has another rate or no audio; or ``held_out`` without a held-out part.
    """
    bundle.check(describe(recording))
    loaded = prepare(recording, bundle.features, bundle.mel, bundle.labels, cache)
    session, mel = loaded.session, bundle.mel
    clock = FrameClock(loaded.sfreq, mel.sample_rate, mel.hop_length)
    rate = float(clock.frame_rate)
    first, stop = target_rows(session, mel, bundle.lead_ms)
    target = target_mel(session.audio, mel, bundle.lead_ms)
    used, notes, leaks = training_entry(bundle.provenance, recording), [], []
    training: list[np.ndarray] = []
    if held_out:
        if used is None or not used.get("held_out"):
            raise BkError(
                f"{recording.name}: --held-out needs a recording that the bundle was trained on and that names its "
                "held-out frames in bundle.toml; leave --held-out away for a new recording, or train again"
            )
        fitted = [tuple(part) for part in (*used["training"], used["validation"])]
        first, stop = used["held_out"]
        training = [target[a:b] for a, b in used["training"]]
        sizes = decoder_settings(bundle.decoder)
        reach = needed_s(bundle.kind, sizes, bundle.features, mel, len(bundle.mean)) + abs(bundle.lead_ms) / 1000.0
        indices = np.concatenate([np.arange(a, b) for a, b in fitted])
        leaks.append(probe_split(target, indices, np.arange(first, stop), rate, reach))
    else:
        notes.append("levels of mean spectrum and oracle come from the scored recording itself, in their favour")
    features = run_features(
        build_features(bundle.features, mel, bundle.labels, bundle.labels, bundle.sfreq, bundle.mean, bundle.std)[-1:],
        session.log_power,
    ).astype(np.float32)
    reference = target[first:stop]
    decoded = {bundle.kind: run_decoder(bundle.decoder, features)[first:stop]}
    rival = None if bundle.path is None else bundle.path / "training" / "ridge" / "bundle"
    if bundle.kind != "ridge" and rival is not None and rival.is_dir():
        decoded["ridge"] = run_decoder(load_bundle(rival).decoder, features)[first:stop]
    elif bundle.kind != "ridge":
        notes.append("ridge: not scored, its bundle is not beside the decoder (training/ridge/bundle)")
    shifted = round(lead_samples(bundle.lead_ms, mel) / mel.hop_length)
    stretch = Stretch(
        name=recording.name,
        reference=reference,
        decoded={**decoded, **trivial(reference, training or [reference])},
        frame_rate=rate,
        trials=inside(loaded.trials, first + shifted, stop + shifted),
        vocabulary=spoken_words([loaded]),
        recorded=_sound(session, mel, bundle.lead_ms, first, stop - first),
        shuffled=shuffled_brain(bundle.decoder, features[first:stop], rate, shuffles, seed),
    )
    return stretch, leaks, notes


def spoken_words(loaded: Sequence[Loaded]) -> tuple[str, ...]:
    """Every word that the markers name."""
    return tuple(sorted({t.label for item in loaded for t in item.trials if t.label}))


@torch.inference_mode()
def run_decoder(decoder: Any, features: np.ndarray) -> np.ndarray:
    """(T, n_features) -> (T, n_mels) float32, from an empty state; an unfinished block at the end repeats its last."""
    mel = decoder.forward(torch.from_numpy(np.ascontiguousarray(features))[None])[0].numpy()
    return np.concatenate([mel, np.repeat(mel[-1:], len(features) - len(mel), 0)]).astype(np.float32)


def shuffled_brain(
    decoder: Any, features: np.ndarray, frame_rate: float, n_draws: int, seed: int
) -> tuple[np.ndarray, ...]:
    """The same brain in random order: pieces of 1 s of the features shuffled, decoded again."""
    rng = np.random.default_rng([seed, 1])
    width = max(1, round(SHUFFLE_PIECE_S * frame_rate))
    pieces = [features[i : i + width] for i in range(0, len(features), width)]
    return tuple(
        run_decoder(decoder, np.concatenate([pieces[j] for j in rng.permutation(len(pieces))])) for _ in range(n_draws)
    )


def trivial(reference: np.ndarray, training: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Decoders that know no brain: mean spectrum of the training part, and a perfect speech detector."""
    mean = np.concatenate(training).mean(0).astype(reference.dtype)
    return {
        MEAN: np.tile(mean, (len(reference), 1)),
        ORACLE: speech_silence_oracle(reference, speech_mask(reference), training),
    }


def _fit(recipe: Recipe, kind: str, settings: dict[str, Any], corpus: Corpus, seed: int) -> Fit:
    with tempfile.TemporaryDirectory(prefix="bk_fold_") as folder:
        machine = TrainerSettings(accelerator="cpu", threads=1)
        return fit_decoder(kind, settings, corpus, recipe.optimiser, AugmentSettings(), machine, Path(folder), seed)


def _rolled(session: ProcessedRecording, shift: float) -> ProcessedRecording:
    if not shift:
        return session
    return replace(session, log_power=np.roll(session.log_power, round(shift * len(session.log_power)), 0))


def _fitted(split: Split) -> tuple[tuple[int, int], ...]:
    return (*split.training, split.validation)


def _indices(split: Split) -> np.ndarray:
    return np.concatenate([np.arange(a, b) for a, b in _fitted(split)])


def _sound(session: ProcessedRecording, mel: MelSettings, lead_ms: float, first: int, n_frames: int) -> np.ndarray:
    """Recorded sound of ``n_frames`` rows of the target from row ``first`` on; silence outside the recording."""
    start = first * mel.hop_length + lead_samples(lead_ms, mel)
    out = np.zeros(n_frames * mel.hop_length, np.float32)
    a, b = max(0, start), min(len(session.audio), start + len(out))
    out[a - start : b - start] = session.audio[a:b]
    return out
