"""The process that reads damaged input, started by `runner`: one line in for each input, one line out.

A line in is JSON ``{"target": NAME, "path": FILE}``; a line out ``{"what": accepted, refused or crash, …}``.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 1 << 30
"""Bytes that the reading of one input may take beside what the process has."""
LONGEST_LINE = 4000
"""So much of a message is told."""


def main() -> None:
    """Read inputs until standard input closes."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what readers print is nobody's answer
        warnings.simplefilter("ignore")
        import torch

        from tests.fuzz import seeds
        from tests.fuzz.targets import TARGETS

        torch.set_num_threads(1)
        with tempfile.TemporaryDirectory() as name:
            whole = b"bundle.toml\n" + (seeds.BUNDLE / "bundle.toml").read_bytes()
            TARGETS["bundle"].read(whole, Path(name))  # compiled and loaded before the limit
        _limit_memory()
        print("ready", file=out, flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            told = outcome(TARGETS[asked["target"]].read, Path(asked["path"]).read_bytes())
            print(json.dumps(told), file=out, flush=True)


def outcome(read: Any, data: bytes) -> dict[str, Any]:
    """What became of one input, with the seconds that it took."""
    from bk_realtime.errors import BkError

    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        try:
            read(data, Path(name))
            told = {"what": "accepted"}
        except BkError as error:
            line = str(error).strip()
            if "\n" in line or not line:
                told = {"what": "crash", "where": f"not one line in {_where(error)}", "text": line[:LONGEST_LINE]}
            else:
                told = {"what": "refused", "text": line[:LONGEST_LINE]}
        except (Exception, RecursionError) as error:
            told = {"what": "crash", "where": _where(error), "text": traceback.format_exc()[-LONGEST_LINE:]}
    return {**told, "seconds": time.monotonic() - begin}


def _where(error: BaseException) -> str:
    """Kind of the error and the innermost line of the product: the same fault is told once."""
    frames = [
        f"{Path(frame.filename).relative_to(ROOT)}:{frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT) and "site-packages" not in frame.filename
    ]
    ours = [frame for frame in frames if not frame.startswith("tests")] or frames
    return f"{type(error).__name__} in {ours[-1] if ours else '?'}"


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):  # not on Windows
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    main()
