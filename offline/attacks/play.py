"""Play a trick: score it by the code that `offline.evaluate` runs, and see whether its reader is told no."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from torch import Tensor

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import BkError
from offline.evaluation.cards import bundle_card, pair_card, used_for_training
from offline.evaluation.claims import BLOCKING, CLAIM, NEEDED
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.settings import Evaluate

EXIT_LEAK, EXIT_BAD_INPUT = 1, 2
VOUCHES_NOT = "as far as"
"""Words of a verdict that rests on a line which cannot tell."""
SCORES = ScoreSettings(bootstrap=200, shifts=100, shuffles=0, sound_s=0)
"""Without sound, and without shuffled brains: a decoded file that is brought from elsewhere has none either."""


class Played(Decoder):
    """A decoder that says what it was told to say, whatever the brain does."""

    lookahead = 0
    block = 1

    def __init__(self, mel: np.ndarray, n_in: int) -> None:
        super().__init__()
        self.mel, self.channels = torch.from_numpy(np.ascontiguousarray(mel, np.float32)), (n_in, mel.shape[1])

    def init_state(self, batch: int) -> int:
        """The first frame."""
        return 0

    def step(self, x: Tensor, state: int) -> tuple[Tensor, int]:
        """The next frames of what was told."""
        stop = state + x.shape[1]
        return self.mel[state:stop][None], stop

    def forward(self, x: Tensor) -> Tensor:
        return self.step(x, 0)[0]


@dataclass(frozen=True)
class Attempt:
    """What a trick hands in.

    Attributes
    ----------
    recording : the file that is scored.
    bundle : the decoder that is scored.
    options : further settings of ``offline.evaluate``, such as ``held_out=True``.
    """

    recording: Path = Path()
    bundle: Bundle | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What the reader sees.

    Attributes
    ----------
    code : exit code of ``offline.evaluate``.
    claim : what the single verdict of the card says; what was said instead where nothing was scored.
    claimed : whether it says that a spectrum was decoded.
    against : (check, text) of the lines that take every claim away.
    card : the score card; empty where nothing was scored.
    """

    code: int
    claim: str
    claimed: bool = False
    against: tuple[tuple[str, str], ...] = ()
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether the reader is told no: an exit code, a verdict that claims nothing, or one that vouches for nothing
        because a line cannot tell."""
        return bool(self.code) or not self.claimed or VOUCHES_NOT in self.claim

    @property
    def accused(self) -> bool:
        """Whether something is said to be wrong, not merely that nothing is shown."""
        return bool(self.code or self.against)

    @property
    def by(self) -> tuple[str, str]:
        """The line that says no, and what it says; the verdict itself where no line does."""
        if self.against:
            return self.against[0]
        lines = [] if self.claimed or not self.card else self.card["verdicts"]
        no = [(v["check"], v["text"]) for v in lines if v["check"] in NEEDED and not v["good"]]
        return no[0] if no else (CLAIM, self.claim)


def says(bundle: Bundle, mel: np.ndarray) -> Bundle:
    """The bundle with a decoder that says ``mel`` (T, n_mels), frame by frame of the recording."""
    return replace(bundle, kind="decoded", decoder=Played(mel, len(bundle.mean)), gate=None)


def play(attempt: Attempt, seed: int = 0) -> Outcome:
    """Score an attempt.

    Raises
    ------
    OSError
        A file that the trick should have made.
    """
    settings = Evaluate(scores=SCORES, seed=seed, **attempt.options)
    try:
        if settings.decoded is not None:
            return _read(pair_card(settings).card)
        assert attempt.bundle is not None
        settings = replace(settings, read=settings.read.of(attempt.bundle.features))
        paths = [attempt.recording]
        used = "" if settings.held_out else used_for_training(attempt.bundle, paths, settings.read, [])
        if used:
            return Outcome(EXIT_LEAK, used, against=(("leak", used),))
        return _read(bundle_card(settings, attempt.bundle, "attack", attempt.recording, _silent()).card)
    except BkError as error:
        return refusal(error)


def refusal(error: BkError) -> Outcome:
    """What a reader sees of a command that refused its input."""
    return Outcome(EXIT_BAD_INPUT, str(error), against=(("refused", str(error)),))


def _read(card: dict[str, Any]) -> Outcome:
    order = ("causality", *BLOCKING)
    against = [(v["check"], v["text"]) for v in card["verdicts"] if not v["good"] and v["check"] in order]
    against.sort(key=lambda line: order.index(line[0]))
    (claim,) = (v for v in card["verdicts"] if v["check"] == CLAIM)
    leaks = any(leak["finding"] for leak in card["leak_probe"])
    return Outcome(EXIT_LEAK if leaks else 0, claim["text"], claim["good"], tuple(against), card)


def _silent() -> Console:
    return Console(file=io.StringIO())
