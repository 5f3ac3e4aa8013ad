"""A whole recording through a trained decoder: by the live chain, or from features that are there already."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from bk_realtime.chain import Chain
from bk_realtime.chunks import StreamDescription
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.decoder.fit import Fit, read_label_map
from bk_realtime.session.names import LABELS, RECORDING
from bk_realtime.stream import Operator
from offline.data.processed import check_kind
from offline.io.recording import Recording

_BLOCK_S = 10.0  # seconds of signal a push; any other gives the same


@dataclass(frozen=True)
class Decoding:
    """A decoded recording.

    Attributes
    ----------
    features : (n_frames, n_features) float32, z-scored.
    mel : (n_frames, n_mels) float32 natural-log mel; row k belongs to frame k of the recording.
    audio : (n_frames * hop_length,) float32.
    seconds : compute time.
    """

    features: np.ndarray
    mel: np.ndarray
    audio: np.ndarray
    seconds: float


def decode_recording(
    bundle: Bundle,
    recording: Recording,
    device: str = "cpu",
    progress: Callable[[int], Any] | None = None,
    label_map: Mapping[str, str] | None = None,
) -> Decoding:
    """Decode a whole recording through the live chain, aligned with its frames.

    Parameters
    ----------
    progress : called with the number of samples of each block done.
    label_map : bundle's label -> recording's label, where they cannot be told from the labels.

    Raises
    ------
    BkError
        The recording lacks channels of the bundle or has a rate that cannot be resampled.
    """
    check_kind(recording, bundle.features)
    fit = bundle.check(stream_description(recording), label_map)
    chain = Chain(bundle, fit.labels, device, fit.rate)
    block = max(1, int(_BLOCK_S * recording.sfreq))
    start = time.perf_counter()
    parts = []
    for i in range(0, len(recording.neural), block):
        parts.append(chain.push(recording.neural[i : i + block]))
        if progress is not None:
            progress(len(recording.neural[i : i + block]))
    parts.append(chain.flush())
    features, mel, audio = (np.concatenate([getattr(p, name) for p in parts]) for name in ("features", "mel", "audio"))
    return Decoding(features, mel, audio, time.perf_counter() - start)


def label_map_for(path: Path, given: Path | None) -> dict[str, str]:
    """What a ``--label-map`` says; without one, what the session was told whose recording ``path`` is."""
    beside = path.parent / LABELS
    if given is None and (path.name != RECORDING or not beside.is_file()):
        return {}
    return read_label_map(given or beside)


def as_trained(
    bundle: Bundle, recording: Recording, label_map: Mapping[str, str] | None = None
) -> tuple[Recording, Fit]:
    """The recording with its channels called as the bundle calls them, and how it fits.

    Raises
    ------
    BkError
        The recording lacks channels of the bundle or has a rate that cannot be resampled.
    """
    fit = bundle.check(stream_description(recording), label_map)
    return (recording if fit.labels == recording.labels else replace(recording, labels=fit.labels)), fit


def stream_description(recording: Recording) -> StreamDescription:
    """The stream that a recording would be live; recordings are in µV, features in no unit."""
    return StreamDescription(
        name=recording.name,
        type="sEEG",
        source_id=recording.source_hash,
        sfreq=float(recording.sfreq),
        labels=recording.labels,
        units=("" if recording.holds_features else "microvolts",) * recording.n_channels,
    )


@torch.inference_mode()
def decode_features(decoder: Operator, features: np.ndarray) -> np.ndarray:
    """Free-running decoder from an empty state, on its own device: (T, n_features) -> (T, n_mels) float32 natural-log
    mel.

    Where the last block is unfinished, its last frame stands for the rest of it.
    """
    weights = itertools.chain(decoder.parameters(), decoder.buffers()) if isinstance(decoder, nn.Module) else iter(())
    weight = next(weights, None)  # ridge has buffers alone
    x = torch.from_numpy(np.ascontiguousarray(features))[None].to("cpu" if weight is None else weight.device)
    mel = decoder.forward(x)[0].cpu().numpy()
    return np.concatenate([mel, np.repeat(mel[-1:], len(features) - len(mel), 0)]).astype(np.float32)
