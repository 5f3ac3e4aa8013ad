"""`python -m tests.fuzz [TARGET…]`: damaged and odd input for every reader, for BK_FUZZ_S seconds (300); then a table.

The corpus is read first. An input that ends in something else than one line, that takes more than 30 s or 1 GiB, is a
find: it is written to tests/fuzz/corpus, where it is a test from then on, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import time
from pathlib import Path

from tests.fuzz.runner import HEADING, Child, Result, corpus, drawn, feed, keep, temporary_folder
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Fuzz in turns of a second or so for each target."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"any of: {', '.join(TARGETS)}; default all")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("BK_FUZZ_S", "300")))
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="default: another one each time")
    args = parser.parse_args()
    unknown = sorted(set(args.targets) - set(TARGETS))
    if unknown:
        print(f"error: no target named {unknown[0]!r}; expected one of {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    names = args.targets or list(TARGETS)
    results = {name: Result(name) for name in names}
    print(f"seed {args.seed}, {args.seconds:g} s", flush=True)
    with temporary_folder() as folder:
        child = Child(Path(folder))
        try:
            child.start()
            for name in names:
                for _ in feed(child, results[name], corpus(name).values()):
                    pass
            sources = {name: feed(child, results[name], drawn(name, args.seed)) for name in names}
            end = time.monotonic() + args.seconds
            while time.monotonic() < end:
                for name in names:
                    turn = time.monotonic() + 1.0
                    while time.monotonic() < min(turn, end):
                        next(sources[name])
        finally:
            child.close()
    print(HEADING)
    for result in results.values():
        print(result.line())
    n_finds = 0
    for result in results.values():
        for where, (data, text) in result.finds.items():
            n_finds += 1
            name = f"{re.sub(r'[^a-zA-Z0-9]+', '_', where)[:60]}-{hashlib.sha256(data).hexdigest()[:8]}"
            print(f"\n{result.target}: {where}\n  {keep(result.target, data, name)}\n{text}")
    return 1 if n_finds else 0


if __name__ == "__main__":
    raise SystemExit(main())
