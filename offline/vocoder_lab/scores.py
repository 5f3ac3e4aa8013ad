"""Clips and finished scores of `offline.vocoder_table`, kept in files, and the tables made of them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soxr

from bk_realtime.errors import BkError
from bk_realtime.vocoder.mel import log_mel
from offline.scoring.mel import mean_correlation
from offline.scoring.speech_quality import score

MEASURES = ("PESQ-WB", "ESTOI", "log-spectral distance in dB", "DNSMOS")
_DIGITS = (2, 3, 1, 2)
FORMAT = 2
START, END = "<!-- offline.vocoder_table: start -->", "<!-- offline.vocoder_table: end -->"
"""Lines of a text that hold the table between them."""


class ScoredClip(NamedTuple):
    """One held-out clip: whose voice, its audio ``(T,)`` float32, and the mel ``(T // hop, n_mels)`` to vocode."""

    voice: str
    audio: np.ndarray
    mel: np.ndarray


def clips_file(work: Path, condition: str, key: str) -> Path:
    """Where one condition's clips lie, of the choice that ``key`` describes."""
    return work / f"{condition.replace(' ', '_')}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.npz"


def write_clips(path: Path, pairs: Sequence[ScoredClip]) -> None:
    """Write what :func:`read_clips` reads, in one move."""
    stored: dict[str, Any] = {"voices": np.array([pair.voice for pair in pairs])}
    for k, pair in enumerate(pairs):
        stored[f"audio{k}"], stored[f"mel{k}"] = pair.audio, pair.mel.astype(np.float32)
    part = path.with_suffix(".part.npz")
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(part, **stored)
    part.replace(path)


def read_clips(path: Path) -> list[ScoredClip]:
    """The clips of one condition; a :class:`BkError` where the file holds something else."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            voices = stored["voices"].tolist()
            return [ScoredClip(voice, stored[f"audio{k}"], stored[f"mel{k}"]) for k, voice in enumerate(voices)]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BkError(f"{path}: expected clips that offline.vocoder_table chose ({error}); remove it") from None


def digest(pairs: Sequence[ScoredClip]) -> str:
    """Name of clips by what they hold."""
    whole = hashlib.sha256()
    for pair in pairs:
        for part in (pair.voice.encode(), pair.audio.tobytes(), pair.mel.tobytes()):
            whole.update(len(part).to_bytes(8, "little") + part)
    return whole.hexdigest()[:24]


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
                stored = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise BkError(f"{path}: expected scores as JSON ({error}); remove it to score anew") from None
            if stored.get("format") != FORMAT:
                raise BkError(f"{path}: expected scores of format {FORMAT}, got another; name another --work folder")
            self.rows = stored["rows"]

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
        part = self.path.with_suffix(".part.json")
        part.write_text(json.dumps({"format": FORMAT, "rows": self.rows}, indent=1), encoding="utf-8")
        part.replace(self.path)

    def mean(self, row: str, condition: str, which: Sequence[bool] | None = None) -> np.ndarray | None:
        """``(4,)`` means over the clips, or over those ``which`` are true; None where the cell is not scored."""
        cell = self.cell(row, condition)
        if cell is None:
            return None
        values = np.array(cell["scores"], dtype=np.float64)
        values = values if which is None else values[np.array(which)]
        return np.array([v[np.isfinite(v)].mean() if np.isfinite(v).any() else np.nan for v in values.T])

    def line(self, row: str, conditions: Sequence[str]) -> str:
        """One row of the table."""
        found = [self.cell(row, name) for name in conditions]
        spent = [cell["cpu_ms_per_frame"] for cell in found if cell and cell["cpu_ms_per_frame"] is not None]
        cells = [_cell(self.mean(row, name), _DIGITS) for name in conditions]
        cells.append(f"{np.mean(spent):.2f}" if spent else "–")
        return f"| {row} | {' | '.join(cells)} |"


def _cell(values: np.ndarray | None, digits: Sequence[int]) -> str:
    if values is None:
        return "–"
    return " / ".join("–" if np.isnan(v) else f"{v:.{d}f}" for v, d in zip(values, digits, strict=False))


def likeness(pairs: dict[str, list[ScoredClip]]) -> dict[str, float]:
    """Condition -> mean correlation of its mel with the clips' own, over bands and clips."""
    return {
        condition: float(np.mean([mean_correlation(p.mel, log_mel(p.audio)[: len(p.mel)]) for p in clips]))
        for condition, clips in pairs.items()
    }


def overview(scores: ScoreStore, rows: Sequence[str], pairs: dict[str, list[ScoredClip]], notes: Sequence[str]) -> str:
    """The table of everything under ``notes`` on the conditions; rows that were never scored are left out."""
    conditions = list(pairs)
    clips = pairs[conditions[0]]
    voices = list(dict.fromkeys(pair.voice for pair in clips))
    alike = ", ".join(f"{name} {value:.2f}" for name, value in likeness(pairs).items())
    lines = [
        f"{' / '.join(MEASURES)}: mean over {len(clips)} held-out clips of {len(voices)} voices ({', '.join(voices)}).",
        f"Correlation of the mel with the speech's own: {alike}. ms/frame: CPU time a mel frame on one thread.",
        *notes,
        "",
        f"| vocoder | {' | '.join(conditions)} | ms/frame |",
        f"|---|{'---|' * len(conditions)}---|",
        *(scores.line(row, conditions) for row in rows if any(scores.have(row, name) for name in conditions)),
    ]
    return "\n".join(lines) + "\n"


def by_voice(scores: ScoreStore, rows: Sequence[str], pairs: dict[str, list[ScoredClip]]) -> str:
    """PESQ-WB and ESTOI voice by voice, a table for each condition."""
    lines = []
    for condition, clips in pairs.items():
        voices = list(dict.fromkeys(pair.voice for pair in clips))
        lines += [
            f"### {condition}: PESQ-WB / ESTOI by voice",
            "",
            f"| vocoder | {' | '.join(voices)} |",
            f"|---|{'---|' * len(voices)}",
        ]
        for row in rows:
            if scores.have(row, condition):
                of = [[pair.voice == voice for pair in clips] for voice in voices]
                cells = [_cell(scores.mean(row, condition, which), _DIGITS[:2]) for which in of]
                lines.append(f"| {row} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def check_marked(path: Path) -> tuple[str, str]:
    """What lies in ``path`` up to the line :data:`START` and from :data:`END` on; a :class:`BkError` without them."""
    whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, start, rest = whole.partition(START + "\n")
    _, end, after = rest.partition(END + "\n")
    if not start or not end:
        raise BkError(f"{path}: expected a text file with the lines {START} and {END}, found none")
    return before + start, end + after


def put_between(path: Path, text: str) -> None:
    """Replace what :func:`check_marked` finds between the two lines."""
    before, after = check_marked(path)
    path.write_text(before + text + after, encoding="utf-8")
