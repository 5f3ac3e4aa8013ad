"""A live session's longest unbroken segment: what went out live against the same signal decoded offline."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bk_realtime.chain import Chain, Decoded
from bk_realtime.clock import FrameClock
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.device import pick_device
from bk_realtime.errors import DeviceError, InputError
from bk_realtime.montage.units import to_microvolts
from bk_realtime.session.adapt import Adjustment
from bk_realtime.session.bundle import session_labels, trained_on
from bk_realtime.session.events import read_events
from bk_realtime.session.folder import read_session
from bk_realtime.session.names import OUTLET_PREFIX, SETTINGS
from bk_realtime.session.settings import InletSettings
from bk_realtime.vocoder import build_vocoder, log_mel
from bk_realtime.xdf.reader import read_xdf
from offline.data.align import aligned_audio
from offline.inspection.live_gate import gate_against_speech, recorded_gate
from offline.inspection.live_streams import (
    adjustments_in,
    decoded_stream,
    distrusted,
    first_step_back,
    frames_of,
    told_frames,
    trusted,
)
from offline.inspection.live_swaps import Change, changes_in
from offline.inspection.rejoined import as_decoded
from offline.inspection.session_picture import session_picture
from offline.io import read_recording
from offline.io.options import ReadOptions
from offline.io.recording import Recording
from offline.io.sound import read_samples
from offline.scoring.mel import MEAN, mean_correlation, speech_mask
from offline.scoring.speech_quality import vocode_clip

FEATURE_LIMIT = 1e-6
"""Largest difference of a live z-score from the offline one, where something was adjusted."""
MEL_LIMIT = 1e-4
"""Largest difference of a live mel from the offline one, in natural log."""
SURENESS_LIMIT = 0.001
"""Largest share of frames whose sureness differs: it goes in steps, and the last bit of a feature may take one."""
SNR_LIMIT_DB = 60.0
"""Least signal-to-noise ratio of the live waveform against the offline one."""


class Agreement(NamedTuple):
    """How well live and offline agree in one respect, and whether that is within its limit."""

    name: str
    value: float
    limit: float
    good: bool


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
    features: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    feature_idx: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    _decoded: dict[tuple[int, str], list[Decoded]] = field(init=False, default_factory=dict)

    @classmethod
    def longest(cls, session: Path, bundle: Bundle, read: ReadOptions | None = None) -> LiveSegment:
        """Find it from the events and the recording."""
        path = session / "session.xdf"
        events = read_events(session / "events.jsonl")
        # live frames carry times of arrival then, the recorded signal the sender's own
        without = distrusted(events)
        untold = (
            f"{session}: cannot tell whether live equals offline: the sender's time stamps were not to be trusted "
            "(events.jsonl says why), and frames are found by them; let the sender stamp with LSL's local_clock()"
        )
        if without and np.isneginf(without[0][0]):
            raise InputError(untold)
        told = read_session(session).settings.inlet if (session / SETTINGS).exists() else InletSettings()
        also, given = trained_on(bundle.labels, session_labels(session)), bundle.features.kind == "given"
        streams = as_decoded(session, read_xdf(path), events, told, also, given)
        live = [s for s in streams if s.description.name == f"{OUTLET_PREFIX}mel"]
        if len(live) != 1:
            raise InputError(f"{path}: expected one stream {OUTLET_PREFIX}mel, got {len(live)}")
        neural, fit, factors = decoded_stream(session, streams, bundle, told)
        begun = [e for e in events if e["event"] == "segment"]
        starts = [float(e["stamp"]) for e in begun]
        if not starts or not len(live[0]):
            raise InputError(f"{session}: the engine decoded nothing")
        stamps = neural.raw_stamps
        ends = [*starts[1:], np.inf]
        lengths = [min(b, stamps[-1]) - a for a, b in zip(starts, ends, strict=True)]
        if without:  # that which has most frames that can be told
            stamps = stamps[: first_step_back(stamps)]
            ends = [b if b > a else np.inf for a, b in zip(starts, ends, strict=True)]
            frames = live[0].raw_stamps[trusted(live[0].raw_stamps, without)]
            lengths = told_frames(begun, ends, frames, without, float(stamps[-1]))
            if not any(lengths):
                raise InputError(untold)
        longest = int(np.argmax(lengths))
        first = int(np.argmin(np.abs(stamps - starts[longest])))
        last = len(stamps) if np.isinf(ends[longest]) else int(np.searchsorted(stamps, ends[longest]))
        bundle, changes = changes_in(session, events, bundle, stamps, first, last)
        data = to_microvolts(np.asarray(neural.data[first:last]), factors).astype(np.float64)
        # a mel frame carries the stamp of the newest neural sample in it, which names the frame
        clock = FrameClock(bundle.sfreq, bundle.mel.sample_rate, bundle.mel.hop_length)
        n_frames = clock.n_frames(int(-(-(last - first) * bundle.sfreq // fit.rate)))
        newest = stamps[first + np.array([clock.boundary(k, fit.rate) for k in range(n_frames)], int) - 1]
        idx, inside = frames_of(newest, live[0].raw_stamps)
        inside &= trusted(live[0].raw_stamps, without)
        if not inside.any():
            raise InputError(untold if without else f"{session}: no recorded mel frame belongs to the recorded signal")
        gate, gate_idx = recorded_gate(streams, newest, without)
        sureness, sureness_idx = recorded_gate(streams, newest, without, "sureness", 3)
        sent = [s for s in streams if s.description.name == f"{OUTLET_PREFIX}features" and len(s)]
        feature_idx, seen = frames_of(newest, sent[0].raw_stamps) if sent else (np.zeros(0, int), np.zeros(0, bool))
        seen &= trusted(sent[0].raw_stamps, without) if sent else True
        voice = read_samples(session / "decoded.wav")[0][:, 0]
        return cls(
            session=session,
            bundle=bundle,
            labels=fit.labels,
            neural=data,
            mel=np.asarray(live[0].data)[inside],
            frame_idx=idx[inside],
            mel_stamps=live[0].raw_stamps[inside],
            changes=changes,
            adjustments=adjustments_in(events, stamps, first, last),
            features=np.asarray(sent[0].data)[seen] if sent else np.zeros((0, 0), np.float32),
            feature_idx=feature_idx[seen],
            audio=voice if len(starts) == 1 else voice[:0],
            first_sample=first,
            stream_name=neural.description.name,
            rate=fit.rate,
            changed_device=any(e["event"] == "card lost" for e in events),
            read=read or ReadOptions(),
            gate=gate,
            gate_idx=gate_idx,
            sureness=sureness,
            sureness_idx=sureness_idx,
            distrusted=tuple(without),
            simulated=neural.simulated or "simulated" in neural.description.name.lower(),
        )

    def decode(self, bundle: Bundle, device: str = "cpu") -> tuple[np.ndarray, np.ndarray]:
        """Decode the same samples offline, once: (n, n_mels) mel and (k,) audio."""
        return self._joined(bundle, device, "mel"), self._joined(bundle, device, "audio")

    def _joined(self, bundle: Bundle, device: str, name: str) -> np.ndarray:
        """One part of what comes out, with what was adjusted or changed live at the same samples."""
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
        return np.concatenate([getattr(o, name) for o in self._decoded[key]])

    def mel_differences(self, device: str = "cpu") -> np.ndarray:
        """(k,) largest difference of each recorded live frame from the offline one, decoded on ``device`` where that is
        here and the session did not change to the CPU."""
        mel, _ = self.decode(self.bundle, self._where(device))
        both = self.frame_idx < len(mel)
        differences: np.ndarray = np.abs(mel[self.frame_idx[both]] - self.mel[both]).max(1)
        return differences

    def _where(self, device: str) -> str:
        return device if not self.changed_device and _is_here(device) else "cpu"

    def agreement(self, device: str = "cpu") -> list[Agreement]:
        """Live against offline: the mel, and the waveform where it was saved from the segment's start on.

        Signal to sound is compared on the device that the session ran on. Where that is not here, or the session
        changed to the CPU on the way, two steps take its place that hold anywhere: mel against mel, and the vocoder
        run again on the recorded mel against the recorded sound (not where frames of it are missing). Phases are
        chosen by comparison, so sound made from the mel of another device differs though the mel agrees to the sixth
        digit.

        Parameters
        ----------
        device : where the decoder ran when the session ended, as its status says; empty: the CPU.
        """
        device = device or "cpu"
        same = not self.changed_device and _is_here(device)
        _, audio = self.decode(self.bundle, self._where(device))
        difference = float(self.mel_differences(device).max())
        gate = self._joined(self.bundle, self._where(device), "gate")
        where = f"on {device}" if same else f"on the CPU in place of {device}"
        name = f"live mel against offline decode {where}, max abs difference"
        out = [Agreement(name, difference, MEL_LIMIT, difference <= MEL_LIMIT)]
        if self.adjustments and len(self.features):
            features = self._joined(self.bundle, self._where(device), "features")
            both = self.feature_idx < len(features)
            apart = float(np.abs(features[self.feature_idx[both]] - self.features[both]).max())
            name = f"live features against offline, {len(self.adjustments)} adjustments, max abs difference"
            out.append(Agreement(name, apart, FEATURE_LIMIT, apart <= FEATURE_LIMIT))
        name = "live waveform against offline, SNR in dB"
        if not same:
            vocoder = build_vocoder(self.bundle.vocoder, self.bundle.mel, self.bundle.path)
            audio = vocode_clip(vocoder, self.mel) if not self.n_missed else audio[:0]
            name = "live waveform against the vocoder run on the recorded mel, SNR in dB"
        k = min(len(audio), len(self.audio))
        if k:
            error = float(np.mean((audio[:k] - self.audio[:k]) ** 2))
            snr = min(10 * np.log10(float(np.mean(audio[:k] ** 2)) / max(error, 1e-30)), 200.0)
            out.append(Agreement(name, snr, SNR_LIMIT_DB, snr >= SNR_LIMIT_DB))
        both = self.gate_idx < len(gate)
        if both.any():
            difference = float(np.abs(gate[self.gate_idx[both], 0] - self.gate[both, 0]).max())
            name = "live speech gate against offline, max abs difference of probability"
            out.append(Agreement(name, difference, MEL_LIMIT, difference <= MEL_LIMIT))
        decoded = self._decoded[id(self.bundle), self._where(device)]
        sureness = np.concatenate([_padded(part) for part in decoded])
        both = self.sureness_idx < len(sureness)
        if both.any():
            apart = np.abs(sureness[self.sureness_idx[both]] - self.sureness[both])[:, 1:]
            wrong = float((apart.max(1) > MEL_LIMIT).mean())
            name = "live sureness against offline, share of frames that differ"
            out.append(Agreement(name, wrong, SURENESS_LIMIT, wrong <= SURENESS_LIMIT))
        return out

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
    def microphone(self) -> np.ndarray | None:
        """(m, n_mels) log-mel of the microphone from the segment's first sample on; None where there is none."""
        recording = self.recording
        if recording.audio is None:
            return None
        cut = dataclasses.replace(
            recording,
            neural=recording.neural[self.first_sample :],
            neural_start_s=recording.neural_start_s + self.first_sample / recording.neural_rate,
        )
        return log_mel(aligned_audio(cut, self.bundle.mel), self.bundle.mel)

    def picture(self) -> bytes:
        """PNG of microphone, live mel and voice: the eight seconds with most speech."""
        live = np.full((int(self.frame_idx.max()) + 1, self.mel.shape[1]), np.nan, np.float32)
        live[self.frame_idx] = self.mel
        prefix = "SIMULATED participant, " if self.simulated else ""
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
            mel = self.decode(baseline)[0]
            decoded[f"baseline {baseline.kind}"] = (mel[self.frame_idx[self.frame_idx < len(mel)]], baseline)
        out = {}
        for name, (mel, bundle) in decoded.items():
            shift = round(bundle.lead_ms / 1e3 * bundle.mel.sample_rate / bundle.mel.hop_length)
            known = self.frame_idx[: len(mel)] + shift
            known = known[known < len(reference)]
            target, n = reference[known], len(known)
            speech = speech_mask(reference)[known]
            if within is not None:
                here = within[:n]
                mel, target, speech, n = mel[:n][here], target[here], speech[here], int(here.sum())
            if not n:
                return {}
            out[name] = {
                "r": mean_correlation(mel[:n], target[:n]),
                "r_speech": mean_correlation(mel[:n], target[:n], speech),
                "frames": float(n),
            }
        # a constant has no correlation with anything: 0 by definition
        out[MEAN] = {"r": 0.0, "r_speech": 0.0, "frames": float(n)}
        return out


def _padded(decoded: Decoded) -> np.ndarray:
    """How sure the decoder was, (n, 3), NaN for the frames of one that cannot tell."""
    if len(decoded.sureness):
        return decoded.sureness
    return np.full((len(decoded.features), 3), np.nan, np.float32)


def _is_here(device: str) -> bool:
    try:
        pick_device(device)
    except DeviceError:
        return False
    return True
