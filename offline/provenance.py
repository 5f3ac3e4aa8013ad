"""Where a trained decoder comes from: data, code, command, seed, versions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

import bk_realtime
from offline.dataset import Corpus


def provenance(recordings: Sequence[Path], corpus: Corpus, seed: int) -> dict[str, Any]:
    """Plain values for ``bundle.toml``. Recordings appear by file name and content hash, without folders, with the
    frames that fitted, chose and scored the decoder (frames of the recording, the last one not included)."""
    data = {
        path.name: {
            "sha256": session.source_hash,
            "frames": len(session.log_power),
            "simulated": session.simulated,
            "training": [[first + a, first + b] for a, b in split.training],
            "validation": [first + frame for frame in split.validation],
            "held_out": [first + frame for frame in split.test],
        }
        for path, session, split, first in zip(recordings, corpus.sessions, corpus.splits, corpus.first, strict=True)
    }
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(Path(a).name if a.startswith("/") else a for a in sys.argv[1:]),
        "code": code_version(),
        "seed": seed,
        "simulated": any(s.simulated for s in corpus.sessions),
        "minutes": {p: round(corpus.seconds(p) / 60, 2) for p in ("training", "validation", "test")},
        "versions": {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": np.__version__},
        "data": data,
    }


def code_version() -> str:
    """Version of the program, with the git commit where it runs from a checkout (``+changed`` if files differ)."""
    root = Path(bk_realtime.__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return bk_realtime.__version__
    try:
        commit = _git(root, "rev-parse", "--short=12", "HEAD")
        changed = "+changed" if _git(root, "status", "--porcelain", "--untracked-files=no") else ""
    except (OSError, subprocess.SubprocessError):
        return bk_realtime.__version__  # a checkout without git on the machine
    return f"{bk_realtime.__version__} {commit}{changed}"


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.strip()
