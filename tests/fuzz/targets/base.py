"""What a target of the fuzzer is, and inputs that name the file of a folder that they replace."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Target:
    """``make`` draws an input, ``read`` gives it to the product: it returns, or raises a ``BkError``."""

    name: str
    make: Callable[[random.Random], bytes]
    read: Callable[[bytes, Path], None]


def in_file(name: bytes | str, data: bytes) -> bytes:
    return (name if isinstance(name, bytes) else name.encode()) + b"\n" + data


def put(files: Mapping[str, bytes], given: bytes, folder: Path) -> str:
    """Files in a folder, the one that the input names replaced; its name."""
    first, _, data = given.partition(b"\n")
    name = first.decode("latin-1")
    if name not in files:
        name, data = next(iter(files)), given
    for other, content in files.items():
        (folder / other).write_bytes(data if other == name else content)
    return name


def read_whole(path: Path) -> None:
    """Read a recording as every command does."""
    from offline.io import read_recording

    recording = read_recording(path)
    np.asarray(recording.neural[:1000])
    if recording.audio is not None:
        np.asarray(recording.audio[:1000])
