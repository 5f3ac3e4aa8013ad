"""What a score was generalised to: minutes, session or person, words heard before, the speech mask, folds and seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from offline.data.heard import word_key
from offline.data.people import bids
from offline.evaluation.segment import SegmentScores
from offline.scoring.mel import mean_correlation, own_threshold, speech_mask

MASK_DB = 5.0
LEAST_KEPT = 0.5
"""Share of r inside speech that must be left with the speech mask 5 dB off."""


def mask_scores(decoded: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """Level in dB from which recorded frames count as speech, and r inside speech with 5 dB less and 5 dB more."""
    threshold = own_threshold(reference)
    lower, higher = (
        mean_correlation(decoded, reference, speech_mask(reference, threshold + off)) for off in (-MASK_DB, MASK_DB)
    )
    return {"threshold_db": threshold, "r_lower": lower, "r_higher": higher}


def mask_card(scores: Sequence[SegmentScores]) -> dict[str, float]:
    """The same over segments, by their seconds of speech; NaN where none has a value."""
    out = {}
    for key in scores[0].speech_mask:
        values = np.array([s.speech_mask[key] for s in scores])
        weights = np.array([s.speech_seconds for s in scores]) * np.isfinite(values)
        out[key] = float(np.nansum(values * weights) / weights.sum()) if weights.sum() else float("nan")
    return out


def mask_verdict(found: Mapping[str, float], r_speech: float, above: bool) -> tuple[bool, str]:
    """Whether r inside speech holds with another limit of what is speech."""
    text = (
        f"frames above {found['threshold_db']:.0f} dB count as speech; with {MASK_DB:g} dB less r inside it is "
        f"{found['r_lower']:.3f}, with {MASK_DB:g} dB more {found['r_higher']:.3f}"
    )
    least = min(found["r_lower"], found["r_higher"])
    holds = not (above and least < LEAST_KEPT * r_speech)
    return holds, text + ("" if holds else ": HANGS ON THE MASK")


def words_heard(scores: Sequence[SegmentScores]) -> str:
    """What share of the scored words was said in training too."""
    said = [(label, s.trained_words) for s in scores for label in s.words.labels]
    if not said:
        return "no markers name its words"
    if not any(words for _, words in said):
        return "which of its words were heard in training is not known"
    share = np.mean([word_key(label) in {word_key(word) for word in words} for label, words in said])
    return f"{share:.0%} of its {len(said)} words were heard in training"


def spread(scores: Sequence[SegmentScores], name: str) -> str:
    """How r inside speech differs between the segments, and that it does between trainings."""
    values = np.array([s.decoders[name].measures["r_speech"].value for s in scores if name in s.decoders])
    values = values[np.isfinite(values)]
    seeds = "one training, so the spread over seeds is not known (--seed)"
    if name == "ridge":
        seeds = "ridge draws nothing at random: no spread over seeds"
    if len(values) < 2:
        return seeds
    return (
        f"r inside speech of its {len(values)} parts {values.min():.3f} to {values.max():.3f} (SD "
        f"{values.std(ddof=1):.3f}); {seeds.replace('one training', 'one training of each')}"
    )


def to_a_recording(name: str, trained: Sequence[str]) -> str:
    """What another recording than those of the training (file names) is: another session or person, where BIDS names
    tell."""
    own, others = bids(name), [bids(other) for other in trained]
    if own[0] and all(person for person, _ in others):
        if own[0] not in {person for person, _ in others}:
            return f"another person (sub-{own[0]})"
        if own[1] and own[1] not in {session for person, session in others if person == own[0]}:
            return f"another session of a person that it was trained on (sub-{own[0]}, ses-{own[1]})"
        return f"another recording of a person that it was trained on (sub-{own[0]})"
    return "a recording that is new to it; whether of another session, day or person, its name does not tell"
