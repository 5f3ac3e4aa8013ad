"""What a simulated participant says and when: a word-reading session as one audio track with cues."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.plain_files import read_text
from offline.io.sound import read_speech_at
from offline.io.table_size import split_cells

LEVEL_DBFS = -23.0
"""Speech level (RMS where somebody speaks) that every session is set to; leaves room for peaks."""
HISS_DBFS = -66.0
"""RMS of the microphone's own noise."""
PEAK = 0.89
"""Largest sample of the track (-1 dBFS)."""


@dataclass(frozen=True, eq=False)
class SpeechTrack:
    """One word-reading session as the microphone hears it.

    Attributes
    ----------
    audio : (m,) float32, full scale 1.
    sample_rate : Hz.
    markers : (seconds from the audio's start, text): ``experimentStarted``, ``start;WORD``, ``end;WORD``,
        ``experimentEnded``.
    """

    audio: np.ndarray
    sample_rate: int
    markers: list[tuple[float, str]]

    @property
    def duration_s(self) -> float:
        return len(self.audio) / self.sample_rate


def word_session(
    files: Sequence[Path],
    rng: np.random.Generator,
    sample_rate: int,
    seconds: float | None = None,
    word_s: float = 2.0,
    cross_s: float = 1.0,
) -> SpeechTrack:
    """One trial a file in random order: cue, the word 0.3 to 0.6 s later, a cross; longer clips stretch their trial.

    Parameters
    ----------
    files : one clip a trial; the cue's text is the file name up to the first double underscore.
    seconds : length wanted; the files repeat or stop accordingly. None plays each file once.
    word_s, cross_s : cue and cross durations of the word-reading paradigm of Verwoert et al. (2022).
    """
    parts = [np.zeros(round(cross_s * sample_rate), np.float32)]
    markers = [(0.0, "experimentStarted")]
    n = len(parts[0])
    wanted = None if seconds is None else round(seconds * sample_rate)
    order: list[int] = []
    count = 0
    while wanted is not None or count < len(files):
        if not order:
            order = list(rng.permutation(len(files)))
        path = files[order.pop(0)]
        clip = _trim(read_speech_at(path, sample_rate), sample_rate)
        delay = round(rng.uniform(0.3, 0.6) * sample_rate)
        n_word = max(round(word_s * sample_rate), delay + len(clip) + sample_rate // 10)
        n_trial = n_word + round(cross_s * sample_rate)
        if wanted is not None and n + n_trial > wanted:
            if count == 0:
                raise OptionError(
                    f"--seconds {seconds:g}: the first trial alone takes {(n + n_trial) / sample_rate:.1f} s"
                )
            break
        trial = np.zeros(n_trial, np.float32)
        trial[delay : delay + len(clip)] = clip
        word = path.stem.split("__")[0]
        markers += [(n / sample_rate, f"start;{word}"), ((n + n_word) / sample_rate, f"end;{word}")]
        parts.append(trial)
        n += n_trial
        count += 1
    if wanted is not None:
        parts.append(np.zeros(wanted - n, np.float32))
        n = wanted
    markers.append((n / sample_rate, "experimentEnded"))
    return SpeechTrack(_leveled(np.concatenate(parts), sample_rate, rng), sample_rate, markers)


def cued_session(
    path: Path, words: Path, rng: np.random.Generator, sample_rate: int, seconds: float | None = None
) -> SpeechTrack:
    """A whole session as recorded, with its own cadence from a table.

    Parameters
    ----------
    words : tab-separated table with a header and columns ``onset``, ``offset`` (seconds) and the word (third column).
    """
    audio = read_speech_at(path, sample_rate)
    if seconds is not None:
        audio = audio[: round(seconds * sample_rate)]
    end = len(audio) / sample_rate
    markers = [(0.0, "experimentStarted")]
    try:
        rows = [row for row in split_cells(read_text(words).splitlines(), "\t", words) if row]
        for start, stop, word, *_ in rows[1:]:
            onset, offset = float(start), float(stop)
            if not math.isfinite(onset):
                raise ValueError(f"onset {start[:40]}")
            if offset <= end:
                markers += [(onset, f"start;{word}"), (offset, f"end;{word}")]
    except ValueError as error:
        raise InputError(f"{words}: expected tab-separated onset, offset, word with a header line ({error})") from None
    if len(markers) == 1:
        raise InputError(f"{words}: no word ends before {end:.1f} s, the end of {path.name}")
    markers.append((end, "experimentEnded"))
    return SpeechTrack(_leveled(audio, sample_rate, rng), sample_rate, markers)


def speech_activity(audio: np.ndarray, sample_rate: int, hop_s: float = 0.01) -> np.ndarray:
    """True per hop where the level is within 30 dB of the loud parts (95th percentile of the active 10 ms levels)."""
    hop = round(hop_s * sample_rate)
    power = np.square(audio[: len(audio) // hop * hop].reshape(-1, hop).astype(np.float64)).mean(axis=1)
    loud = np.percentile(power[power > 1e-3 * power.max()], 95) if power.size and power.max() > 0 else np.inf
    active: np.ndarray = power > loud * 1e-3
    return active


def _trim(audio: np.ndarray, sample_rate: int) -> np.ndarray:
    """Cut the quiet ends, keep 30 ms."""
    hop = round(0.01 * sample_rate)
    active = np.flatnonzero(speech_activity(audio, sample_rate))
    if not len(active):
        return audio
    return audio[max(0, (active[0] - 3) * hop) : (active[-1] + 4) * hop]


def _leveled(audio: np.ndarray, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """At the session's level, never above the peak, with the microphone's noise under it."""
    hop = round(0.01 * sample_rate)
    active = np.repeat(speech_activity(audio, sample_rate), hop)
    if not active.any():
        raise InputError("the speech files hold only silence; expected speech")
    rms = float(np.sqrt(np.square(audio[: len(active)][active].astype(np.float64)).mean()))
    gain = min(10 ** (LEVEL_DBFS / 20) / rms, PEAK / float(np.abs(audio).max()))
    hiss = rng.standard_normal(len(audio), dtype=np.float32) * np.float32(10 ** (HISS_DBFS / 20))
    return np.clip(audio * np.float32(gain) + hiss, -1.0, 1.0).astype(np.float32)
