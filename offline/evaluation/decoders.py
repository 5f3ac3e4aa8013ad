"""Decoded segments: by a trained bundle on recordings, or by decoders fitted anew on one fold."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.decoder.speech_gate import SpeechGate
from bk_realtime.decoder.sureness import Sureness
from bk_realtime.errors import InputError
from bk_realtime.features import build_features, feature_labels, run_features
from bk_realtime.prompts.marks import bad_note
from bk_realtime.typed import shortened
from offline.data.dataset import (
    Corpus,
    bad_rows,
    build_corpus,
    feature_reach_s,
    lead_rows,
    target_mel,
    target_rows,
)
from offline.data.decoding import as_trained, decode_features
from offline.data.heard import words_known
from offline.data.known_content import repeated
from offline.data.processed import ProcessedRecording
from offline.data.provenance import training_entry
from offline.data.settings import AugmentSettings
from offline.data.shuffle import shuffled_features
from offline.data.split import Split, SplitSettings, fold_splits
from offline.data.trials import inside
from offline.evaluation.diagnosis import signal_level
from offline.evaluation.leak import LeakProbe, duplicate_share, probe_split
from offline.evaluation.left_out import without_bad
from offline.evaluation.recordings import EvaluationRecording, process, spoken_words
from offline.evaluation.segment import Segment
from offline.io.recording import Recording
from offline.scoring.loudness import without_a_brain
from offline.scoring.sureness import frame_error_db, sureness_rows
from offline.training.candidates import untrained
from offline.training.fitting import Fit, fit_decoder
from offline.training.gate import fit_gate, opened
from offline.training.settings import OptimiserSettings, TrainerSettings
from offline.training.sureness import expected_level, fit_sureness


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


def needed_s(decoder: Decoder, features: FeatureSettings, mel: MelSettings, lead_ms: float) -> float:
    """Seconds of signal behind one decoded frame and its target; recurrent decoders forget gradually and count 0."""
    frames_s = decoder.receptive_field * mel.hop_length / mel.sample_rate
    return feature_reach_s(features, mel) + frames_s + abs(lead_ms) / 1000.0


def fold_segments(
    recordings: Sequence[EvaluationRecording],
    recipe: Recipe,
    fold: int,
    n_folds: int,
    shift: float,
    seed: int,
    shuffles: int,
) -> tuple[list[Segment], list[LeakProbe], dict[str, Any]]:
    """Train on all but one fold of every recording and decode that fold.

    Parameters
    ----------
    shift : circular shift of the brain against the sound before training, as a share of each recording; 0 for none.
        What is then learnt is chance.
    shuffles : decodings of the shuffled brain.

    Returns
    -------
    One segment a recording, what the leak probe says of each, and the report of the fit.
    """
    mel, sfreq = recipe.mel, recordings[0].sfreq
    frame_rate = FrameClock(sfreq, mel.sample_rate, mel.hop_length).frame_rate
    rate = float(frame_rate)
    kinds = {recipe.kind: dict(recipe.decoder), **({} if recipe.kind == "ridge" else {"ridge": {}})}
    n_features = len(feature_labels(recipe.features, recipe.labels))
    reach = max(
        needed_s(decoder, recipe.features, mel, recipe.lead_ms)
        for kind, sizes in kinds.items()
        for decoder in untrained(kind, sizes, n_features, mel.n_mels)
    )
    moved = [_rolled(item.processed, shift) for item in recordings]
    splits = []
    for processed in moved:
        first, stop = target_rows(processed, mel, recipe.lead_ms)
        splits.append(fold_splits(stop - first, n_folds, recipe.split, frame_rate, reach)[fold])
    corpus = build_corpus(moved, recipe.features, mel, recipe.labels, sfreq, splits=splits, lead_ms=recipe.lead_ms)
    fits = {kind: _fit(recipe, kind, sizes, corpus, seed) for kind, sizes in kinds.items()}
    gate = None if shift else fit_gate(corpus, seed)[0]
    head = None if shift else fit_sureness(fits[recipe.kind].decoder, corpus, expected_level(corpus))[0]
    training = [y for _, y in corpus.segments("training")]
    shifted = lead_rows(recipe.lead_ms, mel)
    segments, leaks = [], []
    for i, (item, split) in enumerate(zip(recordings, splits, strict=True)):
        a, b = split.test
        x, y = corpus.features[i][a:b], corpus.mel[i][a:b]
        others = [corpus.mel[j][s:e] for j in range(len(splits)) if j != i for s, e in _fitted(splits[j])]
        leak = probe_split(corpus.mel[i], _indices(_fitted(split)), np.arange(a, b), rate, reach)
        repeated = 0.0 if shift else _repeated_s(item, split, corpus.first[i], rate)
        leaks.append(replace(leak, duplicates=max(leak.duplicates, duplicate_share(others, y)), repeated_s=repeated))
        first = corpus.first[i] + a
        heard = [
            trial.label
            for other, own, start in zip(recordings, splits, corpus.first, strict=True)
            for s, e in own.training
            for trial in inside(other.trials, start + s + shifted, start + e + shifted)
        ]
        decoded = {kind: decode_features(fit.decoder, x) for kind, fit in fits.items()}
        segment = Segment(
            name=f"{item.processed.name} fold {fold + 1}",
            reference=y,
            decoded=decoded | without_a_brain(y, training),
            frame_rate=rate,
            trials=inside(item.trials, first + shifted, first + shifted + b - a),
            vocabulary=spoken_words(recordings),
            trained_words=tuple(sorted({*heard} - {""})),
            recorded=item.sound(mel, recipe.lead_ms, first, b - a),
            shuffled=shuffled_brain(fits[recipe.kind].decoder, x, rate, shuffles, seed),
            **_gated(gate, x, rate, shuffles, seed),
            sureness=_judged(head, x, decoded[recipe.kind], y),
        )
        segments.append(without_bad(segment, bad_rows(item.processed, first, mel, recipe.lead_ms)))
    return segments, leaks, fits[recipe.kind].report


def _repeated_s(item: EvaluationRecording, split: Split, first: int, rate: float) -> float:
    """Seconds of the test part's neural data that stand in what the fold is fitted on, by content."""
    if item.content is None:
        return 0.0
    test, fitted = (
        item.content.only([((first + a) / rate, (first + b) / rate) for a, b in parts])
        for parts in ([split.test], _fitted(split))
    )
    return sum(place.seconds for place in repeated(test, fitted))


