"""A recording of another day in the montage of a decoder: channels by label, lost ones as missing, all of it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.montage import channel_infos
from bk_realtime.montage.matching import present_labels
from offline.data.decoding import as_trained, stream_description
from offline.io.recording import Recording


@dataclass(frozen=True, eq=False)
class OtherDay:
    """A recording with every channel of the decoder.

    Attributes
    ----------
    recording : channels called as the decoder calls them; lost and bad ones are there, and hold no number.
    present : the decoder's channels that are there and good, in its order.
    lost, bad : those that are not there, and those that the recording lists as bad.
    renamed : decoder's label -> recording's, where they differ.
    notes : what was matched how, one line each.
    """

    recording: Recording
    present: tuple[str, ...]
    lost: tuple[str, ...]
    bad: tuple[str, ...]
    renamed: dict[str, str]
    notes: tuple[str, ...]


def other_day(bundle: Bundle, recording: Recording, label_map: Mapping[str, str] | None = None) -> OtherDay:
    """Find a decoder's channels in a recording of another day, whatever their order and whether or not all are there.

    Parameters
    ----------
    label_map : bundle's label -> recording's label, where it cannot be told.

    Raises
    ------
    BkError
        Two channels that could be one, none at all, or a rate that cannot be resampled.
    """
    where = f"stream {recording.name!r}"
    there = present_labels(bundle.labels, channel_infos(stream_description(recording)), where, label_map)
    some = replace(bundle, labels=there or bundle.labels)  # refuses where there is none of them
    named, fit = as_trained(some, recording, label_map)
    was = dict(zip(recording.labels, named.labels, strict=True))
    bad = tuple(was[label] for label in recording.bad if was[label] in there)
    lost = tuple(label for label in bundle.labels if label not in there)
    neural = named.neural
    if lost:
        gone = np.full((len(neural), len(lost)), np.nan, np.float32)
        neural = np.concatenate([neural, gone], 1)
    full = replace(named, neural=neural, labels=(*named.labels, *lost), bad=(*bad, *lost))
    present = tuple(label for label in there if label not in bad)
    return OtherDay(masked(full, bad), present, lost, bad, fit.renamed, fit.notes)


def masked(recording: Recording, labels: Sequence[str]) -> Recording:
    """The recording without a number in some channels: as a session has those that are masked."""
    if not labels:
        return recording
    neural = recording.neural.copy()
    neural[:, [recording.labels.index(label) for label in labels]] = np.nan
    return replace(recording, neural=neural)
