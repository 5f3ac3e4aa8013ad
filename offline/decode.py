"""`python -m offline.decode BUNDLE RECORDING --out mel.npz`: what a live session would decode, faster than real time.

The same :class:`bk_realtime.chain.Chain` as live, so the numbers are the same, whatever the chunks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import soundfile
import torch
import tyro
from rich.console import Console
from rich.progress import Progress

from bk_realtime.chain import Chain
from bk_realtime.chunks import StreamDescription
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.device import pick_device
from bk_realtime.errors import exit_cleanly
from offline.io import read_recording
from offline.io.options import ReadOptions
from offline.io.outputs import claim
from offline.io.recording import Recording

_BLOCK_S = 10.0  # seconds of signal a push; any other gives the same


@dataclass(frozen=True)
class Decode:
    """Decode a recording with a trained decoder, exactly as live."""

    bundle: Annotated[Path, tyro.conf.Positional]
    """Decoder bundle, as python -m offline.train writes it."""
    recording: Annotated[Path, tyro.conf.Positional]
    """Recording with neural data; audio is not needed."""
    out: Path
    """File for the decoded log-mel (.npz)."""
    wav: Path | None = None
    """File for the decoded voice (.wav)."""
    device: Literal["cpu", "cuda", "auto"] = "cpu"
    """Where the decoder runs; auto takes a CUDA device where there is one."""
    threads: int = 1
    """CPU threads of torch; a decoder step is too small to gain from more."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    overwrite: bool = False
    """Replace existing files."""


@dataclass(frozen=True)
class Decoding:
    """A decoded recording.

    Attributes
    ----------
    features : (n_frames, n_features) float32, z-scored.
    mel : (n_frames, n_mels) float32 natural-log mel; row k belongs to frame k of the recording.
    audio : (n_frames * hop_length,) float32.
    seconds : compute time.
    """

    features: np.ndarray
    mel: np.ndarray
    audio: np.ndarray
    seconds: float


def decode_recording(
    bundle: Bundle, recording: Recording, device: str = "cpu", progress: Callable[[int], Any] | None = None
) -> Decoding:
    """Decode a whole recording through the live chain, aligned with its frames.

    Parameters
    ----------
    progress : called with the number of samples of each block done.

    Raises
    ------
    BkError
        The recording lacks channels of the bundle or has another rate.
    """
    bundle.check(describe(recording))
    chain = Chain(bundle, recording.labels, device)
    block = max(1, int(_BLOCK_S * recording.sfreq))
    start = time.perf_counter()
    parts = []
    for i in range(0, len(recording.neural), block):
        parts.append(chain.push(recording.neural[i : i + block]))
        if progress is not None:
            progress(len(recording.neural[i : i + block]))
    parts.append(chain.flush())
    features, mel, audio = (np.concatenate([getattr(p, name) for p in parts]) for name in ("features", "mel", "audio"))
    return Decoding(features, mel, audio, time.perf_counter() - start)


def describe(recording: Recording) -> StreamDescription:
    """The stream that a recording would be live; recordings are in µV."""
    return StreamDescription(
        name=recording.name,
        type="sEEG",
        source_id=recording.source_hash,
        sfreq=float(recording.sfreq),
        labels=recording.labels,
        units=("microvolts",) * recording.n_channels,
    )


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(Decode, prog="python -m offline.decode", args=argv)
    for path, ending in ((settings.out, ".npz"), (settings.wav, ".wav")):
        if path is not None:
            claim(path, settings.overwrite, (ending,))
    device = pick_device(settings.device)
    torch.set_num_threads(settings.threads)
    console = Console()
    bundle = load_bundle(settings.bundle, device)
    recording = read_recording(settings.recording, **settings.read.given())
    bundle.check(describe(recording))
    with Progress(console=console) as progress:
        task = progress.add_task("decoding", total=len(recording.neural))
        decoding = decode_recording(bundle, recording, device, lambda n: progress.advance(task, n))
    rate = bundle.mel.sample_rate
    settings.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        settings.out,
        mel=decoding.mel,
        features=decoding.features,
        frame_rate=rate / bundle.mel.hop_length,
        lead_ms=bundle.lead_ms,
        simulated=recording.simulated,
    )
    if settings.wav is not None:
        settings.wav.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(settings.wav, decoding.audio, rate)
    console.print(
        f"{recording.duration_s:.1f} s of recording in {decoding.seconds:.1f} s: "
        f"{recording.duration_s / max(decoding.seconds, 1e-9):.1f} times real time",
        highlight=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
