"""From the last word to a decoder: a SIMULATED participant reads for five minutes on 128 channels, live; `learn` ends.

The recording is made by the simulator beside a made-up voice, sent over LSL at its own pace (`replay`), recorded and
learnt by `python -m bk_realtime learn`. Seconds count from the end of the stream: until `NAME_learnt` is on disk, the
ridge, and what the comparison with the GRU chose. The recorder's file is compared with what was sent, row by row.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.xdf.reader import read_xdf
from offline.simulation.session import Simulate, simulate, simulation_facts
from offline.simulation.speech import SpeechTrack
from offline.simulation.write import Clocks, write_session
from tests.babble import babble

SOUND_RATE = 16000
LEARNT, RIDGE, LAST = "what was learnt meanwhile", "will be compared with it", " is the bundle: "
LEARNT_MOST_S, NETWORK_MOST_S = 10.0, 300.0


@dataclass(frozen=True)
class Read:
    """What came of one reading: seconds from its end to each line, rows that the recorder lacks, what was said."""

    recording: Path
    seconds: dict[str, float]
    sent: int
    recorded: int
    lost: int
    code: int
    said: list[str]


def write_reading(folder: Path, channels: int, seconds: float, sfreq: float = 1024.0) -> Path:
    """A SIMULATED participant's session as an XDF file."""
    path = folder / "sent_simulated.xdf"
    track = SpeechTrack(np.clip(babble(seconds, 1), -1, 1), SOUND_RATE, [(0.0, "experimentStarted")])
    settings = Simulate((), path, channels=channels, sfreq=sfreq)
    made = simulate(settings, track)
    write_session(
        path, made.neural, sfreq, made.participant.labels, track.audio, SOUND_RATE, made.audio_rate, made.markers,
        simulation_facts(settings, made), Clocks(), settings.seed,
    )  # fmt: skip
    return path


def read_live(folder: Path, channels: int, seconds: float, words: Sequence[str] = ()) -> Read:
    """Send, record, learn; ``words`` are further options of `learn`."""
    source, out = write_reading(folder, channels, seconds), folder / "p_simulated.xdf"
    command = [sys.executable, "-u", "-m", "bk_realtime"]
    learn = subprocess.Popen(
        [*command, "learn", "--out", str(out), *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: list[tuple[float, str]] = []

    def listen() -> None:
        assert learn.stdout is not None
        for line in learn.stdout:
            said.append((time.monotonic(), line.rstrip("\n")))
            print(f"{time.strftime('%H:%M:%S')} {line}", end="", file=sys.stderr, flush=True)

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        subprocess.run([*command, "replay", str(source), "--wait-for-consumer"], check=True, stdout=subprocess.DEVNULL)
        end = time.monotonic()
        print(f"{time.strftime('%H:%M:%S')} the last word", file=sys.stderr, flush=True)
        learn.send_signal(signal.SIGINT)
        learn.wait()
    finally:
        learn.kill()
        listener.join()
    at = {name: next((t - end for t, line in said if name in line), np.nan) for name in (LEARNT, RIDGE, LAST)}
    sent, kept = (neural_rows(path) for path in (source, out))
    rows = {row.tobytes(): k for k, row in enumerate(sent)}
    found = {rows[row.tobytes()] for row in kept if row.tobytes() in rows}
    due = len(sent) - min(found, default=0)
    return Read(out, at, len(sent), len(kept), due - len(found), learn.returncode, [line for _, line in said])


def neural_rows(path: Path) -> np.ndarray:
    """(n, n_channels) float32 of the neural stream of a file."""
    (stream,) = [s for s in read_xdf(path) if s.description.is_neural]
    return np.ascontiguousarray(stream.data, np.float32)


def run(quick: bool) -> list[dict[str, Any]]:
    """Seconds to the first bundle, to the ridge and to the network's choice; rows that the recorder lacks."""
    channels, seconds = (16, 60.0) if quick else (128, 300.0)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bk_learn_end_") as name:
        done = read_live(Path(name), channels, seconds)
    detail = {
        "SIMULATED, channels": channels,
        "read s": seconds,
        "rows sent": done.sent,
        "rows recorded": done.recorded,
        "rows lost": done.lost,
        "exit code": done.code,
        "cores": os.cpu_count(),
        "load before": load,
        "load after": os.getloadavg()[0],
    }
    last = next((line for line in reversed(done.said) if LAST in line), "nothing was chosen")
    steps = (("learnt", LEARNT, LEARNT_MOST_S), ("ridge", RIDGE, NETWORK_MOST_S), ("network", LAST, NETWORK_MOST_S))
    return [
        {
            "name": f"learn_end {step}",
            "value": float(done.seconds[line]),
            "unit": "s after the last word",
            "baseline": most,
            "ratio": float(done.seconds[line]) / most,
            "detail": detail | ({"said": last} if step == "network" else {}),
        }
        for step, line, most in steps
    ]
