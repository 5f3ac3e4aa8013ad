"""`python -m tests.bench [NAME…] [--json] [--quick] [--device D]`: run benches, print figures, baselines and ratios.

Figures of networks are printed for the CPU and, where there is one, for the CUDA card, each with its ``device``.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import os
import pkgutil
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch or numpy load: the live path has one thread
os.environ.setdefault("LSLAPICFG", str(Path(__file__).resolve().parent.parent / "lsl_loop.cfg"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import tests.bench
from bk_realtime.device import pick_device
from bk_realtime.errors import BkError


def main() -> int:
    """Collect every module beside this one that offers ``run(quick)`` or ``run(quick, device)``."""
    names = sorted(i.name for i in pkgutil.iter_modules(tests.bench.__path__) if not i.name.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(names)}; default all")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quick", action="store_true", help="at most about 50 seconds each")
    parser.add_argument("--device", default="auto", help="cpu, cuda, or auto: both where there is a card")
    args = parser.parse_args()
    unknown = sorted(set(args.names) - set(names))
    if unknown:
        print(f"error: no bench named {unknown[0]!r}; expected one of {', '.join(names)}", file=sys.stderr)
        return 2
    try:
        devices = _devices(args.device)
    except BkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name in args.names or names:
        module = importlib.import_module(f"tests.bench.{name}")
        if not hasattr(module, "run"):
            continue
        if "device" in inspect.signature(module.run).parameters:
            rows = (
                row | {"detail": row["detail"] | {"device": d}} for d in devices for row in module.run(args.quick, d)
            )
        else:
            rows = module.run(args.quick) if "cpu" in devices else ()
        for row in rows:
            print(json.dumps(row) if args.json else _line(row), flush=True)
    return 0


def _on(device: str, row: dict) -> dict:
    return row | {"detail": row["detail"] | {"device": device}}


def _devices(wanted: str) -> list[str]:
    """The devices to run on, side by side; a card that is not there is a :class:`BkError`."""
    import torch

    if wanted == "auto":
        return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
    return [pick_device(wanted)]


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
