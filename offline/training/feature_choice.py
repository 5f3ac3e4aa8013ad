"""Which bands and references a training takes: those asked to be chosen from, compared before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from rich.console import Console

from bk_realtime.bands import MAIN
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import InputError
from bk_realtime.features import feature_labels
from offline.data.dataset import common_labels
from offline.data.processed import ProcessedRecording, process_recording
from offline.io.recording import Recording
from offline.training.candidates import untrained
from offline.training.corpus import screened
from offline.training.feature_sets import Folding, choose_set, compare_sets, only_features
from offline.training.settings import Train
from offline.training.widest import widened

FOLDS = 5


@dataclass(frozen=True)
class FeatureChoice:
    """What was taken.

    Attributes
    ----------
    features : with the bands and references that were chosen.
    widest : with all that were compared, whose guards the parts of the training have.
    report : ``why`` in a sentence, ``folds``, and ``sets``, what was compared, for the bundle; empty where nothing was
        to be chosen.
    labels, made : channels and recordings with the features of ``widest``, as they were computed to choose by.
    """

    features: FeatureSettings
    widest: FeatureSettings
    report: dict[str, Any]
    labels: tuple[str, ...] = ()
    made: list[ProcessedRecording] = field(default_factory=list, repr=False)

    def take(self, labels: Sequence[str]) -> list[ProcessedRecording]:
        """The recordings with the chosen features of channels ``labels``; none where they were computed of others.
        Once: they are large, and are not kept here any longer."""
        made = [*self.made]
        self.made.clear()
        if tuple(labels) != self.labels:
            return []
        names, wanted = feature_labels(self.widest, labels), feature_labels(self.features, labels)
        return [only_features(one, names, wanted) for one in made]


def choose_features(
    settings: Train, recordings: Sequence[Recording], decoders: Mapping[str, Mapping[str, Any]], console: Console
) -> FeatureChoice:
    """Compare the sets by ridge in contiguous folds of what the training does not hold out.

    Parameters
    ----------
    decoders : kind and settings of each that is to be trained: what they see tells how long the guards are.

    Raises
    ------
    BkError
        Bands or references that are none, channels that hold the sound itself.
    """
    if not settings.chooses:
        return FeatureChoice(settings.features, settings.features, {})
    mel, widest = MelSettings(), widened(settings.features, settings.choose_bands, settings.choose_references)
    labels, _ = screened(recordings, common_labels(recordings), widest, settings.contaminated)
    n_in = len(feature_labels(widest, labels))
    untaught = [d for kind, values in decoders.items() for d in untrained(kind, values, n_in, mel.n_mels)]
    sessions = [process_recording(recording, widest, mel, labels, settings.cache) for recording in recordings]
    reach_s = max(d.receptive_field for d in untaught) * mel.hop_length / mel.sample_rate
    report: dict[str, Any]
    how = Folding(settings.split, FOLDS, settings.machine, reach_s, settings.lead, settings.seed)
    try:
        rows, seconds = compare_sets(
            sessions, labels, recordings[0].sfreq, settings.features, widest, how, console, "to choose"
        )
    except InputError as error:
        why = f"{MAIN} alone is taken: nothing could be compared, {error}"
        report = {"why": why, "folds": 0, "sets": []}
        return FeatureChoice(settings.features, widest, report, labels, sessions)
    taken, why = choose_set(rows)
    features = replace(settings.features, more_bands=taken.bands, more_references=taken.references)
    named = ", ".join(f"{row.name} {row.r_speech:.3f}" for row in rows if np.isfinite(row.r_speech))
    why = f"{why} (r inside speech of ridge in {FOLDS} nested folds of {seconds:.0f} s: {named or 'none'})"
    report = {"why": why, "folds": FOLDS, "sets": [row.as_dict() for row in rows]}
    return FeatureChoice(features, widest, report, labels, sessions)
