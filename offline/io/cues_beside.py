"""BIDS: the table of cues ``*_events.tsv`` beside a recording of any format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from offline.io import companions
from offline.io.recording import Recording


def with_cues_beside(recording: Recording, path: Path) -> Recording:
    """The recording with the markers of the table beside ``path``, in place of its own; itself where there is none or
    its reader has seen to the table already."""
    table = companions.bids_table(path, "events")
    if table is None or any(p.resolve() == table.resolve() for p in recording.also_read):
        return recording
    notes: list[str] = []
    markers = companions.table_markers(
        table, recording.neural_start_s, recording.neural_rate, len(recording.neural), notes
    )
    own = len(recording.markers)
    instead = f", in place of the file's own {own}" if own else ""
    return replace(
        recording,
        markers=markers,
        also_read=(*recording.also_read, table),
        notes=(*recording.notes, f"markers: {len(markers)} from {table.name} beside the file{instead}", *notes),
    )
