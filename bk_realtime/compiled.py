"""Where compiled code is kept between starts: a folder of its own for each state of the sources.

Numba keeps what it compiled beside the source and compiles anew when that one file changes, but not when a function
that it calls changes in another file: after an update old code would run, unnoticed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_KEPT = 3
"""States of the sources whose compiled code stays on disk; a few megabytes each."""


def fingerprint(packages: Sequence[Path]) -> str:
    """Twelve hex digits that change with every source file in ``packages`` that numba compiles."""
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted(_sources(package)):
            source = path.read_bytes()
            if b"njit" in source:
                digest.update(f"{path.relative_to(package.parent).as_posix()} {len(source)}\n".encode())
                digest.update(source)
    return digest.hexdigest()[:12]


def _sources(package: Path) -> Iterator[Path]:
    """Python files of ``package``; byte code is not entered, another process may be removing folders there."""
    for folder, inside, names in os.walk(package):
        inside[:] = [name for name in inside if name != "__pycache__"]
        yield from (Path(folder, name) for name in names if name.endswith(".py"))


def cache_folder(packages: Sequence[Path]) -> Path:
    """Folder for compiled code of the present sources, beside the first package's byte code; old ones are removed."""
    root = packages[0] / "__pycache__"
    folder = root / f"numba-{fingerprint(packages)}"
    if not folder.exists():
        old = sorted((path for path in root.glob("numba-*") if path != folder), key=_age)
        for path in old[: max(0, len(old) - _KEPT + 1)]:
            _remove(path)
    return folder


def _age(path: Path) -> tuple[float, str]:
    """Sort key, oldest first; the processes of a session start together and one may have removed it already."""
    try:
        return path.stat().st_mtime, path.name
    except FileNotFoundError:
        return 0.0, path.name


def _remove(folder: Path) -> None:
    """Remove ``folder``; renamed first, because one that is being emptied looks newly written to other processes."""
    doomed = folder.with_name(f"removed-{folder.name}")
    with contextlib.suppress(OSError):  # another process was first, or holds it open: it goes next time
        folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)


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
