"""One microphone out of whatever audio a recording holds: which channel, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bk_realtime.errors import InputError, OptionError
from offline.io.recording import checked_audio

OVERSHOOT = 1.5
"""Floats up to here are sound of full scale 1, however seldom they get there."""
BULK = 0.999
"""What this share of the samples stays below decides the scale: a single overshoot does not."""
LEVEL = 0.5
"""Sound of no known full scale is scaled so that all but one in 10,000 samples lie within this."""
_ALMOST_ALL = 0.9999
_WORD_BITS = (16, 24, 32)
_LEAST_WORDS = 128.0
"""Floats that stay below this, and are no whole numbers, are no integers of 16 bit."""


def sound_track(
    data: np.ndarray, where: str, notes: list[str], channel: str | None = None, names: Sequence[str] = ()
) -> np.ndarray:
    """Mono audio (m,) float32 with full scale 1 from (m,) or (m, n_channels) numbers of any type.

    Several channels are never averaged: one is named, or all that are not silent are equal. Floats far beyond full
    scale hold integers of 16, 24 or 32 bit, or numbers of no known full scale (volts), which are scaled by their own
    level; wide integers may hold those of 16 or 24. All that is decided by quantiles and said.

    Parameters
    ----------
    where : stream or file, for messages.
    notes : gets a line for everything that was decided.
    channel : name or number (from 1) of the channel to take.
    names : names of the channels, where they have any.

    Raises
    ------
    InputError
        Several channels that differ, and none named; not numbers, empty or not finite.
    OptionError
        No such channel.
    """
    data = one_channel(np.asarray(data), where, notes, channel, names)
    if not data.ndim:
        raise InputError(f"{where}: expected audio samples (n,) as numbers, got one value {data.dtype}")
    if data.dtype.kind == "i" and data.dtype.itemsize > 2 and len(data) and data.ndim == 1:
        return _narrow(data, where, notes)
    audio = checked_audio(data, where)
    if data.dtype.kind != "f" or not len(audio):
        return audio
    size = np.abs(audio)
    bulk, peak = float(np.quantile(size, BULK)), float(size.max())
    if peak <= OVERSHOOT:
        return audio
    if bulk <= OVERSHOOT:
        beyond = int((size > 1).sum())
        notes.append(f"audio: full scale 1, with {beyond} of {len(audio)} samples beyond it (up to {peak:.3g})")
        return audio
    if peak < _LEAST_WORDS and (audio % 1).any():
        audio, shown = by_own_level(audio)
        notes.append(f"audio: values up to {peak:.3g} of no known full scale; scaled so that {shown:.3g} is {LEVEL}")
        return audio
    largest = float(np.quantile(size, _ALMOST_ALL))
    bits = next((b for b in _WORD_BITS if largest <= 1.01 * 2 ** (b - 1)), None)
    if bits is None:
        raise InputError(
            f"{where}: audio values up to {peak:.3g}: expected full scale 1, or integers of 16, 24 or 32 bit"
        )
    notes.append(f"audio: values up to {peak:.0f} taken as {bits}-bit integers{_beyond(size, bits)}")
    return np.asarray(audio / np.float32(2 ** (bits - 1)))


def by_own_level(sound: np.ndarray) -> tuple[np.ndarray, float]:
    """Sound (m,) of no known full scale, scaled by its own level, and the number that became ``LEVEL`` (0: flat)."""
    size = np.abs(sound)
    shown = float(np.quantile(size, _ALMOST_ALL)) or float(size.max())
    return (np.asarray(sound * np.float32(LEVEL / shown)) if shown else sound), shown


def one_channel(
    data: np.ndarray, where: str, notes: list[str], channel: str | None = None, names: Sequence[str] = ()
) -> np.ndarray:
    """The channel that is named, of (m,) or (m, n_channels) numbers; see :func:`sound_track`."""
    if data.ndim == 2 and data.shape[1] >= 1:
        return np.asarray(data[:, _channel(data, where, notes, channel, names)])
    if channel not in (None, "1"):
        raise OptionError(f"{where}: no audio channel {channel!r}; the audio has one channel")
    return data


def one_track(data: np.ndarray) -> bool:
    """Whether (m, n_channels) numbers hold one sound only: the channels that are not silent are equal."""
    live = _live(data)
    return all(np.array_equal(data[:, live[0]], data[:, c], equal_nan=data.dtype.kind == "f") for c in live[1:])


def _live(data: np.ndarray) -> list[int]:
    """Channels that are no digital silence; the first one where all are."""
    moving = [c for c in range(data.shape[1]) if len(data) and (data[:, c] != data[0, c]).any()]
    return moving or [0]


def _narrow(data: np.ndarray, where: str, notes: list[str]) -> np.ndarray:
    """Integers of 32 or 64 bit that hold numbers of 16 or 24 bit, or of their own width, to full scale 1."""
    size = np.abs(data.astype(np.float64))
    bulk, peak = float(np.quantile(size, _ALMOST_ALL)), float(size.max())
    bits = next((b for b in _WORD_BITS if bulk <= 2 ** (b - 1)), 64)
    # samples of 24 bit at the top of 32 have empty low bytes, however quiet they are
    if bits < 32 and peak and not (data & 0xFF).any():
        bits = 32
    if bits == 8 * data.dtype.itemsize or peak == 0:
        return checked_audio(data, where)
    notes.append(f"audio: {data.dtype} values up to {peak:.0f} taken as {bits}-bit integers{_beyond(size, bits)}")
    return (data / 2.0 ** (bits - 1)).astype(np.float32)


def _beyond(size: np.ndarray, bits: int) -> str:
    """How many samples are larger than their words, as the end of a note."""
    beyond = int((size > 2 ** (bits - 1)).sum())
    return f", {beyond} of them beyond that" if beyond else ""


def _channel(data: np.ndarray, where: str, notes: list[str], channel: str | None, names: Sequence[str]) -> int:
    """Index of the channel to take."""
    n = data.shape[1]
    listed = ", ".join(names) if len(names) == n else f"1 to {n}"
    if channel is not None:
        if channel in names:
            return list(names).index(channel)
        if channel.isdigit() and 1 <= int(channel) <= n:
            return int(channel) - 1
        raise OptionError(f"{where}: no audio channel {channel!r}; expected one of {listed}")
    if n == 1:
        return 0
    if one_track(data):
        live = _live(data)
        silent = f", {n - len(live)} of them silent" if len(live) < n else ""
        notes.append(f"audio: {n} {'equal ' if not silent else ''}channels{silent}; channel {live[0] + 1} is used")
        return live[0]
    raise InputError(
        f"{where}: the audio has {n} different channels ({listed}); name the microphone's with --audio-channel, or "
        "audio_channel in NAME.toml beside it"
    )
