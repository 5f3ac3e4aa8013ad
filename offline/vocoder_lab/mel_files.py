"""Log-mel frames from a file. Knows nothing that takes long to load."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from bk_realtime.errors import FileError, InputError
from bk_realtime.shown import shown
from offline.io.hdf5_file import open_hdf5, whole
from offline.io.npy_file import load_npy
from offline.io.npz_file import load_npz

_NAME, MARKS = "mel", "marks"
SOUND_ENDINGS = (".wav", ".mp3", ".flac")


def read_mel(path: Path, n_mels: int = 80) -> np.ndarray:
    """Log-mel ``(n, n_mels)`` float32 from .npy, or from the array ``mel`` of .npz or .h5.

    Raises
    ------
    BkError
        No such file, not such an array, or values that are no natural-log mel.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such file; expected log-mel frames as .npy, .npz or .h5")
    suffix = path.suffix.lower()
    if suffix == ".npy":
        mel = load_npy(path)
    elif suffix == ".npz":
        mel = load_npz(path, [_NAME])[_NAME]
    elif suffix in (".h5", ".hdf5"):
        mel = _from_hdf5(path)
    else:
        raise InputError(f"{path}: expected log-mel frames as .npy, .npz or .h5, got a {suffix or 'nameless'} file")
    if mel.ndim != 2 or mel.shape[1] != n_mels or not len(mel) or mel.dtype.kind != "f":
        hint = "; transpose it" if mel.ndim == 2 and mel.shape[0] == n_mels else ""
        raise InputError(f"{path}: expected floats of shape (n, {n_mels}), got {mel.dtype} {mel.shape}{hint}")
    finite = mel[np.isfinite(mel)]
    if len(finite) and (finite.min() < -40 or finite.max() > 15):
        raise InputError(
            f"{path}: values from {finite.min():.4g} to {finite.max():.4g} are no natural-log mel magnitudes "
            "(about -11.5 to 2); decibels must be multiplied by ln(10)/20 = 0.1151"
        )
    return np.ascontiguousarray(mel, dtype=np.float32)


def read_marks(path: Path) -> list[str]:
    """What the frames of an .npz of `offline.decode` must be read with; none where the file does not say."""
    if path.suffix.lower() != ".npz":
        return []
    try:
        marks = load_npz(path, [MARKS])[MARKS]
    except InputError:  # of another program, or of before
        return []
    return [shown(str(mark), 60) for mark in marks.reshape(-1)[:20]]


def _from_hdf5(path: Path) -> np.ndarray:
    with open_hdf5(path) as file:
        mel = file.get(_NAME)
        if not isinstance(mel, h5py.Dataset) or mel.shape is None:
            listed = ", ".join(shown(name, 40) for name in sorted(file)[:20])
            raise InputError(f"{path}: expected an array named {_NAME!r}, found {listed or 'none'}")
        return whole(mel, f"{path}: {_NAME}")
