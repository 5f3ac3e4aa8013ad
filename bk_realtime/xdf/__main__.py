"""Make a whole copy of a cut-off or damaged recording: ``python -m bk_realtime.xdf FILE OUT``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from bk_realtime.xdf.repair import repair_xdf


@dataclass(frozen=True)
class WholeCopy:
    """Copy the whole chunks of a cut-off or damaged XDF file to a new file."""

    file: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="FILE")]
    """The recording; it is not altered."""
    out: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="OUT")]
    """File to write; it must not exist yet."""


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(WholeCopy, "python -m bk_realtime.xdf", argv)
    repair = repair_xdf(settings.file, settings.out, even_if_whole=True)
    print(f"{settings.out}: {sum(repair.n_samples.values())} samples of {len(repair.n_samples)} streams")
    for line in repair.lost:
        print(f"  lost: {line}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
