"""`python -m offline.transfer --bundle YESTERDAY --recording TODAY`: what yesterday's decoder is worth today.

r inside speech on a last part of today that nothing else sees, after 0, 1, 2, 5 and 10 minutes of today: yesterday's
bundle as it is, with its normalisation anew, carried on with today's words, and today's words alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from rich.console import Console

from bk_realtime.decoder.bundle_index import INDEX, check_bundle
from bk_realtime.errors import FileError, exit_cleanly
from bk_realtime.files import write_text
from bk_realtime.logs import parse_command
from offline.evaluation.transfer_settings import Transfer
from offline.io import refuse_unread
from offline.io.outputs import claim, claim_folder


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Transfer, "python -m offline.transfer", argv)
    table = None if settings.out is None else settings.out.with_suffix(".csv")
    if settings.out is not None and table is not None:
        claim(settings.out, settings.overwrite, (".json",))
        claim(table, settings.overwrite)
    if settings.save is not None:
        if (settings.save / INDEX).exists() and not settings.overwrite:
            raise FileError(
                f"{settings.save} already holds a decoder bundle; choose another folder or pass --overwrite"
            )
        claim_folder(settings.save)
    check_bundle(settings.bundle)
    for path in (*settings.yesterday, settings.recording):
        refuse_unread(path)
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    from offline.evaluation.transfer import transfer
    from offline.evaluation.transfer_report import transfer_csv, transfer_lines, transfer_table, transfer_values

    console = Console()
    outcome = transfer(settings, console)
    console.print(transfer_table(outcome))
    for line in transfer_lines(outcome):
        console.print(line, highlight=False, markup=False)
    if settings.save is not None:
        from offline.evaluation.transfer_save import save_carried

        saved = save_carried(outcome, settings.recording, settings.save, settings.seed, settings.overwrite)
        told = "scored" if saved.scores else "not scored: whether yesterday's bundle knows today cannot be told"
        told += "; without speech gate and sureness"
        console.print(f"{saved.path}: the bundle carried on, {told}", highlight=False, markup=False)
    if settings.out is not None and table is not None:
        write_text(table, transfer_csv(outcome))
        write_text(settings.out, json.dumps(transfer_values(outcome), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
