"""The session's microphone for the window: found and heard as the session's own watch does, by a thread of its own.

The stream is the one that the session's settings name. Once it was there another one of its name never takes its
place: only the same sender (source_id) does, when it is back.
"""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import numpy as np

from bk_realtime.errors import BkError, StreamError
from bk_realtime.plain_files import read_toml
from bk_realtime.session.names import REPLAY_PREFIX, SETTINGS
from bk_realtime.watched import WatchedThread
from gui.words import later, tr

TURN_S, AGAIN_S = 0.03, 0.3
LOADING = later("loading what computes its mel")
MOST_WAITING = 256
"""Pieces that wait for a window that stands still: seconds; older ones go."""


class MicrophoneFeed:
    """Looks for the microphone, listens, and makes mel frames of it.

    Parameters
    ----------
    wanted : its name or source_id; auto: the only one.
    replay_prefix : in front of every source_id that the session's own replay sends; empty where nothing is replayed.
    """

    def __init__(self, wanted: str, replay_prefix: str = "") -> None:
        self.wanted, self._replay_prefix = wanted, replay_prefix
        self.name, self.words = "", LOADING
        """Of the one that is heard, and why there is none now."""
        self.heard = False
        self._ready: queue.SimpleQueue[tuple[np.ndarray, np.ndarray]] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = WatchedThread(self._run, "microphone's picture")
        self._thread.start()

    def poll(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """What came since the last call: (n,) stamps and (n, n_mels) frames each; never blocks."""
        came = []
        while not self._ready.empty():
            came.append(self._ready.get())
        return came

    def close(self) -> None:
        """End it soon."""
        self._closing.set()

    def join(self, timeout: float) -> bool:
        """Wait for its end; whether it has come."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._listen()
        except Exception as error:  # one picture less: the window goes on
            self.heard, self.words = False, tr("cannot be shown: {error}").format(error=error)

    def _listen(self) -> None:
        from bk_realtime.source.microphone import Microphone, MicrophoneSearch
        from gui.sound_mel import SoundMel  # seconds

        wanted = "" if self.wanted == "auto" else self.wanted
        search = MicrophoneSearch(wanted, self._replay_prefix, REPLAY_PREFIX, stays=True)
        microphone: Microphone | None = None
        try:
            while not self._closing.wait(TURN_S if microphone else AGAIN_S):
                if microphone is None:
                    found = search.find()
                    if isinstance(found, str):
                        self.words = found
                        continue
                    microphone, mel = found, SoundMel(found.sample_rate, found.full_scale)
                    self.name, self.heard, self.words = found.name, True, ""
                try:
                    samples, stamps = microphone.pull()
                except StreamError as error:  # it has let go of the stream
                    microphone, self.heard, self.words = None, False, str(error)
                    continue
                when, frames = mel.push(samples, stamps)
                if len(frames) and self._ready.qsize() < MOST_WAITING:
                    self._ready.put((when, frames))
        finally:
            if microphone is not None:
                microphone.close()


def microphone_of(folder: Path | None) -> MicrophoneFeed | None:
    """That of the session in a folder; ``None`` where it has none, or its settings cannot be read."""
    if folder is None:
        return None
    try:
        values = read_toml(folder / SETTINGS)
    except BkError:  # a window of another program's session
        return None
    settings, session_id = values.get("settings"), values.get("id")
    if not isinstance(settings, dict) or not isinstance(session_id, str):
        return None
    wanted = settings.get("microphone")
    if not isinstance(wanted, str) or wanted in ("", "none"):
        return None
    return MicrophoneFeed(wanted, f"{REPLAY_PREFIX}{session_id}-" if settings.get("source") else "")
