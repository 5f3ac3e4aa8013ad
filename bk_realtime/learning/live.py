"""Learning from live streams: samples are taken here and learnt from in a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

import numpy as np

from bk_realtime.errors import BkError, StreamError
from bk_realtime.learning.feed import Feed, Heard
from bk_realtime.source.base import Source
from bk_realtime.source.microphone import LOOKING, Sound
from bk_realtime.watched import WatchedThread

PULL_S = 0.1
MOST_WAITING = 4000
"""Chunks that may wait for the learning (minutes); what comes beyond is left out, and said."""
FIND_S = 2.0


class LiveLearning:
    """Pulls two streams and learns from them; whatever happens to it, it only says so.

    Parameters
    ----------
    source : the neural stream, in µV.
    find : the microphone, or in words why there is none.
    make_feed : a feed for the microphone's rate in Hz.
    now : seconds of a clock that never goes back.
    """

    def __init__(
        self,
        source: Source,
        find: Callable[[], Sound | str],
        make_feed: Callable[[float], Feed],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._find, self._make_feed, self._now = source, find, make_feed, now
        self._sound: Sound | None = None
        self._look_at = 0.0
        self._waiting: queue.Queue[tuple[bool, np.ndarray, np.ndarray]] = queue.Queue(MOST_WAITING)
        self._feed: Feed | None = None
        self._latest: Heard | None = None
        self.trouble = ""
        """Why nothing is learnt now; empty while all is well."""
        self.left_out = 0
        """Chunks that came faster than they could be learnt."""
        self._end = threading.Event()
        self._thread = WatchedThread(self._learn, "learning", self._end)
        self._thread.start()

    def step(self) -> None:
        """Take what has arrived; waits a tenth of a second at most for it."""
        chunk = self._source.pull(PULL_S)
        if self._sound is None and self._now() >= self._look_at:
            found = self._find()
            self._look_at = self._now() + (0.0 if found == LOOKING else FIND_S)
            if isinstance(found, str):
                self.trouble = found
            else:
                feed = self._feed = self._feed or self._make_feed(found.sample_rate)
                if feed.sample_rate != found.sample_rate:
                    self.trouble = f"the microphone came back at {found.sample_rate:g} Hz, before {feed.sample_rate:g}"
                else:
                    self._sound, self.trouble = found, ""
        if self._feed is None:
            return
        if chunk is not None and len(chunk):
            times = chunk.stamps + chunk.offset if chunk.times is None else chunk.times
            self._put(False, chunk.data, times)
        if self._sound is None:
            return
        try:
            samples, stamps = self._sound.pull()
        except StreamError as error:
            self._sound, self.trouble = None, str(error)
            return
        if len(stamps):
            self._put(True, samples / self._sound.full_scale, stamps)

    def heard(self) -> Heard | None:
        """What could be said a moment ago; None before there was anything to learn from."""
        return self._latest

    @property
    def feed(self) -> Feed | None:
        """What it learns with; None before there was a microphone."""
        return self._feed

    @property
    def alive(self) -> bool:
        """Whether its thread is."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Learn what still waits, then end the thread and look for the sound in the electrodes once more."""
        died = not self._thread.is_alive()
        self._end.set()
        self._thread.join()
        self._source.close()
        if self._feed is not None and not died:  # what came since the last look, of a short reading all
            self._feed.audit()
            self._latest = self._feed.heard()

    def _put(self, is_sound: bool, samples: np.ndarray, times: np.ndarray) -> None:
        try:
            self._waiting.put_nowait((is_sound, samples, times))
        except queue.Full:
            self.left_out += 1

    def _learn(self) -> None:
        learnt = -1
        while True:
            try:
                is_sound, samples, times = self._waiting.get(timeout=PULL_S)
            except queue.Empty:
                if self._end.is_set():
                    return
                continue
            feed = self._feed
            assert feed is not None  # nothing waits before there is one
            try:
                (feed.push_sound if is_sound else feed.push_neural)(samples, times)
            except BkError as error:
                self.trouble = str(error)
            if feed.learner.n_learnt != learnt or self._waiting.empty():
                learnt, self._latest = feed.learner.n_learnt, feed.heard()
