"""Acoustic contamination: does the microphone's sound itself, not the brain, appear in the electrodes?

Sound can shake cables, connectors and electrodes; a decoder then reads the voice instead of the brain. The audit
follows Roussel et al. (J. Neural Eng. 17, 2020, 056028): spectrograms of sound and of each electrode are correlated
over time, every audio frequency with every neural frequency. Contamination puts sound at *its own* frequency, so the
diagonal of that matrix stands out; a brain that follows speech raises broad regions of it and the diagonal no more than
its surroundings. The diagonal's mean is compared with that of matrices whose audio frequencies were shuffled, and with
the diagonals further off, which keep what neighbouring frequencies share.

A second, more sensitive measure is the coherence of the two waveforms: contamination keeps the phase of the sound,
neural population activity does not (save phase-locked responses of the hearing brain, hence only "suspect").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.stats
import soxr

from bk_realtime.clock import SAMPLE_RATE
from bk_realtime.errors import InputError
from offline.data.align import aligned_audio
from offline.io.recording import Recording

WINDOW_S, HOP_S = 0.2, 0.1
F_MIN_HZ = 75.0
F_MAX_HZ = 450.0
LINE_HZ = 5.0
"""Bins this close to a multiple of the mains frequency are left out."""
AROUND = (3, 7)
"""The diagonal is compared with entries this many bins beside it, so that broad correlation cancels."""
N_SHUFFLES = 2000
ALPHA = 0.01
"""Chance that any channel of a clean recording is called contaminated."""
COHERENCE_P = 1e-6
"""The null of coherence has a longer tail than the normal one that its spread is read from, so it asks for more."""
LEAST_FRAMES = 60
"""Frames with speech (0.1 s each) below which nothing can be said."""


@dataclass(frozen=True)
class ChannelAudit:
    """One channel.

    Attributes
    ----------
    r : mean correlation of sound and electrode at the same frequency, above its surroundings.
    p : chance of as high a mean among shuffled and shifted matrices, by Student's tail of their distribution.
    coherence : mean magnitude-squared coherence of the waveforms, chance level taken off.
    coherence_p : the same for time-shifted sound.
    verdict : ``contaminated``, ``suspect``, ``clean`` or ``no signal``.
    """

    label: str
    r: float
    p: float
    coherence: float
    coherence_p: float
    verdict: str


@dataclass(frozen=True, eq=False)
class Audit:
    """All channels, and the matrix of the worst for a picture.

    Attributes
    ----------
    freqs : (n_freqs,) Hz.
    matrix : (n_freqs, n_freqs) correlation, audio frequency by neural frequency, of channel ``worst``.
    n_frames : spectrogram frames with speech that went in.
    """

    channels: tuple[ChannelAudit, ...]
    freqs: np.ndarray
    matrix: np.ndarray
    worst: str
    n_frames: int

    @property
    def summary(self) -> str:
        """One line for a report."""
        found = [c.label for c in self.channels if c.verdict == "contaminated"]
        suspect = [c.label for c in self.channels if c.verdict == "suspect"]
        if not found and not suspect:
            return f"no acoustic contamination found in {len(self.channels)} channels"
        parts = [f"{len(found)} contaminated: {', '.join(found)}"] if found else []
        parts += [f"{len(suspect)} suspect (waveform coherence): {', '.join(suspect)}"] if suspect else []
        return "acoustic contamination: " + "; ".join(parts)


def audit(recording: Recording, line_freq: float = 50.0, seed: int = 0) -> Audit:
    """Audit every channel of a recording.

    Raises
    ------
    InputError
        Features instead of a signal, no audio, a neural rate under 250 Hz, or under ten seconds of speech.
    """
    if recording.holds_features:
        raise InputError("contamination audit: cannot tell from features; expected the signal they were made from")
    sfreq = float(recording.sfreq)
    audio = soxr.resample(aligned_audio(recording), SAMPLE_RATE, sfreq)
    return audit_signals(recording.neural, audio, sfreq, recording.labels, line_freq, seed)


def audit_signals(
    neural: np.ndarray, audio: np.ndarray, sfreq: float, labels: tuple[str, ...], line_freq: float, seed: int = 0
) -> Audit:
    """The audit on (n, n_channels) µV and (n,) sound, both at ``sfreq`` on one time axis."""
    top = min(F_MAX_HZ, 0.42 * sfreq)
    if top < F_MIN_HZ + 50:
        raise InputError(f"contamination audit: neural rate {sfreq:g} Hz; expected 300 Hz or more")
    n = min(len(neural), len(audio))
    size, hop = round(WINDOW_S * sfreq), round(HOP_S * sfreq)
    freqs = np.fft.rfftfreq(size, 1 / sfreq)
    keep = (freqs >= F_MIN_HZ) & (freqs <= top)
    if line_freq > 0:
        keep &= np.abs(freqs - line_freq * np.round(freqs / line_freq)) > LINE_HZ
    sound = _stft(audio[:n], size, hop)
    loud = np.square(np.abs(sound)).sum(axis=1)
    speech = loud > np.quantile(loud, 0.95) * 1e-3 if loud.max() > 0 else np.zeros(len(loud), bool)
    if speech.sum() < LEAST_FRAMES:
        raise InputError(
            f"contamination audit: {speech.sum() * HOP_S:.1f} s of speech; expected {LEAST_FRAMES * HOP_S:g} s or more"
        )
    sound = sound[:, keep]
    sound_db = _db(sound)
    rng = np.random.default_rng(seed)
    orders = np.argsort(rng.random((N_SHUFFLES, int(keep.sum()))), axis=1)
    shifts = rng.integers(20, max(21, len(sound) - 20), 60)
    rows: list[ChannelAudit] = []
    worst, worst_matrix = -np.inf, np.zeros((int(keep.sum()),) * 2)
    worst_label = labels[0]
    level = ALPHA / len(labels)
    for c, label in enumerate(labels):
        x = neural[:n, c].astype(np.float64)
        brain = _stft(x, size, hop)[:, keep]
        good = speech & np.isfinite(brain).all(axis=1) & (np.abs(brain).sum(axis=1) > 0)
        if good.sum() < LEAST_FRAMES:
            rows.append(ChannelAudit(label, 0.0, 1.0, 0.0, 1.0, "no signal"))
            continue
        matrix = _correlation(sound_db[good], _db(brain[good]))
        r, p = _diagonal(matrix, orders)
        coherence, coherence_p = _coherence(sound, brain, good, shifts)
        coherent = coherence_p < COHERENCE_P
        # the first measure beyond doubt, or both together
        contaminated = p < level or (coherent and p < 0.05)
        verdict = "contaminated" if contaminated else "suspect" if coherent else "clean"
        rows.append(ChannelAudit(label, r, p, coherence, coherence_p, verdict))
        if r > worst:
            worst, worst_matrix, worst_label = r, matrix, label
    return Audit(tuple(rows), freqs[keep], worst_matrix, worst_label, int(speech.sum()))


def _stft(x: np.ndarray, size: int, hop: int) -> np.ndarray:
    """(n_frames, n_freqs) complex; a frame with a missing sample is missing."""
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[::hop]
    return np.asarray(np.fft.rfft(frames * np.hanning(size), axis=1))


def _db(spectrum: np.ndarray) -> np.ndarray:
    power = np.square(np.abs(spectrum))
    return np.asarray(10 * np.log10(power + 1e-12 * power.max(initial=1e-30)))


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(n_a, n_b) correlation of columns over rows."""
    a = (a - a.mean(axis=0)) / (a.std(axis=0) + 1e-12)
    b = (b - b.mean(axis=0)) / (b.std(axis=0) + 1e-12)
    return np.asarray(a.T @ b / len(a))


