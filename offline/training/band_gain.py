"""What bands beside high gamma add, for each recording: the same decoder with and without them, by contiguous folds.

What training holds out in the end is not touched: the folds are cut from the rest, as ``--decoder auto`` cuts them, so
that bands may be chosen by it. All sets of bands have the guards of the slowest one.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from bk_realtime.bands import MAIN
from bk_realtime.config import FeatureSettings, MelSettings, to_dict, write_toml
from bk_realtime.errors import FileError, OptionError
from bk_realtime.features import feature_labels
from offline.data.contamination import Contamination
from offline.data.dataset import Corpus, build_corpus, common_labels, feature_reach_s
from offline.data.processed import ProcessedRecording, process_recording
from offline.io.recording import Recording
from offline.scoring.loudness import partial_correlation
from offline.scoring.mel import mean_correlation, speech_mask
from offline.scoring.resampling import (
    bootstrap_correlation,
    circular_shift,
    difference_interval,
    draw_weights,
    units,
)
from offline.training.ablation import Ablation
from offline.training.auto import N_DRAWS, nested_splits
from offline.training.candidates import untrained
from offline.training.corpus import screened
from offline.training.fitting import decode_part, fit_decoder, use_threads
from offline.training.recordings import read_recordings
from offline.training.settings import BASELINE

N_SHIFTS = 100
BANDS = "bands.toml"


@dataclass(frozen=True)
class BandRow:
    """One set of bands on one recording.

    Attributes
    ----------
    bands : of ``more_bands``; none: high gamma alone.
    r_speech, r_partial : inside speech, and with the recorded level taken off.
    chance : 95th percentile of ``r_speech`` at circular shifts.
    gain : over high gamma alone, with its 95 % interval; of high gamma NaN.
    gain_partial : the same with the level taken off, without an interval.
    """

    bands: tuple[str, ...]
    r_speech: float
    r_partial: float
    chance: float
    gain: tuple[float, float, float]
    gain_partial: float

    @property
    def name(self) -> str:
        """As the table says it."""
        return " + ".join(["", *(word.partition(":")[0] for word in self.bands)]).strip() or MAIN

    def as_dict(self) -> dict[str, Any]:
        """Plain values; what cannot be told is left out."""
        values = {"r_speech": self.r_speech, "r_partial": self.r_partial, "chance": self.chance}
        values |= dict(zip(("gain", "gain_low", "gain_high"), self.gain, strict=True))
        values["gain_partial"] = self.gain_partial
        told = {key: round(float(value), 5) for key, value in values.items() if np.isfinite(value)}
        return {"bands": list(self.bands), **told}


@dataclass(frozen=True)
class BandsOf:
    """What was found on one recording."""

    name: str
    rows: list[BandRow]
    seconds: float
    folds: int
    simulated: bool
    mark: str


def run_bands(settings: Ablation, console: Console) -> list[BandsOf]:
    """Compare the bands on each recording by itself, and keep the figures in OUT/bands.toml.

    Raises
    ------
    BkError
        As :func:`compare_bands`; or figures that are there already.
    """
    path = settings.out / BANDS
    if path.exists():
        raise FileError(f"{path} exists already; choose another --out")
    if settings.features.kind == "given":
        raise OptionError("--bands: expected a signal to filter, got --features.kind given")
    if not 2 <= settings.folds <= 20:
        raise OptionError(f"--folds {settings.folds}: expected 2 to 20")
    features = replace(settings.features, more_bands=settings.bands)
    use_threads(settings.machine)
    found = []
    for recording in read_recordings(settings.recordings, settings.read.of(features), console):
        rows, seconds, contamination = compare_bands(recording, features, settings, console)
        found.append(BandsOf(recording.name, rows, seconds, settings.folds, recording.simulated, contamination.mark))
    settings.out.mkdir(parents=True, exist_ok=True)
    people = [
        {
            "name": person.name,
            "simulated": person.simulated,
            "chosen": list(choose_bands(person.rows)[0]),
            "rows": [row.as_dict() for row in person.rows],
        }
        for person in found
    ]
    write_toml(path, {"features": to_dict(features), "folds": settings.folds, "recordings": people})
    return found


def band_sets(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """None, each alone, and all together."""
    alone = [(word,) for word in words]
    return [(), *alone, *([words] if len(words) > 1 else [])]


def compare_bands(
    recording: Recording, features: FeatureSettings, settings: Ablation, console: Console
) -> tuple[list[BandRow], float, Contamination]:
    """Ridge of every set of bands in ``features.more_bands``, trained and scored by contiguous folds.

    Returns
    -------
    Rows, high gamma alone first; seconds that were decoded; and what the audit says of the channels.

    Raises
    ------
    BkError
        A band that the recording does not hold, a channel that holds the sound itself, or too short a recording for so
        many folds.
    """
    labels, contamination = screened([recording], common_labels([recording]), features, settings.contaminated, console)
    mel = MelSettings()
    whole = process_recording(recording, features, mel, labels)
    names = feature_labels(features, labels)
    reach = feature_reach_s(features, mel)
    decoder = max(d.receptive_field for d in untrained(BASELINE, {}, len(names), mel.n_mels))
    rows: list[BandRow] = []
    seconds = 0.0
    plain: np.ndarray | None = None
    for words in track(band_sets(features.more_bands), f"bands, {recording.name}", console=console):
        own = replace(features, more_bands=words)
        session = _only(whole, names, feature_labels(own, labels))
        # what is behind a frame of the slowest set, for all
        reach_s = decoder * mel.hop_length / mel.sample_rate + reach - feature_reach_s(own, mel)
        corpus = build_corpus([session], own, mel, labels, recording.sfreq, settings.split, reach_s=reach_s)
        folds = [  # each with the statistics of its own training parts
            build_corpus([session], own, mel, labels, recording.sfreq, splits=splits)
            for splits in nested_splits(corpus, settings.folds)
        ]
        decoded, truth = _by_folds(folds, settings)
        plain, seconds = (decoded if plain is None else plain), len(truth) / float(corpus.frame_rate)
        rows.append(_row(words, decoded, plain, truth, float(corpus.frame_rate)))
    return rows, seconds, contamination


def choose_bands(rows: list[BandRow]) -> tuple[tuple[str, ...], str]:
    """The set to take, and why in a sentence: the best, where what it has over high gamma alone is more than noise."""
    best = max(rows, key=lambda row: np.nan_to_num(row.r_speech, nan=-1.0))
    if not best.bands:
        return (), f"{MAIN} alone is taken: no band adds anything"
    gain, low, high = best.gain
    if np.isnan(low):
        return (), f"{MAIN} alone is taken: too little speech to say how sure the {gain:+.3f} of {best.name} is"
    said = f"{gain:+.3f}, 95 % {low:+.3f} to {high:+.3f}"
    if not low > 0:
        return (), f"{MAIN} alone is taken: what it gains by {best.name} may be noise ({said})"
    if not best.r_speech > best.chance:
        return (), f"{MAIN} alone is taken: with {best.name} it is not above chance"
    text = f"{MAIN} {best.name} is taken ({said}): --features.more-bands {' '.join(best.bands)}"
    if best.gain_partial <= 0:
        text += "; with the level taken off it adds nothing, so it may be loudness only, or movement with the speech"
    return best.bands, text


def _only(recording: ProcessedRecording, names: list[str], wanted: list[str]) -> ProcessedRecording:
    return replace(recording, log_power=recording.log_power[:, [names.index(name) for name in wanted]])


def _by_folds(folds: list[Corpus], settings: Ablation) -> tuple[np.ndarray, np.ndarray]:
    """Decoded and recorded log-mel of all folds, none of it learnt: (T, n_mels) each."""
    decoded: list[np.ndarray] = []
    truth: list[np.ndarray] = []
    for part in folds:
        with tempfile.TemporaryDirectory() as folder:
            fit = fit_decoder(
                BASELINE,
                {},
                part,
                settings.optimiser,
                settings.augment,
                settings.machine,
                Path(folder),
                settings.seeds[0],
            )
        decoded += decode_part(fit.decoder, part)
        truth += [y for _, y in part.segments("test")]
    return np.concatenate(decoded), np.concatenate(truth)


def _row(words: tuple[str, ...], decoded: np.ndarray, plain: np.ndarray, truth: np.ndarray, rate: float) -> BandRow:
    speech = speech_mask(truth)
    own, base = (mean_correlation(mel, truth, speech) for mel in (decoded, plain))
    parts = [partial_correlation(mel, truth, speech) for mel in (decoded, plain)]
    moved = circular_shift(decoded, truth, speech, rate, N_SHIFTS, np.random.default_rng(0))
    gain, partial = (float("nan"),) * 3, float("nan")
    if words:
        unit = units(len(truth), (), rate)
        n_units = int(unit[-1]) + 1
        weights = draw_weights(n_units, N_DRAWS, np.random.default_rng(0))
        ours, theirs = (bootstrap_correlation(mel, truth, speech, unit, weights) for mel in (decoded, plain))
        gain = (own - base, *difference_interval(own - base, ours - theirs, n_units))
        partial = parts[0] - parts[1]
    return BandRow(words, own, parts[0], float(np.nanpercentile(moved["r_speech"], 95)), gain, partial)
