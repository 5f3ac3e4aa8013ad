"""Where compiled code is kept between starts: a folder of its own for each state of the sources.

Numba keeps what it compiled beside the source and compiles anew when that one file changes, but not when a function
that it calls changes in another file: after an update old code would run, unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_KEPT = 3
"""States of the sources whose compiled code stays on disk; a few megabytes each."""


def fingerprint(packages: Sequence[Path]) -> str:
    """Twelve hex digits that change with every source file in ``packages`` that numba compiles."""
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted(package.rglob("*.py")):
            source = path.read_bytes()
            if b"njit" in source:
                digest.update(f"{path.relative_to(package.parent).as_posix()} {len(source)}\n".encode())
                digest.update(source)
    return digest.hexdigest()[:12]


def cache_folder(packages: Sequence[Path]) -> Path:
    """Folder for compiled code of the present sources, beside the first package's byte code; old ones are removed."""
    root = packages[0] / "__pycache__"
    folder = root / f"numba-{fingerprint(packages)}"
    if not folder.exists():
        old = sorted(root.glob("numba-*"), key=_written)
        for path in old[: max(0, len(old) - _KEPT + 1)]:
            shutil.rmtree(path, ignore_errors=True)  # another process may hold it; it goes next time
    return folder


def _written(path: Path) -> float:
    """When a folder was written; the processes of a session start together and one may have removed it already."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def keep_compiled_code() -> None:
    """Tell numba where, before it is imported; NUMBA_CACHE_DIR in the environment wins.

    Where the folder cannot be written numba takes one of the user's own, by itself.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    here = Path(__file__).parent
    folder = str(cache_folder([here, here.parent / "offline"]))
    os.environ["NUMBA_CACHE_DIR"] = folder
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = folder


def is_compiled(module: str) -> bool:
    """Whether compiled code of any function of ``module`` (its file's name) is kept already."""
    return any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob(f"{module}.*.nbi"))
