"""Clips of speech and what a decoder made of their mel, in files: what vocoders learn real decoder errors from."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError, FileError, InputError
from bk_realtime.files import atomic
from bk_realtime.vocoder.mel import log_mel
from offline.io.npz_file import load_npz
from offline.io.sound import read_speech_at, sound_files
from offline.scoring.mel import mean_correlation
from offline.vocoder_lab.clips import file_mark, split_files, spread_files
from offline.vocoder_lab.settings import DecodedMels, Report
from offline.vocoder_lab.simulated_decoding import decode_clips

_ARRAYS = ("names", "lengths", "audio", "mel", "marks")


class ClipPair(NamedTuple):
    """One clip: audio (T,) float32, decoded mel (T // hop, n_mels) float16, and the mark of the file it comes from."""

    name: str
    audio: np.ndarray
    mel: np.ndarray
    mark: str


def write_pairs(path: Path, pairs: Sequence[ClipPair]) -> None:
    """Write what :func:`read_pairs` reads, in one move."""
    names, audios, mels, marks = zip(*pairs, strict=True)
    with atomic(path) as part:
        np.savez(
            part,
            names=np.array(names),
            marks=np.array(marks),
            lengths=np.array([[len(pair.audio), len(pair.mel)] for pair in pairs]),
            audio=np.clip(np.round(np.concatenate(audios) * 32768), -32768, 32767).astype(np.int16),
            mel=np.concatenate(mels).astype(np.float16),
        )


def read_pairs(path: Path) -> list[ClipPair]:
    """What :func:`write_pairs` wrote."""
    try:
        names, lengths, audio, mel, marks = load_npz(path, _ARRAYS).values()
        _check_fits(names, lengths, audio, mel, marks)
    except BkError as error:
        raise FileError(f"{path}: expected decoder output made by offline.decoded_mels ({error})") from None
    pairs, a, b = [], 0, 0
    for name, own, (n_audio, n_mel) in zip(names.tolist(), marks.tolist(), lengths.tolist(), strict=True):
        pairs.append(ClipPair(name, audio[a : a + n_audio].astype(np.float32) / 32768, mel[b : b + n_mel], own))
        a, b = a + n_audio, b + n_mel
    return pairs


def _check_fits(names: np.ndarray, lengths: np.ndarray, audio: np.ndarray, mel: np.ndarray, marks: np.ndarray) -> None:
    """Refuse arrays of which clips cannot be cut."""
    n = names.size
    fits = (names.shape, marks.shape, lengths.shape) == ((n,), (n,), (n, 2)) and (audio.ndim, mel.ndim) == (1, 2)
    kinds = (lengths.dtype.kind, audio.dtype.str, mel.dtype.str) == ("i", "<i2", "<f2")
    if not (fits and kinds and (lengths >= 0).all() and lengths.sum(0).tolist() == [len(audio), len(mel)]):
        raise InputError("its arrays do not fit each other")


def decode_session(
    settings: DecodedMels, files: Sequence[Path], who: tuple[int, int, int], mel: MelSettings, report: Report
) -> Path:
    """One participant says ``files``; the file of pairs, made now or by a run that was stopped.

    Parameters
    ----------
    who : numbers of participant, voice and decoder.
    """
    same = dataclasses.replace(settings, speech=(), out=Path(), participants=0, overwrite=False)
    key = hashlib.sha256(repr((same, who, [(f.name, file_mark(f)) for f in files])).encode()).hexdigest()[:12]
    path = settings.out.with_name(f"{settings.out.stem}.session-{key}.npz")
    if path.exists():
        return path
    rng = np.random.default_rng([settings.seed, *who])
    coupling = float(rng.uniform(*settings.coupling))
    participant, seed = (int(number) for number in rng.integers(1, 2**31, 2))
    files = [files[k] for k in rng.permutation(len(files))]
    spoken = [read_speech_at(file, mel.sample_rate) for file in files]
    decoder = settings.decoders[who[2]]
    decoded = decode_clips(
        spoken, mel, settings.folds, participant, coupling, seed, decoder=decoder, updates=settings.updates
    )
    likeness = mean_correlation(np.concatenate(decoded), np.concatenate([log_mel(a, mel) for a in spoken]))
    pairs = [
        ClipPair(f"{file.stem} {decoder} {who[0] + 1}", audio, frames, file_mark(file))
        for file, audio, frames in zip(files, spoken, decoded, strict=True)
    ]
    write_pairs(path, pairs)
    report(
        f"{'/'.join(files[0].parts[-3:-1])}: SIMULATED participant {who[0] + 1}, coupling {coupling:.1f}, {decoder}, "
        f"{len(files)} clips, mel r {likeness:.2f}"
    )
    return path


def decode_voices(settings: DecodedMels, report: Report) -> int:
    """Write all pairs that ``settings`` ask for to ``settings.out``; how many they are."""
    mel = MelSettings()
    files, _ = split_files(sound_files(settings.speech), settings.hold_out, settings.hold_out_every)
    voices = []
    for folder in sorted({f.parent for f in files}, key=lambda p: p.parts):
        voices.append(spread_files([f for f in files if f.parent == folder], settings.minutes_each))
    parts = [
        decode_session(settings, voices[v], (i, v, m), mel, report)
        for i in range(settings.participants)
        for v in range(len(voices))
        for m in range(len(settings.decoders))
    ]
    pairs = [pair for part in parts for pair in read_pairs(part)]
    write_pairs(settings.out, pairs)
    for part in parts:
        part.unlink()
    return len(pairs)
