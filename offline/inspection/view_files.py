"""What a window needs to show a recording of any length: small files of plain numbers that it can map.

``traces.f4`` (n_bins, 2, n_channels): lowest and highest µV of each bin; ``sound.i2`` (n,): the sound on the neural
clock, sample 0 with neural sample 0; ``mel.f2`` (n_frames, n_mels): its natural-log mel; ``decoded.f2`` and
``voice.i2``: the same of a decoder's mel and voice. All little-endian; ``view.json`` and ``decoded.json`` say how many
and how fast, and are written last: where they are, the rest is there.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from bk_realtime.files import write_text
from bk_realtime.session.names import DECODED, DECODED_MEL, MEL, SOUND, TRACES, VIEW, VOICE
from bk_realtime.shown import shown
from offline.data.align import aligned_audio
from offline.io.recording import Recording, pieces

if TYPE_CHECKING:
    from bk_realtime.decoder.bundle import Bundle
    from offline.data.doubts import Doubts

MOST_BINS = 200.0
"""Bins a second, at most: two of them to a pixel where ten seconds are shown on a thousand."""
MOST_BYTES = 1 << 28
"""Of the traces: longer recordings of many channels get longer bins."""
MOST_MARKERS = 20_000
LONGEST_NOTE, MOST_NOTES = 400, 200
Tell = Callable[[str, float | None], None]
"""Called with what is done now, and which share of it is done."""


def write_view(recording: Recording, folder: Path, tell: Tell) -> None:
    """Write everything but what a decoder makes; the signal is read in pieces.

    Parameters
    ----------
    folder : where to; what it holds of an earlier view is replaced.

    Raises
    ------
    OSError
        It cannot be written.
    """
    r = recording
    rate, notes = r.neural_rate, [shown(note, LONGEST_NOTE) for note in r.notes[:MOST_NOTES]]
    per_bin, n_bins = _write_traces(r, folder / TRACES, tell)
    sound, mel = {"n": 0, "rate": 1.0}, {"n": 0, "rate": 1.0, "n_mels": 1}
    if r.audio is None:
        notes.insert(0, "no sound: none was recorded with it")
    else:
        try:
            sound, mel = _write_sound(r, folder, tell)
        except BkError as error:
            notes.insert(0, shown(str(error), LONGEST_NOTE))
    if len(r.markers) > MOST_MARKERS:
        notes.append(f"{len(r.markers)} markers: the first {MOST_MARKERS} are shown")
    markers = [(t - r.neural_start_s, shown(text, 80)) for t, text in r.markers[:MOST_MARKERS]]
    if r.bad:
        notes.append(f"the file lists as bad: {shown(', '.join(r.bad), LONGEST_NOTE)}")
    said = {
        "name": shown(r.name),
        "simulated": r.simulated,
        "holds_features": r.holds_features,
        "seconds": len(r.neural) / rate,
        "sfreq": float(r.sfreq),
        "rate": rate,
        "labels": [shown(label, 40) for label in r.labels],
        "bad": [shown(label, 40) for label in r.bad],
        "per_bin": per_bin,
        "n_bins": n_bins,
        "sound": sound,
        "mel": mel,
        "markers": {"times": [t for t, _ in markers], "texts": [text for _, text in markers]},
        "notes": notes,
    }
    write_text(folder / VIEW, json.dumps(said, allow_nan=False))


def write_decoded(
    mel: np.ndarray,
    voice: np.ndarray,
    bundle: Bundle,
    recording: Recording,
    folder: Path,
    notes: Sequence[str],
    doubts: Doubts,
) -> None:
    """Write what ``bundle`` made of a recording: mel (n_frames, n_mels), row k of frame k, and voice (n,).

    Parameters
    ----------
    notes : what differs between the bundle and the recording, in words.
    doubts : whether the bundle was trained on it, and whether the sound itself is in what it read.
    """
    clock = recording.neural_rate / float(recording.sfreq)  # frames count samples, the window shows seconds
    rate = bundle.mel.sample_rate * clock
    audit = doubts.worst
    _write(folder / DECODED_MEL, mel, "<f2")
    _write(folder / VOICE, _int16(voice), "<i2")
    said = {
        "bundle": shown(bundle.path.name if bundle.path else bundle.kind),
        "kind": bundle.kind,
        "lead_ms": bundle.lead_ms,
        "mel": {"n": len(mel), "rate": rate / bundle.mel.hop_length, "n_mels": mel.shape[1]},
        "sound": {"n": len(voice), "rate": rate},
        "notes": [shown(note, LONGEST_NOTE) for note in notes[:MOST_NOTES]],
        "memory": {"verdict": doubts.leak.verdict, "text": shown(doubts.leak.text, LONGEST_NOTE)},
        "contamination": {
            "verdict": audit.verdict,
            "found": [shown(label, 40) for label in audit.found],
            "reason": shown(audit.reason, LONGEST_NOTE),
        },
        "marks": doubts.marks,
    }
    write_text(folder / DECODED, json.dumps(said, allow_nan=False))


def _write_traces(r: Recording, path: Path, tell: Tell) -> tuple[int, int]:
    seconds = len(r.neural) / r.neural_rate
    most = max(1.0, MOST_BYTES / (8 * r.n_channels * max(seconds, 1.0)))
    per_bin = max(1, math.ceil(r.neural_rate / min(MOST_BINS, most)))
    n_bins, done = 0, 0
    with path.open("wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # bins in which all is missing
        rows = max(1, (1 << 22) // max(1, r.n_channels) // per_bin) * per_bin
        for piece in pieces(r.neural, rows * r.n_channels):
            n = math.ceil(len(piece) / per_bin)
            whole = np.pad(piece, ((0, n * per_bin - len(piece)), (0, 0)), mode="edge")
            binned = whole.reshape(n, per_bin, r.n_channels)
            file.write(np.stack((np.fmin.reduce(binned, 1), np.fmax.reduce(binned, 1)), 1).astype("<f4").tobytes())
            n_bins, done = n_bins + n, done + len(piece)
            tell("traces", done / len(r.neural))
    return per_bin, n_bins


def _write_sound(r: Recording, folder: Path, tell: Tell) -> tuple[dict[str, Any], dict[str, Any]]:
    from bk_realtime.vocoder.mel import log_mel  # loads torch: not before it is needed

    settings = MelSettings()
    tell("sound", None)
    sound = aligned_audio(r, settings)
    _write(folder / SOUND, _int16(sound), "<i2")
    tell("mel of the sound", None)
    mel = log_mel(sound, settings)
    _write(folder / MEL, mel, "<f2")
    clock = r.neural_rate / float(r.sfreq)  # frames count samples, the window shows seconds
    frames = settings.sample_rate / settings.hop_length * clock
    return (
        {"n": len(sound), "rate": settings.sample_rate * clock},
        {"n": len(mel), "rate": frames, "n_mels": mel.shape[1]},
    )


def _int16(sound: np.ndarray) -> np.ndarray:
    """Full scale 1 as 16 bits; what lies above it is cut, as any player would."""
    return np.asarray(np.round(np.clip(np.nan_to_num(sound), -1.0, 1.0) * 32767))


def _write(path: Path, values: np.ndarray, kind: str) -> None:
    with path.open("wb") as file:
        for piece in pieces(values):
            file.write(piece.astype(kind).tobytes())
