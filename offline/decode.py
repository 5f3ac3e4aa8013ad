"""`python -m offline.decode BUNDLE RECORDING --out mel.npz`: what a live session would decode, faster than real time.

The same :class:`bk_realtime.chain.Chain` as live, so the numbers are the same, whatever the chunks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console
from rich.progress import Progress

from bk_realtime.config import check_device
from bk_realtime.decoder.bundle_index import check_bundle
from bk_realtime.errors import OptionError, exit_cleanly
from bk_realtime.files import atomic
from bk_realtime.logs import parse_command
from offline.data.provenance import UNKNOWN_CAUSALITY
from offline.io import read_recording
from offline.io.options import ReadOptions, say_notes
from offline.io.outputs import claim, write_npz


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
    device: str = "cpu"
    """Where the decoder runs: cpu, cuda, cuda:N, or auto, which takes a CUDA device where there is one."""
    threads: int = 1
    """CPU threads of torch; a decoder step is too small to gain from more."""
    label_map: Path | None = None
    """TOML file of lines such as A1 = "EEG 12", where the recording's labels are not told from the decoder's."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    overwrite: bool = False
    """Replace existing files."""


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Decode, "python -m offline.decode", argv)
    for path, ending in ((settings.out, ".npz"), (settings.wav, ".wav")):
        if path is not None:
            claim(path, settings.overwrite, (ending,))
    check_device(settings.device)
    if settings.threads < 1:
        raise OptionError(f"--threads: expected at least 1, got {settings.threads}")
    console = Console()
    index = check_bundle(settings.bundle)
    recording = read_recording(settings.recording, **settings.read.of(index.features).given())
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    import soundfile
    import torch

    from bk_realtime.decoder.bundle import load_bundle
    from bk_realtime.device import pick_device
    from offline.data.decoding import decode_recording, label_map_for, stream_description

    device = pick_device(settings.device)
    torch.set_num_threads(settings.threads)
    bundle = load_bundle(settings.bundle, device)
    say_notes(recording, settings.recording, console)
    labels = label_map_for(settings.recording, settings.label_map)
    for note in bundle.check(stream_description(recording), labels).notes:
        console.print(f"{recording.name}: {note}", highlight=False, markup=False)
    with Progress(console=console) as progress:
        task = progress.add_task("decoding", total=len(recording.neural))
        decoding = decode_recording(bundle, recording, device, lambda n: progress.advance(task, n), labels)
    rate = bundle.mel.sample_rate
    arrays = {
        "mel": decoding.mel,
        "features": decoding.features,
        "frame_rate": rate / bundle.mel.hop_length,
        "lead_ms": bundle.lead_ms,
        "simulated": recording.simulated,
        **({"causality": UNKNOWN_CAUSALITY} if recording.holds_features else {}),
    }
    write_npz(settings.out, arrays)
    if settings.wav is not None:
        with atomic(settings.wav) as part:
            soundfile.write(part, decoding.audio, rate)
    console.print(
        f"{recording.duration_s:.1f} s of recording in {decoding.seconds:.1f} s: "
        f"{recording.duration_s / max(decoding.seconds, 1e-9):.1f} times real time",
        highlight=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
