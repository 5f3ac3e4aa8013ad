"""Says where nobody can tell whether events are missing: their sender's machine does not answer any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bk_realtime.recorder.recorded import RecordedStream, is_far

UNANSWERED_S = 20.0
"""Without an answer for so long, it is said: a cable that is plugged in again by then has lost nothing."""


class UnansweredWatch:
    """Streams of events of other machines. Silence of theirs says nothing, and a signal's says enough.

    Whether they answer is found out where they are not announced any more
    (:func:`~bk_realtime.recorder.release.release_gone`) and where a second connection is made
    (:mod:`~bk_realtime.recorder.second_connection`).

    Parameters
    ----------
    streams : the recorder's, also those that come later.
    say : called with a line, and with ``active_fault`` or ``corrected``: what is concerned.
    """

    def __init__(self, streams: Sequence[RecordedStream], say: Callable[..., object]) -> None:
        self._streams, self._say = streams, say
        self._said: dict[RecordedStream, float] = {}

    def look(self, now: float) -> None:
        """Say who does not answer, or does again; ``now`` by the LSL clock, in seconds."""
        for s in self._streams:
            d = s.description
            if d.sfreq > 0 or s.lost or not is_far(d):
                continue
            since = s.unanswered
            about = f"{d.name!r} on host {d.hostname!r}"
            if since is None or s.last_seen > since:
                if (begun := self._said.pop(s, None)) is not None:
                    text = f"{about} answers again: what it sent in {now - begun:.0f} s before may be missing"
                    self._say(text, corrected=f"events of {about}")
            elif now - since > UNANSWERED_S and s not in self._said:
                self._said[s] = since
                text = f"cannot tell whether events of {about} are missing: no answer for {now - since:.0f} s"
                self._say(text, active_fault=f"events of {about}")
