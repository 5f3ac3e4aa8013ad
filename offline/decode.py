"""`python -m offline.decode BUNDLE RECORDING --out mel.npz`: what a live session would decode, faster than real time.

The same :class:`bk_realtime.chain.Chain` as live, so the numbers are the same, whatever the chunks. It says, and writes
beside the mel, whether the decoder was trained on the recording and whether the sound itself is in what it read.
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
from bk_realtime.errors import FileError, OptionError, exit_cleanly
from bk_realtime.logs import parse_command
from bk_realtime.session.names import VIEW
from offline.data.provenance import UNKNOWN_CAUSALITY
from offline.io import read_recording
from offline.io.options import ReadOptions, say_notes
from offline.io.outputs import claim, write_npz
from offline.training.steps import Steps


@dataclass(frozen=True)
class Decode:
    """Decode a recording with a trained decoder, exactly as live."""

    bundle: Annotated[Path, tyro.conf.Positional]
    """Decoder bundle, as python -m offline.train writes it."""
    recording: Annotated[Path, tyro.conf.Positional]
    """Recording with neural data; audio is not needed."""
    out: Path | None = None
    """File for the decoded log-mel (.npz); needed, unless --view is given."""
    wav: Path | None = None
    """File for the decoded voice (.wav)."""
    view: Path | None = None
    """Folder of `python -m offline.inspect --view` that gets the decoded mel and voice for a window to show; how far it
    is, is then said in lines of JSON."""
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
    if settings.out is None and settings.view is None:
        raise OptionError("--out: expected a file for the decoded log-mel (.npz), or --view with a folder")
    if settings.view is not None and not (settings.view / VIEW).is_file():
        raise OptionError(f"--view {settings.view}: expected a folder as offline.inspect --view writes it")
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
    import torch

    from bk_realtime.decoder.bundle import load_bundle
    from bk_realtime.device import pick_device
    from offline.data.decoding import decode_recording, label_map_for, stream_description
    from offline.data.doubts import doubts_of
    from offline.vocoder_lab.voiced import write_audio

    device = pick_device(settings.device)
    torch.set_num_threads(settings.threads)
    bundle = load_bundle(settings.bundle, device)
    say_notes(recording, settings.recording, console)
    labels = label_map_for(settings.recording, settings.label_map)
    differences = bundle.check(stream_description(recording), labels).notes
    for note in differences:
        console.print(f"{recording.name}: {note}", highlight=False, markup=False)
    steps, total = Steps(settings.view is not None), len(recording.neural)
    with Progress(console=console, disable=settings.view is not None) as progress:
        task = progress.add_task("decoding", total=total)

        def advance(n: int) -> None:
            progress.advance(task, n)
            steps.tell("decoding", progress.tasks[task].completed / total)

        decoding = decode_recording(bundle, recording, device, advance, labels)
    steps.tell("whether it was trained on this, and whether the sound itself is in the channels")
    doubts = doubts_of(bundle, settings.recording, recording, labels)
    for line in (doubts.leak_line, doubts.contamination_line):
        console.print(f"{recording.name}: {line}", highlight=False, markup=False)
    rate = bundle.mel.sample_rate
    arrays = {
        "mel": decoding.mel,
        "features": decoding.features,
        "frame_rate": rate / bundle.mel.hop_length,
        "lead_ms": bundle.lead_ms,
        "simulated": recording.simulated,
        **doubts.arrays(),
        **({"causality": UNKNOWN_CAUSALITY} if recording.holds_features else {}),
    }
    if settings.out is not None:
        write_npz(settings.out, arrays)
    if settings.view is not None:
        from offline.inspection.view_files import write_decoded

        try:
            write_decoded(decoding.mel, decoding.audio, bundle, recording, settings.view, differences, doubts)
        except OSError as error:
            raise FileError(f"{settings.view}: cannot be written ({error.strerror or error})") from None
    if settings.wav is not None:
        write_audio(settings.wav, [decoding.audio], rate, doubts.marks)
    console.print(
        f"{recording.duration_s:.1f} s of recording in {decoding.seconds:.1f} s: "
        f"{recording.duration_s / max(decoding.seconds, 1e-9):.1f} times real time",
        highlight=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