def _diagonal(matrix: np.ndarray, orders: np.ndarray) -> tuple[float, float]:
    """Mean of the diagonal above its surroundings, and its tail probability among shuffled audio frequencies."""
    n = len(matrix)
    near = np.zeros_like(matrix)
    count = np.zeros_like(matrix)
    for k in range(AROUND[0], AROUND[1] + 1):
        near[:, k:] += matrix[:, :-k]
        count[:, k:] += 1
        near[:, :-k] += matrix[:, k:]
        count[:, :-k] += 1
    sharp = matrix - near / np.maximum(count, 1)
    value = float(np.diagonal(sharp).mean())
    shuffled = sharp[orders, np.arange(n)].mean(axis=1)
    # neighbouring entries of a diagonal go together (harmonics, window), which shuffling destroys: whole diagonals
    # further off, wrapped round, keep that, so the wider of the two distributions counts
    column = np.arange(n)
    shifted = np.array([sharp[column, (column + k) % n].mean() for k in range(AROUND[1] + 2, n - AROUND[1] - 1)])
    spread = max(float(shuffled.std()), float(shifted.std()))
    z = (value - max(float(shuffled.mean()), float(shifted.mean()))) / (spread + 1e-12)
    return value, float(scipy.stats.t.sf(z, max(3, len(shifted) - 1)))


def _coherence(sound: np.ndarray, brain: np.ndarray, good: np.ndarray, shifts: np.ndarray) -> tuple[float, float]:
    """Mean coherence above chance, and the tail probability among time-shifted sound."""

    def mean(a: np.ndarray) -> float:
        cross = np.abs((a[good] * brain[good].conj() * weight).sum(axis=0)) ** 2
        power = (np.abs(a[good]) ** 2 * weight).sum(axis=0) * (np.abs(brain[good]) ** 2 * weight).sum(axis=0)
        return float((cross / (power + 1e-30)).mean())

    # equal weight to loud artefacts and quiet segments of the electrode would let one spike decide
    weight = 1.0 / (np.square(np.abs(brain[good])).mean(axis=1, keepdims=True) + 1e-30)
    null = np.array([mean(np.roll(sound, int(s), axis=0)) for s in shifts])
    value = mean(sound)
    z = (value - null.mean()) / (null.std() + 1e-12)
    return value - float(null.mean()), float(scipy.stats.norm.sf(z))
