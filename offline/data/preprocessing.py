"""Features and mel of one recording as the decoder sees them, as plain arrays for other tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.features import build_features, feature_labels, fit_statistics, run_features
from bk_realtime.files import atomic
from offline.data.align import aligned_audio
from offline.data.dataset import build_corpus, common_labels, feature_reach_s, target_mel
from offline.data.decoding import stream_description
from offline.data.processed import check_kind, process_recording
from offline.data.provenance import UNKNOWN_CAUSALITY
from offline.data.split import Split, SplitSettings, split_frames
from offline.data.trials import bad_trials
from offline.io.outputs import write_npz
from offline.io.recording import Recording

"""Of files that :func:`write_arrays` writes."""


def preprocess_like(bundle: Bundle, recording: Recording, label_map: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The same as :func:`preprocess` with channels, settings, statistics and lead of a bundle; there are no parts."""
    fit = bundle.check(stream_description(recording), label_map)
    mel, values = bundle.mel, dict[str, Any]()
    check_kind(recording, bundle.features)
    features = run_features(bundle.feature_operators(fit.labels, fit.rate), recording.neural).astype(np.float32)
    if recording.audio is not None:
        target = target_mel(aligned_audio(recording, mel), mel, bundle.lead_ms)
        n = min(len(features), len(target))
        features, values["mel"] = features[:n], target[:n]
    values |= {"mean": bundle.mean, "std": bundle.std, "first_frame": 0, "lead_ms": bundle.lead_ms}
    return _with_facts(features, values, recording, bundle.labels, bundle.features, mel)


def preprocess(recording: Recording, features: FeatureSettings, split: SplitSettings) -> dict[str, Any]:
    """Arrays and values of a recording's good channels, with the statistics of its own training part.

    Returns
    -------
    ``features`` (n_frames, n_features) and ``mel`` (n_frames, n_mels) float32 in step, ``mean``, ``std``, ``labels``,
    ``feature_labels``, ``sfreq``, ``frame_rate``, ``first_frame``, ``lead_ms``, ``simulated``, ``source_hash``;
    ``training``, ``validation``, ``test`` as (first, after last) rows, ``left_out`` (n, 2) rows of trials that are
    marked as bad, where there are any: they count in no statistics. ``mel`` is missing where the recording has no
    audio; ``causality`` is there with given features only, and says that it is unknown.
    """
    mel, labels, values = MelSettings(), common_labels([recording]), dict[str, Any]()
    if recording.audio is None:
        z_scored, mean, std, parts = _without_audio(recording, features, split, mel, labels)
        first = 0
    else:
        session = process_recording(recording, features, mel, labels)
        corpus = build_corpus([session], features, mel, labels, recording.sfreq, split=split)
        z_scored, values["mel"] = corpus.features[0], corpus.mel[0]
        mean, std, parts, first = corpus.mean, corpus.std, corpus.splits[0], corpus.first[0]
    values |= {"mean": mean, "std": std, "first_frame": first, "lead_ms": 0.0}
    values |= {"training": parts.training[0], "validation": parts.validation, "test": parts.test}
    if parts.left_out:
        values["left_out"] = np.array(parts.left_out, np.int64)
    return _with_facts(z_scored, values, recording, labels, features, mel)


def _with_facts(
    z_scored: np.ndarray,
    values: dict[str, Any],
    recording: Recording,
    labels: Sequence[str],
    features: FeatureSettings,
    mel: MelSettings,
) -> dict[str, Any]:
    return {
        "features": z_scored,
        "simulated": recording.simulated,
        "source_hash": recording.source_hash,
        **values,
        "labels": list(labels),
        "feature_labels": feature_labels(features, labels),
        "sfreq": float(recording.sfreq),
        "frame_rate": mel.sample_rate / mel.hop_length,
        **({"causality": UNKNOWN_CAUSALITY} if features.kind == "given" else {}),
    }


def _without_audio(
    recording: Recording, features: FeatureSettings, split: SplitSettings, mel: MelSettings, labels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Split]:
    """Features, their statistics in the training part, and the parts."""
    check_kind(recording, features)
    operators = build_features(features, mel, recording.labels, labels, recording.sfreq)
    log_power = run_features(operators, recording.neural)
    clock = FrameClock(recording.sfreq, mel.sample_rate, mel.hop_length)
    parts = split_frames(len(log_power), split, clock.frame_rate, feature_reach_s(features, mel))
    bad = tuple((t.first, t.stop) for t in bad_trials(recording, clock))
    parts = replace(parts, left_out=bad)
    mean, std = fit_statistics(np.concatenate([log_power[a:b] for a, b in parts.ranges("training")]))
    z_score = build_features(features, mel, labels, labels, recording.sfreq, mean, std)[-1:]
    return run_features(z_score, log_power).astype(np.float32), mean, std, parts


def write_arrays(path: Path, values: dict[str, Any]) -> None:
    """Write as NumPy archive, or as HDF5 with arrays as data sets and the rest as attributes."""
    if path.suffix.lower() == ".npz":
        write_npz(path, values)
        return
    with atomic(path) as part, h5py.File(part, "w") as file:
        for key, value in values.items():
            if isinstance(value, np.ndarray):
                file.create_dataset(key, data=value)
            else:
                file.attrs[key] = value
