"""Finished jobs on disk: plain values as JSON, arrays beside them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.files import write_text
from bk_realtime.plain_files import parse_json
from offline.evaluation.segment import DecoderScores, Measured, SegmentScores
from offline.evaluation.words import SegmentWords
from offline.io.npz_file import load_npz
from offline.io.outputs import write_npz

_ARRAY = "array"
"""Key of a JSON object that stands for an array of the other file."""


@dataclass(frozen=True, eq=False)
class JobResult:
    """What a job found out: plain values, and the scores of each segment (none of a permutation)."""

    values: dict[str, Any]
    segments: tuple[SegmentScores, ...] = ()


class Store:
    """Finished jobs in a folder, each under a name and a key that says what it follows from.

    Parameters
    ----------
    folder : where; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def find(self, name: str, key: str) -> JobResult | None:
        """The kept result of this name and this very key, or None."""
        if self.folder is None:
            return None
        path = self.folder / f"{name}.json"
        if not path.is_file() or not path.with_suffix(".npz").is_file():
            return None
        try:
            kept = parse_json(path.read_text(encoding="utf-8"))
        except ValueError:
            return None  # no JSON, so no result of ours: computed again
        if not isinstance(kept, dict) or kept.get("key") != key:
            return None
        try:
            arrays = load_npz(path.with_suffix(".npz"))
        except InputError as error:
            raise InputError(f"{error}; remove it, and it is computed again") from None
        try:
            segments = tuple(_segment(_filled(segment, arrays)) for segment in kept["segments"])
            return JobResult(revived(kept["values"]), segments)
        except (AttributeError, KeyError, TypeError):
            raise InputError(
                f"{path}: expected a result that offline.evaluate kept; remove it, and it is computed again"
            ) from None

    def keep(self, name: str, key: str, result: JobResult) -> None:
        """Write arrays, then the JSON that makes them count, each in one step."""
        if self.folder is None:
            return
        arrays: dict[str, np.ndarray] = {}
        segments = [_emptied(asdict(segment), str(i), arrays) for i, segment in enumerate(result.segments)]
        kept = {"key": key, "values": result.values, "segments": segments}
        path = self.folder / f"{name}.json"
        write_npz(path.with_suffix(".npz"), arrays)
        write_text(path, json.dumps(plain(kept), indent=1, allow_nan=False))


def _emptied(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """``value`` with a reference in place of every array, which goes to ``arrays`` under the path that leads to it."""
    if isinstance(value, dict):
        return {key: _emptied(v, f"{name}/{key}", arrays) for key, v in value.items()}
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {_ARRAY: name}
    return value


def _filled(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The reverse of :func:`_emptied`."""
    if isinstance(value, dict):
        return arrays[value[_ARRAY]] if _ARRAY in value else {key: _filled(v, arrays) for key, v in value.items()}
    return revived(value)


def _segment(values: dict[str, Any]) -> SegmentScores:
    """Scores from the plain values of ``dataclasses.asdict``."""
    decoders = {}
    for name, row in values["decoders"].items():
        measures = {measure: Measured(**entry) for measure, entry in row["measures"].items()}
        decoders[name] = DecoderScores(**row | {"measures": measures})
    return SegmentScores(**values | {"decoders": decoders, "words": SegmentWords(**values["words"])})


def plain(value: Any) -> Any:
    """Values as JSON holds them: numbers that are not finite become null."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def revived(value: Any) -> Any:
    """The reverse of :func:`plain`: null becomes NaN."""
    if isinstance(value, dict):
        return {k: revived(v) for k, v in value.items()}
    if isinstance(value, list):
        return [revived(v) for v in value]
    return float("nan") if value is None else value
