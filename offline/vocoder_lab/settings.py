"""What the commands of the vocoder lab can be told: training, table, decoded mels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from bk_realtime.vocoder.learnt.mel_net import NetSettings
from bk_realtime.vocoder.learnt.vocoder import WEIGHTS
from offline.vocoder_lab.degrade import DegradeSettings

Decoder = Literal["ridge", "gru", "seq2seq"]
UPDATES = 240
"""Of a network that decodes for vocoders, half of what offline.train takes."""
Report = Callable[[str], object]
"""Where long work says what it has done, a line at a time: the command prints it."""


@dataclass(frozen=True)
class TrainVocoder:
    """Train the learnt vocoder on speech, its input degraded as decoders do. Follow: tensorboard --logdir DIR"""

    audio: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Sound files or folders of them; a few minutes do for --fine-tune."""
    out: Path
    """Folder for weights, checkpoints and TensorBoard files."""
    steps: int = 8000
    """Training steps."""
    batch: int = 8
    """Segments a step."""
    frames: int = 64
    """Mel frames a segment."""
    learning_rate: float = 1.2e-3
    """Highest learning rate (at 3e-3 nothing is learnt); it warms up and falls to a fiftieth along a cosine."""
    seed: int = 0
    """Two runs with one seed on one machine end with the same weights."""
    fine_tune: Path | None = None
    """Weights to start from (a participant's voice: a quarter of the steps and of the learning rate is plenty)."""
    hold_out: tuple[str, ...] = ()
    """Patterns of file names never trained on, e.g. 'F1_*'."""
    hold_out_every: int = 20
    """Of every folder's other files, one in so many is held out too (0: none)."""
    minutes_each: float = 0.0
    """Minutes to take of each folder, evenly spread over its files (0: all)."""
    decoded: tuple[Path, ...] = ()
    """Files of real decoder output and its audio, from python -m offline.decoded_mels."""
    decoded_share: float = 0.3
    """Share of segments that are decoder output."""
    checkpoint_minutes: float = 3.0
    """Time between checkpoints, and between scores of the held-out clips."""
    score_clips: int = 6
    """Held-out clips scored at each checkpoint (0: none, where every second of CPU is needed)."""
    threads: int = 1
    """CPU threads."""
    resume: bool = False
    """Go on from the last checkpoint in --out, as if training had never stopped."""
    overwrite: bool = False
    """Replace what --out holds."""
    net: NetSettings = field(default_factory=NetSettings)
    degrade: DegradeSettings = field(default_factory=DegradeSettings)


@dataclass(frozen=True)
class VocoderTable:
    """PESQ-WB, ESTOI, log-spectral distance and DNSMOS of every vocoder on held-out speech, as Markdown tables."""

    voices: Annotated[tuple[str, ...], tyro.conf.Positional]
    """NAME=FOLDER or NAME=FOLDER:PATTERN. Without a pattern the voice was trained on, and of its files each
    --hold-out-every-th counts, which training left out; with one, the files that match it."""
    work: Path
    """Folder for the clips and every finished score, kept condition by condition: a run that was stopped goes on where
    it was, a later run of other rows takes the very same clips, and one of other conditions loses nothing. Where other
    files are held out than before, the clips are theirs."""
    conditions: tuple[str, ...] = ("clean", "smooth", "noisy", "decoder output")
    """What the mel is: clean; smooth (five frames); noisy (half a nat); 'correlated noise'; 'smooth and noisy'; decoder
    output (of a SIMULATED participant's Seq2Seq decoder, out of fold); ridge output (the same of ridge regression)."""
    clips: int = 3
    """Clips a voice."""
    hold_out_every: int = 20
    """As in training."""
    decoder_minutes: float = 8.0
    """Speech a voice that the SIMULATED participant's decoder is fitted on, out of fold; or what there is of it."""
    decoder_coupling: float = 4.0
    """How much the SIMULATED participant's high gamma follows the speech (the demo recording: 1.5)."""
    weights: Path = WEIGHTS
    """Weights of the learnt vocoder."""
    hifigan: tuple[Path, ...] = ()
    """HiFi-GAN checkpoints, each with config.json beside it; rows take the name of the folder."""
    only: tuple[str, ...] = ()
    """Rows to score, by any part of their name, e.g. 'learnt' '11.6'; default all. Others stay as they were scored."""
    anew: tuple[str, ...] = ()
    """Rows to score again, by any part of their name, e.g. 'learnt' after a training."""
    time_anew: tuple[str, ...] = ()
    """Rows to time again on the clips of the first condition, by any part of their name ('ms' or 'Griffin' ...); their
    scores stay. For a machine that was busy while it scored."""
    into: Path | None = None
    """Markdown file whose table, between two marked lines, is replaced."""
    out: Path | None = None
    """Markdown file to write: the table, then voice by voice."""
    overwrite: bool = False
    """Replace an existing file."""


@dataclass(frozen=True)
class DecodedMels:
    """Write pairs of speech and decoder output of SIMULATED participants, to train vocoders on real decoder errors.

    A run that was stopped goes on where it was: each session lies beside --out until all are done.
    """

    speech: Annotated[tuple[Path, ...], tyro.conf.Positional]
    """Sound files or folders; each folder is one participant's voice."""
    out: Path
    """File to write (npz)."""
    decoders: tuple[Decoder, ...] = ("ridge", "gru", "seq2seq")
    """Decoders; each has participants of its own."""
    minutes_each: float = 6.0
    """Minutes of each folder that a participant says."""
    hold_out: tuple[str, ...] = ()
    """Patterns of file names to leave out."""
    hold_out_every: int = 20
    """Of every folder's other files, one in so many is left out too (0: none)."""
    participants: int = 2
    """Simulated participants for each voice and decoder, each with a coupling of its own."""
    coupling: tuple[float, float] = (0.7, 3.0)
    """Least and most coupling."""
    folds: int = 3
    """Parts of a session, each decoded by the decoder of the others."""
    updates: int = UPDATES
    """Of each network's training."""
    seed: int = 0
    """Everything random."""
    overwrite: bool = False
    """Replace an existing file."""
