"""Settings of `python -m offline.evaluate`, and what must hold before anything is computed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from bk_realtime.config import FeatureSettings, VocoderSettings, check_device, option
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.decoder.registry import decoder_class
from bk_realtime.errors import FileError, OptionError
from offline.data.settings import ContaminatedPolicy
from offline.data.split import SplitSettings
from offline.evaluation.score_settings import ScoreSettings
from offline.io.options import ReadOptions
from offline.io.outputs import claim_folder
from offline.training.settings import OptimiserSettings

OF_PAIRS = {"markers", "audio_channel"}
"""Options for reading that --decoded takes too."""
EXIT_LEAK = 1
"""Exit code where scored data leaked into training."""
RESULT, JOBS = "evaluation.json", "jobs"
NEW_JOBS = JOBS + ".part"
"""Finished jobs of a run with ``--overwrite``, until its result is written."""
FIGURES = ("card", "mel", "bins", "chance", "lag", "words")
"""What follows the participant's name in the file names of the figures."""


@dataclass(frozen=True)
class Evaluate:
    """Score decoders so that nobody is fooled.

    Correlation over the whole, inside speech and in 400 ms windows, cepstral distortion, intelligibility and quality of
    the sound, speech detection: each beside chance, oracles and ridge. Ends with exit code 1 where scored data leaked
    into training.
    """

    inputs: Annotated[tuple[Path, ...], tyro.conf.Positional] = ()
    """Decoder bundle, then recordings. With --folds the bundle may be left out."""
    out: Path | None = None
    """Folder for evaluation.json and figures (and finished jobs of --folds, which are taken up again)."""
    overwrite: bool = False
    """Replace the evaluation in --out, finished jobs too, once the new one is there."""
    held_out: bool = False
    """Score only the part of a training recording that training kept aside."""
    folds: int = 0
    """Train anew for each of so many contiguous folds with guard gaps, instead of scoring the bundle's weights."""
    permutations: int | None = None
    """Further trainings a fold with the brain moved in time against the sound: chance, retrained. Default: 19 where
    they take under two minutes, none otherwise, and the card says so."""
    decoder: str | None = None
    """What --folds trains (seq2seq, gru, windowed, ridge, tcn, transformer, ssm); default the bundle's own kind and
    sizes, ridge without."""
    together: bool = False
    """All recordings are of one participant and train together; otherwise each is a participant."""
    contaminated: ContaminatedPolicy = "refuse"
    """What becomes of channels that hold the microphone's sound itself: refuse (nothing is scored), exclude (--folds
    leaves them out, a trained bundle reads them as dead) or keep (all goes on, and the card says CONTAMINATED)."""
    label_map: Path | None = None
    """For a bundle: TOML file of lines such as A1 = "EEG 12", where labels are not told from the decoder's."""
    workers: int | None = None
    """Local processes for --folds; 0 runs in this one. Default: one a core, none where dask is missing."""
    scheduler: str = ""
    """Run --folds on this dask scheduler (tcp://…); its workers must see the recordings under the same paths."""
    decoded: Path | None = None
    """Score this sound file against --reference, whatever made it."""
    reference: Path | None = None
    """Recorded sound that belongs to --decoded. With --markers, a table of the words said in it (onset, duration or
    offset in s, word), words are scored too; where it has several channels, --audio-channel names the one."""
    copy_synthesis: tuple[Path, ...] = ()
    """Score the vocoder alone: sound files turned to mel and back."""
    device: str = "cpu"
    """Where a bundle's decoder and a vocoder network run: cpu, cuda, cuda:N or auto. --folds trains on the CPU."""
    seed: int = 0
    """Everything random: training, shifts, shuffles and bootstrap."""
    cache: Path | None = None
    """Folder to keep computed features in."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    scores: Annotated[ScoreSettings, tyro.conf.arg(name="")] = field(default_factory=ScoreSettings)
    split: SplitSettings = field(default_factory=SplitSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    """For --folds without a bundle."""
    vocoder: VocoderSettings = field(default_factory=VocoderSettings)
    """Where there is no bundle."""
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    """For networks in --folds."""


def check(settings: Evaluate) -> None:
    """Refuse settings that say nothing or contradict each other."""
    jobs = [bool(settings.inputs), settings.decoded is not None, bool(settings.copy_synthesis)]
    if sum(jobs) != 1:
        raise OptionError(
            "expected one of: a bundle and recordings, --decoded with --reference, or --copy-synthesis; "
            f"got {'none' if not any(jobs) else 'several'}"
        )
    if (settings.decoded is None) != (settings.reference is None):
        raise OptionError("--decoded and --reference: expected both, got one")
    if settings.read.given() and settings.copy_synthesis:
        raise OptionError("--copy-synthesis reads sound files alone; expected no option for recordings with it")
    if set(settings.read.given()) - OF_PAIRS and settings.decoded is not None:
        odd = min(set(settings.read.given()) - OF_PAIRS)
        raise OptionError(f"{option(odd)} belongs to recordings; expected none with --decoded")
    if settings.folds < 0 or settings.folds == 1:
        raise OptionError(f"--folds: expected at least 2, got {settings.folds}")
    if (settings.permutations or settings.scheduler or settings.decoder or settings.together) and not settings.folds:
        raise OptionError("--permutations, --scheduler, --decoder and --together belong to --folds; expected --folds K")
    if settings.decoder:
        decoder_class(settings.decoder)  # refuses a kind that nobody offers
    check_device(settings.device)
    if settings.device != "cpu" and _card(settings.device) and settings.folds:
        raise OptionError("--device belongs to a trained bundle or a vocoder; expected it without --folds")
    if settings.folds and settings.held_out:
        raise OptionError("--held-out belongs to a trained bundle; expected it without --folds")
    if (settings.permutations or 0) < 0 or (settings.workers or 0) < 0:
        raise OptionError("--permutations and --workers: expected 0 or more")
    s = settings.scores
    if s.bootstrap < 20 or s.shifts < 20 or s.shuffles < 0 or s.sound_s < 0:
        raise OptionError("expected --bootstrap and --shifts of at least 20, --shuffles and --sound-s of at least 0")


def _card(device: str) -> bool:
    """Whether a card is meant and there: only torch knows."""
    from bk_realtime.device import pick_device

    return pick_device(device) != "cpu"


def refuse_out(settings: Evaluate) -> None:
    """Refuse an ``--out`` that may not be written. What an unfinished run left is no obstacle."""
    out = settings.out
    if out is not None:
        claim_folder(out)
    if out is None or not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    ours = out.is_dir() and ((out / RESULT).exists() or all(_is_ours(p.name) for p in out.iterdir()))
    if not ours:
        raise FileError(f"{out} holds something else than an evaluation; choose another --out")
    if (out / RESULT).exists() and not settings.overwrite:
        raise FileError(f"{out} already holds an evaluation; choose another --out or pass --overwrite")


def replace_jobs(settings: Evaluate) -> None:
    """Put the jobs of a run with ``--overwrite``, where it has any, in the place of the earlier ones; to be called when
    its result is written."""
    if settings.out is None or not settings.overwrite:
        return
    old, new = settings.out / JOBS, settings.out / NEW_JOBS
    for folder in (old,) if settings.folds else (old, new):
        if folder.exists():
            shutil.rmtree(folder)
    if settings.folds:
        new.rename(old)


def _is_ours(name: str) -> bool:
    finished = re.sub(r"\.\d+\.part(?=\.\w+$)", "", name)  # of a process that was killed while it wrote
    return finished in (JOBS, NEW_JOBS, RESULT) or finished.endswith(tuple(f"_{kind}.png" for kind in FIGURES))


def bundle_and_recordings(settings: Evaluate) -> tuple[Path | None, list[Path]]:
    """The bundle's folder (None where --folds runs without one) and the recordings."""
    first, *rest = settings.inputs
    if (first / INDEX).is_file() or (first.is_dir() or not settings.folds):
        bundle, paths = first, rest
    else:
        bundle, paths = None, [first, *rest]
    if not paths:
        raise OptionError("expected at least one recording after the bundle, got none")
    settings.read.refuse_one_file_for(paths)
    return bundle, paths


def names_of(paths: Sequence[Path]) -> list[str]:
    """A name for each recording, from its file's; numbered where two are alike."""
    stems = [path.stem for path in paths]
    return [s if stems.count(s) == 1 else f"{s}_{i + 1}" for i, s in enumerate(stems)]
