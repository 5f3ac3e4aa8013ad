"""The loop through a SIMULATED participant who hears the decoder: her auditory cortex answers what is played to her.

One frame at a time: signal -> features -> decoder -> level of the voice -> ear, `delay` later and `level` dB louder ->
high gamma of the contacts that follow sound -> signal. Loudness drives contacts as it does in
:mod:`offline.simulation.coupling`; 0 dB is the level of the voice at which it is heard as loud as the participant's own
speech. Contacts that lead the sound, those of articulation, rest: she listens.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.signal
import torch

from bk_realtime.clock import FrameClock
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.stream import Pipeline
from offline.simulation import background as bg
from offline.simulation.coupling import RANGE_DB, RESPONSE_S
from offline.simulation.participant import Participant

PROBE_S = 2.0
OWN_DRIVE = 0.6
"""What the participant's own speech drives her contacts with, of 0 to 1, on average while she speaks."""
DRIVES = (0.2, 0.4, 0.6, 0.8, 1.0)
KICK_S = 0.5
LEVEL_FLOOR_DB = -100.0


@dataclass(frozen=True)
class OpenLoop:
    """What the decoder says to a brain that is driven from outside, in dB of mel level.

    Attributes
    ----------
    rest_db : while she hears nothing.
    own_db : while every contact is driven as by her own speech: 0 dB of the scale that levels are told on.
    answers : (drive, level in dB) while the contacts that follow sound are driven so.
    """

    rest_db: float
    own_db: float
    answers: tuple[tuple[float, float], ...]

    @property
    def voice_db(self) -> float:
        """Level above which there is a voice: half way between rest and speech."""
        return (self.rest_db + self.own_db) / 2

    @property
    def rings_at_db(self) -> float:
        """Least level at which some voice that is heard makes a voice as loud as itself; where no answer is loud enough
        to count as a voice, an answer of any loudness."""
        voices = [(d, a) for d, a in self.answers if a >= self.voice_db] or list(self.answers)
        return min(level_of_drive(drive, self.own_db) - answer for drive, answer in voices)

    def margin_db(self, level_db: float) -> float:
        """Howling margin: how much louder the voice can be played before it rings."""
        return self.rings_at_db - level_db

    def gain(self, level_db: float) -> float:
        """Loop gain, amplitude that comes back for what is heard: 1 and above rings."""
        return float(10 ** (-self.margin_db(level_db) / 20))


