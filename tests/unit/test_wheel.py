"""The wheel: the same bytes each time, everything that ships inside, used from an empty folder without the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
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

pytestmark = pytest.mark.slow


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
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked by pip; its requirements come from the environment of the tests."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(pip, check=True)
    return target


def _use(installed: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in an empty folder, with the wheel before everything else."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "OMP_NUM_THREADS": "1"}
    python = [sys.executable, *command]
    return subprocess.run(python, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)


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


def test_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = _use(installed, tmp_path, "-c", "import bk_realtime, offline, gui; print(bk_realtime.__file__)")
    assert where.stdout.strip() == str(installed / "bk_realtime" / "__init__.py"), where.stderr
    for command in ("bk_realtime", "offline.inspect"):
        shown = _use(installed, tmp_path, "-m", command, "--help")
        assert shown.returncode == 0, shown.stderr
        assert "usage" in shown.stdout.lower()
    np.save(tmp_path / "mel.npy", np.full((40, 80), -4.0, np.float32))
    spoken = _use(installed, tmp_path, "-m", "offline.vocode", "mel.npy", "--out", "voice.wav", "--vocoder", "learnt")
    assert spoken.returncode == 0, spoken.stdout + spoken.stderr
    assert (tmp_path / "voice.wav").stat().st_size > 40 * 256


@pytest.mark.lsl
def test_demo_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    options = ("--headless", "--seconds", "4", "--sound-device", "none")
    done = _use(installed, tmp_path, "-m", "bk_realtime", "demo", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    (session,) = (tmp_path / "recordings").glob("*_demo")
    assert (session / "session.xdf").stat().st_size > 100_000
    assert (session / "latency.json").exists()
