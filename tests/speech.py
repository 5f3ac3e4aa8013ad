"""Real speech for tests and figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from offline.io.sound import join_files, sound_files


def speech_clips(folder: Path, n: int, most_s: float = 6.0) -> list[np.ndarray]:
    """``n`` clips of 1.5 to ``most_s`` seconds at 22050 Hz, spread evenly over a folder of speech."""
    return [clip.audio for clip in join_files(sound_files([folder]), n, 22050, 1.5, most_s)]
