"""Log-mel frames made audible, piece by piece, into a sound file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
import torch

from bk_realtime.errors import FileError
from bk_realtime.files import atomic
from bk_realtime.stream import Operator, Stream

PIECE = 256
"""Frames a push: about three seconds of sound."""


def vocode(vocoder: Operator, mel: np.ndarray) -> Iterator[np.ndarray]:
    """Pieces of audio ``(m,)`` float32 for log-mel ``(n, n_mels)``, ``n * hop`` samples in all."""
    stream = Stream(vocoder, torch.zeros(1))
    with torch.inference_mode():
        for i in range(0, len(mel), PIECE):
            yield stream.push(torch.from_numpy(mel[i : i + PIECE])[None])[0, :, 0].cpu().numpy()
        yield stream.flush()[0, :, 0].cpu().numpy()


def write_audio(
    path: Path, pieces: Iterable[np.ndarray], sample_rate: int, marks: Sequence[str] = ()
) -> tuple[int, int]:
    """Write ``pieces`` to wav, mp3 or flac, complete or not at all; samples written and samples clipped. What the sound
    must be heard with, ``marks``, stands in the file's comment."""
    written = clipped = 0
    try:
        with atomic(path) as part, soundfile.SoundFile(part, "w", samplerate=sample_rate, channels=1) as file:
            if marks:
                file.comment = ", ".join(marks)
            for piece in pieces:
                clipped += int((np.abs(piece) > 1).sum())
                file.write(np.clip(piece, -1.0, 1.0))
                written += len(piece)
    except (soundfile.LibsndfileError, OSError) as error:
        raise FileError(
            f"{path}: could not be written ({error}); expected a folder with room and a wav or mp3"
        ) from None
    return written, clipped
