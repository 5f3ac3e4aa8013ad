"""Audits of recordings: of every channel as it was recorded, and of what a decoder reads, after the reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.contamination import MIN_SFREQ, Audit, audit_signals
from bk_realtime.errors import InputError
from bk_realtime.features.mask import MaskBad
from bk_realtime.features.reference import build_reference, reference_labels
from bk_realtime.features.select import SelectChannels
from bk_realtime.stream import Pipeline
from offline.data.align import aligned_audio
from offline.data.spread import spread_over
from offline.io.recording import Recording

_kept: dict[tuple[Any, ...], Audit] = {}
_MOST_KEPT = 32


def audit(recording: Recording, line_freq: float = 50.0, seed: int = 0) -> Audit:
    """Audit every channel of a recording, before any reference.

    Raises
    ------
    InputError
        No audio, features instead of a signal, a neural rate under 300 Hz, or under six seconds of speech.
    """
    _refuse_features(recording)
    rate = float(recording.sfreq)
    if rate < MIN_SFREQ:
        raise InputError(f"contamination audit: neural rate {rate:g} Hz; expected {MIN_SFREQ:g} Hz or more")
    mel = MelSettings()
    audio = aligned_audio(recording, mel)
    spread = spread_over(audio, mel.sample_rate)
    neural, sound = spread.rows(recording.neural, rate), spread.sound(audio, mel.sample_rate)
    del audio
    found = audit_signals(neural, sound, rate, recording.labels, line_freq, seed, mel.sample_rate)
    return replace(found, said=spread.said)


def audited(recording: Recording, labels: tuple[str, ...], reference: str, line_freq: float) -> Audit:
    """Audit of the channels ``labels`` after the reference; kept, since folds and evaluations ask again for the same
    reading.

    Raises
    ------
    InputError
        As of :func:`audit`.
    """
    _refuse_features(recording)
    if float(recording.sfreq) < MIN_SFREQ:
        raise InputError(f"neural rate {float(recording.sfreq):g} Hz; expected {MIN_SFREQ:g} Hz or more")
    key = (recording.reading_hash, labels, reference, line_freq)
    if recording.reading_hash and key in _kept:
        return _kept[key]
    mel = MelSettings()
    names = reference_labels(reference, labels)
    audio, rate = aligned_audio(recording, mel), float(recording.sfreq)
    spread = spread_over(audio, mel.sample_rate)
    sound = spread.sound(audio, mel.sample_rate)
    del audio
    part = replace(recording, neural=spread.rows(recording.neural, rate))
    found = audit_signals(
        _as_read(part, labels, reference), sound, rate, tuple(names), line_freq, sample_rate=mel.sample_rate
    )
    found = replace(found, said=spread.said)
    if recording.reading_hash:
        if len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = found
    return found


def _refuse_features(recording: Recording) -> None:
    if recording.holds_features:
        raise InputError("contamination audit: cannot tell from features; expected the signal they were made from")


def _as_read(recording: Recording, labels: tuple[str, ...], reference: str) -> np.ndarray:
    """(n, n_features) µV as the decoder's filters get them: channels in its order, after the reference."""
    if reference == "none":
        if labels == recording.labels:
            return recording.neural
        return recording.neural[:, [recording.labels.index(label) for label in labels]]
    n_channels, rate = len(labels), recording.sfreq
    ops = [
        SelectChannels(recording.labels, labels),
        MaskBad(n_channels, rate, FeatureSettings.flat_s),
        *build_reference(reference, labels),
    ]
    pipe = Pipeline(ops, torch.zeros(0, dtype=torch.float64))
    out = np.empty((len(recording.neural), ops[-1].channels[1]), np.float32)
    for start in range(0, len(out), 1 << 15):
        block = torch.from_numpy(recording.neural[start : start + (1 << 15)].astype(np.float64))[None]
        out[start : start + (1 << 15)] = pipe.push(block)[0].numpy()
    return out
