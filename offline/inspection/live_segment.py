"""A live session's longest unbroken segment: what went out, its signal decoded again offline, and the microphone."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np

from bk_realtime.chain import Chain
from bk_realtime.decoded import Decoded
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.session.adapt import Adjustment
from bk_realtime.vocoder import log_mel
from offline.data.align import aligned_audio
from offline.inspection.live_gate import gate_against_speech
from offline.inspection.live_swaps import Change
from offline.inspection.session_picture import session_picture
from offline.io import read_recording
from offline.io.options import ReadOptions
from offline.io.recording import Recording
from offline.scoring.mel import MEAN, mean_correlation, speech_mask


@dataclass(frozen=True, eq=False)
class LiveSegment:
    """The longest part of a session that the engine decoded without a reset, and the signal it had.

    Attributes
    ----------
    bundle : the decoder that ran, at first.
    neural : (n, n_channels) float64, µV, from the engine's first sample on.
    mel : (m, n_mels) float32 as it went out live.
    frame_idx : (m,) which frame from the start each of them is: a recorder that connects late misses the first ones.
    audio : (k,) float32 decoded voice as it was saved live, from the same start; empty after a reset.
    changed_device : the session went on on the CPU when its card failed.
    read : how to read the recording for its microphone.
    rate : of the neural signal in Hz, where it is not the bundle's.
    gate, gate_idx : (g, 2) what went out as the speech gate, (g,) of which frames; empty where there was none.
    sureness, sureness_idx : (s, 3) what went out of how sure the decoder was, (s,) of which frames; likewise.
    mel_stamps : (m,) LSL time of the newest neural sample in each frame.
    adjustments : what was masked or normalised otherwise, and from which sample of ``neural`` on.
    distrusted : from when to when, in LSL time, the sender's stamps were not trusted: frames of then are left out.
    changes : decoders that took over, by the sample of ``neural`` from which on.
    times : (n,) of the samples of ``neural``, on the recorder's clock: where the recording has gaps before them its
        samples are others than the stream's.
    features, feature_idx : (k, n_features) float32 features as they went out live, and which frame each is.
    """

    session: Path
    bundle: Bundle
    labels: tuple[str, ...]
    neural: np.ndarray
    mel: np.ndarray
    frame_idx: np.ndarray
    audio: np.ndarray
    first_sample: int
    stream_name: str
    simulated: bool
    changed_device: bool = False
    read: ReadOptions = field(default_factory=ReadOptions)
    rate: Fraction | None = None
    gate: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    gate_idx: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    sureness: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.float32))
    sureness_idx: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    mel_stamps: np.ndarray = field(default_factory=lambda: np.zeros(0))
    adjustments: tuple[tuple[int, Adjustment], ...] = ()
    distrusted: tuple[tuple[float, float], ...] = ()
    changes: dict[int, Change] = field(default_factory=dict)
    times: np.ndarray = field(default_factory=lambda: np.zeros(0))
    features: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    feature_idx: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    _decoded: dict[tuple[int, str], list[Decoded]] = field(init=False, default_factory=dict)

    def decode(self, name: str, bundle: Bundle, device: str = "cpu") -> np.ndarray:
        """The same samples decoded offline: one part of what comes out, by its name in :class:`Decoded`."""
        return np.concatenate([getattr(part, name) for part in self.parts(bundle, device)])

    def parts(self, bundle: Bundle, device: str = "cpu") -> list[Decoded]:
        """All that comes out, decoded once, with what was adjusted or changed live at the same samples."""
        key = (id(bundle), device)
        if key not in self._decoded:
            chain, second = Chain(bundle, self.labels, device, self.rate), int(bundle.sfreq)
            own, adjusted, out = bundle is self.bundle, dict(self.adjustments), []
            changes = self.changes if own else {}
            starts = sorted({*range(0, len(self.neural), second), *adjusted, *changes})
            for a, b in itertools.pairwise([*starts, len(self.neural)]):
                if a in changes:
                    changes[a].repeat(chain)
                if a in adjusted:  # statistics are of this decoder's own features
                    chain.adjust(adjusted[a].masked, adjusted[a].statistics if own else None)
                out.append(chain.push(self.neural[a:b]))
            self._decoded[key] = out
        return self._decoded[key]

    def gate_figures(self) -> dict[str, float]:
        """What the speech gate did against the microphone; empty without one of them."""
        if not len(self.gate_idx) or self.microphone is None:
            return {}
        mel = self.bundle.mel
        rate = mel.sample_rate / mel.hop_length
        shift = round(self.bundle.lead_ms / 1e3 * rate)
        return gate_against_speech(self.gate, self.gate_idx, self.microphone, shift, rate)

    @property
    def n_missed(self) -> int:
        """Mel frames that went out live and are not in the recording: its recorder came late, or lost some."""
        return int(self.frame_idx[-1]) + 1 - len(self.frame_idx)

    @cached_property
    def recording(self) -> Recording:
        """The whole session as a reader gives it."""
        return read_recording(self.session / "session.xdf", **{**self.read.given(), "neural": self.stream_name})

    @cached_property
    def from_start(self) -> Recording:
        """The recording from the segment's first sample on."""
        recording, first = self.recording, self.first_sample
        if len(self.times):  # single stamps jitter
            at = (self.times - recording.neural_start_s) * recording.neural_rate
            first = min(max(0, round(float(np.median(at - np.arange(len(at)))))), len(recording.neural) - 1)
        return dataclasses.replace(
            recording,
            neural=recording.neural[first:],
            neural_start_s=recording.neural_start_s + first / recording.neural_rate,
        )

    @cached_property
    def microphone(self) -> np.ndarray | None:
        """(m, n_mels) log-mel of the microphone from the segment's first sample on; None where there is none."""
        if self.recording.audio is None:
            return None
        return log_mel(aligned_audio(self.from_start, self.bundle.mel), self.bundle.mel)

    def picture(self, marks: Sequence[str]) -> bytes:
        """PNG of microphone, live mel and voice: the eight seconds with most speech; ``marks`` begin its title."""
        live = np.full((int(self.frame_idx.max()) + 1, self.mel.shape[1]), np.nan, np.float32)
        live[self.frame_idx] = self.mel
        prefix = "".join(f"{mark}, " for mark in marks)
        return session_picture(f"{prefix}{self.session.name}", self.microphone, live, self.audio, self.bundle.mel)

    def scores(self, baseline: Bundle | None, within: np.ndarray | None = None) -> dict[str, dict[str, float]]:
        """Mean correlation over mel bins, whole and inside speech, by decoder; empty without a microphone.

        Parameters
        ----------
        within : (m,) bool, which of the recorded frames count; all without.
        """
        reference = self.microphone
        if reference is None:
            return {}
        kinds = [self.bundle.kind, *(change.bundle.kind for change in self.changes.values())]
        decoded = {f"live {' → '.join(kinds)}": (self.mel, self.bundle)}
        if baseline is not None:
            mel = self.decode("mel", baseline)
            decoded[f"baseline {baseline.kind}"] = (mel[self.frame_idx[self.frame_idx < len(mel)]], baseline)
        out = {}
        for name, (mel, bundle) in decoded.items():
            shift = round(bundle.lead_ms / 1e3 * bundle.mel.sample_rate / bundle.mel.hop_length)
            at = self.frame_idx[: len(mel)] + shift
            here = (at >= 0) & (at < len(reference))  # with a negative lead the first ones are of before the recording
            if within is not None:
                here &= within[: len(at)]
            if not here.any():
                return {}
            mel, target, speech = mel[: len(at)][here], reference[at[here]], speech_mask(reference)[at[here]]
            out[name] = {
                "r": mean_correlation(mel, target),
                "r_speech": mean_correlation(mel, target, speech),
                "frames": float(len(mel)),
            }
        # a constant has no correlation with anything: 0 by definition
        out[MEAN] = {"r": 0.0, "r_speech": 0.0, "frames": float(len(mel))}
        return out
