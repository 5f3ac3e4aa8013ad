"""Everything that `offline.train` can be told: recordings, decoders, and how gradient models learn."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from bk_realtime.config import UNSAID, FeatureSettings, VocoderSettings, check_range
from bk_realtime.decoder.bundle_index import check_bundle
from bk_realtime.decoder.registry import PLUGINS, settings_class
from bk_realtime.errors import OptionError
from offline.data.settings import AugmentSettings, ContaminatedPolicy
from offline.data.split import SplitSettings
from offline.io.options import ReadOptions
from offline.training.widest import widened

BASELINE = "ridge"
"""The decoder that is always trained and scored too: the linear one that every network has to beat."""
AUTO = "auto"
"""Not a kind of decoder: the best of some, or their average, by nested validation."""
AVERAGE = "average"
"""A kind that is made of trained ones and cannot be asked for."""

PRECISIONS = ("32-true", "bf16-mixed", "16-mixed", "64-true")


def check_least(settings: object, **least: float) -> None:
    """Refuse a value of ``settings`` below its least one, or one that is no number."""
    for name, value in least.items():
        got = getattr(settings, name)
        if not (math.isfinite(got) and got >= value):
            raise OptionError(f"{name}: expected at least {value:g}, got {got:g}")


def check_days(days: Sequence[int], recordings: Sequence[Path]) -> str:
    """Refuse days that fit no recordings, or whose last recording is not of the last one; what was given, in words."""
    given = f"--days {' '.join(map(str, days))}"
    if len(days) != len(recordings):
        raise OptionError(f"{given}: expected one for each of the {len(recordings)} recordings")
    if len(set(days)) < 2:
        raise OptionError(f"{given}: expected at least two different days; leave it out where all are of one")
    if days[-1] != max(days):
        raise OptionError(
            f"{given}: day {max(days)} is the last one, but {recordings[-1].name}, named last, is of day {days[-1]}; "
            "name today's recording last"
        )
    return given


@dataclass(frozen=True)
class OptimiserSettings:
    """How gradient models learn. Ridge takes none of it."""

    epochs: int = 0
    """Passes over the training part; 0 takes as many as make 480 updates, and at least 15."""
    batch: int = 8
    """Segments per update."""
    segment_s: float = 2.0
    """Length of a training segment in seconds."""
    learning_rate: float = 2e-3
    """Peak of a cosine schedule with warm-up (AdamW)."""
    warm_up: float = 0.05
    """Share of all updates in which the rate rises."""
    weight_decay: float = 1e-2
    """Of AdamW."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    patience: int = 0
    """Epochs without a better validation loss before training stops; 0 takes a third of all."""
    teacher_forcing: tuple[float, float] = (0.0, 0.0)
    """Share of true frames fed to an autoregressive decoder, at the first epoch and at the end of the ramp. The rest is
    its own predictions; fed the truth it learns to copy the last frame, which running free it will not have."""
    teacher_ramp: float = 0.5
    """Share of all epochs over which it falls."""
    sampling_passes: int = 1
    """Passes without gradient that make the frames fed instead of true ones."""
    schedule: Literal["cosine", "constant"] = "cosine"
    """Course of the learning rate after the warm-up."""
    validation_silence: float = 1.0
    """How much a frame of silence counts against one of speech in the validation loss, which chooses a network's epoch
    (0.01 to 1). What a network learns from is not weighted."""

    def __post_init__(self) -> None:
        check_least(self, epochs=0, batch=1, segment_s=0.1, learning_rate=0, weight_decay=0, clip=0, patience=0)
        check_least(self, warm_up=0, teacher_ramp=0, sampling_passes=0)
        check_range(self, "validation_silence", 0.01, 1.0, "of a frame of speech")


@dataclass(frozen=True)
class TrainerSettings:
    """Where gradient models train; passed on to Lightning."""

    accelerator: str = "auto"
    """auto, cpu, gpu, mps …"""
    devices: int = 1
    """Processes or GPUs per node; more than one trains in parallel (DDP)."""
    nodes: int = 1
    """Machines, as started by SLURM or torchrun."""
    precision: str = "32-true"
    """32-true, bf16-mixed, 16-mixed or 64-true."""
    threads: int = 0
    """CPU threads; 0 takes the cores that are idle at the start."""

    def __post_init__(self) -> None:
        check_least(self, nodes=1, threads=0)
        if self.precision not in PRECISIONS:
            raise OptionError(f"precision: expected one of {', '.join(PRECISIONS)}, got {self.precision!r}")


