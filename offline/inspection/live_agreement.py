"""What went out live against the same signal decoded offline: mel, features, waveform, speech gate and sureness."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bk_realtime.decoded import Decoded
from bk_realtime.device import pick_device
from bk_realtime.errors import DeviceError
from bk_realtime.vocoder import build_vocoder
from offline.inspection.live_segment import LiveSegment
from offline.scoring.speech_quality import vocode_clip

FEATURE_LIMIT = 1e-6
"""Largest difference of a live z-score from the offline one, where something was adjusted."""
MEL_LIMIT = 1e-4
"""Largest difference of a live mel from the offline one, in natural log."""
SURENESS_LIMIT = 0.001
"""Largest share of frames whose sureness differs: it goes in steps, and the last bit of a feature may take one."""
SNR_LIMIT_DB = 60.0
"""Least signal-to-noise ratio of the live waveform against the offline one."""


class Agreement(NamedTuple):
    """How well live and offline agree in one respect, and whether that is within its limit."""

    name: str
    value: float
    limit: float
    good: bool


def agreement(segment: LiveSegment, device: str = "cpu") -> list[Agreement]:
    """Live against offline: the mel, and the waveform where it was saved from the segment's start on.

    Signal to sound is compared on the device that the session ran on. Where that is not here, or the session
    changed to the CPU on the way, two steps take its place that hold anywhere: mel against mel, and the vocoder
    run again on the recorded mel against the recorded sound (not where frames of it are missing). Phases are
    chosen by comparison, so sound made from the mel of another device differs though the mel agrees to the sixth
    digit.

    Parameters
    ----------
    device : where the decoder ran when the session ended, as its status says; empty: the CPU.
    """
    device = device or "cpu"
    same, here, bundle = _is_same(segment, device), _where(segment, device), segment.bundle
    audio = segment.decode("audio", bundle, here)
    difference = float(mel_differences(segment, device).max())
    where = f"on {device}" if same else f"on the CPU in place of {device}"
    name = f"live mel against offline decode {where}, max abs difference"
    out = [Agreement(name, difference, MEL_LIMIT, difference <= MEL_LIMIT)]
    if segment.adjustments and len(segment.features):
        features = segment.decode("features", bundle, here)
        both = segment.feature_idx < len(features)
        apart = float(np.abs(features[segment.feature_idx[both]] - segment.features[both]).max())
        name = f"live features against offline, {len(segment.adjustments)} adjustments, max abs difference"
        out.append(Agreement(name, apart, FEATURE_LIMIT, apart <= FEATURE_LIMIT))
    name = "live waveform against offline, SNR in dB"
    if not same:
        vocoder = build_vocoder(bundle.vocoder, bundle.mel, bundle.path)
        audio = vocode_clip(vocoder, segment.mel) if not segment.n_missed else audio[:0]
        name = "live waveform against the vocoder run on the recorded mel, SNR in dB"
    k = min(len(audio), len(segment.audio))
    if k:
        error = float(np.mean((audio[:k] - segment.audio[:k]) ** 2))
        snr = min(10 * np.log10(float(np.mean(audio[:k] ** 2)) / max(error, 1e-30)), 200.0)
        out.append(Agreement(name, snr, SNR_LIMIT_DB, snr >= SNR_LIMIT_DB))
    gate = segment.decode("gate", bundle, here)
    both = segment.gate_idx < len(gate)
    if both.any():
        difference = float(np.abs(gate[segment.gate_idx[both], 0] - segment.gate[both, 0]).max())
        name = "live speech gate against offline, max abs difference of probability"
        out.append(Agreement(name, difference, MEL_LIMIT, difference <= MEL_LIMIT))
    sureness = np.concatenate([_padded(part) for part in segment.parts(bundle, here)])
    both = segment.sureness_idx < len(sureness)
    if both.any():
        differ = np.abs(sureness[segment.sureness_idx[both]] - segment.sureness[both])[:, 1:]
        wrong = float((differ.max(1) > MEL_LIMIT).mean())
        name = "live sureness against offline, share of frames that differ"
        out.append(Agreement(name, wrong, SURENESS_LIMIT, wrong <= SURENESS_LIMIT))
    return out


def mel_differences(segment: LiveSegment, device: str = "cpu") -> np.ndarray:
    """(k,) largest difference of each recorded live frame from the offline one, decoded on ``device`` where that is
    here and the session did not change to the CPU."""
    mel = segment.decode("mel", segment.bundle, _where(segment, device))
    both = segment.frame_idx < len(mel)
    differences: np.ndarray = np.abs(mel[segment.frame_idx[both]] - segment.mel[both]).max(1)
    return differences


def _where(segment: LiveSegment, device: str) -> str:
    return device if _is_same(segment, device) else "cpu"


def _is_same(segment: LiveSegment, device: str) -> bool:
    """Whether what it ran on all the time is here."""
    if segment.changed_device:
        return False
    try:
        pick_device(device)
    except DeviceError:
        return False
    return True


def _padded(decoded: Decoded) -> np.ndarray:
    """How sure the decoder was, (n, 3), NaN for the frames of one that cannot tell."""
    if len(decoded.sureness):
        return decoded.sureness
    return np.full((len(decoded.features), 3), np.nan, np.float32)
