"""Recordings as an evaluation needs them: processed, with their trials and their sound on the mel's frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import InputError
from offline.data.dataset import lead_samples
from offline.data.fingerprint import Fingerprint, fingerprint
from offline.data.processed import ProcessedRecording, process_recording
from offline.data.trials import Trial, marked_trials
from offline.io import read_recording
from offline.io.options import ReadOptions
from offline.io.recording import Recording


@dataclass(frozen=True, eq=False)
class EvaluationRecording:
    """A recording as far as every fold shares it."""

    processed: ProcessedRecording
    trials: tuple[Trial, ...]
    sfreq: Fraction
    content: Fingerprint | None = None
    """Of recordings for folds."""

    def sound(self, mel: MelSettings, lead_ms: float, first: int, n_frames: int) -> np.ndarray:
        """Recorded sound (n_frames * hop,) of the target from row ``first`` on; silence outside the recording."""
        start = first * mel.hop_length + lead_samples(lead_ms, mel)
        audio = self.processed.audio
        out = np.zeros(n_frames * mel.hop_length, np.float32)
        a, b = max(0, start), min(len(audio), start + len(out))
        out[a - start : b - start] = audio[a:b]
        return out


@lru_cache(maxsize=8)
def read_for_folds(
    path: str,
    digest: str,
    features: FeatureSettings,
    mel: MelSettings,
    labels: tuple[str, ...],
    cache: str,
    read: ReadOptions | None = None,
) -> EvaluationRecording:
    """Read and process a recording; kept, since every fold and permutation needs it again.

    Parameters
    ----------
    digest : hash of the reading. Workers outlive an evaluation: read otherwise, a recording is another one.

    Raises
    ------
    InputError
        The recording is no longer read as it was when the job was made.
    """
    recording = read_recording(path, **(read or ReadOptions()).given())
    if recording.reading_hash != digest:
        raise InputError(f"{path} changed since the evaluation began (its content, or how it is read); run again")
    item = process(recording, features, mel, labels, Path(cache) if cache else None)
    return replace(item, content=fingerprint(recording))


def process(
    recording: Recording,
    features: FeatureSettings,
    mel: MelSettings,
    labels: Sequence[str],
    cache: Path | None = None,
    sfreq: Fraction | None = None,
) -> EvaluationRecording:
    """The same of a recording in memory; with features at ``sfreq`` Hz, where that is not the recording's rate."""
    clock = FrameClock(recording.sfreq, mel.sample_rate, mel.hop_length)
    processed = process_recording(recording, features, mel, labels, cache, sfreq)
    return EvaluationRecording(processed, marked_trials(recording, clock), sfreq or recording.sfreq)


def spoken_words(recordings: Sequence[EvaluationRecording]) -> tuple[str, ...]:
    """Every word that the markers name."""
    return tuple(sorted({t.label for item in recordings for t in item.trials if t.label}))
