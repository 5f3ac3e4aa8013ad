"""`python -m bk_realtime replay`: a recording over LSL, as if it were being measured now."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from bk_realtime.config import check_range
from bk_realtime.errors import BkError, OptionError
from bk_realtime.processes.parent import asked_to_end


@dataclass
class Replay:
    """Stream an XDF recording over LSL: all streams, with their names, rates, labels, markers and relative times.

    Each source_id begins with "replay-", so that nobody takes it for the device. Ctrl-C ends it.
    """

    file: Annotated[Path, tyro.conf.Positional]
    """The recording (.xdf)."""
    speed: float = 1.0
    """2 is twice as fast. Nominal rates stay, so that decoders still accept the stream."""
    loop: bool = False
    """Play again and again, without a seam in the neural stream."""
    start_s: float = 0.0
    """Begin so many seconds into the recording."""
    seconds: float | None = None
    """Stop after so many seconds."""
    chunk_ms: float = 16.0
    """Length of the packets that leave together, in ms of recording time."""
    wait_for_consumer: bool = False
    """Begin when somebody listens to the streams."""
    wait_for: str = ""
    """Begin when an LSL stream is visible that fulfils this XPath condition, e.g. "name='BrainKaraoke-mel'"."""
    timeout_s: float = 120.0
    """How long to wait for those, in seconds."""
    prefix: str | None = None
    """Text before each source_id; default "replay-" and a number that is new each time."""
    exact: bool = False
    """Keep the original source_ids. The recorded device must be off."""
    faults: Path | None = None
    """TOML file with [[fault]] tables: kind, at_s, seconds, stream, channels, size_s."""
    fault: tuple[str, ...] = ()
    """Planted faults, each KIND:AT_S[:SECONDS[:LABELS or SIZE_S]]; kinds: gap, duplicate, nan, flat, saturate, jitter,
    clock_jump, drop."""
    salvage: bool = False
    """Use the whole part of a file that is cut off or damaged."""

    def __post_init__(self) -> None:
        check_range(self, "seconds", 0.0, 1e6, "s")
        check_range(self, "timeout_s", 0.0, 1e6, "s")

    def run(self) -> int:
        """Stream to the end; 0 when all was sent or Ctrl-C came."""
        return replay(self)


def replay(settings: Replay) -> int:
    """Stream a recording until its end, the time is up, Ctrl-C or SIGTERM.

    Raises
    ------
    BkError
        The file cannot be read, a fault names what is not there, nobody listens in time.
    """
    from bk_realtime.replay.faults import parse_fault, read_faults
    from bk_realtime.replay.streamer import Streamer

    faults = [parse_fault(text) for text in settings.fault]
    if settings.faults is not None:
        faults += read_faults(settings.faults)
    stop = asked_to_end()
    streamer = Streamer(
        settings.file,
        settings.speed,
        settings.loop,
        settings.chunk_ms / 1e3,
        settings.prefix,
        settings.exact,
        settings.start_s,
        faults,
        settings.salvage,
    )
    for track, source_id in zip(streamer.tracks, streamer.source_ids, strict=True):
        description = track.description
        note = " SIMULATED" if description.simulated else ""
        print(f"{description.name} ({description.type}){note}: {len(track)} samples, source_id {source_id}", flush=True)
    try:
        if settings.wait_for_consumer and not streamer.wait_for_consumers(settings.timeout_s, stop.is_set):
            raise BkError(f"nobody listened to the replay within {settings.timeout_s:g} s; start the listener first")
        if settings.wait_for:
            _wait_for(settings.wait_for, settings.timeout_s, stop)
        if not stop.is_set():
            print(f"replaying {streamer.duration_s:.1f} s" + (", looped" if settings.loop else ""), flush=True)
            streamer.run(stop.is_set, settings.seconds)
    finally:
        streamer.close()
    sent = ", ".join(f"{n} of {t.description.name}" for n, t in zip(streamer.sent, streamer.tracks, strict=True))
    print(f"sent {sent}", flush=True)
    return 0


def _wait_for(predicate: str, timeout_s: float, stop: threading.Event) -> None:
    from bk_realtime.source.door import Door, search

    try:
        resolver = search(predicate, 2.0)
    except OptionError as error:
        raise OptionError(f"--wait-for {error}") from None
    end, door = time.monotonic() + timeout_s, Door()
    while not stop.is_set() and not door.admit(resolver.results()):
        if time.monotonic() > end:
            raise BkError(
                "; ".join(
                    [
                        f"no LSL stream with {predicate} within {timeout_s:g} s",
                        *door.refused[:6],
                        "check --wait-for and what should send it",
                    ]
                )
            )
        stop.wait(0.05)
