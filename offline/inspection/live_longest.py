"""The longest part of a session that was decoded without a reset: by its events, and its frames by their stamps."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bk_realtime.clock import FrameClock
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import InputError
from bk_realtime.montage.units import to_microvolts
from bk_realtime.session.bundle import session_labels, trained_on
from bk_realtime.session.events import read_events
from bk_realtime.session.folder import read_session
from bk_realtime.session.names import OUTLET_PREFIX, SETTINGS
from bk_realtime.session.settings import InletSettings
from bk_realtime.xdf.reader import read_xdf
from offline.inspection.live_gate import recorded_gate
from offline.inspection.live_segment import LiveSegment
from offline.inspection.live_streams import (
    adjustments_in,
    decoded_stream,
    distrusted,
    first_step_back,
    frames_of,
    stamps_sent,
    told_frames,
    trusted,
)
from offline.inspection.live_swaps import changes_in
from offline.inspection.rejoined import as_decoded
from offline.io.options import ReadOptions
from offline.io.sound import read_samples


def longest_segment(session: Path, bundle: Bundle, read: ReadOptions | None = None) -> LiveSegment:
    """Find it from the events and the recording.

    Parameters
    ----------
    bundle : the decoder that ran, at first.
    read : how to read the recording for its microphone.

    Raises
    ------
    InputError
        Nothing was decoded, or it cannot be told which samples live frames were made of.
    """
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
    at = first + np.array([clock.boundary(k, fit.rate) for k in range(n_frames)], int) - 1
    newest = stamps_sent(neural, at, live[0].raw_stamps)
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
    return LiveSegment(
        session=session,
        bundle=bundle,
        labels=fit.labels,
        neural=data,
        mel=np.asarray(live[0].data)[inside],
        frame_idx=idx[inside],
        mel_stamps=live[0].raw_stamps[inside],
        changes=changes,
        times=neural.stamps[first:last],
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
