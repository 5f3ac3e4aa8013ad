"""One XDF file as a recording: its neural stream, its sound and its markers on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bk_realtime.errors import InputError
from bk_realtime.session.names import OUTLET_PREFIX, PLAYED
from bk_realtime.shown import named
from bk_realtime.xdf import read_xdf
from offline.io import companions
from offline.io.recording import Recording, file_hash
from offline.io.xdf.audio import choose_audio, microphones, read_audio
from offline.io.xdf.markers import read_markers
from offline.io.xdf.neural import listed_bad, neural_source, plan_neural, read_neural
from offline.io.xdf.streams import find_sources, is_called


def read_xdf_recording(
    path: Path,
    neural: str | None = None,
    channels: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    audio: str | None = None,
    audio_channel: str | None = None,
    audio_start_s: float = 0.0,
    markers: str | None = None,
    unit: str | None = None,
    gain: float | None = None,
    sfreq: float | None = None,
    sample_rate: float | None = None,
    require_audio: bool = False,
    salvage: bool = False,
    holds_features: bool = False,
) -> Recording:
    """Read an XDF file.

    Neural, audio and marker streams are found by type (no matter the case): sEEG, iEEG, ECoG, EEG; Audio; Markers,
    Triggers, TTL, Events, Stimulus (or any stream of strings). A stream that stopped and came back, also as a second
    stream of one sender, is one signal. All times are on the recorder's clock, clock offsets and resets applied. Neural
    samples that are missing by the stamps become NaN, so that the sample index stays proportional to time.

    Parameters
    ----------
    path : the file.
    neural : source id, name, type or number (``#2``) of the neural stream, where the type alone does not tell.
    channels : labels of the neural channels to use; by default those of a brain type, or of a contact's name.
    exclude : labels to leave out.
    audio : the audio stream, as ``neural`` names one; or a channel that is the microphone (``AUX1``,
        ``STREAM:CHANNEL``), which is then no neural channel; or a sound file beside it.
    audio_channel : channel of a stereo audio stream, by label or number from 1.
    audio_start_s : when a sound file begins, in seconds after the neural signal.
    markers : the marker stream, a trigger channel of the neural stream, or a table of cues; by default all marker
        streams and trigger channels.
    unit, gain : unit of the neural numbers, or µV of one count, where the stream has none or a wrong one.
    sfreq, sample_rate : true neural and audio rate in Hz, where the stream's header states another.
    require_audio : refuse a file without audio.
    salvage : use the whole chunks of a damaged file.
    holds_features : the neural stream holds features, of no unit.

    Raises
    ------
    InputError
        Not a readable XDF file; no neural stream, or several; an unknown unit; no audio where it is required.
    OptionError
        A stream, channel or file named that does not exist; options that contradict each other.
    """
    path = Path(path)
    streams = read_xdf(path, salvage=salvage)
    sources = find_sources([s for s in streams if not s.description.name.startswith(OUTLET_PREFIX)])
    notes: list[str] = []
    source = neural_source(sources, neural, path, notes)
    choice = choose_audio(sources, source, audio, audio_channel, path)
    column = choice.column if choice.source is source else None
    microphone = None if column is None else source.channels[column].label
    read = plan_neural(source, path, channels, exclude, unit, gain, sfreq, holds_features, microphone)
    # before the neural numbers: an hour of sound has a hundred million stamps, and they need not lie here together
    sound = read_audio(choice, source, read, path, audio_channel, sample_rate, audio_start_s)
    notes += read.notes
    if sound is not None:
        notes += sound.notes
    else:
        maybe = microphones(sources, source, [i for i, _ in read.montage.left_out])
        hint = f"if {named(maybe[0])} is the microphone, name it with --audio {named(maybe[0])}" if maybe else ""
        if require_audio:
            raise InputError(
                f"{path}: no audio stream with samples; speech audio is needed here. "
                + (hint or "Record the microphone too (stream type Audio), or name its stream or file with --audio")
            )
        notes += [f"audio: none; {hint}"] if hint else []
    by_file = markers is not None and not is_called(sources, markers) and Path(markers).is_file()
    table = Path(str(markers)) if by_file else None
    events: list[tuple[float, str]] = []
    if table is None:
        events, told = read_markers(sources, source, read, markers, exclude, path)
        notes += told
    grid = read.grid
    if table is not None:
        events = companions.table_markers(table, grid.start_s, grid.rate, grid.length, notes)
    used = [path, *([choice.file] if choice.file else [])]
    for one in sources:
        one.forget()
    data, data_hash = read_neural(source, read, path, holds_features)
    return Recording(
        neural=data,
        sfreq=read.rate,
        labels=read.montage.labels,
        neural_start_s=grid.start_s,
        audio=None if sound is None else sound.samples,
        sample_rate=0 if sound is None else sound.sample_rate,
        audio_start_s=0.0 if sound is None else sound.start_s,
        markers=events,
        name=path.stem,
        simulated=any(s.simulated for s in streams),
        source_hash=file_hash(*used),
        neural_hash=data_hash,
        also_read=() if table is None else (table,),
        neural_rate=grid.rate,
        audio_rate=0.0 if sound is None else sound.rate,
        bad=listed_bad(source.description),
        notes=tuple(notes),
        unheard=() if sound is None else sound.unheard,
        played_in=path if any(s.description.name == PLAYED and len(s) for s in streams) else None,
    )
