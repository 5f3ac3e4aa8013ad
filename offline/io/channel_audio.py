"""A microphone on an amplifier input: a channel of the neural file as the audio."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import FileError, InputError, OptionError
from bk_realtime.montage import ChannelInfo, Montage
from bk_realtime.montage.choice import find_label
from offline.io.channel_file import ChannelFile
from offline.io.microphone import amplifier_sound, may_be_microphones
from offline.io.sound import SOUND_ENDINGS


def find_audio(audio: str | Path | None, channels: Sequence[ChannelInfo], path: Path) -> int | None:
    """Index of the channel that ``audio`` names; None where it names a file, or nothing.

    Raises
    ------
    OptionError
        Neither a file nor a channel.
    """
    if audio is None or isinstance(audio, Path) or os.path.isfile(audio):
        return None
    try:
        return find_label(channels, audio, str(path))
    except OptionError as error:
        if Path(audio).suffix.lower() in (*SOUND_ENDINGS, ".npy"):
            raise FileError(f"{audio}: no such audio file") from None
        raise OptionError(f"{error}, and no sound file of that name") from None


def channel_audio(
    file: ChannelFile, channel: int, path: Path, notes: list[str], sample_rate: int | None
) -> tuple[np.ndarray, float]:
    """Audio (m,) float32 from the start of the axis, silent in pauses, and its rate in Hz.

    Raises
    ------
    InputError
        The channel is too slow for speech, or flat.
    OptionError
        Its rate is another than ``sample_rate``.
    """
    info, rate = file.channels[channel], float(file.rates[channel])
    where = f"{path.name}: channel {info.label!r}"
    if sample_rate and abs(sample_rate / rate - 1) > 1e-6:
        raise OptionError(f"{where} has {rate:g} Hz, --sample-rate says {sample_rate} Hz; leave the option out")
    grid = file.grid(channel)
    values = np.asarray(file.line(channel), np.float32)
    return amplifier_sound(grid.lay_out(values[:, None])[:, 0], rate, where, notes), grid.rate


def no_audio(channels: Sequence[ChannelInfo], montage: Montage, path: Path) -> InputError:
    """What to say where audio is needed, with the channels that may be the microphone."""
    may = may_be_microphones(channels, [i for i, _ in montage.left_out])
    channel = f", or the channel of the microphone with --audio (left out here: {', '.join(may[:12])})" if may else ""
    return InputError(
        f"{path}: {path.suffix} files hold no speech audio; name the sound file with --audio, or audio in NAME.toml "
        f"beside it{channel}"
    )
