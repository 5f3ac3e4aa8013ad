"""Lets go of streams that are gone for good: looking for a lost sender costs LSL three threads and thirty sockets."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from pylsl.util import LostError

from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.source.door import connect
from bk_realtime.watched import WatchedThread

log = logging.getLogger(__name__)

ENDED_S = 1.0
"""A stream not announced for so long, at whose address nobody listens any more, is let go. Soon: each inlet that looks
for a lost sender opens dozens of sockets and asks every port of LSL's range several times a second."""
UNREACHABLE_S = 150.0
"""One whose machine does not answer is let go after so long. A sender keeps two minutes for us: a cable that is plugged
in again by then has lost nothing."""
MOST_GONE = 8
"""More streams that are gone than this are not waited for: those that were here for the shortest time are let go first.
A stranger that comes and goes under ever new names must not use up what an amplifier needs."""
ASK_AGAIN_S = 30.0
ASKED_AT_ONCE = 8
_ANSWER_S = 2.0


def release_gone(streams: Sequence[RecordedStream], now: float) -> None:
    """Let go of streams only where their sender does not answer: whoever cannot be found any more, as behind a switch
    that drops multicast, may still send. Asks in threads, of which some go on beside each other; returns at once.

    Parameters
    ----------
    streams : all that are recorded.
    now : LSL clock in seconds.
    """
    gone = [s for s in streams if s.inlet is not None and s.gone_since is not None and s.drained and not s.hold]
    gone.sort(key=lambda s: s.last_seen - s.first_seen)
    too_many = len(gone) > MOST_GONE
    for s in gone:
        said, s.said = s.said, ""
        if _sends_again(s):
            continue
        if said == "ended" or (said == "silent" and (too_many or _away(s, now) > UNREACHABLE_S)):
            s.stop.set()
            s.inlet = None
            too_many = sum(other.inlet is not None for other in gone) > MOST_GONE
    due = [s for s in gone if s.inlet is not None and not s.asking and now - s.asked > ASK_AGAIN_S]
    due = [s for s in due if too_many or _away(s, now) > ENDED_S]
    room = ASKED_AT_ONCE - sum(s.asking for s in streams)
    for s in due[: max(0, room)]:
        s.asked, s.asking = now, True
        _ask(s)


def _sends_again(stream: RecordedStream) -> bool:
    """Whether something waits in its inlet: LSL found a restarted sender by itself, between two looks of ours."""
    return stream.inlet is not None and stream.inlet.samples_available() > 0


def _away(stream: RecordedStream, now: float) -> float:
    """For how many seconds nothing was seen of it."""
    return now - max(stream.gone_since or now, stream.last_seen)


def _ask(stream: RecordedStream) -> None:
    WatchedThread(_find_out, "who is gone", args=(stream, stream.info, stream.uid)).start()


def _find_out(stream: RecordedStream, info: Any, uid: str) -> None:
    """Thread: whether the sender at an address is still this one, asked directly, without looking around."""
    said, inlet, begun = "silent", None, stream.gone_since or stream.asked
    try:
        inlet = connect(info, 1, recover=False)
        answer = inlet.info(timeout=_ANSWER_S)
        said = "sends" if answer.uid() == uid else "ended"
    except LostError:
        said = "silent" if inlet is None else "ended"  # without room for a further inlet nobody was asked
    except Exception as error:  # no answer in time; whatever else it is, the stream is waited for
        log.debug("%s was asked whether it is there: %r", stream.description.name, error)
    finally:
        stream.said = said if stream.uid == uid else ""
        if said != "silent" or stream.uid != uid:
            stream.unanswered = None
        elif inlet is not None:
            stream.unanswered = stream.unanswered or begun
        stream.asking = False
