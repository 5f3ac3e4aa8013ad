"""One recording in memory: neural signal, audio and markers on one time axis, whatever file it came from."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.clock import rational_rate
from bk_realtime.errors import InputError

MAX_MISSING = 0.5
"""Largest share of neural values that may be missing."""


@dataclass(frozen=True, eq=False)
class Recording:
    """Neural signal, audio and markers of one session.

    Neural sample ``i`` was taken at ``neural_start_s + i / neural_rate``, audio sample ``j`` at
    ``audio_start_s + j / audio_rate``, both in seconds on one axis. The two rates differ from the nominal ones where
    the reader measured them from time stamps; :func:`offline.data.align.aligned_audio` undoes offset and drift.

    Attributes
    ----------
    neural : (n, n_channels) float32, µV, oldest first; NaN where samples are missing. Features of any unit where
        ``holds_features``.
    sfreq : nominal neural rate in Hz, exact. Every frame boundary follows from it and the sample index.
    labels : one name a channel, unique.
    neural_start_s : time of neural sample 0 in seconds.
    audio : (m,) float32, full scale 1, or None where the file has none.
    sample_rate : nominal audio rate in Hz (0 without audio).
    audio_start_s : time of audio sample 0 in seconds.
    markers : (time in seconds, text) in order of time.
    name : short name for reports.
    simulated : True where the neural signal was made by a computer.
    source_hash : sha256 of the file or files (hex), for provenance; empty where there is no file.
    neural_hash : sha256 of the neural numbers as the file holds them, before unit, rate or choice of channels (hex).
        The same whatever lies beside the file and however it is read: it tells whether data was trained on.
    reading_hash : sha256 of every file that was read and of the options in force (hex), and of a reader of another
        package. Two readings with one hash give the same numbers.
    also_read : files that count in ``reading_hash`` and not in ``source_hash`` (channel and event tables).
    neural_rate : neural rate measured on the axis in Hz; 0 takes the nominal one.
    audio_rate : audio rate measured on the axis in Hz; 0 takes the nominal one.
    bad : labels that the file itself lists as bad.
    notes : what the reader had to do, one line each (gaps filled, unit taken from an option, ...).
    holds_features : True where ``neural`` holds features that were made elsewhere, not a signal.
    unheard : from when to when the audio was lost, in seconds on the axis, where that was long: it is silent there, and
        nobody knows what was said.
    played_in : file that holds the voice which a session of ours decoded and played meanwhile; None where none does.

    Raises
    ------
    InputError
        Shapes, rates, labels or values that no later step could use.
    """

    neural: np.ndarray
    sfreq: Fraction
    labels: tuple[str, ...]
    neural_start_s: float = 0.0
    audio: np.ndarray | None = None
    sample_rate: int = 0
    audio_start_s: float = 0.0
    markers: list[tuple[float, str]] = field(default_factory=list)
    name: str = ""
    simulated: bool = False
    source_hash: str = ""
    neural_hash: str = ""
    reading_hash: str = ""
    also_read: tuple[Path, ...] = ()
    neural_rate: float = 0.0
    audio_rate: float = 0.0
    bad: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    holds_features: bool = False
    unheard: tuple[tuple[float, float], ...] = ()
    played_in: Path | None = None

    def __post_init__(self) -> None:
        where = self.name or "recording"
        put = object.__setattr__
        neural = np.asarray(self.neural)
        if neural.ndim != 2 or 0 in neural.shape:
            raise InputError(f"{where}: expected neural data (samples, channels), got shape {neural.shape}")
        if neural.dtype.kind not in "fiu":
            raise InputError(f"{where}: expected numbers as neural data, got {neural.dtype}")
        neural = np.ascontiguousarray(neural, dtype=np.float32)
        check_values(neural, where)
        put(self, "neural", neural)
        if not 0 < float(self.sfreq) < 1e6:
            raise InputError(f"{where}: expected a neural rate in Hz, got {float(self.sfreq):g}")
        put(self, "sfreq", rational_rate(self.sfreq))
        labels = tuple(str(label) for label in self.labels)
        if len(labels) != neural.shape[1]:
            raise InputError(f"{where}: expected {neural.shape[1]} channel labels, got {len(labels)}")
        if len(set(labels)) != len(labels):
            twice = next(label for label in labels if labels.count(label) > 1)
            raise InputError(f"{where}: channel label {twice!r} occurs twice; labels must be unique")
        put(self, "labels", labels)
        put(self, "neural_rate", float(self.neural_rate or self.sfreq))
        put(self, "bad", tuple(label for label in self.bad if label in labels))
        if self.audio is not None:
            put(self, "audio", checked_audio(self.audio, where))
            if not 1000 <= self.sample_rate <= 400_000:
                raise InputError(f"{where}: expected an audio rate of 1 to 400 kHz, got {self.sample_rate} Hz")
            put(self, "audio_rate", float(self.audio_rate or self.sample_rate))
        times = [self.neural_start_s, self.audio_start_s, *(t for t, _ in self.markers)]
        if not np.isfinite(times).all():
            raise InputError(f"{where}: a start time or marker time is not a number")
        put(self, "markers", sorted(((float(t), str(text)) for t, text in self.markers), key=lambda m: m[0]))

    @property
    def n_channels(self) -> int:
        return int(self.neural.shape[1])

    @property
    def duration_s(self) -> float:
        """Length of the neural signal in seconds on the axis."""
        return len(self.neural) / self.neural_rate

    @property
    def neural_end_s(self) -> float:
        return self.neural_start_s + self.duration_s

    @property
    def audio_end_s(self) -> float:
        return self.audio_start_s + (0 if self.audio is None else len(self.audio) / self.audio_rate)

    def sample_of(self, time_s: float) -> int:
        """Index of the neural sample nearest to a time on the axis (may lie outside the recording)."""
        return round((time_s - self.neural_start_s) * self.neural_rate)


def check_values(neural: np.ndarray, where: str) -> None:
    """Refuse neural data with infinite values, or with more than half of its values missing (NaN)."""
    if neural.dtype.kind != "f":
        return
    missing = 0
    for block in pieces(neural):
        finite = int(np.isfinite(block).sum())
        if finite < block.size:
            if np.isinf(block).any():
                raise InputError(
                    f"{where}: the neural data holds infinite values; expected µV or NaN; check the export"
                )
            missing += block.size - finite
    share = missing / max(1, neural.size)
    if share > MAX_MISSING:
        raise InputError(
            f"{where}: {share:.0%} of the neural values are missing (NaN); expected at most {MAX_MISSING:.0%}; "
            "check the file"
        )


def pieces(data: np.ndarray, values: int = 1 << 22) -> Iterator[np.ndarray]:
    """Consecutive pieces (rows) of about so many values, so that what is computed of them stays small beside them."""
    rows = max(1, values // max(1, data[0].size if len(data) else 1))
    for start in range(0, len(data), rows):
        yield data[start : start + rows]


def checked_audio(audio: np.ndarray, where: str) -> np.ndarray:
    """Mono audio, (m,) or (m, 1), as (m,) float32 with full scale 1: integers are scaled by their type.

    What numbers mean in doubt, and which of several channels counts, :func:`~offline.io.sound_track.sound_track` says.

    Raises
    ------
    InputError
        Not numbers, empty, or not finite.
    """
    audio = np.asarray(audio)
    if audio.ndim == 2 and audio.shape[1] == 1:
        audio = audio[:, 0]
    if audio.ndim != 1 or not len(audio) or audio.dtype.kind not in "fiu":
        raise InputError(f"{where}: expected audio samples (n,) as numbers, got shape {audio.shape} {audio.dtype}")
    audio = np.ascontiguousarray(_unit_scale(audio), dtype=np.float32)
    if not np.isfinite(audio).all():
        n = int((~np.isfinite(audio)).sum())
        raise InputError(f"{where}: {n} of {len(audio)} audio samples are not finite numbers; expected -1 to 1")
    return audio


def _unit_scale(audio: np.ndarray) -> np.ndarray:
    """Integers to full scale 1."""
    if audio.dtype.kind == "f":
        return audio
    span = np.iinfo(audio.dtype)
    middle = 0 if audio.dtype.kind == "i" else (int(span.max) + 1) // 2
    return (audio.astype(np.float64) - middle) / (int(span.max) - middle + 1)


def checked_level(neural: np.ndarray, where: str) -> np.ndarray:
    """The neural data itself, if its level can be that of a brain in µV.

    Raises
    ------
    InputError
        The median channel has a standard deviation below 0.01 µV or above 0.1 V: the unit is wrong.
    """
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # channels without any value
        level = np.array([np.nanstd(column) for column in neural[: 1 << 18].T])  # one by one: small beside the data
    level = level[np.isfinite(level) & (level > 0)]
    typical = float(np.median(level)) if len(level) else 1.0
    if not 0.01 <= typical <= 1e5:
        raise InputError(
            f"{where}: the neural signal would have a standard deviation of {typical:.3g} µV, which no brain has; "
            "its unit is not what the file says (or what was assumed): name it with --unit, "
            "or unit in NAME.toml beside it"
        )
    return neural


def file_hash(*paths: Path) -> str:
    """sha256 (hex) over the bytes of one file, or of several in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


class ArrayHash:
    """sha256 over type, shape and numbers of an array that comes piece by piece."""

    def __init__(self, dtype: np.dtype, shape: tuple[int, ...]) -> None:
        self._digest = hashlib.sha256(f"{dtype.str} {shape}".encode())

    def update(self, piece: np.ndarray) -> None:
        """The next rows."""
        self._digest.update(np.ascontiguousarray(piece).data)

    def hexdigest(self) -> str:
        """Of all that came."""
        return self._digest.hexdigest()


def array_hash(data: np.ndarray) -> str:
    """sha256 (hex) over type, shape and numbers of an array."""
    digest = ArrayHash(data.dtype, data.shape)
    for piece in pieces(data):  # a turned array is copied
        digest.update(piece)
    return digest.hexdigest()
