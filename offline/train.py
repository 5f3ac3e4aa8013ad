"""`python -m offline.train RECORDING… --out DIR`: train a decoder and write the bundle that a live session loads."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence

from rich.console import Console

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from bk_realtime.vocoder.registry import PLUGINS as VOCODERS
from bk_realtime.vocoder.registry import weights_path
from offline.training.recordings import read_recordings
from offline.training.run_folder import check_run_folder, is_leader, kept_vocoder, with_kept_vocoder
from offline.training.settings import Train
from offline.training.steps import Steps


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Train, "python -m offline.train", argv)
    words = sys.argv[1:] if argv is None else argv
    named = any(word.startswith("--vocoder.") for word in words)
    settings = dataclasses.replace(settings, vocoder_named=named)
    if settings.resume and not named:
        settings = dataclasses.replace(settings, vocoder=kept_vocoder(settings.out))
    settings.check()
    settings = with_kept_vocoder(settings)
    if is_leader():
        check_run_folder(settings)
    VOCODERS.check(settings.vocoder.name)
    if settings.vocoder.weights:
        weights_path(settings.vocoder, None)
    console = Console()
    Steps(settings.figures and is_leader()).tell("reading")
    read = settings.read.of(settings.features)
    recordings = read_recordings(settings.recordings, read, console, settings.label_map, settings.days)
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    from offline.training.outcome import print_result
    from offline.training.run import train

    result = train(settings, console, recordings)
    if result is not None:
        print_result(console, settings, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
