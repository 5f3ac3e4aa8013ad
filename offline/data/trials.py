"""Trials of a recording in frames: from `start;WORD` and `end;WORD` markers, or from the pauses of the speech."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bk_realtime.clock import FrameClock
from bk_realtime.prompts.marks import marked_trials as read_marks
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
    """Trials by markers, in frames of the recording; an end without its start, or the reverse, is no trial, nor is one
    that was aborted or marked as bad."""
    return paired(_in_frames(recording, clock))


def bad_trials(recording: Recording, clock: FrameClock) -> tuple[Trial, ...]:
    """Those that are marked as bad (``bad;N``), in frames of the recording."""
    return tuple(Trial(m.first, m.stop, m.word) for m in read_marks(_in_frames(recording, clock)) if m.bad)


def paired(markers: Iterable[tuple[int, str]]) -> tuple[Trial, ...]:
    """Trials of markers (frame, ``start;WORD`` or ``end;WORD``) in order of time, without those marked as bad."""
    return tuple(Trial(m.first, m.stop, m.word) for m in read_marks(markers) if not m.bad)


def _in_frames(recording: Recording, clock: FrameClock) -> list[tuple[int, str]]:
    rate = float(clock.frame_rate / clock.sfreq)
    return [(round(recording.sample_of(time_s) * rate), text) for time_s, text in recording.markers]


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
