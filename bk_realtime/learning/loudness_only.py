"""The rival that knows how loud the voice is and nothing of what it says: what an artefact of speaking could decode.

Muscles, movement and cables follow the level of a voice. A ridge of the recorded level itself, a little ahead and
behind, decodes whatever spectrum goes with it; who is to have decoded more than loudness must be better.
"""

from __future__ import annotations

import numpy as np
import torch

from bk_realtime.decoder.speech_frames import frame_level
from bk_realtime.learning.running import RunningRidge

AHEAD = (0, 6, 12)
"""Frames ahead at which the level is known too."""
PENALTY = 1e-2
N_LEVELS = 3


class LoudnessOnly:
    """Decodes each stretch from the recorded level, by what it learnt before."""

    def __init__(self, n_past: int) -> None:
        self._ridge = RunningRidge(n_past, N_LEVELS * len(AHEAD))
        self._solved: tuple[torch.Tensor, torch.Tensor] | None = None

    def take(self, mel: np.ndarray, speech: np.ndarray, renew: bool) -> np.ndarray | None:
        """Decode a stretch, then learn it.

        Parameters
        ----------
        mel : (n_past - 1 + T + max(AHEAD), n_mels) recorded log-mel; what is before and behind the T frames is only
            known.
        speech : (the same,) bool.
        renew : whether to solve anew afterwards.

        Returns
        -------
        (T, n_mels); None where nothing was learnt before.
        """
        level = np.stack([frame_level(mel), mel.mean(1, dtype=np.float64), speech.astype(float)], 1)
        n = len(mel) - max(AHEAD)
        x = torch.from_numpy(np.concatenate([level[k : k + n] for k in AHEAD], 1))
        decoded = None if self._solved is None else self._ridge.decode(x, self._solved)
        self._ridge.add(x, mel[self._ridge.n_past - 1 : n])
        if renew:
            self._solved = self._ridge.solve((PENALTY,))[PENALTY]
        return decoded
