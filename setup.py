"""What setup.cfg cannot say about the wheel: the demo's data go into it, and a bill of materials.

The same files, the same setuptools and the same SOURCE_DATE_EPOCH give the same bytes; `make wheel` sets the last.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import uuid
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
DEMO_DATA = ("demo.xdf", "README.md", "demo_*/bundle.toml", "demo_*/*.safetensors")
"""Files of recordings/ that the wheel holds as bk_realtime/demo_data/."""
WEIGHTS = "bk_realtime/vocoder/learnt/weights/*.safetensors"
EPOCH_1980 = 315532800
"""The oldest time that a zip file can name."""


class BuildWithDemo(build_py):
    """Python files and package data, then the demo's recording and bundles. All readable by all, whatever the umask."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:  # the checkout's own recordings/ is used there
            return
        for source, target in self._demo_files().items():
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        for target in self.get_outputs(include_bytecode=False):
            Path(target).chmod(0o644)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return [*super().get_outputs(include_bytecode), *self._demo_files().values()]

    def _demo_files(self) -> dict[str, str]:
        folder = ROOT / "recordings"
        target = Path(self.build_lib, "bk_realtime", "demo_data")
        return {str(p): str(target / p.relative_to(folder)) for pattern in DEMO_DATA for p in folder.glob(pattern)}


class WheelWithBill(bdist_wheel):
    """A wheel with a bill of materials where PEP 770 wants it: DIST-INFO/sboms/."""

    def egg2dist(self, egginfo_path: str, distinfo_path: str) -> None:
        super().egg2dist(egginfo_path, distinfo_path)
        target = Path(distinfo_path, "sboms", "brainkaraoke.cdx.json")
        target.parent.mkdir()
        bill = bill_of_materials(self.distribution)
        target.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def bill_of_materials(dist: Distribution) -> dict[str, object]:
    """CycloneDX 1.6: what is inside that is data (with hashes), and what is required with the range allowed."""
    name, version = dist.get_name(), dist.get_version()
    own = f"pkg:pypi/{name}@{version}"
    inside = [_data(path) for path in _data_files()]
    required = [_requirement(str(r), "") for r in dist.install_requires]
    extras = [
        _requirement(str(r), extra) for extra, rows in dist.extras_require.items() if extra != "dev" for r in rows
    ]
    components = sorted(inside + required + extras, key=lambda c: str(c["bom-ref"]))
    made = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.UTC)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, own + json.dumps(components)).urn,
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": name,
                "version": version,
                "purl": own,
                "licenses": [{"license": {"id": dist.get_license()}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": sorted(str(c["bom-ref"]) for c in inside + required)}],
    }


def _data_files() -> list[Path]:
    demo = [path for pattern in DEMO_DATA for path in (ROOT / "recordings").glob(pattern)]
    return sorted(path for path in (*demo, *ROOT.glob(WEIGHTS)) if path.suffix in (".xdf", ".safetensors"))


def _data(path: Path) -> dict[str, object]:
    """One file of data or weights inside the wheel."""
    name = path.relative_to(ROOT).as_posix().replace("recordings/", "bk_realtime/demo_data/")
    return {
        "type": "data" if path.suffix == ".xdf" or path.stem == "fingerprint" else "machine-learning-model",
        "bom-ref": f"file:{name}",
        "name": name,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
    }


def _requirement(text: str, extra: str) -> dict[str, object]:
    """One requirement as setup.cfg names it; the version is the installer's choice within the range."""
    name = text.split(">=")[0].split("[")[0].strip()
    properties = [{"name": "brainkaraoke:requirement", "value": text}]
    if extra:
        properties.append({"name": "brainkaraoke:extra", "value": extra})
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}" + (f"#{extra}" if extra else ""),
        "name": name,
        "purl": f"pkg:pypi/{name}",
        "scope": "optional" if extra else "required",
        "properties": properties,
    }


if __name__ == "__main__":
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(EPOCH_1980))
    os.umask(0o022)
    setup(cmdclass={"build_py": BuildWithDemo, "bdist_wheel": WheelWithBill})
