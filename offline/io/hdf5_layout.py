"""Which dataset of an HDF5 file is what, by names: neural signal, rates, labels, types, units, sound, cues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import voltage
from offline.io import feature_data
from offline.io.hdf5_file import whole

_NEURAL = ("ecog", "seeg", "ieeg", "eeg")
_ALSO_NEURAL = ("lfp", "neural", "neural_data", "brain", "raw", "signals", "signal", "data", "x")
_WITHIN = ("data", "values", "signal", "signals")
"""Names of a dataset whose group tells what it is (``ieeg/data``)."""
_NEURAL_RATE = ("ecogsr", "seegsr", "ieegsr", "eegsr", "sfreq", "ecog_sr")
_ALSO_NEURAL_RATE = (
    "seeg_sr ieeg_sr eeg_sr ecog_fs seeg_fs ieeg_fs eeg_fs fs_ecog fs_seeg fs_ieeg fs_eeg neural_rate neural_sr "
    "neural_fs fs srate sr sampling_rate samplingrate sampling_frequency rate"
).split()
_AUDIO = ("audio", "microphone")
_ALSO_AUDIO = ("mic", "speech", "sound", "voice", "wav", "audio_data")
_AUDIO_RATE = ("audiosr", "audio_sr", "sample_rate")
_ALSO_AUDIO_RATE = ("audio_fs", "fs_audio", "audio_rate", "audiorate", "mic_sr", "mic_fs")
_OWN_RATE = "sfreq fs sr srate rate sampling_rate samplingrate sampling_frequency sample_rate samplerate".split()
_LABELS = ("electrodes", "channels", "labels", "channelnames")
_ALSO_LABELS = ("channel_names", "ch_names", "chnames", "contacts", "electrode_names", "channel_labels")
_TYPES = ("types", "channel_types", "ch_types", "channeltypes", "kinds")
_UNITS = ("unit", "units", "ecog_unit", "seeg_unit", "ieeg_unit", "eeg_unit")
_BAD = ("bad_channels", "bads", "bad", "badchannels")
_CUES = ("words", "stimulus", "stimuli", "sentences")
_ALSO_CUES = ("word", "labels_per_sample", "markers", "events", "texts", "cues")
_TEXTS = ("text", "texts", "word", "words", "label", "labels", "data")
_ONSET = ("onset", "onsets", "start", "starts", "start_time", "start_times", "word_onsets", "times")
_ENDS = ("offset", "offsets", "end", "ends", "stop", "stops", "end_time", "end_times", "stop_time", "stop_times")
_LENGTHS = ("duration", "durations")
LEAST_SAMPLES = 1000
"""An array that is taken as neural by its shape alone is at least so long."""


class Layout:
    """The datasets of a file by path, those nearest to the root first.

    Parameters
    ----------
    file : open for reading.
    path : for messages.
    """

    def __init__(self, file: h5py.File, path: Path) -> None:
        self.file, self.path = file, path
        found: list[h5py.Dataset] = []
        # one of the null space has no shape: it holds nothing
        file.visititems(
            lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) and item.shape is not None else None
        )
        self.datasets = sorted(found, key=lambda d: d.name.count("/"))

    def neural(self, wanted: str | None, notes: list[str]) -> h5py.Dataset:
        """The neural dataset.

        Raises
        ------
        OptionError
            No dataset of this path.
        InputError
            None of a usual name, and not exactly one of a neural signal's shape.
        """
        if wanted is not None:
            return self._named(wanted)
        for name in _NEURAL:
            for dataset in self.datasets:
                if dataset.name.count("/") == 1 and _key(dataset) == name:
                    return dataset
        chosen = self._of_kind((*_NEURAL, *_ALSO_NEURAL), _is_signal)
        if chosen is None:
            shaped = [d for d in self.datasets if _is_signal(d) and d.ndim == 2]
            chosen = shaped[0] if len(shaped) == 1 and _key(shaped[0]) not in feature_data.NAMES else None
        if chosen is None:
            named = next((_key(d) for d in self.datasets if _key(d) in feature_data.NAMES), "")
            advice = f"; if {named} holds features: features.kind given" if named else ""
            raise InputError(
                f"{self.path}: expected a dataset 'ecog' (samples, channels), got "
                f"{self._listed() or 'nothing'}; name the neural one with --neural{advice}"
            )
        notes.append(f"neural signal: dataset {chosen.name.strip('/')} {chosen.shape}")
        return chosen

    def features(self, wanted: str | None, notes: list[str]) -> h5py.Dataset:
        """The dataset of features: the one named, else of a name that features have, else the neural one."""
        if wanted is not None:
            return self._named(wanted)
        names = (*feature_data.NAMES, *_NEURAL)
        chosen = self._of_kind(names, lambda d: d.dtype.kind in "fiu" and d.ndim in (2, 3))
        if chosen is None:
            return self.neural(None, notes)
        notes.append(f"features: dataset {chosen.name.strip('/')} {chosen.shape}")
        return chosen

    def feature_rate(self, features: h5py.Dataset) -> float | None:
        """Rate of the features in Hz: by names that are its own, else as of a neural dataset."""
        own = self._number([_key(features) + end for end in ("sr", "_sr", "rate", "_rate", "_fs", "_sfreq")])
        return own or self.neural_rate(features)

    def bands(self, features: h5py.Dataset) -> list[str]:
        """Names of the bands; none where the file has none."""
        found = (v for name in feature_data.BAND_NAMES for v in self._values(name, features) if v.dtype.kind in "OSU")
        return [text_of(v).strip() for v in np.ravel(next(found, np.array([])))]

    def audio(self, wanted: str | None) -> h5py.Dataset | None:
        """The sound's dataset: the one named, or of a usual name; None where ``wanted`` names none here."""
        if wanted is not None:
            return next((d for d in self.datasets if d.name.strip("/").lower() == wanted.strip("/").lower()), None)
        for name in _AUDIO:
            for dataset in self.datasets:
                if dataset.name.count("/") == 1 and _key(dataset) == name:
                    return dataset
        return self._of_kind((*_AUDIO, *_ALSO_AUDIO), lambda d: d.dtype.kind in "fiu" and d.size > 1)

    def neural_rate(self, brain: h5py.Dataset) -> float | None:
        """Neural rate in Hz: by names that are its own, by attributes of the dataset, by what lies in its group."""
        own = self._number(_NEURAL_RATE) or _attribute_number(brain, _OWN_RATE)
        if own is None and brain.name.count("/") > 1:
            own = self._number(_OWN_RATE, brain)
        return own or self._number(_ALSO_NEURAL_RATE)

    def audio_rate(self, audio: h5py.Dataset, brain: h5py.Dataset) -> float | None:
        """Rate of the sound in Hz."""
        own = self._number(_AUDIO_RATE) or _attribute_number(audio, _OWN_RATE)
        if own is None and audio.name.count("/") > 1 and audio.parent != brain.parent:
            own = self._number(_OWN_RATE, audio)
        return own or self._number(_ALSO_AUDIO_RATE)

    def labels(self, brain: h5py.Dataset, n: int) -> list[str]:
        """Names of the channels; none where the file has none."""
        return self._per_channel((*_LABELS, *_ALSO_LABELS), brain, n, numbers_too=True)

    def types(self, brain: h5py.Dataset, n: int) -> list[str]:
        """Stated type of each channel, ``""`` where there is none."""
        return self._per_channel(_TYPES, brain, n) or [""] * n

    def units(self, brain: h5py.Dataset, n: int) -> list[str]:
        """Stated unit of each channel, ``""`` where there is none."""
        for name in _UNITS:
            for source in (brain.attrs, brain.parent.attrs, self.file.attrs):
                for key, value in source.items():
                    texts = [text_of(v).strip() for v in np.ravel(value)]
                    if key.lower() == name and len(texts) in (1, n) and any(texts):
                        return texts if len(texts) == n else texts * n
        each = self._per_channel(_UNITS, brain, n)
        if each:
            return each
        one = next((d for name in _UNITS for d in self.datasets if _key(d) == name and d.size == 1), None)
        text = "" if one is None else text_of(np.ravel(self._all(one))[0]).strip()
        return [text if voltage(text) is not None else ""] * n

    def bad(self, brain: h5py.Dataset, n: int) -> list[bool]:
        """Which channels are listed as bad, by label or by one truth value each."""
        labels = self.labels(brain, n)
        for name in _BAD:
            for values in self._values(name, brain):
                flat = np.ravel(values)
                if flat.dtype.kind == "b" and len(flat) == n:
                    return [bool(v) for v in flat]
                if flat.dtype.kind in "OSU":
                    texts = {text_of(v) for v in flat}
                    return [label in texts for label in labels] if labels else [False] * n
        return [False] * n

    def cues(self, wanted: str | None, n: int) -> h5py.Dataset | None:
        """The dataset of the cues; None where there is none."""
        if wanted is not None:
            return self._named(wanted)
        named = [d for name in (*_CUES, *_ALSO_CUES) for d in self.datasets if _key(d) == name]
        for name in (*_CUES, *_ALSO_CUES):  # words/text, words/onset, ...
            named += [d for d in self.datasets if _group(d) == name and _key(d) in _TEXTS]
        per_sample = (d for d in named if d.size == n or d.dtype.names)
        with_times = (d for d in named if self.cue_times(d, d.size)[0] is not None)
        return next(per_sample, None) or next(with_times, None)

    def cue_times(self, cues: h5py.Dataset, n: int) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        """Onsets, ends and lengths of ``n`` cues, from arrays beside them."""

        def beside(names: Sequence[str]) -> np.ndarray | None:
            for name in names:
                for d in self.datasets:
                    if _key(d) == name and d.parent == cues.parent and d.size == n and d.dtype.kind in "fiu":
                        return np.ravel(self._all(d))
            return None

        return beside(_ONSET), beside(_ENDS), beside(_LENGTHS)

    def has(self, wanted: str) -> bool:
        """Whether a dataset has this path, or the end of its path."""
        key = wanted.strip("/").lower()
        return any(f"/{d.name.strip('/').lower()}".endswith(f"/{key}") for d in self.datasets)

    def _all(self, dataset: h5py.Dataset) -> np.ndarray:
        return whole(dataset, f"{self.path}: {dataset.name.strip('/')}")

    def _named(self, wanted: str) -> h5py.Dataset:
        key = wanted.strip("/").lower()
        fitting = [d for d in self.datasets if d.name.strip("/").lower() == key]
        fitting = fitting or [d for d in self.datasets if d.name.lower().endswith(f"/{key}")]
        if len(fitting) != 1:
            several = "several datasets" if fitting else "no dataset"
            raise OptionError(f"{self.path}: {several} {wanted!r}; it has {self._listed()}")
        return fitting[0]

    def _listed(self) -> str:
        names = [f"{d.name.strip('/')} {d.shape}" if _is_signal(d) else d.name.strip("/") for d in self.datasets[:30]]
        return ", ".join(names)

    def _of_kind(self, names: Sequence[str], fits: Callable[[h5py.Dataset], bool]) -> h5py.Dataset | None:
        """The dataset of the first name that there is, by its own name or, where that says nothing, its group's."""
        for name in names:
            for dataset in self.datasets:
                inside = _group(dataset) == name and _key(dataset) in _WITHIN
                if fits(dataset) and (_key(dataset) == name or inside):
                    return dataset
        return None

    def _values(self, name: str, beside: h5py.Dataset) -> list[np.ndarray]:
        """Values under a name: attributes of the dataset, datasets beside it, then anywhere."""
        found = [np.asarray(v) for k, v in beside.attrs.items() if k.lower() == name]
        near = sorted((d for d in self.datasets if _key(d) == name), key=lambda d: d.parent != beside.parent)
        return found + [self._all(d) for d in near if d.size < 100_000]

    def _per_channel(self, names: Sequence[str], brain: h5py.Dataset, n: int, numbers_too: bool = False) -> list[str]:
        kinds = "OSUiu" if numbers_too else "OSU"
        for name in names:
            for values in self._values(name, brain):
                if values.size == n and values.dtype.kind in kinds:
                    return [text_of(v).strip() for v in np.ravel(values)]
        return []

    def _number(self, names: Sequence[str], beside: h5py.Dataset | None = None) -> float | None:
        """One number under one of these names: a dataset or an attribute, of the root or of a dataset's group."""
        group = self.file if beside is None else beside.parent
        attributes = {str(k).lower(): v for k, v in group.attrs.items()}
        inside = {_key(d): d for d in reversed(self.datasets) if d.parent == group and d.size == 1}
        for name in names:
            value = np.ravel(self._all(inside[name])) if name in inside else np.ravel(attributes.get(name, []))
            if (number := _as_number(value)) is not None:
                return number
        return None


def text_of(value: Any) -> str:
    """Text of a value, bytes or not; empty for None."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)


def _key(dataset: h5py.Dataset) -> str:
    return str(dataset.name.rpartition("/")[2]).lower()


def _group(dataset: h5py.Dataset) -> str:
    return str(dataset.parent.name.rpartition("/")[2]).lower()


def _is_signal(dataset: h5py.Dataset) -> bool:
    """Numbers of one or two axes, long enough for a recording."""
    return dataset.dtype.kind in "fiu" and dataset.ndim in (1, 2) and max(dataset.shape, default=0) >= LEAST_SAMPLES


def _attribute_number(dataset: h5py.Dataset, names: Sequence[str]) -> float | None:
    attributes = {str(k).lower(): v for k, v in dataset.attrs.items()}
    return next((x for n in names if (x := _as_number(np.ravel(attributes.get(n, [])))) is not None), None)


def _as_number(values: np.ndarray) -> float | None:
    if len(values) != 1:
        return None
    if values.dtype.kind in "fiu":
        return float(values[0])
    try:
        return float(text_of(values[0]))
    except ValueError:
        return None
