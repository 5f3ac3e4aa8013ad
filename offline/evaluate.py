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
from offline.io import Recording, read_recording, refuse_unread
from offline.io.sound import sound_channels, sound_files


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Evaluate, "python -m offline.evaluate", argv)
    check(settings)
    installed(settings.scores.recogniser)
    refuse_out(settings)
    already = _refused_early(settings)
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    from offline.evaluation.run import evaluate

    return evaluate(settings, Console(), already)


def _refused_early(settings: Evaluate) -> list[Recording]:
    """Look at what the settings name before anything heavy is loaded; the first recording, where it is read whole.

    Raises
    ------
    BkError
        A bundle, recording or sound file that cannot be used.
    """
    if not settings.inputs:
        named = [path for path in (settings.decoded, settings.reference) if path is not None and path.is_file()]
        for path in named or sound_files(settings.copy_synthesis):
            sound_channels(path)
        return []
    bundle, paths = bundle_and_recordings(settings)
    index = None if bundle is None else check_bundle(bundle)
    for path in paths:
        refuse_unread(path)
    if settings.held_out:  # read once, later
        return []
    read = settings.read.of(settings.features if index is None else index.features)
    return [read_recording(paths[0], **read.given())]


if __name__ == "__main__":
    sys.exit(main())
