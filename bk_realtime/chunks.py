"""Immutable blocks of samples and the description of the stream they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.shown import named

NEURAL_SPELLINGS = ("sEEG", "SEEG", "seeg", "iEEG", "ieeg", "ECoG", "ECOG", "ecog", "EEG", "eeg")
"""LSL stream types taken for neural data, as senders write them; there is no official sEEG content type."""
NEURAL_TYPES = tuple(dict.fromkeys(spelling.lower() for spelling in NEURAL_SPELLINGS))
"""The same in lower case, to compare without case."""

_TO_MICROVOLTS = {
    **dict.fromkeys(("microvolts", "microvolt", "uv", "µv", "μv", "uvolts", "uvolt", "µvolts", "-6"), 1.0),
    **dict.fromkeys(("millivolts", "millivolt", "mv", "-3"), 1e3),
    **dict.fromkeys(("volts", "volt", "v", "0"), 1e6),
    **dict.fromkeys(("nanovolts", "nanovolt", "nv", "-9"), 1e-3),
}


def microvolt_scale(unit: str) -> float:
    """Factor that turns values in ``unit`` (names, symbols, MNE multipliers such as ``-6``) into µV; a number before
    the name is a factor (``"0.1 microvolts"``).

    Raises
    ------
    InputError
        The unit is unknown.
    """
    key = unit.strip().lower()
    times = re.fullmatch(r"(\d+\.?\d*(?:e[+-]?\d+)?) +(\D.*)", key)
    if times and times[2] in _TO_MICROVOLTS and float(times[1]) > 0:
        return float(times[1]) * _TO_MICROVOLTS[times[2]]
    if key not in _TO_MICROVOLTS:
        raise InputError(
            f"unit {named(unit)} is not a voltage: expected microvolts, millivolts, volts or nanovolts in the stream's "
            "channel description; name the right one with --unit of `run` (or of the command that reads the file)"
        )
    return _TO_MICROVOLTS[key]


@dataclass(frozen=True)
class StreamDescription:
    """What a stream says of itself. ``sfreq`` is 0 for irregular (marker) streams.

    ``types`` holds the stated type of each channel, ``""`` where there is none, or is empty where no channel has one.
    ``n_described`` channels are described by the sender, whatever the number of them that it sends; the labels of those
    after them were made here.
    """

    name: str
    type: str
    source_id: str
    sfreq: float
    labels: tuple[str, ...]
    units: tuple[str, ...]
    channel_format: str = "float32"
    hostname: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    n_described: int | None = field(default=None, compare=False)

    @property
    def n_channels(self) -> int:
        return len(self.labels)

    @property
    def is_neural(self) -> bool:
        return self.type.lower() in NEURAL_TYPES

    @property
    def simulated(self) -> bool:
        """The sender says that no person is behind the signal."""
        return self.extra.get("simulated", "").lower() in ("true", "1", "yes")


@dataclass(frozen=True)
class Chunk:
    """Consecutive samples of one stream.

    Attributes
    ----------
    data : (T, n_channels) float, oldest first, in the stream's unit.
    first_index : number of samples of the stream before this chunk, gaps not counted.
    stamps : (T,) float64, raw LSL time stamps in seconds on the sender's clock.
    offset : seconds to ADD to ``stamps`` to reach this machine's LSL clock (time correction; 0 on one host).
    received : this machine's LSL clock when the chunk was pulled.
    times : (T,) LSL time of this machine for each sample where the stamps are not to be trusted, else ``None``.
    """

    data: np.ndarray
    first_index: int
    stamps: np.ndarray
    offset: float = 0.0
    received: float = 0.0
    times: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.data.ndim != 2 or self.stamps.shape != self.data.shape[:1]:
            raise ValueError(
                f"Chunk: expected data (T, C) and stamps (T,), got {self.data.shape} and {self.stamps.shape}"
            )

    def __len__(self) -> int:
        return len(self.data)
