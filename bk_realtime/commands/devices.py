"""`python -m bk_realtime devices`: which LSL streams and sound devices there are."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bk_realtime.chunks import NEURAL_TYPES
from bk_realtime.config import check_range
from bk_realtime.errors import BkError
from bk_realtime.shown import shown


@dataclass
class Devices:
    """List the LSL streams on the network and the sound devices of this machine.

    Names and numbers are what --name, --type, --source-id and --sound-device of `run` take.
    """

    timeout_s: float = 1.5
    """How long to listen for LSL streams, in seconds; a second finds all on a quiet network."""

    def __post_init__(self) -> None:
        check_range(self, "timeout_s", 0.0, 3600.0, "s")

    def run(self) -> int:
        """Print the two tables; 0 also where there is nothing."""
        console = Console(highlight=False)
        console.print(*_streams(self.timeout_s), sep="\n")
        console.print(*_sound(), sep="\n")
        return 0


def _streams(timeout: float) -> list[Table | str]:
    from bk_realtime.source.resolve import visible

    found, refused = visible(timeout)
    no_use = [_literal(shown(f"Not listed: {line}", 1000)) for line in refused]
    if not found:
        return ["LSL streams: none visible. Start the amplifier's LSL program; check network and firewall.", *no_use]
    table = _table("LSL streams", "name", "type", "channels", "rate", "host", "source_id")
    for info in found:
        neural = info.type().lower() in NEURAL_TYPES
        rate = f"{info.nominal_srate():g} Hz" if info.nominal_srate() else "irregular"
        cells = info.name(), info.type(), str(info.channel_count()), rate, info.hostname(), info.source_id()
        table.add_row(*(_literal(shown(cell)) for cell in cells), style="bold" if neural else None)
    note = (
        "Bold: neural types, which `run` takes by itself."
        if any(i.type().lower() in NEURAL_TYPES for i in found)
        else ""
    )
    note = note or "None of a neural type: name the one to decode with --name, --type or --source-id of `run`."
    return [table, *no_use, note]


def _sound() -> list[Table | str]:
    from bk_realtime.sink.portaudio import output_devices

    try:
        devices = output_devices()
    except BkError as error:
        return [f"Sound devices: none ({error})."]
    if not devices:
        return ["Sound devices: none. Without one, the decoded voice goes to decoded.wav only."]
    table = _table("Sound devices", "number", "name", "channels", "rate", "latency")
    for device in devices:
        cells = (
            f"{device['index']}",
            device["name"],
            f"{device['channels']}",
            f"{device['sample_rate']:g} Hz",
            f"{1e3 * device['latency_s']:.1f} ms",
        )
        table.add_row(*(_literal(shown(cell)) for cell in cells), style="bold" if device["default"] else None)
    return [table, "Bold: the system's default."]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(
            column, justify="right" if column in ("channels", "rate", "latency") else "left", overflow="fold"
        )
    return table


def _literal(text: str) -> str:
    """Square brackets in names are not markup, a backslash at the end hides no cell."""
    return escape(text)
