"""`python -m offline.preprocess RECORDING --out FILE`: features and mel as the decoder sees them, in one file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import h5py
import numpy as np
import tyro
from rich.console import Console

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.errors import exit_cleanly
from bk_realtime.features import build_features, feature_labels, fit_statistics, run_features
from offline.data.align import aligned_audio
from offline.data.dataset import build_corpus, common_labels, feature_reach_s, load_session, target_mel
from offline.data.split import Split, SplitSettings, split_frames
from offline.io import read_recording
from offline.io.options import ReadOptions
from offline.io.outputs import claim
from offline.io.recording import Recording

ENDINGS = (".npz", ".h5", ".hdf5")


@dataclass(frozen=True)
class Preprocess:
    """Write z-scored features and target mel, frame by frame, for use in other tools.

    Without --bundle the statistics of the z-score come from the training part (the first 70 %) only.
    """

    recording: Annotated[Path, tyro.conf.Positional]
    """Recording with neural data, and audio where there is some."""
    out: Path
    """File to write: .npz, .h5 or .hdf5."""
    bundle: Path | None = None
    """Decoder bundle whose channels, settings, statistics and lead to use."""
    features: FeatureSettings = field(default_factory=FeatureSettings)
    """Settings without --bundle."""
    split: SplitSettings = field(default_factory=SplitSettings)
    channels: tuple[str, ...] = ()
    """Channels to use without --bundle, by label; default all good ones."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    overwrite: bool = False
    """Replace an existing file."""


def preprocess(recording: Recording, settings: Preprocess) -> dict[str, Any]:
    """Arrays and values to write: ``features`` (n_frames, n_features) and ``mel`` (n_frames, n_mels) float32 in step,
    ``mean``, ``std``, ``labels``, ``feature_labels``, ``sfreq``, ``frame_rate``, ``first_frame``, ``lead_ms``,
    ``simulated``, ``source_hash``; parts as (first, after last) rows where statistics were fitted here. ``mel`` is
    missing where the recording has no audio.
    """
    mel = MelSettings()
    values: dict[str, Any] = {"simulated": recording.simulated, "source_hash": recording.source_hash}
    if settings.bundle is not None:
        bundle = load_bundle(settings.bundle)
        mel, labels, lead_ms = bundle.mel, bundle.labels, bundle.lead_ms
        features = run_features(bundle.feature_operators(recording.labels), recording.neural).astype(np.float32)
        if recording.audio is not None:
            target = target_mel(aligned_audio(recording, mel).astype(np.float32), mel, lead_ms)
            n = min(len(features), len(target))
            features, values["mel"] = features[:n], target[:n]
        values |= {"mean": bundle.mean, "std": bundle.std, "first_frame": 0, "lead_ms": lead_ms}
        feature_names = feature_labels(bundle.features, labels)
    else:
        labels, lead_ms = common_labels([recording], settings.channels), 0.0
        feature_names = feature_labels(settings.features, labels)
        if recording.audio is None:
            features, mean, std, split = _without_audio(recording, settings, mel, labels)
            first = 0
        else:
            session = load_session(recording, settings.features, mel, labels)
            corpus = build_corpus([session], settings.features, mel, labels, recording.sfreq, split=settings.split)
            features, values["mel"] = corpus.features[0], corpus.mel[0]
            mean, std, split, first = corpus.mean, corpus.std, corpus.splits[0], corpus.first[0]
        values |= {"mean": mean, "std": std, "first_frame": first, "lead_ms": lead_ms}
        values |= {"training": split.training[0], "validation": split.validation, "test": split.test}
    return {
        "features": features,
        **values,
        "labels": list(labels),
        "feature_labels": feature_names,
        "sfreq": float(recording.sfreq),
        "frame_rate": mel.sample_rate / mel.hop_length,
    }


def _without_audio(
    recording: Recording, settings: Preprocess, mel: MelSettings, labels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Split]:
    """Features, their statistics in the training part, and the parts."""
    log_power = run_features(
        build_features(settings.features, mel, recording.labels, labels, recording.sfreq), recording.neural
    )
    rate = FrameClock(recording.sfreq, mel.sample_rate, mel.hop_length).frame_rate
    split = split_frames(len(log_power), settings.split, rate, feature_reach_s(settings.features, mel))
    mean, std = fit_statistics(log_power[slice(*split.training[0])])
    z_score = build_features(settings.features, mel, labels, labels, recording.sfreq, mean, std)[-1:]
    return run_features(z_score, log_power).astype(np.float32), mean, std, split


def write(path: Path, values: dict[str, Any]) -> None:
    """As NumPy archive, or as HDF5 with arrays as data sets and the rest as attributes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.part{path.suffix}")
    if path.suffix == ".npz":
        np.savez(part, **{k: np.asarray(v) for k, v in values.items()})
    else:
        with h5py.File(part, "w") as file:
            for key, value in values.items():
                if isinstance(value, np.ndarray):
                    file.create_dataset(key, data=value)
                else:
                    file.attrs[key] = value
    part.replace(path)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(Preprocess, prog="python -m offline.preprocess", args=argv)
    claim(settings.out, settings.overwrite, ENDINGS)
    begun = time.perf_counter()
    recording = read_recording(settings.recording, **settings.read.given())
    start = time.perf_counter()
    values = preprocess(recording, settings)
    seconds = time.perf_counter() - start
    write(settings.out, values)
    all_s = time.perf_counter() - begun
    n_frames, n_features = values["features"].shape
    Console().print(
        f"{n_frames} frames of {n_features} features; {recording.duration_s:.1f} s of recording in {seconds:.1f} s: "
        f"{recording.duration_s / seconds:.0f} times real time; {recording.duration_s / all_s:.0f} times with reading "
        "and writing",
        highlight=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
