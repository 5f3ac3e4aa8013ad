"""Streaming WAV writer: the file is valid at any moment, also after kill -9."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.clock import SAMPLE_RATE
from bk_realtime.errors import FileError, OptionError
from bk_realtime.session.events import EventList

_LIMIT = 2**32 - 256  # WAV counts its bytes in 32 bits


class WavSink:
    """An :class:`~bk_realtime.sink.base.AudioSink` into a mono WAV file. Its header is brought up to date after
    every second of sound, so a crash loses less than one from the header's count and nothing from the file.

    Parameters
    ----------
    path : the file to make; its folder must exist.
    sample_rate : Hz.
    sample_format : ``int16`` (rounded, clipped at full scale) or ``float32``.

    Raises
    ------
    FileError
        The file exists, or cannot be made.
    """

    def __init__(self, path: Path, sample_rate: int = SAMPLE_RATE, sample_format: str = "int16") -> None:
        if sample_format not in ("int16", "float32"):
            raise OptionError(f"WAV sample format {sample_format!r}: expected int16 or float32")
        self.path, self.sample_rate = path, sample_rate
        self._float = sample_format == "float32"
        self._events = EventList()
        self._n_bytes = self._in_header = 0
        try:
            # unbuffered: what was written is with the system, whatever happens to this process
            self._file = path.open("xb", buffering=0)
        except FileExistsError:
            raise FileError(f"{path} exists already; choose another name or remove it first") from None
        except OSError as error:
            raise FileError(
                f"{path} cannot be made ({error.strerror}); choose a folder that can be written to"
            ) from None
        self._broken = False
        self._write_header()

    def start(self) -> None:
        """Nothing to open; the constructor did."""

    def write(self, samples: np.ndarray, good_for_s: float = math.inf) -> None:
        """Append (n,) samples, however old. A full disk ends the file, on record, and never raises."""
        if self._broken or self._file.closed or not len(samples):
            return
        x = np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        data = x.astype("<f4") if self._float else np.rint(np.clip(x, -1.0, 1.0) * 32767.0).astype("<i2")
        raw = data.tobytes()
        if self._n_bytes + len(raw) > _LIMIT:
            self._give_up("the WAV format ends at 4 GB")
            return
        try:
            self._write_all(raw)
            self._n_bytes += len(raw)
            if self._n_bytes - self._in_header >= self.sample_rate * data.itemsize:
                self._write_header()
        except OSError as error:
            self._give_up(error.strerror or str(error))

    def _write_all(self, raw: bytes) -> None:
        view = memoryview(raw)
        while len(view):
            view = view[self._file.write(view) :]

    def _give_up(self, why: str) -> None:
        self._broken = True
        text = f"{self.path.name} ends here: {why}; the session goes on without it"
        self._events.add("file", text, active_fault=self.path.name)

    def _write_header(self) -> None:
        size = 4 if self._float else 2
        fmt = struct.pack(
            "<HHIIHH", 3 if self._float else 1, 1, self.sample_rate, self.sample_rate * size, size, 8 * size
        )
        chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt
        if self._float:
            chunks += b"fact" + struct.pack("<II", 4, self._n_bytes // size)
        chunks += b"data" + struct.pack("<I", self._n_bytes)
        header = b"RIFF" + struct.pack("<I", 4 + len(chunks) + self._n_bytes) + b"WAVE" + chunks
        end = len(header) + self._n_bytes
        self._file.seek(0)
        self._write_all(header)
        self._file.seek(end)
        self._in_header = self._n_bytes

    @property
    def fill(self) -> int:
        """Nothing waits."""
        return 0

    @property
    def latency_s(self) -> float:
        """A file has none."""
        return 0.0

    @property
    def underruns(self) -> int:
        """A file waits for ever."""
        return 0

    def events(self) -> list[dict[str, Any]]:
        """A full disk."""
        return self._events.take()

    def close(self) -> None:
        """Complete the header and close."""
        if self._file.closed:
            return
        try:
            if not self._broken:
                self._write_header()
        except OSError as error:
            self._give_up(error.strerror or str(error))
        self._file.close()
