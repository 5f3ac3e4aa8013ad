"""EDF, BDF, BrainVision, FIF and whatever else MNE-Python reads, with audio and cues from files beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import ChannelInfo, Montage, choose_channels
from bk_realtime.montage.choice import find_label
from bk_realtime.shown import some
from offline.io import companions
from offline.io.array_lines import trigger_lines
from offline.io.channel_audio import channel_audio, find_audio, no_audio
from offline.io.channel_file import ChannelFile, Neural
from offline.io.channel_table import described
from offline.io.edf_file import EdfFile
from offline.io.markers import edges
from offline.io.microphone import AS_AUDIO, may_be_microphones
from offline.io.mne_file import MneFile
from offline.io.recording import Recording, checked_level, file_hash

EDF_ENDINGS = (".edf", ".bdf")
SOUND_RATE = 8000.0
"""A channel without a stated type that runs at this rate or more, beside slower ones, is no brain contact."""
_FASTER, _SLOWER = 4.0, 8.0


def read_mne(
    path: Path,
    audio: str | Path | None = None,
    audio_start_s: float = 0.0,
    audio_channel: str | None = None,
    markers: str | Path | None = None,
    unit: str | None = None,
    gain: float | None = None,
    channels: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    sfreq: float | None = None,
    sample_rate: int | None = None,
    require_audio: bool = False,
) -> Recording:
    """Read an EDF or BDF file, or another one through MNE.

    Channels are chosen by :func:`~bk_realtime.montage.choose_channels`, by the types of the BIDS table
    ``*_channels.tsv`` beside the file where there is one (its status column gives the bad channels), else by those that
    the file states. Each has the unit that the file gives it. Pauses are NaN: between records of an EDF+D or BDF+D
    file, between BrainVision segments that have dates, in FIF files with gaps. The axis begins at 0 s with the first
    sample. Channels of an EDF file are read at their own rate; where neural ones have several, those of the lower are
    resampled to the highest.

    Parameters
    ----------
    path : the file (for BrainVision the ``.vhdr``).
    audio : sound or NPY file that starts ``audio_start_s`` seconds after the neural signal; or the label of a channel
        of the file, which is taken at its own rate.
    audio_channel : channel of a sound file, by number from 1, where it has several that differ.
    markers : BIDS-like table of cues, or the label of a trigger channel; by default the file's annotations and the
        edges of its trigger channels.
    unit : unit of the numbers of the file (of volts, for FIF), where the header states none or a wrong one.
    gain : µV of one count, instead of a unit.
    channels : labels of the channels to use, whatever their type.
    exclude : labels of channels to leave out.
    sfreq : true neural rate in Hz, where the header states another.
    sample_rate : rate of an NPY audio file in Hz.

    Raises
    ------
    InputError
        MNE is needed and not installed, the file is damaged, truncated or holds no neural channel, its parts overlap in
        time, or its level cannot be µV.
    OptionError
        A channel that is named does not exist.
    """
    path = Path(path)
    file: ChannelFile = EdfFile(path, sfreq) if path.suffix.lower() in EDF_ENDINGS else MneFile(path, sfreq)
    infos, listed_bad, notes = described(file.channels, path)
    microphone = find_audio(audio, infos, path)
    if microphone is not None and audio_start_s:
        raise OptionError(f"{path}: --audio-start-s is of a sound file; channel {audio!r} begins with the others")
    if audio_channel is not None and (audio is None or microphone is not None):
        raise OptionError(
            f"{path}: --audio-channel {audio_channel} is of a sound file; "
            "a channel of the recording is named with --audio"
        )
    taken = {} if microphone is None else {infos[microphone].label: AS_AUDIO}
    montage, rate_notes = _montage(file, infos, path, channels, exclude, taken, unit, gain)
    notes += [*rate_notes, *montage.notes]
    neural = file.neural(montage.keep, montage.scale, counts=gain is not None)
    _check_level(neural.data, file, montage, unit, path, notes)
    used, sound, sound_rate, sound_start = list(file.files), None, 0.0, 0.0
    if microphone is not None:
        sound, sound_rate = channel_audio(file, microphone, path, notes, sample_rate)
    elif audio is not None:
        sound, whole_rate = companions.load_audio(Path(audio), sample_rate, audio_channel, notes)
        n, rate = len(neural.data), neural.rate
        sound_rate = whole_rate or companions.audio_rate_by_length(len(sound), n, rate, str(audio))
        sound_start = audio_start_s
        used.append(Path(audio))
    elif require_audio:
        raise no_audio(infos, montage, path)
    elif may := may_be_microphones(infos, [i for i, _ in montage.left_out]):
        notes.append(f"no audio; if one of these is the microphone, name it with --audio: {', '.join(may[:12])}")
    lines = trigger_lines(infos, montage, exclude, microphone)
    cues, cue_tables = _markers(file, infos, lines, markers, neural, path, notes)
    table = companions.bids_table(path, "channels")
    return Recording(
        neural=neural.data,
        sfreq=neural.sfreq,
        neural_rate=neural.rate,
        labels=montage.labels,
        audio=sound,
        sample_rate=round(sound_rate),
        audio_rate=sound_rate,
        audio_start_s=sound_start,
        markers=cues,
        name=path.stem,
        simulated="simulated" in path.stem.lower(),
        source_hash=file_hash(*used),
        neural_hash=neural.digest,
        also_read=_further([*file.also, *([table] if table else []), *cue_tables], used),
        bad=tuple(dict.fromkeys((*listed_bad, *file.bad))),
        notes=(*file.notes, *notes),
    )


def _check_level(
    data: np.ndarray, file: ChannelFile, montage: Montage, unit: str | None, path: Path, notes: list[str]
) -> None:
    """Refuse a level that is none of a brain. A told unit that makes one of the file's numbers may be that of the volts
    that the header makes of them, which is what other programs show: then ``data`` is scaled, and it is said."""
    try:
        checked_level(data, str(path))
    except InputError:
        if unit is None or file.volts is None:
            raise
        data *= file.volts[list(montage.keep)].astype(np.float32)
        checked_level(data, str(path))
        notes.append(f"what the header makes volts is taken as {unit}: the numbers of the file as such cannot be")


def _montage(
    file: ChannelFile,
    infos: Sequence[ChannelInfo],
    path: Path,
    wanted: Sequence[str] | None,
    exclude: Sequence[str],
    apart: Mapping[str, str],
    unit: str | None,
    gain: float | None,
) -> tuple[Montage, list[str]]:
    """The choice, without channels whose rate none of a brain has beside the others."""
    montage = choose_channels(infos, str(path), wanted, exclude, unit, gain, apart=apart)
    rates = [float(file.rates[i]) for i in montage.keep]
    if wanted or len(set(rates)) == 1:
        return montage, []
    usual = max(sorted(set(rates), reverse=True), key=rates.count)
    odd = [
        i
        for i, rate in zip(montage.keep, rates, strict=True)
        if not infos[i].type
        and (rate > _FASTER * usual or rate < usual / _SLOWER or (rate >= SOUND_RATE > usual and rate > usual))
    ]
    if not odd:
        return montage, []
    labels = [infos[i].label for i in odd]
    listed = some([f"{infos[i].label} ({float(file.rates[i]):g} Hz)" for i in odd], 12)
    note = f"left out, no rate of a brain signal beside the {usual:g} Hz of the others: {listed}"
    apart = {**apart, **dict.fromkeys(labels, "")}
    return choose_channels(infos, str(path), None, exclude, unit, gain, apart=apart), [note]


def _markers(
    file: ChannelFile,
    infos: Sequence[ChannelInfo],
    lines: list[int],
    markers: str | Path | None,
    neural: Neural,
    path: Path,
    notes: list[str],
) -> tuple[list[tuple[float, str]], list[Path]]:
    """Markers on the axis, by default with those of trigger channels ``lines``; and the table that they are from."""
    if markers is None:
        cues = file.events()
    elif os.path.isfile(markers) or (Path(markers).suffix and not any(c.label == str(markers) for c in infos)):
        return companions.table_markers(Path(markers), 0.0, neural.rate, len(neural.data), notes), [Path(markers)]
    else:
        try:
            lines, cues = [find_label(infos, str(markers), str(path))], []
        except OptionError as error:
            raise OptionError(f"{error}, and no file of that name") from None
    edged = {i: found for i in lines if (found := edges(file.codes(i), infos[i].label, notes))}
    for i, found in edged.items():
        line = f"{infos[i].label}=" if len(edged) > 1 else ""
        cues += [(file.seconds(i, sample), f"{line}{text}") for sample, text in found]
    return cues, []


def _further(paths: Sequence[Path], used: Sequence[Path]) -> tuple[Path, ...]:
    """Those of ``paths`` that are none of ``used``, each once: MNE names files in full, whatever was typed."""
    known = {p.resolve() for p in used}
    return tuple({p.resolve(): p for p in paths if p.resolve() not in known}.values())
