"""Whatever MNE-Python reads (BrainVision, EDF, BDF, FIF, ...), with audio and cues from files beside it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import microvolt_scale
from bk_realtime.errors import FileError, InputError, OptionError
from offline.io import companions
from offline.io.recording import Recording, array_hash, checked_level, file_hash

BRAIN_TYPES = ("eeg", "seeg", "ecog", "dbs")
BIDS_BRAIN_TYPES = ("EEG", "SEEG", "ECOG", "DBS", "IEEG")
_NOT_BRAIN = re.compile(
    r"^(EKG|ECG|EMG|EOG|HEOG|VEOG|DC\d|TRIG|STI|STATUS|EVENT|MARK|OSAT|SPO2|PR$|PLETH|PULSE|RESP|THO|ABD|SNORE|MISC|MOV"
    r"|ACC|GYR|TEMP|GSR|AUDIO|MIC|ANNOT|EDF )",
    re.IGNORECASE,
)
"""Names of channels that clinical exports mix in among the electrodes without saying so."""


def read_mne(
    path: Path,
    audio: str | Path | None = None,
    audio_start_s: float = 0.0,
    markers: str | Path | None = None,
    unit: str | None = None,
    channels: Sequence[str] | None = None,
    sfreq: float | None = None,
    sample_rate: int | None = None,
    require_audio: bool = False,
) -> Recording:
    """Read a file through MNE.

    Neural channels are those of type EEG, sEEG, ECoG or DBS, by the BIDS table ``*_channels.tsv`` beside the file where
    there is one (its status column gives the bad channels); names such as EKG, DC1, TRIG are left out.

    Parameters
    ----------
    path : the file (for BrainVision the ``.vhdr``).
    audio : sound or NPY file that starts ``audio_start_s`` seconds after the neural signal.
    markers : BIDS-like table of cues; by default the file's annotations.
    unit : what the numbers that MNE hands out really are, where the header states the unit wrongly; by default volts.
    channels : labels of the channels to keep.
    sfreq : true neural rate in Hz, where the header states another.
    sample_rate : rate of an NPY audio file in Hz.

    Raises
    ------
    InputError
        MNE is not installed, the file is damaged, truncated or holds no neural channel, or its level cannot be µV.
    """
    try:
        import mne
    except ImportError:
        raise InputError(
            f"{path}: reading it needs MNE-Python, which is not installed; "
            "install it with: pip install 'brainkaraoke[formats]'"
        ) from None
    path = Path(path)
    _check_brainvision(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            raw = mne.io.read_raw(path, preload=True, verbose="warning")
            data, types = raw.get_data(), raw.get_channel_types()
        except Exception as error:  # MNE raises whatever comes, bare Exception included, on damaged files
            raise InputError(
                f"{path}: MNE cannot read it: damaged, truncated or of another kind ({' '.join(str(error).split())})"
            ) from None
    warned = " ".join(str(w.message) for w in caught)
    if "does not match the file size" in warned or "truncated" in warned.lower():
        raise InputError(f"{path}: the file is truncated: it is shorter than its header says; take another copy")
    table = {row["name"]: row for row in companions.channel_rows(path)}
    notes: list[str] = []
    keep = _neural(list(raw.ch_names), types, channels, table, path, notes)
    if unit is not None:
        notes.append(f"numbers of MNE taken as {unit}, whatever the header says")
    rate = float(sfreq or raw.info["sfreq"])
    neural = (data[keep] * microvolt_scale(unit or "volts")).T.astype(np.float32)
    used = [path, *([_data_file(path)] if path.suffix.lower() == ".vhdr" else [])]
    if markers is not None:
        cues = companions.read_events(Path(markers))
    else:
        # MNE counts from the measurement's date where it has one, else from the first sample
        first = raw.first_time if raw.annotations.orig_time is not None else 0.0
        noted = raw.annotations
        cues = [(float(t) - first, str(text)) for t, text in zip(noted.onset, noted.description, strict=True)]
    sound, sound_rate = None, 0
    if audio is not None:
        sound, sound_rate = companions.load_audio(Path(audio), sample_rate)
        sound_rate = sound_rate or companions.audio_rate_by_length(len(sound), neural.shape[0], rate, str(audio))
        used.append(Path(audio))
    elif require_audio:
        raise InputError(
            f"{path}: {path.suffix} files hold no speech audio; name the sound file with audio in NAME.toml beside it"
        )
    labels = tuple(raw.ch_names[c] for c in keep)
    also = [*_beside(path, raw), *([Path(markers)] if markers else [])]
    listed = [name for name, row in table.items() if row.get("status", "").lower() == "bad"]
    return Recording(
        neural=checked_level(neural, str(path)),
        sfreq=companions.rational(rate, str(path)),
        labels=labels,
        audio=sound,
        sample_rate=sound_rate,
        audio_start_s=audio_start_s if sound is not None else 0.0,
        markers=cues,
        name=path.stem,
        simulated="simulated" in path.stem.lower(),
        source_hash=file_hash(*used),
        neural_hash=array_hash(data),
        also_read=_further(also, used),
        bad=tuple({*listed, *raw.info["bads"]}),
        notes=tuple(notes),
    )


def _neural(
    names: list[str],
    types: list[str],
    channels: Sequence[str] | None,
    table: dict[str, dict[str, str]],
    path: Path,
    notes: list[str],
) -> list[int]:
    """Indices of the neural channels."""
    if channels is not None:
        missing = [c for c in channels if c not in names]
        if missing:
            raise OptionError(f"{path}: no channel {missing[0]!r}; it has {', '.join(names)}")
        return [names.index(c) for c in channels]
    if table:
        brain = [n in table and table[n].get("type", "").upper() in BIDS_BRAIN_TYPES for n in names]
    else:
        brain = [t in BRAIN_TYPES and not _NOT_BRAIN.match(n) for n, t in zip(names, types, strict=True)]
    if not any(brain):
        raise InputError(
            f"{path}: no EEG, sEEG, ECoG or DBS channel among {', '.join(names)}; "
            "name them with channels in NAME.toml beside it"
        )
    left = [n for n, b in zip(names, brain, strict=True) if not b]
    if left:
        notes.append(f"left out as not neural: {', '.join(left)}")
    return [i for i, b in enumerate(brain) if b]


def _beside(path: Path, raw: Any) -> list[Path]:
    """Files that MNE read besides ``path`` (further parts, BrainVision markers), and the BIDS channel table."""
    found = [Path(p) for p in raw.filenames if p is not None]
    if path.suffix.lower() == ".vhdr":
        found.append(path.parent / _key(path, "MarkerFile").replace("$b", path.stem))
    table = companions.bids_table(path, "channels")
    return [p for p in (*found, *([table] if table else [])) if p.is_file()]


def _further(paths: Sequence[Path], used: Sequence[Path]) -> tuple[Path, ...]:
    """Those of ``paths`` that are none of ``used``, each once: MNE names files in full, whatever was typed."""
    known = {p.resolve() for p in used}
    return tuple({p.resolve(): p for p in paths if p.resolve() not in known}.values())


def _data_file(header: Path) -> Path:
    """The binary file that a BrainVision header names."""
    name = _key(header, "DataFile")
    if not name:
        raise InputError(f"{header}: no BrainVision header: expected a line DataFile=...")
    name = name.replace("$b", header.stem)
    if "/" in name or "\\" in name or not name.isprintable():
        raise InputError(f"{header}: DataFile={name[:40]!r}: expected the name of a file beside the header")
    data = header.with_name(name)
    if not data.is_file():
        raise FileError(f"{header}: its data file {data.name} is missing; copy it beside the header")
    return data


def _check_brainvision(header: Path) -> None:
    """Refuse a truncated BrainVision file: MNE reads what is there without a word."""
    if header.suffix.lower() != ".vhdr":
        return
    data = _data_file(header)
    width = {"IEEE_FLOAT_32": 4, "INT_16": 2, "INT_32": 4}.get(_key(header, "BinaryFormat").upper(), 1)
    n_channels, points = _key(header, "NumberOfChannels"), _key(header, "DataPoints")
    size = data.stat().st_size
    row = width * int(n_channels) if n_channels.isdigit() else 1
    if size == 0 or size % row or (points.isdigit() and size != int(points) * row):
        raise InputError(
            f"{data}: the file is truncated: {size} bytes are not {points or 'a whole number of'} samples of "
            f"{n_channels or '?'} channels; take another copy"
        )


def _key(header: Path, key: str) -> str:
    try:
        text = header.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise FileError(f"{header}: cannot be read ({error.strerror})") from None
    found = re.search(rf"^{key}=(.*)$", text, re.MULTILINE)
    return found.group(1).strip() if found else ""
