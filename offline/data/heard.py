"""Which words a decoder heard in training: kept in its bundle as short hashes, so that no transcript is handed on."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bk_realtime.clock import FrameClock
from bk_realtime.config import MelSettings
from offline.data.dataset import lead_rows
from offline.data.provenance import training_data
from offline.data.trials import inside, marked_trials
from offline.io.recording import Recording

DIGITS = 8
"""Hex digits of a hash: of a thousand words two have the same one once in ten thousand bundles."""


def word_key(word: str) -> str:
    """What two spellings of one word have in common: no case, and letters with their accents as one or as two signs."""
    return unicodedata.normalize("NFC", word.strip().casefold())


def word_hash(word: str) -> str:
    """Short name of a word, however it is written."""
    return hashlib.sha256(word_key(word).encode()).hexdigest()[:DIGITS]


def words_kept(recording: Recording, parts: Iterable[Sequence[int]], mel: MelSettings, lead_ms: float) -> str:
    """Hashes of the words that the markers name wholly inside ``parts`` (frames of the recording, the last one not
    included), sorted, with a space between; empty where they name none."""
    trials = marked_trials(recording, FrameClock(recording.sfreq, mel.sample_rate, mel.hop_length))
    shifted = lead_rows(lead_ms, mel)
    said = {t.label for first, stop in parts for t in inside(trials, first + shifted, stop + shifted)} - {""}
    return " ".join(sorted({word_hash(word) for word in said}))


def words_known(provenance: Mapping[str, Any], vocabulary: Iterable[str]) -> tuple[str, ...]:
    """What a bundle heard in training: words of ``vocabulary`` as they are, all others by their hash; empty where the
    bundle does not say (it dates from before, or no markers named its words)."""
    kept = {digest for entry in training_data(provenance) for digest in str(entry.get("words", "")).split()}
    names = {word: word_hash(word) for word in vocabulary}
    known = {word for word, digest in names.items() if digest in kept}  # two spellings of one are both known
    return tuple(sorted(known | (kept - set(names.values()))))
