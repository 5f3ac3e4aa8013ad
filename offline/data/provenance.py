"""Where a trained decoder comes from: data, code, command, seed, versions; and whether it knows a recording."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import bk_realtime
from bk_realtime.errors import InputError
from offline.io.recording import Recording

if TYPE_CHECKING:
    from offline.data.dataset import Corpus

UNKNOWN_CAUSALITY = "unknown: the features were made elsewhere"
"""Of a decoder of given features: a live session has what was measured so far, and nobody here knows whether those
features look ahead."""


def provenance(recordings: Sequence[Path], corpus: Corpus, seed: int, given: bool = False) -> dict[str, Any]:
    """Plain values for ``bundle.toml``. Recordings appear by file name and hashes, without folders, with the frames
    that fitted, chose and scored the decoder (frames of the recording, the last one not included). ``given`` says that
    the features were made elsewhere. Of several days each recording names its own; nothing of those before the last one
    chose or scored anything."""
    words = corpus.words or ("",) * len(corpus.sessions)
    days = corpus.days or (None,) * len(corpus.sessions)
    untold = {"leak": "; ".join(corpus.untold)} if corpus.untold else {}
    data = [
        {
            "name": path.name,
            "sha256": session.source_hash,
            "neural_sha256": session.neural_hash,
            "frames": len(session.log_power),
            "simulated": session.simulated,
            "training": [[first + a, first + b] for a, b in split.ranges("training")],
            "validation": [first + frame for frame in split.validation],
            **({"held_out": [first + at for at in split.test], **untold} if split.test[1] > split.test[0] else {}),
            **({"words": heard} if heard else {}),
            **({} if day is None else {"day": day}),
        }
        for path, session, split, first, heard, day in zip(
            recordings, corpus.sessions, corpus.splits, corpus.first, words, days, strict=True
        )
    ]
    return {
        **made_by(seed),
        "simulated": any(s.simulated for s in corpus.sessions),
        **({"causality": UNKNOWN_CAUSALITY} if given else {}),
        "minutes": {p: round(corpus.seconds(p) / 60, 2) for p in ("training", "validation", "test")},
        "contamination": corpus.contamination.values(),
        **({"days_not_moved": list(corpus.unmoved)} if corpus.unmoved else {}),
        "data": data,
    }


def made_by(seed: int) -> dict[str, Any]:
    """When, by which command, code and versions, and with which seed a bundle is made now."""
    import torch  # whoever trained has loaded it; who asks whether a recording was trained on need not

    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(map(without_folders, sys.argv[1:])),
        "code": code_version(),
        "seed": seed,
        "versions": {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": np.__version__},
    }


def without_folders(argument: str) -> str:
    """A word of a command line with the last part only of the path in it: folders may bear a person's name."""
    option, equals, value = argument.partition("=") if argument.startswith("-") else ("", "", argument)
    return option + equals + re.split(r"[/\\]", value.rstrip("/\\"))[-1]


def training_entry(provenance: Mapping[str, Any], recording: Recording) -> dict[str, Any] | None:
    """What a bundle's provenance says of a recording it was trained on; None where it was not.

    Found by the neural data alone, whatever words, names or audio lie beside it now, or by the bytes of the files.
    """
    own = {"sha256": recording.source_hash, "neural_sha256": recording.neural_hash}
    for entry in training_data(provenance):
        if any(digest and entry.get(key) == digest for key, digest in own.items()):
            return dict(entry)
    return None


def training_data(provenance: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a bundle's provenance says of each recording that it was trained on."""
    data = provenance.get("data", [])
    return list(data.values() if isinstance(data, Mapping) else data)


def days_learnt_whole(provenance: Mapping[str, Any]) -> list[int]:
    """Days of `offline.train --days` of which a bundle kept nothing aside, so that nothing of them is ever scored."""
    data = [entry for entry in training_data(provenance) if type(entry.get("day")) is int]
    kept = {entry["day"] for entry in data if entry.get("held_out")}
    return sorted({entry["day"] for entry in data} - kept)


def perhaps_trained_on(provenance: Mapping[str, Any], path: Path) -> bool:
    """Whether a bundle of the first form cannot tell: it knows recordings by name, the last of each name only, and by a
    hash in which words and audio count too."""
    data = provenance.get("data", [])
    return isinstance(data, Mapping) and path.name in data


def refuse_duplicates(paths: Sequence[Path], recordings: Sequence[Recording]) -> None:
    """Refuse recordings of which two hold the same neural data: one would be trained on and the other held out.

    Raises
    ------
    InputError
        With the first such pair.
    """
    seen: dict[str, Path] = {}
    for path, recording in zip(paths, recordings, strict=True):
        digest = recording.neural_hash or recording.source_hash
        if digest in seen:
            raise InputError(
                f"the same recording comes twice: {path} holds the neural data of {seen[digest]}; "
                "expected different ones, or what is scored would be trained on"
            )
        if digest:
            seen[digest] = path


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