class Listener:
    """A simulated brain with a decoder on it, a frame at a time.

    Parameters
    ----------
    bundle : the decoder; its channels must be the participant's.
    participant : who listens.
    seconds : longest run.
    seed : of background and carriers.
    auditory : how strongly contacts that follow sound answer what is played, of what they answer her own speech with.
    """

    def __init__(
        self, bundle: Bundle, participant: Participant, seconds: float, seed: int, auditory: float = 1.0
    ) -> None:
        rate, n = float(bundle.sfreq), int(seconds * float(bundle.sfreq))
        spectrum = bg.Spectrum(bg.default_amplitude, bg.default_mixing(participant))
        self._x = bg.background(participant, n, rate, spectrum, seed).astype(np.float64)
        band = scipy.signal.butter(3, [70.0, min(170.0, 0.45 * rate)], "bandpass", fs=rate, output="sos")
        carriers = np.random.default_rng([seed, 11]).standard_normal(self._x.shape)
        carriers = scipy.signal.sosfilt(band, carriers, axis=0)
        own = scipy.signal.sosfilt(band, self._x, axis=0)
        self._carriers = carriers * (np.median(np.abs(own), 0) / 0.6745 / carriers.std(0))
        self.bundle, self.participant, self._rate = bundle, participant, rate
        self.clock = FrameClock(Fraction(bundle.sfreq), bundle.mel.sample_rate, bundle.mel.hop_length)
        self.hears = (participant.lag_s > 0) & (participant.gain_db > 0)
        self._gain_db = participant.gain_db * np.where(self.hears, auditory, 1.0)  # to what is played to her
        self._lag = np.round(np.maximum(participant.lag_s, 0.0) * float(self.clock.frame_rate)).astype(int)
        self.n_frames = self.clock.n_frames(n)

    def start(self) -> None:
        """From the beginning, decoder and brain as new."""
        features = self.bundle.feature_operators(self.participant.labels)
        like = torch.zeros(1, 0, self.participant.n_channels, dtype=torch.float64)
        self._features = Pipeline(features, like)
        self._decoder = Pipeline([self.bundle.decoder], like.to(torch.float32))
        self._past = np.zeros((64, self.participant.n_channels))  # drive of each contact, oldest frame first
        self._k, self._smooth = 0, np.zeros(self.participant.n_channels)

    @torch.inference_mode()
    def frame(self, drive: np.ndarray | float) -> np.ndarray:
        """One more frame: (n_mels,) log-mel, NaN while the decoder still looks ahead.

        Parameters
        ----------
        drive : 0 to 1 for each contact, before its lag: what it follows now.
        """
        self._past = np.concatenate([self._past[1:], np.broadcast_to(drive, (1, self._past.shape[1]))])
        lagged = self._past[len(self._past) - 1 - self._lag, np.arange(len(self._lag))]
        keep = np.exp(-1 / (2 * RESPONSE_S * float(self.clock.frame_rate)))
        self._smooth = keep * self._smooth + (1 - keep) * lagged
        first = self.clock.boundary(self._k - 1) if self._k else 0
        rows = slice(first, self.clock.boundary(self._k))
        self._k += 1
        rise = 10 ** (self._gain_db * self._smooth / 10) - 1
        x = self._x[rows] + self._carriers[rows] * np.sqrt(rise)
        mel = self._decoder.push(self._features.push(torch.from_numpy(x)[None]).to(torch.float32))[0]
        return mel[-1].numpy() if len(mel) else np.full(self.bundle.mel.n_mels, np.nan)

    def open_loop(self) -> OpenLoop:
        """Drive the brain from outside: nothing, her own speech, a voice that is heard."""
        everything = np.ones(len(self.hears))
        answers = tuple((drive, self._answer(drive * self.hears)) for drive in DRIVES)
        played, self._gain_db = self._gain_db, self.participant.gain_db
        own = self._answer(OWN_DRIVE * everything)
        self._gain_db = played
        return OpenLoop(self._answer(0 * everything), own, answers)

    def _answer(self, drive: np.ndarray) -> float:
        self.start()
        n = min(self.n_frames, round(PROBE_S * float(self.clock.frame_rate)))
        return float(np.mean([voice_level(self.frame(drive)) for _ in range(n)][n // 2 :]))


def voice_level(mel: np.ndarray) -> float:
    """Level in dB of one (n_mels,) natural-log mel frame; the floor where there is none yet."""
    if not np.isfinite(mel).all():
        return LEVEL_FLOOR_DB
    return max(LEVEL_FLOOR_DB, float(10 * np.log10(np.exp(2.0 * mel.astype(np.float64)).mean())))


def heard_drive(level_db: float, own_db: float) -> float:
    """0 to 1: how a contact that follows loudness is driven by a voice of this level."""
    return float(np.clip(OWN_DRIVE + (level_db - own_db) / RANGE_DB, 0.0, 1.0))


def level_of_drive(drive: float, own_db: float) -> float:
    """The reverse of :func:`heard_drive`."""
    return own_db + (drive - OWN_DRIVE) * RANGE_DB


@dataclass(frozen=True, eq=False)
class Ring:
    """What a closed loop did.

    Attributes
    ----------
    levels : (n_frames,) level of the decoded voice in dB.
    false_per_hour : voices in the part before the kick, in which she only listens.
    rings_s : how long the voice went on after the kick; up to the end where it did not stop.
    """

    levels: np.ndarray
    false_per_hour: float
    rings_s: float


def close_loop(listener: Listener, open_loop: OpenLoop, level_db: float, delay_s: float) -> Ring:
    """Let her listen to the decoder for as long as the listener lasts; at half time a voice is heard for 0.5 s that no
    one said, as loud as the decoder's voice is played, and then the decoder again.

    Parameters
    ----------
    level_db : how much louder the voice is played than her own speech is heard.
    delay_s : from the decoded frame to the ear: vocoder, buffer, card, air.
    """
    rate, n = float(listener.clock.frame_rate), listener.n_frames
    delay, kick = max(1, round(delay_s * rate)), (n // 2, n // 2 + round(KICK_S * rate))
    levels = np.full(n, LEVEL_FLOOR_DB)
    listener.start()
    for k in range(n):
        heard = levels[k - delay] + level_db if k >= delay else LEVEL_FLOOR_DB
        heard = heard if heard > open_loop.rest_db + level_db + 1e-9 else LEVEL_FLOOR_DB
        if kick[0] <= k < kick[1]:
            heard = open_loop.own_db + level_db
        levels[k] = voice_level(listener.frame(heard_drive(heard, open_loop.own_db) * listener.hears))
    voiced = levels > open_loop.voice_db
    settle = round(1.0 * rate)
    before = voiced[settle : kick[0]]
    starts = int((np.diff(before.astype(np.int8)) == 1).sum()) + int(before[:1].sum())
    reach = kick[1] + delay + round(0.5 * rate)
    last = np.flatnonzero(voiced[kick[1] :])
    rings = (last[-1] + 1) / rate if len(last) else 0.0
    if voiced[reach:].size and not voiced[kick[1] : reach].any():
        rings = 0.0  # what comes so late is no answer to the kick
    return Ring(levels, 3600.0 * starts / (len(before) / rate), float(rings))
