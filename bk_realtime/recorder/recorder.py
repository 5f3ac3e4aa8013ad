"""Record LSL streams into one crash-safe XDF file, in a process of its own so that a slow disk never touches the sound.

Raw time stamps are kept as they came; clock offsets are measured beside them every few seconds, as LabRecorder does.
What was pulled is in the file (one system call a chunk) before the next pull, so a kill loses a quarter of a second.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pylsl
from pylsl.util import LostError

from bk_realtime.errors import FileError
from bk_realtime.heartbeat import beat, rest
from bk_realtime.recorder.arrival import times_of_arrival
from bk_realtime.recorder.care import Care
from bk_realtime.recorder.connecting import Opened
from bk_realtime.recorder.figures import figures_line
from bk_realtime.recorder.finder import StreamFinder
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.recorder.start import wait_for_streams
from bk_realtime.recorder.whole import check_whole, take_all
from bk_realtime.shown import shown
from bk_realtime.source.door import described
from bk_realtime.xdf import XdfWriter
from bk_realtime.xdf.hash_chain import chain_path
from bk_realtime.xdf.samples import prepare

log = logging.getLogger(__name__)

_TURN_S = 1.0
"""So long one stream is written before it is the next one's turn: one that never ends must not keep back the others."""
KEPT = 200
"""So many streams that were let go are remembered: one that comes back goes on under its number in the file."""


