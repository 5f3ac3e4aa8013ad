"""A network that starts from yesterday's bundle: its sizes, features and weights, contacts by label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.decoder.base import NetworkDecoder
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.decoder.registry import build_decoder, decoder_settings
from bk_realtime.errors import InputError, OptionError
from bk_realtime.features import feature_labels
from bk_realtime.learning.before import data_before, leaks_in, told_today
from bk_realtime.learning.prior import card_of, notes_of, refuse_learnt, refuse_other_participant, refuse_too_few
from bk_realtime.montage import channel_infos
from bk_realtime.montage.matching import present_labels
from offline.data.contamination import Contamination, bundle_contamination, refuse_contaminated, worst_of
from offline.data.dataset import Corpus
from offline.data.decoding import as_trained, stream_description
from offline.data.fingerprint import Fingerprint
from offline.data.kept_prints import kept_fingerprints, kept_tensors
from offline.data.known_content import FOUND, UNKNOWN, known_to
from offline.data.provenance import training_entry
from offline.io.recording import Recording
from offline.training.settings import Train

SLOWER = 0.25
"""Part of the learning rate that a network goes on with: what it knows shall outlive some minutes of another day."""
_N = 11


@dataclass(frozen=True, eq=False)
class Yesterday:
    """A bundle that today's network starts from.

    Attributes
    ----------
    doubt : why nobody can tell whether it knows today's recordings; empty where it does not.
    notes : what was matched how, one line each.
    """

    bundle: Bundle
    doubt: str
    notes: tuple[str, ...]

    @property
    def sizes(self) -> dict[str, Any]:
        """Settings of its decoder."""
        return decoder_settings(self.bundle.decoder)

    def weights(self, corpus: Corpus) -> dict[str, Tensor]:
        """What a network of the corpus's features starts with: what meets the features goes by their labels, 0 for
        those that yesterday did not know; all else is as it was.

        Raises
        ------
        InputError
            Less than half of its channels are left, or a weight that has no place for each feature.
        """
        was, now = (feature_labels(self.bundle.features, labels) for labels in (self.bundle.labels, corpus.labels))
        refuse_too_few(self.bundle, [x for x in self.bundle.labels if x in corpus.labels], corpus.sessions[-1].name)
        here = torch.tensor([i for i, name in enumerate(now) if name in was])
        there = torch.tensor([was.index(name) for name in now if name in was])
        state: dict[str, Tensor] = dict(self.bundle.decoder.state_dict())  # type: ignore[attr-defined]
        for name, axis in feature_axes(self.bundle).items():
            shape = list(state[name].shape)
            shape[axis] = len(now)
            known = state[name].index_select(axis, there)
            state[name] = state[name].new_zeros(shape).index_copy_(axis, here, known)
        return state

    def worst(self, corpus: Corpus) -> Contamination:
        """What is said of the channels of both days."""
        return worst_of(corpus.contamination, bundle_contamination(self.bundle.provenance))

    @property
    def leak(self) -> str:
        """The line that says what cannot be told; empty where all can."""
        doubt = f"leak: CANNOT TELL whether the bundle knows today: {self.doubt}; no scores of it are kept or shown"
        return doubt if self.doubt else ""

    def lines(self, corpus: Corpus) -> list[str]:
        """What is said of it, one line each."""
        new = [label for label in corpus.labels if label not in self.bundle.labels]
        worst = self.worst(corpus)
        return [
            *self.notes,
            *notes_of(self.bundle, self._lost(corpus)),
            *([f"{len(new)} channels are new and begin at weight 0: {', '.join(new)}"] if new else []),
            *([worst.line] if worst.contaminated else []),
            *([self.leak] if self.doubt else []),
            *(f"leak of a day before: {line}" for line in leaks_in(data_before(self.bundle))),
        ]

    def carried(self, today: Bundle, corpus: Corpus, known: Sequence[Fingerprint]) -> Bundle:
        """The bundle of today's network with what it knows of the days before: their recordings, and what was in their
        channels. Without scores where it may know what is scored."""
        data = data_before(self.bundle)
        own = told_today(self.bundle, self.doubt, today.provenance["data"])
        told = {
            **today.provenance,
            "contamination": self.worst(corpus).values(),
            "data": [*data, *own],
            "carried_on": {**card_of(self.bundle, self._lost(corpus)), "learning_rate_share": SLOWER},
        }
        if self.doubt:
            told["leak"] = f"cannot tell whether yesterday's bundle knows today: {self.doubt}"
        prints = {}
        if self.bundle.fingerprints:  # else nobody can tell by content
            prints = kept_tensors([*kept_fingerprints(self.bundle.fingerprints, len(data)), *known])
        return replace(today, provenance=told, fingerprints=prints, scores={} if self.doubt else today.scores)

    def _lost(self, corpus: Corpus) -> tuple[str, ...]:
        return tuple(label for label in self.bundle.labels if label not in corpus.labels)


def yesterday_of(settings: Train, folder: Path, recordings: Sequence[Recording]) -> tuple[Yesterday, list[Recording]]:
    """The bundle that ``settings`` start from, and today's recordings with their channels called as it calls them.

    Raises
    ------
    BkError
        A bundle that is no network of the kind that is asked for, or normalises by running statistics; other features
        or another lead than its own; a recording that it was trained on, of another rate, or for sure of somebody else.
    """
    bundle, name = load_bundle(folder), f"bundle {folder.name}"
    if not isinstance(bundle.decoder, NetworkDecoder):
        ridge = "; a ridge is carried on by `offline.transfer`" if bundle.kind == "ridge" else ""
        raise InputError(f"{name} is {_a(bundle.kind)}; expected a network{ridge}")
    if bundle.kind != settings.decoder:
        raise OptionError(f"--decoder {settings.decoder}: expected {bundle.kind}, which {name} is, to start from it")
    if bundle.features.normalisation == "running":
        raise InputError(f"{name} normalises by running statistics, which are not carried on; expected frozen ones")
    if settings.features not in (FeatureSettings(), bundle.features):
        raise OptionError(f"--features.*: expected those of {name} to start from it; leave them out")
    if settings.lead != bundle.lead_ms:
        raise OptionError(f"--lead {settings.lead:g}: expected {bundle.lead_ms:g}, as {name} has it, to start from it")
    if bundle.mel != MelSettings():
        raise InputError(f"{name} is of another mel convention than a training; train without it")
    refuse_contaminated(bundle.provenance, name, settings.contaminated)
    renamed, doubts, notes = [], list[str](), list[str]()
    for path, recording in zip(settings.recordings, recordings, strict=True):
        refuse_learnt(bundle, path.name)
        known = known_to(bundle, recording)
        if training_entry(bundle.provenance, recording) is not None or known.verdict == FOUND:
            raise InputError(
                f"{path}: {name} was trained on it{': ' + known.text if known.text else ''}; expected a recording of "
                "another day, or what is scored would have been trained on"
            )
        doubts += [known.text] if known.verdict == UNKNOWN else []
        refuse_other_participant(bundle, recording.simulated, path.name)
        if recording.sfreq != bundle.sfreq:
            rates = f"{float(recording.sfreq):g} Hz, {name} was trained at {float(bundle.sfreq):g}"
            raise InputError(f"{path} runs at {rates}; expected one rate")
        there = present_labels(bundle.labels, channel_infos(stream_description(recording)), f"recording {path.name}")
        one, fit = as_trained(replace(bundle, labels=there or bundle.labels), recording)
        now = dict(zip(recording.labels, one.labels, strict=True))
        renamed.append(replace(one, bad=tuple(now[label] for label in recording.bad)))
        notes += fit.notes
    return Yesterday(bundle, "; ".join(dict.fromkeys(doubts)), tuple(dict.fromkeys(notes))), renamed


def feature_axes(bundle: Bundle) -> dict[str, int]:
    """Which of a decoder's tensors have a place for each feature, and along which axis: those that are larger by one
    there where there is one feature more.

    Raises
    ------
    InputError
        One that grows otherwise.
    """
    sizes, n_mels = decoder_settings(bundle.decoder), bundle.mel.n_mels
    some, more = (build_decoder(bundle.kind, sizes, n, n_mels).state_dict() for n in (_N, _N + 1))
    axes = {}
    for name, tensor in some.items():
        grown = [(i, a, b) for i, (a, b) in enumerate(zip(tensor.shape, more[name].shape, strict=True)) if a != b]
        if grown and (len(grown) > 1 or grown[0][1:] != (_N, _N + 1)):
            raise InputError(f"{name} of a {bundle.kind} has no place for each feature; it cannot go by label")
        if grown:
            axes[name] = grown[0][0]
    return axes


def _a(kind: str) -> str:
    return f"a{'n' if kind[:1] in 'aeiou' else ''} {kind}"
