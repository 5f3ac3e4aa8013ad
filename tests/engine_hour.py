"""The real engine on a clock of its own: hours of a recording, looped, as fast as they decode, in one thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine import live
from bk_realtime.engine.voice_file import VoiceFile
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import SafetySettings, SessionSettings
from bk_realtime.sink.null import NullSink
from bk_realtime.source.base import SourceEvent
from tests.manual_clock import ManualClock

CHUNK_S = 0.04


class HourSource:
    """Plays (T, n_channels) µV again and again and turns the clock; now and then samples are missing or late.

    Parameters
    ----------
    each : called after each chunk with the number of chunks so far: what the main thread does meanwhile.
    """

    def __init__(self, stream: StreamDescription, data: np.ndarray, clock: ManualClock) -> None:
        self._stream, self._data, self._clock = stream, data, clock
        self._size = round(CHUNK_S * stream.sfreq)
        self.n_chunks = self._n = 0
        self.each: Callable[[int], object] = lambda k: None

    def describe(self) -> StreamDescription:
        return self._stream

    def pull(self, timeout: float) -> Chunk:
        self.each(self.n_chunks)
        self.n_chunks += 1
        at = self._n % (len(self._data) - self._size)
        seconds = self._size / self._stream.sfreq
        stamps = self._clock.now() + np.arange(self._size) / self._stream.sfreq
        self._clock.sleep(seconds)
        self._n += self._size
        return Chunk(self._data[at : at + self._size], self._n - self._size, stamps, 0.0, self._clock.now())

    def take_events(self) -> list[SourceEvent]:
        if self.n_chunks % 1500 == 0:
            return [SourceEvent("gap", self._n, 1.0, "1.000 s are missing")]
        return [SourceEvent("gap", self._n, 0.1, "0.100 s are missing")] if self.n_chunks % 500 == 0 else []

    def close(self) -> None:
        pass


class EngineHour:
    """Parameters
    ----------
    folder : of the session; it is there.
    bundle : with the stream and the (T, n_channels) signal in µV that it decodes.
    """

    def __init__(self, folder: Path, bundle: Bundle, stream: StreamDescription, data: np.ndarray) -> None:
        self.clock = ManualClock(1000.0)
        self.source = HourSource(stream, data, self.clock)
        settings = SessionSettings(bundle.path, safety=SafetySettings(unmuted=True))  # type: ignore[arg-type]
        session = Session(folder, f"hour-{folder.name}", settings)
        sink = NullSink(bundle.mel.sample_rate, self.clock)
        self.engine = live.Engine(session, bundle, self.source, sink, self.clock)
        self.voice = VoiceFile(folder / "decoded.wav", bundle.mel.sample_rate)

    def run(self, seconds: float, each_s: Callable[[float], bool] = lambda at: False) -> None:
        """Decode so many seconds of signal with the engine's own loop and chores, the collector off; ``each_s`` is
        called every second of signal and ends it with true."""
        engine, begun = self.engine, self.source.n_chunks
        per_s = round(1 / CHUNK_S)

        def each(k: int) -> None:
            if k % (per_s // 8) == 0:
                engine._keep_house(self.voice)
            if k % (10 * per_s) == 0:
                engine.board.write_file()
            if k % (20 * per_s) == 0:
                for command in ({"command": "gain", "gain_db": -float(k % 7)}, {"command": "marker", "text": f"{k}"}):
                    engine._command({**command, "sent": time.perf_counter()})
            at = round((k - begun) * CHUNK_S, 2)
            if at >= seconds or ((k - begun) % per_s == 0 and each_s(at)):
                engine.stop()

        self.source.each = each
        engine._stop.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(live, "real_time_priority", lambda *_: "none: a test")
            engine._decode_loop(self.voice)
        if engine._error is not None:
            raise engine._error

    def close(self) -> None:
        """End the engine; nobody sees its streams afterwards."""
        self.voice.close()
        self.engine.sink.close()
        vars(self.engine.outlets).clear()