class Recorder:
    """Records every stream that a predicate selects, also those that appear later.

    Parameters
    ----------
    path : the file to make; it must not exist.
    predicate : XPath 1.0 condition on the stream's description, e.g. ``type='sEEG' or starts-with(name,'Audio')``;
        empty for all streams.
    clock_every_s : seconds between clock offset measurements of a stream.
    say : called with one line per notable event.
    session : id of the session, for the hash chain beside the file.
    care : looks after the disk and the streams that must not be missing.

    Raises
    ------
    FileError
        The file exists; later, from :meth:`poll`, the disk is full or gone.
    """

    def __init__(
        self,
        path: Path,
        predicate: str = "",
        clock_every_s: float = 5.0,
        say: Callable[[str], None] = log.info,
        session: str = "",
        care: Care | None = None,
    ) -> None:
        self.path, self._session, self._care = Path(path), session, care
        for there in (self.path, chain_path(self.path)):
            if there.exists():
                raise FileError(f"{there} exists already: recordings are never overwritten; name another file")
        self._clock_every_s, self._say = clock_every_s, say
        self._writer: XdfWriter | None = None
        self._streams: list[RecordedStream] = []
        self._next_id = 1
        self._finder = StreamFinder(predicate, self._streams, say, self._say_aloud)
        prepare()  # while it looks: what arrives meanwhile waits in the inlets

    def _say_aloud(self, line: str) -> None:
        self._say(f"warning: {line}")
        if self._care is not None:
            self._care.notice(line)

    @property
    def refused(self) -> list[str]:
        """One line for each stream that is announced and not recorded, since it would do harm."""
        return self._finder.door.refused

    @property
    def counts(self) -> dict[str, int]:
        """Samples written so far by ``name (type)``; parts of a stream that changed are added up. The last word is of
        all that were let go."""
        total: dict[str, int] = {}
        counts = self._writer.counts if self._writer else {}
        for s in self._streams:
            if s.inlet is not None:
                key = f"{s.description.name} ({s.description.type})"
                total[key] = total.get(key, 0) + counts.pop(s.stream_id)
        return {**total, "streams that are gone": sum(counts.values())} if counts else total

    def poll(self) -> int:
        """Take in new streams, then write all that has arrived; returns the number of samples written."""
        begun, written = pylsl.local_clock(), 0
        while not self._finder.opened.empty():
            self._register(self._finder.opened.get())
        for s in list(self._streams):
            self._follow(s)
            written += 0 if s.lost else self._pull(s)
            beat()  # with each stream: many of them on a busy machine are no hang
        self._forget()
        if self._care is not None:
            self._care.look(begun)  # by then all had been asked for: who waited for a slow disk was not silent
        return written

    def run(
        self,
        stop: threading.Event,
        seconds: float | None = None,
        timeout_s: float = 30.0,
        every_s: float = 0.25,
        report_s: float = 10.0,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        """Record until ``stop`` is set or ``seconds`` have passed since the first stream was found.
        ``tell`` gets a line of figures with every pull (:mod:`bk_realtime.recorder.figures`).

        Raises
        ------
        BkError
            No stream, or not every one that is needed, within ``timeout_s`` seconds; the disk is full or gone.
        """
        demanded = self._care.demanded if self._care is not None else ()
        found = wait_for_streams(self._finder, demanded, timeout_s, stop, self._say)
        begun = reported = pylsl.local_clock()
        if self._care is not None:
            self._care.begin([opened.description for opened in found], self._streams, begun)
        for opened in found:
            beat()  # a start takes its time
            self._register(opened)
        while not stop.is_set():
            self.poll()
            beat()
            now = pylsl.local_clock()
            if tell is not None and self._writer is not None:
                tell(figures_line(self._streams, self._writer.counts, self._writer.n_bytes, now - begun))
            if seconds is not None and now - begun >= seconds:
                break
            if now - reported >= report_s:
                reported = now
                counts = ", ".join(f"{name} {n}" for name, n in self.counts.items())
                disk = "" if self._care is None else self._care.in_words()
                self._say(f"recording {now - begun:.0f} s: {counts}{disk}")
            stop.wait(every_s)

    def close(self, read_back: bool = True) -> dict[str, Any] | None:
        """Write what is left and the footers, read the whole file back, keep the result beside it.

        Parameters
        ----------
        read_back : false where something has failed: the next recorder of a session begins when this one has ended, and
            hours take minutes to read.

        Returns
        -------
        dict or None
            The report of :func:`bk_realtime.xdf.verify_xdf`; None where no stream was ever found (no file then), or the
            file is not read back.

        Raises
        ------
        BkError
            The disk took no more; whole chunks up to then are in the file.
        """
        rest()  # to read a long file back takes its time
        self._finder.close()
        if self._care is not None:
            self._care.close()
        for s in self._streams:
            if self._writer is not None and not self._writer.failed:
                self._follow(s)  # one that came back just now
            s.stop.set()
        lacking: list[str] = []
        try:
            if self._writer is not None and not self._writer.failed:
                while not self._finder.opened.empty():  # found just now
                    self._register(self._finder.opened.get()).stop.set()
                lacking = take_all(self._streams, self._pull)
        finally:
            for s in self._streams:
                if s.clock is not None:
                    s.clock.join(5.0)
            if self._writer is not None:
                self._writer.close()
        if self._writer is None or not read_back:
            return None
        if self._writer.chain_problem:
            self._say(f"warning: the hash chain could not be written for a while: {self._writer.chain_problem}")
        return check_whole(
            self._writer, self.refused, self._say, lacking, [s.in_holes for s in self._streams if s.holes]
        )

    def _register(self, opened: Opened) -> RecordedStream:
        if self._writer is None:
            self._writer = XdfWriter(self.path, session=self._session)
        description = opened.description
        stream = RecordedStream(self._next_id, opened.inlet, opened.uid, description, None, pylsl.local_clock())
        stream.info = opened.info
        self._next_id += 1
        self._writer.add_stream(stream.stream_id, opened.xml)
        self._follow(stream)  # before the finder sees it
        self._streams.append(stream)
        self._say(
            f"recording {description.name!r}, type {shown(description.type)}, {description.n_channels} channels at "
            f"{description.sfreq:g} Hz"
        )
        return stream

    def _follow(self, stream: RecordedStream) -> None:
        """Begin with an inlet that is new, or be done with one that was let go."""
        d = stream.description
        if stream.inlet is None and stream.clock is not None:
            stream.clock, stream.buffer = None, None
            if not stream.lost:
                self._say(f"{d.name!r} is gone and let go; it is recorded on when it is announced again")
        elif stream.inlet is not None and stream.clock is None and not stream.lost:
            assert self._writer is not None
            stream.begin(self._writer, self._clock_every_s)
        elif self._writer is not None and not stream.lost and stream.take_successor(self._writer, self._clock_every_s):
            self._say_aloud(f"the connection to {d.name!r} was dead: it is recorded on over a new one, with a hole")

    def _forget(self) -> None:
        """Of very many streams that came and went: close those in the file that were here for the shortest time."""
        gone = [s for s in self._streams if s.inlet is None and s.clock is None]
        if len(gone) > KEPT and self._writer is not None:
            stream = min(gone, key=lambda s: (not s.lost, s.last_seen - s.first_seen))
            stream.lost = True
            if stream.inlet is not None:  # the finder found it again just now; it looks at `lost` afterwards
                stream.lost = False
                return
            self._streams.remove(stream)
            self._writer.end_stream(stream.stream_id)

    def _pull(self, stream: RecordedStream) -> int:
        """Write everything that has arrived of one stream."""
        assert self._writer is not None
        written, begun, inlet = 0, pylsl.local_clock(), stream.inlet
        if inlet is None or stream.clock is None:  # let go, or back just now
            return 0
        while not stream.hold and pylsl.local_clock() - begun < _TURN_S:
            rows = stream.rows if stream.buffer is None else len(stream.buffer)
            try:
                samples, stamps = inlet.pull_chunk(timeout=0.0, max_samples=rows, dest_obj=stream.buffer, as_numpy=True)
            except LostError:
                stream.give_up()
                self._say(f"warning: {stream.description.name!r} is gone and has no source_id to find it again by")
                return written
            stream.drained = len(stamps) == 0
            if stream.drained:
                break
            if stream.stalled:
                self._say(f"{stream.description.name!r} is back after {stamps[0] - stream.last_stamp:.1f} s")
            if stream.new_xml:
                stream = self._renew(stream)
            stream.stalled = False
            stream.last_seen = pylsl.local_clock()
            timed = times_of_arrival(stamps, stream.description.sfreq, stream.last_seen)
            if timed is not None:
                stamps = timed
                if not stream.untimed:
                    stream.untimed = True
                    text = "stamps samples with no time: when they arrived, by this machine's clock, is written instead"
                    self._say(f"warning: {stream.description.name!r} {text}")
            elif stream.found_hole(stamps):
                self._say(f"warning: {stream.in_holes}")
            stream.last_stamp = float(stamps[-1])
            if self._care is not None and self._care.spare and stream.derived:
                continue
            if stream.buffer is None:
                samples = stream.texts(samples)
            self._writer.write(stream.stream_id, stamps, samples, stream.tolerance_s)
            written += len(stamps)
        if silent_s := stream.stalls(pylsl.local_clock()):
            self._say(f"warning: no samples of {stream.description.name!r} for {silent_s:.1f} s")
        return written

    def _renew(self, stream: RecordedStream) -> RecordedStream:
        """After a restart of the sender: where rate or channels changed, go on under a new number and header."""
        new, old = described(stream.new_xml), stream.description
        xml, stream.new_xml = stream.new_xml, ""
        if (new.sfreq, new.labels, new.units) == (old.sfreq, old.labels, old.units):
            return stream
        self._say(f"warning: {old.name!r} came back changed ({old.sfreq:g} -> {new.sfreq:g} Hz or other channels)")
        renewed = self._register(Opened(stream.inlet, stream.uid, xml, stream.info))
        stream.give_up()  # afterwards: the finder sees at every moment that its sender has an inlet
        return renewed
