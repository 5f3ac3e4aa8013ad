"""What is in the file so far, as one line of JSON: for a program that started the recorder and shows it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.shown import short, shown

MOST = 24
"""Streams in one line; of more there is only the number."""


def figures_line(streams: Iterable[RecordedStream], counts: Mapping[int, int], n_bytes: int, seconds: float) -> str:
    """``{"figures": {"seconds", "bytes", "streams": [{"name", "type", "rate", "n", "gone"}], "more"}}``.

    Parameters
    ----------
    streams : the recorder's; parts of one that came back are added up.
    counts : samples in the file, by the stream's number there.
    n_bytes, seconds : size of the file, and since when it is written.
    """
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for s in streams:
        d = s.description
        row = rows.setdefault(
            (d.name, d.type, d.source_id),
            {"name": _short(d.name, 60), "type": _short(d.type, 20), "rate": float(d.sfreq), "n": 0, "gone": True},
        )
        row["n"] += counts.get(s.stream_id, 0)
        row["gone"] = row["gone"] and s.gone_since is not None
    listed = list(rows.values())
    found = {"seconds": round(seconds, 3), "bytes": n_bytes, "streams": listed[:MOST], "more": len(listed[MOST:])}
    return json.dumps({"figures": found}, ensure_ascii=False)


def saved_line(rows: Iterable[Mapping[str, Any]]) -> str:
    """``{"saved": {name: samples}}`` of the file that was read back; ``rows``: the streams of its check."""
    saved: Counter[str] = Counter()
    for row in rows:
        saved[_short(str(row["name"]), 60)] += int(row["n_samples"])
    return json.dumps({"saved": dict(saved.most_common()[:MOST])}, ensure_ascii=False)


def _short(text: str, longest: int) -> str:
    """So short that no line is cut, and of letters that nobody escapes a second time."""
    return short(shown(text, longest), longest)
