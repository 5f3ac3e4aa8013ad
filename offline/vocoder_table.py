"""`python -m offline.vocoder_table VOICE… --work DIR`: every vocoder on the same held-out clips, clean and degraded."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence

from rich.console import Console

from bk_realtime.errors import OptionError, exit_cleanly
from bk_realtime.files import write_text
from bk_realtime.logs import parse_command
from offline.io.outputs import claim
from offline.vocoder_lab.settings import VocoderTable
from offline.vocoder_lab.table import run_table
from offline.vocoder_lab.table_text import check_marked, put_between


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(VocoderTable, "python -m offline.vocoder_table", argv)
    if not settings.voices:
        raise OptionError("voices: expected NAME=FOLDER at least once, got none")
    if settings.out is not None:
        claim(settings.out, settings.overwrite)
    if settings.into is not None:
        check_marked(settings.into)
    table, voices = run_table(settings, functools.partial(Console().print, highlight=False, soft_wrap=True))
    if settings.into is not None:
        put_between(settings.into, table)
    if settings.out is not None:
        write_text(settings.out, f"# Vocoders on held-out speech\n\n{table}\n{voices}")
    if settings.into is None and settings.out is None:
        print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
