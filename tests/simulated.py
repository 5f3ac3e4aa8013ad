"""A SIMULATED recording of any length from what the repository ships: the demo's words, said at other paces."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from bk_realtime.shipped import RECORDING
from bk_realtime.xdf.reader import read_xdf
from offline.simulation.session import Simulate, write_simulation

PACES = (1.0, 0.86, 1.16, 0.93, 1.08)
"""Each word once at each of them, so that no sound comes twice: training refuses a recording in which one does."""
TRIAL_S = 3.0


def demo_words(folder: Path, n: int) -> None:
    """``n`` clips into a folder, each another sound: as many words of the demo as it takes, faster and slower."""
    streams = {s.description.name: s for s in read_xdf(RECORDING)}
    sound, cues = streams["Microphone"], streams["Stimulus"]
    audio, rate = sound.data[:, 0] / np.float32(32768), round(sound.description.sfreq)
    starts, ends = (
        [(at, text.partition(";")[2]) for at, (text,) in zip(cues.stamps, cues.data, strict=True) if text.startswith(w)]
        for w in ("start;", "end;")
    )
    said = [(word, *np.searchsorted(sound.stamps, (a, b))) for (a, word), (b, _) in zip(starts, ends, strict=True)]
    clips = [(f"{word}__{k}", audio[a:b], pace) for k, pace in enumerate(PACES) for word, a, b in said]
    assert len(clips) >= n, f"the demo has {len(clips)} clips for {n}: more PACES are needed"
    for name, clip, pace in clips[:n]:
        at = np.arange(0, len(clip) - 1, pace)
        soundfile.write(folder / f"{name}.wav", np.interp(at, np.arange(len(clip)), clip), rate)


def long_recording(path: Path, seconds: float, channels: int = 16, sfreq: float = 512.0) -> Path:
    """``path``, with a simulated participant who says the demo's words for so long; nothing in it comes twice."""
    with tempfile.TemporaryDirectory() as words:
        demo_words(Path(words), int(seconds / TRIAL_S) + 1)
        write_simulation(
            Simulate((Path(words),), path, channels=channels, sfreq=sfreq, seconds=seconds, coupling=1.5, bad=1)
        )
    return path
