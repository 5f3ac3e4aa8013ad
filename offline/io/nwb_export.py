"""A recording as NWB file, in the layout of the public single-word-production data (``acquisition/iEEG``, ``Audio``,
``Stimulus``), with an electrode table."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime import __version__
from bk_realtime.errors import FileError, InputError
from bk_realtime.files import atomic
from bk_realtime.prompts.marks import read_mark
from offline.io.outputs import claim
from offline.io.recording import Recording


def write_nwb(recording: Recording, path: Path, overwrite: bool = False) -> None:
    """Write a recording as NWB.

    Times are the recording's own, counted from the neural signal's start; measured rates are kept. The neural signal
    is stored as float32 µV with a conversion to volts, the audio as float32, cues as one text a neural sample
    (``Stimulus``) and, exactly, as ``Markers``.

    Raises
    ------
    InputError
        pynwb is not installed.
    FileError
        The file exists, or cannot be written.
    """
    try:
        import pynwb
    except ImportError:
        raise InputError("writing NWB needs pynwb; install it with: pip install 'brainkaraoke[formats]'") from None
    claim(path, overwrite)
    about = "SIMULATED participant: no person was recorded" if recording.simulated else "sEEG and speech"
    file = pynwb.NWBFile(
        session_description=f"{about} ({recording.name})",
        identifier=f"{recording.name}-{recording.source_hash[:16]}",
        session_start_time=datetime(1970, 1, 1, tzinfo=UTC),  # the readers know no date; none is invented
        source_script=f"brainkaraoke {__version__} offline.export",
        source_script_file_name="offline/export.py",
        notes="; ".join(recording.notes) or None,
    )
    region = _electrodes(file, recording)
    file.add_acquisition(
        pynwb.ecephys.ElectricalSeries(
            name="iEEG", data=recording.neural, electrodes=region, conversion=1e-6, rate=recording.neural_rate,
            starting_time=0.0, description="microvolts times conversion are volts; NaN where samples are missing",
        )
    )  # fmt: skip
    if recording.audio is not None:
        file.add_acquisition(
            pynwb.TimeSeries(
                name="Audio", data=recording.audio, unit="n/a", rate=recording.audio_rate,
                starting_time=recording.audio_start_s - recording.neural_start_s, description="full scale 1",
            )
        )  # fmt: skip
    if recording.markers:
        cues = stimulus(recording)
        if any(cues):
            file.add_acquisition(
                pynwb.TimeSeries(
                    name="Stimulus", data=cues, unit="n/a", rate=recording.neural_rate, starting_time=0.0
                )
            )  # fmt: skip
        times = [t - recording.neural_start_s for t, _ in recording.markers]
        texts = [text for _, text in recording.markers]
        file.add_acquisition(pynwb.misc.AnnotationSeries(name="Markers", data=texts, timestamps=times))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pynwb's advice on chunking and names
        try:
            with atomic(path) as part, pynwb.NWBHDF5IO(str(part), "w") as io:
                io.write(file)
        except OSError as error:
            raise FileError(f"{path}: cannot write here ({error})") from None


def _electrodes(file: Any, recording: Recording) -> Any:
    """Electrode table: one row a contact, one group a shaft (letters of the label)."""
    device = file.create_device(name="electrodes", description="depth electrodes")
    groups: dict[str, Any] = {}
    file.add_electrode_column("label", "name of the contact")
    file.add_electrode_column("status", "good or bad, as listed in the source")
    for label in recording.labels:
        shaft = re.sub(r"\d+.*$", "", label) or "shaft"
        if shaft not in groups:
            name = shaft.replace("/", "-").replace(":", "-")  # neither may stand in an HDF5 name
            groups[shaft] = file.create_electrode_group(
                name=name, description=f"shaft {shaft}", location="unknown", device=device
            )
        status = "bad" if label in recording.bad else "good"
        file.add_electrode(location="unknown", group=groups[shaft], label=label, status=status)
    return file.create_electrode_table_region(list(range(recording.n_channels)), "all contacts")


def stimulus(recording: Recording) -> list[str]:
    """The cue on screen at every neural sample, from ``start;TEXT`` and ``end;TEXT`` markers; empty between."""
    cues = np.full(len(recording.neural), "", dtype=object)
    started: tuple[float, str] | None = None
    for t, text in recording.markers:
        kind, word, _ = read_mark(text)
        if kind == "start" and word:
            started = (t, word)
        elif kind in ("end", "abort") and started is not None:
            a, b = (min(max(0, recording.sample_of(s)), len(cues)) for s in (started[0], t))
            cues[a:b] = started[1]
            started = None
    return [str(c) for c in cues]
