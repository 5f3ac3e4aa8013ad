"""Where a recording goes: every place that cannot take one is refused before anything is waited for."""

from __future__ import annotations

import errno
import os
import re
from datetime import datetime
from pathlib import Path

from bk_realtime.errors import FileError, OptionError

_OTHER_FILES = {
    *(".xdfz", ".gz", ".zip", ".edf", ".bdf", ".fif", ".vhdr", ".nwb", ".h5", ".hdf5", ".mat", ".npy", ".npz"),
    *(".wav", ".flac", ".csv", ".tsv", ".txt", ".toml", ".json"),
}
"""Endings that nobody gives to a folder."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
_TOO_LONG = (errno.ENAMETOOLONG, getattr(errno, "EOVERFLOW", -1))


def recording_path(out: Path, now: datetime) -> Path:
    """The file to record to, which can be made and is not there yet; missing folders are made.

    Parameters
    ----------
    out : NAME.xdf, or a folder that gets a file named by ``now``.

    Raises
    ------
    OptionError
        A name that not every system takes (recordings travel), or that is no XDF file's.
    FileError
        It exists, or the place takes no new file.
    """
    _check_words(out)
    try:
        path = out if _is_file_name(out) else out / f"{now:%Y-%m-%d_%H-%M-%S}.xdf"
        if path.is_dir():
            raise FileError(f"{path} is a folder: expected the name of a new file; name one in it, {path / 'NAME.xdf'}")
        if os.path.lexists(path):
            raise FileError(f"{path} exists already: recordings are never overwritten; name another file")
        path.parent.mkdir(parents=True, exist_ok=True)
        _try(path)
    except OSError as error:
        raise FileError(f"--out {out}: {_why(error)}; name another place") from None
    return path


def _check_words(out: Path) -> None:
    try:
        str(out).encode()
    except UnicodeEncodeError:
        raise OptionError(f"--out {str(out)!a}: its letters are no UTF-8; expected a name that can be read") from None
    parts = [part for part in out.parts if part != out.anchor]
    if any(_NOT_IN_NAMES.search(part) and not part.isprintable() for part in parts):
        raise OptionError(f"--out {str(out)!a}: holds characters that no name should have; name another file")
    # folders that are there already are somebody else's choice, except where the system could never have made them
    for part in parts if os.name == "nt" else parts[-1:]:
        bad = _NOT_IN_NAMES.search(part)
        if bad:
            raise OptionError(f"--out {out}: {bad[0]!r} is in no name that every system takes; leave it out")
        if _RESERVED.fullmatch(part) or (part != ".." and part[-1] in ". "):
            raise OptionError(f"--out {out}: {part!r} is no name for a file on Windows; name another file")


def _is_file_name(out: Path) -> bool:
    """Whether ``out`` names the file itself, and no folder."""
    name = out.name.lower()
    if name.endswith(".xdf"):
        if name == ".xdf":
            raise OptionError(f"--out {out}: expected a name before .xdf")
        return True
    ending = out.suffix.lower()
    if not out.is_dir() and (ending in _OTHER_FILES or os.path.lexists(out)):
        raise OptionError(f"--out {out}: recordings are XDF files; expected NAME.xdf, or a folder")
    return False


def _try(path: Path) -> None:
    """Make the file and take it away again: only so it is known that the place takes it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    path.unlink()


def _why(error: OSError) -> str:
    said = error.strerror or str(error)
    if error.errno in _TOO_LONG:
        return f"the name is longer than this disk takes ({said})"
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else -1):
        return f"there is no room for a new file ({said})"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"nothing can be written there ({said})"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"a file stands where a folder is expected ({said})"
    return f"no file can be made there ({said})"
