"""The file that says where a session's control channel is, and with which key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bk_realtime.errors import BkError
from bk_realtime.files import atomic

FILE_NAME = "control.json"


def write_place(path: Path, address: tuple[str, int], key: bytes, **extra: Any) -> tuple[Path, str]:
    """Write address and key where only this user can read them; the file and what it holds.

    Parameters
    ----------
    path : the file, or the folder that gets a ``control.json``. A file left by a dead session is replaced.
    address, key : (host, port) and the secret.
    extra : more to note in it.
    """
    path = path / FILE_NAME if path.is_dir() else path
    text = json.dumps({"address": list(address), "key": key.hex(), "pid": os.getpid(), **extra}, indent=1)
    with atomic(path) as part:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    return path, text


def read_place(path: Path) -> tuple[tuple[str, int], bytes]:
    """Address and key.

    Raises
    ------
    BkError
        The file is missing or is not a control file.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        (host, port), key = values["address"], bytes.fromhex(values["key"])
        if not isinstance(host, str) or type(port) is not int or not 0 < port < 1 << 16 or not key:
            raise ValueError("no address")
    except OSError as error:
        raise BkError(f"{path}: cannot read the control file of a session ({error.strerror}); is it running?") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BkError(f"{path}: expected a control file with address and key, as a running session writes it") from None
    return (host, port), key
