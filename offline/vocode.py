"""`python -m offline.vocode MEL --out x.wav`: make a file of log-mel frames audible with any vocoder."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro
from rich.progress import track

from bk_realtime.config import MelSettings, VocoderSettings, check_device
from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from bk_realtime.vocoder.registry import PLUGINS
from offline.io.outputs import claim
from offline.vocoder_lab.mel_files import SOUND_ENDINGS, read_marks, read_mel


@dataclass(frozen=True)
class Vocode:
    """Make a file of log-mel frames audible."""

    mel: Annotated[Path, tyro.conf.Positional]
    """Frames: .npy of shape (n, n_mels), or .npz or .h5 predictions with an array 'mel'; natural logarithm."""
    out: Path
    """Sound file to write: .wav, .mp3 or .flac."""
    vocoder: str = "phase"
    """phase (no weights), hifigan or another name in bk_realtime.vocoder.registry."""
    lookahead_ms: float | None = None
    """Lookahead of the vocoder in ms; by default the most that it offers, for here nobody waits."""
    weights: Path | None = None
    """File of weights for vocoders that have them."""
    device: str = "cpu"
    """For vocoders with a network: cpu, cuda, cuda:N, or auto, which takes a CUDA device where there is one."""
    overwrite: bool = False
    """Replace an existing file."""


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Vocode, "python -m offline.vocode", argv)
    claim(settings.out, settings.overwrite, SOUND_ENDINGS)
    mel_settings = MelSettings()
    mel = read_mel(settings.mel, mel_settings.n_mels)
    check_device(settings.device)
    PLUGINS.check(settings.vocoder)
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    from bk_realtime.vocoder import build_vocoder
    from offline.vocoder_lab.voiced import PIECE, vocode, write_audio

    lookahead_ms = 1e6 if settings.lookahead_ms is None else settings.lookahead_ms
    wanted = VocoderSettings(settings.vocoder, lookahead_ms, str(settings.weights or ""))
    vocoder = build_vocoder(wanted, mel_settings, device=settings.device)
    n_pieces = math.ceil(len(mel) / PIECE) + 1
    pieces = iter(track(vocode(vocoder, mel), "vocoding", total=n_pieces, transient=True))
    marks = read_marks(settings.mel)
    n, clipped = write_audio(settings.out, pieces, mel_settings.sample_rate, marks)
    ahead = vocoder.lookahead * 1e3 / mel_settings.sample_rate
    print(f"{settings.out}: {n / mel_settings.sample_rate:.1f} s, vocoder {settings.vocoder}, lookahead {ahead:.1f} ms")
    if marks:
        print(f"  {', '.join(marks)}: so it says, too, in the sound file's comment")
    if clipped:
        print(f"  {clipped} samples were above full scale and clipped")
    bad = int((~np.isfinite(mel)).any(1).sum())
    if bad:
        print(f"  {bad} of {len(mel)} frames held values that are not finite; they were voiced as silence there")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
