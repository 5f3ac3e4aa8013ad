"""What a session has recorded, when it is over: every file is read back and named, and it is said how whole it is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

from bk_realtime.errors import BkError
from bk_realtime.session.names import RECORDING

log = logging.getLogger(__name__)


def recordings(folder: Path) -> list[Path]:
    """``session.xdf``, ``session_2.xdf``, … of a session folder."""
    return sorted(folder.glob("session*.xdf"))


def next_recording(folder: Path, promised: Container[Path] = ()) -> Path:
    """Where the next recorder writes: the first such name that is neither there nor ``promised`` to another one."""
    path, n = folder / RECORDING, 1
    while path.exists() or path in promised:
        n += 1
        path = folder / f"session_{n}.xdf"
    return path


def check_recording(path: Path, say: Callable[[str], None]) -> tuple[bool, list[dict[str, Any]]]:
    """Say what is in a recording; whether it is whole, and its streams as of :func:`~bk_realtime.xdf.verify_xdf`."""
    from bk_realtime.xdf.hash_chain import in_words
    from bk_realtime.xdf.verify import verify_xdf

    try:
        report = verify_xdf(path)
    except BkError as error:
        log.warning("%s", error)
        return False, []
    samples = ", ".join(f"{s['name']} {s['n_samples']}" for s in report["streams"])
    say(f"recorded {path.name}: {samples}")
    say(f"  {in_words(report['chain'])}")
    for problem in report["problems"]:
        log.warning("%s: %s", path.name, problem)
    return bool(report["complete"]), report["streams"]
