"""Samples of an amplifier and a microphone in, frames for the learner out; the audit of both beside it.

The same for a live stream and for a recording: features by the operators of engine and training, the sound on the
amplifier's clock by the stamps, speech by the level of all that was heard so far.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from bk_realtime.clock import FrameClock, rational_rate
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.contamination.rolling import GREY, RED, Light, RollingAudit
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.features import as_read, build_features, feature_labels
from bk_realtime.features.select import SelectChannels
from bk_realtime.join.resampled import HALF_TAPS, resampled
from bk_realtime.learning.learner import Learner
from bk_realtime.learning.on_clock import OnClock
from bk_realtime.learning.prior import CarriedFrom
from bk_realtime.learning.progress import Progress
from bk_realtime.learning.speech import SpeechSoFar
from bk_realtime.stream import Pipeline
from bk_realtime.vocoder.mel import log_mel

BLOCK = 86
"""Frames (a second) that get their sound at once."""
CONTEXT = 8
"""Frames of sound around them, for the windows of mel and resampler."""
MOST_LOST = 0.1
"""Share of a block's sound that may be lost; fewer missing samples are silence."""
AUDIT_S, SILENT_S = 20.0, 60.0
"""Seconds between two audits; after which frames without any sound are given up."""
PIECE_S = 2.0
"""Seconds of signal that are read at once: ten minutes of 128 channels would be gigabytes in the filters."""


@dataclass(frozen=True)
class Heard:
    """What a feed has to say: the learner's progress, the audit's light, seconds of frames without sound, and whether
    the participant is simulated."""

    progress: Progress
    light: Light
    without_sound_s: float
    simulated: bool = False


class Feed:
    """Two streams in.

    Parameters
    ----------
    labels_in, sfreq : channels and nominal rate in Hz of the neural stream.
    labels : the channels to learn from.
    sample_rate : nominal rate of the sound in Hz.
    features, ridge : how features are made, and the size of the ridge.
    carried : yesterday's bundle to go on from; ``labels_in`` and ``labels`` are then its own.

    Raises
    ------
    BkError
        Settings or channels that no features can be made of.
    """

    def __init__(
        self,
        labels_in: Sequence[str],
        labels: Sequence[str],
        sfreq: float,
        sample_rate: float,
        features: FeatureSettings,
        ridge: RidgeSettings | None = None,
        carried: CarriedFrom | None = None,
    ) -> None:
        if features.kind == "given":
            raise InputError("learning: expected a signal, not features made elsewhere; train them with offline.train")
        self.sample_rate = sample_rate
        self._mel, rate = MelSettings(), rational_rate(sfreq)
        self.labels, self.settings, self.sfreq = tuple(labels), features, rate
        """What a decoder of these features is told."""
        FrameClock(rate, self._mel.sample_rate, self._mel.hop_length)
        empty = torch.zeros(0, dtype=torch.float64)
        self._features = Pipeline(build_features(features, self._mel, labels_in, labels, rate), empty)
        read, audited = as_read(features, labels)
        self._read = Pipeline([SelectChannels(labels_in, labels), *read], empty)
        names = tuple(feature_labels(features, labels))
        self._neural, self._sound = OnClock(sfreq, len(labels_in), math.nan), OnClock(sample_rate, 1, math.nan)
        self._audit = RollingAudit(tuple(audited), sfreq, sample_rate, features.line_freq)
        self._audited_at = 0.0
        self.carried = carried
        self.simulated = False
        """Whether the stream says that its participant is."""
        prior = None if carried is None else carried.prior
        self.learner = Learner(len(names), self._mel.n_mels, ridge, prior=prior)
        self._frames = np.zeros((0, len(names)))
        self._first = 0  # frame index of the first of these
        self._track, self._track_from = np.zeros(0, np.float32), 0
        self._speech = SpeechSoFar()
        self._lacking = 0
        self.light = Light(GREY, text="no microphone")

    def push_neural(self, samples: np.ndarray, stamps: np.ndarray) -> None:
        """Take (T, n_channels) µV with (T,) stamps in seconds."""
        rows = self._neural.push(samples, stamps)
        if not len(rows):
            return
        times = self._neural.time_of(self._neural.n - 1) - np.arange(len(rows))[::-1] / self._neural.rate
        most, frames = math.ceil(PIECE_S * self._neural.rate), [self._frames]
        for start in range(0, len(rows), most):  # a cable that was off for minutes comes back as one hole
            x = torch.from_numpy(rows[start : start + most].astype(np.float64))[None]
            frames.append(self._features.push(x)[0].numpy())
            self._audit.push_neural(self._read.push(x)[0].numpy(), times[start : start + most])
        self._frames = np.concatenate(frames)
        self._advance()

    def push_sound(self, samples: np.ndarray, stamps: np.ndarray) -> None:
        """Take (T,) sound, full scale 1, with (T,) stamps on the same clock."""
        rows = self._sound.push(samples[:, None], stamps)[:, 0]
        if not len(rows):
            return
        self._track = np.concatenate([self._track, rows])
        times = self._sound.time_of(self._sound.n - 1) - np.arange(len(rows))[::-1] / self._sound.rate
        self._audit.push_sound(np.nan_to_num(rows), times)
        self._advance()

    def heard(self) -> Heard:
        """What can be said so far."""
        return Heard(self.learner.progress(), self.light, self._lacking / self.learner.rate, self.simulated)

    def audit(self) -> None:
        """Look for the sound in the electrodes now; what is found ends all claims."""
        self.light = self._audit.light()
        if self.light.colour == RED:
            self.learner.contaminated(self.light.text)

    def _advance(self) -> None:
        while len(self._frames) >= BLOCK and self._sound.n and self._take_block():
            pass
        while len(self._frames) > SILENT_S * self.learner.rate:  # the microphone is away: nothing to learn from
            self._drop(BLOCK)
            self._lacking += BLOCK
        now = self._neural.n / self._neural.rate
        if now - self._audited_at >= AUDIT_S and self._sound.n:
            self._audited_at = now
            self.audit()

    def _take_block(self) -> bool:
        """Hand a block of frames with its sound to the learner, unless it was lost; False where it is not there yet."""
        hop, rate = self._mel.hop_length, self._mel.sample_rate
        per_sample = float(self.sfreq) / rate  # neural samples a sample of sound at the mel's rate
        begin_s = self._neural.time_of((self._first - CONTEXT) * hop * per_sample)
        n_out = (BLOCK + 2 * CONTEXT) * hop
        in_rate = self._sound.rate * float(self.sfreq) / self._neural.rate
        n_in = math.ceil(n_out * in_rate / rate) + 2 * HALF_TAPS
        start = self._sound.index_at(begin_s)
        if start < 0:  # the microphone began later
            self._drop(BLOCK)
            return True
        if start + n_in + HALF_TAPS > self._sound.n:
            return False
        at = start - self._track_from
        if at < 0 or np.isnan(self._track[int(at) : int(at) + n_in]).mean() > MOST_LOST:  # no silence: nobody heard it
            self._lacking += BLOCK
        else:
            audio = resampled(np.nan_to_num(self._track), at, n_in, in_rate, rate)[:n_out]
            mel = log_mel(audio, self._mel)[CONTEXT : CONTEXT + BLOCK]
            self.learner.add(self._frames[:BLOCK], mel, self._speech.take(mel))
        self._drop(BLOCK)
        done = max(0, int(at) - 2 * HALF_TAPS)
        self._track, self._track_from = self._track[done:], self._track_from + done
        return True

    def _drop(self, n: int) -> None:
        self._frames, self._first = self._frames[n:], self._first + n
