"""Recordings of several amplifiers as one: streams of a file, or files of a session, on the samples of the first."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bk_realtime.errors import OptionError
from bk_realtime.join import Joiner
from bk_realtime.join.names import joined_labels
from offline.io.grid import Grid, regular_grid
from offline.io.join_partners import (
    common_stamps,
    is_xdf,
    main_stream,
    named_file,
    neural_streams,
    on_the_axis_of,
    stream_of,
    told_name,
)
from offline.io.recording import Recording
from offline.io.xdf.streams import Source, pick

_PIECE_S = 10.0
_ALL: dict[str, Any] = {"channels": None, "exclude": ()}
_OF_THE_MAIN_STREAM = ("audio", "audio_channel", "markers", "sfreq")
Read = Callable[..., Recording]


class Taken(NamedTuple):
    """Samples of one amplifier as they came.

    rate : nominal rate in Hz.
    data : (n, n_channels) µV.
    stamps : (n,) seconds, on one clock for all that are joined.
    """

    name: str
    rate: float
    data: np.ndarray
    stamps: np.ndarray


def join_samples(main: Taken, partners: Sequence[Taken]) -> tuple[np.ndarray, Joiner]:
    """(n, all channels) float32 on the main stream's samples, by the class that joins live; and that with its figures:
    offset, drift and residual."""
    joiner = Joiner(main.rate, main.data.shape[1], [(p.rate, p.data.shape[1]) for p in partners])
    out = np.empty((len(main.data), sum(t.data.shape[1] for t in (main, *partners))), np.float32)
    at = [0] * (1 + len(partners))
    while True:
        streams = enumerate(zip((main, *partners), at, strict=True))
        left = [(float(t.stamps[i]), k) for k, (t, i) in streams if i < len(t.stamps)]
        joined = joiner.take() if left else joiner.finish()
        out[joined.first_index : joined.first_index + len(joined.data)] = joined.data
        if not left:
            return out, joiner
        k = min(left)[1]
        taken = (main, *partners)[k]
        piece = slice(at[k], at[k] + max(1, round(_PIECE_S * taken.rate)))
        joiner.push(k, taken.data[piece], taken.stamps[piece])
        at[k] = piece.stop


def read_joined(
    path: Path, join: Sequence[str], options: dict[str, Any], beside: dict[str, Any], read: Read
) -> Recording:
    """One recording with the channels of all.

    Parameters
    ----------
    path : the main recording.
    join : what is joined to it: neural streams of the same file (source id, name, type), or other files, which are read
        as NAME.toml beside each of them says.
    options : for the main recording.
    beside : options that NAME.toml beside it gives.
    read : reads one recording.

    Raises
    ------
    InputError
        No common clock: files without dates, or of formats that have none.
    OptionError
        A stream that is named twice, or is the main one.
    """
    alone: dict[str, Any] = {"join": (), **{key: empty for key, empty in _ALL.items() if key in beside}}
    neural = options.get("neural", beside.get("neural"))
    in_xdf = is_xdf(path)
    streams = neural_streams(path, bool(options.get("salvage"))) if in_xdf else []
    files = [named_file(path, name) for name in join]
    if in_xdf:
        own = [pick(streams, name, path) for name, file in zip(join, files, strict=True) if file is None]
        if len({id(s) for s in own}) < len(own):
            raise OptionError(f"{path}: --join names one stream twice: {', '.join(join)}")
        neural = told_name(main_stream(streams, own, neural, path), streams)
    main = read(path, **{**options, **alone, **({"neural": neural} if neural else {})})
    parts, sources = [main], [stream_of(path, streams, neural)]
    for name, file in zip(join, files, strict=True):
        if file is None:
            told = told_name(pick(streams, name, path), streams) if in_xdf else name
            extra = {k: v for k, v in options.items() if k in ("unit", "gain", "salvage")}
            unset = {key: None for key in _OF_THE_MAIN_STREAM if key in beside}
            parts.append(read(path, **{**extra, **unset, **alone, "neural": told}))
            sources.append(stream_of(path, streams, told))
        else:
            part = read(file, join=())
            parts.append(on_the_axis_of(part, file, path))
            found = neural_streams(file, False) if in_xdf and is_xdf(file) else []
            sources.append(stream_of(file, found, None))
    names = [p.name if s is None else s.description.name for p, s in zip(parts, sources, strict=True)]
    if not in_xdf:
        names = [p.name if f else n for p, n, f in zip(parts, [path.stem, *join], [path, *files], strict=True)]
    return _together(parts, names, sources, files)


def _together(
    parts: list[Recording], names: list[str], sources: list[Source | None], files: list[Path | None]
) -> Recording:
    main = parts[0]
    known = [s for s in sources if s is not None]
    stamps = dict(zip(map(id, known), common_stamps(known), strict=True)) if len(known) == len(parts) else {}
    taken, grids = [], []
    for part, name, source in zip(parts, names, sources, strict=True):
        one, grid = _taken(part, name, source, stamps.get(id(source)) if source is not None else None)
        taken.append(one)
        grids.append(grid)
    if any(g is None for g in grids):  # all or none: two kinds of time do not mix
        taken, grids = [_taken(p, n, None, None)[0] for p, n in zip(parts, names, strict=True)], [None] * len(parts)
    rows, joiner = join_samples(taken[0], taken[1:])
    neural = rows if grids[0] is None else grids[0].lay_out(rows)
    labels, label_notes = joined_labels(names, [p.labels for p in parts])
    notes = list(main.notes)
    for k, (part, name) in enumerate(zip(parts[1:], names[1:], strict=True), 1):
        notes += [f"{name}: {note}" for note in part.notes if note not in main.notes]
        notes.append(_figures(joiner, k, name, part, names[0], told=grids[0] is not None or files[k - 1] is None))
    own = [f for f in files if f is not None]
    extra: dict[str, Any] = {}
    if own:
        extra["source_hash"] = hashlib.sha256("".join(p.source_hash for p in parts).encode()).hexdigest()
        apart = [main, *(p for p, f in zip(parts[1:], files, strict=True) if f is not None)]
        extra["markers"] = [marker for part in apart for marker in part.markers]
        heard = next((p for p in parts if p.audio is not None), None)
        if main.audio is None and heard is not None:
            for key in ("audio", "sample_rate", "audio_start_s", "audio_rate", "unheard"):
                extra[key] = getattr(heard, key)
            extra["played_in"] = heard.played_in or main.played_in  # the voice that its microphone may have heard
            notes.append(f"audio: taken from {heard.name}")
    bad = [labels[k][p.labels.index(b)] for k, p in enumerate(parts) for b in p.bad]
    return dataclasses.replace(
        main,
        neural=neural,
        labels=tuple(label for own in labels for label in own),
        bad=tuple(bad),
        simulated=any(p.simulated for p in parts),
        neural_hash=hashlib.sha256("".join(p.neural_hash for p in parts).encode()).hexdigest(),
        also_read=tuple(dict.fromkeys((*(f for p in parts for f in p.also_read), *own))),
        notes=(*notes, *label_notes),
        **extra,
    )


def _figures(joiner: Joiner, k: int, name: str, part: Recording, main: str, told: bool) -> str:
    partner = joiner.partners[k - 1]
    rms, most = joiner.residual_ms(k)
    drift = (
        f"drift {joiner.drift_ppm(k):+.1f} ppm, residual {rms:.3f} ms rms and {most:.3f} ms at most"
        if told
        else "aligned by the dates in the files; a drift between the two clocks cannot be told"
    )
    share = partner.missing / max(1, partner.n_done)
    return (
        f"joined {name!r}: {part.n_channels} channels at {float(part.sfreq):g} Hz on the samples of {main!r}; "
        f"it begins {joiner.offset_s(k):+.4f} s after it, {drift}; {share:.2%} of the samples have none of it (NaN)"
    )


def _taken(part: Recording, name: str, source: Source | None, stamps: np.ndarray | None) -> tuple[Taken, Grid | None]:
    """Samples as they came with their own stamps, and where they lie in ``part``; without a stream (or where the reader
    put more than it together) all of the regular axis."""
    if source is not None and stamps is not None:
        own = regular_grid(source.stamps, float(part.sfreq), name, fingerprints=source.fingerprints)
        grid, kept = own.of_kept()
        if grid.length == len(part.neural) and abs(grid.start_s - part.neural_start_s) < 1e-6:
            rows = np.concatenate([np.arange(at, at + stop - start) for start, stop, at in grid.pieces])
            data = part.neural if len(rows) == len(part.neural) else part.neural[rows]
            return Taken(name, float(part.sfreq), data, stamps[kept]), grid
    axis = part.neural_start_s + np.arange(len(part.neural)) / part.neural_rate
    return Taken(name, part.neural_rate, part.neural, axis), None
