"""What `offline.loop` is told, and the loop of every level and delay as rows and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro
from matplotlib.figure import Figure

from bk_realtime.config import check_range
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.errors import InputError, OptionError
from offline.scoring.plotting import png
from offline.simulation.loop import Listener, close_loop
from offline.simulation.participant import make_participant


@dataclass(frozen=True)
class Loop:
    """Close the loop through a SIMULATED participant who hears the decoder: does it ring?

    Her auditory cortex answers what is played. Levels are those of the voice at her ear; 0 dB is as loud as her own
    speech.
    """

    bundle: Annotated[Path, tyro.conf.Positional]
    """Decoder bundle, trained on this very participant."""
    participant: int = 1
    """Number of the simulated participant, as in `offline.simulate`."""
    channels: int = 64
    """Her contacts."""
    coupling: float = 1.0
    """Scale of her high-gamma rise in dB."""
    auditory: float = 1.0
    """How strongly contacts that follow sound answer what is played, of what they answer her own speech with."""
    levels: tuple[float, ...] = (-20.0, -10.0, 0.0, 10.0, 20.0, 30.0, 40.0)
    """Levels of the voice in dB."""
    delays: tuple[float, ...] = (60.0, 120.0, 250.0)
    """Delays from the decoded frame to the ear in ms."""
    seconds: float = 12.0
    """Length of each run; at half time a voice is heard that no one said."""
    seed: int = 0
    """Everything random."""
    out: Path | None = None
    """Folder for loop.json and loop.png."""
    overwrite: bool = False
    """Replace what is there."""

    def __post_init__(self) -> None:
        check_range(self, "seconds", 4.0, 3600.0, "s")
        check_range(self, "auditory", 0.0, 10.0, "times")
        if not self.levels or not self.delays:
            raise OptionError("expected at least one of --levels and --delays, got none")
        if not all(-100 <= level <= 100 for level in self.levels) or not all(1 <= d <= 5000 for d in self.delays):
            raise OptionError("expected --levels of -100 to 100 dB and --delays of 1 to 5000 ms")


def run_loops(settings: Loop) -> dict[str, Any]:
    """Every level with every delay.

    Returns
    -------
    ``simulated`` (true), ``rings_at_db``, ``rows``: ``level_db``, ``delay_ms``, ``loop_gain``, ``margin_db``,
    ``false_per_hour`` (voices while she only listens), ``rings_s`` (how long a voice that no one said goes on) and
    ``rings`` (up to the end of the run).

    Raises
    ------
    InputError
        The bundle was trained on somebody else.
    """
    bundle = load_bundle(settings.bundle)
    person = make_participant(settings.channels, settings.participant, settings.coupling)
    missing = [label for label in bundle.labels if label not in person.labels]
    if missing or bundle.features.kind == "given":
        raise InputError(
            f"{settings.bundle}: simulated participant {settings.participant} has no channel {', '.join(missing[:4])}; "
            "expected a decoder of that participant: name it with --participant and --channels"
        )
    listener = Listener(bundle, person, settings.seconds, settings.seed, settings.auditory)
    loop = listener.open_loop()
    rows = []
    for level in settings.levels:
        for delay in settings.delays:
            ring = close_loop(listener, loop, level, delay / 1e3)
            rows.append(
                {
                    "level_db": level,
                    "delay_ms": delay,
                    "loop_gain": loop.gain(level),
                    "margin_db": loop.margin_db(level),
                    "false_per_hour": ring.false_per_hour,
                    "rings_s": ring.rings_s,
                    "rings": bool(ring.rings_s > 0.9 * (settings.seconds / 2 - 1.0)),
                }
            )
    return {"simulated": True, "rings_at_db": loop.rings_at_db, "voice_db": loop.voice_db, "rows": rows}


def loop_picture(result: dict[str, Any]) -> bytes:
    """PNG: loop gain, how long it rings and false voices against level, a line for each delay."""
    delays = sorted({row["delay_ms"] for row in result["rows"]})

    def draw(figure: Figure) -> None:
        figure.suptitle("SIMULATED participant who hears the decoder", fontsize=10, x=0.01, ha="left")
        axes = figure.subplots(1, 3)
        heads = {"loop_gain": "loop gain", "rings_s": "rings on for, s", "false_per_hour": "false voices an hour"}
        for axis, (key, head) in zip(axes, heads.items(), strict=True):
            for delay in delays:
                rows = [row for row in result["rows"] if row["delay_ms"] == delay]
                x, y = [row["level_db"] for row in rows], [row[key] for row in rows]
                axis.plot(x, y, "o-", ms=3, label=f"{delay:g} ms")
            axis.axvline(result["rings_at_db"], color="#b03030", lw=1, ls="--")
            axis.set(title=head, xlabel="level at the ear, dB re own speech")
        axes[0].set_yscale("log")
        axes[0].axhline(1.0, color="#888888", lw=0.8)
        axes[-1].legend(fontsize=7)

    return png(draw, 10.0, 3.2)
