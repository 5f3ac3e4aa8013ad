"""Files, modules and names that the pages for whoever works on this mention are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bk_realtime", "offline", "gui")
PAGES = sorted(path for pattern in ("*.md", "docs/**/*.md") for path in ROOT.glob(pattern) if path.name != "CHANGELOG.md")
OURS = [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
"""Both write for who knows the house: a path may begin in bk_realtime, a file's name stand for itself."""
NAME = re.compile(r"[A-Z][A-Za-z]{3,}|[A-Z][A-Z_]{3,}")
"""A class, or a constant."""


def is_there(path: str) -> bool:
    """Whether a path, with stars in it or without its ending, is one of the repository's."""
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
    missing += [name for name in modules if not is_there(name.replace(".", "/"))]
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
