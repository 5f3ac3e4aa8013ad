"""`python -m offline.evaluate BUNDLE RECORDING…`: the score card that a single correlation cannot replace.

Ends with exit code 1 where the leak probe finds that the scored part was not kept away from training.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console

from bk_realtime.decoder.bundle_index import check_bundle
from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.evaluation.recogniser import installed
from offline.evaluation.settings import Evaluate, bundle_and_recordings, check, refuse_out
from offline.io import read_recording, refuse_unread


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Evaluate, "python -m offline.evaluate", argv)
    check(settings)
    installed(settings.scores.recogniser)
    refuse_out(settings)
    already = []
    if settings.inputs:
        bundle, paths = bundle_and_recordings(settings)
        index = None if bundle is None else check_bundle(bundle)
        for path in paths:
            refuse_unread(path)
        if index is not None and not settings.folds and not settings.held_out:  # which is read later, and by parts
            already.append(read_recording(paths[0], **settings.read.of(index.features).given()))
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    from offline.evaluation.run import evaluate

    return evaluate(settings, Console(), already)


if __name__ == "__main__":
    sys.exit(main())
