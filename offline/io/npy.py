"""NPY pairs: ``pN_sEEG.npy`` with ``pN_audio.npy`` beside it, as the public data of Kohler et al. (OSF 7wf6n) come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.montage import ChannelInfo, choose_channels
from bk_realtime.shown import shown
from offline.io import companions
from offline.io.array_audio import column_sound, find_column, say_what_could_be, set_apart
from offline.io.array_lines import line_markers, named_line, trigger_lines
from offline.io.feature_data import feature_prefix, stored_features
from offline.io.grid import Grid
from offline.io.markers import edges
from offline.io.microvolts import microvolts_on_grid
from offline.io.own_channels import OwnChannels, described_channels
from offline.io.recording import Recording, check_values, checked_level, file_hash
from offline.io.stored import StoredSignal

_AUDIO = ("_audio_final.npy", "_audio.npy", "_audio.wav", "_audio.flac", ".wav", ".flac")
_LABELS = ("_channelNames.npy", "_channels.npy", "_channel_names.npy", "_channels.txt", "_channel_names.txt")
_FEATURE_LABELS = ("_feat_names.npy", "_feature_names.npy", "_features_names.npy")
_CUES = ("_words.npy", "_sentences.npy", "_stimuli.npy")
_TABLES = ("_events.tsv", "_words.tsv", "_words.csv", "_events.csv", "_words.json", "_words.TextGrid")


def read_npy(
    path: Path,
    audio: str | Path | None = None,
    markers: str | Path | None = None,
    sfreq: float | None = None,
    sample_rate: int | None = None,
    unit: str | None = None,
    channels: Sequence[str] = (),
    exclude: Sequence[str] = (),
    gain: float | None = None,
    audio_channel: str | None = None,
    audio_start_s: float = 0.0,
    require_audio: bool = False,
    holds_features: bool = False,
) -> Recording:
    """Read a neural array and what lies beside it under the same prefix. The numbers are read piece by piece.

    Parameters
    ----------
    path : ``PREFIX_sEEG.npy`` (or ``..._sEEG_processed.npy``), (samples, channels) or the other way round.
    audio : sound or NPY file that begins ``audio_start_s`` seconds after the neural signal, or the label of a channel;
        by default ``PREFIX_audio_final.npy``, ``PREFIX_audio.npy``, ``.wav`` or ``.flac``.
    audio_channel : number, from 1, of the microphone where the sound has several channels that differ.
    markers : table of cues, or a trigger channel; by default ``PREFIX_words.npy`` or ``PREFIX_sentences.npy``, one text
        or code a neural sample, else ``PREFIX_events.tsv`` or ``PREFIX_words.tsv``, else edges of trigger channels.
    sfreq : neural rate in Hz; NPY files do not say. The public data has 1024 Hz.
    sample_rate : audio rate of an NPY audio file in Hz; by default the usual rate at which both have one length.
    unit : unit of the neural numbers; NPY files do not say. By default that of ``PREFIX_channels.tsv``, else µV.
    channels, exclude, gain : as in :func:`~bk_realtime.montage.choose_channels`, by the labels of
        ``PREFIX_channelNames.npy`` and the types of ``PREFIX_channels.tsv``.
    holds_features : the numbers are features (``PREFIX_feat.npy``, ``PREFIX_hg.npy``, ...), one a channel or, in three
        dimensions, several bands; ``sfreq`` must be told, ``PREFIX_feat_names.npy`` may name each.

    Raises
    ------
    InputError
        Not readable, not numbers, a rate that cannot be told, no audio where it is required.
    """
    path = Path(path)
    _refuse_companion(path)
    if holds_features and sfreq is None:
        raise InputError(
            f"{path}: NPY files do not state the rate of features; name it in Hz with --sfreq, or sfreq in NAME.toml "
            "beside it"
        )
    array = companions.load_npy(path, mapped=True)
    rate = companions.rational(1024.0 if sfreq is None else sfreq, str(path))
    stem = path.stem
    cut = stem.lower().find("_seeg")
    prefix = stem[:cut] if cut > 0 else feature_prefix(stem) if holds_features else stem
    used = [path]
    notes: list[str] = []

    def find(endings: tuple[str, ...]) -> Path | None:
        candidates = (path.with_name(prefix + ending) for ending in endings)
        return next((p for p in candidates if p.is_file() and p != path), None)

    table_path = path.with_name(f"{prefix}_channels.tsv")
    table = companions.channel_rows(table_path.with_name(f"{prefix}_ieeg.npy")) if table_path.is_file() else []
    labels: list[str] = []
    if (labels_path := find((*_FEATURE_LABELS, *_LABELS) if holds_features else _LABELS)) is not None:
        labels = _labels(labels_path)
        used.append(labels_path)
    if holds_features:
        notes.append(f"NPY files state no rate: taken as {float(rate):g} Hz, as the option says")
        stored, infos, bad = _features(np.asarray(array), labels, table, path, notes)
    else:
        stored = StoredSignal(array, str(path))
        known_unit = any(row.get("units", "").lower() not in ("", "n/a") for row in table)
        taken = unit or ("microvolts" if gain is None and not known_unit else None)
        told = f", {taken}" if taken else ""
        notes.append(f"NPY files state neither rate nor unit: taken as {float(rate):g} Hz{told}")
        infos, bad = _channels(stored.shape[1], labels, labels_path, taken, table, path, notes)
    n = stored.shape[0]
    grid = Grid(0.0, float(rate), n, ((0, n, 0),))
    microphone = find_column(infos, str(audio), path) if audio is not None else None
    montage = choose_channels(
        infos, str(path), channels, exclude, unit, gain, holds_features, apart=set_apart(infos, microphone)
    )
    notes += [note for note in montage.notes if unit is None or "as the option says" not in note]
    values, neural_hash = microvolts_on_grid(
        stored.blocks(), stored.shape, stored.dtype, grid, montage.keep, montage.scale
    )
    check_values(values, str(path))
    cues: list[tuple[float, str]] = []
    wanted = None if markers is None or Path(markers).is_file() else str(markers)
    lines = named_line(infos, wanted, path) if wanted is not None else []
    named = None if lines or markers is None else Path(markers)
    cue_path = named if markers is not None else find(_CUES) or find(_TABLES)
    if markers is None and cue_path == companions.bids_table(path, "events"):
        cue_path = None  # read for every format alike
    if cue_path is not None:
        used.append(cue_path)
        if cue_path.suffix.lower() == ".npy":
            cues = _per_sample(cue_path, n, float(rate), notes)
        else:
            cues = companions.table_markers(cue_path, 0.0, float(rate), n, notes)
    elif markers is None and not holds_features:
        lines = trigger_lines(infos, montage, exclude, microphone)
    cues += line_markers(stored, infos, lines, grid, notes)
    audio_path = find(_AUDIO) if audio is None else Path(audio)
    sound, sound_rate, start = None, 0.0, 0.0
    if microphone is not None:
        sound, _ = column_sound(stored, microphone, infos[microphone].label, grid, path, notes)
        sound_rate = grid.rate
    elif audio_path is not None:
        sound, sound_rate = companions.load_audio(audio_path, sample_rate, audio_channel, notes)
        used.append(audio_path)
        start = audio_start_s if audio is not None else 0.0
        if not sound_rate:
            sound_rate = companions.audio_rate_by_length(len(sound), n, float(rate), str(audio_path))
            notes.append(f"audio rate by its length: {sound_rate:g} Hz")
    elif require_audio:
        raise InputError(
            f"{path}: no audio beside it ({prefix}{_AUDIO[1]}, {prefix}.wav, ...); "
            "name it with --audio, or audio in NAME.toml beside it"
        )
    if sound is None:
        say_what_could_be(infos, montage, notes)
    return Recording(
        neural=values if holds_features else checked_level(values, str(path)),
        sfreq=rate,
        labels=montage.labels,
        audio=sound,
        sample_rate=round(sound_rate),
        audio_rate=sound_rate,
        audio_start_s=start,
        markers=cues,
        name=prefix,
        simulated="simulated" in stem.lower(),
        source_hash=file_hash(*used),
        neural_hash=neural_hash,
        also_read=(*([table_path] if table else []), *([cue_path] if cue_path is not None else [])),
        bad=bad,
        notes=tuple(notes),
    )


def _refuse_companion(path: Path) -> None:
    """Refuse what by its name is the sound or the cues of a recording: its numbers would pass for a brain's."""
    for endings, what in ((_AUDIO, "sound"), (_CUES, "cues")):
        ending = next((e for e in endings if e.endswith(".npy") and path.name.endswith(e)), "")
        if prefix := path.name.removesuffix(ending) if ending else "":
            raise InputError(
                f"{path}: by its name the {what} of {shown(prefix)}; expected the neural array, such as "
                f"{shown(prefix)}_sEEG.npy; if it is that, give it another name"
            )


