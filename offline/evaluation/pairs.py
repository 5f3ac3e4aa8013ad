"""A pair of sound files as a segment: whatever decoded it, the same score card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bk_realtime.config import MelSettings
from bk_realtime.errors import InputError
from bk_realtime.vocoder import log_mel
from offline.data.trials import inside, paired
from offline.evaluation.diagnosis import lengths
from offline.evaluation.segment import Segment
from offline.io.companions import read_events
from offline.io.sound import read_sound_at, sound_channels
from offline.scoring.loudness import without_a_brain

LEAST_S = 1.0
DECODED = "decoded"


def pair_segment(
    decoded: Path, reference: Path, mel: MelSettings, markers: Path | None = None, channel: str | None = None
) -> tuple[Segment, list[str], dict[str, Any]]:
    """Both files as mono at the mel's rate, cut to the shorter; notes; and how they lie over each other.

    Parameters
    ----------
    markers : table of the words spoken (onset, duration or offset in seconds of the reference, word).

    channel : number (from 1) of the channel to take of a file that has several.

    Raises
    ------
    InputError
        A file that is no sound, silent, or shorter than a second; a table without words in it.
    """
    sounds, said = {}, list[str]()
    for role, path in ((DECODED, decoded), ("reference", reference)):
        if not path.is_file():
            raise InputError(f"{path}: no such file; expected the {role} sound")
        own = channel if sound_channels(path) > 1 else None
        sounds[role] = read_sound_at(path, mel.sample_rate, own, said)
    n = min(len(x) for x in sounds.values()) // mel.hop_length
    if n < LEAST_S * mel.sample_rate / mel.hop_length:
        raise InputError(
            f"{decoded} and {reference}: expected at least {LEAST_S:g} s of both, got "
            f"{len(sounds[DECODED]) / mel.sample_rate:.2f} and {len(sounds['reference']) / mel.sample_rate:.2f} s"
        )
    if not sounds["reference"].any():
        raise InputError(f"{reference}: the reference is digital silence; expected recorded speech")
    notes = [*said, "levels of mean spectrum and oracle come from the reference itself, in their favour"]
    notes.append(
        "two files say nothing about training data: no leak probe, no ridge, no shuffled brain, no retrained chance"
    )
    off = (len(sounds[DECODED]) - len(sounds["reference"])) / mel.sample_rate
    if abs(off) > 0.1:
        notes.append(f"the decoded file is {off:+.2f} s longer; both were cut to {n * mel.hop_length} samples")
    whole = {role: log_mel(x, mel) for role, x in sounds.items()}
    found = lengths(whole[DECODED], whole["reference"], mel.sample_rate / mel.hop_length)
    cut = {k: x[: n * mel.hop_length] for k, x in sounds.items()}
    target = log_mel(cut["reference"], mel)[:n]
    rate = mel.sample_rate / mel.hop_length
    cues = sorted(read_events(markers)) if markers is not None else []
    spoken = paired([(round(time_s * rate), text) for time_s, text in cues])
    trials = inside(spoken, 0, n)
    if markers is not None and not trials:
        raise InputError(f"{markers}: no word with a length lies within the {n / rate:.1f} s of both files")
    if len(trials) < len(spoken):
        notes.append(f"{len(spoken) - len(trials)} of {len(spoken)} words lie outside both files")
    segment = Segment(
        name=decoded.stem,
        reference=target,
        decoded={DECODED: log_mel(cut[DECODED], mel)[:n], **without_a_brain(target, [target])},
        frame_rate=rate,
        trials=trials,
        recorded=cut["reference"],
        sounds={DECODED: cut[DECODED]},
    )
    return segment, notes, found
