"""Trials of a recording in frames: from `start;WORD` and `end;WORD` markers, or from the pauses of the speech."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bk_realtime.clock import FrameClock
from offline.io.recording import Recording

PAUSE_S = 0.5
"""Silence that ends a trial where there are no markers."""


@dataclass(frozen=True)
class Trial:
    """Frames ``first`` to ``stop`` (not included) and what was said, if known."""

    first: int
    stop: int
    label: str = ""


def marked_trials(recording: Recording, clock: FrameClock) -> tuple[Trial, ...]:
    """Trials by markers, in frames of the recording; an end without its start, or the reverse, is no trial."""
    rate = float(clock.frame_rate / clock.sfreq)
    return paired([(round(recording.sample_of(time_s) * rate), text) for time_s, text in recording.markers])


def paired(markers: Iterable[tuple[int, str]]) -> tuple[Trial, ...]:
    """Trials of markers (frame, ``start;WORD`` or ``end;WORD``) in order of time."""
    trials, opened = [], None
    for frame, text in markers:
        kind, separator, word = text.partition(";")
        if separator and kind.strip().lower() == "start":
            opened = frame, word
        elif separator and kind.strip().lower() == "end" and opened is not None and opened[1] == word:
            if frame > opened[0]:
                trials.append(Trial(opened[0], frame, word))
            opened = None
    return tuple(trials)


def spoken_trials(mask: np.ndarray, frame_rate: float) -> tuple[Trial, ...]:
    """Trials by pauses: stretches of speech (T,) bool with at least half a second of silence around each."""
    frames = np.flatnonzero(mask)
    if not len(frames):
        return ()
    cuts = np.flatnonzero(np.diff(frames) > PAUSE_S * frame_rate)
    firsts, lasts = np.concatenate([[0], cuts + 1]), np.concatenate([cuts, [len(frames) - 1]])
    return tuple(Trial(int(frames[a]), int(frames[b]) + 1) for a, b in zip(firsts, lasts, strict=True))


def inside(trials: tuple[Trial, ...], first: int, stop: int) -> tuple[Trial, ...]:
    """Trials that lie wholly in frames ``first`` to ``stop``, counted from ``first``."""
    return tuple(Trial(t.first - first, t.stop - first, t.label) for t in trials if t.first >= first and t.stop <= stop)
