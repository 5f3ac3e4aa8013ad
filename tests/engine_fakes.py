"""A tiny decoder bundle with random weights and a source that plays an array: the engine without LSL or sound."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.features import feature_labels
from bk_realtime.source.base import SourceEvent

LABELS = tuple(f"A{i}" for i in range(1, 9))
SFREQ = 1024


def tiny_bundle(
    folder: Path,
    kind: str = "gru",
    n_channels: int = 8,
    lookahead_ms: float = 11.6,
    labels: Sequence[str] = (),
    sfreq: float = SFREQ,
    features: FeatureSettings | None = None,
    **settings,
) -> Bundle:
    """A saved bundle with random weights that speaks loudly enough to hear a fault."""
    torch.manual_seed(7)
    labels = tuple(labels or [f"A{i + 1}" for i in range(n_channels)])
    more = features is not None and (features.more_bands or features.more_references)
    n_channels = len(feature_labels(features, labels)) if features and more else len(labels)
    if kind == "gru" and not settings:
        settings = {"hidden": 16, "layers": 1}
    decoder = build_decoder(kind, settings, n_channels, 80)
    decoder.eval().requires_grad_(False)
    bundle = Bundle(
        path=None,
        kind=kind,
        features=features or FeatureSettings(),
        mel=MelSettings(),
        vocoder=VocoderSettings(lookahead_ms=lookahead_ms),
        labels=labels,
        sfreq=Fraction(sfreq),
        mean=np.full(n_channels, 6.0),
        std=np.full(n_channels, 1.0),
        decoder=decoder,
    )
    return save_bundle(bundle, folder)


def noise(n: int, n_channels: int = 8, seed: int = 0) -> np.ndarray:
    """(n, n_channels) float32 white noise, 30 µV."""
    return (30 * np.random.default_rng(seed).standard_normal((n, n_channels))).astype(np.float32)


def description(n_channels: int = 8, sfreq: float = SFREQ, labels: Sequence[str] | None = None) -> StreamDescription:
    """A neural stream as an amplifier describes it."""
    labels = tuple(labels or [f"A{i + 1}" for i in range(n_channels)])
    return StreamDescription("amp", "sEEG", "amp-1", sfreq, labels, ("microvolts",) * len(labels))


def chunks(x: np.ndarray, sizes: Sequence[int], start: float = 100.0, sfreq: float = SFREQ) -> list[Chunk]:
    """Cut ``x`` into chunks of ``sizes`` (the rest in one), stamped on a perfect clock."""
    out, i = [], 0
    for n in [*sizes, len(x) - sum(sizes)]:
        stamps = start + (i + np.arange(n)) / sfreq
        out.append(Chunk(x[i : i + n], i, stamps, 0.0, float(stamps[-1]) if n else 0.0))
        i += n
    return out


class FakeSource:
    """Plays chunks as fast as they are pulled; then says nothing more."""

    def __init__(self, items: Sequence[Chunk], events: dict[int, list[SourceEvent]] | None = None, **kwargs) -> None:
        self._items, self._events, self._next = list(items), events or {}, 0
        self._description = description(items[0].data.shape[1], **kwargs)
        self.closed = False

    def describe(self) -> StreamDescription:
        return self._description

    def pull(self, timeout: float) -> Chunk | None:
        if self._next >= len(self._items):
            return None
        self._next += 1
        return self._items[self._next - 1]

    def take_events(self) -> list[SourceEvent]:
        return self._events.pop(self._next - 1, [])

    def close(self) -> None:
        self.closed = True
