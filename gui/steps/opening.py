"""Whose profile the window opens with, and which network LSL may use: settled before the first LSL call."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QSettings

from bk_realtime.errors import BkError
from bk_realtime.shipped import stay_on_this_machine
from gui import look
from gui.participant import DEMO, Participant, Profiles, demo
from gui.steps.running import Running
from gui.steps.shell import Attached, Shell
from gui.words import tr

log = logging.getLogger(__name__)
LSL = "LSLAPICFG"


def open_shell(
    settings: QSettings, session: str | None, control: Path | None, name: str | None, step: str | None
) -> Shell:
    """The window, not shown yet.

    Parameters
    ----------
    settings : of this user; profiles lie beside their file.
    session, control : a session of another program, shown on the Speak step.
    name : participant; ``None``: the one of last time, else the demo.
    step : shown first; ``None``: Speak with a session, else Check.

    Raises
    ------
    BkError
        The profile that was asked for by name cannot be used.
    """
    folder = Path(settings.fileName()).parent
    profiles, running = Profiles(folder / "profiles"), Running(folder)
    attached = Attached(session, control) if session is not None or control is not None else None
    chosen = name is not None  # else nothing is used that cannot be read, and it is said
    name, doubt = name or running.participant or str(settings.value("participant") or DEMO), ""
    try:
        participant = profiles.load(name)
    except BkError as error:
        if chosen:
            raise
        participant, doubt = demo(), tr("{error}; the demo is shown instead").format(error=error)
    relaunch = anew = None
    if attached is None:
        theirs = {LSL: os.environ[LSL]} if LSL in os.environ else {}
        relaunch = _network(participant, running)
        anew = partial(_another_window, theirs)
    shell = Shell(settings, participant, profiles, running, attached, relaunch, anew)
    if doubt:
        shell.say(doubt)
    if step is not None:
        shell.go(step)
    return shell


def _network(participant: Participant, running: Running):  # type: ignore[no-untyped-def]
    """Keep the simulated on this machine; how another window is opened for who is not, or the other way round."""
    if LSL in os.environ:  # chosen by the user: for all alike
        return None
    if running.lsl:
        os.environ[LSL] = running.lsl
    elif participant.simulated:
        stay_on_this_machine()

    return partial(_another_window, {})  # a profile takes effect when LSL starts, which it does once in a process


def _another_window(theirs: dict[str, str], name: str, *more: str) -> None:
    """One in place of this one, which goes; ``theirs`` is what the user has chosen of LSL's configuration."""
    subprocess.Popen(
        [sys.executable, "-m", "gui", "--participant", name, *more],
        stdin=subprocess.DEVNULL,
        env={key: value for key, value in look.environment().items() if key != LSL} | theirs,
        start_new_session=True,
    )
