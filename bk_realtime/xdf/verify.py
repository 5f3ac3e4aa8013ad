"""Check of a finished recording: counts per stream, digest and hash chain, kept in a small file beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bk_realtime.config import read_toml, write_toml
from bk_realtime.errors import BkError
from bk_realtime.shown import named
from bk_realtime.xdf.hash_chain import ChainCheck, chain_path, check_chain
from bk_realtime.xdf.mapped import sha256_of
from bk_realtime.xdf.salvage import damage_in_words, scan_xdf
from bk_realtime.xdf.stamp_figures import stamp_figures


def verify_xdf(path: Path, with_stamps: bool = False) -> dict[str, Any]:
    """Read a whole file back, chunk by chunk, without loading it.

    Parameters
    ----------
    with_stamps : look at every time stamp too; each stream then has the fields of :class:`StampFigures` as well.

    Returns
    -------
    dict
        ``complete`` (no damage, all footers there and right, and equal to sidecar and hash chain where they lie beside
        it), ``sha256``, ``bytes``, ``damaged_bytes``, ``problems`` (list of lines), ``chain`` (``{session, started,
        links, covered, head, closed}``; empty where there is none), and ``streams``: a list of ``{id, name, type,
        source_id, simulated, n_samples, first, last, clock_offsets, footer}``.

    Raises
    ------
    FileError, InputError
        The file is missing, is no XDF file, or holds no stream.
    """
    scan, buffer = scan_xdf(path, keep_samples=with_stamps)
    digest = sha256_of(buffer, 0, scan.size)
    problems = damage_in_words(scan)
    streams = []
    for stream_id, s in scan.streams.items():
        if s.footer_count is None:
            problems.append(f"stream {named(s.description.name)} has no footer")
        elif s.footer_count < 0 or s.footer_count > s.n_samples:  # some recorders count the last sample not: none lost
            problems.append(
                f"stream {named(s.description.name)}: footer says {s.footer_count}, found {s.n_samples} samples"
            )
        streams.append(
            {
                "id": stream_id,
                "name": s.description.name,
                "type": s.description.type,
                "source_id": s.description.source_id,
                "simulated": s.description.simulated,
                "n_samples": s.n_samples,
                "first": s.first if s.n_samples else None,
                "last": s.last if s.n_samples else None,
                "clock_offsets": len(s.clock_offsets),
                "footer": s.footer_count is not None,
            }
            | (vars(stamp_figures(s, buffer)) if with_stamps else {})
        )
    chain = check_chain(path, buffer)
    problems += [] if chain is None else chain.problems
    sidecar = sidecar_path(path)
    kept: dict[str, Any] = {}
    if sidecar.exists():
        try:
            kept = read_toml(sidecar)
        except BkError as error:
            problems.append(str(error))
        if kept.get("sha256") != digest:
            problems.append(f"the file is not the one that {sidecar.name} describes (sha256 differs)")
    problems += _differs(kept.get("chain"), chain, path)
    return {
        "complete": not problems,
        "sha256": digest,
        "bytes": scan.size,
        "damaged_bytes": sum(stop - start for start, stop in scan.damaged),
        "problems": problems,
        "chain": {} if chain is None else {k: v for k, v in vars(chain).items() if k != "problems"},
        "streams": streams,
    }


def _differs(kept: Any, chain: ChainCheck | None, path: Path) -> list[str]:
    """Where the chain is not the one that the sidecar knew when the recording ended."""
    if not isinstance(kept, dict) or not kept:
        return []
    name, sidecar = chain_path(path).name, sidecar_path(path).name
    if chain is None:
        return [f"{name}, which {sidecar} tells of, is missing: whether anything was changed cannot be told by it"]
    return [] if chain.head == kept.get("head") else [f"{name} does not end as {sidecar} says: the chain was changed"]


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
