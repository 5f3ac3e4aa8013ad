"""`python -m bk_realtime record --verify FILE` and `--repair FILE`: is a recording whole, and a whole copy."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from bk_realtime.errors import OptionError
from bk_realtime.xdf.hash_chain import chain_path, in_words
from bk_realtime.xdf.repair import repair_xdf, repaired_path
from bk_realtime.xdf.verify import verify_xdf


def verify(path: Path, head: str = "") -> int:
    """Say what is in a recording and what is wrong with it.

    Parameters
    ----------
    head : what the hash chain must end with; empty where nobody noted it down.

    Returns
    -------
    int
        0 whole, 1 not whole.

    Raises
    ------
    BkError
        There is no such file, or it is no XDF file.
    """
    if head and not re.fullmatch("[0-9a-f]{64}", head):
        raise OptionError(f"--head {head}: expected the 64 digits (0 to 9, a to f) that the recording ended with")
    report = verify_xdf(path, with_stamps=True)
    problems, chain = report["problems"], report["chain"]
    if head and chain.get("head") != head:
        found = f"with {chain['head']}" if chain else "nowhere: there is none"
        problems.append(f"the hash chain ends {found}, not with {head}: this is not the recording that was noted down")
    print(f"{path}: {report['bytes']} bytes, sha256 {report['sha256']}")
    for stream in report["streams"]:
        print(f"  {_stream(stream)}")
    print(f"  {in_words(chain)}")
    if chain:
        print(f"  {chain_path(path).name} covers {chain['covered']} of {report['bytes']} bytes")
    if report["damaged_bytes"]:
        print(f"  {report['damaged_bytes']} bytes are damaged or incomplete; --repair FILE makes a copy of the rest")
    for problem in problems:
        print(f"  not whole: {problem}")
    print(f"{path}: " + (f"NOT whole, {len(problems)} reasons above" if problems else "whole"), flush=True)
    return 1 if problems else 0


def repair(path: Path) -> int:
    """Write a whole copy of a recording beside it, say what was lost, and verify the copy.

    Returns
    -------
    int
        0 the copy is whole, or none was needed; 1 the copy is not whole.

    Raises
    ------
    BkError
        There is no such file, nothing in it can be saved, or the copy cannot be written.
    """
    out = repaired_path(path)
    done = repair_xdf(path, out)
    if not done.needed:
        print(f"{path}: nothing is missing, so no copy was made; --verify FILE says whether it was changed", flush=True)
        return 0
    for line in done.lost:
        print(f"  lost: {line}")
    for line in done.anew:
        print(f"  written anew: {line}")
    if chain_path(path).exists():
        print(f"  the copy has no hash chain; keep {path.name} and {chain_path(path).name}, which prove each other")
    return verify(out)


def _stream(s: dict[str, Any]) -> str:
    parts = [f"{s['n_samples']} samples", f"{s['seconds']:.1f} s"]
    parts += [] if math.isnan(s["rate"]) else [f"{s['rate']:.6g} Hz"]
    parts.append(f"{s['gaps']} gaps ({s['missing_s']:.3f} s missing)" if s["gaps"] else "no gaps")
    back = f"stamps go back {s['steps_back']} times, by {1e3 * s['furthest_back_s']:.3g} ms at most"
    parts.append(back if s["steps_back"] else "stamps in order")
    parts.append(f"{s['clock_offsets']} clock offsets" if s["clock_offsets"] else "no clock offsets")
    parts.append("footer" if s["footer"] else "no footer")
    return f"{s['name']} ({s['type']}): " + ", ".join(parts)