def bundle_segment(
    bundle: Bundle,
    recording: Recording,
    held_out: bool,
    shuffles: int,
    seed: int,
    cache: Path | None = None,
    label_map: Mapping[str, str] | None = None,
) -> tuple[Segment, list[LeakProbe], list[str]]:
    """Decode a recording with a bundle; with ``held_out`` only the part that training kept aside is scored.

    Returns
    -------
    The segment, what the leak probe says (nothing of a recording that is new to the bundle), and notes for the card.

    Raises
    ------
    InputError
        The recording lacks channels, has a rate that cannot be resampled or no audio; or ``held_out`` without a
        held-out part.
    """
    recording, fit = as_trained(bundle, recording, label_map)
    resampled = bundle.sfreq if fit.rate != bundle.sfreq else None
    item = process(recording, bundle.features, bundle.mel, bundle.labels, cache, resampled)
    processed, mel = item.processed, bundle.mel
    rate = float(FrameClock(item.sfreq, mel.sample_rate, mel.hop_length).frame_rate)
    first, stop = target_rows(processed, mel, bundle.lead_ms)
    target = target_mel(processed.audio, mel, bundle.lead_ms)
    shifted, heard = lead_rows(bundle.lead_ms, mel), list[str]()
    training, leaks, notes = [target[first:stop]], [], list(fit.notes)
    if held_out:
        used = training_entry(bundle.provenance, recording)
        if used is None or not used.get("held_out"):
            raise InputError(
                f"{recording.name}: --held-out needs a recording that the bundle was trained on and that names its "
                "held-out frames in bundle.toml; leave --held-out away for a new recording, or train again"
            )
        first, stop = used["held_out"]
        training = [target[a:b] for a, b in used["training"]]
        fitted = _indices([*used["training"], used["validation"]])
        reach = needed_s(bundle.decoder, bundle.features, mel, bundle.lead_ms)
        leaks.append(probe_split(target, fitted, np.arange(first, stop), rate, reach))
        parts = [inside(item.trials, a + shifted, b + shifted) for a, b in used["training"]]
        heard = sorted({trial.label for part in parts for trial in part} - {""})
    else:
        heard = list(words_known(bundle.provenance, spoken_words([item])))
        notes.append("levels of mean spectrum and oracle come from the scored recording itself, in their favour")
    features = run_features(
        build_features(bundle.features, mel, bundle.labels, bundle.labels, bundle.sfreq, bundle.mean, bundle.std)[-1:],
        processed.log_power,
    ).astype(np.float32)
    reference = target[first:stop]
    decoded = {bundle.kind: decode_features(bundle.decoder, features)[first:stop]}
    rival = None if bundle.path is None else bundle.path / "training" / "ridge" / "bundle"
    if bundle.kind != "ridge" and rival is not None and rival.is_dir():
        decoded["ridge"] = decode_features(load_bundle(rival).decoder, features)[first:stop]
    elif bundle.kind != "ridge":
        notes.append("ridge: not scored, its bundle is not beside the decoder (training/ridge/bundle)")
    segment = Segment(
        name=recording.name,
        reference=reference,
        decoded=decoded | without_a_brain(reference, training),
        frame_rate=rate,
        trials=inside(item.trials, first + shifted, stop + shifted),
        vocabulary=spoken_words([item]),
        trained_words=tuple(heard),
        recorded=item.sound(mel, bundle.lead_ms, first, stop - first),
        shuffled=shuffled_brain(bundle.decoder, features[first:stop], rate, shuffles, seed),
        signal=_signal(bundle, processed.log_power),
        **_gated(bundle.gate, features[first:stop], rate, shuffles, seed),
        sureness=_judged(bundle.sureness, features[first:stop], decoded[bundle.kind], reference),
    )
    if bundle.sureness is None:
        said = bundle.provenance.get("sureness")
        why = shortened(str(said.get("why", "")), 600) if isinstance(said, Mapping) else ""
        notes.append("how sure: the bundle cannot tell" + (f", {why}" if why else ""))
    if isinstance(chosen := bundle.provenance.get("features_chosen"), Mapping):
        notes.append(f"features were chosen in training: {shortened(str(chosen.get('why', '')), 600)}")
    if bundle.gate is None:
        notes.append("speech gate: the bundle has none")
    if bad := bad_note(recording.markers):
        notes.append(bad)
    return without_bad(segment, bad_rows(processed, first, mel, bundle.lead_ms)), leaks, notes


