"""HDF5 files with the datasets ``ecog``, ``audio``, ``ecogSR``, ``audioSR``, as closed-loop speech studies use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bk_realtime.chunks import microvolt_scale
from bk_realtime.errors import InputError
from offline.io import companions
from offline.io.recording import Recording, array_hash, checked_audio, checked_level, file_hash

_NEURAL = ("ecog", "seeg", "ieeg", "eeg")
_NEURAL_RATE = ("ecogsr", "seegsr", "ieegsr", "eegsr", "sfreq", "ecog_sr")
_AUDIO = ("audio", "microphone")
_AUDIO_RATE = ("audiosr", "audio_sr", "sample_rate")
_LABELS = ("electrodes", "channels", "labels", "channelnames")
_CUES = ("words", "stimulus", "stimuli", "sentences")


def read_hdf5(
    path: Path,
    audio: str | Path | None = None,
    markers: str | Path | None = None,
    sfreq: float | None = None,
    sample_rate: int | None = None,
    unit: str | None = None,
    require_audio: bool = False,
) -> Recording:
    """Read an HDF5 file. Names are compared without case, rates may be datasets or attributes.

    Parameters
    ----------
    path : file with ``ecog`` (samples, channels) and ``ecogSR``; optional ``audio`` and ``audioSR``, channel names
        (``electrodes``, ``channels``, ``labels``) and cues, one text a neural sample (``words``, ``stimulus``).
    audio, markers : sound file and table of cues that replace those of the file.
    sfreq, sample_rate : rates in Hz where the file has none.
    unit : unit of the neural numbers; by default the dataset's attribute ``unit`` or, without one, µV.

    Raises
    ------
    InputError
        Not an HDF5 file, truncated, datasets or rates missing, no audio where it is required.
    """
    path = Path(path)
    try:
        with h5py.File(path, "r") as file:
            return _read(file, path, audio, markers, sfreq, sample_rate, unit, require_audio)
    except (OSError, RuntimeError, LookupError, ValueError, TypeError, MemoryError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not a readable HDF5 file: truncated or damaged ({reason})") from None


def _read(
    file: h5py.File,
    path: Path,
    audio: str | Path | None,
    markers: str | Path | None,
    sfreq: float | None,
    sample_rate: int | None,
    unit: str | None,
    require_audio: bool,
) -> Recording:
    have = {name.lower(): item for name, item in file.items() if isinstance(item, h5py.Dataset)}
    key = next((k for k in _NEURAL if k in have), None)
    if key is None:
        raise InputError(f"{path}: expected a dataset 'ecog' (samples, channels), got {', '.join(file) or 'nothing'}")
    data = companions.time_by_channel(_array(have[key]), f"{path}: {key}")
    rate = sfreq or _number(file, have, _NEURAL_RATE)
    if rate is None:
        raise InputError(f"{path}: expected the neural rate in 'ecogSR'; name it with sfreq in NAME.toml beside it")
    notes: list[str] = []
    text = unit or _text(have[key].attrs.get("unit", have[key].attrs.get("units")))
    if not text:
        text = "microvolts"
        notes.append("no unit stated: taken as microvolts")
    neural = data.astype(np.float32) * np.float32(microvolt_scale(text))
    used = [path]
    sound, sound_rate = None, 0
    audio_key = next((k for k in _AUDIO if k in have), None)
    if audio is not None:
        sound, sound_rate = companions.load_audio(Path(audio), sample_rate)
        used.append(Path(audio))
    elif audio_key is not None:
        array = _array(have[audio_key])
        array = array.T if array.ndim == 2 and array.shape[0] < array.shape[1] else array
        sound = checked_audio(companions.full_scale(array, notes), f"{path}: {audio_key}")
        sound_rate = int(sample_rate or _number(file, have, _AUDIO_RATE) or 0)
    elif require_audio:
        raise InputError(f"{path}: no dataset 'audio'; name a sound file with audio in NAME.toml beside it")
    if sound is not None and not sound_rate:
        sound_rate = companions.audio_rate_by_length(len(sound), len(data), float(rate), str(path))
        notes.append(f"audio rate by its length: {sound_rate} Hz")
    labels_key = next((k for k in _LABELS if k in have and have[k].size == data.shape[1]), None)
    labels = tuple(f"ch{i + 1}" for i in range(data.shape[1]))
    if labels_key is not None:
        labels = tuple(_text(v) for v in _array(have[labels_key]).ravel())
    cues: list[tuple[float, str]] = []
    cue_key = next((k for k in _CUES if k in have and have[k].size == len(data)), None)
    if markers is not None:
        cues = companions.read_events(Path(markers))
        used.append(Path(markers))
    elif cue_key is not None:
        cues = companions.changes(np.array([_text(v) for v in _array(have[cue_key]).ravel()]), float(rate), 0.0)
    return Recording(
        neural=checked_level(neural, str(path)),
        sfreq=companions.rational(float(rate), str(path)),
        labels=labels,
        audio=sound,
        sample_rate=sound_rate,
        markers=cues,
        name=path.stem,
        simulated="simulated" in path.stem.lower() or bool(file.attrs.get("simulated", False)),
        source_hash=file_hash(*used),
        neural_hash=array_hash(data),
        notes=tuple(notes),
    )


def _array(dataset: h5py.Dataset) -> np.ndarray:
    return np.asarray(dataset[()])


def _number(file: h5py.File, have: dict[str, h5py.Dataset], names: tuple[str, ...]) -> float | None:
    attributes = {str(k).lower(): v for k, v in file.attrs.items()}
    for name in names:
        value = _array(have[name]).ravel() if name in have else np.ravel(attributes.get(name, []))
        if len(value) == 1 and value.dtype.kind in "fiu":
            return float(value[0])
    return None


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)
