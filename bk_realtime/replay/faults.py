"""Faults put into a replay on purpose, to see that a session survives and reports them: pure functions of tracks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from bk_realtime.config import from_dict, read_toml
from bk_realtime.errors import OptionError
from bk_realtime.replay.timeline import Track
from bk_realtime.typed import Within, check_within, said


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    Kinds: gap (samples missing), duplicate (samples sent twice), nan and flat and saturate (values), jitter (stamps),
    clock_jump (every stamp from then on is off by ``size_s``), drop (the stream disappears and returns).
    """

    kind: str
    at_s: Annotated[float, Within(-86_400, 1e7)]
    """Seconds after the beginning of the recording."""
    seconds: Annotated[float, Within(0, 1e7)] = 1.0
    """How long it lasts (clock_jump: to the end)."""
    stream: str = ""
    """Name, type or source_id of the stream; default: every neural stream."""
    channels: tuple[str, ...] = ()
    """Labels that it hits (nan, flat, saturate); default: all."""
    size_s: Annotated[float, Within(-1e7, 1e7)] = 0.02
    """Standard deviation of jitter, or size of the clock jump, in seconds."""
    seed: Annotated[int, Within(0, 2**62)] = 0
    """Of the jitter."""


def read_faults(path: Path) -> list[Fault]:
    """Faults from a TOML file with one ``[[fault]]`` table each.

    Raises
    ------
    OptionError
        No such file, unknown keys, unknown kinds.
    """
    values = read_toml(path)
    listed = values.pop("fault", None)
    if values or not isinstance(listed, list):
        raise OptionError(f"{path}: expected [[fault]] tables and nothing else, got {sorted(values) or 'none'}")
    return [_checked(from_dict(Fault, table, f"{path}: fault {i + 1}")) for i, table in enumerate(listed)]


def parse_fault(text: str) -> Fault:
    """A fault from ``KIND:AT_S[:SECONDS[:LABEL,LABEL]]``; for jitter and clock_jump the last part is ``size_s``.

    Examples
    --------
    >>> parse_fault("nan:10:2:A1,A2").channels
    ('A1', 'A2')
    """
    kind, *rest = text.split(":")
    try:
        if not 1 <= len(rest) <= 3:
            raise ValueError
        fault = Fault(kind, float(rest[0]), float(rest[1]) if len(rest) > 1 else 1.0)
        if len(rest) == 3 and kind in ("jitter", "clock_jump"):
            fault = dataclasses.replace(fault, size_s=float(rest[2]))
        elif len(rest) == 3:
            fault = dataclasses.replace(fault, channels=tuple(rest[2].split(",")))
    except ValueError:
        raise OptionError(f"fault {text!r}: expected KIND:AT_S[:SECONDS[:LABELS]], such as gap:10:0.5") from None
    return _checked(fault)


def _checked(fault: Fault) -> Fault:
    if fault.kind not in FAULT_KINDS:
        raise OptionError(f"fault {said(fault.kind)} is unknown: expected one of {', '.join(FAULT_KINDS)}")
    if fault.seconds < 0:
        raise OptionError(f"fault {fault.kind!r}: expected a duration of at least 0 s, got {fault.seconds:g}")
    check_within(fault, f"fault {fault.kind!r}")
    if fault.kind == "jitter" and fault.size_s < 0:
        raise OptionError(f"fault 'jitter': expected size_s of at least 0 s, got {fault.size_s:g}")
    return fault


def inject(tracks: Sequence[Track], faults: Sequence[Fault], begin: float) -> list[Track]:
    """The tracks with every fault put in, in the order given; the originals stay as they are.

    Parameters
    ----------
    begin : recording time in s that ``at_s`` counts from.

    Raises
    ------
    OptionError
        A fault names a stream or channel that is not there, or a value fault hits text.
    """
    out = list(tracks)
    for fault in faults:
        hit = [i for i, t in enumerate(out) if _matches(t, fault)]
        if not hit:
            have = ", ".join(repr(t.description.name) for t in tracks)
            raise OptionError(
                f"fault {fault.kind!r}: no stream {fault.stream or 'of a neural type'!r}; there are {have}"
            )
        for i in hit:
            t = out[i]
            if fault.kind in _VALUE_KINDS and not isinstance(t.data, np.ndarray):
                raise OptionError(f"fault {fault.kind!r} needs numbers, but stream {t.description.name!r} carries text")
            at = begin + fault.at_s
            first, last = (int(k) for k in np.searchsorted(t.due, [at, at + fault.seconds]))
            out[i] = FAULT_KINDS[fault.kind](t, fault, first, last)
    return out


