"""Files, modules and names that the pages for whoever works on this mention are there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bk_realtime", "offline", "gui")
PAGES = sorted(page for kind in ("*.md", "docs/**/*.md") for page in ROOT.glob(kind) if page.name != "CHANGELOG.md")
OURS = [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
"""Both write for who knows the house: a path may begin in bk_realtime, a file's name stand for itself."""
NAME = re.compile(r"[A-Z][A-Za-z]{3,}|[A-Z][A-Z_]{3,}")
"""A class, or a constant."""


def is_there(path: str) -> bool:
    """Whether a path is one of the repository's; it may hold stars, a word in capitals for any, and lack its ending."""
    path = re.sub(r"\b[A-Z]{2,}\b", "*", path)
    tried = (path.rstrip("/"), f"{path}.py")
    return any(any(ROOT.glob(one)) or any((ROOT / "bk_realtime").glob(one)) for one in tried)


def quoted(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_paths_and_modules_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    paths = re.findall(rf"\b(?:{'|'.join(PACKAGES)}|tests)/[\w./*-]*[\w*/]", text)
    modules = re.findall(rf"`((?:{'|'.join(PACKAGES)})(?:\.[a-z_]+)+)[`.]", text)
    missing = [path for path in paths if not is_there(path)]
    missing += [name for name in modules if importlib.util.find_spec(name) is None]
    assert missing == []


@pytest.mark.parametrize("page", OURS, ids=lambda page: page.name)
def test_files_and_rooms_are_there(page: Path) -> None:
    named = [one for one in quoted(page) if re.fullmatch(r"[\w./*]+(?:\.py|/)", one) and one not in ("dist/", "site/")]
    alone = {path.name for name in PACKAGES for path in (ROOT / name).rglob("*.py")}
    assert len(named) > 5
    assert [one for one in named if one not in alone and not is_there(one)] == []


@pytest.mark.parametrize("page", OURS, ids=lambda page: page.name)
def test_classes_and_constants_are_there(page: Path) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    names = [one for one in quoted(page) if NAME.fullmatch(one)]
    assert len(names) > 2
    assert [one for one in names if not re.search(rf"^(?:class )?{one}\b[(:, =]", source, re.MULTILINE)] == []


def defines(module: Path, name: str) -> bool:
    """Whether a module's text gives a name a meaning: a class, a function, an attribute, or one that it passes on."""
    passed_on = rf"^\s*(?:from|import) .*\b{name}\b|^\s*{name},$" if module.name == "__init__.py" else r"(?!)"
    own = rf"^\s*(?:class|def) {name}\b|^\s*(?:self\.)?(?:\w+, )*{name}\b\s*[:=,]|self\.{name}\b|{passed_on}"
    return re.search(own, module.read_text(encoding="utf-8"), re.MULTILINE) is not None


def test_what_docstrings_refer_to_is_there() -> None:
    """A class or function by its full name, e.g. ``~bk_realtime.sink.reserve.Reserve``."""
    role = re.compile(rf":[a-z]+:`~?((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`")
    missing, n = [], 0
    for path in (path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))):
        for found in role.findall(path.read_text(encoding="utf-8")):
            n += 1
            place, names = ROOT, found.split(".")
            while names and (place / names[0]).is_dir():
                place /= names.pop(0)
            is_file = bool(names) and (place / f"{names[0]}.py").is_file()
            module = place / (f"{names.pop(0)}.py" if is_file else "__init__.py")
            if not all(defines(module, name) for name in names):
                missing.append(f"{path.relative_to(ROOT)}: {found}")
    assert n > 50
    assert missing == []
