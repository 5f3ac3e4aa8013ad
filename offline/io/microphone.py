"""A microphone wired to an input of the amplifier: which channel may be one, and its numbers as sound."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, bare_label
from offline.io.sound_track import LEVEL, by_own_level

AS_AUDIO = "it is the audio"
"""Why a microphone on an amplifier input is left out of the neural channels."""
LEAST_RATE = 1000.0
"""Slowest channel in Hz that is taken as sound."""
_SOUND_TYPES = frozenset(("audio", "mic", "microphone", "sound", "speech", "voice"))
_INPUT_TYPES = frozenset(("aux", "auxiliary", "dc", "adc", "analog", "analogue"))
_SOUND_NAME = re.compile(r"^(?:MIC(?:$|[ _\-]|\d|RO)|AUDIO|SOUND|SPEECH|VOICE)", re.IGNORECASE)
_INPUT_NAME = re.compile(r"^(?:AUX|ANALOG|DC[ _\-]?\d*$|X\d+ ?DC)", re.IGNORECASE)


def may_be_microphones(channels: Sequence[ChannelInfo], left_out: Sequence[int]) -> list[str]:
    """Labels, among the channels that are left out as no brain, of those that may carry a microphone, by their type or
    name; those that say sound (``Mic``) before the inputs for anything (``AUX1``, ``POL DC09``)."""
    sound, other = [], []
    for i in left_out:
        kind, name = re.sub(r"[^a-z]", "", channels[i].type.lower()), bare_label(channels[i].label)
        if kind in _SOUND_TYPES or _SOUND_NAME.match(name):
            sound.append(channels[i].label)
        elif kind in _INPUT_TYPES or _INPUT_NAME.match(name):
            other.append(channels[i].label)
    return sound + other


def amplifier_sound(values: np.ndarray, rate: float, where: str, notes: list[str]) -> np.ndarray:
    """Numbers of an amplifier channel as sound, (m,) float32 about 0.

    The gain of such an input is not known: the sound is scaled so that all but one in 10,000 samples lie within ±0.5.

    Parameters
    ----------
    values : (m,) numbers of any type and unit, NaN where samples are missing (they become silence).
    rate : in Hz.
    where : file and channel, for messages.
    notes : gets a line that says up to which frequency the channel holds sound.

    Raises
    ------
    InputError
        The channel is slower than :data:`LEAST_RATE`, flat, or holds infinite or no values.
    """
    if rate < LEAST_RATE:
        raise InputError(
            f"{where} has {rate:g} Hz, too slow for sound; expected {LEAST_RATE:g} Hz or more; "
            "name another stream, channel or sound file with --audio"
        )
    if values.ndim != 1 or values.dtype.kind not in "fiu":
        raise InputError(f"{where}: expected numbers (n,) as sound, got shape {values.shape} {values.dtype}")
    sound = values.astype(np.float32)
    missing = np.isnan(sound)
    known = sound[~missing] if missing.any() else sound
    if not len(known) or np.isinf(known).any():
        raise InputError(f"{where}: expected finite numbers as sound, got none or infinite ones")
    sound -= np.median(known)
    sound[missing] = 0.0
    scaled, peak = by_own_level(sound)
    if peak == 0:
        raise InputError(f"{where} is flat: it holds no sound; name another stream, channel or sound file with --audio")
    notes.append(
        f"audio: {where}, an amplifier channel at {rate:g} Hz, holds sound below {rate / 2:g} Hz only; "
        f"scaled so that {peak:.3g} is {LEVEL}"
    )
    return scaled
