"""Cards of trained bundles and of pairs of files, their mean, and notes on what is not scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console

from bk_realtime.config import MelSettings
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.learning.before import MOST, data_before, leak_of, leaks_in
from bk_realtime.shown import shown
from bk_realtime.typed import shortened
from offline.data.contamination import Contamination, bundle_contamination, screen, without_channels
from offline.data.decoding import as_trained, label_map_for, stream_description
from offline.data.known_content import FOUND, UNKNOWN, held_out_known, known_to
from offline.data.people import people_of
from offline.data.provenance import days_learnt_whole, perhaps_trained_on, training_data, training_entry
from offline.data.speech_level import require_speech
from offline.evaluation.card import combine
from offline.evaluation.decoders import bundle_segment
from offline.evaluation.generalised import to_a_recording
from offline.evaluation.pairs import pair_segment
from offline.evaluation.recogniser import NONE
from offline.evaluation.retrained import OF_A_BUNDLE
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import MEASURES, SegmentScores
from offline.evaluation.segment_scores import score_segment
from offline.evaluation.settings import Evaluate
from offline.io import read_recording
from offline.io.options import ReadOptions, say_notes
from offline.io.recording import Recording
from offline.scoring.resampling import mean_interval
from offline.scoring.sound import Voice
from offline.scoring.speech_quality import have_pesq

LEFT_OUT = "channels left out in training, because not every recording has them as good ones"


@dataclass(frozen=True, eq=False)
class ParticipantCard:
    """A participant's card, and the segments that the figures need."""

    name: str
    card: dict[str, Any]
    segments: Sequence[SegmentScores]


def used_for_training(bundle: Bundle, paths: Sequence[Path], read: ReadOptions, already: list[Recording]) -> str:
    """The line that refuses recordings which the bundle has learnt; empty where there are none. ``already`` holds the
    first of them where it was read; it is taken out."""
    for path in paths:
        recording = already.pop() if already else read_recording(path, **read.given())
        if training_entry(bundle.provenance, recording) is not None:
            return (
                f"LEAK: {path} was used to train {bundle.path} (same neural data); its scores would be those of data "
                "already seen: pass --held-out to score only the part that was kept aside, or name another recording"
            )
        if perhaps_trained_on(bundle.provenance, path):
            return (
                f"LEAK: {path} may have been used to train {bundle.path}, which learnt a recording of that name and "
                "dates from before bundles knew neural data by its hash: train it again, or name another recording"
            )
        content = known_to(bundle, recording)
        if content.verdict == FOUND:
            return (
                f"LEAK: {path} was used to train {bundle.path}, by content: {content.text}; its scores would be those "
                "of data already seen: name another recording"
            )
    return ""


def bundle_card(settings: Evaluate, bundle: Bundle, name: str, path: Path, console: Console) -> ParticipantCard:
    """Score a trained bundle on one recording, saying what its reader had to do."""
    torch.set_num_threads(1)
    recording = read_recording(path, **settings.read.given())
    say_notes(recording, path, console)
    content, learnt = known_to(bundle, recording), data_before(bundle)
    entry = training_entry({"data": learnt}, recording) if settings.held_out else None
    repeated_s, untold = (0.0, "") if entry is None else held_out_known(bundle, recording)
    doubt = "; ".join(filter(None, ("" if entry is None else leak_of(entry), shown(untold, MOST))))
    recording, fit = as_trained(bundle, recording, label_map_for(path, settings.label_map))
    recording, contamination = _audited(settings, bundle, recording)
    segment, leaks, notes = bundle_segment(
        bundle,
        recording,
        settings.held_out,
        settings.scores.shuffles,
        settings.seed,
        settings.cache,
    )
    leaks = [replace(leak, repeated_s=max(leak.repeated_s, repeated_s)) for leak in leaks]
    behind = [f"held-out parts of before: {line}" for line in leaks_in([one for one in learnt if one != entry])]
    notes = list(dict.fromkeys([*fit.notes, *notes, *behind, OF_A_BUNDLE]))
    voice = Voice(bundle.vocoder, bundle.mel, bundle.path, settings.device) if settings.scores.sound_s > 0 else None
    scores = score_segment(segment, settings.scores, settings.seed, voice)
    notes += missing_scores(settings.scores)
    if bundle.provenance.get("simulated") is True and not recording.simulated:
        notes.append("the decoder learnt from a SIMULATED participant, the recording does not say that it is of one")
    names = [str(entry.get("name", "")) for entry in training_data(bundle.provenance)]
    before = days_learnt_whole(bundle.provenance) if settings.held_out else []
    where = "held-out minutes of a session that it was trained on" if settings.held_out else to_a_recording(name, names)
    if before:
        where += f", nothing of day {', '.join(map(str, before))}, which it learnt as a whole"
    facts: dict[str, Any] = {"generalised": where, **({"signal": segment.signal} if segment.signal else {})}
    facts |= {"days_before": before} if before else {}
    if isinstance(lost := bundle.provenance.get("left_out"), list) and lost:
        facts["left_out"] = [str(label) for label in lost]
        notes.append(f"{LEFT_OUT}: {shortened(', '.join(map(str, lost)), 600)}")
    if doubt:  # what it started from may know that part
        facts["content"] = {"verdict": UNKNOWN, "line": f"CANNOT TELL: {doubt}"}
    elif not leaks:
        facts["content"] = {"verdict": content.verdict, "line": content.line}
    card = combine([scores], leaks, recording.simulated, notes, recording.holds_features, contamination, facts)
    return ParticipantCard(name, {"recordings": {path.name: recording.source_hash}, **card}, [scores])


