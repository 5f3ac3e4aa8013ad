"""What is wrong with a recording: per channel with the reason, and for the audio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import scipy.signal
import torch

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import build_features, run_features
from bk_realtime.features.mask import MaskBad
from bk_realtime.measures.spectrum import density, line_excess_db
from bk_realtime.vocoder.mel import log_mel
from offline.data.align import aligned_audio
from offline.data.speech_level import speech_level
from offline.io.recording import Recording, pieces
from offline.scoring.mel import speech_mask

MISSING, FLAT, SATURATED = 0.05, 0.05, 0.001
"""Shares of samples from which a channel is called bad."""
NOISY, QUIET = 5.0, 0.2
"""Level against the median channel from which a channel is noisy or quiet."""
ROBUST_Z = 4.0
"""... and only where its log level is this many robust standard deviations off the others."""
WHITE_DB = 15.0
"""Excess of 200 Hz and more over 2-30 Hz, against the median channel, from which a spectrum is not a brain's."""
LINE_DB = 30.0
"""Mains peak over its surroundings, after the filters, from which a channel is called bad."""
PSD_PIECES, PSD_PIECE_S = 8, 15.0


@dataclass(frozen=True)
class ChannelQuality:
    """One channel; shares are of all samples, levels in µV (standard deviation), line noise in dB over neighbours."""

    label: str
    level_uv: float
    missing: float
    flat: float
    saturated: float
    line_before_db: float
    line_after_db: float
    common: float
    reasons: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, eq=False)
class Quality:
    """All channels, with the spectra behind them.

    Attributes
    ----------
    freqs : (n_freqs,) Hz.
    before, after : (n_freqs, n_channels) power spectral density in dB re 1 µV²/Hz, raw and after the feature filters.
    common_variance : share of the good channels' variance that their common average explains, 2 Hz and up.
    common_high_gamma : the same within the feature band.
    """

    channels: tuple[ChannelQuality, ...]
    freqs: np.ndarray
    before: np.ndarray
    after: np.ndarray
    common_variance: float
    common_high_gamma: float

    @property
    def bad(self) -> list[ChannelQuality]:
        return [c for c in self.channels if not c.good]

    @property
    def reference_advice(self) -> str:
        """Whether a common average reference would help."""
        share = self.common_high_gamma
        if share > 0.3:
            return f"the common average carries {share:.0%} of the band's variance: reference = average or shaft helps"
        return f"the common average carries {share:.0%} of the band's variance: a common average reference gains little"


@dataclass(frozen=True)
class AudioQuality:
    """Levels in dB re full scale; ``speech`` is the proportion of frames with speech."""

    peak_dbfs: float
    speech_dbfs: float
    floor_dbfs: float
    clipped: float
    speech: float
    reasons: tuple[str, ...]