def _signal(bundle: Bundle, log_power: np.ndarray) -> dict[str, float]:
    """How strong the brain is beside that of the training; nothing of features that were made elsewhere."""
    return {} if bundle.features.kind == "given" else signal_level(log_power, bundle.mean, bundle.std)


def shuffled_brain(
    decoder: Decoder, features: np.ndarray, frame_rate: float, n_draws: int, seed: int
) -> tuple[np.ndarray, ...]:
    """The same brain in random order: pieces of 1 s of the features shuffled, decoded again."""
    return tuple(decode_features(decoder, x) for x in shuffled_features(features, frame_rate, n_draws, seed))


def _gated(gate: SpeechGate | None, features: np.ndarray, frame_rate: float, n_draws: int, seed: int) -> dict[str, Any]:
    """What a :class:`Segment` holds of a speech gate: where it is open, and on the shuffled brain."""
    if gate is None:
        return {}
    moved = tuple(opened(gate, x) for x in shuffled_features(features, frame_rate, n_draws, seed))
    return {"gate": opened(gate, features), "gate_shuffled": moved}


def _judged(
    head: Sureness | None, features: np.ndarray, decoded: np.ndarray, reference: np.ndarray
) -> np.ndarray | None:
    """What a :class:`Segment` holds of how sure its decoder is."""
    return None if head is None else sureness_rows(head, features, frame_error_db(decoded, reference))


def _fit(recipe: Recipe, kind: str, settings: dict[str, Any], corpus: Corpus, seed: int) -> Fit:
    with tempfile.TemporaryDirectory(prefix="bk_fold_") as folder:
        machine = TrainerSettings(accelerator="cpu", threads=1)
        return fit_decoder(kind, settings, corpus, recipe.optimiser, AugmentSettings(), machine, Path(folder), seed)


def _rolled(recording: ProcessedRecording, shift: float) -> ProcessedRecording:
    if not shift:
        return recording
    return replace(recording, log_power=np.roll(recording.log_power, round(shift * len(recording.log_power)), 0))


def _fitted(split: Split) -> tuple[tuple[int, int], ...]:
    return (*split.training, split.validation)


def _indices(parts: Sequence[Sequence[int]]) -> np.ndarray:
    return np.concatenate([np.arange(first, stop) for first, stop in parts])
