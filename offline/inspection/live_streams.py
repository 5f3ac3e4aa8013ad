"""Which recorded stream a live session decoded, which frame each recorded one is, what was adjusted at which sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.decoder.fit import Fit
from bk_realtime.errors import BkError, InputError
from bk_realtime.montage.units import in_microvolts
from bk_realtime.session.adapt import Adjustment, read_adjustments
from bk_realtime.session.bundle import session_labels, trained_on
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.session.settings import InletSettings
from bk_realtime.xdf.reader import XdfStream

_PACKED_S = 0.5
"""Stamps within a packet are filled in, so that they may step back by less than this."""
_LEAST_SHARE = 0.05
"""Of the frames, those that bear a sample's very stamp where both have one clock; by luck 1 in 500 does."""
_APART_S = 0.004
"""Two measures of another machine's clock differ by less; a third of a frame."""
_AROUND_S = 5.0
"""Frames of samples that were late are stamped before the event that tells of them, and the voice goes on after it."""


def frames_of(newest: np.ndarray, stamps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which frame each stamp is of, by the stamps of the newest samples in the frames, and whether it is of one."""
    idx = np.minimum(np.searchsorted(newest, stamps - 1e-6), len(newest) - 1)
    return idx, np.abs(newest[idx] - stamps) < 1e-5


def stamps_sent(neural: XdfStream, at: np.ndarray, sent: np.ndarray) -> np.ndarray:
    """Stamps of the samples ``at`` of the decoded stream, as the engine gave them to what it made of them.

    They are the sender's own where that is on the engine's machine. Of another machine's the engine knows the clock by
    a measure of its own, which the recorder's is near: each sample gets the stamp that went out next to it.

    Parameters
    ----------
    sent : (m,) stamps of the frames that went out, of other segments too.
    """
    own: np.ndarray = neural.raw_stamps[at]
    if not len(own) or frames_of(own, sent)[1].sum() > _LEAST_SHARE * min(len(own), len(sent)):
        return own
    here: np.ndarray = neural.stamps[at]
    sent = np.sort(sent[(sent > here[0] - _AROUND_S) & (sent < here[-1] + _AROUND_S)])
    if not len(sent):
        return own
    left = sent - here[_nearest(here, sent)]
    shift = float(np.median(left))
    if abs(shift) > _APART_S:
        return own
    here = here + shift
    idx = _nearest(here, sent)
    good = np.abs(sent - here[idx]) < _APART_S
    here[idx[good]] = sent[good]
    return here


def _nearest(stamps: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which of ascending ``stamps`` is nearest to each one."""
    after = np.clip(np.searchsorted(stamps, wanted), 1, max(1, len(stamps) - 1))
    after = np.minimum(after, len(stamps) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(wanted - stamps[before] < stamps[after] - wanted, before, after)


def distrusted(events: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    """From when to when, in LSL time, live frames may carry times of arrival in place of the sender's stamps; an end
    of infinity where that lasted."""
    out: list[tuple[float, float]] = []
    for event in events:
        if event["event"] == "stamps" and not (out and np.isinf(out[-1][1])):
            out.append((float(event.get("time", -np.inf)) - _AROUND_S, np.inf))
        elif event["event"] == "stamps right" and out:
            out[-1] = (out[-1][0], float(event.get("time", np.inf)) + _AROUND_S)
    return out


def trusted(stamps: np.ndarray, without: Sequence[tuple[float, float]]) -> np.ndarray:
    """Which of these times lie in none of :func:`distrusted`."""
    good = np.ones(len(stamps), bool)
    for begin, end in without:
        good &= (stamps < begin) | (stamps > end)
    return good


def first_step_back(stamps: np.ndarray) -> int:
    """How many stamps there are before a sender's clock was set back: none after it names a sample for sure."""
    back = np.flatnonzero(np.diff(stamps) < -_PACKED_S)
    return int(back[0]) + 1 if len(back) else len(stamps)


def told_frames(
    begun: Sequence[dict[str, Any]],
    ends: Sequence[float],
    frames: np.ndarray,
    without: Sequence[tuple[float, float]],
    last: float,
) -> list[float]:
    """How many frames of each segment can be told.

    Parameters
    ----------
    begun, ends : their events, and the sender's stamps at which they end.
    frames : (n,) trusted stamps of frames that went out.
    without : see :func:`distrusted`; a segment that begins then has no first sample that is known.
    last : the last stamp of the sender that is sure.
    """
    starts = np.array([float(e["stamp"]) for e in begun])
    noted = np.array([float(e.get("time", -np.inf)) for e in begun])
    known = trusted(starts, without) & trusted(noted, without) & (starts <= last)
    return [float(np.sum((frames >= a) & (frames < b))) * k for a, b, k in zip(starts, ends, known, strict=True)]


def adjustments_in(
    events: Sequence[dict[str, Any]], stamps: np.ndarray, first: int, last: int
) -> tuple[tuple[int, Adjustment], ...]:
    """What holds in samples ``first`` to ``last``, and from which of them on; several at one sample: the last."""
    found: dict[int, Adjustment] = {}
    for adjustment in read_adjustments(events):
        at = int(np.argmin(np.abs(stamps - adjustment.stamp)))
        if at < last:
            found[max(0, at - first)] = adjustment
    return tuple(sorted(found.items(), key=lambda pair: pair[0]))


def decoded_stream(
    session: Path, streams: Sequence[XdfStream], bundle: Bundle, told: InletSettings
) -> tuple[XdfStream, Fit, np.ndarray | None]:
    """The one recorded stream that the session's decoder fits, how, and the factors to µV, all as the session was told.

    Raises
    ------
    InputError
        No stream fits, or several do.
    """
    label_map = session_labels(session)
    unit, gain = (None, None) if told.join else (told.unit or None, told.gain)  # what was joined is in µV already
    also, given = trained_on(bundle.labels, label_map), bundle.features.kind == "given"
    found, wrong = [], ""
    for stream in streams:
        described = stream.description
        if described.name.startswith(OUTLET_PREFIX) or described.channel_format == "string" or not described.sfreq:
            continue
        if (told.source_id and described.source_id != told.source_id) or not (told.name or described.is_neural):
            continue
        try:
            in_uv, factors, _ = in_microvolts(described, unit, gain, also, given)
            found.append((stream, bundle.check(in_uv, label_map), factors))
        except BkError as error:
            wrong = f" ({error})"
    if len(found) != 1:
        raise InputError(f"{session}: expected one recorded stream that the decoder fits, got {len(found)}{wrong}")
    return found[0]
