"""Speech clips for the learnt vocoder: true log-mel and, where there is any, what a decoder made of it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bk_realtime.config import MelSettings
from bk_realtime.errors import InputError
from bk_realtime.vocoder.mel import log_mel
from offline.io.recording import file_hash
from offline.io.sound import read_speech_at, sound_seconds

LOUDER, SOFTER = 0.7, 1.4
"""Every segment's level is changed by so much at most, in nat."""


@dataclass(frozen=True)
class Clip:
    """One segment of speech.

    mel : (T, n_mels) float16 log-mel.
    decoded : the same as a brain decoder made it, or None.
    """

    name: str
    mel: np.ndarray
    decoded: np.ndarray | None = None

    @property
    def n_frames(self) -> int:
        return len(self.mel)


@dataclass(frozen=True)
class Batch:
    """Training segments: true mel (B, T, n_mels); the decoder's (B, T, n_mels) where ``has_decoded`` (B,) says so, else
    the true one again."""

    mel: Tensor
    decoded: Tensor
    has_decoded: Tensor


def file_mark(path: Path) -> str:
    """Names a file by its content: the first digits of its SHA-256."""
    return file_hash(path)[:12]


def split_files(files: Sequence[Path], hold_out: Sequence[str], every: int) -> tuple[list[Path], list[Path]]:
    """Training files and held-out files: those whose name matches a pattern of ``hold_out``, and each ``every``-th of
    every folder's other files (0: none)."""
    training: list[Path] = []
    held: list[Path] = []
    counts: dict[Path, int] = {}
    for path in files:
        if any(fnmatch.fnmatchcase(path.name, pattern) for pattern in hold_out):
            held.append(path)
            continue
        counts[path.parent] = counts.get(path.parent, -1) + 1
        (held if every and counts[path.parent] % every == every - 1 else training).append(path)
    return training, held


def spread_files(files: Sequence[Path], minutes: float) -> list[Path]:
    """About ``minutes`` of sound from each folder, evenly spread over its files; 0 takes everything."""
    if minutes <= 0:
        return list(files)
    chosen: list[Path] = []
    for folder in sorted({f.parent for f in files}, key=lambda p: p.parts):
        own = [f for f in files if f.parent == folder]
        total = sum(sound_seconds(f) for f in own) / 60.0
        n = len(own) if total <= minutes else max(1, round(len(own) * minutes / total))
        chosen += [own[i] for i in np.linspace(0, len(own) - 1, n).round().astype(int)]
    return chosen


def make_clip(name: str, audio: np.ndarray, mel: MelSettings, decoded: np.ndarray | None = None) -> Clip:
    """From float audio at ``mel.sample_rate``, full scale 1."""
    return Clip(name, log_mel(audio, mel).astype(np.float16), decoded)


def load_clips(files: Iterable[Path], mel: MelSettings) -> list[Clip]:
    """Every file as a clip.

    Raises
    ------
    BkError
        A file that is no sound, or clips with less than a second of speech together.
    """
    clips = [make_clip(f.stem, read_speech_at(f, mel.sample_rate), mel) for f in files]
    if sum(c.n_frames for c in clips) < mel.sample_rate // mel.hop_length:
        raise InputError(f"{len(clips)} sound files hold less than one second: expected minutes of speech")
    return clips


class Sampler:
    """Draws training segments; the batch of a step depends on seed and step only, so a resumed run sees the same.

    Parameters
    ----------
    clips : training clips.
    mel : convention.
    batch, frames : segments a batch and frames a segment; shorter clips are followed by silence.
    seed : of everything drawn.
    decoded_share : share of segments taken from clips that have decoder output, where there are any.
    """

    def __init__(
        self, clips: Sequence[Clip], mel: MelSettings, batch: int, frames: int, seed: int, decoded_share: float
    ) -> None:
        if not clips:
            raise InputError("no training clips: expected sound files, some of them not held out")
        self.mel, self.batch, self.frames, self.seed = mel, batch, frames, seed
        plain = [c for c in clips if c.decoded is None]
        decoded = [c for c in clips if c.decoded is not None]
        self.groups = [g for g in (plain, decoded) if g]
        self.shares = [1.0 - decoded_share, decoded_share] if len(self.groups) == 2 else [1.0]
        self.chances = []
        for group in self.groups:
            weights = np.array([c.n_frames for c in group], np.float64)
            self.chances.append(weights / weights.sum())

    def generators(self, step: int) -> tuple[np.random.Generator, torch.Generator]:
        """Random numbers of one step."""
        return np.random.default_rng([self.seed, step]), torch.Generator().manual_seed(self.seed * 1_000_003 + step)

    def draw(self, step: int) -> Batch:
        """The batch of one step."""
        rng, _ = self.generators(step)
        true, decoded, has = [], [], []
        for _ in range(self.batch):
            g = int(rng.choice(len(self.groups), p=self.shares))
            clip = self.groups[g][int(rng.choice(len(self.groups[g]), p=self.chances[g]))]
            start = int(rng.integers(0, max(1, clip.n_frames - self.frames + 1)))
            gain = float(rng.uniform(-SOFTER, LOUDER))
            true.append(self._piece(clip.mel, start, gain))
            has.append(clip.decoded is not None)
            decoded.append(true[-1] if clip.decoded is None else self._piece(clip.decoded, start, gain))
        return Batch(torch.from_numpy(np.stack(true)), torch.from_numpy(np.stack(decoded)), torch.tensor(has))

    def _piece(self, mel: np.ndarray, start: int, gain: float) -> np.ndarray:
        """(frames, n_mels) float32 of ``mel`` from ``start`` on, ``gain`` nat louder."""
        floor = np.float32(np.log(self.mel.floor))
        out = np.full((self.frames, self.mel.n_mels), floor, np.float32)
        part = mel[start : start + self.frames].astype(np.float32)
        out[: len(part)] = np.maximum(part + np.float32(gain), floor)
        return out
