"""Compiled functions, and where their code is kept between starts: a folder for each state of the sources.

Numba keeps what it compiled beside the source and compiles anew when that one file changes, but not when a function
that it calls changes in another file: after an update old code would run, unnoticed. So every compiled function here
is made by :func:`njit`, which knows the folder; nothing happens before the first one is made.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, overload

F = TypeVar("F", bound=Callable[..., Any])

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


def kept_in() -> Path:
    """The folder in use: NUMBA_CACHE_DIR of the environment, else that of the present sources.

    Where it cannot be written numba takes one of the user's own, by itself.
    """
    return Path(os.environ.get("NUMBA_CACHE_DIR") or _own_folder())


@functools.cache
def _own_folder() -> Path:
    here = Path(__file__).parent
    return cache_folder([here, here.parent / "offline"])


@overload
def njit(function: F) -> F: ...
@overload
def njit(**options: Any) -> Callable[[F], F]: ...
def njit(function: Any = None, **options: Any) -> Any:
    """Decorator: ``numba.njit`` without Python's lock, its code kept; with further options of numba or as it is."""
    import numba

    numba.config.CACHE_DIR = str(kept_in())  # type: ignore[attr-defined]  # looked at now, when a function is made
    decorator = numba.njit(cache=True, nogil=True, **options)
    return decorator if function is None else decorator(function)


def is_compiled(module: str) -> bool:
    """Whether compiled code of any function of ``module`` (its file's name) is kept already."""
    return any(kept_in().rglob(f"{module}.*.nbi"))
