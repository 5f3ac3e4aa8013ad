"""`python -m offline.train_vocoder AUDIO… --out DIR`: train the learnt vocoder, or fine-tune it to one voice."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence

from rich.console import Console

from bk_realtime.errors import OptionError, exit_cleanly
from bk_realtime.logs import parse_command
from offline.vocoder_lab.settings import TrainVocoder
from offline.vocoder_lab.training import train


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(TrainVocoder, "python -m offline.train_vocoder", argv)
    if settings.resume and settings.overwrite:
        raise OptionError("--resume and --overwrite exclude each other: go on, or start anew")
    report = functools.partial(Console().print, highlight=False, soft_wrap=True)
    report(f"weights: {train(settings, report)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
