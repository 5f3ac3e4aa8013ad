"""A recording that is replayed, once, as the amplifier of a simulated participant."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bk_realtime.errors import FileError
from gui.words import tr

OTHERS_ONLY = "not(type='Markers') or name='Prompts'"
"""What is recorded then: the cues of the recording that is replayed are not those that are shown now."""


class SimulatedAmplifier:
    """A process that sends the recording once, from when somebody listens, and ends with the window.

    Once, because training refuses a recording in which anything comes twice.

    Raises
    ------
    FileError
        It cannot be started.
    """

    def __init__(self, source: Path) -> None:
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bk_realtime", "replay", str(source), "--wait-for-consumer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            raise FileError(
                tr("the simulated amplifier cannot be started ({error})").format(error=error.strerror or error)
            ) from None

    @property
    def code(self) -> int | None:
        """None while it sends; 0: the recording was sent to its end; else it has failed."""
        return self._process.poll()

    def stop(self) -> None:
        """Ask it to end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if os.name != "posix":
            self._process.terminate()

    def join(self, timeout_s: float) -> None:
        """Wait for its end."""
        self._process.wait(timeout_s)
