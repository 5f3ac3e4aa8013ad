"""What the banner says of a state: which part is to blame, where the figures tell."""

from __future__ import annotations

from pathlib import Path

from bk_realtime.config import FRAME_RATE
from bk_realtime.session.disk import in_words
from bk_realtime.session.status import Status
from bk_realtime.shown import shown
from gui.said import translated
from gui.talk_key import voice_words
from gui.words import later, tr

TO_DO = {
    "held": later("look at the cause, then let the sound out: Release, or Ctrl+R"),
    "stale": later(
        "it is heard again by itself; where it lasts, close other programs, then end and start the session anew"
    ),
    "signal lost": later(
        "look at the amplifier, its program and the cable; the session takes the stream up again by itself"
    ),
    "no sound": later("look at plug and power of the sound card; it is taken up again by itself"),
    "silent engine": later("turn the loudspeaker off until it answers"),
}
"""One thing to do where something is wrong."""
QUIET_S = 1.0
"""A stream silent for longer gets a note on its panel."""


def detail(state: str, status: Status, silent_s: float) -> str:
    """One line; empty where the state has nothing to add to its own words.

    Parameters
    ----------
    state : the state shown.
    status : the engine's last word.
    silent_s : seconds since it came.
    """
    if state == "silent engine":
        return tr("no status for {silent_s:.0f} s: what is shown is old").format(silent_s=silent_s)
    if status.faults and state != "stopped":
        return "  ·  ".join(shown(translated(text), 300) for text in status.faults.values())
    if state == "stale":
        return stale_words(status)
    return voice_words(status) if state == "running" else ""


def stale_words(status: Status) -> str:
    """Which part makes what would be heard too old: the sound that waits, the decoding, or what comes before them."""
    age, waits = status.age_ms, (status.buffer_ms or 0.0) + (status.device_ms or 0.0)
    faded = tr("the voice is faded out")
    if age is None:
        return tr("too old, and the age is not known: cannot tell which part is slow; {faded}").format(faded=faded)
    takes, frame_ms = status.stages.get("total", {}).get("p99", 0.0), 1e3 / float(FRAME_RATE)
    before = age - waits - (status.algorithmic_ms or 0.0) - takes
    if waits >= max(before, takes):
        return tr("{age:.0f} ms old: {waits:.0f} ms of sound wait before the sound card; {faded}").format(
            age=age, waits=waits, faded=faded
        )
    if takes > frame_ms:
        return tr("{age:.0f} ms old: decoding takes {takes:.0f} ms for a frame of {frame_ms:.0f} ms; {faded}").format(
            age=age, takes=takes, frame_ms=frame_ms, faded=faded
        )
    return tr("{age:.0f} ms old: samples come {before:.0f} ms late from amplifier or network; {faded}").format(
        age=age, before=before, faded=faded
    )


def subject(state: str, status: Status, session: str, news: str) -> str:
    """What to do where something is wrong; else what is decoded by what, in one line."""
    if state in TO_DO:
        return f"→ {tr(TO_DO[state])}"
    disk = (
        "" if status.disk_hours is None else tr("disk for {time}").format(time=translated(in_words(status.disk_hours)))
    )
    parts = (translated(news), session, status.source, Path(status.bundle).name, disk)
    return "  ·  ".join(shown(p) for p in parts if p)


def sureness_words(status: Status | None, live: bool) -> str:
    """How sure the decoder is of the newest frame; empty where nobody says."""
    if status is None or not status.sureness or not live:
        return ""
    if status.sureness == "cannot tell":
        return tr("how sure: cannot tell")
    if status.sureness == "faded":
        return tr("UNSURE: the voice is faded out")
    if status.sureness == "unsure":
        return tr("UNSURE")
    if status.sureness_share is None or status.sureness_error_db is None:
        return tr("how sure: nothing yet")
    return tr("how sure: {share:.0%}, error {error:.0f} dB").format(
        share=status.sureness_share, error=status.sureness_error_db
    )


def stream_words(gone: bool, silence_s: float) -> str:
    """The note on a stream's panel: that it is ``gone``, or has brought nothing for so long; empty where it flows."""
    if gone:
        return tr("stream gone: what is shown is old")
    return tr("nothing for {seconds:.0f} s").format(seconds=silence_s) if silence_s > QUIET_S else ""


def clock(state: str, status: Status) -> str:
    """Decoded so far, as hours, minutes and seconds; empty where nobody knows it any more."""
    if state == "silent engine":
        return ""
    seconds = int((status.n_frames or 0) / float(FRAME_RATE))
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
