"""One recording as far as no statistics are needed: log power of the neural signal and audio on its time axis."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings, to_dict
from bk_realtime.errors import InputError, OptionError
from bk_realtime.features import build_features, run_features
from bk_realtime.sources import source_digest
from offline.data.align import aligned_audio
from offline.data.split import Part
from offline.data.trials import bad_trials
from offline.io.npz_file import load_npz
from offline.io.outputs import write_npz
from offline.io.recording import Recording

CODE = (__name__, "offline.io")
"""What computes log power and audio: this module with all that it imports, and readers, which are imported by name."""

_MEL_EDGE = 2  # frames at either end of the audio whose mel window reaches past it


@dataclass(frozen=True, eq=False)
class ProcessedRecording:
    """One recording, processed as far as no statistics are needed.

    Attributes
    ----------
    log_power : (n_frames, n_features) float64, NaN where masked; of given features their means.
    audio : (n,) float32 at the mel's sample rate; sample 0 belongs to neural sample 0.
    audio_frames : first frame and frame after the last that the microphone covers.
    source_hash, neural_hash, reading_hash, simulated : as those of the recording.
    bad : frames of the trials that are marked as bad, and those of which nobody knows the sound.
    """

    name: str
    log_power: np.ndarray
    audio: np.ndarray
    audio_frames: Part
    source_hash: str
    neural_hash: str
    reading_hash: str
    simulated: bool
    bad: tuple[Part, ...] = ()


def process_recording(
    recording: Recording,
    features: FeatureSettings,
    mel: MelSettings,
    labels: Sequence[str],
    cache: Path | None = None,
    sfreq: Fraction | None = None,
) -> ProcessedRecording:
    """Log power and aligned audio of one recording.

    Parameters
    ----------
    cache : folder to keep the result in; it is found again for the same reading of the recording, the same settings and
        the same code.
    sfreq : rate in Hz at which features are made, where it is not the recording's.

    Raises
    ------
    InputError
        No audio, or no overlap of audio and neural data.
    """
    if recording.audio is None:
        raise InputError(
            f"{recording.name}: expected audio to learn from, got none; decode it, or name another recording"
        )
    check_kind(recording, features)
    clock = FrameClock(recording.sfreq, mel.sample_rate, mel.hop_length)
    audio_frames = _audio_frames(recording, mel)
    sfreq = sfreq or recording.sfreq
    entry = _cache_entry(cache, recording, features, mel, labels, sfreq)
    if entry is not None and entry.exists():
        log_power, audio = _kept(entry)
    else:
        operators = build_features(features, mel, recording.labels, labels, sfreq, rate_in=recording.sfreq)
        audio = aligned_audio(recording, mel)
        log_power = run_features(operators, recording.neural)
        if entry is not None:
            write_npz(entry, {"log_power": log_power, "audio": audio})
    return ProcessedRecording(
        recording.name,
        log_power,
        audio,
        audio_frames,
        recording.source_hash,
        recording.neural_hash,
        recording.reading_hash or recording.source_hash,
        recording.simulated,
        (*((t.first, t.stop) for t in bad_trials(recording, clock)), *_unheard(recording, clock)),
    )


def _unheard(recording: Recording, clock: FrameClock) -> list[Part]:
    """Frames whose sound was lost, with those whose mel window reaches into the hole."""
    rate = float(clock.frame_rate / clock.sfreq)
    at = [[recording.sample_of(t) * rate for t in hole] for hole in recording.unheard]
    return [(max(0, math.floor(a) - _MEL_EDGE), max(0, math.ceil(b) + _MEL_EDGE)) for a, b in at]


def _kept(entry: Path) -> tuple[np.ndarray, np.ndarray]:
    """Log power and audio of an entry of the cache."""
    try:
        stored = load_npz(entry, ("log_power", "audio"))
        log_power, audio = stored["log_power"], stored["audio"]
        if (log_power.dtype.str, log_power.ndim, audio.dtype.str, audio.ndim) != ("<f8", 2, "<f4", 1):
            raise InputError(
                f"{entry}: expected log power and audio, got {log_power.dtype} {log_power.shape} and "
                f"{audio.dtype} {audio.shape}"
            )
    except InputError as error:
        raise InputError(f"{error}; remove it, and it is computed again") from None
    return log_power, audio


def check_kind(recording: Recording, features: FeatureSettings) -> None:
    """Refuse features where a signal is to be filtered, and a signal where features are expected.

    Raises
    ------
    OptionError
        They do not fit.
    """
    if recording.holds_features != (features.kind == "given"):
        what, kind = ("features", "given") if recording.holds_features else ("a signal", "high-gamma")
        raise OptionError(
            f"{recording.name}: read as {what}, to be decoded as {features.kind}; expected features.kind {kind}"
        )


def _cache_entry(
    cache: Path | None,
    recording: Recording,
    features: FeatureSettings,
    mel: MelSettings,
    labels: Sequence[str],
    sfreq: Fraction,
) -> Path | None:
    if cache is None or not recording.source_hash:
        return None
    key = {
        "code": source_digest(*CODE),
        "recording": [recording.source_hash, recording.neural_hash, recording.reading_hash],
        "rates": [float(recording.sfreq), recording.neural_rate, recording.audio_rate],
        "features": to_dict(
            replace(features, normalisation="frozen", running_s=60.0)
        ),  # z-scoring comes after the cache
        "mel": to_dict(mel),
        "labels": list(labels),
        "positions": [recording.labels.index(label) for label in labels],
        "features_at": str(sfreq),
        "axis": [recording.neural_start_s, recording.audio_start_s],
    }
    return cache / f"{hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]}.npz"


def _audio_frames(recording: Recording, mel: MelSettings) -> Part:
    """Frames inside the audio, in frames of the neural sample index (neural_rate / sfreq undoes the clock drift)."""
    frame_rate = mel.sample_rate / mel.hop_length * recording.neural_rate / float(recording.sfreq)
    start = math.ceil((recording.audio_start_s - recording.neural_start_s) * frame_rate)
    stop = math.floor((recording.audio_end_s - recording.neural_start_s) * frame_rate)
    n_frames = int(recording.duration_s * frame_rate)
    start = 0 if start <= 0 else start + _MEL_EDGE
    stop = n_frames if stop >= n_frames else stop - _MEL_EDGE
    if stop <= start:
        raise InputError(
            f"{recording.name}: audio from {recording.audio_start_s:.1f} to {recording.audio_end_s:.1f} s and neural "
            f"data from {recording.neural_start_s:.1f} to {recording.neural_end_s:.1f} s do not overlap; "
            "expected one time axis for both"
        )
    return start, stop
