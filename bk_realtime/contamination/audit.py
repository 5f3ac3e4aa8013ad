"""The audit: a verdict for each channel on whether the sound itself, not the brain, is in it.

Sound can shake cables, connectors and electrodes, or be wired to an input of the amplifier; a decoder then reads the
voice instead of the brain. Four measures, each sensitive to what the others miss:

* spectrograms of sound and electrode, correlated over time, every audio frequency with every neural frequency (after
  Roussel et al., J. Neural Eng. 17, 2020, 056028). Contamination puts sound at *its own* frequency, so the diagonal
  stands out; a brain that follows speech raises broad regions and the diagonal no more than its surroundings. It is
  compared with matrices whose audio frequencies were shuffled, and with the diagonals further off.
* coherence of the two waveforms in short frames: any filter between them, no matter how it rings.
* cross-correlation of the waveforms at the sound's full rate, of the sound and of the rectified sound: the weakest
  copies, at any delay up to 0.3 s, also folded by the amplifier's own sampling.
* loudness: power or slow wave that follows the sound's level as no brain does.

Waveforms in phase are beyond doubt above 200 Hz, where no cortex follows a sound's phase; below only at delays that a
hearing brain does not have. Else they are "suspect". What none can tell: a copy of the loudness alone, on a carrier of
its own or as a slow wave, that is weaker than what a brain itself may do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr

from bk_realtime.contamination.loudness import (
    POWER_DB,
    POWER_R,
    SLOW_R,
    SLOW_SUSPECT_R,
    SlowEnvelope,
    power_follows,
)
from bk_realtime.contamination.missing import FILL_S, filled
from bk_realtime.contamination.spectra import coherences, correlation, diagonal, power_db, stft
from bk_realtime.contamination.waveform import BRAIN_S, LOCKED_HZ, WaveformMatch
from bk_realtime.errors import InputError
from bk_realtime.progress import task

CONTAMINATED, SUSPECT, CLEAN, NO_SIGNAL = "contaminated", "suspect", "clean", "no signal"
WINDOW_S, HOP_S = 0.2, 0.1
F_MIN_HZ = 75.0
F_MAX_HZ = 450.0
MIN_SFREQ = 300.0
"""Neural rate in Hz from which there is anything to compare."""
LINE_HZ = 5.0
"""Bins this close to a multiple of the mains frequency are left out."""
N_SHUFFLES = 2000
ALPHA = 0.002
"""Chance that any channel of a clean recording is called contaminated by the first measure."""
COHERENCE_P, COHERENCE_ALONE_P = 1e-5, 1e-8
"""Chance of a coherence, a channel: where the spectra speak for it too, and where nothing else does. Times hundreds of
channels still far below ALPHA, since chance's tail is met within a factor of ten only (`tests.bench contamination`)."""
LEAST_SHIFT = 20
"""Frames (0.1 s each) by which the sound is moved at least for chance, either way round."""
WAVEFORM_Z = 6.5
"""Match of waveforms, in standard deviations of chance, from which they are the same; 720 trials reached 5.3."""
LEAST_FRAMES = 60
"""Frames with speech (0.1 s each) below which nothing can be said."""
GROUP_FRAMES = 48_000
"""Channels times frames that are worked on at once; bounds the memory."""


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
    waveform : best match of the waveforms in standard deviations of chance.
    lag_ms : its delay; positive where the channel is behind.
    why : what the verdict rests on, in words; empty where it is clean.
    """

    label: str
    r: float
    p: float
    coherence: float
    coherence_p: float
    verdict: str
    waveform: float = 0.0
    lag_ms: float = 0.0
    why: str = ""


@dataclass(frozen=True, eq=False)
class Audit:
    """All channels, and the matrix of the worst for a picture.

    Attributes
    ----------
    freqs : (n_freqs,) Hz.
    matrix : (n_freqs, n_freqs) correlation, audio frequency by neural frequency, of channel ``worst``.
    n_frames : spectrogram frames with speech that went in.
    said : which part of a long recording that was, in words; empty for all of it.
    """

    channels: tuple[ChannelAudit, ...]
    freqs: np.ndarray
    matrix: np.ndarray
    worst: str
    n_frames: int
    said: str = ""

    def labels(self, verdict: str) -> tuple[str, ...]:
        """Channels with a verdict, in order."""
        return tuple(c.label for c in self.channels if c.verdict == verdict)

    @property
    def summary(self) -> str:
        """One line for a report."""
        found, suspect = self.labels(CONTAMINATED), self.labels(SUSPECT)
        if not found and not suspect:
            return f"no acoustic contamination found in {len(self.channels)} channels"
        parts = [f"{len(found)} contaminated: {', '.join(found)}"] if found else []
        parts += [f"{len(suspect)} suspect (waveform coherence): {', '.join(suspect)}"] if suspect else []
        return "acoustic contamination: " + "; ".join(parts)


def audit_signals(
    neural: np.ndarray,
    audio: np.ndarray,
    sfreq: float,
    labels: tuple[str, ...],
    line_freq: float,
    seed: int = 0,
    sample_rate: float | None = None,
) -> Audit:
    """Audit every channel.

    Parameters
    ----------
    neural : (n, n_channels) µV at ``sfreq``; NaN where samples are missing.
    audio : (m,) at ``sample_rate`` (default ``sfreq``, which hides what an amplifier folds down), on the same axis.
    line_freq : mains frequency in Hz; 0 for none.

    Raises
    ------
    InputError
        A neural rate under 300 Hz, or under six seconds of speech.
    """
    top = min(F_MAX_HZ, 0.42 * sfreq)
    if top < F_MIN_HZ + 50:
        raise InputError(f"contamination audit: neural rate {sfreq:g} Hz; expected {MIN_SFREQ:g} Hz or more")
    rate = sample_rate or sfreq
    full, audio = audio, audio if rate == sfreq else soxr.resample(audio, rate, sfreq)
    n = min(len(neural), len(audio))
    size, hop = round(WINDOW_S * sfreq), round(HOP_S * sfreq)
    if n < size:
        raise InputError(
            f"contamination audit: {n / sfreq:.1f} s of signal; expected {LEAST_FRAMES * HOP_S:g} s or more"
        )
    freqs = np.fft.rfftfreq(size, 1 / sfreq)
    keep = (freqs >= F_MIN_HZ) & (freqs <= top)
    if line_freq > 0:
        keep &= np.abs(freqs - line_freq * np.round(freqs / line_freq)) > LINE_HZ
    sound = stft(audio[:n], size, hop)
    loud = np.square(np.abs(sound)).sum(axis=1)
    speech = loud > np.quantile(loud, 0.95) * 1e-3 if loud.max() > 0 else np.zeros(len(loud), bool)
    if speech.sum() < LEAST_FRAMES:
        raise InputError(
            f"contamination audit: {speech.sum() * HOP_S:.1f} s of speech; expected {LEAST_FRAMES * HOP_S:g} s or more"
        )
    sound = sound[:, keep]
    sound_db, level_db = power_db(sound), 10 * np.log10(loud + 1e-12 * loud.max())
    rng = np.random.default_rng(seed)
    orders = np.argsort(rng.random((N_SHUFFLES, int(keep.sum()))), axis=1)
    shifts = np.arange(LEAST_SHIFT, max(LEAST_SHIFT, len(sound) - LEAST_SHIFT) + 1)
    bins = np.stack([np.ones(int(keep.sum()), bool), freqs[keep] >= LOCKED_HZ])
    tracks = (full, np.abs(full) - np.abs(full).mean())
    matches = WaveformMatch(tracks, rate, sfreq).match(neural[:n], F_MIN_HZ, line_freq)
    slow = SlowEnvelope(audio[:n], sfreq)
    rows: list[ChannelAudit] = []
    worst, worst_matrix = -np.inf, np.zeros((int(keep.sum()),) * 2)
    worst_label = labels[0]
    step = max(1, GROUP_FRAMES // len(sound))
    with task("the sound in the channels' spectra", len(labels), " channels") as progress:
        for first in range(0, len(labels), step):
            x = filled(neural[:n, first : first + step].astype(np.float64), round(FILL_S * sfreq))
            progress.advance(x.shape[1])
            brain = np.stack([stft(x[:, c], size, hop)[:, keep] for c in range(x.shape[1])])
            good = speech & np.isfinite(brain).all(axis=2) & (np.abs(brain).sum(axis=2) > 0)
            coherence, coherence_p, _ = coherences(sound, np.nan_to_num(brain), good, shifts, bins)
            for c, label in enumerate(labels[first : first + step]):
                match = [(float(m.z[first + c]), float(m.lag_s[first + c])) for m in matches]
                if good[c].sum() < LEAST_FRAMES:
                    rows.append(ChannelAudit(label, 0.0, 1.0, 0.0, 1.0, NO_SIGNAL))
                    continue
                matrix = correlation(sound_db[good[c]], power_db(brain[c][good[c]]))
                r, p = diagonal(matrix, orders)
                there = np.isfinite(brain[c]).all(axis=1) & (np.abs(brain[c]).sum(axis=1) > 0)
                own_db = 10 * np.log10(np.square(np.abs(np.nan_to_num(brain[c]))).sum(axis=1) + 1e-30)
                follows = power_follows(level_db, own_db, there)
                verdict, why = _verdict(
                    r_p=p,
                    level=ALPHA / len(labels),
                    coherence_p=(float(coherence_p[0, c]), float(coherence_p[1, c])),
                    match=match,
                    follows=follows,
                    slow_r=slow.correlation(x[:, c]),
                )
                z, lag_s = max(match)
                rows.append(
                    ChannelAudit(
                        label, r, p, float(coherence[0, c]), float(coherence_p[0, c]), verdict, z, 1e3 * lag_s, why
                    )
                )
                if r > worst:
                    worst, worst_matrix, worst_label = r, matrix, label
    return Audit(tuple(rows), freqs[keep], worst_matrix, worst_label, int(speech.sum()))


def _verdict(
    r_p: float,
    level: float,
    coherence_p: tuple[float, float],
    match: list[tuple[float, float]],
    follows: tuple[float, float],
    slow_r: float,
) -> tuple[str, str]:
    """Verdict and what it rests on. ``match`` holds (size, delay) above 75 Hz and above 200 Hz, of the sound and of the
    rectified sound."""
    coherent, locked_high = coherence_p[0] < COHERENCE_P, coherence_p[1] < COHERENCE_ALONE_P
    if r_p < level or (coherent and r_p < 0.05):
        return CONTAMINATED, "sound at its own frequency"
    names = ("the sound", "the sound, above 200 Hz", "the rectified sound", "the rectified sound, above 200 Hz")
    suspect = "waveform coherence" if coherent else ""
    if locked_high:
        return CONTAMINATED, "waveform coherent with the sound above 200 Hz"
    for (z, lag_s), name, high in zip(match, names, (False, True, False, True), strict=True):
        if z < WAVEFORM_Z:
            continue
        text = f"waveform of {name}, {1e3 * lag_s:+.1f} ms"
        if high or not BRAIN_S[0] <= lag_s <= BRAIN_S[1]:
            return CONTAMINATED, text
        suspect = suspect or text
    if follows[0] > POWER_R and follows[1] > POWER_DB:
        return CONTAMINATED, f"its power follows the sound's level by {follows[1]:.0f} dB (r {follows[0]:.2f})"
    if abs(slow_r) > SLOW_R:
        return CONTAMINATED, f"its slow wave is the sound's envelope (r {slow_r:+.2f})"
    if abs(slow_r) > SLOW_SUSPECT_R:
        suspect = suspect or f"its slow wave is like the sound's envelope (r {slow_r:+.2f})"
    return (SUSPECT, suspect) if suspect else (CLEAN, "")
