"""Compiled code that is kept belongs to the sources that run."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from bk_realtime.compiled import cache_folder, fingerprint, is_compiled


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "callee.py").write_text("import numba\n\n@numba.njit(cache=True)\ndef value():\n    return 1\n")
    (folder / "caller.py").write_text(
        "import numba\nfrom package.callee import value\n\n"
        "@numba.njit(cache=True)\ndef twice():\n    return 2 * value()\n"
    )
    (folder / "plain.py").write_text("x = 1\n")
    return folder


def run(package: Path) -> str:
    """What the caller gives in a process of its own."""
    program = f"""
        import os
        from pathlib import Path
        from bk_realtime.compiled import cache_folder
        os.environ["NUMBA_CACHE_DIR"] = str(cache_folder([Path({str(package)!r})]))
        from package.caller import twice
        print(twice(), sum(twice.stats.cache_hits.values()))
    """
    path = os.pathsep.join([str(package.parent), os.getcwd()])
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_a_change_in_another_file_is_compiled(package: Path) -> None:
    assert run(package) == "2 0"
    assert run(package) == "2 1"
    callee = package / "callee.py"
    callee.write_text(callee.read_text().replace("return 1", "return 5"))
    assert run(package) == "10 0"


@pytest.mark.parametrize(
    "statement", ["from package.sizes import SIZE", "from package import SIZE", "from .sizes import SIZE"]
)
def test_a_changed_constant_of_another_file_is_compiled(package: Path, statement: str) -> None:
    """The constant comes to the compiled function through a file that holds no compiled function, and through two."""
    (package / "__init__.py").write_text("from package.sizes import SIZE\n" if "package import" in statement else "")
    (package / "sizes.py").write_text("from package import plain\n\nSIZE = plain.x\n")
    callee = package / "callee.py"
    callee.write_text(callee.read_text().replace("import numba", f"import numba\n{statement}").replace("1", "SIZE"))
    assert run(package) == "2 0"
    assert run(package) == "2 1"
    (package / "plain.py").write_text("x = 7\n")
    assert run(package) == "14 0"


def test_is_compiled(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache_folder([package])))
    assert not is_compiled(ModuleType("package.caller"))
    run(package)
    assert is_compiled(ModuleType("package.caller"))
    assert not is_compiled(ModuleType("package.plain"))


def test_fingerprint_knows_what_compiled_code_is_made_from_only(package: Path) -> None:
    before = fingerprint([package])
    (package / "plain.py").write_text("x = 2\n")  # which no file with a compiled function imports
    assert fingerprint([package]) == before
    (package / "callee.py").rename(package / "called.py")
    assert fingerprint([package]) != before


def test_old_states_are_removed(package: Path) -> None:
    for i in range(6):
        (package / "callee.py").write_text(f"# njit {i}\n")
        folder = cache_folder([package])
        folder.mkdir(parents=True)
        os.utime(folder, (i, i))
    left = sorted(path.stat().st_mtime for path in (package / "__pycache__").glob("numba-*"))
    assert left == [3, 4, 5]


def test_many_processes_start_at_once(package: Path) -> None:
    for i in range(40):
        folder = package / "__pycache__" / f"numba-{i:012d}"
        folder.mkdir(parents=True)
        (folder / "code.nbi").write_text("")
        os.utime(folder, (i, i))
    newest = ["numba-000000000038", "numba-000000000039"]
    program = (
        "from pathlib import Path; from bk_realtime.compiled import cache_folder; "
        f"cache_folder([Path({str(package)!r})])"
    )
    running = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert sorted(path.name for path in (package / "__pycache__").iterdir()) == newest


@pytest.mark.parametrize("first", ["import numba, bk_realtime.vocoder.phase.fft", "import offline.scoring.measures"])
def test_both_packages_use_it(first: str) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    program = f"{first}; import numba; print(numba.config.CACHE_DIR)"
    out = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    root = Path(__file__).parents[2]
    assert Path(out.stdout.strip()) == cache_folder([root / "bk_realtime", root / "offline"])
