"""LSL outlets of the engine: everything worth seeing or recording, with the metadata conventions of XDF.

| name | type | content |
|---|---|---|
| BrainKaraoke-mel | Mel | (n_mels,) natural-log mel, 86.13 Hz; stamp: newest neural sample in the frame |
| BrainKaraoke-audio | Audio | decoded voice as it is sent to the ear |
| BrainKaraoke-features | Features | z-scored features as the decoder sees them |
| BrainKaraoke-attention | Attention | weights over past encoder frames, where the decoder has them |
| BrainKaraoke-gate | Gate | probability of speech and whether the speech gate is open, where there is one |
| BrainKaraoke-sureness | Sureness | predicted error in dB, how sure the decoder is, and whether it is unsure |
| BrainKaraoke-status | Status | JSON, about 10 a second |
| BrainKaraoke-events | Markers | JSON, one a fault, command or marker |
| BrainKaraoke-conditions | Conditions | JSON, one a change of condition, where the session has any |
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pylsl

from bk_realtime import __version__
from bk_realtime.config import MelSettings
from bk_realtime.session.names import OUTLET_PREFIX, source_id

_KEPT_S = 5  # for a receiver that hangs; more would only be late
_KEPT_TEXTS = 3600


class EngineOutlets:
    """Publishes one session.

    Parameters
    ----------
    session : session id; part of every source_id (``bk-<session>-<stream>``) and of the metadata.
    n_features : width of the features.
    mel : mel settings, for rates, widths and metadata.
    simulated : whether the neural signal is simulated; every stream says so.
    feature_labels : one a feature; ``feature1`` ... otherwise.
    n_attention : number of attention weights; 0: no such outlet.
    conditions : whether the session has conditions; else no such outlet.
    gate, sureness : the decoder has a speech gate, says how sure it is.
    """

    def __init__(
        self,
        session: str,
        n_features: int,
        mel: MelSettings,
        simulated: bool,
        feature_labels: Sequence[str] | None = None,
        n_attention: int = 0,
        conditions: bool = False,
        gate: bool = False,
        sureness: bool = False,
    ) -> None:
        self._session, self._simulated = session, simulated
        frame_rate = mel.sample_rate / mel.hop_length
        labels = list(feature_labels or [f"feature{i + 1}" for i in range(n_features)])
        if len(labels) != n_features:
            raise ValueError(f"EngineOutlets: expected {n_features} feature labels, got {len(labels)}")
        mels = [f"mel{i}" for i in range(mel.n_mels)]
        self._mel = self._outlet("mel", "Mel", frame_rate, mels, "log magnitude", "MEL", mel)
        self._audio = self._outlet("audio", "Audio", mel.sample_rate, ["decoded voice"], "full scale", "AUDIO")
        self._features = self._outlet("features", "Features", frame_rate, labels, "z-score", "FEATURE")
        weights = [f"t-{n_attention - 1 - i}" for i in range(n_attention)]
        self._attention = None
        if n_attention:
            self._attention = self._outlet("attention", "Attention", frame_rate, weights, "weight", "ATTENTION")
        self._gate = None
        if gate:
            self._gate = self._outlet("gate", "Gate", frame_rate, ["speech", "open"], "probability", "GATE")
        self._sureness = None
        if sureness:
            said = ["error", "sure", "unsure"]
            self._sureness = self._outlet("sureness", "Sureness", frame_rate, said, "dB, share, flag", "SURENESS")
        self._status = self._outlet("status", "Status", 0.0, ["status"], "json", "STATUS")
        self._events = self._outlet("events", "Markers", 0.0, ["events"], "json", "MARKER")
        self._conditions = None
        if conditions:
            self._conditions = self._outlet("conditions", "Conditions", 0.0, ["conditions"], "json", "MARKER")

    def _outlet(
        self,
        stream: str,
        kind: str,
        rate: float,
        labels: list[str],
        unit: str,
        channel_type: str,
        mel: MelSettings | None = None,
    ) -> pylsl.StreamOutlet:
        text = rate == 0.0
        info = pylsl.StreamInfo(
            OUTLET_PREFIX + stream,
            kind,
            len(labels),
            pylsl.IRREGULAR_RATE if text else rate,
            pylsl.cf_string if text else pylsl.cf_float32,
            source_id(self._session, stream),
        )
        info.set_channel_labels(labels)
        info.set_channel_units([unit] * len(labels))
        info.set_channel_types([channel_type] * len(labels))
        desc = info.desc()
        desc.append_child_value("session", self._session)
        desc.append_child_value("simulated", "true" if self._simulated else "false")
        desc.append_child("acquisition").append_child_value("software", f"BrainKaraoke {__version__}")
        if mel is not None:
            settings = desc.append_child("mel")
            for key, value in dataclasses.asdict(mel).items():
                if key != "n_mels":  # it is the number of channels
                    settings.append_child_value(key, f"{value}")
        # irregular streams: LSL counts kept samples in hundreds
        return pylsl.StreamOutlet(info, max_buffered=_KEPT_TEXTS // 100 if text else _KEPT_S)

    def push_mel(self, frames: np.ndarray, stamps: np.ndarray) -> None:
        """(n, n_mels) natural-log mel and (n,) stamps on this machine's LSL clock."""
        _push(self._mel, frames, stamps)

    def push_features(self, frames: np.ndarray, stamps: np.ndarray) -> None:
        """(n, n_features) and (n,) stamps."""
        _push(self._features, frames, stamps)

    def push_attention(self, weights: np.ndarray, stamps: np.ndarray) -> None:
        """(n, n_attention) weights, oldest encoder frame first, and (n,) stamps; one row may come without its axis.

        Raises
        ------
        ValueError
            This session announced no attention.
        """
        if self._attention is None:
            raise ValueError("EngineOutlets: expected n_attention > 0 at construction, got attention weights without")
        _push(self._attention, np.atleast_2d(weights), stamps)

    def push_gate(self, said: np.ndarray, stamps: np.ndarray) -> None:
        """(n, 2) probability of speech and whether the gate is open, and (n,) stamps."""
        if self._gate is not None:
            _push(self._gate, said, stamps)

    def push_sureness(self, said: np.ndarray, stamps: np.ndarray) -> None:
        """(n, 3) predicted error in dB, how sure, and whether unsure, and (n,) stamps."""
        if self._sureness is not None:
            _push(self._sureness, said, stamps)

    def push_audio(self, samples: np.ndarray, stamps: np.ndarray) -> None:
        """(n,) samples at the audio rate and (n,) stamps, or the newest sample's alone."""
        _push(self._audio, samples.reshape(-1, 1), np.atleast_1d(stamps))

    def push_status(self, status: Mapping[str, Any]) -> None:
        """One JSON object now; figures that are no numbers (NaN, infinity) become null."""
        self._status.push_sample([_json(status)])

    def push_condition(self, line: str, stamp: float) -> None:
        """One line of the record of conditions, with the stamp of the sound it is about.

        Raises
        ------
        ValueError
            This session announced no conditions.
        """
        if self._conditions is None:
            raise ValueError("EngineOutlets: expected conditions at construction, got a line without")
        self._conditions.push_sample([line], stamp)

    def push_event(self, event: Mapping[str, Any]) -> None:
        """One JSON object; stamped with its ``time`` where it has one."""
        self._events.push_sample([_json(event)], float(event.get("time", 0.0)))


def _push(outlet: pylsl.StreamOutlet, rows: np.ndarray, stamps: np.ndarray) -> None:
    if not len(rows):
        return
    if len(stamps) == len(rows) and len(stamps) > 1:
        outlet.push_chunk(rows, np.asarray(stamps, np.float64).tolist())
    else:
        outlet.push_chunk(rows, float(stamps[-1]))


def _json(value: Mapping[str, Any]) -> str:
    try:
        return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
    except RecursionError:  # what a client sent along is nested without end
        return json.dumps({key: str(value.get(key, ""))[:200] for key in ("event", "text", "state")})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
