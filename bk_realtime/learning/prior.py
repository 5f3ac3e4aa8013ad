"""What yesterday's ridge brings into a new day: its weights by feature, for the contacts that are there today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from bk_realtime.chunks import StreamDescription
from bk_realtime.contamination.said import against
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.features import feature_labels
from bk_realtime.montage import channel_infos
from bk_realtime.montage.matching import match_labels, present_labels

COUNTS_S = (720.0, 180.0, 45.0, float("inf"))
"""Seconds of today that yesterday's weights may stand for; ``inf``: they stay as they are, today gives normalisation
and mean spectrum. The first one until another has decoded better."""
LEAST_SHARE = 0.5
"""Share of yesterday's channels that must be there today: with less, little of its decoder is left, and the two may not
be of one participant."""


@dataclass(frozen=True, eq=False)
class Prior:
    """Yesterday's ridge in the features of today.

    Attributes
    ----------
    settings : size of the ridge.
    weight : (n_past * n_in, n_mels) float64, for z-scores; 0 where yesterday knew nothing of a feature.
    bias : (n_mels,) float64.
    mean, std : (n_in,) of yesterday's features, NaN where it knew nothing of one.
    """

    settings: RidgeSettings
    weight: Tensor
    bias: Tensor
    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def of(cls, bundle: Bundle, labels: Sequence[str]) -> Prior:
        """Of the features that the bundle's settings make of channels ``labels``, called as the bundle calls them.

        Raises
        ------
        InputError
            The bundle is no ridge.
        """
        ridge = ridge_of(bundle)
        was = {name: i for i, name in enumerate(feature_labels(bundle.features, bundle.labels))}
        names = feature_labels(bundle.features, labels)
        here = [i for i, name in enumerate(names) if name in was]
        there = [was[names[i]] for i in here]
        n_past, n_mels = ridge.settings.n_past, ridge.channels[1]
        weight = torch.zeros(n_past, len(names), n_mels, dtype=torch.float64)
        weight[:, here] = ridge.weight.detach().double().reshape(n_past, -1, n_mels)[:, there]
        mean, std = np.full(len(names), np.nan), np.full(len(names), np.nan)
        mean[here], std[here] = bundle.mean[there], bundle.std[there]
        return cls(ridge.settings, weight.flatten(0, 1), ridge.bias.detach().double(), mean, std)

    @property
    def ridge(self) -> Ridge:
        """As it was, of the features that are there today; float64."""
        return ridge_with(self.settings, len(self.mean), self.weight, self.bias)


@dataclass(frozen=True)
class CarriedFrom:
    """A bundle that a new day begins with, and its channels in the stream of today.

    Attributes
    ----------
    labels_in : one a channel of the stream: the bundle's label where it is one of its channels, else its own.
    labels : the bundle's channels that are there, in its order.
    lost : those that are not.
    notes : what was matched how, what is lost and what cannot be told, one line each.
    """

    bundle: Bundle
    labels_in: tuple[str, ...]
    labels: tuple[str, ...]
    lost: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def prior(self) -> Prior:
        """Its weights for these channels."""
        return Prior.of(self.bundle, self.labels)

    @property
    def card(self) -> dict[str, Any]:
        """What a bundle that was carried on says of where it began."""
        return card_of(self.bundle, self.lost)


def carried_from(
    bundle: Bundle,
    description: StreamDescription,
    label_map: Mapping[str, str] | None = None,
    exclude: Sequence[str] = (),
) -> CarriedFrom:
    """Find a bundle's channels in a stream in µV of another day, whatever their order, as far as they are there.

    Parameters
    ----------
    label_map : bundle's label -> stream's label, where it cannot be told.
    exclude : the stream's labels to leave out; those that it lists as bad are left out too.

    Raises
    ------
    BkError
        No ridge, another rate, a lead, two channels that could be one, a simulated participant's bundle on another
        stream, or too few channels in common.
    """
    where = f"stream {description.name!r}"
    ridge_of(bundle)
    if bundle.features.normalisation == "running":
        raise InputError(
            f"{_named(bundle)} normalises by running statistics, which are not carried on; expected frozen ones; learn "
            "from scratch"
        )
    if bundle.lead_ms:
        raise InputError(
            f"{_named(bundle)} decodes the sound {bundle.lead_ms:+g} ms from its signal; expected one of 0 ms to learn "
            "on from; carry it on with offline.transfer"
        )
    if abs(float(bundle.sfreq) - description.sfreq) > 1e-3 * description.sfreq:
        raise InputError(
            f"{where} runs at {description.sfreq:g} Hz, {_named(bundle)} was trained at {float(bundle.sfreq):g}; "
            "expected one rate to learn at; record, then carry it on with offline.transfer, which resamples"
        )
    refuse_other_participant(bundle, is_simulated(description), where)
    channels = channel_infos(description)
    listed = {label.strip() for label in description.extra.get("bad_channels", "").split(",")}
    out = listed | set(exclude)
    there = present_labels(bundle.labels, channels, where, label_map)
    match = match_labels(there, channels, where, {k: v for k, v in (label_map or {}).items() if k in there})
    own = {label: description.labels[i] for label, i in zip(there, match.found, strict=True)}
    labels = tuple(label for label in there if not {own[label], own[label].strip(), label} & out)
    lost = tuple(label for label in bundle.labels if label not in labels)
    refuse_too_few(bundle, labels, where)
    return CarriedFrom(bundle, match.labels, labels, lost, (*match.notes, *notes_of(bundle, lost)))


def is_simulated(description: StreamDescription) -> bool:
    """Whether a stream says that its participant is."""
    return description.simulated


def refuse_learnt(bundle: Bundle, name: str, digest: str = "") -> None:
    """Refuse to go on from a bundle on the recording that it learnt from: its scores would tell nothing. Of copies
    under other names, and in other formats, nothing is known here.

    Parameters
    ----------
    name, digest : of the recording's file; the SHA-256 as hex digits, empty where that is compared elsewhere.

    Raises
    ------
    InputError
        The bundle names this file among those of its training.
    """
    data, learnt = bundle.provenance.get("data", []), bundle.provenance.get("learnt")
    entries = data.values() if isinstance(data, dict) else data
    # what `learn` leaves knows the recording's name only
    own = isinstance(learnt, Mapping) and learnt.get("recording") == name
    if own or (digest and digest in {entry.get("sha256") for entry in entries}):
        raise InputError(
            f"{name}: {_named(bundle)} was trained on this recording; expected one of another day to go on from; name "
            "yesterday's bundle, or learn from scratch"
        )


def notes_of(bundle: Bundle, lost: Sequence[str]) -> tuple[str, ...]:
    """What is said wherever a bundle is carried on."""
    told = list(filter(None, [against(bundle.provenance)]))
    if lost:
        told.append(f"{len(lost)} of {len(bundle.labels)} channels lost since, or bad: {', '.join(lost)}")
    told.append(
        f"carried on from {_named(bundle)}, by channel labels; whether it is the same participant cannot be told from "
        "a bundle"
    )
    return tuple(told)


def card_of(bundle: Bundle, lost: Sequence[str]) -> dict[str, Any]:
    """Name and hash of the bundle that was carried on, and the channels that it had and the new one has not."""
    name = "" if bundle.path is None else bundle.path.name
    return {"bundle": name, "sha256": bundle.digest, "lost": list(lost)}


def refuse_too_few(bundle: Bundle, labels: Sequence[str], where: str) -> None:
    """Refuse to carry on what has next to nothing left of it.

    Raises
    ------
    InputError
        Less than half of the bundle's channels are among ``labels``.
    """
    if len(labels) < max(1.0, LEAST_SHARE * len(bundle.labels)):
        raise InputError(
            f"{where} has {len(labels)} of the {len(bundle.labels)} channels of {_named(bundle)}; expected half of "
            "them or more to carry it on; say with --label-map FILE which channel is which, or learn from scratch"
        )


def refuse_other_participant(bundle: Bundle, simulated: bool, where: str) -> None:
    """Refuse what is certainly another participant: of two real ones a bundle cannot tell.

    Raises
    ------
    InputError
        One of the two is simulated, the other is not.
    """
    was = bool(bundle.provenance.get("simulated", simulated))
    if was != simulated:
        ours, theirs = (("a real", "a SIMULATED"), ("a SIMULATED", "a real"))[simulated]
        raise InputError(
            f"{where} is of {ours} participant, {_named(bundle)} of {theirs} one; expected yesterday's bundle of the "
            "same participant"
        )


def ridge_of(bundle: Bundle) -> Ridge:
    """Its decoder, where that is a ridge.

    Raises
    ------
    InputError
        It is none.
    """
    if not isinstance(bundle.decoder, Ridge):
        raise InputError(
            f"{_named(bundle)} is a {bundle.kind}; expected a ridge to carry on, such as NAME_ridge or NAME_carried"
        )
    return bundle.decoder


def ridge_with(settings: RidgeSettings, n_in: int, weight: Tensor, bias: Tensor) -> Ridge:
    """A float64 ridge with these weights."""
    ridge = Ridge(settings, n_in, weight.shape[1]).double()
    ridge.weight.copy_(weight)
    ridge.bias.copy_(bias)
    return ridge


def learns_with(bundle: Bundle, silence_weight: float) -> RidgeSettings:
    """Size of yesterday's ridge, with what silence counts today."""
    return replace(ridge_of(bundle).settings, silence_weight=silence_weight)


def _named(bundle: Bundle) -> str:
    return "the bundle" if bundle.path is None else f"bundle {bundle.path.name}"
