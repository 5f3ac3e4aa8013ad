"""Scores of `offline.vocoder_table`, clip by clip, kept in a file."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from bk_realtime.errors import FileError, InputError, OptionError
from bk_realtime.files import write_text
from bk_realtime.plain_files import read_json
from bk_realtime.typed import value_of
from offline.scoring.speech_quality import score
from offline.vocoder_lab.table_clips import ScoredClip, digest

FORMAT = 2
_Scores = tuple[float | None, float | None, float | None, float | None]


def opinion_scorer() -> Callable[[np.ndarray, int], float] | None:
    """DNSMOS overall quality (Reddy et al. 2022) where speechmos and what it uses are installed, else None."""
    if any(importlib.util.find_spec(name) is None for name in ("speechmos", "onnxruntime", "librosa", "requests")):
        return None
    from speechmos import dnsmos

    def rate(audio: np.ndarray, sample_rate: int) -> float:
        # one window of the network's length, 9.01 s, filled by repetition
        x = np.resize(np.clip(soxr.resample(audio, sample_rate, 16000), -1.0, 1.0), 144160)
        return float(dnsmos.run(x, sr=16000)["ovrl_mos"])

    return rate


def timed(vocode: Callable[[np.ndarray], np.ndarray], mel: np.ndarray) -> tuple[np.ndarray, float]:
    """Audio of a mel spectrogram, and the CPU seconds it took."""
    start = time.process_time()
    audio = vocode(mel)
    return audio, time.process_time() - start


def ms_per_frame(seconds: float, pairs: Sequence[ScoredClip]) -> float:
    """Milliseconds a mel frame."""
    return 1e3 * seconds / max(sum(len(pair.mel) for pair in pairs), 1)


class ScoreStore:
    """Scores of every row and condition, clip by clip; written after each condition.

    They are kept by what a condition's clips hold: other or further conditions leave those that are there alone.

    Parameters
    ----------
    path : JSON file, made or gone on with.
    pairs : condition -> clips.
    opinion : :func:`opinion_scorer`.
    """

    def __init__(
        self, path: Path, pairs: dict[str, list[ScoredClip]], opinion: Callable[[np.ndarray, int], float] | None
    ) -> None:
        self.path, self.opinion = path, opinion
        self.digests = {name: digest(clips) for name, clips in pairs.items()}
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}  # row -> digest -> cell
        if path.exists():
            try:
                stored = read_json(path)
            except InputError as error:
                raise FileError(f"{error}: expected scores as JSON; remove it to score anew") from None
            if stored.get("format") != FORMAT:
                raise FileError(f"{path}: expected scores of format {FORMAT}, got another; name another --work folder")
            try:
                self.rows = value_of(dict[str, dict[str, dict[str, Any]]], stored, "rows", str(path))
                for row in self.rows.values():
                    for name, cell in row.items():
                        value_of(tuple[_Scores, ...], cell, "scores", f"{path}: {name}")
                        value_of(float | None, cell, "cpu_ms_per_frame", f"{path}: {name}")
            except OptionError as error:
                raise FileError(f"{error}; remove the file to score anew") from None

    def cell(self, row: str, condition: str) -> dict[str, Any] | None:
        """``scores`` (a list for each clip) and ``cpu_ms_per_frame``, or None where they are missing."""
        return self.rows.get(row, {}).get(self.digests[condition])

    def have(self, row: str, condition: str) -> bool:
        """Whether that cell is scored."""
        return self.cell(row, condition) is not None

    def forget(self, row: str) -> None:
        """Drop a row, to score it again."""
        self.rows.pop(row, None)

    def rate(
        self,
        row: str,
        condition: str,
        pairs: Sequence[ScoredClip],
        vocode: Callable[[np.ndarray], np.ndarray] | None,
        sample_rate: int,
    ) -> None:
        """Score one cell and write the file; without ``vocode`` the audio itself."""
        scores, spent = [], 0.0
        for pair in pairs:
            audio, seconds = (pair.audio, 0.0) if vocode is None else timed(vocode, pair.mel)
            spent += seconds
            found = score(pair.audio, audio, sample_rate)
            values = [found["pesq"], found["estoi"], found["lsd"]]
            values.append(self.opinion(audio, sample_rate) if self.opinion else float("nan"))
            scores.append([value if np.isfinite(value) else None for value in values])
        cell = {"condition": condition, "scores": scores, "cpu_ms_per_frame": ms_per_frame(spent, pairs)}
        self.rows.setdefault(row, {})[self.digests[condition]] = cell
        self._write()

    def time(
        self, row: str, condition: str, pairs: Sequence[ScoredClip], vocode: Callable[[np.ndarray], np.ndarray]
    ) -> None:
        """Time a row again, on the clips of one condition, and write the file; its scores stay."""
        spent = sum(timed(vocode, pair.mel)[1] for pair in pairs)
        for key, cell in self.rows.get(row, {}).items():
            cell["cpu_ms_per_frame"] = ms_per_frame(spent, pairs) if key == self.digests[condition] else None
        self._write()

    def _write(self) -> None:
        write_text(self.path, json.dumps({"format": FORMAT, "rows": self.rows}, indent=1))

    def mean(self, row: str, condition: str, which: Sequence[bool] | None = None) -> np.ndarray | None:
        """``(4,)`` means over the clips, or over those ``which`` are true; None where the cell is not scored."""
        cell = self.cell(row, condition)
        if cell is None:
            return None
        values = np.array(cell["scores"], dtype=np.float64)
        values = values if which is None else values[np.array(which)]
        return np.array([v[np.isfinite(v)].mean() if np.isfinite(v).any() else np.nan for v in values.T])