@dataclass(frozen=True)
class Train:
    """Train a decoder on recordings of sEEG and speech.

    Ends with a table of scores on a held-out contiguous part, beside ridge regression and trivial baselines. While it
    runs: tensorboard --logdir DIR/training
    """

    recordings: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Recordings with neural data and audio (XDF, NWB, HDF5, NPY …); several train one decoder."""
    out: Path
    """Folder for the decoder bundle."""
    decoder: str = "seq2seq"
    """Which decoder: seq2seq, gru, windowed or ridge. Windowed looks 400 ms ahead and is for comparison. Or auto: ridge
    (silence counts a quarter) and gru, trained on four parts of what is not held out; the better one or their average
    is taken where that is above ridge by more than noise. --set "candidates=['gru','seq2seq']" names others.
    Experimental, and never taken by auto: tcn, transformer and ssm, each as costly a frame as gru; offline.ablation
    --networks compares them."""
    compare: tuple[str, ...] = ()
    """Further decoders to train and score on the same parts; ridge always is."""
    loss: Literal["default", "mse", "l1", "both", "classes"] = "default"
    """What networks learn: mel under squared or absolute error or both, or classes (cross-entropy over mel levels)."""
    lead: float = 0.0
    """Milliseconds after its newest signal that the decoder predicts the sound of (negative: before)."""
    set: tuple[str, ...] = ()
    """Sizes of the decoder as NAME=VALUE, e.g. --set hidden=256 attention=dot. A wrong name lists the right ones.
    KIND.NAME=VALUE sets those of a rival, e.g. gru.hidden=256."""
    choose_bands: tuple[str, ...] = field(default=(), metadata={UNSAID: True})
    """Bands to choose from, as --features.more-bands names them: each alone and all are compared with none, by ridge in
    five contiguous parts of what is not held out, before anything is trained. The best is taken where it gains more
    than noise gives to the best of so many; the bundle says what was compared."""
    choose_references: tuple[str, ...] = field(default=(), metadata={UNSAID: True})
    """References to choose from, as --features.more-references names them; likewise, and together with the bands."""
    days: tuple[int, ...] = field(default=(), metadata={UNSAID: True})
    """The day that each recording is of, e.g. 1 1 2, today's last: the decoder is today's. Each day has a normalisation
    of its own. Nothing chooses (penalty, epoch, folds of auto) and nothing is scored but today's. Without it all
    recordings count as of one day."""
    day_layers: bool = field(default=False, metadata={UNSAID: True})
    """With --days: in training the network sees each day before through a linear input layer of its own."""
    carry_on: Annotated[Path | None, tyro.conf.arg(name="from")] = None
    """Yesterday's bundle of the same participant that the network starts from: its sizes, features and weights, by
    label, new contacts at 0, at a quarter of the learning rate; its vocoder too, unless one is named. Recordings of
    today alone; with those of yesterday take --days."""
    contaminated: ContaminatedPolicy = "refuse"
    """What becomes of channels that hold the microphone's sound itself: refuse (nothing is trained), exclude (they are
    left out) or keep (all goes on, and every table, card and bundle says CONTAMINATED)."""
    seed: int = 0
    """Two runs with one seed on one machine end with the same weights."""
    resume: bool = False
    """Go on from the last checkpoint in --out, as if training had never stopped. Another vocoder may be named; where
    none is, it stays what it was."""
    overwrite: bool = False
    """Replace what --out holds."""
    save_predictions: bool = False
    """Keep decoded mel of the held-out part in DIR/training/predictions.npz."""
    cache: Path | None = None
    """Folder to keep computed features in, for repeated runs."""
    figures: bool = False
    """Print how far it is, and for how long at most, as lines of JSON: for a program that shows it."""
    label_map: Path | None = None
    """TOML file of lines such as A1 = "EEG 12": what the decoder is to call a channel of the recordings, as a session
    takes it; with --days, of those of the last day alone."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    split: SplitSettings = field(default_factory=SplitSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    vocoder: VocoderSettings = field(default_factory=VocoderSettings)
    vocoder_named: Annotated[bool | None, tyro.conf.Fixed, tyro.conf.Suppress] = field(
        default=None, metadata={UNSAID: True}
    )
    """Whether the vocoder was named: with --from yesterday's is kept where it was not. None: where it is another than
    the usual one. The command line knows, a program may say it."""
    optimiser: Annotated[OptimiserSettings, tyro.conf.arg(name="")] = field(default_factory=OptimiserSettings)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    machine: Annotated[TrainerSettings, tyro.conf.arg(name="")] = field(default_factory=TrainerSettings)

    def __post_init__(self) -> None:
        if not math.isfinite(self.lead):
            raise OptionError(f"--lead: expected milliseconds, got {self.lead}")

    @property
    def kinds(self) -> tuple[str, ...]:
        """Decoders to train, in this order: the one that is wanted, the baseline, rivals."""
        return tuple(dict.fromkeys((self.decoder, BASELINE, *self.compare)))

    @property
    def chooses(self) -> bool:
        """Whether features are chosen."""
        return bool(self.choose_bands or self.choose_references)

    def check(self) -> None:
        """Refuse what is told before anything is read: kinds that nobody offers, words of ``--set`` without a value.

        Raises
        ------
        OptionError
            One of these.
        """
        for kind in self.kinds:
            if kind == AVERAGE:
                raise OptionError("--decoder average: is made of trained decoders; expected --decoder auto, which does")
            if kind != AUTO:
                PLUGINS.check(kind)
        if AUTO in self.compare:
            raise OptionError("--compare auto: expected a kind of decoder; --decoder auto trains and compares several")
        if self.decoder == AUTO and self.machine.devices * self.machine.nodes > 1:
            raise OptionError("--decoder auto: expected one process; leave --devices and --nodes at 1")
        widened(self.features, self.choose_bands, self.choose_references)
        if self.chooses and self.machine.devices * self.machine.nodes > 1:
            raise OptionError("--choose-bands: expected one process; leave --devices and --nodes at 1")
        if self.days:
            self._check_days()
        elif self.day_layers:
            raise OptionError("--day-layers: expected --days beside it, the day that each recording is of")
        if self.carry_on is not None:
            self._check_from(self.carry_on)
        for text in self.set:
            self._word(text)

    def _check_from(self, folder: Path) -> None:
        given = f"--from {folder}"
        check_bundle(folder)
        if folder.resolve().is_relative_to(self.out.resolve()):
            raise OptionError(
                f"{given}: expected a bundle outside --out {self.out}, which is written; choose another --out"
            )
        if self.days:
            raise OptionError(f"{given}: expected no --days beside it; the bundle stands for the days before")
        if self.chooses:
            raise OptionError(f"{given}: expected no --choose-bands or --choose-references; its features are taken")
        owners = [self._word(text)[0].rpartition(".")[0] or self.decoder for text in self.set]
        if self.decoder in owners or self.loss != "default":
            raise OptionError(f"{given}: expected no --set and no --loss for {self.decoder}; its sizes are taken")

    def _check_days(self) -> None:
        given = check_days(self.days, self.recordings)
        if self.chooses:
            raise OptionError(f"{given}: expected no --choose-bands or --choose-references, which know no days")
        if self.day_layers and self.kinds == (BASELINE,):
            raise OptionError("--day-layers: expected a network such as gru, or auto, as the decoder; a ridge has none")

    @staticmethod
    def _word(text: str) -> tuple[str, str]:
        """Name and value of a word of ``--set``."""
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise OptionError(f"--set {text}: expected NAME=VALUE, e.g. hidden=256, or KIND.NAME=VALUE")
        return name, value

    def decoder_values(self, kind: str) -> dict[str, Any]:
        """Decoder settings from ``--loss`` and ``--set``: NAME=VALUE for ``--decoder``, KIND.NAME=VALUE for others and
        for the candidates of auto.

        Raises
        ------
        OptionError
            No such kind of decoder, or a word of ``--set`` without a value.
        """
        values: dict[str, Any] = {}
        for text in self.set:
            name, value = self._word(text)
            owner, _, name = name.rpartition(".")
            if (owner or self.decoder) != kind and not (owner and kind == AUTO):
                continue
            place = values.setdefault(owner, {}) if kind == AUTO and owner not in ("", AUTO) else values
            try:
                place[name] = tomllib.loads(f"value = {value}")["value"]
            except tomllib.TOMLDecodeError:
                place[name] = value
        if kind == AUTO:
            networks = () if self.loss == "default" else ("gru", "seq2seq")
            return values | {name: {"target": self.loss, **values.get(name, {})} for name in networks}
        has_target = "target" in {f.name for f in dataclasses.fields(settings_class(kind))}
        if self.loss != "default" and has_target:
            values["target"] = self.loss
        return values
