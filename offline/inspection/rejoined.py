"""What an engine had that joined several streams: made again from those recorded, by the same class."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import InputError
from bk_realtime.join.names import joined_description
from bk_realtime.montage.units import in_microvolts, to_microvolts
from bk_realtime.session.settings import InletSettings
from bk_realtime.xdf.reader import XdfStream
from offline.io.join_partners import common_stamps
from offline.io.joined import Taken, join_samples
from offline.io.xdf.streams import Source


def as_decoded(
    session: Path,
    streams: Sequence[XdfStream],
    events: Sequence[dict[str, Any]],
    told: InletSettings,
    also: Sequence[str] = (),
    features: bool = False,
) -> list[XdfStream]:
    """The streams of a session's recording, with the joined ones (where it joined any) as the one that was decoded:
    the main stream's samples and stamps, the channels of all in µV.

    Parameters
    ----------
    events : of the session; they say with which samples joining began and which rows did not wait.
    told : what the session was told of its streams.
    also, features : as the engine's inlet has them, see :func:`~bk_realtime.montage.units.in_microvolts`.

    Raises
    ------
    InputError
        A stream that was joined is not in the recording.
    """
    begun = {int(e["stream"]): e for e in events if e["event"] == "joined" and "stamp" in e}
    if len(begun) < 2:
        return list(streams)
    parts = [_recorded(session, streams, begun[k]) for k in sorted(begun)]
    firsts = [int(np.argmin(np.abs(s.raw_stamps - begun[k]["stamp"]))) for k, s in enumerate(parts)]
    stamps = common_stamps([Source((s,)) for s in parts])
    described, taken = [], []
    for stream, first, times in zip(parts, firsts, stamps, strict=True):
        description, data = _in_microvolts(stream, told, also, features)
        described.append(description)
        taken.append(Taken(description.name, description.sfreq, data[first:], times[first:]))
    rows, _ = join_samples(taken[0], taken[1:])
    edges = np.cumsum([0, *(t.data.shape[1] for t in taken)])
    for event in events:
        if event["event"] == "late":
            k = int(event["stream"])
            for start, stop in event["rows"]:
                rows[start:stop, edges[k] : edges[k + 1]] = np.nan
    whole = np.full((len(parts[0]), edges[-1]), np.nan, np.float32)
    whole[: firsts[0], : edges[1]] = _in_microvolts(parts[0], told, also, features)[1][: firsts[0]]
    whole[firsts[0] :] = rows
    joined = dataclasses.replace(parts[0], description=joined_description(described))
    vars(joined)["data"] = whole  # in place of what the file holds
    return [joined if s is parts[0] else s for s in streams if s not in parts[1:]]


def _recorded(session: Path, streams: Sequence[XdfStream], begun: dict[str, Any]) -> XdfStream:
    found = [s for s in streams if s.description.name == begun["name"] and s.description.sfreq > 0 and len(s)]
    near = [s for s in found if np.abs(s.raw_stamps - begun["stamp"]).min() < 0.5 / s.description.sfreq]
    if not near:
        raise InputError(f"{session}: stream {begun['name']!r} was joined and is not in the recording from there on")
    return near[0]


def _in_microvolts(
    stream: XdfStream, told: InletSettings, also: Sequence[str], features: bool
) -> tuple[StreamDescription, np.ndarray]:
    """As the inlet does it: voltages in µV, other channels as they are."""
    description, scale, _ = in_microvolts(stream.description, told.unit or None, told.gain, also, features)
    return description, to_microvolts(np.asarray(stream.data), scale)
