"""Takes the trials that are marked as bad out of what is scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from offline.data.split import Part
from offline.data.trials import Trial
from offline.evaluation.segment import Segment


def without_bad(segment: Segment, bad: Sequence[Part]) -> Segment:
    """A segment without the frames of ``bad``, counted from its first one; what lies on either side is joined.

    Itself where none of them lies in it. Decoding comes before: the decoder heard everything.
    """
    keep = np.ones(len(segment.reference), bool)
    for first, stop in bad:
        keep[max(0, first) : max(0, stop)] = False
    if keep.all():
        return segment
    hop = 0 if segment.recorded is None else len(segment.recorded) // len(keep)
    place = np.concatenate([[0], np.cumsum(keep)])
    whole = [t for t in segment.trials if keep[t.first : t.stop].all()]

    def sound(samples: np.ndarray) -> np.ndarray:
        return samples.reshape(len(keep), hop)[keep].reshape(-1)

    return replace(
        segment,
        reference=segment.reference[keep],
        decoded={name: mel[keep] for name, mel in segment.decoded.items()},
        trials=tuple(Trial(int(place[t.first]), int(place[t.stop]), t.label) for t in whole),
        recorded=None if segment.recorded is None else sound(segment.recorded),
        sounds={name: sound(samples) for name, samples in segment.sounds.items()},
        shuffled=tuple(mel[keep] for mel in segment.shuffled),
        gate=None if segment.gate is None else segment.gate[keep],
        sureness=None if segment.sureness is None else segment.sureness[keep],
        gate_shuffled=tuple(gate[keep] for gate in segment.gate_shuffled),
    )
