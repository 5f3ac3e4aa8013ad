"""Is the sound itself in what a session decoded? Its own channels are audited as its decoders read them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import InputError
from offline.data.contamination import Contamination, bundle_contamination, cannot_tell, screen
from offline.data.decoding import as_trained
from offline.data.doubts import worst
from offline.inspection.live_segment import LiveSegment
from offline.io.recording import Recording


def session_contamination(segment: LiveSegment, decoders: Sequence[Bundle]) -> Contamination:
    """The audit of the signal that each of ``decoders`` read in the segment, against the session's microphone: by the
    gate that training and the score card use, and with what was masked live left out."""
    try:
        recording = as_read(segment)
    except InputError as error:
        return cannot_tell(str(error))
    kinds = {(bundle.labels, bundle.features): bundle for bundle in decoders}
    found = []
    for bundle in kinds.values():
        named, _ = as_trained(bundle, recording)
        found.append(screen([named], bundle.labels, bundle.features, "keep")[1])
    return worst(found)


def trained_contamination(decoders: Iterable[Bundle]) -> Contamination:
    """What is said of the channels that decoders were trained on."""
    return worst([bundle_contamination(one.provenance) for one in decoders])


def as_read(segment: LiveSegment) -> Recording:
    """What the session's decoders read in the segment, in µV, on one axis with the microphone: channels as the decoder
    calls them, NaN where they were masked.

    Raises
    ------
    InputError
        No recording can be made of it: infinite values, or more than half of all masked.
    """
    neural = segment.neural.astype(np.float32)
    masked = [(at, one.masked) for at, one in segment.adjustments]
    for (a, labels), (b, _) in itertools.pairwise([*masked, (len(neural), ())]):
        neural[a:b, [segment.labels.index(label) for label in labels if label in segment.labels]] = np.nan
    whole = segment.from_start
    return dataclasses.replace(
        whole,
        neural=neural,
        labels=segment.labels,
        bad=(),
        holds_features=whole.holds_features or segment.bundle.features.kind == "given",
        played_in=None,  # whether the microphone hears the voice, the report says itself
        reading_hash=f"{whole.reading_hash} from {segment.first_sample}, {len(neural)} samples without {masked}",
    )


def contaminated_line(found: Contamination) -> str:
    """Why the figures of a session say nothing, for its last line; empty where they may."""
    if not found.contaminated:
        return ""
    return f"CONTAMINATED: the microphone's sound is in channels of this session ({', '.join(found.found[:12])})"
