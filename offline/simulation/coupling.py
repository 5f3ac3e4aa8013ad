"""How speech shows in the high gamma, and if asked in the low frequencies, of a simulated participant."""

from __future__ import annotations

import itertools

import numpy as np
import scipy.ndimage
import scipy.signal

from offline.simulation.background import smooth_noise
from offline.simulation.participant import BAND_EDGES_HZ, N_BANDS, Participant

HOP_S = 0.005
WINDOW_S = 0.025
RANGE_DB = 45.0
"""Levels from this far below the loud parts up to them drive a contact from 0 to 1."""
RESPONSE_S = 0.02
"""Standard deviation of the Gaussian that a population's response smooths the drive with, seconds."""
SPONTANEOUS_DB = 1.2
"""Size of high-gamma changes that have nothing to do with speech, dB (standard deviation)."""


def speech_drive(audio: np.ndarray, sample_rate: int) -> dict[str, np.ndarray]:
    """What parts of the brain could follow, every 5 ms, each about 0 to 1.

    Returns
    -------
    ``band`` (n, N_BANDS): level in each spectral band; ``loudness``, ``onset``, ``voicing``, ``frication`` (n,).
    """
    hop, size = round(HOP_S * sample_rate), round(WINDOW_S * sample_rate)
    window = np.hanning(size)
    n = len(audio) // hop
    padded = np.pad(audio.astype(np.float64), (size // 2, size))
    freqs = np.fft.rfftfreq(size, 1 / sample_rate)
    member = [(freqs >= lo) & (freqs < hi) for lo, hi in itertools.pairwise(BAND_EDGES_HZ)]
    # a band narrower than the resolution takes the nearest bin
    centres = np.sqrt(BAND_EDGES_HZ[:-1] * BAND_EDGES_HZ[1:])
    member = [
        m if m.any() else np.arange(len(freqs)) == np.abs(freqs - c).argmin()
        for m, c in zip(member, centres, strict=True)
    ]
    power = np.empty((n, N_BANDS))
    for start in range(0, n, 4096):
        rows = np.arange(start, min(n, start + 4096))
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[rows * hop]
        spectrum = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
        power[rows] = np.stack([spectrum[:, m].sum(axis=1) for m in member], axis=1)
    total_db = 10 * np.log10(power.sum(axis=1) + 1e-12)
    loud_db = np.percentile(total_db[total_db > total_db.max() - 30], 95)
    tilt_db = 4.5 * np.maximum(0, np.log2(centres / 500.0))  # speech falls off above 500 Hz; populations adapt to it
    band = np.clip((10 * np.log10(power + 1e-12) + tilt_db - loud_db + RANGE_DB) / RANGE_DB, 0, 1)
    loudness = np.clip((total_db - loud_db + RANGE_DB) / RANGE_DB, 0, 1)
    rise = np.maximum(0, np.gradient(scipy.ndimage.gaussian_filter1d(loudness, 4)))
    low, high = band[:, :4].mean(axis=1), band[:, -4:].mean(axis=1)
    return {
        "band": band,
        "loudness": loudness,
        "onset": np.clip(rise / 0.03, 0, 1),
        "voicing": np.clip(low - 0.5 * high, 0, 1),
        "frication": np.clip(high - 0.5 * low, 0, 1),
    }


def contact_drive(participant: Participant, drive: dict[str, np.ndarray], channel: int) -> np.ndarray:
    """(n,) what contact ``channel`` follows, before its lag."""
    feature = participant.feature[channel]
    if feature == "none":
        return np.zeros(len(drive["loudness"]))
    return drive["band"] @ participant.weights[channel] if feature == "band" else drive[feature]


LOW_BAND_HZ = (0.5, 30.0)


def add_low_frequency(
    x: np.ndarray,
    participant: Participant,
    sfreq: float,
    audio: np.ndarray,
    sample_rate: int,
    audio_rate: float,
) -> None:
    """Add to each contact a slow wave that follows its drive, with a sign, in place; nothing where no contact has one.

    A contact whose high gamma follows nothing follows the loudness. The wave is the drive at the contact's lag, above
    0.5 Hz by a causal filter, as an AC-coupled amplifier would see it; its RMS over the session is ``low_gain`` times
    the contact's own 0.5-30 Hz background. Speech-locked movement would look the same: this is no model of a brain.

    Parameters
    ----------
    x : (n, n_channels) float32, uV at ``sfreq``; sample 0 is time 0.
    audio : (m,) at ``audio_rate`` true samples a second (nominally ``sample_rate``), sample 0 at time 0.
    """
    if not participant.low_gain.any():
        return
    drive = speech_drive(audio, sample_rate)
    t = np.arange(len(x)) / sfreq
    drive_t = np.arange(len(drive["loudness"])) * round(HOP_S * sample_rate) / audio_rate
    band = scipy.signal.butter(2, LOW_BAND_HZ, "bandpass", fs=sfreq, output="sos")
    for c in np.flatnonzero(participant.low_gain).tolist():
        own = drive["loudness"] if participant.feature[c] == "none" else contact_drive(participant, drive, c)
        followed = scipy.ndimage.gaussian_filter1d(own, RESPONSE_S / HOP_S)
        wave = scipy.signal.sosfilt(band, np.interp(t - participant.lag_s[c], drive_t, followed, left=0.0, right=0.0))
        background = scipy.signal.sosfilt(band, x[:, c].astype(np.float64))
        level = np.median(np.abs(background)) / 0.6745  # robust against artefacts
        x[:, c] += (participant.low_gain[c] * level / (wave.std() + 1e-12) * wave).astype(np.float32)


def add_high_gamma(
    x: np.ndarray,
    participant: Participant,
    sfreq: float,
    audio: np.ndarray,
    sample_rate: int,
    audio_rate: float,
    audio_start_s: float,
    seed: int,
) -> None:
    """Raise the 70-170 Hz power of each contact by its gain times its drive, in place.

    The added noise has its own phase; its power is chosen so that background plus addition rises by exactly
    ``gain_db * drive`` on average. Contacts also show slow changes that speech does not explain.

    Parameters
    ----------
    x : (n, n_channels) float32, uV at ``sfreq``; sample 0 is time 0.
    audio : (m,) at ``audio_rate`` true samples a second (nominally ``sample_rate``), sample 0 at ``audio_start_s``.
    """
    n = len(x)
    drive = speech_drive(audio, sample_rate)
    t = np.arange(n) / sfreq
    hop = round(HOP_S * sample_rate)
    drive_t = audio_start_s + np.arange(len(drive["loudness"])) * hop / audio_rate
    top = min(170.0, 0.45 * sfreq)
    band = scipy.signal.butter(3, [70.0, top], "bandpass", fs=sfreq, output="sos")
    for c in range(participant.n_channels):
        rng = np.random.default_rng([seed, 7, c])
        followed = scipy.ndimage.gaussian_filter1d(contact_drive(participant, drive, c), RESPONSE_S / HOP_S)
        response = np.interp(t - participant.lag_s[c], drive_t, followed, left=0.0, right=0.0)
        vigour = np.clip(1 + 0.15 * smooth_noise(n, sfreq, 0.1, rng), 0.3, 1.7)
        rise_db = participant.gain_db[c] * response * vigour
        rise_db += np.maximum(0, SPONTANEOUS_DB * smooth_noise(n, sfreq, 2.0, rng))
        own = scipy.signal.sosfilt(band, x[:, c].astype(np.float64))
        level = np.median(np.abs(own)) / 0.6745  # robust against artefacts
        carrier = scipy.signal.sosfilt(band, rng.standard_normal(n))
        carrier *= level / (carrier.std() + 1e-12)
        x[:, c] += (carrier * np.sqrt(10 ** (rise_db / 10) - 1)).astype(np.float32)