def _matches(track: Track, fault: Fault) -> bool:
    description = track.description
    return (
        fault.stream in (description.name, description.type, description.source_id)
        if fault.stream
        else description.is_neural
    )


def _channels(track: Track, fault: Fault) -> list[int]:
    labels = track.description.labels
    for label in fault.channels:
        if label not in labels:
            raise OptionError(f"fault {fault.kind!r}: stream {track.description.name!r} has no channel {label!r}")
    return [labels.index(label) for label in fault.channels] or list(range(len(labels)))


def _take(track: Track, index: np.ndarray) -> Track:
    data = track.data[index] if isinstance(track.data, np.ndarray) else [track.data[i] for i in index]
    return dataclasses.replace(track, stamps=track.stamps[index], due=track.due[index], data=data)


def gap(track: Track, fault: Fault, first: int, last: int) -> Track:
    """Samples ``first`` to ``last`` never leave."""
    return _take(track, np.r_[0:first, last : len(track)])


def duplicate(track: Track, fault: Fault, first: int, last: int) -> Track:
    """Samples ``first`` to ``last`` leave twice, with the same stamps, the second time right after the first."""
    doubled = _take(track, np.r_[0:last, first : len(track)])
    return dataclasses.replace(doubled, due=np.maximum.accumulate(doubled.due))


def nan(track: Track, fault: Fault, first: int, last: int) -> Track:
    """Values become NaN (whole numbers: the lowest there is)."""
    kind = track.data.dtype
    return _set(track, fault, first, last, np.nan if kind.kind == "f" else np.iinfo(kind).min)


def flat(track: Track, fault: Fault, first: int, last: int) -> Track:
    """Values stay what they were when the fault began."""
    return _set(track, fault, first, last, track.data[max(0, min(first, len(track) - 1))]) if len(track) else track


def saturate(track: Track, fault: Fault, first: int, last: int) -> Track:
    """Values stick to the largest magnitude of their channel, sign kept."""
    if not len(track):
        return track
    rail = np.abs(track.data.astype(np.float64)).max(0)
    return _set(track, fault, first, last, np.copysign(rail, track.data[first:last]).astype(track.data.dtype))


def _set(track: Track, fault: Fault, first: int, last: int, value: object) -> Track:
    columns = _channels(track, fault)
    data = track.data.copy()
    values = np.broadcast_to(np.asarray(value, data.dtype), data[first:last].shape)
    data[first:last, columns] = values[:, columns]
    return dataclasses.replace(track, data=data)


def jitter(track: Track, fault: Fault, first: int, last: int) -> Track:
    """Stamps scatter by ``size_s`` (normal distribution); the samples leave as before."""
    stamps = track.stamps.copy()
    stamps[first:last] += np.random.default_rng(fault.seed).normal(scale=fault.size_s, size=last - first)
    return dataclasses.replace(track, stamps=stamps)


def clock_jump(track: Track, fault: Fault, first: int, last: int) -> Track:
    """From ``first`` on every stamp is off by ``size_s``, as after the sender's clock was set."""
    stamps = track.stamps.copy()
    stamps[first:] += fault.size_s
    return dataclasses.replace(track, stamps=stamps)


def drop(track: Track, fault: Fault, first: int, last: int) -> Track:
    """The stream disappears with its outlet, and returns with a new one of the same name."""
    if not len(track) or first == len(track):
        return track
    gone = float(track.due[first])
    return dataclasses.replace(gap(track, fault, first, last), outages=(*track.outages, (gone, gone + fault.seconds)))


_VALUE_KINDS = ("nan", "flat", "saturate")
FAULT_KINDS: dict[str, Callable[[Track, Fault, int, int], Track]] = {
    f.__name__: f for f in (gap, duplicate, nan, flat, saturate, jitter, clock_jump, drop)
}
"""Every kind of fault by name."""
