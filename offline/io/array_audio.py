"""A microphone among the channels of a neural array."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import OptionError
from bk_realtime.montage import ChannelInfo, Montage
from bk_realtime.montage.choice import find_label
from offline.io import companions
from offline.io.grid import Grid
from offline.io.microphone import AS_AUDIO, amplifier_sound, may_be_microphones
from offline.io.stored import StoredSignal


def say_what_could_be(infos: Sequence[ChannelInfo], montage: Montage, notes: list[str]) -> None:
    """A note of the channels, among those left out, that may be the microphone, where no sound was taken."""
    if inputs := may_be_microphones(infos, [i for i, _ in montage.left_out]):
        notes.append(f"no audio taken; {', '.join(inputs[:12])} may be it: name it with --audio")


def find_column(infos: Sequence[ChannelInfo], wanted: str, path: Path) -> int | None:
    """Index of the channel of this label; None where no channel and a file has this name.

    Raises
    ------
    OptionError
        Neither a channel nor a file, or several channels.
    """
    try:
        return find_label(infos, wanted, str(path))
    except OptionError as error:
        if Path(wanted).is_file():
            return None
        raise OptionError(f"{error}; and no sound file of this name") from None


def set_apart(infos: Sequence[ChannelInfo], microphone: int | None) -> dict[str, str]:
    """What :func:`~bk_realtime.montage.choose_channels` is told to leave out: the channel that is the sound."""
    return {} if microphone is None else {infos[microphone].label: AS_AUDIO}


def column_sound(
    stored: StoredSignal, channel: int, label: str, grid: Grid, path: Path, notes: list[str]
) -> tuple[np.ndarray, float]:
    """Sound of one channel, (grid.length,) float32, and its nominal rate in Hz.

    Raises
    ------
    InputError
        The channel is too slow or flat.
    """
    values = grid.lay_out(stored.column(channel).astype(np.float32)[:, None])[:, 0]
    audio = amplifier_sound(values, grid.rate, f"{path.name}: {label}", notes)
    return audio, companions.nominal(grid.rate, companions.NEURAL_RATES)
