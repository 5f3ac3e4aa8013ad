"""What the columns of a table of cues hold, by the names that labs and public data sets give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bk_realtime.shown import named
from offline.io.cue_text import CueRows, is_decimal

START = (
    "onset start start_time begin begin_time t_start tmin xmin time_start onset_time word_onset word_start "
    "speech_onset speech_start voice_onset starttime begintime from time timestamp time_stamp t sample"
).split()
END = (
    "offset end stop end_time stop_time finish t_end t_stop tmax xmax time_end offset_time word_offset word_end "
    "speech_offset speech_end voice_offset endtime stoptime to"
).split()
DURATION = ("duration", "dur", "length")
TEXT = (
    "trial_type word prompted_word text label value sentence stimulus stim name annotation description transcript "
    "transcription phrase utterance prompt cue event marker code condition token item content action words"
).split()
"""Names of columns, the first that there is counts."""
STANDARD = {"onset", "duration", "offset"}
"""Names that stand for seconds wherever they occur, as BIDS has them."""
EMPTY = {"", "n/a", "na", "none", "null", "--undefined--"}
_UNIT = re.compile(
    r"(?:[\s_.\-]+[(\[]?|[(\[])\s*"
    r"(samples?|sample_?index|index|idx|ms|msecs?|milliseconds?|us|microseconds?|s|secs?|seconds?)\s*[)\]]?$"
)


@dataclass(frozen=True)
class Column:
    """Place of a column, what its name says without the unit, and the unit."""

    index: int
    base: str
    unit: str
    """``s``, ``ms``, ``us``, ``samples``, or empty where the name tells none."""


def column(index: int, name: str) -> Column:
    """What a column's name says: ``"Start (ms)"`` -> start in ms, ``"sample_onset"`` -> onset in samples."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower().replace("ss.msec", "s")  # as ELAN has it
    unit = ""
    if text in ("sample", "samples"):
        return Column(index, "sample", "samples")
    if text.startswith(("sample_", "sample ")):
        text, unit = text[7:], "samples"
    elif (match := _UNIT.search(text)) and match.start() > 0 and (found := match.group(1)):
        text = text[: match.start()]
        unit = "ms" if found[0] == "m" and found[:3] != "mic" else "us" if found[0] in "um" else "s"
        unit = "samples" if found.startswith(("sample", "i")) else unit
    return Column(index, re.sub(r"[\s.\-]+", "_", text).strip("_"), unit)


def time_columns(columns: list[Column]) -> tuple[Column | None, Column | None, Column | None]:
    """Columns of the onset, of the end and of the duration; seconds go before samples."""

    def best(names: Sequence[str], unit: str = "") -> Column | None:
        found = [c for c in columns if c.base in names]

        def order(column: Column) -> tuple[bool, bool, int]:
            return unit not in ("", column.unit), column.unit == "samples", names.index(column.base)

        return min(found, key=order, default=None)

    start = best(START)
    if start is None:
        return _prefixed(columns)
    return start, best(END, start.unit), best(DURATION, start.unit)


def _prefixed(columns: list[Column]) -> tuple[Column | None, Column | None, Column | None]:
    """``stim_onset`` with ``stim_offset`` or ``stim_duration``, whatever stands before: the first such columns."""
    for start in columns:
        if match := re.fullmatch(r"(.+?)_(?:onset|start|begin)(?:_time)?", start.base):
            mine = [c for c in columns if c.base.startswith(f"{match.group(1)}_")]
            end = next((c for c in mine if re.search(r"_(?:offset|end|stop)(?:_time)?$", c.base)), None)
            return start, end, next((c for c in mine if c.base.endswith("_duration")), None)
    return None, None, None


def psychopy_columns(table: CueRows, said: list[str]) -> tuple[Column | None, Column | None, Column | None] | None:
    """Columns ``word.started`` and ``word.stopped`` of a table that PsychoPy wrote: of the word, else of the first
    component that was ever shown."""
    started = [name.removesuffix(".started") for name in table.names if name.endswith(".started")]
    used = [c for c in started if any(r[table.names.index(f"{c}.started")].lower() not in EMPTY for r in table.rows)]
    if not used:
        return None
    component = next((c for name in TEXT for c in used if c.lower() == name), None)
    component = component or next((c for name in TEXT for c in used if name in c.lower()), used[0])
    stopped = f"{component}.stopped"
    end = Column(table.names.index(stopped), "stopped", "s") if stopped in table.names else None
    said.append("times of PsychoPy's own clock: right only if the recording began at its zero")
    return Column(table.names.index(f"{component}.started"), "started", "s"), end, None


def text_columns(table: CueRows, columns: list[Column], times: set[int], said: list[str]) -> list[int]:
    """Indices of the columns that may hold the text, the one to prefer first."""
    bases = {i: re.sub(r"[\s.\-]+", "_", name.strip().lower()) for i, name in enumerate(table.names) if i not in times}
    usual = [i for name in TEXT for i, base in bases.items() if base == name]
    if usual:
        return usual
    for i in bases:
        cells = [row[i] for row in table.rows if row[i].lower() not in EMPTY]
        if cells and columns[i].base not in {*START, *END, *DURATION} and not any(map(is_decimal, cells)):
            said.append(f"text from {named(table.names[i])}")
            return [i]
    return []
