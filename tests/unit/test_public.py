"""The public face: what `import bk_realtime` does (nothing), what it offers, and the README's example of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bk_realtime

ROOT = Path(__file__).parents[2]


def fresh(program: str) -> Any:
    """What ``program`` prints, as JSON, in an interpreter of its own."""
    out = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(out.stdout)


def test_importing_does_nothing() -> None:
    seen = fresh("""
        import json, os, sys
        import importlib, typing  # what it needs itself is not what it does
        opened, environ = [], dict(os.environ)
        sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
        import bk_realtime
        files = [path for path in opened if "bk_realtime" in path]
        loaded = sorted({"numba", "torch", "numpy", "pylsl"} & set(sys.modules))
        print(json.dumps([environ == dict(os.environ), files, loaded]))
    """)
    same_environ, files, loaded = seen
    assert same_environ
    assert loaded == []
    assert {Path(path).name.split(".")[0] for path in files} == {"__init__"}


def test_compiled_code_is_kept_without_the_environment() -> None:
    same_environ, folder = fresh("""
        import json, os
        environ = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
        os.environ.pop("NUMBA_CACHE_DIR", None)
        import bk_realtime.features, numba
        print(json.dumps([environ == dict(os.environ), numba.config.CACHE_DIR]))
    """)
    assert same_environ
    assert Path(folder).parent == ROOT / "bk_realtime" / "__pycache__"


@pytest.mark.parametrize("name", bk_realtime.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(bk_realtime, name) is not None
    assert name in dir(bk_realtime)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        bk_realtime.nonsense  # noqa: B018


def test_readme_example(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for line in example.splitlines() if line.strip()]
    assert len(lines) <= 10
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    exec(example, names)
    assert names["mel"].shape[1] == 80
    assert 850 < len(names["mel"]) <= 862  # ten seconds at 86.13 frames a second
    assert len(names["audio"]) == 256 * len(names["mel"])
    assert 0.001 < float(np.sqrt(np.mean(names["audio"] ** 2))) < 1
