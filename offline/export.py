"""`python -m offline.export RECORDING --nwb FILE | --bids FOLDER`: recordings for other tools.

NWB in the layout of the public single-word-production data (``acquisition/iEEG``, ``Audio``, ``Stimulus``), with an
electrode table; BIDS-iEEG derivative around the same NWB file (an iEEG format of the standard).
"""

from __future__ import annotations

import csv
import json
import re
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from bk_realtime import __version__
from bk_realtime.errors import BkError, exit_cleanly
from offline.io.options import ReadOptions
from offline.io.outputs import claim, claim_folder
from offline.io.recording import Recording

BIDS_VERSION = "1.9.0"


@dataclass(frozen=True)
class Export:
    """Write a recording as NWB file or as BIDS-iEEG derivative."""

    recording: Annotated[Path, tyro.conf.Positional]
    """Any recording that the program reads."""
    nwb: Path | None = None
    """NWB file to write."""
    bids: Path | None = None
    """Folder of the BIDS derivative to write (or to add a participant to)."""
    subject: str = "01"
    """BIDS participant label, letters and digits."""
    task: str = "wordProduction"
    """BIDS task label, letters and digits."""
    line_freq: float = 50.0
    """Mains frequency in Hz, for the sidecar."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)
    overwrite: bool = False
    """Replace existing files."""


def write_nwb(recording: Recording, path: Path, overwrite: bool = False) -> None:
    """Write a recording as NWB.

    Times are the recording's own, counted from the neural signal's start; measured rates are kept. The neural signal
    is stored as float32 µV with a conversion to volts, the audio as float32, cues as one text a neural sample
    (``Stimulus``) and, exactly, as ``Markers``.

    Raises
    ------
    BkError
        pynwb is not installed, or the file exists.
    """
    try:
        import pynwb
    except ImportError:
        raise BkError("writing NWB needs pynwb; install it with: pip install 'brainkaraoke[formats]'") from None
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
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pynwb's advice on chunking and names
        try:
            with pynwb.NWBHDF5IO(str(part), "w") as io:
                io.write(file)
        except OSError as error:
            raise BkError(f"{path}: cannot write here ({error})") from None
    part.replace(path)


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
        kind, _, word = text.partition(";")
        if kind == "start" and word:
            started = (t, word)
        elif kind == "end" and started is not None:
            a, b = (min(max(0, recording.sample_of(s)), len(cues)) for s in (started[0], t))
            cues[a:b] = started[1]
            started = None
    return [str(c) for c in cues]


def write_bids(
    recording: Recording, folder: Path, subject: str, task: str, line_freq: float = 50.0, overwrite: bool = False
) -> list[Path]:
    """Write a BIDS-iEEG derivative: dataset description, participants, NWB, sidecar, channels and events.

    Returns
    -------
    The files written.
    """
    for name, value in (("--subject", subject), ("--task", task)):
        if not re.fullmatch(r"[A-Za-z0-9]+", value):
            raise BkError(f"{name} {value!r}: BIDS labels are letters and digits only")
    where = folder / f"sub-{subject}" / "ieeg"
    stem = where / f"sub-{subject}_task-{task}"
    files = {kind: Path(f"{stem}_{kind}") for kind in ("ieeg.nwb", "ieeg.json", "channels.tsv", "events.tsv")}
    for path in files.values():
        claim(path, overwrite)
    where.mkdir(parents=True, exist_ok=True)
    description = folder / "dataset_description.json"
    if not description.exists():
        _json(
            description,
            {
                "Name": "BrainKaraoke export" + (" (SIMULATED)" if recording.simulated else ""),
                "BIDSVersion": BIDS_VERSION,
                "DatasetType": "derivative",
                "GeneratedBy": [{"Name": "brainkaraoke", "Version": __version__}],
            },
        )
    write_nwb(recording, files["ieeg.nwb"], overwrite=True)
    sfreq = float(recording.sfreq)
    _json(
        files["ieeg.json"],
        {
            "TaskName": task,
            "SamplingFrequency": sfreq,
            "PowerLineFrequency": line_freq,
            "SoftwareFilters": "n/a",
            "iEEGReference": "n/a",
            "SEEGChannelCount": recording.n_channels,
            "RecordingDuration": round(recording.duration_s, 6),
            "RecordingType": "continuous",
            "Simulated": recording.simulated,
            "Sources": [f"sha256:{recording.source_hash}"],
        },
    )
    rows = [
        {"name": label, "type": "SEEG", "units": "uV", "low_cutoff": "n/a", "high_cutoff": "n/a",
         "sampling_frequency": f"{sfreq:g}", "status": "bad" if label in recording.bad else "good"}
        for label in recording.labels
    ]  # fmt: skip
    _table(files["channels.tsv"], rows, tuple(rows[0]))
    _table(files["events.tsv"], _events(recording), ("onset", "duration", "trial_type"))
    participants = folder / "participants.tsv"
    known = participants.read_text(encoding="utf-8").splitlines() if participants.exists() else ["participant_id"]
    if f"sub-{subject}" not in (line.split("\t")[0] for line in known):
        row = "\t".join([f"sub-{subject}", *["n/a"] * known[0].count("\t")])
        participants.write_text("\n".join([*known, row]) + "\n", encoding="utf-8")
    return [*files.values(), description, participants]


def _events(recording: Recording) -> list[dict[str, str]]:
    """BIDS events: a start and its end make one row."""
    rows: list[dict[str, str]] = []
    for t, text in recording.markers:
        kind, _, word = text.partition(";")
        onset = t - recording.neural_start_s
        opened = next((r for r in reversed(rows) if r["trial_type"] == word and r["duration"] == "open"), None)
        if kind == "end" and opened is not None:
            opened["duration"] = f"{onset - float(opened['onset']):.6f}"
        else:
            opens = kind == "start" and bool(word)
            rows.append({
                "onset": f"{onset:.6f}", "duration": "open" if opens else "0", "trial_type": word if opens else text
            })  # fmt: skip
    return [{**r, "duration": "n/a" if r["duration"] == "open" else r["duration"]} for r in rows]


def _json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _table(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(Export, prog="python -m offline.export", args=argv)
    if settings.nwb is None and settings.bids is None:
        raise BkError("nothing to write: name --nwb FILE or --bids FOLDER")
    if settings.nwb is not None:
        claim(settings.nwb, settings.overwrite, (".nwb",))
    if settings.bids is not None:
        claim_folder(settings.bids)
    recording = settings.read.read(settings.recording)
    if settings.nwb is not None:
        write_nwb(recording, settings.nwb, settings.overwrite)
        print(settings.nwb)
    if settings.bids is not None:
        for path in write_bids(
            recording, settings.bids, settings.subject, settings.task, settings.line_freq, settings.overwrite
        ):
            print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
