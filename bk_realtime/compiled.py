"""Compiled functions, and where their code is kept between starts: a folder for each state of the sources.

Numba keeps what it compiled beside the source and compiles anew when that one file changes, but not when a function
that it calls changes in another file: after an update old code would run, unnoticed. So every compiled function here
is made by :func:`njit`, which knows the folder; nothing happens before the first one is made.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, overload

F = TypeVar("F", bound=Callable[..., Any])

_FROM = re.compile(r"from ([\w.]+) import (\([^)]*\)|.+)")
_IMPORT = re.compile(r"import (.+)")
_WORD = re.compile(r"[\w.]+")
_KEPT = 3
"""States of the sources whose compiled code stays on disk; a few megabytes each."""


def fingerprint(packages: Sequence[Path]) -> str:
    """Twelve hex digits that change with every source file in ``packages`` that compiled code is made from.

    These are the files with compiled functions, the files that they import, and so on: a compiled function keeps the
    values that its globals had, wherever these come from.
    """
    sources = {name: source for package in packages for name, source in _sources(package)}
    found = {name for name, source in sources.items() if b"njit" in source}
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        new = (_imports(name, sources[name].decode()) & sources.keys()) - found
        found |= new
        waiting += new
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name} {len(sources[name])}\n".encode())
        digest.update(sources[name])
    return digest.hexdigest()[:12]


def _sources(package: Path) -> Iterator[tuple[str, bytes]]:
    """Dotted name and content of every Python file of ``package``, a package's own being ``….__init__``.

    Byte code is not entered, another process may be removing folders there. Paths are strings, for speed at the start.
    """
    top = len(str(package))
    for folder, inside, names in os.walk(package):
        inside[:] = [name for name in inside if name != "__pycache__"]
        for path in (os.path.join(folder, name) for name in names if name.endswith(".py")):
            with open(path, "rb") as file:
                yield package.name + path[top:-3].replace(os.sep, "."), file.read()


def _imports(name: str, source: str) -> set[str]:
    """Dotted names, as of :func:`_sources`, of whatever the file ``name`` may import."""
    modules: set[str] = set()
    for origin, names in _FROM.findall(source):
        if origin.startswith("."):
            origin = importlib.util.resolve_name(origin, name.rpartition(".")[0])
        modules |= {origin, *(f"{origin}.{word}" for word in _WORD.findall(names))}
    for names in _IMPORT.findall(source):
        modules.update(_WORD.findall(names))
    return modules | {f"{module}.__init__" for module in modules}


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


def is_compiled(module: ModuleType) -> bool:
    """Whether compiled code of any function of ``module`` is kept already."""
    return any(kept_in().rglob(f"{module.__name__.rpartition('.')[2]}.*.nbi"))
