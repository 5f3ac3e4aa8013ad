"""`python -m offline.preprocess RECORDING --out FILE`: features and mel as the decoder sees them, in one file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console

from bk_realtime.config import FeatureSettings
from bk_realtime.decoder.bundle_index import check_bundle
from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.data.split import SplitSettings
from offline.io import read_recording
from offline.io.options import ReadOptions, say_notes
from offline.io.outputs import claim

ENDINGS = (".npz", ".h5", ".hdf5")


@dataclass(frozen=True)
class Preprocess:
    """Write z-scored features and target mel, frame by frame, for use in other tools.

    Without --bundle the statistics of the z-score come from the training part (the first 70 %) only.
    """

    recording: Annotated[Path, tyro.conf.Positional]
    """Recording with neural data, and audio where there is some."""
    out: Path
    """File to write: .npz, .h5 or .hdf5."""
    bundle: Path | None = None
    """Decoder bundle whose channels, settings, statistics and lead to use."""
    label_map: Path | None = None
    """With --bundle: TOML file of lines such as A1 = "EEG 12", where labels are not told from the decoder's."""
    features: FeatureSettings = field(default_factory=FeatureSettings)
    """Settings without --bundle."""
    split: SplitSettings = field(default_factory=SplitSettings)
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    overwrite: bool = False
    """Replace an existing file."""


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Preprocess, "python -m offline.preprocess", argv)
    claim(settings.out, settings.overwrite, ENDINGS)
    begun = time.perf_counter()
    index = None if settings.bundle is None else check_bundle(settings.bundle)
    read = settings.read.of(settings.features if index is None else index.features)
    recording = read_recording(settings.recording, **read.given())
    console = Console()
    say_notes(recording, settings.recording, console)
    # only now what computes, which takes seconds to load: a file that is refused is refused at once
    from bk_realtime.decoder.bundle import load_bundle
    from offline.data.decoding import label_map_for
    from offline.data.preprocessing import preprocess, preprocess_like, write_arrays

    start = time.perf_counter()
    if settings.bundle is None:
        values = preprocess(recording, settings.features, settings.split)
    else:
        labels = label_map_for(settings.recording, settings.label_map)
        values = preprocess_like(load_bundle(settings.bundle), recording, labels)
    seconds = time.perf_counter() - start
    write_arrays(settings.out, values)
    all_s = time.perf_counter() - begun
    n_frames, n_features = values["features"].shape
    console.print(
        f"{n_frames} frames of {n_features} features; {recording.duration_s:.1f} s of recording in {seconds:.1f} s: "
        f"{recording.duration_s / seconds:.0f} times real time; {recording.duration_s / all_s:.0f} times with reading "
        "and writing",
        highlight=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
