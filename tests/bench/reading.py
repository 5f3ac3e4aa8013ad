"""Memory and time of a long recording: an XDF file of 128 channels at 2048 Hz, read, inspected and preprocessed.

The whole hour by default (a file of 3.9 GB in the temporary folder), two minutes with ``--quick``. Every step is a
process of its own; its memory is the most that was resident at once, by the operating system.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml

N_CHANNELS, SFREQ, SAMPLE_RATE = 128, 2048, 48_000
MOST_BYTES = 6e9
READ = "import sys; from offline.io import read_recording; read_recording(sys.argv[1])"


def write_recording(path: Path, seconds: int) -> None:
    """Simulated noise, another every second, with a microphone that has speech-like bursts."""
    neural = StreamDescription(
        "amp", "sEEG", "amp-1", SFREQ, tuple(f"A{i + 1}" for i in range(N_CHANNELS)), ("microvolts",) * N_CHANNELS
    )
    audio = StreamDescription("mic", "Audio", "mic-1", SAMPLE_RATE, ("mic",), ("normalized",))
    rng = np.random.default_rng(0)
    noise = (40 * rng.standard_normal((2 * SFREQ, N_CHANNELS))).astype(np.float32)
    voice = (0.1 * rng.standard_normal((SAMPLE_RATE, 1))).astype(np.float32)
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(neural, {"simulated": "true"}))
        writer.add_stream(2, info_xml(audio))
        for second in range(seconds):
            first = int(rng.integers(SFREQ))
            writer.write(1, 100 + second + np.arange(SFREQ) / SFREQ, noise[first : first + SFREQ])
            loud = np.float32(1.0 if rng.random() < 0.5 else 0.001)
            writer.write(2, 100 + second + np.arange(SAMPLE_RATE) / SAMPLE_RATE, loud * voice)


def measured(*arguments: str) -> tuple[float, float]:
    """Seconds and most resident bytes of a process."""
    start = time.perf_counter()
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    out = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    status, most = out.stdout.split()
    if status != "0":
        raise RuntimeError(f"{' '.join(arguments)}: exit {status}: {out.stderr.strip()[-500:]}")
    return time.perf_counter() - start, int(most) * (1 if sys.platform == "darwin" else 1024)


def run(quick: bool) -> list[dict]:
    """Bytes at most of each step, against 6 GB for the hour."""
    seconds = 120 if quick else 3600
    values = seconds * SFREQ * N_CHANNELS
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour_simulated.xdf"
        write_recording(path, seconds)
        steps = {
            "reading": ("-c", READ, str(path)),
            "reading+inspect": ("-m", "offline.inspect", str(path)),
            "reading+preprocess": ("-m", "offline.preprocess", str(path), "--out", str(path.with_name("out.h5"))),
        }
        for name, arguments in steps.items():
            wall_s, most = measured(sys.executable, *arguments)
            rows.append(
                {
                    "name": name,
                    "value": most / 1e9,
                    "unit": "GB",
                    "baseline": MOST_BYTES / 1e9,
                    "ratio": most / MOST_BYTES,
                    "detail": {
                        "channels": N_CHANNELS,
                        "sfreq": SFREQ,
                        "recording_s": seconds,
                        "bytes_per_value": most / values,
                        "wall_s": wall_s,
                        "times_real_time": seconds / wall_s,
                    },
                }
            )
    return rows
