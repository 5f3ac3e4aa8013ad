"""`python -m tests.bench [NAME…] [--json] [--quick]`: run benches, print each figure with its baseline and ratio."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch or numpy load: the live path has one thread
os.environ.setdefault("LSLAPICFG", str(Path(__file__).resolve().parent.parent / "lsl_loop.cfg"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import tests.bench


def main() -> int:
    """Collect every module beside this one that offers ``run(quick)``."""
    names = sorted(i.name for i in pkgutil.iter_modules(tests.bench.__path__) if not i.name.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(names)}; default all")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quick", action="store_true", help="at most about 50 seconds each")
    args = parser.parse_args()
    unknown = sorted(set(args.names) - set(names))
    if unknown:
        print(f"error: no bench named {unknown[0]!r}; expected one of {', '.join(names)}", file=sys.stderr)
        return 2
    for name in args.names or names:
        module = importlib.import_module(f"tests.bench.{name}")
        if not hasattr(module, "run"):
            continue
        for row in module.run(args.quick):
            print(json.dumps(row) if args.json else _line(row), flush=True)
    return 0


def _line(row: dict) -> str:
    def number(value: object) -> str:
        return f"{value:.4g}" if isinstance(value, float) else str(value)

    detail = ", ".join(f"{k} {number(v)}" for k, v in (row.get("detail") or {}).items())
    return (
        f"{row['name']:<18} {number(row['value'])} {row['unit']}   baseline {number(row['baseline'])}   "
        f"ratio {number(row['ratio'])}   {detail}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
