"""Which frames hold speech, by the level of all that was heard so far and nothing that comes later."""

from __future__ import annotations

import numpy as np

from bk_realtime.decoder.speech_frames import ABOVE_FLOOR_DB, frame_level, level_threshold


class SpeechSoFar:
    """Takes log-mel in order, gives back its speech frames."""

    def __init__(self) -> None:
        self._levels: list[np.ndarray] = []

    def take(self, mel: np.ndarray) -> np.ndarray:
        """(T, n_mels) natural-log mel -> (T,) bool."""
        level = frame_level(mel)
        self._levels.append(level.astype(np.float32))
        so_far = np.concatenate(self._levels)
        least = max(level_threshold(so_far), float(np.quantile(so_far, 0.1)) + ABOVE_FLOOR_DB)
        return np.asarray(level > least)
