"""The speech of an XDF file: an audio stream, a channel of an amplifier, or a sound file beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bk_realtime.clock import rational_rate
from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import find_label, labelled
from bk_realtime.shown import named, shown
from offline.io import companions
from offline.io.grid import regular_grid
from offline.io.markers import is_marker_type
from offline.io.microphone import LEAST_RATE, amplifier_sound, may_be_microphones
from offline.io.sound_track import sound_track
from offline.io.xdf.neural import Neural
from offline.io.xdf.streams import Source, choose, is_called, pick, rate_of

AUDIO_TYPES = frozenset(("audio", "mic", "microphone", "sound", "speech", "voice"))
"""Types of streams that are sound, in lower case."""
AUDIO_GAP_S = 0.01
"""Shortest gap that is seen in audio."""
LOST_S = 1.0
"""A gap as long as this is no silence: nobody knows what was said meanwhile."""


@dataclass(frozen=True)
class Choice:
    """Where the sound is: a stream, one channel (``column``) of a stream, or a file; nowhere if all are None."""

    source: Source | None = None
    column: int | None = None
    file: Path | None = None


@dataclass(frozen=True, eq=False)
class Sound:
    """Mono audio (m,) float32; sample ``j`` sounds at ``start_s + j / rate``; ``sample_rate`` is nominal, and
    ``unheard`` as a recording has it."""

    samples: np.ndarray
    sample_rate: int
    start_s: float
    rate: float
    notes: tuple[str, ...]
    unheard: tuple[tuple[float, float], ...] = ()


def choose_audio(
    sources: Sequence[Source], neural: Source, wanted: str | None, audio_channel: str | None, path: Path
) -> Choice:
    """What the option names, else the only audio stream.

    ``wanted`` is looked for among streams (source id, name, type, number), then among channel labels, those of the
    neural stream first, then as ``STREAM:CHANNEL``, then among files.

    Raises
    ------
    InputError
        Several audio streams; the one named holds text.
    OptionError
        Nothing of that name, or several channels.
    """
    if wanted is None:
        return Choice(choose(sources, None, path, "audio", _is_audio))
    if is_called(sources, wanted):
        source = pick(sources, wanted, path)
        if source.is_text:
            raise InputError(f"{path}: stream {named(source.name)} holds text; expected audio samples")
        if _is_sound(source):
            return Choice(source)
        if source.description.n_channels == 1:
            return Choice(source, 0)
        if audio_channel is None:
            listed = ", ".join(shown(c.label) for c in source.channels)
            raise OptionError(
                f"{path}: stream {named(source.name)} is no audio stream; name its channel that is the microphone with "
                f"--audio-channel, one of {listed}"
            )
        return Choice(source, _column(source, audio_channel, path))
    sampled = [neural, *(s for s in sources if s is not neural and not s.is_text and len(s))]
    for source in sampled:
        if labelled(source.channels, wanted):
            others = [s.name for s in sampled[1:] if s is not source and labelled(s.channels, wanted)]
            if source is not neural and others:
                raise OptionError(
                    f"{path}: channel {named(wanted)} is in several streams; write --audio STREAM:CHANNEL with one of "
                    f"{', '.join(map(shown, [source.name, *others]))}"
                )
            return Choice(source, find_label(source.channels, wanted, f"{path}: stream {named(source.name)}"))
    for source in sampled:
        for name in (source.description.source_id, source.name, source.description.type):
            channel = wanted[len(name) + 1 :].strip()
            if name and channel and wanted.lower().startswith(name.lower()) and wanted[len(name)] in ":/. ":
                return Choice(source, _column(source, channel, path))
    if Path(wanted).is_file():
        return Choice(file=Path(wanted))
    maybe = microphones(sources, neural, range(neural.description.n_channels))
    raise OptionError(
        f"{path}: --audio {shown(wanted)}: no stream, channel or sound file of that name; the streams are "
        f"{', '.join(named(s.name) for s in sources)}"
        + (f"; channels that may be a microphone: {', '.join(map(shown, maybe))}" if maybe else "")
    )


def microphones(sources: Sequence[Source], neural: Source, left_out: Sequence[int]) -> list[str]:
    """What ``--audio`` could name where there is no audio stream: channels fast enough for sound that are no brain."""
    found = [] if neural.description.sfreq < LEAST_RATE else may_be_microphones(neural.channels, left_out)
    for source in sources:
        d = source.description
        if source is neural or source.is_text or is_marker_type(d.type) or d.is_neural or d.sfreq < LEAST_RATE:
            continue
        found += [f"{source.name}:{c}" for c in may_be_microphones(source.channels, range(d.n_channels))]
    return found


def read_audio(
    choice: Choice,
    neural: Source,
    read: Neural,
    path: Path,
    audio_channel: str | None,
    sample_rate: float | None,
    audio_start_s: float,
) -> Sound | None:
    """The sound that was chosen; missing samples are silence, and a second or more of them is told apart.

    Raises
    ------
    InputError, OptionError
        What :func:`~offline.io.sound_track.sound_track`, :func:`~offline.io.microphone.amplifier_sound` or
        :func:`~offline.io.grid.regular_grid` refuse; a rate option that contradicts the neural one.
    """
    if choice.file is not None:
        return _beside(choice.file, read, audio_channel, sample_rate, audio_start_s)
    source = choice.source
    if source is None:
        return None
    where = f"{path.name}: {shown(source.name)}"
    if source is neural and choice.column is not None:
        if sample_rate is not None and abs(sample_rate / float(read.rate) - 1) > 0.02:
            raise OptionError(
                f"{path}: --sample-rate {sample_rate:g}: the audio is a channel of the neural stream, of "
                f"{float(read.rate):g} Hz; name its true rate with --sfreq"
            )
        rate, grid, notes = read.rate, read.grid, []
    else:
        rate = rational_rate(sample_rate) if sample_rate else rate_of(source, path)
        grid = regular_grid(source.stamps, float(rate), where, AUDIO_GAP_S, "sample_rate", source.starts)
        silent = [note.replace("filled with NaN", "silent") for note in grid.notes]
        notes = [f"audio: {note}" for note in (*source.breaks(), *silent)]
    labels = [c.label for c in source.channels]
    if choice.column is not None and not _is_sound(source):
        label = labels[choice.column]
        values = grid.lay_out(source.columns([choice.column]).astype(np.float32))[:, 0]
        mono = amplifier_sound(values, float(rate), f"{where}: channel {named(label)}", notes)
    else:
        channel = audio_channel if choice.column is None else labels[choice.column]
        mono = sound_track(source.columns(), where, notes, channel, labels)
        mono = grid.lay_out(mono[:, None])[:, 0]
        holes = np.isnan(mono)
        mono[holes] = 0.0
    if source is not neural:
        source.forget()
    if rate.denominator != 1:
        notes.append(f"audio: nominal rate {float(rate):g} Hz")
    unheard = tuple((at, at + n / grid.rate) for at, n in grid.gaps if n >= LOST_S * grid.rate)
    if unheard:
        lost = sum(stop - start for start, stop in unheard)
        notes.append(f"audio: {lost:.1f} s were lost in gaps of {LOST_S:g} s or more: neither learnt nor scored")
    return Sound(mono, round(rate), grid.start_s, grid.rate, tuple(notes), unheard)


def _beside(
    file: Path, read: Neural, audio_channel: str | None, sample_rate: float | None, audio_start_s: float
) -> Sound:
    """A sound file that begins ``audio_start_s`` seconds after the neural signal."""
    notes = [f"audio: {file.name}, taken to begin {audio_start_s:g} s after the neural signal"]
    told = None if sample_rate is None else round(sample_rate)
    samples, rate = companions.load_audio(file, told, audio_channel, notes)
    rate = rate or companions.audio_rate_by_length(len(samples), read.grid.length, float(read.rate), str(file))
    start = read.grid.start_s + audio_start_s
    return Sound(samples, rate, start, float(rate), tuple(notes))


def _column(source: Source, channel: str, path: Path) -> int:
    """A channel by label, or by number from 1."""
    if not labelled(source.channels, channel) and channel.isdecimal() and 1 <= int(channel) <= len(source.channels):
        return int(channel) - 1
    return find_label(source.channels, channel, f"{path}: stream {named(source.name)}")


def _is_audio(source: Source) -> bool:
    return _is_sound(source) and len(source) > 0


def _is_sound(source: Source) -> bool:
    return source.description.type.lower() in AUDIO_TYPES
