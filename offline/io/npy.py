"""NPY pairs: ``pN_sEEG.npy`` with ``pN_audio.npy`` beside it, as the public data of Kohler et al. (OSF 7wf6n) come."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bk_realtime.chunks import microvolt_scale
from bk_realtime.errors import InputError
from offline.io import companions
from offline.io.recording import Recording, array_hash, checked_level, file_hash

_AUDIO = ("_audio_final.npy", "_audio.npy", "_audio.wav", "_audio.flac", ".wav", ".flac")
_LABELS = ("_channelNames.npy", "_channels.npy", "_channel_names.npy")
_CUES = ("_words.npy", "_sentences.npy", "_stimuli.npy")


def read_npy(
    path: Path,
    audio: str | Path | None = None,
    markers: str | Path | None = None,
    sfreq: float = 1024.0,
    sample_rate: int | None = None,
    unit: str = "microvolts",
    require_audio: bool = False,
) -> Recording:
    """Read a neural array and what lies beside it under the same prefix.

    Parameters
    ----------
    path : ``PREFIX_sEEG.npy`` (or ``..._sEEG_processed.npy``), (samples, channels) or the other way round.
    audio : sound or NPY file; by default ``PREFIX_audio_final.npy``, ``PREFIX_audio.npy``, ``.wav`` or ``.flac``.
    markers : BIDS-like table of cues; by default ``PREFIX_words.npy`` or ``PREFIX_sentences.npy``, one text a neural
        sample.
    sfreq : neural rate in Hz; NPY files do not say. The public data has 1024 Hz.
    sample_rate : audio rate of an NPY audio file in Hz; by default the usual rate at which both have one length.
    unit : unit of the neural numbers; NPY files do not say.

    Raises
    ------
    InputError
        Not readable, not numbers, a rate that cannot be told, no audio where it is required.
    """
    path = Path(path)
    data = companions.time_by_channel(companions.load_npy(path), str(path))
    rate = companions.rational(sfreq, str(path))
    stem = path.stem
    cut = stem.lower().find("_seeg")
    prefix = stem[:cut] if cut > 0 else stem
    neural = data.astype(np.float32) * np.float32(microvolt_scale(unit))
    notes = [f"NPY files state neither rate nor unit: taken as {float(rate):g} Hz, {unit}"]
    used = [path]

    def find(endings: tuple[str, ...]) -> Path | None:
        candidates = (path.with_name(prefix + ending) for ending in endings)
        return next((p for p in candidates if p.is_file() and p != path), None)

    labels_path = find(_LABELS)
    labels = [f"ch{i + 1}" for i in range(data.shape[1])]
    if labels_path is not None:
        names = companions.load_npy(labels_path).ravel()
        if len(names) != data.shape[1]:
            raise InputError(f"{labels_path}: {len(names)} names for {data.shape[1]} channels of {path.name}")
        labels = [n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in names.tolist()]
        used.append(labels_path)
    cues: list[tuple[float, str]] = []
    cue_path = Path(markers) if markers else find(_CUES)
    if markers:
        cues = companions.read_events(Path(markers))
    elif cue_path is not None:
        texts = companions.load_npy(cue_path).ravel()
        if len(texts) != len(data) or texts.dtype.kind not in "US":
            raise InputError(
                f"{cue_path}: expected one text for each of the {len(data)} samples, got {texts.shape} {texts.dtype}"
            )
        cues = companions.changes(texts, float(rate), 0.0)
    if cue_path is not None:
        used.append(cue_path)
    audio_path = Path(audio) if audio else find(_AUDIO)
    sound, sound_rate = None, 0
    if audio_path is not None:
        sound, sound_rate = companions.load_audio(audio_path, sample_rate)
        used.append(audio_path)
        if not sound_rate:
            sound_rate = companions.audio_rate_by_length(len(sound), len(data), float(rate), str(audio_path))
            notes.append(f"audio rate by its length: {sound_rate} Hz")
    elif require_audio:
        raise InputError(
            f"{path}: no audio beside it ({prefix}{_AUDIO[1]}, {prefix}.wav, ...); "
            "name it with audio in NAME.toml beside it"
        )
    return Recording(
        neural=checked_level(neural, str(path)),
        sfreq=rate,
        labels=tuple(labels),
        audio=sound,
        sample_rate=sound_rate,
        markers=cues,
        name=prefix,
        simulated="simulated" in stem.lower(),
        source_hash=file_hash(*used),
        neural_hash=array_hash(data),
        notes=tuple(notes),
    )
