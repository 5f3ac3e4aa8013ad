"""Children that hang, and what was told of them."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from bk_realtime.processes.child import Child

needs_stop = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no SIGSTOP on this system")


class Alive(Child):
    """One that no process stands behind."""

    alive = True


def about(event: dict[str, Any]) -> dict[str, str]:
    """What a notice begins or ends, without the id by which it is told once."""
    return {key: value for key, value in event["values"].items() if key != "id"}


def heard(folder: Path) -> list[dict]:
    """The commands that the engine of the supervisor's tests got."""
    return json.loads((folder / "heard.json").read_text())
