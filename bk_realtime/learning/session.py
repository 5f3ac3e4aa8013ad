"""One live session of learning: streams found, learnt from and told of, whatever becomes of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from bk_realtime.config import FeatureSettings
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import BkError
from bk_realtime.learning.feed import Feed, Heard
from bk_realtime.learning.live import LiveLearning
from bk_realtime.learning.recording import ADVICE, feed_for
from bk_realtime.learning.window import Window
from bk_realtime.learning.yesterday import Yesterday
from bk_realtime.logs import say
from bk_realtime.session.settings import InletSettings
from bk_realtime.source.base import Source
from bk_realtime.source.inlet import LslInlet
from bk_realtime.source.joined import open_joined
from bk_realtime.source.microphone import MicrophoneSearch

TRY_AGAIN_S = 5.0
log = logging.getLogger(__name__)


class LearningSession:
    """Learns beside a recorder until it is told to end.

    Parameters
    ----------
    features, ridge, inlet, microphone, channels, exclude : what is learnt, and from which streams.
    tell : takes what was heard, or a line where nothing can be learnt.
    yesterday : what it goes on from.
    """

    def __init__(
        self,
        features: FeatureSettings,
        ridge: RidgeSettings,
        inlet: InletSettings,
        microphone: str,
        tell: Callable[[Heard | str], object],
        channels: tuple[str, ...] = (),
        exclude: tuple[str, ...] = (),
        yesterday: Yesterday | None = None,
    ) -> None:
        self._yesterday = yesterday
        self._looked: tuple[Window, ...] = ()
        self._channels, self._exclude = channels, exclude
        self._features, self._ridge, self._inlet, self._tell = features, ridge, inlet, tell
        # where none was named, the one that is found first stays it: another one would be another room's
        self._search, self._ended = MicrophoneSearch(microphone, stays=not microphone), False

    def run(
        self, stop: threading.Event, recording: Callable[[], bool], seconds: float | None, every_s: float
    ) -> Feed | None:
        """Learn until ``stop`` is set, ``seconds`` are over or nobody is ``recording`` any more.

        Where nothing can be learnt it says why and tries again: the recording goes on. Returned is what was learnt,
        since the stream was last lost for good.
        """
        begun = time.monotonic()
        learning: LiveLearning | None = None
        told = begun

        def over() -> bool:
            return stop.is_set() or not recording() or (seconds is not None and time.monotonic() - begun >= seconds)

        while not over():
            try:
                if learning is None:
                    learning = self._open(over)
                learning.step()
                if time.monotonic() - told >= every_s:
                    told = time.monotonic()
                    self._say(learning)
            except Exception as error:  # a mistake of the learning's own must not end the recording either
                if not isinstance(error, BkError):
                    log.exception("learning")
                if over():  # of a wait that was given up nothing needs to be said
                    break
                why = str(error) if isinstance(error, BkError) else f"it failed ({type(error).__name__}), see above"
                self._tell(f"nothing is learnt now: {why}; the recording goes on")
                if learning is not None:
                    learning.close()
                    if learning.feed is not None:  # who begins anew has no more looks than who did not
                        self._looked = learning.feed.learner.progress().windows
                learning = None
                stop.wait(TRY_AGAIN_S)
        if learning is not None:
            learning.close()
            self._ended = True
            self._say(learning)
        return None if learning is None else learning.feed

    def _say(self, learning: LiveLearning) -> None:
        heard = learning.heard()
        if heard is not None:
            self._tell(heard)
        if learning.left_out:
            self._tell(f"{learning.left_out} chunks came faster than they can be learnt; the recording has them")
        trouble = learning.trouble or ("" if learning.alive or self._ended else "the learning died")
        if heard is None or trouble:
            self._tell(f"nothing is learnt now: {trouble or 'no microphone yet'}; the recording goes on")

    def _open(self, given_up: Callable[[], bool]) -> LiveLearning:
        wanted = self._inlet
        named = self._channels if self._yesterday is None else self._yesterday.channels

        def one(**which: Any) -> LslInlet:
            told: dict[str, Any] = {"unit": wanted.unit or None, "gain": wanted.gain, "timeout": wanted.timeout_s}
            return LslInlet(**which, **told, also=named, advice=ADVICE, given_up=given_up)

        main = {name: getattr(wanted, name) or None for name in ("name", "type", "source_id", "host")}
        source: Source = open_joined(one, main, wanted.join, wanted.join_late_s) if wanted.join else one(**main)
        d = source.describe()

        def feed(sample_rate: float) -> Feed:
            told = self._features, self._ridge, self._channels, self._exclude, self._yesterday
            made = feed_for(d, sample_rate, *told)
            made.learner.looked(self._looked)
            for note in () if made.carried is None else made.carried.notes:
                say(f"note: {note}")
            return made

        return LiveLearning(source, self._search.find, feed)
