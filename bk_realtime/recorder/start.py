"""Before a recording begins: every stream that is there, and those that must be, delivering."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pylsl

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import StreamError
from bk_realtime.heartbeat import beat
from bk_realtime.recorder.connecting import Opened
from bk_realtime.recorder.finder import StreamFinder
from bk_realtime.recorder.recorded import recovery_key
from bk_realtime.recorder.release import MOST_GONE
from bk_realtime.session.expected import called

SETTLE_S = 0.5
"""After the newest stream was found: so long no other one, and all that are there are taken to be found."""
_EVERY_S = 0.05


def wait_for_streams(
    finder: StreamFinder,
    expect: Sequence[str],
    timeout_s: float,
    stop: threading.Event,
    say: Callable[[str], None],
    needed: bool = True,
) -> list[Opened]:
    """The streams to begin with, open and keeping their samples: nothing that they send from now on is lost.

    Parameters
    ----------
    expect : streams that must be among them and send, by name, type or source_id. One of no regular rate only has to be
        there.
    timeout_s : how long to wait for the first, or for those expected.
    stop : ends the wait; what was found by then is returned.
    say : called with one line per notable event.
    needed : whether no stream at all is an error.

    Raises
    ------
    StreamError
        None came, or one that is expected is missing or silent.
    """
    begun = newest = pylsl.local_clock()
    found: list[Opened] = []
    while not stop.is_set():
        beat()
        while not finder.opened.empty():
            found.append(finder.opened.get())
            newest = pylsl.local_clock()
        now = pylsl.local_clock()
        found = [o for o in found if not _restarted(o, found, finder.visible)]
        gone = [o for o in found if o.uid not in finder.visible]
        for o in gone[:-MOST_GONE]:
            found.remove(o)
            say(f"warning: {o.description.name!r} has come and gone before anything is recorded: it is left out")
        lacking = _lacking(expect, [o for o in found if o.uid in finder.visible])
        if found and not lacking and now - newest >= SETTLE_S:
            break
        if now - begun > timeout_s and now - newest >= SETTLE_S:
            if lacking:
                raise StreamError(
                    f"{'; '.join(lacking)} within {timeout_s:g} s; visible: {_listed(found)}{_refused(finder)}"
                )
            if needed:
                raise StreamError(
                    f"no LSL stream to record within {timeout_s:g} s: expected at least one; start the amplifier's LSL "
                    f"app, check --predicate and the network, or wait longer with --timeout-s{_refused(finder)}"
                )
            break
        stop.wait(_EVERY_S)
    for wanted in expect:
        for opened in called(wanted, found, _key):
            if opened.description.sfreq <= 0 and not opened.inlet.samples_available():
                say(f"{opened.description.name!r} is there; no sample yet")
    return found


def look_around(
    predicate: str,
    expect: Sequence[str],
    timeout_s: float,
    stop: threading.Event,
    say: Callable[[str], None],
) -> list[StreamDescription]:
    """What is sent now and would be recorded; arguments and errors as for :func:`wait_for_streams`, none is needed but
    those expected."""
    finder = StreamFinder(predicate, [], say)
    try:
        found = wait_for_streams(finder, expect, timeout_s, stop, say, needed=False)
    finally:
        finder.close()
    return [opened.description for opened in found]


def _key(opened: Opened) -> tuple[str, str, str]:
    return opened.description.name, opened.description.type, opened.description.source_id


def _restarted(opened: Opened, found: Sequence[Opened], visible: set[str]) -> bool:
    """Whether its sender is gone and has a successor among those found, which its inlet would bring a second time."""
    same = [o for o in found if recovery_key(o.description) == recovery_key(opened.description)]
    return bool(opened.description.source_id) and opened.uid not in visible and same[-1] is not opened


def _lacking(expect: Sequence[str], found: Sequence[Opened]) -> list[str]:
    lines = []
    for wanted in expect:
        these = called(wanted, found, _key)
        if not these:
            lines.append(f"--expect {wanted}: no such stream")
        lines += [
            f"--expect {wanted}: {o.description.name!r} is announced and sends nothing"
            for o in these
            if o.description.sfreq > 0 and not o.inlet.samples_available()
        ]
    return lines


def _listed(found: Sequence[Opened]) -> str:
    return (
        ", ".join(f"{d.name!r} (type {d.type}, source_id {d.source_id!r})" for d in (o.description for o in found))
        or "nothing"
    )


def _refused(finder: StreamFinder) -> str:
    return "".join(f"; {line}" for line in finder.door.refused[:6])