def check_channels(recording: Recording, settings: FeatureSettings | None = None) -> Quality:
    """Judge every channel. The spectra are of up to two minutes, in pieces spread over the recording."""
    settings = fitted(settings, recording)
    x, sfreq = recording.neural, float(recording.sfreq)
    n_channels = recording.n_channels
    missing = sum(np.isnan(piece).sum(axis=0) for piece in pieces(x)) / len(x)
    flat = flat_share(recording, settings.flat_s) - missing
    saturated = _saturated_share(x)
    parts = _pieces(x, sfreq)
    # the very operators that run live, up to the filters and without the reference, so that channels stay apart
    plain = replace(settings, reference="none", more_bands=(), more_references=())
    ops = build_features(plain, MelSettings(), recording.labels, recording.labels, recording.sfreq)[:-1]
    filtered = [run_features(ops, piece)[min(round(0.5 * sfreq), len(piece) // 4) :] for piece in parts]
    size = min(round(2 * sfreq), *(len(f) for f in filtered))
    freqs, before = _psd(parts, sfreq, size)
    _, after = _psd(filtered, sfreq, size)
    level = np.sqrt(np.mean([np.square(_centred(p)).mean(axis=0) for p in parts], axis=0))
    line_before = _line_db(freqs, before, settings.line_freq, (0.0, sfreq / 2))
    line_after = _line_db(freqs, after, settings.line_freq, settings.band)
    white = _band_db(freqs, before, 200.0, 0.45 * sfreq) - _band_db(freqs, before, 2.0, 30.0)
    live = (missing < MISSING) & (flat < FLAT) & (level > 0)
    log_level = np.log(np.where(live, level, np.nan))
    middle = np.nanmedian(log_level) if live.any() else 0.0
    spread = max(1.4826 * np.nanmedian(np.abs(log_level - middle)) if live.any() else 1.0, 0.1)
    usual_white = np.nanmedian(np.where(live, white, np.nan)) if live.any() else 0.0
    reasons: list[list[str]] = []
    for c, label in enumerate(recording.labels):
        why = []
        if missing[c] > MISSING:
            why.append(f"{missing[c]:.0%} of the samples are missing")
        if flat[c] > FLAT:
            why.append(f"flat for {flat[c]:.0%} of the time")
        if saturated[c] > SATURATED:
            why.append(f"saturated for {saturated[c]:.1%} of the time")
        ratio = float(level[c] / np.exp(middle))
        off = abs(np.log(max(ratio, 1e-9))) > ROBUST_Z * spread
        if live[c] and ratio > NOISY and off:
            why.append(f"noisy: {ratio:.1f} times the level of the median channel")
        if live[c] and ratio < QUIET and off:
            why.append(f"quiet: {ratio:.2f} of the level of the median channel")
        if live[c] and white[c] - usual_white > WHITE_DB:
            why.append(f"white spectrum: {white[c] - usual_white:.0f} dB more above 200 Hz than the median channel")
        if line_after[c] > LINE_DB:
            why.append(f"mains {line_after[c]:.0f} dB over its surroundings after the filters")
        if label in recording.bad:
            why.append("listed as bad in the file")
        reasons.append(why)
    good = [c for c in range(n_channels) if not reasons[c]]
    slow = scipy.signal.butter(2, 2.0, "highpass", fs=sfreq, output="sos")
    _, shared_band = _common((np.nan_to_num(f) for f in filtered), good, n_channels)
    del filtered  # a gigabyte, of many channels
    raw = (scipy.signal.sosfilt(slow, np.nan_to_num(p), axis=0)[min(round(sfreq), len(p) // 2) :] for p in parts)
    common, shared = _common(raw, good, n_channels)
    return Quality(
        channels=tuple(
            ChannelQuality(
                label, float(level[c]), float(missing[c]), float(flat[c]), float(saturated[c]), float(line_before[c]),
                float(line_after[c]), float(common[c]), tuple(reasons[c]),
            )
            for c, label in enumerate(recording.labels)
        ),
        freqs=freqs,
        before=before,
        after=after,
        common_variance=shared,
        common_high_gamma=shared_band,
    )  # fmt: skip


def fitted(settings: FeatureSettings | None, recording: Recording) -> FeatureSettings:
    """The settings, with the band moved under half the neural rate where a slow recording demands it; those of given
    features where the recording holds some."""
    if recording.holds_features:
        return FeatureSettings(kind="given")
    settings = settings or FeatureSettings()
    half = float(recording.sfreq) / 2
    low, high = settings.band
    return replace(settings, band=(min(low, 0.5 * half), min(high, 0.9 * half)))


def check_audio(recording: Recording) -> AudioQuality | None:
    """Judge the audio; None where there is none."""
    if recording.audio is None:
        return None
    audio = recording.audio
    found = speech_level(audio, recording.sample_rate)
    speech_db, floor = found.speech_dbfs, found.floor_dbfs
    mask = speech_mask(log_mel(aligned_audio(recording)))
    peak = max(float(np.abs(part).max()) for part in pieces(audio))
    clipped = _clipped_share(audio, peak) if peak > 0 else 0.0
    why = []
    if peak == 0:
        why.append("digital silence")
    elif clipped > 1e-4 and peak > 0.5:
        why.append(f"clipped: {clipped:.2%} of the samples stand at the largest value")
    if speech_db < -45:
        why.append(f"very quiet: speech at {speech_db:.0f} dBFS")
    if speech_db - floor < 20:
        why.append(f"noisy room: speech only {speech_db - floor:.0f} dB above the floor")
    share = float(mask.mean()) if len(mask) else 0.0
    if share < 0.05:
        why.append(f"hardly any speech: {share:.1%} of the time")
    return AudioQuality(found.peak_dbfs, speech_db, floor, clipped, share, tuple(why))


def flat_share(recording: Recording, flat_s: float) -> np.ndarray:
    """Share of samples that the live mask takes away (missing ones included)."""
    op = MaskBad(recording.n_channels, recording.sfreq, flat_s)
    state = op.init_state(1)
    masked = np.zeros(recording.n_channels)
    for start in range(0, len(recording.neural), 1 << 15):
        block = torch.from_numpy(recording.neural[start : start + (1 << 15)].astype(np.float64))[None]
        out, state = op.step(block, state)
        masked += out[0].isnan().sum(dim=0).numpy()
    return masked / len(recording.neural)


def _clipped_share(audio: np.ndarray, peak: float) -> float:
    """Share of neighbouring samples that both stand at the top."""
    count, last = 0, False
    for part in pieces(audio):
        at_top = np.concatenate([[last], np.abs(part) >= 0.999 * peak])
        count += int((at_top[1:] & at_top[:-1]).sum())
        last = bool(at_top[-1])
    return count / max(1, len(audio) - 1)


def _saturated_share(x: np.ndarray) -> np.ndarray:
    """Share of each channel's samples that stand at its largest or smallest value, three or more in a row."""
    with np.errstate(invalid="ignore"):
        top = np.fmax.reduce([np.fmax.reduce(piece, axis=0) for piece in pieces(x)])
        bottom = np.fmin.reduce([np.fmin.reduce(piece, axis=0) for piece in pieces(x)])
    count = np.zeros(x.shape[1])
    before = np.zeros((4, x.shape[1]), bool)  # the last samples of the piece before: runs go on across pieces
    for piece in pieces(x):
        at = np.concatenate([before, (piece == top) | (piece == bottom)])
        inside = at[2:] & at[1:-1] & at[:-2]  # ends a run of three or more
        # the first three of a run, then one each
        count += (inside[2:] + 2 * (inside[2:] & ~inside[1:-1])).sum(axis=0)
        before = at[-4:]
    return np.where(top > bottom, count / len(x), 0.0)


def _pieces(x: np.ndarray, sfreq: float) -> list[np.ndarray]:
    """Up to eight pieces of 15 s, spread evenly, float64."""
    size = round(PSD_PIECE_S * sfreq)
    if len(x) <= PSD_PIECES * size:
        return [x.astype(np.float64)]
    return [x[s : s + size].astype(np.float64) for s in np.linspace(0, len(x) - size, PSD_PIECES).astype(int)]


def _psd(pieces: list[np.ndarray], sfreq: float, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and median-over-pieces PSD in dB re 1 µV²/Hz, (n_freqs, n_channels). Missing samples count as 0."""
    found = [density(_centred(p), sfreq, size) for p in pieces]
    return found[0][0], 10 * np.log10(np.median([psd for _, psd in found], axis=0) + 1e-12)


def _centred(piece: np.ndarray) -> np.ndarray:
    """Without its mean, 0 where samples are missing (also where all are)."""
    here = np.isfinite(piece)
    mean = np.where(here, piece, 0.0).sum(axis=0) / np.maximum(here.sum(axis=0), 1)
    return np.where(here, piece - mean, 0.0)


def _band_db(freqs: np.ndarray, psd_db: np.ndarray, low: float, high: float) -> np.ndarray:
    rows = (freqs >= low) & (freqs <= high)
    return psd_db[rows].mean(axis=0) if rows.any() else np.zeros(psd_db.shape[1])


def _line_db(freqs: np.ndarray, psd_db: np.ndarray, line: float, band: tuple[float, float]) -> np.ndarray:
    """Largest excess of a harmonic of the mains inside ``band``, dB per channel."""
    worst = np.zeros(psd_db.shape[1])
    if line <= 0:
        return worst
    for harmonic in np.arange(line, min(band[1], freqs[-1] - 12) + 1e-9, line):
        if harmonic < band[0]:
            continue
        worst = np.fmax(worst, line_excess_db(freqs, psd_db, harmonic))
    return worst


def _common(parts: Iterable[np.ndarray], good: list[int], n_channels: int) -> tuple[np.ndarray, float]:
    """Correlation of each channel with the mean of the other good ones, and the share of variance that their common
    average explains."""
    r = np.zeros(n_channels)
    if len(good) < 2:
        return r, 0.0
    x = np.concatenate(list(parts))
    mean, std = x.mean(axis=0), x.std(axis=0)
    x -= mean
    x /= std + 1e-12
    mean = x[:, good].mean(axis=1)
    for c in range(n_channels):
        others = (mean * len(good) - x[:, c]) / (len(good) - 1) if c in good else mean
        r[c] = float(np.corrcoef(x[:, c], others)[0, 1]) if x[:, c].std() > 0 and others.std() > 0 else 0.0
    return r, float(mean.var())
