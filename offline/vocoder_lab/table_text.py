"""The scores of vocoders as Markdown tables, also between two marked lines of a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bk_realtime.errors import FileError
from bk_realtime.files import write_text
from bk_realtime.vocoder.mel import log_mel
from offline.scoring.mel import mean_correlation
from offline.vocoder_lab.scores import ScoreStore
from offline.vocoder_lab.table_clips import ScoredClip

MEASURES = ("PESQ-WB", "ESTOI", "log-spectral distance in dB", "DNSMOS")
_DIGITS = (2, 3, 1, 2)
START, END = "<!-- offline.vocoder_table: start -->", "<!-- offline.vocoder_table: end -->"
"""Lines of a text that hold the table between them."""


def table_line(scores: ScoreStore, row: str, conditions: Sequence[str]) -> str:
    """One row of the table."""
    found = [scores.cell(row, name) for name in conditions]
    spent = [cell["cpu_ms_per_frame"] for cell in found if cell and cell["cpu_ms_per_frame"] is not None]
    cells = [_cell(scores.mean(row, name), _DIGITS) for name in conditions]
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
        *(table_line(scores, row, conditions) for row in rows if any(scores.have(row, name) for name in conditions)),
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
    """What lies in ``path`` up to the line :data:`START` and from :data:`END` on; a :class:`FileError` without them."""
    whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, start, rest = whole.partition(START + "\n")
    _, end, after = rest.partition(END + "\n")
    if not start or not end:
        raise FileError(f"{path}: expected a text file with the lines {START} and {END}, found none")
    return before + start, end + after


def put_between(path: Path, text: str) -> None:
    """Replace what :func:`check_marked` finds between the two lines."""
    before, after = check_marked(path)
    write_text(path, before + text + after)
