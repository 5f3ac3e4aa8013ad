"""Settings of `python -m offline.transfer`. Knows nothing that takes long to load."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from bk_realtime.config import check_range
from bk_realtime.errors import OptionError
from bk_realtime.typed import Within
from offline.data.settings import ContaminatedPolicy
from offline.io.options import ReadOptions

MINUTES = (0.0, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Transfer:
    """What yesterday's decoder is worth today, and what today's first minutes add to it.

    Decodes a last part of today's recording that nothing else sees: with yesterday's bundle as it is, with its
    normalisation taken anew, with a ridge of yesterday's recordings and today's first minutes, and with one of today
    alone.
    """

    bundle: Path
    """Yesterday's decoder."""
    recording: Path
    """Today's recording, of the same participant."""
    yesterday: tuple[Path, ...] = ()
    """Recordings of days before, to be carried on with all that they hold; without them a ridge bundle's own weights
    are, as `python -m bk_realtime learn --from` does it."""
    minutes: tuple[float, ...] = MINUTES
    """Minutes of today that are known; all that there is before the scored part comes last by itself (but not where
    --save is told other minutes)."""
    score_s: float = 120.0
    """Seconds at the end of today that are scored, at most a third of it."""
    save: Path | None = None
    """Folder for the bundle carried on, after all that there is before the scored part or after the last of --minutes.
    Without --yesterday."""
    silence_weight: Annotated[float | None, Within(0.0, 1.0)] = None
    """How much a frame of silence counts against one of speech; default: as in the bundle's ridge."""
    label_map: Path | None = None
    """TOML file of lines such as A1 = "EEG 12": the decoder's label, then today's, where labels are not told."""
    contaminated: ContaminatedPolicy = "refuse"
    """What becomes of channels that hold the microphone's sound itself: refuse, exclude (they count as lost) or keep
    (all goes on, and every table and row says CONTAMINATED). A bundle that learnt from such channels needs keep."""
    out: Path | None = None
    """File for the figures (.json); the same as a table beside it (.csv)."""
    shifts: int = 100
    """Circular shifts that chance is drawn from."""
    bootstrap: int = 500
    """Bootstrap samples for intervals."""
    seed: int = 0
    """Everything random: shifts and bootstrap."""
    overwrite: bool = False
    """Replace existing files."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)

    def __post_init__(self) -> None:
        check_range(self, "silence_weight", 0.0, 1.0, "of a frame of speech")
        if self.save is not None and self.yesterday:
            raise OptionError(
                "--save carries the bundle's own weights on, --yesterday recordings; expected one of them; to train on "
                "several recordings there is offline.train"
            )
        if not 15 <= self.score_s <= 36_000:
            raise OptionError(f"--score-s: expected 15 to 36000 seconds, got {self.score_s:g}")
        if min(self.shifts, self.bootstrap) < 20:
            raise OptionError("expected --shifts and --bootstrap of at least 20")
        if not self.minutes or not all(0 <= m <= 600 for m in self.minutes):
            raise OptionError(
                f"--minutes: expected minutes of 0 to 600, got {' '.join(f'{m:g}' for m in self.minutes)}"
            )
