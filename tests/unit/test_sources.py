"""The digest of source files: changes with every file that counts, and with no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bk_realtime.sources import source_digest, source_files
from offline.data.processed import CODE

FILES = {
    "__init__.py": "",
    "top.py": "from plug.inner import part\n\ndef late():\n    import plug.late\n",
    "late.py": "import json\n",
    "alone.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import plug.top\n",
    "inner/__init__.py": "FACTOR = 2\n",
    "inner/part.py": "from bk_realtime import clock\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "plug" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "plug"


def digest(*names: str) -> str:
    source_digest.cache_clear()
    return source_digest(*names)


def test_a_module_counts_with_all_that_it_imports(package: Path) -> None:
    before = digest("plug.top"), digest("plug.alone"), digest("plug")
    assert before == (digest("plug.top"), digest("plug.alone"), digest("plug"))
    for name in ("top.py", "late.py", "inner/part.py", "inner/__init__.py", "__init__.py"):
        text = (package / name).read_text()
        (package / name).write_text(text + "\n# changed\n")
        assert digest("plug.top") != before[0], name
        assert (digest("plug.alone") == before[1]) == (name != "__init__.py"), name
        assert digest("plug") != before[2], name
        (package / name).write_text(text)
    (package / "alone.py").write_text("")
    assert digest("plug.top") == before[0]
    assert digest("plug") != before[2], "a package counts whole"


def test_relative_imports_and_a_module_without_a_package(package: Path) -> None:
    (package / "near.py").write_text("from .inner.part import x\nfrom . import late\n")
    (package / "inner" / "up.py").write_text("from ..alone import y\nfrom .part import x\n")
    assert {"plug.inner.part", "plug.late", "bk_realtime.clock"} <= set(source_files("plug.near"))
    assert {"plug.alone", "plug.inner.part"} <= set(source_files("plug.inner.up"))
    single = package.parent / "single_file_plug.py"
    single.write_text("import plug.late\n")
    assert source_files("single_file_plug")["single_file_plug"] == single
    assert "plug.late" not in source_files("single_file_plug"), "another package is not its own"


def test_what_features_are_made_by() -> None:
    found = set(source_files(*CODE))
    assert {
        "bk_realtime.stream",
        "bk_realtime.clock",
        "bk_realtime.features.power",
        "bk_realtime.features.filters",
    } < found
    assert {"offline.data.align", "offline.io.xdf", "offline.io.nwb", "bk_realtime.xdf.reader"} < found
    assert not {
        name for name in found if name.startswith(("bk_realtime.decoder", "bk_realtime.engine", "offline.eval"))
    }


def test_the_whole_program() -> None:
    root = Path(__file__).resolve().parents[2]
    files = {path for name in ("bk_realtime", "offline") for path in (root / name).rglob("*.py")}
    assert set(source_files("bk_realtime", "offline").values()) == files
