"""Which code computed a result: one digest over source files, so that what other code made is never taken for it."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

_PROGRAM = ("bk_realtime", "offline")


@functools.cache
def source_digest(*names: str) -> str:
    """SHA-256 (hex) over the source of modules and of all that they import, however deep, from their own packages and
    from this program.

    Parameters
    ----------
    names : modules, with what they import, inside functions too; or packages, of which every file counts. A module that
        is imported by a name made at run time is not seen: name its package. Nothing is imported here.

    Example
    -------
    >>> source_digest("bk_realtime.clock") == source_digest("bk_realtime.clock")
    True
    """
    digest = hashlib.sha256()
    for name, path in sorted(source_files(*names).items()):
        source = path.read_bytes()
        digest.update(f"{name} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()


def source_files(*names: str) -> dict[str, Path]:
    """Module name -> file, of all modules that count in :func:`source_digest`."""
    packages = {*_PROGRAM, *(name.split(".")[0] for name in names)}
    waiting, found = list(names), dict[str, Path]()
    for name in names:
        waiting += _inside(name)
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is not None and name not in found:
            found[name] = path
            waiting.append(name.rpartition(".")[0])  # importing a module runs its package first
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            imported = _imported(ast.parse(path.read_bytes()), package)
            waiting += [other for other in imported if other.split(".")[0] in packages]
    return found


def _file_of(name: str) -> Path | None:
    """Source file of a module or package; None where there is none of that name."""
    top, *rest = name.split(".")
    spec = importlib.util.find_spec(top) if top else None
    if spec is None:
        return None
    if spec.submodule_search_locations is None:  # one file, no package
        return Path(spec.origin) if not rest and spec.origin and spec.origin.endswith(".py") else None
    for root in spec.submodule_search_locations:
        path = Path(root, *rest)
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if file.is_file():
                return file
    return None


def _inside(name: str) -> Iterator[str]:
    """Every module of a package; nothing for a plain module."""
    file = _file_of(name)
    if file is not None and file.name == "__init__.py":
        for path in file.parent.rglob("*.py"):
            parts = path.relative_to(file.parent).with_suffix("").parts
            yield ".".join((name, *(part for part in parts if part != "__init__")))


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    """Names that a syntax tree of a module in ``package`` imports, those for type checkers left out; of ``from a import
    b`` both ``a`` and ``a.b``, of which one may be no module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = ".".join(package.split(".")[: package.count(".") + 2 - node.level]) if node.level else ""
        origin = ".".join(filter(None, (base, node.module)))
        yield origin
        yield from (f"{origin}.{alias.name}" for alias in node.names)
    elif not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
        for child in ast.iter_child_nodes(node):
            yield from _imported(child, package)
