"""The scene of an attack: two sessions of one SIMULATED participant, and a decoder trained on the first."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from rich.console import Console

from bk_realtime.clock import FrameClock
from bk_realtime.config import MelSettings, write_toml
from bk_realtime.decoder.bundle import Bundle, load_bundle
from offline.attacks.voice import write_words
from offline.data.align import aligned_audio
from offline.data.dataset import lead_samples, target_mel
from offline.data.trials import Trial, marked_trials
from offline.io import read_recording, sidecar
from offline.io.recording import Recording
from offline.scoring.mel import speech_mask
from offline.simulation.session import Simulate, simulate
from offline.simulation.speech import word_session
from offline.training.run import train
from offline.training.settings import Train, TrainerSettings

SFREQ = 512.0
CHANNELS = 32
TRAINING_S, TEST_S = 240.0, 90.0
TAKES = 4
"""Takes of each word in each session; no take is in both."""
WORD_S, CROSS_S = 1.3, 0.5
STRONG = 2.5
"""Coupling of the session that tricks are played on: its decoder is good, so that nothing is refused for weakness."""
LEAD_MS = -100.0
"""The decoder says what was heard so long ago, so that contacts that follow the sound are of use too."""
SAMPLE_RATE = MelSettings().sample_rate


@dataclass(frozen=True, eq=False)
class Session:
    """A session on disk and in memory.

    Attributes
    ----------
    path : its neural file; sound, labels and cues lie beside it.
    mel : (T, n_mels) natural-log mel of its sound; row k is what is to be decoded at frame k.
    """

    path: Path
    recording: Recording

    @cached_property
    def mel(self) -> np.ndarray:
        return target_mel(aligned_audio(self.recording, MelSettings()), MelSettings(), LEAD_MS)

    @cached_property
    def spoken(self) -> np.ndarray:
        """(T,) bool, frames with speech."""
        return speech_mask(self.mel)

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """Words by their markers, from the first spoken row of the mel to the last."""
        rows = round(lead_samples(LEAD_MS, MelSettings()) / MelSettings().hop_length)
        clock = FrameClock(self.recording.sfreq, SAMPLE_RATE, MelSettings().hop_length)
        found = []
        for trial in marked_trials(self.recording, clock):
            first = trial.first - rows
            at = np.flatnonzero(self.spoken[first : trial.stop - rows])
            if len(at):
                found.append(Trial(first + int(at[0]), first + int(at[-1]) + 1, trial.label))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class Scene:
    """What a trick may use: everything, the truth too.

    Attributes
    ----------
    folder : for files that a trick makes.
    training, test : two sessions of one participant.
    bundle : ridge, honestly trained on ``training``.
    seed : everything random.
    """

    folder: Path
    training: Session
    test: Session
    bundle: Bundle
    seed: int

    @property
    def rng(self) -> np.random.Generator:
        """Random numbers, the same for every trick, so that one alone gives what it gives among all."""
        return np.random.default_rng([self.seed, 97])


def make_scene(
    folder: Path, seed: int = 0, coupling: float = 1.0, training_s: float = TRAINING_S, test_s: float = TEST_S
) -> Scene:
    """Simulate, write, read and train; all in ``folder``.

    Parameters
    ----------
    coupling : scale of what the brain knows of the speech; 0 for a brain that knows nothing.
    """
    training = make_session(folder / "training_simulated_sEEG.npy", training_s, 2 * seed, seed, coupling)
    test = make_session(folder / "test_simulated_sEEG.npy", test_s, 2 * seed + 1, seed, coupling)
    return Scene(folder, training, test, trained([training.path], folder / "bundle", seed), seed)


def make_session(path: Path, seconds: float, seed: int, participant: int, coupling: float) -> Session:
    """A word-reading session with takes of its own, written and read again."""
    words = write_words(path.with_suffix(".words"), TAKES, seed)
    rng = np.random.default_rng([seed, 32])
    track = word_session(words, rng, SAMPLE_RATE, seconds, WORD_S, CROSS_S)
    wanted = Simulate(
        (), path, channels=CHANNELS, sfreq=SFREQ, seconds=seconds, coupling=coupling, bad=0, audio_ppm=0.0,
        seed=seed, participant=participant,
    )  # fmt: skip
    return saved(simulate(wanted, track).recording(), path)


def saved(recording: Recording, path: Path, dtype: str = "float32", scale: float = 1.0, **beside: Any) -> Session:
    """Write a recording as NPY with its sound, labels and cues beside it, and read it again as every command does.

    Parameters
    ----------
    path : ``…_sEEG.npy``.
    dtype, scale : type of the numbers, and what they are multiplied with before.
    beside : further options for NAME.toml.
    """
    prefix = path.name.removesuffix("_sEEG.npy")
    np.save(path, (recording.neural.astype(np.float64) * scale).astype(dtype))
    np.save(path.with_name(f"{prefix}_channelNames.npy"), np.array(recording.labels))
    assert recording.audio is not None
    soundfile.write(path.with_name(f"{prefix}_audio.wav"), recording.audio, recording.sample_rate, subtype="FLOAT")
    rows = [f"{time_s:.6f}\t{text}" for time_s, text in recording.markers]
    path.with_name(f"{prefix}_words.tsv").write_text("\n".join(["onset\ttrial_type", *rows]) + "\n", encoding="utf-8")
    write_toml(sidecar(path), {"sfreq": float(recording.sfreq), **beside})
    return Session(path, read_recording(path))


def trained(paths: Sequence[Path], folder: Path, seed: int, **settings: Any) -> Bundle:
    """A ridge bundle, trained by the same code as ``offline.train``."""
    wanted = Train(
        tuple(paths), folder, decoder="ridge", lead=LEAD_MS, seed=seed, machine=TrainerSettings(threads=1), **settings
    )
    train(wanted, Console(file=io.StringIO()))
    return load_bundle(folder)


def renamed(session: Session, name: str, **changes: Any) -> tuple[Recording, Path]:
    """The session's recording with changes, and the path to save it under another name."""
    return replace(session.recording, **changes), session.path.with_name(f"{name}_simulated_sEEG.npy")
