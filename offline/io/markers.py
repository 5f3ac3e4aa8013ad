"""Markers of any format as text: exact codes, edges of a sampled trigger line, JSON in plain words."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np

from bk_realtime.montage import bare_label
from bk_realtime.shown import named

MARKER_TYPES = frozenset("marker markers event events stim stimulus stimuli trig trigger triggers ttl cue cues".split())
"""Types of streams and channels that carry markers, in lower case."""

_TRIGGER_NAME = re.compile(
    r"^(?:STI(?:M|$|[ _\-]|\d)|STATUS$|TRIG|TTL|DIN[ _\-]?\d*$|DIGITAL|EVENT|MARK)", re.IGNORECASE
)
_START = frozenset("start begin on onset started word_start start_word wordstart startword".split())
_END = frozenset("end stop off offset ended stopped finish word_end end_word wordend endword".split())
_EVENT_KEYS = ("event", "event_type", "action", "phase", "marker", "type")
_WORD_KEYS = ("word", "text", "label", "stimulus", "stim", "item", "cue", "prompt", "value", "code")
_LONGEST_JSON = 1 << 16
_LEVELS, _BUSY, _SHORT = 64, 0.1, 1000
"""A line that changes at more than this share of its samples holds no codes, it is analog: one of more levels, or of
more samples, than this."""
_REST_SHARE, _SPARSE = 0.8, 0.5
_BIOSEMI_TRIGGERS, _BIOSEMI_BITS = 0xFFFF, 24


def is_marker_type(stated: str) -> bool:
    """Whether streams or channels of this stated type carry markers, however it is written (``Triggers``, ``TTL``)."""
    return re.sub(r"[^a-z]", "", stated.lower()) in MARKER_TYPES or "marker" in stated.lower()


def is_trigger(label: str, stated: str = "") -> bool:
    """Whether a channel that is no brain carries trigger codes: by its type, or by a name such as ``STI 014``,
    ``Status``, ``TRIG``, ``triggerStream``, ``TTL1``."""
    return is_marker_type(stated) or bool(_TRIGGER_NAME.match(bare_label(label)))


def code_text(value: Any) -> str:
    """One marker value as text: text as it is, whole numbers as integers however large, other numbers shortest.

    Examples
    --------
    >>> code_text(65535.0), code_text(np.float32(1234567)), code_text(np.float32(0.1)), code_text("ook")
    ('65535', '1234567', '0.1', 'ook')
    """
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return (
            str(int(number)) if math.isfinite(number) and number == int(number) and abs(number) < 1e18 else str(value)
        )
    return str(value)


def marker_text(text: str) -> str:
    """A marker's text, with JSON of the usual kinds in plain words; anything else exactly as it is.

    An object gives ``EVENT;WORD``, from its first field called event, event_type, action, phase, marker or type and
    its first called word, text, label, stimulus, stim, item, cue, prompt, value or code; a field called name takes the
    place of the one it lacks. Without one of the two it gives the other; further fields are not used; fields inside
    fields count. Words for start (begin, on, onset) and end (stop, off, offset) before a word become ``start`` and
    ``end``. ``{"start": WORD}`` gives ``start;WORD``, a list its values joined by ``;``, a quoted text the text.

    Examples
    --------
    >>> marker_text('{"event": "start", "word": "huis"}'), marker_text('{"end": "huis"}'), marker_text('{"a": 1}')
    ('start;huis', 'end;huis', '{"a": 1}')
    """
    bare = text.strip()
    if len(bare) > _LONGEST_JSON or bare[:1] + bare[-1:] not in ("{}", "[]", '""'):
        return text
    try:
        read = _plain_words(json.loads(bare))
        read.encode()
    except (ValueError, RecursionError):  # no JSON, made to hurt, or text that no file can hold
        return text
    return read or text


def _plain_words(found: Any) -> str:
    """What :func:`marker_text` makes of parsed JSON; empty where it knows no word of it."""
    if isinstance(found, str):
        return found
    if isinstance(found, list):
        words = any(isinstance(v, str) for v in found) and all(map(_is_plain, found))
        return _joined([code_text(v) for v in found]) if words else ""
    fields: dict[str, str] = {}
    _flatten(found, fields)
    if len(fields) == 1:
        ((key, value),) = fields.items()
        if _phase(key) in ("start", "end") and value:
            return f"{_phase(key)};{value}"
    name = fields.get("name", "")
    event = next((fields[k] for k in _EVENT_KEYS if fields.get(k)), name)
    word = next((fields[k] for k in _WORD_KEYS if fields.get(k)), name if event != name else "")
    return _joined([part for part in (event, word) if part])


def edges(values: np.ndarray, name: str, notes: list[str]) -> list[tuple[int, str]]:
    """Markers of a sampled trigger line: where it changes to a code other than rest, and the code.

    Rest is 0, or, where the line never comes back to 0, the one value that it holds most of the time. A code that the
    line holds when the recording begins has no onset. Missing values (NaN) hold the value before them, unless most are
    missing: then they are rest. A noisy analog
    line gives ``1`` wherever it leaves its usual level. Of the 24 bits of BioSemi's Status only the 16 of the triggers
    count. What was decided gets a line in ``notes``.

    Parameters
    ----------
    values : (n,) numbers of any type.
    name : of the line, for the notes.

    Returns
    -------
    list of (sample index, text)
    """
    values = np.asarray(values)
    if values.ndim != 1 or values.dtype.kind not in "fiub":
        raise ValueError(f"expected a line of numbers (n,), got {values.shape} {values.dtype}")
    values = values.view(np.uint8) if values.dtype.kind == "b" else values
    if values.dtype.kind == "f" and np.isnan(values).sum() > _SPARSE * len(values):
        values = np.where(np.isnan(values), 0, values)
    index = np.flatnonzero(np.isfinite(values)) if values.dtype.kind == "f" else np.arange(len(values))
    values = values[index] if len(index) < len(values) else values
    if len(values) == 0:
        return []
    values = _as_integers(values)
    starts = _run_starts(values)
    if len(starts) > _BUSY * len(values) and (len(values) > _SHORT or len(np.unique(values)) > _LEVELS):
        return _analog_edges(values.astype(np.float64), index, name, notes)
    rest = _rest(values, starts)
    if _is_biosemi(values, rest, name):
        notes.append(
            f"markers: {named(name)} read as the Status of a BioSemi: the lower 16 of 24 bits are the triggers"
        )
        values = values.astype(np.int64) & _BIOSEMI_TRIGGERS
        starts = _run_starts(values)
        rest = _rest(values, starts)
    codes = values[starts]
    found = [(int(index[s]), code_text(c)) for s, c in zip(starts[1:], codes[1:], strict=True) if c != rest]
    held = "" if codes[0] == rest else f"; it began at {code_text(codes[0])}, whose onset is not known"
    level = "" if rest == 0 else f" (rest is {code_text(rest)})"
    notes.append(f"markers: {len(found)} from the changes of trigger line {named(name)}{level}{held}")
    return found


def _run_starts(values: np.ndarray) -> np.ndarray:
    """Index of the first sample of each run of one value."""
    starts: np.ndarray = np.r_[0, np.flatnonzero(values[1:] != values[:-1]) + 1]
    return starts


def _as_integers(values: np.ndarray) -> np.ndarray:
    """Whole floats as int64, so that they compare and print exactly; anything else as it is."""
    if values.dtype.kind == "f" and (values == np.rint(values)).all() and np.abs(values).max() < 2**53:
        return values.astype(np.int64)
    return values


def _is_biosemi(values: np.ndarray, rest: Any, name: str) -> bool:
    """A Status channel of 24 bits of which the upper 8 say other things than triggers: by its name, or at rest."""
    if values.dtype.kind not in "iu":
        return False
    low, high = int(values.min()), int(values.max())
    if not -(1 << (_BIOSEMI_BITS - 1)) <= low <= high < 1 << _BIOSEMI_BITS:
        return False
    if bare_label(name).lower() == "status":
        return low < 0 or high > _BIOSEMI_TRIGGERS
    return low >= 0 and int(rest) > _BIOSEMI_TRIGGERS


def _rest(values: np.ndarray, starts: np.ndarray) -> Any:
    """Value of the line at rest: 0, or the one that it holds mostly and returns to, if it never returns to 0."""
    codes = values[starts]
    if len(codes) == 1:
        return codes[0]
    if (codes[1:] == 0).any():
        return 0
    known, which = np.unique(codes, return_inverse=True)
    held = np.bincount(which, weights=np.diff(np.r_[starts, len(values)]))
    most = held.argmax()
    returns = codes[0] == known[most] or (which == most).sum() > 1
    return known[most] if returns and held[most] >= _REST_SHARE * len(values) else 0


def _analog_edges(values: np.ndarray, index: np.ndarray, name: str, notes: list[str]) -> list[tuple[int, str]]:
    """``1`` wherever a line of two noisy levels leaves the one that it has most of the time."""
    low, high = float(values.min()), float(values.max())
    part = (values - low) / (high - low)
    if ((part > 1 / 3) & (part < 2 / 3)).mean() > 0.05:
        notes.append(
            f"markers: none from {named(name)}: it is named like a trigger but has neither codes nor two levels"
        )
        return []
    if (part > 0.5).mean() > 0.5:
        part = 1 - part
    # two thresholds, so that noise on an edge is one edge
    state = np.where(part > 0.6, 1, np.where(part < 0.4, 0, -1))
    known = np.flatnonzero(state >= 0)
    rises = known[1:][np.diff(state[known]) == 1]
    notes.append(f"markers: {len(rises)} from analog trigger line {named(name)}, where it leaves its usual level")
    return [(int(index[i]), "1") for i in rises]


def _joined(parts: list[str]) -> str:
    """Parts of one marker; a phase alone keeps its own word."""
    if len(parts) > 1 and _phase(parts[0]):
        parts = [_phase(parts[0]), *parts[1:]]
    return ";".join(parts)


def _phase(word: str) -> str:
    """``start``, ``end``, or nothing."""
    key = word.strip().lower().replace("-", "_").replace(" ", "_")
    return "start" if key in _START else "end" if key in _END else ""


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _flatten(fields: dict[str, Any], into: dict[str, str]) -> None:
    """Plain values by lower-case key, those of inner objects after those outside."""
    inner = [v for v in fields.values() if isinstance(v, dict)]
    for key, value in fields.items():
        if _is_plain(value):
            into.setdefault(key.strip().lower(), code_text(value))
    for value in inner:
        _flatten(value, into)
