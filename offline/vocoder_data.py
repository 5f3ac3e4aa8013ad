"""Speech clips for the learnt vocoder: what it hears (log-mel), what it should write (magnitudes) and their pitch."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from bk_realtime.vocoder.mel import hann_window, log_mel
from offline.pitch import pitch_track
from offline.simulation.speech import load_audio


@dataclass(frozen=True)
class Clip:
    """One stretch of speech.

    audio : (T,) int16, full scale 32768, mono.
    mel : (T // hop, n_mels) float16 log-mel of it.
    f0 : (T // hop,) float32 Hz, 0 where unvoiced.
    decoded : the same log-mel as a brain decoder made it, or None.
    """

    name: str
    audio: np.ndarray
    mel: np.ndarray
    f0: np.ndarray
    decoded: np.ndarray | None = None

    @property
    def n_frames(self) -> int:
        return len(self.mel)


@dataclass(frozen=True)
class Batch:
    """Training segments: mel (B, T, n_mels), magnitude (B, T, n_bins), f0 (B, T) Hz, decoded (B, T, n_mels) where
    ``has_decoded`` (B,) says so."""

    mel: Tensor
    magnitude: Tensor
    f0: Tensor
    decoded: Tensor
    has_decoded: Tensor


def split_files(files: Sequence[Path], hold_out: Sequence[str], every: int) -> tuple[list[Path], list[Path]]:
    """Training files and held-out files: those whose name matches a pattern of ``hold_out``, and each ``every``-th of
    every folder's other files (0: none)."""
    training, held = [], []
    counts: dict[Path, int] = {}
    for path in files:
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in hold_out):
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
    for folder in sorted({f.parent for f in files}):
        own = [f for f in files if f.parent == folder]
        total = sum(soundfile.info(f).duration for f in own) / 60.0
        n = len(own) if total <= minutes else max(1, round(len(own) * minutes / total))
        chosen += [own[i] for i in np.linspace(0, len(own) - 1, n).round().astype(int)]
    return chosen


def make_clip(
    name: str, audio: np.ndarray, mel: MelSettings, pitches: np.ndarray, decoded: np.ndarray | None = None
) -> Clip:
    """From float audio at ``mel.sample_rate``, full scale 1."""
    quantised = np.clip(np.round(audio * 32768.0), -32768, 32767).astype(np.int16)
    f0 = pitch_track(audio, mel, pitches)
    return Clip(name, quantised, log_mel(audio, mel).astype(np.float16), f0, decoded)


def load_clips(files: Iterable[Path], mel: MelSettings, pitches: np.ndarray, cache: Path | None = None) -> list[Clip]:
    """Every file as a clip; with ``cache`` (a folder) the result is kept and found again by the files' content.

    Raises
    ------
    BkError
        A file that is no sound, or clips with less than a second of speech together.
    """
    files = list(files)
    entry = None
    if cache is not None:
        key = hashlib.sha256(repr((mel, pitches.tolist(), [(f.name, f.stat().st_size) for f in files])).encode())
        entry = cache / f"clips_{key.hexdigest()[:24]}.npz"
        if entry.exists():
            return _read_cache(entry)
    clips = [make_clip(f.stem, load_audio(f, mel.sample_rate), mel, pitches) for f in files]
    if sum(c.n_frames for c in clips) < mel.sample_rate // mel.hop_length:
        raise BkError(f"{len(files)} sound files hold less than one second: expected minutes of speech")
    if entry is not None:
        _write_cache(entry, clips)
    return clips


def _write_cache(entry: Path, clips: list[Clip]) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    part = entry.with_suffix(".part.npz")
    columns = {"audio": [c.audio for c in clips], "mel": [c.mel for c in clips], "f0": [c.f0 for c in clips]}
    arrays = {name: np.concatenate(values) for name, values in columns.items()}
    lengths = np.array([[len(c.audio), c.n_frames] for c in clips])
    np.savez(part, names=np.array([c.name for c in clips]), lengths=lengths, **arrays)
    part.replace(entry)


def _read_cache(entry: Path) -> list[Clip]:
    with np.load(entry, allow_pickle=False) as stored:
        names, audio, mel, f0 = (stored[k] for k in ("names", "audio", "mel", "f0"))
        ends = np.cumsum(stored["lengths"], 0)
    clips, a, b = [], 0, 0
    for name, (end_a, end_b) in zip(names.tolist(), ends.tolist(), strict=True):
        clips.append(Clip(name, audio[a:end_a], mel[b:end_b], f0[b:end_b]))
        a, b = end_a, end_b
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
        self, clips: Sequence[Clip], mel: MelSettings, batch: int, frames: int, seed: int, decoded_share: float = 0.25
    ) -> None:
        if not clips:
            raise BkError("no training clips: expected sound files, some of them not held out")
        self.mel, self.batch, self.frames, self.seed = mel, batch, frames, seed
        plain = [c for c in clips if c.decoded is None]
        decoded = [c for c in clips if c.decoded is not None]
        self.groups = [g for g in (plain, decoded) if g]
        self.shares = [1.0 - decoded_share, decoded_share] if len(self.groups) == 2 else [1.0]
        self.chances = []
        for group in self.groups:
            weights = np.array([c.n_frames for c in group], np.float64)
            self.chances.append(weights / weights.sum())
        self.window = torch.from_numpy(hann_window(mel)).float()

    def generators(self, step: int) -> tuple[np.random.Generator, torch.Generator]:
        """Random numbers of one step."""
        return np.random.default_rng([self.seed, step]), torch.Generator().manual_seed(self.seed * 1_000_003 + step)

    def draw(self, step: int) -> Batch:
        """The batch of one step."""
        rng, _ = self.generators(step)
        rows = []
        for _ in range(self.batch):
            g = int(rng.choice(len(self.groups), p=self.shares))
            clip = self.groups[g][int(rng.choice(len(self.groups[g]), p=self.chances[g]))]
            start = int(rng.integers(0, max(1, clip.n_frames - self.frames + 1)))
            rows.append(self._row(clip, start, float(rng.uniform(-12.0, 6.0))))
        mel, magnitude, f0, decoded, has = zip(*rows, strict=True)
        return Batch(*(torch.stack(x) for x in (mel, magnitude, f0, decoded)), torch.tensor(has))

    def _row(self, clip: Clip, start: int, gain_db: float) -> tuple[Tensor, Tensor, Tensor, Tensor, bool]:
        s, n = self.mel, self.frames
        pad = (s.n_fft - s.hop_length) // 2
        a, b = start * s.hop_length - pad, (start + n) * s.hop_length + pad
        audio = np.zeros(b - a, np.float32)
        inside = clip.audio[max(a, 0) : b]
        audio[max(-a, 0) : max(-a, 0) + len(inside)] = inside / np.float32(32768.0)
        gain = 10.0 ** (gain_db / 20.0)
        frames = torch.from_numpy(audio).unfold(0, s.n_fft, s.hop_length) * self.window
        magnitude = torch.fft.rfft(frames).abs() * gain
        floor = float(np.log(s.floor))

        def piece(mel: np.ndarray) -> Tensor:
            out = torch.full((n, s.n_mels), floor)
            part = torch.from_numpy(mel[start : start + n].astype(np.float32))
            out[: len(part)] = torch.clamp(part + float(np.log(gain)), min=floor)
            return out

        f0 = torch.zeros(n)
        f0[: len(clip.f0[start : start + n])] = torch.from_numpy(clip.f0[start : start + n])
        true = piece(clip.mel)
        return true, magnitude, f0, true if clip.decoded is None else piece(clip.decoded), clip.decoded is not None