def _labels(labels_path: Path) -> list[str]:
    if labels_path.suffix == ".txt":
        return labels_path.read_text(encoding="utf-8-sig").split()
    array = companions.load_npy(labels_path).ravel()
    return [n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in array.tolist()]


def _channels(
    n_channels: int,
    labels: list[str],
    labels_path: Path | None,
    unit: str | None,
    table: list[dict[str, str]],
    path: Path,
    notes: list[str],
) -> tuple[list[ChannelInfo], tuple[str, ...]]:
    """What each channel of a signal is, and the labels listed as bad."""
    if labels_path is not None and len(labels) != n_channels:
        raise InputError(f"{labels_path}: {len(labels)} names for {n_channels} channels of {path.name}")
    own = OwnChannels(labels, [""] * n_channels, [unit or ""] * n_channels, [False] * n_channels)
    return described_channels(own, n_channels, table, path, notes)


def _features(
    array: np.ndarray, labels: list[str], table: list[dict[str, str]], path: Path, notes: list[str]
) -> tuple[StoredSignal, list[ChannelInfo], tuple[str, ...]]:
    """Features as a table, what each is, and which are on channels listed as bad."""
    n = len(labels) or (len(table) if len(table) in array.shape else 0)
    own = OwnChannels(labels, [""] * n, [""] * n, [False] * n)
    infos, bad = described_channels(own, n, table if len(table) == n else [], path, notes)
    return stored_features(array, infos, bad, (), str(path), notes)


def _per_sample(cue_path: Path, n: int, rate: float, notes: list[str]) -> list[tuple[float, str]]:
    """Markers from one text or whole number a neural sample."""
    texts = companions.load_npy(cue_path).ravel()
    if len(texts) != n or texts.dtype.kind not in "USiu":
        raise InputError(f"{cue_path}: expected one text for each of the {n} samples, got {texts.shape} {texts.dtype}")
    if texts.dtype.kind in "iu":
        return [(i / rate, text) for i, text in edges(texts, cue_path.name, notes)]
    return companions.changes(texts, rate, 0.0)
