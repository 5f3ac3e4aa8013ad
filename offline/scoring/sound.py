"""Quality of the sound itself: STOI, ESTOI and, where the package is installed, PESQ."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soxr
import torch
from pystoi import stoi

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.stream import Operator
from bk_realtime.vocoder import build_vocoder
from offline.scoring.speech_quality import PESQ_LEAST, PESQ_RATE, vocode_clip

SOUND_MEASURES = ("stoi", "estoi", "pesq")
BLOCK_S = 5.0
"""Length of the pieces that are scored one by one."""
LEAST_SPEECH_S = 0.6
"""Speech that a piece must hold: the measures see 400 ms at a time and leave silence out."""


def have_pesq() -> bool:
    """Whether PESQ can be computed here (extra ``score``)."""
    return importlib.util.find_spec("pesq") is not None


def score_sound(recorded: np.ndarray, decoded: np.ndarray, sample_rate: int = 22050) -> dict[str, float]:
    """STOI (Taal 2011), ESTOI (Jensen and Taal 2016) and PESQ-WB (ITU-T P.862.2) of ``decoded`` (T,) against
    ``recorded`` (T,). A measure that is not defined for the signals, or whose package is missing, is NaN.
    """
    n = min(len(recorded), len(decoded))
    a, b = (soxr.resample(x[:n].astype(np.float32), sample_rate, PESQ_RATE) for x in (recorded, decoded))
    values = {}
    for name, extended in (("stoi", False), ("estoi", True)):
        with warnings.catch_warnings(record=True) as caught, _seeded():
            warnings.simplefilter("always")
            value = float(stoi(a, b, PESQ_RATE, extended=extended))
        short = any("Not enough STFT frames" in str(w.message) for w in caught)
        values[name] = float("nan") if short else value
    values["pesq"] = _pesq(a, b) if have_pesq() else float("nan")
    return values


@contextmanager
def _seeded() -> Iterator[None]:
    """pystoi adds noise of 1e-16 from NumPy's global generator: seeded, so that a score is the same everywhere."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _pesq(recorded: np.ndarray, decoded: np.ndarray) -> float:
    import pesq

    if not np.any(decoded):
        return PESQ_LEAST
    try:
        return float(pesq.pesq(PESQ_RATE, recorded, decoded, "wb"))
    except (pesq.NoUtterancesError, pesq.BufferTooShortError):
        return float("nan")


class Voice:
    """The vocoder that makes every mel of a score card audible, so that all are scored alike.

    Parameters
    ----------
    vocoder, mel : as in the bundle.
    folder : the bundle, for vocoders with weights.
    """

    def __init__(self, vocoder: VocoderSettings, mel: MelSettings, folder: Path | None = None) -> None:
        self.operator: Operator = build_vocoder(vocoder, mel, folder, "cpu")

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
