"""`python -m offline.vocode MEL --out x.wav`: make a file of log-mel frames audible with any vocoder."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import h5py
import numpy as np
import soundfile
import torch
import tyro
from rich.progress import track

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.stream import Operator, Stream
from bk_realtime.vocoder import VOCODERS, build_vocoder
from offline.io.outputs import claim

PIECE = 256
"""Frames a push: about three seconds of sound."""
_PARTS = {".wav": ".part.wav", ".mp3": ".part.mp3", ".flac": ".part.flac"}


@dataclass(frozen=True)
class Vocode:
    """Make a file of log-mel frames audible."""

    mel: Annotated[Path, tyro.conf.Positional]
    """Frames: .npy of shape (n, n_mels), or .npz or .h5 predictions with an array 'mel'; natural logarithm."""
    out: Path
    """Sound file to write: .wav, .mp3 or .flac."""
    vocoder: str = "phase"
    """phase (no weights), hifigan or another name in bk_realtime.vocoder."""
    lookahead_ms: float | None = None
    """Lookahead of the vocoder in ms; by default the most that it offers, for here nobody waits."""
    weights: Path | None = None
    """File of weights for vocoders that have them."""
    device: Literal["cpu", "cuda", "auto"] = "cpu"
    """For vocoders with a network; auto takes a CUDA device where there is one."""
    overwrite: bool = False
    """Replace an existing file."""


def read_mel(path: Path, n_mels: int = 80) -> np.ndarray:
    """Log-mel ``(n, n_mels)`` float32 from .npy, or from the array ``mel`` of .npz or .h5.

    Raises
    ------
    BkError
        No such file, not such an array, or values that are no natural-log mel.
    """
    if not path.is_file():
        raise BkError(f"{path}: no such file; expected log-mel frames as .npy, .npz or .h5")
    suffix = path.suffix.lower()
    try:
        if suffix == ".npy":
            mel = np.load(path, allow_pickle=False)
        elif suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                mel = _named(arrays, path)
        elif suffix in (".h5", ".hdf5"):
            with h5py.File(path, "r") as arrays:
                mel = np.asarray(_named(arrays, path))
        else:
            raise BkError(f"{path}: expected log-mel frames as .npy, .npz or .h5, got a {suffix or 'nameless'} file")
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise BkError(f"{path}: expected a readable {suffix} file of log-mel frames ({error})") from None
    if mel.ndim != 2 or mel.shape[1] != n_mels or not len(mel) or mel.dtype.kind != "f":
        hint = "; transpose it" if mel.ndim == 2 and mel.shape[0] == n_mels else ""
        raise BkError(f"{path}: expected floats of shape (n, {n_mels}), got {mel.dtype} {mel.shape}{hint}")
    finite = mel[np.isfinite(mel)]
    if len(finite) and (finite.min() < -40 or finite.max() > 15):
        raise BkError(
            f"{path}: values from {finite.min():.4g} to {finite.max():.4g} are no natural-log mel magnitudes "
            "(about -11.5 to 2); decibels must be multiplied by ln(10)/20 = 0.1151"
        )
    return np.ascontiguousarray(mel, dtype=np.float32)


def _named(arrays: np.lib.npyio.NpzFile | h5py.File, path: Path) -> np.ndarray:
    if "mel" not in arrays:
        raise BkError(f"{path}: expected an array named 'mel', found {', '.join(sorted(arrays)) or 'none'}")
    return arrays["mel"]


def vocode(vocoder: Operator, mel: np.ndarray) -> Iterator[np.ndarray]:
    """Pieces of audio ``(m,)`` float32 for log-mel ``(n, n_mels)``, ``n * hop`` samples in all."""
    stream = Stream(vocoder, torch.zeros(1))
    with torch.inference_mode():
        for i in range(0, len(mel), PIECE):
            yield stream.push(torch.from_numpy(mel[i : i + PIECE])[None])[0, :, 0].cpu().numpy()
        yield stream.flush()[0, :, 0].cpu().numpy()


def write_audio(path: Path, pieces: Iterator[np.ndarray], sample_rate: int) -> tuple[int, int]:
    """Write ``pieces`` to wav, mp3 or flac, complete or not at all; samples written and samples clipped."""
    part = path.with_name(path.stem + _PARTS[path.suffix.lower()])
    written = clipped = 0
    try:
        with soundfile.SoundFile(part, "w", samplerate=sample_rate, channels=1) as file:
            for piece in pieces:
                clipped += int((np.abs(piece) > 1).sum())
                file.write(np.clip(piece, -1.0, 1.0))
                written += len(piece)
        part.replace(path)
    except (soundfile.LibsndfileError, OSError) as error:
        raise BkError(f"{path}: could not be written ({error}); expected a folder with room and a wav or mp3") from None
    finally:
        part.unlink(missing_ok=True)
    return written, clipped


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(Vocode, prog="python -m offline.vocode", args=argv)
    claim(settings.out, settings.overwrite, tuple(_PARTS))
    if settings.vocoder not in VOCODERS:
        raise BkError(f"--vocoder {settings.vocoder}: expected one of {', '.join(sorted(VOCODERS))}")
    mel_settings = MelSettings()
    mel = read_mel(settings.mel, mel_settings.n_mels)
    lookahead_ms = 1e6 if settings.lookahead_ms is None else settings.lookahead_ms
    wanted = VocoderSettings(settings.vocoder, lookahead_ms, str(settings.weights or ""))
    vocoder = build_vocoder(wanted, mel_settings, device=settings.device)
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    n_pieces = math.ceil(len(mel) / PIECE) + 1
    pieces = iter(track(vocode(vocoder, mel), "vocoding", total=n_pieces, transient=True))
    n, clipped = write_audio(settings.out, pieces, mel_settings.sample_rate)
    ahead = vocoder.lookahead * 1e3 / mel_settings.sample_rate
    print(f"{settings.out}: {n / mel_settings.sample_rate:.1f} s, vocoder {settings.vocoder}, lookahead {ahead:.1f} ms")
    if clipped:
        print(f"  {clipped} samples were above full scale and clipped")
    bad = int((~np.isfinite(mel)).any(1).sum())
    if bad:
        print(f"  {bad} of {len(mel)} frames held values that are not finite; they were voiced as silence there")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
