"""The electrical loop: clicks through the session's own sound output, and an LSL stream that has them back."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from bk_realtime.certify.clicks import LoopFigures, click, click_starts, find_clicks
from bk_realtime.clock import Clock
from bk_realtime.sink.base import AudioSink
from bk_realtime.source.microphone import Sound
from bk_realtime.voice.output_guard import amplitude

N_CLICKS = 40
_LOW_HZ = 8000.0
"""An input slower than this gets the low click."""
_TAIL_S = 1.5


def run_loop(sink: AudioSink, listen: Sound, clock: Clock, hop: int, level_dbfs: float) -> LoopFigures:
    """Play 40 clicks in 17 s and find them again. Takes the sink as it is: not started; it is closed after.

    Parameters
    ----------
    sink : where the session's voice goes.
    listen : the wired input.
    clock : this machine's LSL clock, which is also that of ``listen``'s stamps.
    hop : samples that are written at a time, as in a session.
    level_dbfs : peak of a click, dB re full scale.
    """
    rate, low = sink.sample_rate, listen.sample_rate < _LOW_HZ
    wave = amplitude(level_dbfs) * click(rate, low)
    starts = click_starts(N_CLICKS, rate)
    train = np.zeros((int(starts[-1]) + round(_TAIL_S * rate)) // hop * hop, np.float32)
    for at in starts:
        train[at : at + len(wave)] += wave
    heard: list[tuple[np.ndarray, np.ndarray]] = []
    due = np.full(len(starts), np.nan)
    sink.start()
    try:
        begun = clock.now()
        for first in range(0, len(train), hop):
            _until(lambda f=first: clock.now() >= begun + f / rate, lambda: heard.append(listen.pull()))  # type: ignore[misc]
            waiting = sink.fill / rate + sink.latency_s
            inside = (starts >= first) & (starts < first + hop)
            due[inside] = clock.now() + waiting + (starts[inside] - first) / rate
            sink.write(train[first : first + hop])
        _until(lambda: clock.now() >= begun + len(train) / rate + 0.5, lambda: heard.append(listen.pull()))
    finally:
        sink.close()
    return find_clicks(np.concatenate([s for s, _ in heard]), np.concatenate([t for _, t in heard]), due, low)


def _until(done: Callable[[], bool], meanwhile: Callable[[], object]) -> None:
    while not done():
        meanwhile()
        time.sleep(0.002)
