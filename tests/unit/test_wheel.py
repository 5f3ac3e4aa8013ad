"""The wheel: the same bytes each time, everything that ships inside, used from an empty folder without the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bk_realtime import __version__

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("bk_realtime", "offline", "gui", "recordings/demo_ridge", "recordings/demo_seq2seq")
DEMO = ("recordings/demo.xdf", "recordings/README.md")
FILES = (*DEMO, "setup.py", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
LIMIT_MB = 20

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
"""A fresh environment compiles anew, which takes two busy cores minutes."""


def _build(folder: Path) -> Path:
    """Build a wheel from a copy of the sources, so that nothing lying about in the checkout gets in."""
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__", "training")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", "."]
    done = subprocess.run(pip, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of a fresh environment with the wheel in it. Requirements are those of the tests' environment, of which
    a path file shows the packages but not what lies in its own path files: an editable checkout."""
    folder = tmp_path_factory.mktemp("fresh") / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (site,) = _run(python, folder, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.splitlines()
    (Path(site) / "requirements.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--force-reinstall"]
    subprocess.run([*pip, str(wheel)], check=True)
    return python


def _run(program: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the fresh environment in an empty folder; nothing of the checkout is on its path."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(program), *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1200)


def test_built_twice_it_is_the_same_to_the_byte_and_small(wheel: Path, tmp_path: Path) -> None:
    again = _build(tmp_path)
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()
    assert wheel.stat().st_size <= LIMIT_MB * 1e6


def test_holds_every_file_that_ships_and_no_other(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        path.relative_to(ROOT).as_posix().replace("recordings/", "bk_realtime/demo_data/")
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", "training"} & set(path.parts)
    }
    assert names == expected | {"bk_realtime/demo_data/demo.xdf", "bk_realtime/demo_data/README.md"}


def test_bill_of_materials_names_requirements_and_weights(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        bill = json.loads(archive.read(f"brainkaraoke-{__version__}.dist-info/sboms/brainkaraoke.cdx.json"))
        metadata = archive.read(f"brainkaraoke-{__version__}.dist-info/METADATA").decode()
    assert (bill["bomFormat"], bill["metadata"]["component"]["version"]) == ("CycloneDX", __version__)
    required = {c["name"] for c in bill["components"] if c.get("scope") == "required"}
    lines = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert len(required) == len(lines)
    assert all(any(f" {name}" in line for line in lines) for name in required)
    models = {c["name"] for c in bill["components"] if c["type"] == "machine-learning-model"}
    assert "bk_realtime/vocoder/learnt/weights/learnt.safetensors" in models
    assert "bk_realtime/demo_data/demo_seq2seq/model.safetensors" in models


def test_works_from_an_empty_folder(python: Path, tmp_path: Path) -> None:
    where = _run(python, tmp_path, "-c", "import bk_realtime, offline, gui; print(bk_realtime.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(python.parents[1]), where.stdout + where.stderr
    for program, *words in ((python.with_name("bk-realtime"),), (python, "-m", "offline.inspect")):
        shown = _run(program, tmp_path, *words, "--help")
        assert shown.returncode == 0, shown.stderr
        assert "usage" in shown.stdout.lower()
    np.save(tmp_path / "mel.npy", np.full((40, 80), -4.0, np.float32))
    spoken = _run(python, tmp_path, "-m", "offline.vocode", "mel.npy", "--out", "voice.wav", "--vocoder", "learnt")
    assert spoken.returncode == 0, spoken.stdout + spoken.stderr
    assert (tmp_path / "voice.wav").stat().st_size > 40 * 256


@pytest.mark.lsl
def test_demo_runs_from_an_empty_folder(python: Path, tmp_path: Path) -> None:
    options = ("--headless", "--seconds", "4", "--sound-device", "none")
    done = _run(python, tmp_path, "-m", "bk_realtime", "demo", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    (session,) = (tmp_path / "recordings").glob("*_demo")
    assert (session / "session.xdf").stat().st_size > 100_000
    assert (session / "latency.json").exists()