def _audited(settings: Evaluate, bundle: Bundle, recording: Recording) -> tuple[Recording, Contamination]:
    """The recording as the bundle may read it, and what is said of its channels here and in training.

    Raises
    ------
    InputError
        No speech to score; channels of another montage; the sound itself in a channel, unless told otherwise.
    """
    bundle.check(stream_description(recording))
    require_speech(recording)
    _, found = screen([recording], bundle.labels, bundle.features, settings.contaminated)
    trained = bundle_contamination(bundle.provenance)
    recording = without_channels(recording, found.excluded)
    if trained.contaminated and not found.contaminated:
        return recording, replace(trained, reason=f"in training; {trained.reason}")
    return recording, found


def pair_card(settings: Evaluate) -> ParticipantCard:
    """Score one sound file against another."""
    assert settings.decoded is not None
    assert settings.reference is not None
    mel = MelSettings()
    markers = None if settings.read.markers is None else Path(settings.read.markers)
    segment, notes, found = pair_segment(
        settings.decoded, settings.reference, mel, markers, settings.read.audio_channel
    )
    voice = Voice(settings.vocoder, mel, device=settings.device) if settings.scores.sound_s > 0 else None
    scores = score_segment(segment, settings.scores, settings.seed, voice)
    simulated = any("simulated" in p.name.lower() for p in (settings.decoded, settings.reference))
    notes = [*notes, *missing_scores(settings.scores)]
    if not simulated:
        notes.append("whether the participant is SIMULATED: cannot tell from sound files whose names do not say so")
    card = combine([scores], [], simulated, notes, facts={"lengths": found})
    return ParticipantCard(settings.decoded.stem, card, [scores])


def missing_scores(scores: ScoreSettings) -> list[str]:
    """What is not scored, and why."""
    if scores.sound_s == 0:
        return ["STOI, ESTOI, PESQ and a recogniser's words: not scored (--sound-s 0)"]
    notes = []
    if scores.recogniser == NONE:
        notes.append("words by a speech recogniser: not scored, none is used: pip install 'brainkaraoke[words]'")
    if not have_pesq():
        notes.append("PESQ: not scored, it is not installed: pip install 'brainkaraoke[score]'")
    return notes


def total_of(scored: Sequence[ParticipantCard]) -> dict[str, Any]:
    """Mean over recordings, each taken for a participant, with an interval over them (three or more) by Student's t.

    Where names of files or contents tell that some are of one participant there is none: their scores hang together.
    """
    people = people_of([(s.name, s.card.get("recordings", {})) for s in scored])
    decoders: dict[str, Any] = {}
    for name in scored[0].card["decoders"]:
        rows = [s.card["decoders"][name] for s in scored if name in s.card["decoders"]]
        decoders[name] = {}
        for measure in MEASURES:
            values = np.array([row[measure]["value"] for row in rows])
            whole = len(values) == len(scored) and np.isfinite(values).all()
            low, high = mean_interval(values) if whole and people == len(scored) else (np.nan, np.nan)
            value = float(values.mean()) if whole else float("nan")
            decoders[name][measure] = {"value": value, "low": float(low), "high": float(high)}
    return {"n_recordings": len(scored), "n_participants": people, "decoders": decoders}
