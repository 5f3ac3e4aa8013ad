"""Sound that a sound server moves to another device is held until it is back or the operator accepts the new place."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from bk_realtime.clock import Clock, SystemClock
from bk_realtime.session.events import EventKind, make_event
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.card import Card
from bk_realtime.sink.late import LateSoundCard
from bk_realtime.sink.sound_server import Heard, Place, SoundServer, is_routed
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.watched import WatchedThread

HOLD = "sound moved"
"""Name of the hold, and of the standing fault."""
POLL_S = 0.2
"""The server tells of changes at once; this often it is asked all the same."""
FADING_S = 0.1
"""Longer than the block that is on its way when a voice is muted."""
UNKNOWN_S = 2.0
"""So long after the device was opened, a stream that the server does not know is said not to be its own."""
AMPLIFIED = 1.005
LOUDER = 1.01
"""So much more than at first is louder."""
ELSEWHERE, TURNED_UP = "not where its level was measured", "turned up in the sound server"
"""Why a level that was measured at the ear, before the session, does not hold."""


class SoundWatch:
    """Compares where the server plays with where it played at first, or where the operator accepted it last.

    While the server does not say (it restarts, the device is opened again) the sound is held as well: it may come
    back anywhere. A stream that was made anew is silent of itself, from its first sample on, until its place was seen
    here. What was never seen at a server is not held.

    Parameters
    ----------
    guard : what holds the sound.
    sink : whose sound it is.
    note : takes events; from the watch's thread.
    server : who is asked, made in the watch's thread.
    """

    def __init__(
        self,
        guard: OutputGuard,
        sink: AudioSink,
        note: Callable[[dict[str, Any]], None],
        server: Callable[[], SoundServer] = SoundServer,
        clock: Clock | None = None,
    ) -> None:
        self._guard, self._note, self._make_server = guard, note, server
        self._card = sink if isinstance(sink, Card) else None
        self._clock = clock or SystemClock()
        if isinstance(sink, LateSoundCard) and not guard.settings.unmuted:
            sink.when_found = guard.mute  # whoever unmuted where nothing was heard did not mean it for this device
            sink.kept_back_s = guard.settings.fade_ms / 1e3 + FADING_S
        self._accepted: Place | None = None
        self._present: Place | None = None
        self._held = self._unknown_accepted = self._astray = self._said_unwatched = self._failed = False
        self._streams: frozenset[int] = frozenset()
        self._said: Place | str = ""
        self._volume = self._off = ""
        self._measured: tuple[Place, float | None] | None = None  # where and how loud it was played at first
        self._unknown_since: float | None = None
        self._asked_at: float | None = None
        self._words = "no sound device" if self._card is None else ""
        self._stop, self._thread = (
            threading.Event(),
            WatchedThread(self._run, "sound-watch"),
        )

    def figures(self) -> dict[str, str]:
        """The status field ``sound_sink``; from any thread."""
        return {"sound_sink": self._words}

    def start(self) -> None:
        """Begin to watch, where there is something to watch."""
        if self._card is not None:
            self._thread.start()

    def close(self) -> None:
        """End it. A server that hangs is not waited for."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(1.0)

    def look(self, now: float) -> None:
        """Hold, and say it, where the server lets its question wait; main thread, often. The watch's own thread hangs
        with it."""
        card, asked = self._card, self._asked_at
        if card is not None and self._failed and HOLD not in self._guard.holds:
            card.confirm(None)
        if card is None or card.lost or asked is None or self._clock.now() - asked < UNKNOWN_S:
            return
        if self._accepted is not None and not self._unknown_accepted:
            self._hold(card)
            self._cannot_tell("the sound server does not answer")
            if HOLD not in self._guard.holds:  # released by the operator: wherever it is
                card.confirm(card.streams)

    # ---- the watch's thread --------------------------------------------------------------------------------------
    def _run(self) -> None:
        card = self._card
        assert card is not None
        try:
            with contextlib.closing(self._make_server()) as server:
                while not self._stop.is_set():
                    before = _stream(card)
                    self.turn(server, card)
                    server.wait(POLL_S, partial(_is_another, before, card))
        except Exception as error:  # whatever it is: a watch that ended in silence would be trusted
            self._asked_at = None  # nobody waits any more
            text = f"the watch of where the voice is played failed ({error!r}): watch the plug of the headphones"
            self._say("sound unwatched", text, active_fault="sound watch")
            if card.kept_back:
                self._hold(card)
                self._cannot_tell("the watch of it failed")
            self._failed = True

    def turn(self, server: SoundServer, card: Card) -> None:
        """Look once and do what follows from it."""
        stream = None if card.lost else card.streams  # before the question: the answer knows of this one at least
        self._look(server, card)
        if stream is not None and self._accepted is not None and not self._held:
            card.confirm(stream)

    def _look(self, server: SoundServer, card: Card) -> None:
        self._asked_at = self._clock.now()
        heard = server.look()
        self._asked_at, now = None, self._clock.now()
        if self._held and HOLD not in self._guard.holds:
            self._accept_present()
        if card.lost or (heard is not None and heard.places):
            pass
        elif not is_routed(card.name, card.host):
            # the device itself: it stays where it is, unless another of its make came while it was away
            heard = Heard((Place(card.socket, words=card.name),), frozenset({card.socket}), None)
        if card.lost or heard is None or not heard.places:
            self._unknown(server, card, heard, now)
            return
        self._unknown_since, self._unknown_accepted = None, False
        if self._accepted is None:
            self._accepted = heard.places[0]
            self._measured = self._accepted, heard.turned
            self._say("sound place", f"the voice is played on {self._accepted.words}")
        accepted = self._accepted
        elsewhere = [place for place in heard.places if not place.is_still(accepted)]
        self._present = (elsewhere or heard.places)[0]
        # a stream that was made anew (the plug-in does so after an underrun) nobody has moved on purpose
        self._astray = self._astray or accepted.sink not in heard.sinks or not heard.streams <= self._streams
        self._streams = heard.streams
        if elsewhere:
            self._moved(card, accepted, elsewhere[0])
            if self._astray and accepted.sink in heard.sinks:
                self._astray = False  # asked once; whoever moves it away again means it
                server.move(accepted.sink)
        else:
            self._accepted, self._astray = heard.places[0], False
            self._back(heard.places[0])
        self._watch_volume(heard, self._present)
        volume = "" if heard.volume is None else f"{heard.volume:.0%}"
        self._words = ", ".join(part for part in (self._present.words, self._volume or volume) if part)

    def _hold(self, card: Card) -> None:
        if not self._held:
            self._guard.hold(HOLD, at_once=True)
            card.hush()  # after the hold: what the guard lets through from then on is silent
        self._held = True

    def _moved(self, card: Card, accepted: Place, place: Place) -> None:
        self._hold(card)
        if place != self._said:
            self._said = place
            here, there = _apart(accepted, place)
            # short: it must fit into the window's banner
            text = f'voice moved from {here} to {there}, kept back: bring it back, or release "{HOLD}"'
            self._say("sound moved", text, active_fault=HOLD)

    def _back(self, place: Place) -> None:
        if self._held:
            self._held = False
            self._guard.release(HOLD)
        if self._said:
            self._said = ""
            self._say("sound back", f"the voice is heard on {place.words} again", corrected=HOLD)

    def _accept_present(self) -> None:
        """The operator released the hold."""
        self._held, self._astray = False, False
        if self._present is None:
            self._unknown_accepted, self._guard.level_holds = True, False
            words = "wherever the system plays it"
        else:
            self._accepted, words = self._present, f"on {self._present.words}"
        if self._said:
            self._said = ""
            self._say("sound place", f"released by the operator: the voice is heard {words}", corrected=HOLD)

    def _unknown(self, server: SoundServer, card: Card, heard: Heard | None, now: float) -> None:
        """The server does not say where it plays."""
        self._present, self._streams = None, frozenset()
        if self._unknown_since is None or card.lost:
            self._unknown_since = now
        why = server.missing or ("no sound server answers" if heard is None else "the sound server does not know of it")
        if self._accepted is None:
            self._words = card.name or "no sound device"
            if is_routed(card.name, card.host) and not self._said_unwatched and now - self._unknown_since >= UNKNOWN_S:
                self._said_unwatched = True
                text = f"cannot tell where the sound server plays the voice ({why}): watch the plug of the headphones"
                self._say("sound unwatched", text)
            return
        self._astray = self._astray or (heard is not None and self._accepted.sink not in heard.sinks)
        if self._unknown_accepted:
            return
        self._hold(card)
        self._words = f"cannot tell; before: {self._accepted.words}"
        if not card.lost and now - self._unknown_since >= UNKNOWN_S:
            self._cannot_tell(why)

    def _cannot_tell(self, why: str) -> None:
        if self._said != why:
            self._said = why
            text = f'cannot tell where the voice goes ({why}), kept back: mend that, or release "{HOLD}"'
            self._say("sound moved", text, active_fault=HOLD)

    def _watch_volume(self, heard: Heard, present: Place) -> None:
        if not self._held:
            self._off = self._off_measure(heard, present)
            self._guard.level_holds = not self._off
        said, what = self._off, "nobody knows how loud it is at the ear"
        if heard.muted:
            said, what = "muted in the sound server", "nothing is heard"
        elif heard.volume is not None and heard.volume > AMPLIFIED:
            said, what = f"amplified to {heard.volume:.0%} by the sound server", "the session's ceiling is exceeded"
        if said == self._volume:
            return
        was, self._volume = self._volume, said
        if said:
            text = f"the voice is {said}: {what}; set it right in the system's sound settings"
            self._say("server volume", text, active_fault="server volume")
            return
        text = "the sound server neither mutes nor amplifies the voice any more"
        if was in (ELSEWHERE, TURNED_UP):
            text = "the voice is played where and as it was measured again"
        self._say("server volume", text, corrected="server volume")

    def _off_measure(self, heard: Heard, present: Place) -> str:
        """Why --full-scale-db-spl does not hold; empty where nothing is known against it. Softer is no danger."""
        if self._guard.settings.full_scale_db_spl is None or self._measured is None:
            return ""
        place, turned = self._measured
        if not present.is_still(place):
            return ELSEWHERE
        return TURNED_UP if turned is not None and (heard.turned or 0.0) > LOUDER * turned else ""

    def _say(self, kind: EventKind, text: str, **details: Any) -> None:
        self._note(make_event(kind, text, **details))


def _stream(card: Card) -> tuple[int, bool]:
    return card.streams, card.lost


def _is_another(before: tuple[int, bool], card: Card) -> bool:
    return _stream(card) != before


def _apart(one: Place, other: Place) -> tuple[str, str]:
    """Two places in words that differ."""
    if one.words != other.words:
        return one.words, other.words
    return f"{one.words} [{one.sink}]", f"{other.words} [{other.sink}]"
