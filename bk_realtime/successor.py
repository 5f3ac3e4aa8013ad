"""Another decoder for a running chain: warmed by the features of before, then in the place of the one that runs.

What runs on is everything but the normalisation, the decoder and its heads (speech gate, sureness): filters and vocoder
keep their state, so that nothing clicks. The two decoders run side by side for :data:`FADE` frames and their mel is
faded into one another, which the vocoder turns into one voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.decoder.capture.traced import captured
from bk_realtime.device import on_device
from bk_realtime.features import Cast
from bk_realtime.stream import Operator, Pipeline, Stream

WARM, KEPT = 861, 2048
"""Frames of before that a new decoder hears first (10 s); frames that are kept (24 s), while it does."""
FADE = 12
"""Frames (140 ms) in which one mel becomes the other."""


class Recent:
    """The newest features of a segment before they are normalised. One thread adds; others may copy."""

    def __init__(self, n_features: int) -> None:
        self._rows = np.zeros((KEPT, n_features))
        self.n = 0
        """Frames of this segment so far."""
        self.segment = 0
        """Which segment it is."""

    def add(self, powers: np.ndarray) -> None:
        """Take (k, n_features)."""
        k = len(powers)
        for i in range(max(0, k - KEPT), k):
            self._rows[(self.n + i) % KEPT] = powers[i]
        self.n += k

    def restart(self) -> None:
        """A new segment."""
        self.segment, self.n = self.segment + 1, 0

    def copy(self, first: int, stop: int, segment: int) -> np.ndarray | None:
        """(stop - first, n_features) frames of a segment; None where they are not kept any more."""
        rows = self._rows[np.arange(first, stop) % KEPT]
        kept = segment == self.segment and stop <= self.n and self.n - first < KEPT  # also while they were copied
        return rows if kept and first >= 0 else None


class Successor:
    """A decoder that is to take over in a chain of the same features and mel.

    Parameters
    ----------
    bundle : the decoder.
    labels_in, rate, device : as of the chain.

    Raises
    ------
    BkError
        It cannot be built for them.
    """

    def __init__(self, bundle: Bundle, labels_in: Sequence[str], rate: Fraction, device: torch.device) -> None:
        self.bundle = bundle
        normalise = bundle.feature_operators(labels_in, rate)[-1]
        n, like = normalise.channels[1], torch.zeros(1, 0, 1, dtype=torch.float64)
        self.normalise = Stream(normalise, like)
        self.ops: list[Operator] = [
            Cast(n, torch.float32, device),
            captured(on_device(bundle.decoder, device), device),
        ]
        self.decoder = Pipeline(self.ops, like)
        self.gate = None if bundle.gate is None else Stream(bundle.gate, like)
        self.sureness = None if bundle.sureness is None else Stream(bundle.sureness, like)
        self.segment, self.first, self.n = -1, 0, 0
        """Segment that it hears; its first frame there, and the frame that comes next."""

    def begin(self, segment: int, first: int) -> None:
        """As new, before frame ``first`` of a segment."""
        self.normalise.reset()
        self.decoder.reset()
        for head in (self.gate, self.sureness):
            if head is not None:
                head.reset()
        self.segment, self.first, self.n = segment, first, first

    @torch.inference_mode()
    def hear(self, powers: np.ndarray) -> None:
        """Take the next (k, n_features) frames, as :class:`Recent` gives them."""
        features = self.normalise.push(torch.from_numpy(powers)[None])
        for head in (self.gate, self.sureness):
            if head is not None:
                head.push(features)
        one_by_one(self.decoder, features)
        self.n += len(powers)


class Leaving:
    """The decoder of before while its mel fades out."""

    def __init__(self, normalise: Stream, decoder: Pipeline) -> None:
        self._normalise, self._decoder, self._n = normalise, decoder, 0

    @property
    def gone(self) -> bool:
        """Whether it is not heard any more."""
        return self._n >= FADE

    def faded(self, powers: Tensor, mel: Tensor) -> Tensor:
        """Mel (1, m, n_mels) of the new decoder -> the same under what is left of the old one's, for the same
        features before they are normalised."""
        before = one_by_one(self._decoder, self._normalise.push(powers))
        k = np.minimum(self._n + 1 + np.arange(mel.shape[1]), FADE + 1)
        self._n += mel.shape[1]
        left = torch.from_numpy(0.5 + 0.5 * np.cos(np.pi * k / (FADE + 1))).to(mel.dtype)[None, :, None]
        return left * before + (1 - left) * mel


def one_by_one(decoder: Pipeline, features: Tensor) -> Tensor:
    """One frame at a time, whatever came: the same matrix shapes every time give the same bits offline and live.

    The vocoder needs that. It chooses phases by comparing magnitudes, and a last-bit difference of two mels would grow
    into audibly equal but numerically different sound.
    """
    if features.shape[1] <= 1:
        return decoder.push(features)
    return torch.cat([decoder.push(frame) for frame in features.split(1, 1)], 1)
