"""The entry in the desktop's menu of programs, so that the window opens without a terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bk_realtime.errors import BkError
from bk_realtime.files import write_text

NAME = "bk-karaoke.desktop"


def install(program: Path | None = None, platform: str = sys.platform) -> Path:
    """Write the entry of this user, in place of the one of before; where it lies.

    Parameters
    ----------
    program : what it starts; ``None``: `bk-karaoke` beside the Python that runs now.
    platform : of this machine.

    Raises
    ------
    BkError
        There are no such entries on this system, or it cannot be written.
    """
    found = program or Path(sys.executable).with_name("bk-karaoke.exe" if platform == "win32" else "bk-karaoke")
    if not found.exists():
        raise BkError(f"{found}: no such program; install BrainKaraoke with pip into this Python first")
    if platform in ("win32", "darwin"):
        raise BkError(f"no desktop entries on this system; make a shortcut (Windows) or an alias (macOS) to {found}")
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    path = Path(home) / "applications" / NAME
    try:
        write_text(path, entry(found))
    except OSError as error:
        raise BkError(f"{path}: cannot be written ({error.strerror or error})") from None
    return path


def entry(program: Path) -> str:
    """Text of the file, by the Desktop Entry Specification."""
    # reserved letters are escaped inside quotes, and each backslash once more as in any text of such a file
    quoted = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in str(program)).replace("\\", "\\\\")
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Name=BrainKaraoke",
        "Comment=Decode intracranial recordings into audible speech, live",
        f'Exec="{quoted.replace("%", "%%")}"',
        "Terminal=false",
        "Categories=Science;MedicalSoftware;",
    ]
    return "\n".join(lines) + "\n"
