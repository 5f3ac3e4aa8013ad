"""The real engine on a bundle with random weights, for the benches: `reset` and `report` on standard input."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import sys
import threading
from pathlib import Path

from bk_realtime.engine.live import Engine
from bk_realtime.lsl_clock import LslClock
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import SessionSettings
from bk_realtime.sink.null import NullSink
from bk_realtime.source.inlet import LslInlet
from tests.engine_fakes import tiny_bundle


def main(folder: Path, session: str, source_id: str, n_channels: int, sfreq: float) -> None:
    """Run until standard input closes; prints `ready`, then one JSON line for every `report`."""
    sys.setswitchinterval(0.0005)
    bundle = tiny_bundle(folder / "bundle", "seq2seq", n_channels, sfreq=sfreq)
    settings = SessionSettings(folder / "bundle", sound_device="none")
    inlet = LslInlet(source_id=source_id, timeout=10)
    engine = Engine(Session(folder, session, settings), bundle, inlet, NullSink(bundle.mel.sample_rate), LslClock())

    def obey() -> None:
        print("ready", flush=True)
        with os.fdopen(os.dup(sys.stdin.fileno())) as commands:
            for line in commands:
                if line.strip() == "reset":
                    engine.metrics.reset()
                else:
                    print(json.dumps(engine.metrics.snapshot()["stages"]), flush=True)
        engine.stop()

    threading.Thread(target=obey, daemon=True).start()
    engine.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
