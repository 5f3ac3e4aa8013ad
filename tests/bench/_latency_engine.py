"""The real engine on a bundle with random weights, into a sound card, for `live_latency`: `reset` and `report` on
standard input. Its sound card is whatever its environment shows it."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import sys
import threading
from pathlib import Path

import numpy as np

from bk_realtime.engine.live import Engine
from bk_realtime.engine.wiring import open_sink
from bk_realtime.lsl_clock import LslClock
from bk_realtime.session.bundle import load_session_bundle
from bk_realtime.session.folder import Session
from bk_realtime.session.profiles import ProfileName
from bk_realtime.session.settings import SafetySettings, SessionSettings
from bk_realtime.source.inlet import LslInlet
from tests.engine_fakes import tiny_bundle


def main(
    folder: Path,
    session: str,
    source_id: str,
    n_channels: int,
    output: str,
    profile: ProfileName,
    lookahead_ms: float | None,
) -> None:
    """Run until standard input closes; prints `ready`, then one JSON line for every `report`."""
    sys.setswitchinterval(0.0005)
    tiny_bundle(folder / "bundle", "seq2seq", n_channels)
    safety = SafetySettings(unmuted=True)
    settings = SessionSettings(
        folder / "bundle", sound_device=output, safety=safety, profile=profile, lookahead_ms=lookahead_ms
    )
    bundle = load_session_bundle(settings)
    sink = open_sink(settings, bundle.mel.sample_rate)
    engine = Engine(Session(folder, session, settings), bundle, LslInlet(source_id=source_id), sink, LslClock())
    fills: list[float] = []

    write = sink.write

    def watched(samples: np.ndarray, *further: float) -> None:
        if len(samples):
            fills.append(1e3 * sink.fill / bundle.mel.sample_rate)
        write(samples, *further)

    sink.write = watched  # type: ignore[method-assign]
    underruns = 0

    def obey() -> None:
        nonlocal underruns
        print("ready", flush=True)
        with os.fdopen(os.dup(sys.stdin.fileno())) as commands:
            for line in commands:
                if line.strip() == "reset":
                    engine.metrics.reset()
                    underruns = sink.underruns
                    fills.clear()
                else:
                    stages = engine.metrics.snapshot()["stages"]
                    said = {**engine.status().as_dict(), "stages": stages, "underruns": sink.underruns - underruns}
                    lookahead = engine.chain.stages["vocoder"][-1].lookahead
                    said["lookahead_ms"] = 1e3 * lookahead / bundle.mel.sample_rate
                    # of the sound that waited longest for its packet
                    said["least_buffer_ms"] = float(np.quantile(fills, 0.05))
                    print(json.dumps(said), flush=True)
        engine.stop()

    threading.Thread(target=obey, daemon=True).start()
    engine.run()


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        sys.argv[2],
        sys.argv[3],
        int(sys.argv[4]),
        sys.argv[5],
        "fast" if sys.argv[6:7] == ["fast"] else "default",
        float(sys.argv[7]) if sys.argv[7:] else None,
    )
