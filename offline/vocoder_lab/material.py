"""What the learnt vocoder is trained on and what is held out, by the files' content: "each n-th file" is another
file once one is added, and a score on a file that was trained on says nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bk_realtime.config import MelSettings
from bk_realtime.errors import InputError, OptionError
from bk_realtime.vocoder.learnt.vocoder import read_about
from offline.io.sound import join_files, sound_files
from offline.vocoder_lab.clips import Clip, file_mark, load_clips, make_clip, split_files, spread_files
from offline.vocoder_lab.decoded_clips import read_pairs
from offline.vocoder_lab.settings import TrainVocoder

TRAINED_ON = "trained_on"
"""Entry beside the weights: marks of all files that they and those they began from were trained on."""


@dataclass(frozen=True)
class Material:
    """Clips to train on and files held out.

    clips : with decoder output last.
    n_decoded : how many have decoder output.
    held : files never trained on.
    trained_on : marks of all that the weights will have been trained on, None where those to start from do not say.
    files : for run.toml: names and marks of the files trained on, names of those held out.
    """

    clips: list[Clip]
    n_decoded: int
    held: list[Path]
    trained_on: frozenset[str] | None
    files: dict[str, list[str]]


def gather(settings: TrainVocoder, mel: MelSettings) -> Material:
    """Read what a run is trained on.

    Raises
    ------
    BkError
        A file that cannot be read, nothing to train on, or a held-out file that is trained on all the same: by this
        run, in its decoder output, or by the weights to start from.
    """
    training, held = split_files(sound_files(settings.audio), settings.hold_out, settings.hold_out_every)
    if not training:
        raise OptionError(f"all {len(held)} sound files are held out: expected some to train on, change --hold-out")
    training = spread_files(training, settings.minutes_each)
    marks = [file_mark(path) for path in training]
    pairs = {path: read_pairs(path) for path in settings.decoded}
    before = marks_trained_on(settings.fine_tune) if settings.fine_tune is not None else frozenset()
    trained_on: dict[str, Collection[str]] = {str(path): {pair.mark for pair in made} for path, made in pairs.items()}
    check_held_out(held, {**trained_on, str(settings.fine_tune): before or ()})
    duplicates = dict(zip(marks, training, strict=True))
    for path in held:
        if file_mark(path) in duplicates:
            raise InputError(
                f"{path} is held out and {duplicates[file_mark(path)]} is trained on, and they are the same; remove one"
            )
    clips = load_clips(training, mel)
    clips += [make_clip(p.name, p.audio, mel, p.mel) for made in pairs.values() for p in made]
    return Material(
        clips,
        sum(len(made) for made in pairs.values()),
        held,
        before.union(marks, *trained_on.values()) if before is not None else None,
        {
            "trained_on": [f"{path.name} {file_mark(path)}" for path in (*training, *settings.decoded)],
            "held_out_files": [path.name for path in held],
        },
    )


def read_held_out(files: Sequence[Path], n: int, rate: int) -> list[np.ndarray]:
    """``n`` clips of one to four seconds, spread over the held-out files; short ones are joined with the next."""
    return [clip for clip, _ in join_files(files, n, rate, 1.5, 4.0) if len(clip) >= rate]


def marks_trained_on(weights: Path) -> frozenset[str] | None:
    """Marks of all files that these weights were trained on; None where they do not say."""
    marks = read_about(weights).get(TRAINED_ON)
    return None if marks is None else frozenset(marks.split())


def check_held_out(held: Sequence[Path], trained_on: Mapping[str, Collection[str]]) -> None:
    """Refuse a held-out file that is among the marks ``trained_on`` by any of those named."""
    for path in held:
        own = file_mark(path)
        for name, marks in trained_on.items():
            if own in marks:
                raise InputError(
                    f"{path} is held out here, but {name} was trained on it; expected the files and the --hold-out of "
                    "`offline.train_vocoder` then, or others to hold out"
                )
