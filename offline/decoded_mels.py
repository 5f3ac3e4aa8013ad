"""`python -m offline.decoded_mels SPEECH… --out FILE.npz`: what real decoders make of speech, for vocoders."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence

import torch
from rich.console import Console

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.io.outputs import claim
from offline.vocoder_lab.decoded_clips import decode_voices
from offline.vocoder_lab.settings import DecodedMels


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(DecodedMels, "python -m offline.decoded_mels", argv)
    claim(settings.out, settings.overwrite, (".npz",))
    torch.set_num_threads(1)
    report = functools.partial(Console().print, highlight=False, soft_wrap=True)
    report(f"{settings.out}: {decode_voices(settings, report)} clips")
    return 0


if __name__ == "__main__":
    sys.exit(main())
