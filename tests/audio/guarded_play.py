"""A process that plays a sine as a session does its voice: `python -m tests.audio.guarded_play`; prints JSON lines.

Guard, sound card and the watch of the sound server are the session's own. Lines on standard input: `release` and
`unmute` are the operator's word, `words` asks for the status field, the end of the input ends the process.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import numpy as np

from bk_realtime.priority import DECODE, KEEP, real_time_priority
from bk_realtime.session.settings import SafetySettings
from bk_realtime.sink.late import LateSoundCard
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.soundcard import SoundCard
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.sound_watch import HOLD, SoundWatch

RATE, HOP = 22050, 256


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    sys.setswitchinterval(0.0005)
    late = "--late" in sys.argv
    guard = OutputGuard(SafetySettings(unmuted=not late), RATE)
    stand_in = NullSink(RATE, instead="no sound device yet")
    sink = LateSoundCard(lambda: SoundCard(RATE), stand_in) if late else SoundCard(RATE)
    watch = SoundWatch(guard, sink, lambda event: say(**event))
    ended = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            if line.strip() == "release":
                say(released=guard.release(HOLD))
            elif line.strip() == "unmute":
                say(unmuted=guard.unmute())
            else:
                say(**watch.figures())
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    real_time_priority(KEEP, "everything else")
    sink.start()
    watch.start()
    real_time_priority(DECODE, "decoding")
    begun, n = time.perf_counter(), 0
    while not ended.is_set():
        while n < (time.perf_counter() - begun) * RATE:
            sine = (0.5 * np.sin(2 * np.pi * 441 * np.arange(n, n + HOP) / RATE)).astype(np.float32)
            sink.write(guard.process(sine))
            n += HOP
        for event in sink.events():
            say(**event)
        time.sleep(0.002)
    watch.close()
    sink.close()


if __name__ == "__main__":
    main()
