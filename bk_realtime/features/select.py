"""Channels picked by label, so that a decoder never depends on the order in which an amplifier sends them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from bk_realtime.errors import InputError
from bk_realtime.shown import some_labels
from bk_realtime.stream import Operator


def check_unique(labels: Sequence[str], what: str) -> None:
    """Raise :class:`InputError` when ``labels`` holds no label, or one twice."""
    if not labels:
        raise InputError(f"{what}: expected at least one channel label, got none")
    twice = [label for label, n in Counter(labels).items() if n > 1]
    if twice:
        raise InputError(
            f"{what}: expected every channel label once, {some_labels(twice)} come more than once; "
            "rename the channels in the amplifier's montage"
        )


class SelectChannels(Operator):
    """``(B, T, len(labels_in)) -> (B, T, len(labels))``: the named channels, in the order asked for.

    Parameters
    ----------
    labels_in : labels of the stream's channels, in its order.
    labels : wanted labels; matched exactly.

    Raises
    ------
    InputError
        A label is missing from the stream (all missing ones are named), or one is there twice.
    """

    def __init__(self, labels_in: Sequence[str], labels: Sequence[str]) -> None:
        check_unique(labels, "wanted channels")
        wanted = set(labels)
        check_unique([label for label in labels_in if label in wanted] or list(labels), "stream")
        position = {label: i for i, label in enumerate(labels_in)}
        missing = [label for label in labels if label not in position]
        if missing:
            raise InputError(
                f"{len(missing)} of {len(labels)} channels are not in the stream: {some_labels(missing)}; "
                f"the stream has {some_labels(list(labels_in)) or 'no channels'}; "
                "check the montage, or train a model on it"
            )
        self.labels = tuple(labels)
        self.channels = (len(labels_in), len(labels))
        self._index = np.array([position[label] for label in labels])

    def init_state(self, batch: int) -> tuple[()]:
        return ()

    def step(self, x: Tensor, state: tuple[()]) -> tuple[Tensor, tuple[()]]:
        return torch.from_numpy(x.numpy().take(self._index, 2)), state
