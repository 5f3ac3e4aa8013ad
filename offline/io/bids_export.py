"""A recording as BIDS-iEEG derivative: its NWB file (an iEEG format of the standard) with the tables around it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from bk_realtime import __version__
from bk_realtime.errors import OptionError
from bk_realtime.files import write_text
from bk_realtime.shown import shown
from offline.io.nwb_export import write_nwb
from offline.io.outputs import claim
from offline.io.recording import Recording

BIDS_VERSION = "1.9.0"
_LONGEST_CELL = 10_000


def write_bids(
    recording: Recording, folder: Path, subject: str, task: str, line_freq: float = 50.0, overwrite: bool = False
) -> list[Path]:
    """Write a BIDS-iEEG derivative: dataset description, participants, NWB, sidecar, channels and events.

    Parameters
    ----------
    folder : the derivative; other participants in it stay as they are.
    subject, task : BIDS labels, letters and digits.
    line_freq : mains frequency in Hz, for the sidecar.
    overwrite : existing files of this participant and task may be replaced.

    Returns
    -------
    The files written.

    Raises
    ------
    OptionError
        A label with other characters.
    FileError
        A file exists, or cannot be written.
    """
    for name, value in (("--subject", subject), ("--task", task)):
        if not re.fullmatch(r"[A-Za-z0-9]+", value):
            raise OptionError(f"{name} {value!r}: BIDS labels are letters and digits only")
    where = folder / f"sub-{subject}" / "ieeg"
    stem = where / f"sub-{subject}_task-{task}"
    files = {kind: Path(f"{stem}_{kind}") for kind in ("ieeg.nwb", "ieeg.json", "channels.tsv", "events.tsv")}
    for path in files.values():
        claim(path, overwrite)
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
        write_text(participants, "\n".join([*known, row]) + "\n")
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
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def _table(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    text = io.StringIO()
    # BIDS knows no quotes around a cell: a tab or a line's end in a name is shown as \t and \n
    writer = csv.DictWriter(text, columns, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writeheader()
    writer.writerows({key: shown(cell, _LONGEST_CELL) for key, cell in row.items()} for row in rows)
    write_text(path, text.getvalue())
