"""Check of a finished recording: counts per stream and a digest, kept in a small file beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from bk_realtime.config import read_toml, write_toml
from bk_realtime.xdf.salvage import scan_xdf


def verify_xdf(path: Path) -> dict[str, Any]:
    """Read a whole file back, chunk by chunk, without loading it.

    Returns
    -------
    dict
        ``complete`` (no damage, all footers there and right, and equal to the sidecar where one lies beside it),
        ``sha256``, ``bytes``, ``damaged_bytes``, ``problems`` (list of lines), and ``streams``: a list of
        ``{id, name, type, n_samples, first, last, clock_offsets, footer}``.

    Raises
    ------
    FileError, InputError
        The file is missing, is no XDF file, or holds no stream.
    """
    scan, buffer = scan_xdf(path)
    digest = hashlib.sha256()
    for at in range(0, scan.size, 1 << 24):
        digest.update(buffer[at : at + (1 << 24)])
    problems = [f"bytes {start} to {stop} are damaged or incomplete" for start, stop in scan.damaged]
    streams = []
    for stream_id, s in scan.streams.items():
        if s.footer_count is None:
            problems.append(f"stream {s.description.name!r} has no footer")
        elif s.footer_count != s.n_samples:
            problems.append(f"stream {s.description.name!r}: footer says {s.footer_count}, found {s.n_samples} samples")
        streams.append(
            {
                "id": stream_id,
                "name": s.description.name,
                "type": s.description.type,
                "n_samples": s.n_samples,
                "first": s.first if s.n_samples else None,
                "last": s.last if s.n_samples else None,
                "clock_offsets": len(s.clock_offsets),
                "footer": s.footer_count is not None,
            }
        )
    sidecar = sidecar_path(path)
    if sidecar.exists() and read_toml(sidecar).get("sha256") != digest.hexdigest():
        problems.append(f"the file is not the one that {sidecar.name} describes (sha256 differs)")
    return {
        "complete": not problems,
        "sha256": digest.hexdigest(),
        "bytes": scan.size,
        "damaged_bytes": sum(stop - start for start, stop in scan.damaged),
        "problems": problems,
        "streams": streams,
    }


def sidecar_path(path: Path) -> Path:
    """Where the check of a recording is kept: ``session.xdf`` -> ``session.xdf.check.toml``."""
    return path.with_name(path.name + ".check.toml")


def write_sidecar(path: Path, report: dict[str, Any]) -> Path:
    """Keep a report of :func:`verify_xdf` beside the recording; returns its path."""
    target = sidecar_path(path)
    kept = {k: v for k, v in report.items() if k != "streams"}
    kept["streams"] = [{k: v for k, v in s.items() if v is not None} for s in report["streams"]]
    write_toml(target, kept)
    return target
