"""Quality of the sound itself: STOI, ESTOI and, where the package is installed, PESQ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soxr
import torch

from bk_realtime.clock import SAMPLE_RATE
from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.device import pick_device
from bk_realtime.stream import Operator
from bk_realtime.vocoder import build_vocoder
from offline.scoring.speech_quality import PESQ_RATE, have_pesq, intelligibility, vocode_clip, wideband_pesq

SOUND_MEASURES = ("stoi", "estoi", "pesq")
BLOCK_S = 5.0
"""Length of the pieces that are scored one by one."""
LEAST_SPEECH_S = 0.6
"""Speech that a piece must hold: the measures see 400 ms at a time and leave silence out."""


def score_sound(recorded: np.ndarray, decoded: np.ndarray, sample_rate: int = SAMPLE_RATE) -> dict[str, float]:
    """STOI (Taal 2011), ESTOI (Jensen and Taal 2016) and PESQ-WB (ITU-T P.862.2) of ``decoded`` (T,) against
    ``recorded`` (T,). A measure that is not defined for the signals, or whose package is missing, is NaN.
    """
    n = min(len(recorded), len(decoded))
    a, b = (soxr.resample(x[:n].astype(np.float32), sample_rate, PESQ_RATE) for x in (recorded, decoded))
    return {
        "stoi": intelligibility(a, b, extended=False),
        "estoi": intelligibility(a, b, extended=True),
        "pesq": wideband_pesq(a, b) if have_pesq() else float("nan"),
    }


class Voice:
    """The vocoder that makes every mel of a score card audible, so that all are scored alike.

    Parameters
    ----------
    vocoder, mel : as in the bundle.
    folder : the bundle, for vocoders with weights.
    device : for vocoders with a network.
    """

    def __init__(
        self, vocoder: VocoderSettings, mel: MelSettings, folder: Path | None = None, device: str = "cpu"
    ) -> None:
        self.operator: Operator = build_vocoder(vocoder, mel, folder, pick_device(device))

    @torch.inference_mode()
    def __call__(self, mel: np.ndarray) -> np.ndarray:
        """(n, n_mels) float32 -> (n * hop_length,) float32."""
        return vocode_clip(self.operator, mel.astype(np.float32))


def sound_blocks(mask: np.ndarray, frame_rate: float, most_s: float) -> list[tuple[int, int]]:
    """Pieces of 5 s in frames that hold enough speech; at most ``most_s`` seconds of them, spread evenly."""
    n = round(BLOCK_S * frame_rate)
    pieces = [(a, min(a + n, len(mask))) for a in range(0, max(1, len(mask) - n // 2), n)]
    spoken = [(a, b) for a, b in pieces if mask[a:b].sum() >= LEAST_SPEECH_S * frame_rate]
    most = int(most_s // BLOCK_S)
    if len(spoken) <= most:
        return spoken
    return [spoken[i * len(spoken) // most] for i in range(most)]
