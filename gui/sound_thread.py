"""A sound that the window plays, in a thread of its own: begun, ended at once, and why it is not heard."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from bk_realtime.errors import BkError
from bk_realtime.watched import WatchedThread
from gui.words import tr

TAIL_S = 0.3
"""Silence afterwards: some sound systems drop what waits in the card when they are closed."""


class SoundThread(QObject):
    """One sound at a time.

    ``failed(str)`` : why it is not heard.

    Parameters
    ----------
    name : of its threads.
    fault : what is said where the sound system itself fails, with a field ``error``.
    """

    failed = pyqtSignal(str)

    def __init__(self, name: str, fault: str) -> None:
        super().__init__()
        self._name, self._fault = name, fault
        self._stop = threading.Event()
        self._thread: WatchedThread | None = None

    def stop(self) -> None:
        """Silence within a few hundredths of a second."""
        self._stop.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the end of what plays."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _begin(self, play: Callable[[threading.Event], object]) -> None:
        """``play`` ends soon after its event is set."""
        self._stop = threading.Event()
        self._thread = WatchedThread(self._run, self._name, args=(play, self._stop))
        self._thread.start()

    def _run(self, play: Callable[[threading.Event], object], stop: threading.Event) -> None:
        try:
            play(stop)
        except BkError as error:
            self.failed.emit(str(error).replace("--sound-device", tr("sound_device in the participant's profile")))
        except Exception as error:  # PortAudio's own cannot be named before it is loaded
            self.failed.emit(tr(self._fault).format(error=error))
