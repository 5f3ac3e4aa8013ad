"""A file that MNE-Python opens (FIF, BrainVision, GDF, EEGLAB) as a :class:`~offline.io.channel_file.ChannelFile`."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import ChannelInfo, is_brain
from bk_realtime.progress import task
from offline.io import brainvision
from offline.io.channel_file import Neural
from offline.io.companions import rational
from offline.io.grid import GAP_SAMPLES, Grid
from offline.io.microvolts import microvolts_on_grid
from offline.io.pauses import axis_seconds, place_parts, whole
from offline.io.stored import MOST_UNSAID, PACKED

_BLOCK = 1 << 21
"""Values that are read at a time."""
_SKIP = "BAD_ACQ_SKIP"
"""MNE's annotation of what a FIF file does not hold; the numbers there are zeros."""
_VOLTS = ("eeg", "seeg", "ecog", "dbs", "eog", "ecg", "emg")


class MneFile:
    """See :class:`~offline.io.channel_file.ChannelFile`; ``sfreq`` tells another rate than the header."""

    def __init__(self, path: Path, sfreq: float | None = None) -> None:
        ending = path.suffix.lower()
        if ending == ".vhdr":
            brainvision.check_header(path)  # before MNE, which takes a second to load
        try:
            import mne
        except ImportError:
            raise InputError(
                f"{path}: reading it needs MNE-Python, which is not installed; "
                "install it with: pip install 'brainkaraoke[formats]'"
            ) from None
        self._path, self.notes = path, list[str]()
        self._raw: Any = self._guarded(lambda: mne.io.read_raw(path, preload=False, verbose="warning"))
        raw, n = self._raw, int(self._raw.n_times)
        self._header_rate = float(raw.info["sfreq"])
        if not 1e-3 < self._header_rate < 1e6:
            raise InputError(f"{path}: its header says {self._header_rate:g} Hz; expected the rate of a recording")
        self._check_files()
        rate = float(sfreq or self._header_rate)
        types = self._guarded(raw.get_channel_types)
        self._factor = np.ones(len(types))  # from MNE's numbers to the file's own
        if ending == ".vhdr":
            stated = brainvision.channel_units(path)[: len(types)]
            units = [unit for _, unit in stated] + [""] * (len(types) - len(stated))
            self._factor[: len(stated)] = [r for r, _ in stated] / raw._cals[: len(stated)]
            self.channels = tuple(ChannelInfo(str(n), "", u) for n, u in zip(raw.ch_names, units, strict=True))
            self._grid = brainvision.segment_grid(path, n, rate, self.notes)
        else:
            stated_types = _stated_types(list(map(str, raw.ch_names)), types, ending)
            self.channels = tuple(
                ChannelInfo(str(name), kind, "V" if t in _VOLTS else "")
                for name, kind, t in zip(raw.ch_names, stated_types, types, strict=True)
            )
            self._grid = self._grid_of_cuts(n, rate) if ending == ".set" else self._grid_of_skips(n, rate)
        self.rates = (Fraction(self._header_rate).limit_denominator(1000),) * len(types)
        self.bad = tuple(map(str, raw.info["bads"]))
        self.volts: np.ndarray | None = 1 / self._factor if ending == ".vhdr" else None
        self.files: tuple[Path, ...] = (path, brainvision.data_file(path)) if ending == ".vhdr" else (path,)
        marker = brainvision.marker_file(path) if ending == ".vhdr" else None
        self.also: tuple[Path, ...] = (
            *(Path(p) for p in raw.filenames if p is not None),
            *([marker] if marker else []),
        )
        noted = zip(raw.annotations.description, raw.annotations.duration, strict=True)
        joins = sum("boundary" in str(text).lower() and not (ending == ".set" and d > 0) for text, d in noted)
        if joins:
            self.notes.append(f"joined from parts ({joins} annotations 'boundary'): pauses between them cannot be told")

    def _check_files(self) -> None:
        """Refuse parts that lie elsewhere, and far more numbers than the files hold."""
        files = [Path(p) for p in self._raw.filenames if p is not None]
        for part in files:
            if part.resolve().parent != self._path.resolve().parent:
                raise InputError(f"{self._path}: its numbers lie in {part}; expected a file beside it; copy it there")
        held = sum(part.stat().st_size for part in {*files, self._path} if part.is_file())
        stated = 2 * int(self._raw.n_times) * len(self._raw.ch_names)
        if stated > max(MOST_UNSAID, PACKED * held):
            raise InputError(
                f"{self._path}: states {stated / 1e9:.3g} GB of numbers in a file of {held} bytes: damaged, or written "
                "without its numbers"
            )

    def neural(self, keep: Sequence[int], scale: np.ndarray, counts: bool) -> Neural:
        if counts and self._path.suffix.lower() == ".gdf":
            raise OptionError(f"{self._path}: --gain: the counts of a GDF file are not at hand; leave the option out")
        factor = scale / self._raw._cals[list(keep)] if counts else scale * self._factor[list(keep)]
        self.notes += self._grid.notes
        shape = (int(self._raw.n_times), len(self.channels))
        with task(f"reading {self._path.name}", shape[0], "samples") as progress:
            data, digest = microvolts_on_grid(
                self._turned(progress), shape, np.dtype(np.float64), self._grid, keep, factor
            )
        sfreq = rational(float(self._grid.rate), str(self._path))
        return Neural(data, sfreq, self._grid.rate, digest)

    def line(self, channel: int) -> np.ndarray:
        return np.concatenate([block[0] * self._factor[channel] for block in self._blocks(channel)])

    def codes(self, channel: int) -> np.ndarray:
        values = self.line(channel)
        codes = np.rint(values)
        return codes if np.allclose(values, codes, rtol=1e-9, atol=1e-9) else values

    def grid(self, channel: int) -> Grid:
        return self._grid

    def seconds(self, channel: int, sample: int) -> float:
        return axis_seconds(self._grid, sample)

    def events(self) -> list[tuple[float, str]]:
        """MNE's onsets count from the measurement's date or from the start of an uncropped file; here from the first
        sample."""
        noted = self._raw.annotations
        onsets = (np.asarray(noted.onset, float) - float(self._raw.first_time)) * self._header_rate
        texts = map(str, noted.description)
        return [(axis_seconds(self._grid, s), t) for s, t in zip(onsets.tolist(), texts, strict=True) if t != _SKIP]

    def _grid_of_skips(self, n: int, rate: float) -> Grid:
        """Zeros that stand for what was not recorded are left out of the grid; the length stays."""
        noted = self._raw.annotations
        skips = [
            (round((float(t) - self._raw.first_time) * self._header_rate), round(float(d) * self._header_rate))
            for t, d, text in zip(noted.onset, noted.duration, noted.description, strict=True)
            if text == _SKIP
        ]
        pieces: list[tuple[int, int, int]] = []
        gaps: list[tuple[float, int]] = []
        begin = 0
        for start, length in [*sorted(set(skips)), (n, 0)]:
            start, stop = max(begin, min(start, n)), min(start + length, n)
            if start > begin:
                pieces.append((begin, start, begin))
            if stop - start >= GAP_SAMPLES:
                gaps.append((start / rate, stop - start))
            begin = max(begin, stop)
        if not gaps:
            return whole(n, rate)
        lost = sum(missing for _, missing in gaps) / rate
        note = f"{len(gaps)} gaps, {lost:.3f} s not recorded, filled with NaN"
        return Grid(0.0, rate, n, tuple(pieces), tuple(gaps), (note,))

    def _grid_of_cuts(self, n: int, rate: float) -> Grid:
        """EEGLAB writes how much was cut out into the duration of a ``boundary``."""
        noted = self._raw.annotations
        first, start_s, cut = [0], [0.0], 0.0
        for onset, length, text in zip(noted.onset, noted.duration, noted.description, strict=True):
            sample = math.ceil(float(onset) * self._header_rate - 1e-6)
            if str(text).lower() == "boundary" and length > 0 and first[-1] < sample < n:
                cut += float(length) * self._header_rate / rate
                first.append(sample)
                start_s.append(sample / rate + cut)
        return place_parts(np.array(first), np.array(start_s), n, rate, f"{self._path}: part")

    def _turned(self, progress: task) -> Iterator[np.ndarray]:
        for block in self._blocks():
            yield block.T
            progress.advance(block.shape[1])

    def _blocks(self, channel: int | None = None) -> Iterator[np.ndarray]:
        """(n_channels, k) float64 as MNE has them, in pieces."""
        raw, picks = self._raw, None if channel is None else [channel]
        step = max(1, _BLOCK // (1 if picks else len(self.channels)))
        for first in range(0, int(raw.n_times), step):
            stop = min(first + step, int(raw.n_times))
            yield self._guarded(partial(raw.get_data, picks=picks, start=first, stop=stop))

    def _guarded(self, call: Callable[[], Any]) -> Any:
        """Call MNE, which raises whatever comes on damaged files, bare Exception included, or only warns."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = call()
            except Exception as error:
                raise InputError(
                    f"{self._path}: MNE cannot read it: damaged, truncated or of another kind "
                    f"({' '.join(str(error).split())[:200]})"
                ) from None
        warned = " ".join(str(w.message) for w in caught)
        if "does not match the file size" in warned or "truncated" in warned.lower():
            raise InputError(
                f"{self._path}: the file is truncated: it is shorter than its header says; take another copy"
            )
        return result


def _stated_types(labels: list[str], types: Sequence[str], ending: str) -> list[str]:
    """Types that the file states itself.

    MNE calls ``eeg`` whatever it knows nothing of, and writes that into FIF files too. It counts as stated where a FIF
    file has other types beside it, unless no contact has such a name.
    """
    if ending == ".gdf":
        return [""] * len(types)
    guessed = ending != ".fif" or set(types) <= {"eeg", "stim"}
    return [
        "" if t == "eeg" and (guessed or not is_brain(f"EEG {label}")[0]) else str(t)
        for label, t in zip(labels, types, strict=True)
    ]
